// The pane at the right: one thread.
import { Composer } from "./composer.js";
import { clear, h } from "./dom.js";
import { icon } from "./icons.js";
import { MessageList } from "./messages.js";

const STATES = { processing: "Working…", suspended: "Waiting for people", active: "Ready", closed: "Closed" };

export class ThreadView {
  constructor(app, channel, ts) {
    Object.assign(this, { app, channel, ts });
    const where = app.store.channel(channel);
    const name = where.kind === "dm" ? where.name : `#${where.name}`;
    this.list = new MessageList(app, { inThread: true, label: "Thread" });
    this.composer = new Composer(app, { send: (text) => app.api.send(channel, text, ts), placeholder: "Reply…", commands: false, testid: "thread-composer" });
    this.node = h("aside", { class: "pane thread", "aria-label": `Thread in ${name}`, data: { testid: "thread" },
      on: { keydown: (event) => event.key === "Escape" && !event.defaultPrevented && app.closeThread() } },
    h("header", { class: "pane-header" }, h("div", { class: "pane-title" }, h("h2", {}, "Thread"), h("p", { class: "topic" }, name)),
      h("button", { class: "plain-button", type: "button", "aria-label": "Close thread", on: { click: () => app.closeThread() } }, icon("close"))),
    this.list.node,
    this.session = h("div", { class: "session", role: "status", data: { testid: "session" } }),
    h("div", { class: "foot" }, where.joined && !where.is_archived ? this.composer.node : null));
    this.load();
  }

  async load() {
    const answer = await this.app.attempt(() => this.app.api.thread(this.channel, this.ts));
    if (answer) this.app.store.showThread(this.channel, this.ts, answer.messages, answer.session);
    else this.app.closeThread();
  }

  show() {
    const thread = this.app.store.thread;
    if (thread?.ts !== this.ts) return;
    this.list.show({ messages: thread.messages, hasMore: false });
    this.showSession(thread.session);
  }

  /** The status of the agent session of this thread: Slack's stop button stands beside "Working…" alone. */
  showSession(session) {
    const key = JSON.stringify(session);
    if (key === this.sessionKey) return;
    this.sessionKey = key;
    this.session.hidden = !session;
    if (!session) return clear(this.session);
    const working = session.status === "processing";
    return clear(this.session).append(
      h("span", { class: `session-state ${session.status}` }, working ? h("span", { class: "spinner", "aria-hidden": "true" }) : null, STATES[session.status]),
      h("span", { class: "session-title", title: session.title }, session.title),
      working ? h("button", { class: "button", type: "button", on: { click: () => this.app.attempt(() => this.app.api.stop(this.channel, this.ts)) } }, "Stop") : "",
    );
  }

  end() {
    this.list.end();
  }
}
