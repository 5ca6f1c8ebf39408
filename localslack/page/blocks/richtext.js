// rich_text: sections, lists, quotes and preformatted text (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block).
import { fragment, h, link } from "../dom.js";
import { emoji } from "../emoji.js";
import { slackDate } from "../dates.js";
import { channelMention, everyone, groupMention, userMention } from "../mrkdwn.js";

export function richText(block, people) {
  return h("div", { class: "rich-text" }, elements(block.elements, people));
}

/** Consecutive lists of growing indent are one tree to the eye: the indent alone tells them apart. */
export function elements(list, people) {
  return (list ?? []).map((element) => outer(element, people));
}

function outer(element, people) {
  const inside = () => (element.elements ?? []).map((item) => inner(item, people));
  switch (element.type) {
    case "rich_text_section":
      return h("div", { class: "rich-section" }, inside());
    case "rich_text_preformatted":
      return h("pre", {}, inside());
    case "rich_text_quote":
      return h("blockquote", {}, inside());
    case "rich_text_list":
      return bullets(element, people);
    default:
      return inner(element, people);
  }
}

function bullets(element, people) {
  const ordered = element.style === "ordered";
  const level = element.indent ?? 0;
  const types = ordered ? ["decimal", "lower-alpha", "lower-roman"] : ["disc", "circle", "square"];
  return h(
    ordered ? "ol" : "ul",
    { start: ordered && element.offset ? element.offset + 1 : null, style: { "--indent": String(level), "list-style-type": types[level % 3] } },
    (element.elements ?? []).map((item) => h("li", {}, outer(item, people))),
  );
}

const RENDER = {
  text: (item) => newlines(item.text),
  link: (item) => link(item.url, item.text || item.url),
  user: (item, people) => userMention(item.user_id, people),
  usergroup: (item, people) => groupMention(item.usergroup_id, people),
  channel: (item, people) => channelMention(item.channel_id, people),
  broadcast: (item) => everyone(item.range),
  emoji: (item) => sign(item),
  date: (item) => dateOf(item),
  color: (item) => h("span", { class: "color" }, h("i", { style: { background: /^#[0-9a-f]{3,8}$/i.test(item.value) ? item.value : "none" } }), item.value),
};

function sign(item) {
  const found = emoji(item.name) ?? fromUnicode(item.unicode) ?? `:${item.name}:`;
  return h("span", { class: "emoji", title: `:${item.name}:` }, found);
}

function fromUnicode(codes) {
  if (!/^[0-9a-f]+(-[0-9a-f]+)*$/i.test(codes ?? "")) return null;
  return String.fromCodePoint(...codes.split("-").map((code) => parseInt(code, 16)));
}

function dateOf(item) {
  const words = slackDate(item.timestamp, item.format ?? "{date_short_pretty} at {time}", item.fallback ?? "");
  return h("time", { class: "date" }, item.url ? link(item.url, words) : words);
}

function newlines(text) {
  return String(text ?? "").split("\n").map((row, index) => [index ? h("br") : null, row]);
}

function inner(item, people) {
  const render = RENDER[item.type];
  if (!render) return h("span", { class: "unknown-inline" }, `[${item.type}]`);
  return styled(render(item, people), item.style);
}

function styled(node, style) {
  let out = node;
  if (style?.code) out = h("code", {}, out);
  if (style?.strike) out = h("s", {}, out);
  if (style?.italic) out = h("em", {}, out);
  if (style?.bold) out = h("strong", {}, out);
  if (style?.underline) out = h("u", {}, out);
  return fragment(out);
}
