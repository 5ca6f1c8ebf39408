// Checkboxes and radio buttons.
import { textNodes, textOf } from "../blocks/text.js";
import { confirmed } from "../confirm.js";
import { h, uid } from "../dom.js";

const group = (type, key, many) => ({ item, block, surface, place, labels }) => {
  const initial = many ? item.initial_options ?? [] : [item.initial_option].filter(Boolean);
  const entry = surface.entered(block, item);
  let chosen = (entry ? [entry[key]].flat().filter(Boolean) : initial).map((option) => option.value);
  const name = uid("choice");
  const options = item.options ?? [];
  const boxes = options.map((option) => h("input", { type, name, id: uid("option"), checked: chosen.includes(option.value), data: { focus: option.value } }));

  const sync = () => boxes.forEach((box, index) => { box.checked = chosen.includes(options[index].value); });
  const change = async () => {
    if (item.confirm && !(await confirmed(item.confirm, surface.people))) return sync();
    chosen = options.filter((_, index) => boxes[index].checked).map((option) => option.value);
    const picked = options.filter((option) => chosen.includes(option.value));
    return surface.choose(block, item, { [key]: many ? picked : picked[0] ?? null }, place);
  };
  boxes.forEach((box) => box.addEventListener("change", change));
  return h("div", { class: "choices", role: many ? "group" : "radiogroup", "aria-label": labels.label ?? "Choices",
    "aria-describedby": labels.describedBy, data: { actionId: item.action_id } },
  options.map((option, index) =>
    h("div", { class: "choice" }, boxes[index],
      h("label", { for: boxes[index].id },
        h("span", { class: "text" }, textNodes(option.text, surface.people)),
        option.description ? h("small", { class: "text" }, option.description.type === "mrkdwn" ? textNodes(option.description, surface.people) : textOf(option.description)) : null))));
};

export const checkboxes = group("checkbox", "selected_options", true);
export const radioButtons = group("radio", "selected_option", false);
