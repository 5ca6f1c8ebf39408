// Every kind of menu: static, external, people, channels, conversations; one choice or several.
import { textOf } from "../blocks/text.js";
import { confirmed } from "../confirm.js";
import { clear, h } from "../dom.js";
import { icon } from "../icons.js";
import { openMenu } from "../menu.js";
import { sourceOf } from "./sources.js";

export function select(given) {
  const { item, block, surface, place, labels } = given;
  const many = item.type.startsWith("multi_");
  const source = sourceOf(item, block, surface);
  const key = many ? `${source.key}s` : source.key;
  const entry = surface.entered(block, item);
  let chosen = [entry ? entry[key] : source.initial(many)].flat().filter((value) => value !== null && value !== undefined);

  const trigger = h("button", { class: `select ${many ? "many" : ""}`.trim(), type: "button", id: labels.id ?? null, "aria-haspopup": "listbox",
    "aria-expanded": "false", "aria-describedby": labels.describedBy, "aria-invalid": labels.invalid ? "true" : null, data: { actionId: item.action_id } });
  const draw = () => {
    const placeholder = textOf(item.placeholder) || (many ? "Choose some" : "Choose an option");
    const names = chosen.map(source.label);
    clear(trigger).append(
      h("span", { class: names.length ? "select-value" : "select-value empty" },
        !names.length ? placeholder : many ? names.map((name) => h("span", { class: "chip" }, name)) : names[0]),
      icon("down"),
    );
    trigger.setAttribute("aria-label", `${labels.label ?? placeholder}: ${names.join(", ") || "nothing chosen"}`);
  };
  const commit = async (next) => {
    if (item.confirm && !(await confirmed(item.confirm, surface.people))) return;
    chosen = next;
    draw();
    await surface.choose(block, item, { [key]: many ? chosen : chosen[0] ?? null }, place);
  };
  trigger.addEventListener("click", () => open({ given, trigger, source, many, chosen, commit }));
  draw();
  return trigger;
}

function open({ given, trigger, source, many, chosen, commit }) {
  const { item, labels } = given;
  let picked = [...chosen];
  const idOf = source.id;
  const has = (value) => picked.some((one) => idOf(one) === idOf(value));
  const most = item.max_selected_items ?? Infinity;
  openMenu(trigger, {
    label: labels.label ?? (textOf(item.placeholder) || "Options"),
    searchable: source.searchable,
    groups: source.groups,
    many,
    isChosen: (option) => has(option.value),
    onPick: (option) => {
      if (!many) commit([option.value]);
      else if (has(option.value)) picked = picked.filter((one) => idOf(one) !== idOf(option.value));
      else if (picked.length < most) picked.push(option.value);
    },
    onClose: () => {
      if (many && JSON.stringify(picked) !== JSON.stringify(chosen)) commit(picked);
    },
  });
}
