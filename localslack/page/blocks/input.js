// Input blocks: a label, an element, a hint, and what is wrong with it.
import { h, uid } from "../dom.js";
import { icon } from "../icons.js";
import { element } from "../elements/index.js";
import { textOf } from "./text.js";

export function input(block, surface) {
  const id = uid("field");
  const error = surface.errors?.[block.block_id];
  const labels = { id, describedBy: error ? `${id}-error` : block.hint ? `${id}-hint` : null, label: textOf(block.label), invalid: Boolean(error) };
  const grouped = ["checkboxes", "radio_buttons"].includes(block.element?.type);
  return h("div", { class: `input-block ${error ? "invalid" : ""}`.trim() },
    h(grouped ? "div" : "label", { class: "label", for: grouped ? null : id, id: `${id}-label` }, textOf(block.label),
      block.optional ? h("span", { class: "optional" }, "(optional)") : null),
    element(block.element ?? {}, block, surface, "input", labels),
    error ? h("div", { class: "field-error", id: `${id}-error`, role: "alert" }, icon("warning"), error) : null,
    block.hint ? h("div", { class: "hint", id: `${id}-hint` }, textOf(block.hint)) : null);
}
