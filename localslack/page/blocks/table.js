// The table block.
import { h } from "../dom.js";
import { replaceShortcodes } from "../emoji.js";
import { richText } from "./richtext.js";

export function table(block, surface) {
  const settings = block.column_settings ?? [];
  const [head = [], ...rows] = block.rows ?? [];
  const line = (cells, tag) =>
    h("tr", {}, cells.map((cell, column) => h(tag, { class: look(settings[column]), scope: tag === "th" ? "col" : null }, content(cell, surface))));
  return h("div", { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Table" },
    h("table", { class: "table" }, h("thead", {}, line(head, "th")), h("tbody", {}, rows.map((row) => line(row, "td")))));
}

function look(setting) {
  const align = ["left", "center", "right"].includes(setting?.align) ? `align-${setting.align}` : "";
  return `${align} ${setting?.is_wrapped ? "wraps" : ""}`.trim() || null;
}

/** What a cell holds. */
export function content(cell, surface) {
  if (cell?.type === "rich_text") return richText(cell, surface.people);
  return replaceShortcodes(String(cell?.text ?? cell?.value ?? ""));
}
