// card, carousel and container.
import { h, image } from "../dom.js";
import { icon } from "../icons.js";
import { element } from "../elements/index.js";
import { richText } from "./richtext.js";
import { textNodes, textOf } from "./text.js";

const addressOf = (item) => item?.image_url ?? item?.slack_file?.url;

export function card(block, surface) {
  const words = (text, tag, className) => (text ? h(tag, { class: className }, textNodes(text, surface.people)) : null);
  return h("div", { class: "card" },
    block.hero_image ? image(addressOf(block.hero_image), block.hero_image.alt_text, "hero") : null,
    h("div", { class: "card-head" },
      block.icon ? image(addressOf(block.icon), block.icon.alt_text, "card-icon") : null,
      h("div", {}, words(block.title, "strong", "card-title text"), words(block.subtitle, "div", "secondary text"))),
    words(block.body, "div", "card-body text"),
    block.actions?.length ? h("div", { class: "actions" }, block.actions.map((item) => element(item, block, surface, "actions"))) : null);
}

export function carousel(block, surface) {
  return h("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" },
    (block.elements ?? []).map((item) => card({ ...item, block_id: item.block_id ?? block.block_id }, surface)));
}

/** `blocks` renders the children (given, so that this module needn't know every block). */
export function container(block, surface, blocks) {
  const title = block.rich_text_title ? richText(block.rich_text_title, surface.people) : textOf(block.title);
  const head = [h("strong", {}, title), block.subtitle ? h("div", { class: "secondary text" }, textNodes(block.subtitle, surface.people)) : null];
  const children = blocks(block.child_blocks, surface);
  if (!block.is_collapsible) return h("div", { class: "container" }, h("div", { class: "container-head" }, head), children);
  const key = `container:${block.block_id}`;
  const details = h("details", { class: "container", open: surface.memory.get(key) ?? !block.default_collapsed },
    h("summary", { class: "container-head" }, icon("right", "fold"), h("div", {}, head)), children);
  details.addEventListener("toggle", () => surface.memory.set(key, details.open));
  return details;
}
