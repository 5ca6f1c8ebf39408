// The overflow menu: three dots.
import { textOf } from "../blocks/text.js";
import { confirmed } from "../confirm.js";
import { h, safeUrl } from "../dom.js";
import { icon } from "../icons.js";
import { openMenu } from "../menu.js";

export function overflow({ item, block, surface }) {
  const pick = async (option) => {
    if (item.confirm && !(await confirmed(item.confirm, surface.people))) return;
    const href = option.url && safeUrl(option.url);
    if (href) window.open(href, "_blank", "noopener");
    await surface.act(block, item, { selected_option: option });
  };
  const trigger = h("button", { class: "button overflow", type: "button", "aria-label": "More actions", "aria-haspopup": "listbox",
    "aria-expanded": "false", data: { actionId: item.action_id } }, icon("dots"));
  trigger.addEventListener("click", () =>
    openMenu(trigger, {
      label: "More actions",
      groups: () => [{ options: (item.options ?? []).map((option) => ({ label: textOf(option.text), detail: textOf(option.description), option })) }],
      onPick: ({ option }) => pick(option),
    }));
  return trigger;
}
