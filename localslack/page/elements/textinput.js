// Inputs for text, numbers, addresses.
import { h } from "../dom.js";
import { textOf } from "../blocks/text.js";

const TYPES = { email_text_input: "email", url_text_input: "url" };
const MODES = { number_input: "decimal" };

/** plain_text_input, email_text_input, url_text_input, number_input. */
export function textInput({ item, block, surface, place, labels }) {
  const entry = surface.entered(block, item);
  const value = entry ? entry.value ?? "" : String(item.initial_value ?? "");
  const field = h(item.multiline ? "textarea" : "input", {
    ...attributes(item, labels),
    type: item.multiline ? null : TYPES[item.type] ?? "text",
    inputmode: MODES[item.type] ?? null,
    maxlength: item.max_length ?? null,
    rows: item.multiline ? "4" : null,
    value,
  });
  const triggers = item.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const dispatch = () => surface.choose(block, item, { value: field.value || null }, place);
  field.addEventListener("input", () => {
    if (block.dispatch_action && triggers.includes("on_character_entered")) dispatch();
    else surface.enter(block, item, { value: field.value || null });
    count();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || (item.multiline && !event.ctrlKey && !event.metaKey)) return;
    if (!block.dispatch_action || !triggers.includes("on_enter_pressed")) return;
    event.preventDefault();
    dispatch();
  });
  const left = h("span", { class: "count", "aria-live": "polite" });
  const count = () => {
    const rest = (item.max_length ?? Infinity) - field.value.length;
    left.textContent = rest <= 50 ? String(rest) : "";
  };
  count();
  return h("span", { class: "field-box" }, field, item.max_length ? left : null);
}

/** What is typed becomes one section of plain words. */
export function richTextInput({ item, block, surface, place, labels }) {
  const words = (rich) => (rich?.elements ?? []).flatMap((part) => part.elements ?? []).map((part) => part.text ?? "").join("");
  const entry = surface.entered(block, item);
  const field = h("textarea", { ...attributes(item, labels), rows: "4", value: words(entry ? entry.rich_text_value : item.initial_value) });
  field.addEventListener("input", () => {
    const elements = [{ type: "rich_text_section", elements: [{ type: "text", text: field.value }] }];
    surface.enter(block, item, { rich_text_value: field.value ? { type: "rich_text", elements } : null });
  });
  field.addEventListener("change", () => block.dispatch_action && surface.choose(block, item, surface.entered(block, item), place));
  return field;
}

function attributes(item, labels) {
  return {
    class: "field",
    id: labels.id ?? null,
    placeholder: textOf(item.placeholder) || null,
    "aria-label": labels.label ?? null,
    "aria-describedby": labels.describedBy,
    "aria-invalid": labels.invalid ? "true" : null,
    data: { actionId: item.action_id, load: item.focus_on_load ? "focus" : null },
    autocomplete: "off",
  };
}
