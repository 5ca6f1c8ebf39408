// What the composer offers while one types: commands, people and groups, channels.
import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

const MOST = 8;
const contains = (typed, ...texts) => texts.some((text) => text.toLowerCase().includes(typed));

/** {title, from, items: [{insert, label, detail, hint, node}]} for the words before the caret, or null. */
export function suggest(before, store, { commands }) {
  const slash = before.match(/^\/(\S*)$/);
  if (slash && commands) return offer("Commands", 0, commandItems(slash[1].toLowerCase(), store));
  const name = before.match(/(?:^|[\s(])([@#])([\w.-]*)$/);
  if (!name) return null;
  const typed = name[2].toLowerCase();
  const from = before.length - typed.length - 1;
  const [title, items] = name[1] === "@" ? ["People", peopleItems(typed, store)] : ["Channels", channelItems(typed, store)];
  const whole = `${name[1]}${name[2]} `;
  return offer(title, from, items.sort((one, other) => (other.insert === whole) - (one.insert === whole)));
}

function offer(title, from, items) {
  return items.length ? { title, from, items: items.slice(0, MOST) } : null;
}

function commandItems(typed, store) {
  return store.commands
    .filter(({ command }) => command.slice(1).toLowerCase().startsWith(typed))
    .map(({ command, description, usage_hint }) => ({
      insert: `${command} `, label: command, hint: usage_hint, detail: description, node: h("span", { class: "suggestion-icon" }, "/"),
    }));
}

function peopleItems(typed, store) {
  const people = [...store.users.values()].filter((user) => !user.deleted && contains(typed, user.name, user.real_name));
  const groups = [...store.groups.values()].filter((group) => contains(typed, group.handle, group.name));
  return [
    ...people.map((user) => ({ insert: `@${user.name} `, label: user.real_name, detail: user.title || `@${user.name}`, node: avatar(user, "tiny") })),
    ...groups.map((group) => ({ insert: `@${group.handle} `, label: `@${group.handle}`, detail: group.name, node: h("span", { class: "suggestion-icon" }, icon("people")) })),
  ];
}

function channelItems(typed, store) {
  return store.allChannels()
    .filter((channel) => channel.kind !== "dm" && !channel.is_archived && contains(typed, channel.name))
    .map((channel) => ({ insert: `#${channel.name} `, label: channel.name, detail: channel.topic,
      node: h("span", { class: "suggestion-icon" }, icon(channel.kind === "private" ? "lock" : "hash")) }));
}
