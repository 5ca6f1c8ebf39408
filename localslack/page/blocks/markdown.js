// The markdown block: standard Markdown, as far as Slack shows it.
import { fragment, h, image, link } from "../dom.js";
import { replaceShortcodes } from "../emoji.js";

export function markdown(block) {
  return h("div", { class: "markdown" }, paragraphs(String(block.text ?? "").replace(/\r\n?/g, "\n").split("\n")));
}

const LIST = /^(\s*)([-*+]|\d+[.)])\s+(\[[ xX]\]\s+)?(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Each way a block of lines may begin: [test(line, next), read(lines) -> [node, lines taken]]. */
const READERS = [
  [(line) => /^\s*```/.test(line), fence],
  [(line) => /^#{1,6}\s/.test(line), heading],
  [(line) => /^\s*([-*_])(\s*\1){2,}\s*$/.test(line), () => [h("hr"), 1]],
  [(line) => /^\s*>/.test(line), quote],
  [(line, next) => line.includes("|") && TABLE_RULE.test(next ?? "") && (next ?? "").includes("-"), table],
  [(line) => LIST.test(line), list],
];

function paragraphs(rows) {
  const out = [];
  let rest = rows;
  let loose = [];
  const flush = () => {
    if (loose.length) out.push(h("p", {}, loose.map((row, i) => [i ? h("br") : null, inline(row)])));
    loose = [];
  };
  while (rest.length) {
    const [line, next] = rest;
    const reader = READERS.find(([test]) => test(line, next));
    if (reader) {
      flush();
      const [node, taken] = reader[1](rest);
      out.push(node);
      rest = rest.slice(taken);
    } else {
      if (line.trim()) loose.push(line);
      else flush();
      rest = rest.slice(1);
    }
  }
  flush();
  return fragment(out);
}

function fence(rows) {
  const end = rows.findIndex((row, index) => index > 0 && /^\s*```\s*$/.test(row));
  const stop = end < 0 ? rows.length : end;
  return [h("pre", {}, rows.slice(1, stop).join("\n")), stop + 1];
}

function heading(rows) {
  const [, marks, text] = rows[0].match(/^(#{1,6})\s+(.*?)\s*#*\s*$/);
  return [h(`h${Math.min(6, marks.length + 2)}`, { class: `level-${marks.length}` }, inline(text)), 1];
}

function quote(rows) {
  const count = takeWhile(rows, (row) => /^\s*>/.test(row));
  return [h("blockquote", {}, paragraphs(rows.slice(0, count).map((row) => row.replace(/^\s*> ?/, "")))), count];
}

function list(rows) {
  const base = rows[0].match(LIST)[1].length;
  const ordered = /\d/.test(rows[0].match(LIST)[2]);
  const items = [];
  let index = 0;
  while (index < rows.length) {
    const found = rows[index].match(LIST);
    if (found && found[1].length <= base + 1) {
      items.push({ text: found[4], box: found[3], inside: [] });
    } else if (items.length && /^\s{2,}\S/.test(rows[index])) {
      items.at(-1).inside.push(rows[index].replace(new RegExp(`^\\s{1,${base + 4}}`), (space) => space.slice(base + 2)));
    } else break;
    index += 1;
  }
  const nodes = items.map(({ text, box, inside }) =>
    h("li", { class: box ? "task" : null }, box ? (/x/i.test(box) ? "☑ " : "☐ ") : null, inline(text), inside.length ? paragraphs(inside) : null));
  return [h(ordered ? "ol" : "ul", { start: ordered ? parseInt(rows[0].trim(), 10) : null }, nodes), index];
}

const cells = (row) => row.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));

function table(rows) {
  const count = takeWhile(rows, (row) => row.includes("|"));
  const line = (row, tag) => h("tr", {}, cells(row).map((cell) => h(tag, {}, inline(cell))));
  const node = h("div", { class: "table-scroll" },
    h("table", { class: "table" }, h("thead", {}, line(rows[0], "th")), h("tbody", {}, rows.slice(2, count).map((row) => line(row, "td")))));
  return [node, count];
}

function takeWhile(rows, test) {
  const end = rows.findIndex((row) => !test(row));
  return end < 0 ? rows.length : end;
}

/** [pattern, node of the match]; the earliest match counts. */
const INLINE = [
  [/`([^`]+)`/, (m) => h("code", {}, m[1])],
  [/!\[([^\]]*)\]\(([^)\s]+)\)/, (m) => image(m[2], m[1], "inline-image")],
  [/\[([^\]]+)\]\(([^)\s]+)\)/, (m) => link(m[2], inline(m[1]))],
  [/\*\*(?=\S)(.+?)\*\*/, (m) => h("strong", {}, inline(m[1]))],
  [/__(?=\S)(.+?)__/, (m) => h("strong", {}, inline(m[1]))],
  [/~~(?=\S)(.+?)~~/, (m) => h("s", {}, inline(m[1]))],
  [/\*(?=\S)([^*]+?)\*/, (m) => h("em", {}, inline(m[1]))],
  [/(?<![\p{L}\p{N}])_(?=\S)([^_]+?)_(?![\p{L}\p{N}])/u, (m) => h("em", {}, inline(m[1]))],
  [/\bhttps?:\/\/[^\s<>)]+/, (m) => link(m[0], m[0])],
  [/\\([\\`*_{}[\]()#+\-.!|~>])/, (m) => m[1]],
];

function inline(text) {
  let best = null;
  for (const [pattern, node] of INLINE) {
    const found = pattern.exec(text);
    if (found && (!best || found.index < best.found.index)) best = { found, node };
  }
  if (!best) return replaceShortcodes(text);
  const { found, node } = best;
  return [replaceShortcodes(text.slice(0, found.index)), node(found), inline(text.slice(found.index + found[0].length))];
}
