// The pane at the right: one thread.
import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { MessageList } from "./messages.js";

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
    h("div", { class: "foot" }, where.joined && !where.is_archived ? this.composer.node : null));
    this.load();
  }

  async load() {
    const answer = await this.app.attempt(() => this.app.api.thread(this.channel, this.ts));
    if (answer) this.app.store.showThread(this.channel, this.ts, answer.messages);
    else this.app.closeThread();
  }

  show() {
    const thread = this.app.store.thread;
    if (thread?.ts === this.ts) this.list.show({ messages: thread.messages, hasMore: false });
  }

  end() {
    this.list.end();
  }
}
