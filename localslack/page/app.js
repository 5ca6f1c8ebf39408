// The page: who one is, where one is, and what is drawn there.
import { connect } from "./api.js";
import { avatar } from "./avatar.js";
import { ChannelView } from "./channel.js";
import { h } from "./dom.js";
import { HomeView } from "./home.js";
import { icon } from "./icons.js";
import { permalink } from "./links.js";
import { follow } from "./live.js";
import { openMenu } from "./menu.js";
import { Modals } from "./modal.js";
import { words } from "./mrkdwn.js";
import { RequestsView } from "./requests.js";
import { isReply, Store } from "./store.js";
import { Sidebar } from "./sidebar.js";
import { Surface } from "./surface.js";
import { ThreadView } from "./thread.js";

class App {
  constructor(root) {
    this.root = root;
    this.main = h("main", { class: "main" });
    this.toastNode = h("div", { class: "toast", role: "alert", hidden: true });
    this.offline = h("div", { class: "offline", role: "status", hidden: true }, "The local Slack can’t be reached. Trying again…");
    this.announcer = h("div", { class: "quiet", "aria-live": "polite", id: "announcer" });
    this.shade = h("div", { class: "shade", on: { click: () => this.closeSidebar() } });
    addEventListener("hashchange", () => this.store && this.route());
    addEventListener("popstate", () => this.personInUrl() !== this.api?.person && this.start(this.personInUrl()));
    document.addEventListener("click", (event) => this.followLink(event));
    document.addEventListener("visibilitychange", () => this.view?.seen?.());
  }

  // -- who --------------------------------------------------------------------------------------------------
  personInUrl() {
    return new URLSearchParams(location.search).get("as") ?? "";
  }

  /** Become a person: everything is read and drawn again. */
  async start(person) {
    this.stop();
    const store = new Store();
    Object.assign(this, { store, api: connect(person), surfaces: new Map(), drafts: new Map(), peopleVersion: 0, place: {} });
    const bootstrap = await this.untilReached(() => this.api.bootstrap());
    if (!bootstrap || this.store !== store) return;
    if (bootstrap.me.id !== person) {
      this.api = connect(bootstrap.me.id);
      this.writePerson(bootstrap.me.id, "replaceState");
    }
    store.fill(bootstrap);
    this.sidebar = new Sidebar(this);
    this.modals = new Modals(this);
    this.root.replaceChildren(this.sidebar.node, this.shade, this.main, this.offline, this.toastNode, this.announcer);
    this.listen(store);
    this.route();
    this.endLive = follow(this.api.person, bootstrap.cursor, {
      event: (event) => store.apply(event),
      connected: (connected) => { this.offline.hidden = connected; },
      reset: () => this.refresh(),
    });
    await this.loadViews();
  }

  stop() {
    this.endLive?.();
    this.view?.end();
    this.threadView?.end();
    this.modals?.hide();
    Object.assign(this, { view: null, threadView: null, endLive: null });
  }

  async untilReached(read) {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        if (error.code !== "unreachable" && error.code !== "no_answer") return this.fail(error);
        await new Promise((resolve) => { setTimeout(resolve, 700); });
      }
    }
  }

  // Somebody unknown in the address: begin as whom the server offers.
  fail(error) {
    if (this.personInUrl()) {
      this.writePerson("", "replaceState");
      this.start("");
    } else this.root.replaceChildren(h("div", { class: "notice" }, h("b", {}, "This page cannot start."), h("p", {}, error.message)));
    return null;
  }

  writePerson(person, how) {
    const search = person ? `?as=${encodeURIComponent(person)}` : "";
    history[how](null, "", `${location.pathname}${search}${location.hash}`);
  }

  actAs(person) {
    if (person === this.api.person) return;
    this.writePerson(person, "pushState");
    this.start(person);
  }

  // -- live -------------------------------------------------------------------------------------------------
  listen(store) {
    const current = (act) => (detail) => this.store === store && act(detail);
    store.on("channels", current(() => this.channelsChanged()));
    store.on("people", current(() => this.peopleChanged()));
    store.on("bot", current(() => { this.sidebar.draw(); if (this.place.home) this.view?.draw(); }));
    store.on("room", current((channel) => {
      if (channel !== this.place.channel) return;
      this.view?.showRoom();
      this.showWanted();
    }));
    store.on("thread", current(() => {
      this.threadView?.show();
      this.showWanted();
    }));
    store.on("views", current(() => this.modals.show()));
    store.on("home", current(() => this.place.home && this.view?.show()));
    store.on("arrived", current((message) => this.arrived(message)));
  }

  /** The server no longer knows what we missed: read it all again, in place. */
  async refresh() {
    const store = this.store;
    const bootstrap = await this.untilReached(() => this.api.bootstrap());
    if (!bootstrap || this.store !== store) return;
    this.endLive();
    store.fill(bootstrap);
    this.endLive = follow(this.api.person, bootstrap.cursor, {
      event: (event) => store.apply(event),
      connected: (connected) => { this.offline.hidden = connected; },
      reset: () => this.refresh(),
    });
    await Promise.all([this.view?.load(), this.threadView?.load(), this.loadViews()]);
  }

  async loadViews() {
    const answer = await this.attempt(() => this.api.views());
    if (answer) this.store.showViews(answer.views);
  }

  channelsChanged() {
    this.sidebar.draw();
    this.drawTitle();
    const here = this.place.channel;
    if (here && !this.store.channel(here)) this.go(this.firstChannel());
    else if (here) this.view?.draw();
  }

  peopleChanged() {
    this.peopleVersion += 1;
    this.sidebar?.draw();
    if (this.place.channel) this.view?.showRoom();
    this.threadView?.show();
  }

  arrived(message) {
    const mine = message.user === this.store.me.id;
    const inView = this.place.channel === message.channel;
    const listed = !isReply(message) || message.broadcast;
    const channel = this.store.channel(message.channel);
    if (!mine && listed && channel && (!inView || document.hidden)) this.store.setUnread(message.channel, channel.unread + 1);
    if (!mine && (inView || message.ephemeral_to)) this.announce(`${message.username}: ${words(message.text, this.store)}`);
  }

  announce(text) {
    this.announcer.textContent = text;
  }

  surfaceOf(message) {
    const key = `${message.channel}/${message.ts}`;
    if (!this.surfaces.has(key)) this.surfaces.set(key, new Surface({ type: "message", channel: message.channel, ts: message.ts }, this));
    return this.surfaces.get(key);
  }

  // -- where ------------------------------------------------------------------------------------------------
  firstChannel() {
    const joined = this.store.allChannels().filter((channel) => channel.joined && channel.kind !== "dm" && !channel.is_archived);
    joined.sort((one, other) => Number(other.latest) - Number(one.latest) || one.name.localeCompare(other.name));
    return (joined.find((channel) => channel.members.includes(this.store.bot.user_id)) ?? joined[0] ?? this.store.botDm())?.id ?? "home";
  }

  /** channel: an id, or "home". */
  go(channel, thread = "") {
    const hash = `#${channel}${thread ? `/${thread}` : ""}`;
    if (location.hash !== hash) location.hash = hash;
    else {
      this.route();
      this.showWanted();
    }
  }

  /** A link to a message here opens here. */
  followLink(event) {
    const href = event.target.closest?.("a[href]")?.href;
    const target = href && !event.ctrlKey && !event.metaKey && permalink(href);
    if (!target) return;
    event.preventDefault();
    this.jump(target);
  }

  jump({ channel, ts, thread }) {
    this.wanted = ts;
    this.go(channel, thread && thread !== ts ? thread : "");
  }

  /** Show the message that a link led to, once it is there. */
  showWanted() {
    const node = this.wanted && this.main.querySelector(`[data-ts="${CSS.escape(this.wanted)}"]`);
    if (!node) return;
    this.wanted = null;
    for (const list of [this.view?.list, this.threadView?.list]) if (list?.node.contains(node)) list.stuck = false;
    node.scrollIntoView({ block: "center" });
    node.classList.add("pointed");
    setTimeout(() => node.classList.remove("pointed"), 2500);
  }

  route() {
    const [where, thread] = decodeURIComponent(location.hash.slice(1)).split("/");
    if (where === "home") return this.showHome();
    if (where === "requests") return this.showRequests();
    if (!this.store.channel(where)) {
      history.replaceState(null, "", `${location.pathname}${location.search}#${this.firstChannel()}`);
      return this.firstChannel() === where ? undefined : this.route();
    }
    return this.showChannel(where, thread);
  }

  showHome() {
    this.showView({ home: true }, () => new HomeView(this));
    this.showThread(null, null);
  }

  showRequests() {
    if (!this.place.requests) this.showView({ requests: true }, () => new RequestsView(this));
    this.showThread(null, null);
  }

  showChannel(id, thread) {
    if (this.place.channel !== id) this.showView({ channel: id }, () => new ChannelView(this, id));
    this.showThread(id, thread || null);
    if (!thread && matchMedia("(hover: hover)").matches) this.view.composer.focus();
  }

  showView(place, make) {
    this.view?.end();
    this.place = place;
    this.view = make();
    this.main.querySelector(":scope > section")?.remove();
    this.main.prepend(this.view.node);
    if (this.view.list) this.view.list.toEnd();
    this.sidebar.draw();
    this.drawTitle();
  }

  openThread(channel, ts) {
    this.go(channel, ts);
  }

  closeThread() {
    this.go(this.place.channel);
  }

  showThread(channel, ts) {
    if (ts && this.threadView?.channel === channel && this.threadView.ts === ts) return;
    this.threadView?.end();
    this.threadView?.node.remove();
    this.threadView = ts ? new ThreadView(this, channel, ts) : null;
    this.root.classList.toggle("with-thread", Boolean(ts));
    if (!this.threadView) {
      if (this.store.thread) this.store.closeThread();
      return;
    }
    this.main.append(this.threadView.node);
    this.threadView.composer.focus();
  }

  drawTitle() {
    const { store, place } = this;
    const unread = store.allChannels().reduce((sum, channel) => sum + channel.unread, 0);
    const channel = place.channel && store.channel(place.channel);
    const here = channel ? (channel.kind === "dm" ? channel.name : `#${channel.name}`) : place.requests ? "Requests" : store.botName;
    document.title = `${unread ? `(${unread}) ` : ""}${here} · ${store.me.real_name} · ${store.team.name}`;
  }

  // -- shared parts -----------------------------------------------------------------------------------------
  menuButton() {
    return h("button", { class: "plain-button menu-button", type: "button", "aria-label": "Channels and people", on: { click: () => this.root.classList.add("sidebar-open") } }, icon("menu"));
  }

  closeSidebar() {
    this.root.classList.remove("sidebar-open");
  }

  appTabs(current) {
    const dm = this.store.botDm();
    const tab = (name, label, act) => h("button", { class: "tab", type: "button", role: "tab", "aria-selected": String(name === current), on: { click: act } }, label);
    return h("div", { class: "tabs", role: "tablist" }, tab("home", "Home", () => this.go("home")),
      tab("messages", "Messages", () => (dm ? this.go(dm.id) : this.openDm(this.store.bot.user_id))));
  }

  showMembers(trigger, channel) {
    openMenu(trigger, {
      label: "Members",
      groups: () => [{ label: "Members", options: channel.members.map((id) => this.store.user(id)).filter(Boolean)
        .map((user) => ({ value: user.id, label: user.real_name, detail: user.is_bot ? "App" : user.title, node: avatar(user) })) }],
      onPick: ({ value }) => this.openDm(value),
    });
  }

  async openDm(user) {
    const answer = await this.attempt(() => this.api.openDm(user));
    if (!answer) return;
    this.store.apply({ type: "channel", channel: answer.channel });
    this.closeSidebar();
    this.go(answer.channel.id);
  }

  async createChannel(name) {
    const answer = await this.attempt(() => this.api.createChannel(name));
    if (!answer) return;
    this.store.apply({ type: "channel", channel: answer.channel });
    this.go(answer.channel.id);
  }

  /** Add a person and become them. */
  async createPerson(name) {
    const answer = await this.attempt(() => this.api.createPerson(name));
    if (answer) this.actAs(answer.user.id);
  }

  async createGroup(handle) {
    const answer = await this.attempt(() => this.api.createGroup(handle));
    if (answer) this.store.apply({ type: "group", group: answer.group });
  }

  /** The answer, or null with the reason shown at the bottom of the page. */
  async attempt(act) {
    try {
      return await act();
    } catch (error) {
      if (error.code !== "unreachable") this.toast(error.message);
      return null;
    }
  }

  toast(text) {
    clearTimeout(this.toastTimer);
    this.toastNode.textContent = text;
    this.toastNode.hidden = false;
    this.toastTimer = setTimeout(() => { this.toastNode.hidden = true; }, 6000);
  }
}

const app = new App(document.getElementById("app"));
const linked = permalink(location.href);
if (linked) {
  app.wanted = linked.ts;
  const thread = linked.thread && linked.thread !== linked.ts ? `/${linked.thread}` : "";
  const as = app.personInUrl();
  history.replaceState(null, "", `/${as ? `?as=${encodeURIComponent(as)}` : ""}#${linked.channel}${thread}`);
}
app.start(app.personInUrl());
