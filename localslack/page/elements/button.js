// Buttons. A click is never silent: the button spins until the app acknowledged, or a warning says why it did not.
import { textOf } from "../blocks/text.js";
import { confirmed } from "../confirm.js";
import { h, safeUrl } from "../dom.js";
import { icon } from "../icons.js";

async function press({ item, block, surface }, choice) {
  if (surface.isBusy(block, item)) return;
  if (item.confirm && !(await confirmed(item.confirm, surface.people))) return;
  await surface.act(block, item, choice);
}

export function button(given) {
  const { item } = given;
  const style = ["primary", "danger"].includes(item.style) ? item.style : "";
  const shared = { class: `button ${style}`.trim(), data: { actionId: item.action_id }, "aria-label": item.accessibility_label ?? null };
  const href = item.url && safeUrl(item.url);
  const choice = item.value === undefined ? {} : { value: item.value };
  const words = h("span", { class: "button-text" }, textOf(item.text));
  if (href) {
    return h("a", { ...shared, href, target: "_blank", rel: "noopener noreferrer", on: { click: () => press(given, choice) } }, words);
  }
  return h("button", { ...shared, type: "button", on: { click: () => press(given, choice) } }, words);
}

export function feedback(given) {
  const one = (side, name) =>
    side && h("button", { class: "icon-button", type: "button", title: textOf(side.text),
      "aria-label": side.accessibility_label ?? textOf(side.text), on: { click: () => press(given, { value: side.value }) } }, icon(name));
  return h("span", { class: "feedback", data: { actionId: given.item.action_id } },
    one(given.item.positive_button, "thumbup"), one(given.item.negative_button, "thumbdown"));
}

export function iconButton(given) {
  const { item } = given;
  const words = textOf(item.text);
  return h("button", { class: "icon-button", type: "button", title: words, "aria-label": item.accessibility_label ?? words,
    data: { actionId: item.action_id }, on: { click: () => press(given, item.value === undefined ? {} : { value: item.value }) } },
  icon(item.icon === "trash" ? "trash" : "dots"));
}
