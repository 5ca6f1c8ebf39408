// What this person sees of the workspace. Changed by answers and live events; views listen by topic.
import { setClock } from "./dates.js";

const SLACKBOT = { id: "USLACKBOT", name: "slackbot", real_name: "Slackbot", title: "", color: "4a154b", initials: "S", is_bot: true };
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const byTs = (one, other) => (one.ts < other.ts ? -1 : one.ts > other.ts ? 1 : 0);

export const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

export class Store {
  constructor() {
    this.listeners = new Map();
    this.rooms = new Map(); // channel -> {messages, hasMore, loaded}
    this.thread = null; // {channel, ts, messages}
    this.views = [];
    this.home = null;
  }

  on(topic, listener) {
    const held = this.listeners.get(topic) ?? [];
    this.listeners.set(topic, [...held, listener]);
  }

  emit(topic, detail) {
    for (const listener of this.listeners.get(topic) ?? []) listener(detail);
  }

  /** Replace everything with the answer of bootstrap. */
  fill(bootstrap) {
    this.team = bootstrap.team;
    this.me = bootstrap.me;
    this.users = new Map(bootstrap.users.map((user) => [user.id, user]));
    this.groups = new Map(bootstrap.groups.map((group) => [group.id, group]));
    this.channels = new Map(bootstrap.channels.map((channel) => [channel.id, channel]));
    this.bot = bootstrap.bot;
    this.commands = bootstrap.commands;
    this.shortcuts = bootstrap.shortcuts;
    this.prompts = bootstrap.prompts;
    this.takeClock(bootstrap.clock);
    for (const room of this.rooms.values()) room.loaded = false;
    this.emit("people");
    this.emit("channels");
    this.emit("bot");
  }

  /** moved_by: seconds that time was moved on; null where it cannot be. */
  takeClock({ now, moved_by }) {
    setClock(now);
    this.movedBy = moved_by;
  }

  // -- looking things up ------------------------------------------------------------------------------------
  user(id) {
    return this.users.get(id) ?? (id === SLACKBOT.id ? SLACKBOT : undefined);
  }

  channel(id) {
    return this.channels.get(id);
  }

  group(id) {
    return this.groups.get(id);
  }

  isMe(id) {
    return id === this.me.id;
  }

  inGroup(id) {
    return Boolean(this.groups.get(id)?.users.includes(this.me.id));
  }

  activeUsers() {
    return [...this.users.values()].filter((user) => !user.deleted && !user.is_bot);
  }

  allChannels() {
    return [...this.channels.values()];
  }

  get botName() {
    return this.bot.name;
  }

  botDm() {
    return this.allChannels().find((channel) => channel.kind === "dm" && channel.dm_with === this.bot.user_id);
  }

  room(channel) {
    if (!this.rooms.has(channel)) this.rooms.set(channel, { messages: [], hasMore: false, loaded: false });
    return this.rooms.get(channel);
  }

  // -- filling ----------------------------------------------------------------------------------------------
  /** The newest page of a channel, in place of what was known. */
  showPage(channel, page) {
    const room = this.room(channel);
    room.messages = this.keepSame(room.messages, page.messages);
    room.hasMore = page.has_more;
    room.loaded = true;
    this.emit("room", channel);
  }

  /** A page of older messages. */
  showOlder(channel, page) {
    const room = this.room(channel);
    const known = new Set(room.messages.map((message) => message.ts));
    room.messages = [...page.messages.filter((message) => !known.has(message.ts)), ...room.messages].sort(byTs);
    room.hasMore = page.has_more;
    this.emit("room", channel);
  }

  showThread(channel, ts, messages, session = null) {
    const held = this.thread?.channel === channel && this.thread.ts === ts ? this.thread.messages : [];
    this.thread = { channel, ts, session, messages: this.keepSame(held, messages) };
    this.emit("thread");
  }

  showSession(session) {
    if (this.thread?.channel !== session.channel || this.thread.ts !== session.thread_ts) return;
    this.thread.session = session;
    this.emit("thread");
  }

  closeThread() {
    this.thread = null;
    this.emit("thread");
  }

  showViews(views) {
    this.views = views;
    this.emit("views");
  }

  showHome(view) {
    this.home = view;
    this.emit("home");
  }

  // A message that did not change stays the same object: so its rendering stays too.
  keepSame(before, after) {
    const held = new Map(before.map((message) => [message.ts, message]));
    return after.map((message) => (same(held.get(message.ts), message) ? held.get(message.ts) : message)).sort(byTs);
  }

  // -- live -------------------------------------------------------------------------------------------------
  apply(event) {
    const handler = HANDLERS[event.type];
    if (handler) handler(this, event);
  }

  put(message) {
    const reply = isReply(message);
    if (!reply || message.broadcast) this.putInto(this.rooms.get(message.channel), message, () => this.emit("room", message.channel));
    const thread = this.thread;
    const inThread = thread?.channel === message.channel && (message.thread_ts ?? message.ts) === thread.ts;
    if (inThread && (reply || message.ts === thread.ts)) this.putInto(thread, message, () => this.emit("thread"));
  }

  putInto(place, message, changed) {
    if (!place) return;
    const others = place.messages.filter((held) => held.ts !== message.ts);
    place.messages = [...others, message].sort(byTs);
    changed();
  }

  replace(message) {
    const room = this.rooms.get(message.channel);
    if (room?.messages.some((held) => held.ts === message.ts)) this.putInto(room, message, () => this.emit("room", message.channel));
    const thread = this.thread;
    if (thread?.channel === message.channel && thread.messages.some((held) => held.ts === message.ts)) {
      this.putInto(thread, message, () => this.emit("thread"));
    }
  }

  remove(channel, ts) {
    const room = this.rooms.get(channel);
    if (room) room.messages = room.messages.filter((message) => message.ts !== ts);
    this.emit("room", channel);
    if (this.thread?.channel === channel) {
      this.thread.messages = this.thread.messages.filter((message) => message.ts !== ts);
      this.emit("thread");
    }
  }

  setUnread(channel, unread) {
    const held = this.channels.get(channel);
    if (!held || held.unread === unread) return;
    this.channels.set(channel, { ...held, unread });
    this.emit("channels");
  }

  arrived(message) {
    this.put(message);
    this.emit("arrived", message);
  }
}

const HANDLERS = {
  message: (store, { message }) => store.arrived(message),
  ephemeral: (store, { message }) => store.arrived(message),
  message_changed: (store, { message }) => store.replace(message),
  message_deleted: (store, { channel, ts }) => store.remove(channel, ts),
  ephemeral_deleted: (store, { channel, ts }) => store.remove(channel, ts),
  ephemeral_replaced(store, { channel, ts, message }) {
    if (!message || message.ts !== ts) store.remove(channel, ts);
    if (message) store.put(message);
  },
  view_opened: (store, { view }) => store.showViews([view]),
  view_pushed: (store, { view }) => store.showViews([...store.views.filter((held) => held.id !== view.id), view]),
  view_updated: (store, { view }) => store.showViews(store.views.map((held) => (held.id === view.id ? view : held))),
  view_closed(store, { view_id, cleared }) {
    const index = store.views.findIndex((view) => view.id === view_id);
    if (cleared) store.showViews([]);
    else if (index >= 0) store.showViews(store.views.slice(0, index));
  },
  home: (store, { view }) => store.showHome(view),
  session: (store, { session }) => store.showSession(session),
  channel(store, { channel }) {
    store.channels.set(channel.id, channel);
    store.emit("channels");
  },
  user(store, { user }) {
    store.users.set(user.id, user);
    if (user.id === store.me.id) store.me = user;
    store.emit("people");
  },
  group(store, { group }) {
    store.groups.set(group.id, group);
    store.emit("people");
  },
  bot(store, { connected }) {
    store.bot = { ...store.bot, connected };
    store.emit("bot");
  },
  clock(store, clock) {
    store.takeClock(clock);
    store.emit("people"); // everything that tells a time is drawn again
  },
  read: (store, { channel, unread }) => store.setUnread(channel, unread),
};
