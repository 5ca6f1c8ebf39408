// Blocks that only show something.
import { h, image, link } from "../dom.js";
import { icon } from "../icons.js";
import { enlarge } from "../lightbox.js";
import { element } from "../elements/index.js";
import { textNodes, textOf } from "./text.js";

const FOLD_HEIGHT = 220; // (?) Slack folds by rendered height and says no number

/** A section without `expand: true` that is high shows its beginning, and "See more" for the rest. */
function foldable(main) {
  const more = h("button", { class: "see-more", type: "button", "aria-expanded": "false", hidden: true }, "See more");
  const watch = new ResizeObserver(() => {
    if (main.scrollHeight <= FOLD_HEIGHT) return;
    watch.disconnect();
    main.classList.add("folded");
    main.style.setProperty("--fold-height", `${FOLD_HEIGHT}px`);
    more.hidden = false;
  });
  watch.observe(main);
  more.addEventListener("click", () => {
    main.classList.remove("folded");
    more.remove();
  });
  return h("div", { class: "section-fold" }, main, more);
}

export function section(block, surface) {
  const text = block.text ? h("div", { class: "text" }, textNodes(block.text, surface.people)) : null;
  const fields = block.fields?.length
    ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text fact" }, textNodes(field, surface.people))))
    : null;
  const accessory = block.accessory ? element(block.accessory, block, surface, "accessory") : null;
  const wide = accessory && ["checkboxes", "radio_buttons"].includes(block.accessory.type);
  const main = h("div", { class: "section-main" }, text, fields);
  return h("div", { class: `section ${accessory ? "with-accessory" : ""} ${wide ? "wide-accessory" : ""}`.trim() },
    block.expand === true ? main : foldable(main),
    accessory ? h("div", { class: "accessory" }, accessory) : null);
}

export const header = (block) => h("h3", { class: "header-block" }, textOf(block.text));
export const divider = () => h("hr", { class: "divider" });

export function context(block, surface) {
  return h("div", { class: "context" }, (block.elements ?? []).map((item) =>
    item.type === "image"
      ? image(item.image_url ?? item.slack_file?.url, item.alt_text, "context-image")
      : h("span", { class: "context-text text" }, textNodes(item, surface.people))));
}

export function imageBlock(block) {
  const source = block.image_url ?? block.slack_file?.url;
  return h("figure", { class: "image-block" },
    block.title ? h("figcaption", {}, textOf(block.title)) : null,
    h("button", { class: "picture", type: "button", "aria-label": `Enlarge: ${block.alt_text || "image"}`,
      on: { click: () => enlarge(source, block.alt_text) } }, image(source, block.alt_text)));
}

export function fileBlock(block) {
  return h("div", { class: "file-card" }, h("span", { class: "file-icon" }, icon("file")),
    h("div", { class: "file-words" }, h("b", {}, block.external_id || block.file_id || "File"), h("small", {}, `${block.source ?? "remote"} file`)));
}

export function video(block) {
  return h("div", { class: "video" },
    h("div", {}, link(block.title_url ?? block.video_url, h("strong", {}, textOf(block.title))),
      block.author_name ? h("div", { class: "secondary" }, block.author_name) : null,
      block.description ? h("div", {}, textOf(block.description)) : null),
    h("div", { class: "video-link" }, link(block.video_url, icon("play"), "Play video")));
}

export function alert(block, surface) {
  const level = ["info", "warning", "error", "success"].includes(block.level) ? block.level : "default";
  const sign = { warning: "warning", error: "warning", success: "check" }[level] ?? "dots";
  return h("div", { class: `alert ${level}`, role: "note" }, icon(sign), h("div", { class: "text" }, textNodes(block.text, surface.people)));
}
