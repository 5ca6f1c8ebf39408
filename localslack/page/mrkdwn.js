// Slack's mrkdwn (https://docs.slack.dev/messaging/formatting-message-text) as DOM.
import { slackDate } from "./dates.js";
import { fragment, h, link } from "./dom.js";
import { SHORTCODE, emoji, replaceFound, replaceShortcodes } from "./emoji.js";

const ATOM = "\uE000"; // stands for a node that is ready, while styles around it are found

/** The characters behind Slack's three escapes. */
export function unescape(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** Words of plain_text: emoji names are signs, nothing else is special. */
export function plain(text, signs = true) {
  const words = unescape(String(text ?? ""));
  return signs ? replaceShortcodes(words) : words;
}

/** The same text without any formatting, for previews and screen readers. */
export function words(text, people) {
  const node = h("div", {}, mrkdwn(text, people));
  return node.textContent.replace(/\s+/g, " ").trim();
}

/** `people` answers user(id), channel(id), group(id), isMe(id), inGroup(id). */
export function mrkdwn(text, people) {
  const source = String(text ?? "").replaceAll(ATOM, "");
  const parts = source.split(/```([\s\S]+?)```/);
  const out = [];
  parts.forEach((part, index) => {
    if (index % 2) out.push(h("pre", {}, preformatted(part.replace(/^\n/, "").replace(/\n$/, ""))));
    else out.push(lines(trimAround(part, index, parts.length), people));
  });
  return fragment(out);
}

// A code block is a block of its own: the line breaks next to it aren't shown.
function trimAround(part, index, count) {
  let text = part;
  if (index > 0) text = text.replace(/^\n/, "");
  if (index < count - 1) text = text.replace(/\n$/, "");
  return text;
}

function preformatted(text) {
  return unescape(text.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (whole, target, label) => label ?? target));
}

function lines(text, people) {
  if (!text) return null;
  const out = [];
  let quoted = [];
  let loose = [];
  const flushLoose = () => {
    if (loose.length) out.push(h("span", { class: "run" }, inline(loose, people)));
    loose = [];
  };
  const flushQuote = () => {
    if (quoted.length) out.push(h("blockquote", {}, inline(quoted, people)));
    quoted = [];
  };
  const all = text.split("\n");
  for (let i = 0; i < all.length; i += 1) {
    const long = all[i].match(/^(?:&gt;|>){3} ?(.*)$/);
    const quote = all[i].match(/^(?:&gt;|>(?!>)) ?(.*)$/);
    if (long) {
      flushLoose();
      quoted.push(long[1], ...all.slice(i + 1));
      break;
    }
    if (quote) {
      flushLoose();
      quoted.push(quote[1]);
    } else {
      flushQuote();
      loose.push(all[i]);
    }
  }
  flushQuote();
  flushLoose();
  return out;
}

function inline(rows, people) {
  return rows.map((row, index) => [index ? h("br") : null, styled(row, people)]);
}

const HELD = `\`([^\`\n]+)\`|<([^<>\n]+)>|${SHORTCODE}`;

function styled(text, people) {
  const atoms = [];
  const held = replaceFound(text, HELD, ([, code, target, name]) => {
    const node = code ? h("code", {}, preformatted(code)) : target ? reference(target, people) : sign(name);
    if (!node) return null;
    atoms.push(node);
    return ATOM;
  });
  return spans(held, atoms[Symbol.iterator]());
}

function sign(name) {
  const found = emoji(name);
  return found && h("span", { class: "emoji", title: `:${name}:` }, found);
}

const TAGS = { "*": "strong", _: "em", "~": "s" };
// A mark opens at the start of a word and closes at the end of one.
const STYLE = /(^|[^\p{L}\p{N}*_~])([*_~])(?=\S)((?:(?!\2).)*?[^\s])\2(?![\p{L}\p{N}])/u;

function spans(text, atoms) {
  const found = STYLE.exec(text);
  if (!found) return leaf(text, atoms);
  const [whole, before, mark, inner] = found;
  const start = found.index + before.length;
  return [
    leaf(text.slice(0, start), atoms),
    h(TAGS[mark], {}, spans(inner, atoms)),
    spans(text.slice(found.index + whole.length), atoms),
  ];
}

function leaf(text, atoms) {
  return text.split(ATOM).map((part, index) => [index ? atoms.next().value : null, unescape(part)]);
}

/** What stands between < and >. */
function reference(inner, people) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inner.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), people, label);
  if (target.startsWith("#")) return channelMention(target.slice(1), people, label);
  if (target.startsWith("!")) return special(target.slice(1), label, people);
  return link(unescape(target), replaceShortcodes(label || unescape(target).replace(/^mailto:/, "")));
}

export function userMention(id, people, label = "") {
  const user = people.user(id);
  const me = people.isMe(id);
  return h("span", { class: me ? "mention me" : "mention", data: { user: id }, title: user?.title || null }, `@${user?.real_name ?? (label || id)}`);
}

export function channelMention(id, people, label = "") {
  const channel = people.channel(id);
  const name = channel?.name ?? label;
  if (!name) return h("span", { class: "mention" }, "a private channel");
  return h("a", { class: "mention", href: `#${id}`, data: { channel: id } }, `#${name}`);
}

export function groupMention(id, people, label = "") {
  const group = people.group(id);
  const name = group ? `@${group.handle}` : label || id;
  return h("span", { class: people.inGroup(id) ? "mention me" : "mention", title: group?.name ?? null }, name);
}

export function everyone(range) {
  return h("span", { class: "mention me" }, `@${range}`);
}

function special(target, label, people) {
  const [kind, ...rest] = target.split("^");
  if (["here", "channel", "everyone"].includes(kind)) return everyone(kind);
  if (kind === "subteam") return groupMention(rest[0] ?? "", people, label);
  if (kind === "date") {
    const text = slackDate(rest[0], unescape(rest[1] ?? ""), label);
    const shown = h("time", { class: "date", title: label || null }, text);
    return rest[2] ? link(unescape(rest[2]), shown) : shown;
  }
  return fragment(label || `<${target}>`);
}
