// A list of messages that changes in place: days, groups, the "New" line, scrolling.
import { dayKey, dayName, secondsBetween } from "./dates.js";
import { h, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { messageNode } from "./message.js";

const NEAR_END = 40; // pixels: as good as at the bottom
const NEAR_START = 300;
const SAME_BREATH = 300; // seconds within which one author's messages stand together

export class MessageList {
  /** intro(): what stands before the first message; loadOlder(); seen(): the newest message is on the screen. */
  constructor(app, { inThread = false, intro = null, loadOlder = null, seen = () => {}, label }) {
    Object.assign(this, { app, inThread, intro, loadOlder, seen });
    this.list = h("div", { class: "list" });
    this.pill = h("button", { class: "new-pill", type: "button", hidden: true, on: { click: () => this.toEnd() } }, icon("down"), "New messages");
    this.scroller = h("div", { class: "messages", role: "log", "aria-label": label, "aria-live": "off", tabindex: "0" }, this.list);
    this.node = h("div", { class: "messages-box" }, this.scroller, this.pill);
    this.stuck = true;
    this.top = 0;
    this.newest = "";
    this.scroller.addEventListener("scroll", () => this.scrolled());
    this.watch = new ResizeObserver(() => this.stuck && this.toEnd());
    this.watch.observe(this.list);
    this.watch.observe(this.scroller);
  }

  /** newFrom: the ts of the first message that is new to the person. */
  show({ messages, hasMore }, newFrom = null) {
    const wasAt = this.scroller.scrollHeight - this.scroller.scrollTop;
    const first = messages[0]?.ts ?? "";
    const grewAbove = !this.stuck && first && this.oldest && first < this.oldest;
    reconcile(this.list, this.rows(messages, hasMore, newFrom));
    if (this.stuck) this.toEnd();
    else if (grewAbove) this.scroller.scrollTop = this.scroller.scrollHeight - wasAt;
    const newest = messages.at(-1)?.ts ?? "";
    if (this.newest && newest > this.newest) this.arrived(messages.at(-1));
    this.newest = newest;
    this.oldest = first;
  }

  rows(messages, hasMore, newFrom) {
    const rows = [];
    if (hasMore) rows.push(line("older", "loading", () => h("div", { class: "loading" }, "Loading older messages…")));
    else if (this.intro) rows.push(line("intro", "", this.intro));
    let before = null;
    for (const message of messages) {
      const newDay = !before || dayKey(before.ts) !== dayKey(message.ts);
      const isNew = message.ts === newFrom;
      if (newDay && !this.inThread) {
        const name = dayName(message.ts);
        rows.push(line(`day-${dayKey(message.ts)}`, name, () => h("div", { class: "day", role: "separator" }, h("span", {}, name))));
      }
      if (isNew) rows.push(line("new", "", () => h("div", { class: "new-line", role: "separator" }, h("span", {}, "New"))));
      const apart = newDay || isNew || (this.inThread && before === messages[0]);
      rows.push(this.row(message, !apart && goesOn(before, message)));
      const count = messages.slice(1).filter((reply) => !reply.ephemeral_to).length;
      if (this.inThread && message === messages[0] && count) {
        const words = count === 1 ? "1 reply" : `${count} replies`;
        rows.push(line("count", words, () => h("div", { class: "reply-count" }, h("span", {}, words))));
      }
      before = message;
    }
    return rows;
  }

  row(message, compact) {
    const people = this.app.peopleVersion;
    return {
      key: message.ts,
      same: (node) => node.__of?.message === message && node.__of.compact === compact && node.__of.people === people,
      build: () => {
        const node = messageNode(message, { app: this.app, compact, inThread: this.inThread });
        node.__of = { message, compact, people };
        return node;
      },
    };
  }

  arrived(message) {
    if (this.stuck || message.user === this.app.store.me.id) this.toEnd();
    else this.pill.hidden = false;
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    // What grows below (an image that arrives) leaves the end too; only a reader who scrolls up means to.
    if (atEnd || scrollTop < this.top) this.stuck = atEnd;
    this.top = scrollTop;
    if (this.stuck) {
      this.pill.hidden = true;
      this.seen();
    }
    if (scrollTop < NEAR_START) this.loadOlder?.();
  }

  toEnd() {
    this.stuck = true;
    this.pill.hidden = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  end() {
    this.watch.disconnect();
  }
}

function line(key, words, build) {
  return {
    key,
    same: (node) => node.__words === words,
    build: () => {
      const node = build();
      node.__words = words;
      return node;
    },
  };
}

function goesOn(before, message) {
  return Boolean(before) && before.user === message.user && before.username === message.username && !before.deleted
    && Boolean(before.ephemeral_to) === Boolean(message.ephemeral_to) && !(message.blocks?.length > 1) && secondsBetween(before.ts, message.ts) < SAME_BREATH;
}
