// The sidebar: who one is, channels, direct messages, the app.
import { avatar } from "./avatar.js";
import { clear, h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";

const STEPS = [600, 3600, 4 * 3600, 86_400, 7 * 86_400];
const UNITS = [["week", 7 * 86_400], ["day", 86_400], ["hour", 3600], ["minute", 60]];

/** "4 hours", "1 day 2 hours": the two largest units. short: a shorter word by unit. */
function span(seconds, short = {}) {
  const parts = [];
  let left = seconds;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count) parts.push(`${count} ${short[unit] ?? (count === 1 ? unit : `${unit}s`)}`);
  }
  return parts.slice(0, 2).join(" ") || "less than a minute";
}

export class Sidebar {
  constructor(app) {
    this.app = app;
    this.node = h("nav", { class: "sidebar", id: "sidebar", "aria-label": "Workspace" });
  }

  draw() {
    const { store } = this.app;
    const focus = document.activeElement?.closest?.(".sidebar [data-focus]")?.dataset.focus;
    clear(this.node).append(
      h("div", { class: "team" }, h("b", {}, store.team.name), h("span", { class: "team-note" }, "local workspace")),
      this.person(),
      h("div", { class: "sidebar-scroll" }, this.channels(), this.people(), this.apps(), this.groups()),
      this.clock(),
      this.connection(),
    );
    if (focus) this.node.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
  }

  person() {
    const { me } = this.app.store;
    const trigger = h("button", { class: "person", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false",
      "aria-label": `Acting as ${me.real_name}, ${me.title}. Change person`, data: { testid: "person", focus: "person" } },
    avatar(me),
    h("span", { class: "person-words" }, h("small", {}, "Acting as"), h("b", {}, me.real_name), h("span", { class: "person-title" }, me.title)),
    icon("down"));
    trigger.addEventListener("click", () => this.choosePerson(trigger));
    return trigger;
  }

  choosePerson(trigger) {
    const { store } = this.app;
    const groupsOf = (user) => [...store.groups.values()].filter((group) => group.users.includes(user.id)).map((group) => `@${group.handle}`);
    const users = [...store.users.values()].filter((user) => !user.is_bot);
    openMenu(trigger, {
      label: "Act as",
      searchable: true,
      isChosen: (option) => option.value === store.me.id,
      groups: (typed) => {
        const name = typed.trim();
        const options = users.filter((user) => user.real_name.toLowerCase().includes(name.toLowerCase())).map((user) => ({
          value: user.id, label: user.deleted ? `${user.real_name} (deactivated)` : user.real_name,
          detail: [user.title, ...groupsOf(user)].filter(Boolean).join(" · "), node: avatar(user),
        }));
        const isNew = name.length > 1 && !users.some((user) => user.real_name.toLowerCase() === name.toLowerCase());
        if (isNew) options.push({ create: name, label: `Add ${name}`, detail: "A new member of the workspace" });
        return [{ label: name ? "Act as" : "Act as, or type the name of a new person", options }];
      },
      onPick: (option) => (option.create ? this.app.createPerson(option.create) : this.app.actAs(option.value)),
    });
  }

  section(title, rows, extra = null) {
    return h("section", { class: "sidebar-section", "aria-label": title }, h("h2", {}, title, extra), rows);
  }

  row({ href, channel, current, unread, quiet, sign, words, tail }) {
    return h("a", { class: `row ${current ? "current" : ""} ${unread ? "unread" : ""}`.trim(), href, "aria-current": current ? "page" : null,
      data: { channel, focus: href }, on: { click: () => this.app.closeSidebar() } },
    sign, h("span", { class: "row-name" }, words), tail ?? null,
    unread ? h("span", { class: `badge ${quiet ? "quiet-badge" : ""}`.trim(), "aria-label": `${unread} unread` }, String(unread)) : null);
  }

  channels() {
    const { store } = this.app;
    const joined = store.allChannels().filter((channel) => channel.kind !== "dm" && channel.joined && !channel.is_archived);
    joined.sort((one, other) => one.name.localeCompare(other.name));
    const here = this.app.place.channel && store.channel(this.app.place.channel);
    if (here && here.kind !== "dm" && !joined.includes(here)) joined.push(here);
    const rows = joined.map((channel) => this.row({
      href: `#${channel.id}`, channel: channel.id, current: this.app.place.channel === channel.id, unread: channel.unread, quiet: true,
      sign: icon(channel.kind === "private" ? "lock" : "hash"), words: channel.name,
    }));
    const add = h("button", { class: "row add", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false", data: { focus: "browse" } },
      h("span", { class: "add-sign" }, icon("plus")), h("span", { class: "row-name" }, "Browse channels"));
    add.addEventListener("click", () => this.browse(add));
    return this.section("Channels", [rows, add]);
  }

  browse(trigger) {
    const { app } = this;
    const valid = (name) => /^[a-z0-9_-]{1,80}$/.test(name);
    const open = app.place.channel && app.store.channel(app.place.channel);
    const here = open && open.kind !== "dm" && !open.is_archived ? open : null;
    openMenu(trigger, {
      label: "Channels",
      searchable: true,
      groups: (typed) => {
        const name = typed.trim().toLowerCase().replace(/^#/, "");
        const others = app.store.allChannels().filter((channel) => channel.kind !== "dm" && !channel.is_archived && channel.name.includes(name));
        const options = others.map((channel) => ({ value: channel.id, label: `#${channel.name}`, detail: [channel.joined ? "joined" : "not joined", channel.topic].filter(Boolean).join(" · ") }));
        const isNew = valid(name) && !others.some((channel) => channel.name === name);
        if (isNew) options.push({ create: name, label: `Create #${name}`, detail: "A new channel, with you in it" });
        if (isNew && here) options.push({ rename: name, label: `Rename #${here.name} to #${name}`, detail: "The channel that is open" });
        return [{ label: name ? "Channels" : "Go to, or type the name of a new channel", options }];
      },
      onPick: (option) => {
        if (option.rename) app.attempt(() => app.api.renameChannel(here.id, option.rename));
        else if (option.create) app.createChannel(option.create);
        else app.go(option.value);
      },
    });
  }

  people() {
    const { store } = this.app;
    const open = new Map(store.allChannels().filter((channel) => channel.kind === "dm").map((channel) => [channel.dm_with, channel]));
    const users = store.activeUsers().filter((user) => open.has(user.id));
    users.sort((one, other) => one.real_name.localeCompare(other.real_name));
    const rows = users.map((user) => {
      const channel = open.get(user.id);
      return this.row({
        href: `#${channel.id}`, channel: channel.id, current: this.app.place.channel === channel.id, unread: channel.unread,
        sign: avatar(user, "tiny"), words: user.real_name, tail: user.id === store.me.id ? h("small", { class: "you" }, "you") : null,
      });
    });
    const add = h("button", { class: "row add", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false", data: { focus: "dm" } },
      h("span", { class: "add-sign" }, icon("plus")), h("span", { class: "row-name" }, "New message"));
    add.addEventListener("click", () => openMenu(add, {
      label: "People",
      searchable: true,
      groups: (typed) => [{ options: store.activeUsers().filter((user) => user.real_name.toLowerCase().includes(typed.toLowerCase()))
        .map((user) => ({ value: user.id, label: user.real_name, detail: user.title, node: avatar(user) })) }],
      onPick: ({ value }) => this.app.openDm(value),
    }));
    return this.section("Direct messages", [rows, add]);
  }

  apps() {
    const { store, place } = this.app;
    const bot = store.user(store.bot.user_id) ?? { initials: store.botName[0], is_bot: true };
    const dm = store.botDm();
    const sign = h("span", { class: "app-sign" }, avatar(bot, "tiny"), h("i", { class: store.bot.connected ? "dot on" : "dot" }));
    const name = this.row({ href: dm ? `#${dm.id}` : "#home", current: false, unread: 0, sign, words: store.botName });
    name.classList.add("app-row");
    name.removeAttribute("data-channel");
    const sub = (row) => { row.classList.add("sub"); return row; };
    const home = sub(this.row({ href: "#home", current: place.home, words: "Home" }));
    const messages = dm
      ? this.row({ href: `#${dm.id}`, channel: dm.id, current: place.channel === dm.id, unread: dm.unread, words: "Messages" })
      : h("button", { class: "row", type: "button", data: { focus: "bot-dm" }, on: { click: () => this.app.openDm(store.bot.user_id) } }, h("span", { class: "row-name" }, "Messages"));
    return this.section("Apps", [name, home, sub(messages), sub(this.row({ href: "#requests", current: place.requests, words: "Requests" }))]);
  }

  groups() {
    const groups = [...this.app.store.groups.values()].sort((one, other) => one.handle.localeCompare(other.handle));
    const rows = groups.map((group) => {
      const row = h("button", { class: "row", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false", "aria-label": `@${group.handle}, ${group.users.length} members. Change them`, data: { focus: `group-${group.id}`, group: group.id } },
        icon("people"), h("span", { class: "row-name" }, `@${group.handle}`), h("small", { class: "group-size" }, String(group.users.length)));
      row.addEventListener("click", () => this.changeGroup(row, group));
      return row;
    });
    const add = h("button", { class: "row add", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false", data: { focus: "new-group" } },
      h("span", { class: "add-sign" }, icon("plus")), h("span", { class: "row-name" }, "New group"));
    add.addEventListener("click", () => this.nameGroup(add, groups));
    return this.section("User groups", [rows, add]);
  }

  /** One change for all that was chosen, once the menu closes. */
  changeGroup(trigger, group) {
    const { app } = this;
    const before = [...group.users];
    const chosen = new Set(before);
    openMenu(trigger, {
      label: `Members of @${group.handle}`,
      many: true,
      isChosen: (option) => chosen.has(option.value),
      groups: () => [{ label: `Who is in @${group.handle}?`, options: app.store.activeUsers().map((user) => ({ value: user.id, label: user.real_name, detail: user.title, node: avatar(user) })) }],
      onPick: ({ value }) => (chosen.has(value) ? chosen.delete(value) : chosen.add(value)),
      onClose: () => {
        const changed = chosen.size !== before.length || before.some((id) => !chosen.has(id));
        if (changed) app.attempt(() => app.api.changeGroup(group.id, [...chosen]));
      },
    });
  }

  nameGroup(trigger, groups) {
    openMenu(trigger, {
      label: "New group",
      searchable: true,
      placeholder: "Handle",
      groups: (typed) => {
        const handle = typed.trim().toLowerCase().replace(/^@/, "").replace(/\s+/g, "-");
        const valid = /^[a-z0-9._-]{1,80}$/.test(handle) && !groups.some((group) => group.handle === handle);
        return [{ label: "Type the handle of the new group", options: valid ? [{ create: handle, label: `Create @${handle}`, detail: "A new group, with you in it" }] : [] }];
      },
      onPick: ({ create }) => this.app.createGroup(create),
    });
  }

  clock() {
    const { movedBy } = this.app.store;
    if (movedBy === null) return "";
    const note = movedBy ? h("small", { class: "ahead" }, `+${span(movedBy, { minute: "min", hour: "h" })}`) : null;
    const trigger = h("button", { class: "row clock", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false", data: { focus: "clock", testid: "clock" } },
      icon("clock"), h("span", { class: "row-name" }, "Move time on"), note);
    trigger.addEventListener("click", () => openMenu(trigger, {
      label: "Move time on",
      groups: () => [{ label: "Deadlines, reminders and schedules come due", options: STEPS.map((seconds) => ({ value: seconds, label: `By ${span(seconds)}` })) }],
      onPick: ({ value }) => this.app.attempt(() => this.app.api.moveClock(value)),
    }));
    return trigger;
  }

  connection() {
    const { bot, botName } = this.app.store;
    return h("div", { class: "connection", role: "status", data: { testid: "bot-status", connected: String(bot.connected) } },
      h("i", { class: bot.connected ? "dot on" : "dot" }), bot.connected ? `${botName} is connected` : `${botName} is not connected`);
  }
}
