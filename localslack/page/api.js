// The control interface: reading, and acting as a person.

/** What the server refused, in words for people. */
export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function read(response) {
  let body = null;
  try {
    body = await response.json();
  } catch {
    throw new Refused("no_answer", `The local Slack answered with status ${response.status}.`);
  }
  if (!body.ok && body.error) throw new Refused(body.error, body.message || body.error);
  if (!response.ok) throw new Refused("http_error", `The local Slack answered with status ${response.status}.`);
  return body;
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refused("unreachable", "The local Slack can't be reached. It may be restarting.");
  }
  return read(response);
}

/** Everything done here is done as `person`. */
export function connect(person) {
  const get = (path, query = {}) => request(`/control/${path}?${new URLSearchParams({ as: person, ...query })}`);
  const post = (path, body = {}) =>
    request(`/control/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: person, ...body }),
    });
  return {
    person,
    bootstrap: () => get("bootstrap"),
    messages: (channel, before) => get("messages", { channel, limit: "50", ...(before ? { before } : {}) }),
    thread: (channel, ts) => get("thread", { channel, ts }),
    home: () => get("home"),
    calls: (after) => get("calls", { after: String(after) }),
    limits: () => get("limits"),
    views: () => get("views"),
    options: (body) => post("options", body),
    send: (channel, text, thread_ts) => post("message", { channel, text, ...(thread_ts ? { thread_ts } : {}) }),
    stop: (channel, thread_ts) => post("session/stop", { channel, thread_ts }),
    shortcut: (body) => post("shortcut", body),
    act: (body) => post("action", body),
    submit: (view_id, state) => post("view/submit", { view_id, state }),
    close: (view_id, clear = false) => post("view/close", { view_id, clear }),
    openHome: () => post("home/open"),
    openDm: (user) => post("dm/open", { user }),
    join: (channel) => post("channel/join", { channel }),
    leave: (channel) => post("channel/leave", { channel }),
    createChannel: (name) => post("channel/create", { name, private: false }),
    renameChannel: (channel, name) => post("channel/rename", { channel, name }),
    createPerson: (real_name) => post("user/create", { real_name }),
    createGroup: (handle) => post("group/create", { handle }),
    changeGroup: (id, users) => post("group", { id, users }),
    moveClock: (seconds) => post("clock/move", { seconds }),
    read: (channel, ts) => post("read", { channel, ts }),
  };
}
