// A channel or direct message: header, messages, composer.
import { Composer } from "./composer.js";
import { clear, h } from "./dom.js";
import { icon } from "./icons.js";
import { MessageList } from "./messages.js";

export class ChannelView {
  constructor(app, id) {
    this.app = app;
    this.id = id;
    this.unreadAtStart = this.channel.unread;
    this.newFrom = undefined;
    this.header = h("header", { class: "pane-header" });
    this.list = new MessageList(app, {
      label: `Messages in ${this.title}`, intro: () => this.intro(), loadOlder: () => this.loadOlder(), seen: () => this.seen(),
    });
    this.composer = new Composer(app, {
      send: (text) => app.api.send(id, text), placeholder: `Message ${this.title}`, commands: true, testid: "composer",
    });
    this.composer.text = app.drafts.get(id) ?? "";
    this.foot = h("div", { class: "foot" });
    this.node = h("section", { class: "pane channel", "aria-label": this.title }, this.header, this.list.node, this.foot);
    this.draw();
    this.showRoom();
    this.load();
  }

  get channel() {
    return this.app.store.channel(this.id);
  }

  get title() {
    return this.channel.kind === "dm" ? this.channel.name : `#${this.channel.name}`;
  }

  get isBot() {
    return this.channel.dm_with === this.app.store.bot.user_id;
  }

  draw() {
    const { channel } = this;
    const count = channel.members.length;
    this.composer.placeholder = `Message ${this.title}`;
    this.node.setAttribute("aria-label", this.title);
    const sign = channel.kind === "dm" ? null : icon(channel.kind === "private" ? "lock" : "hash");
    clear(this.header).append(
      this.app.menuButton(),
      h("div", { class: "pane-title" }, h("h1", {}, sign, channel.name), channel.topic ? h("p", { class: "topic", title: channel.topic }, channel.topic) : null),
      channel.kind === "dm" ? "" : this.memberButton(channel, count),
      this.isBot ? this.app.appTabs("messages") : "",
    );
    this.drawFoot();
  }

  memberButton(channel, count) {
    const names = channel.members.map((id) => this.app.store.user(id)?.real_name ?? id);
    return h("button", { class: "members", type: "button", title: names.join("\n"), "aria-label": `${count} members: ${names.join(", ")}`, on: { click: (event) => this.app.showMembers(event.currentTarget, channel) } }, icon("people"), String(count));
  }

  drawFoot() {
    const { channel } = this;
    const kind = channel.is_archived ? "archived" : channel.joined ? "composer" : "join";
    if (this.footKind === kind) return;
    this.footKind = kind;
    clear(this.foot).append({
      archived: () => h("div", { class: "notice" }, "This channel is archived."),
      composer: () => this.composer.node,
      join: () => h("div", { class: "notice" }, h("b", {}, this.title), h("p", {}, "You can read this channel, and write once you have joined it."),
        h("button", { class: "button primary large", type: "button", on: { click: () => this.app.attempt(() => this.app.api.join(this.id)) } }, "Join channel")),
    }[kind]());
  }

  intro() {
    const { channel } = this;
    if (channel.kind !== "dm") return h("div", { class: "intro" }, h("h2", {}, this.title), h("p", {}, `This is the very beginning of the ${this.title} channel.`));
    return h("div", { class: "intro" }, h("h2", {}, channel.name), h("p", {}, `This is the beginning of your messages with ${channel.name}.`), this.isBot ? this.prompts() : null);
  }

  /** The suggested prompts of the app's agent view. */
  prompts() {
    const { prompts } = this.app.store;
    if (!prompts.length) return null;
    return h("div", { class: "prompts", role: "group", "aria-label": "Suggested prompts" }, prompts.map(({ title, message }) =>
      h("button", { class: "button", type: "button", title: message, on: { click: () => this.app.attempt(() => this.app.api.send(this.id, message)) } }, title)));
  }

  async load() {
    const page = await this.app.attempt(() => this.app.api.messages(this.id));
    if (page) this.app.store.showPage(this.id, page);
  }

  async loadOlder() {
    const room = this.app.store.room(this.id);
    if (!room.hasMore || this.loading) return;
    this.loading = true;
    const page = await this.app.attempt(() => this.app.api.messages(this.id, room.messages[0]?.ts));
    this.loading = false;
    if (page) this.app.store.showOlder(this.id, page);
  }

  showRoom() {
    const room = this.app.store.room(this.id);
    if (!room.loaded && !room.messages.length) return;
    if (this.newFrom === undefined && room.loaded) this.newFrom = this.firstNew(room.messages);
    this.list.show(room, this.newFrom);
    this.seen();
  }

  firstNew(messages) {
    if (!this.unreadAtStart) return null;
    const others = messages.filter((message) => message.user !== this.app.store.me.id);
    return others.at(-Math.min(this.unreadAtStart, others.length))?.ts ?? null;
  }

  /** Tell the server what was read, once for each newest message. */
  seen() {
    const newest = this.app.store.room(this.id).messages.at(-1)?.ts;
    if (!newest || newest === this.read || document.hidden || !this.list.stuck || !this.channel.joined) return;
    this.read = newest;
    this.app.store.setUnread(this.id, 0);
    this.app.api.read(this.id, newest).catch(() => { this.read = null; });
  }

  end() {
    this.app.drafts.set(this.id, this.composer.text);
    this.list.end();
  }
}
