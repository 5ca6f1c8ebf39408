// Secondary attachments (the bar at the left), and files.
import { renderBlocks } from "./blocks/index.js";
import { h, image, link, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { enlarge } from "./lightbox.js";
import { mrkdwn, plain } from "./mrkdwn.js";

const NAMED = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

function barColor(color) {
  if (NAMED[color]) return NAMED[color];
  return /^#?[0-9a-f]{6}$/i.test(color ?? "") ? `#${color.replace("#", "")}` : null;
}

export function attachment(item, surface) {
  const text = (value, className) => (value ? h("div", { class: `text ${className}` }, mrkdwn(value, surface.people)) : null);
  const title = item.title ? h("div", { class: "attachment-title" }, item.title_link ? link(item.title_link, plain(item.title)) : plain(item.title)) : null;
  const fields = (item.fields ?? []).map((field) =>
    h("div", { class: `fact ${field.short ? "" : "long"}` }, h("b", {}, plain(field.title)), text(field.value, "")));
  return h("div", { class: "attachment-box" },
    text(item.pretext, "pretext"),
    h("div", { class: "attachment", style: barColor(item.color) ? { "--bar": barColor(item.color) } : {} },
      item.author_name ? h("div", { class: "secondary" }, plain(item.author_name)) : null,
      title,
      item.blocks ? renderBlocks(item.blocks, surface) : text(item.text, ""),
      fields.length ? h("div", { class: "fields" }, fields) : null,
      item.image_url ? image(item.image_url, item.fallback ?? "", "attachment-image") : null,
      item.footer ? h("div", { class: "secondary small" }, plain(item.footer)) : null));
}

const UNITS = ["B", "kB", "MB", "GB"];

function size(bytes) {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const number = bytes / 1000 ** power;
  return `${power && number < 10 ? number.toFixed(1) : Math.round(number)} ${UNITS[power]}`;
}

export function file(item) {
  if (item.is_image) {
    return h("figure", { class: "file-image" },
      h("figcaption", {}, item.title || item.name),
      h("button", { class: "picture", type: "button", "aria-label": `Enlarge: ${item.title || item.name}`, on: { click: () => enlarge(item.url, item.title) } },
        image(item.url, item.alt || item.title || item.name)));
  }
  const href = safeUrl(item.url);
  return h("div", { class: "file-card" },
    h("span", { class: "file-icon" }, icon("file")),
    h("div", { class: "file-words" }, h("b", {}, item.title || item.name), h("small", {}, `${item.name} · ${size(item.size)}`)),
    href ? h("a", { class: "plain-button", href, download: item.name, "aria-label": `Download ${item.name}` }, icon("download")) : null);
}
