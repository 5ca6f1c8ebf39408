// data_table: a table with a caption that people sort by a column, filter by a text and page through.
import { h } from "../dom.js";
import { content } from "./table.js";

export function dataTable(block, surface) {
  const key = `data_table:${block.block_id}`;
  const state = surface.memory.get(key) ?? { page: 0, column: -1, down: false, words: "" };
  surface.memory.set(key, state);
  const [head = [], ...rows] = block.rows ?? [];
  const size = block.page_size ?? 5;
  const body = h("tbody"), foot = h("div", { class: "data-table-foot" });
  const aligned = (column) => (rows.some((row) => row[column]?.type === "raw_number") ? "align-right" : null);
  const columns = head.map((cell, column) => h("th", { scope: "col", class: aligned(column) }, h("button", { type: "button", class: "sorter", on: { click: () => sort(column) } }, content(cell, surface))));
  const search = h("input", { class: "field data-table-filter", type: "search", placeholder: "Filter", "aria-label": `Filter ${block.caption}`, value: state.words,
    on: { input: () => { Object.assign(state, { words: search.value, page: 0 }); show(); } } });

  function sort(column) {
    Object.assign(state, { down: state.column === column && !state.down, column, page: 0 });
    show();
  }

  function chosen() {
    const words = state.words.trim().toLowerCase();
    const found = rows.filter((row) => !words || row.some((cell) => plainText(cell).toLowerCase().includes(words)));
    if (state.column >= 0) found.sort((a, b) => compare(a[state.column], b[state.column]) * (state.down ? -1 : 1));
    return found;
  }

  function show() {
    const found = chosen();
    const pages = Math.max(1, Math.ceil(found.length / size));
    state.page = Math.min(state.page, pages - 1);
    const shown = found.slice(state.page * size, (state.page + 1) * size);
    body.replaceChildren(...shown.map((row) => h("tr", {}, row.map((cell, column) =>
      h(column === (block.row_header_column_index ?? 0) ? "th" : "td", { class: cell?.type === "raw_number" ? "align-right" : null, scope: column === (block.row_header_column_index ?? 0) ? "row" : null }, content(cell, surface))))));
    columns.forEach((node, column) => node.setAttribute("aria-sort", column !== state.column ? "none" : state.down ? "descending" : "ascending"));
    const turn = (label, by) => h("button", { type: "button", class: "link", disabled: state.page + by < 0 || state.page + by >= pages, on: { click: () => { state.page += by; show(); } } }, label);
    foot.replaceChildren(h("span", {}, `${found.length} ${found.length === 1 ? "row" : "rows"}`), ...(pages > 1 ? [turn("Previous", -1), h("span", {}, `Page ${state.page + 1} of ${pages}`), turn("Next", 1)] : []));
  }

  show();
  return h("div", { class: "data-table" }, h("div", { class: "data-table-head" }, h("b", {}, block.caption), search),
    h("div", { class: "table-scroll", tabindex: "0", role: "group", "aria-label": block.caption },
      h("table", { class: "table" }, h("thead", {}, h("tr", {}, columns)), body)), foot);
}

function plainText(cell) {
  if (cell?.type !== "rich_text") return String(cell?.text ?? cell?.value ?? "");
  return JSON.stringify(cell.elements);
}

function compare(a, b) {
  if (a?.type === "raw_number" && b?.type === "raw_number") return a.value - b.value;
  return plainText(a).localeCompare(plainText(b), "en", { numeric: true });
}
