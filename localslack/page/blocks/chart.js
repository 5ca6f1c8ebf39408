// data_visualization: charts that also read in shades of gray. Patterns, dashes, markers and numbers tell series apart.
import { h } from "../dom.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 220;
const LETTER = 6.8;
const DASHES = ["none", "6 3", "2 3", "9 3 2 3", "1 4", "12 4"];
const FORMAT = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const number = (value) => FORMAT.format(value);
let drawn = 0;

/** The chart, drawn again whenever its width changes: text keeps its size on a phone. */
export function chart(block) {
  const data = block.chart ?? {};
  const draw = data.type === "pie" ? pie : plot;
  const stage = h("div", { class: "chart-stage" });
  const figure = h("figure", { class: "chart", role: "group", "aria-label": block.title },
    h("figcaption", {}, block.title), stage, legend(data), h("div", { class: "quiet" }, words(data)));
  let width = 0;
  new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (now && now !== width) stage.replaceChildren(draw(data, (width = now)));
  }).observe(stage);
  return figure;
}

/** All numbers, for screen readers. */
function words(data) {
  if (data.type === "pie") return data.segments.map((each) => `${each.label}: ${number(each.value)}`).join(", ");
  return data.series.map((each) => `${each.name}: ${each.data.map((point) => `${point.label} ${number(point.value)}`).join(", ")}`).join("; ");
}

function legend(data) {
  if (data.type === "pie") {
    const total = data.segments.reduce((sum, each) => sum + each.value, 0);
    return keys(data.segments.map((each) => `${each.label}: ${number(each.value)} (${Math.round((100 * each.value) / total)} %)`), "bar");
  }
  return data.series.length > 1 ? keys(data.series.map((each) => each.name), data.type) : null;
}

function keys(names, type) {
  return h("div", { class: "chart-legend", "aria-hidden": "true" }, names.map((name, index) => h("span", {}, key(type, index), name)));
}

function key(type, index) {
  const node = make("svg", { class: "chart-key", viewBox: "0 0 20 14", width: 20, height: 14 });
  const fill = patterns(node);
  if (type === "line" || type === "area") {
    node.append(make("path", { d: "M0 7H20", class: "chart-line", stroke: color(index), "stroke-dasharray": DASHES[index % 6] }), marker(index, 10, 7));
  } else node.append(make("rect", { x: 2, y: 1, width: 14, height: 12, fill: fill(index), stroke: color(index) }));
  return node;
}

const color = (index) => `var(--chart-${(index % 6) + 1})`;

function make(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Fills of the six series in this picture: solid, hatched both ways, dotted, empty, checked. */
function patterns(svg) {
  const name = `chart-${(drawn += 1)}`;
  const shapes = [null, "M0 6L6 0", "M0 0L6 6", "M3 2.9V3.1", "", "M0 3H6M3 0V6"];
  svg.append(make("defs", {}, ...shapes.map((d, index) => {
    const pattern = make("pattern", { id: `${name}-${index}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" });
    if (d === null) pattern.append(make("rect", { width: 6, height: 6, fill: color(index) }));
    else pattern.append(make("path", { d, stroke: color(index), "stroke-width": index === 3 ? 3 : 1.6, "stroke-linecap": index === 3 ? "round" : "butt" }));
    return pattern;
  })));
  return (index) => `url(#${name}-${index % 6})`;
}

/** The mark of a point: each series has its own shape. */
function marker(index, x, y) {
  const shapes = ["M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0", "M-3 -3H3V3H-3Z", "M0 -4L4 3H-4Z", "M0 -4L4 0L0 4L-4 0Z", "M-3 -3L3 3M-3 3L3 -3", "M0 -4V4M-4 0H4"];
  return make("path", { d: shapes[index % 6], transform: `translate(${x} ${y})`, class: "chart-marker", fill: color(index), stroke: color(index) });
}

function text(x, y, words, anchor = "middle", className = "") {
  const node = make("text", { x, y, "text-anchor": anchor, class: className });
  node.textContent = words;
  return node;
}

/** Round steps from zero (or below it) to the largest value. */
function ticks(values) {
  const high = Math.max(0, ...values), low = Math.min(0, ...values);
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const out = [];
  for (let tick = Math.floor(low / step) * step; tick < high + step * 0.999; tick += step) out.push(Math.round(tick / step) * step);
  return out.length > 1 ? out : [0, step];
}

function plot(data, width) {
  const { categories, x_label: below, y_label: beside } = data.axis_config;
  const series = data.series.map((each) => categories.map((name) => each.data.find((point) => point.label === name)?.value ?? 0));
  const steps = ticks(series.flat());
  const left = 12 + 7 * Math.max(...steps.map((tick) => number(tick).length));
  const top = beside ? 34 : 18, bottom = HEIGHT - (below ? 40 : 24), right = width - 8;
  const band = (right - left) / categories.length;
  const y = (value) => bottom - ((value - steps[0]) / (steps.at(-1) - steps[0])) * (bottom - top);
  const x = (index) => left + band * (index + 0.5);
  const svg = make("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, "aria-hidden": "true" });
  for (const tick of steps) svg.append(make("path", { d: `M${left} ${y(tick)}H${right}`, class: tick === 0 ? "chart-axis" : "chart-grid" }), text(left - 6, y(tick) + 4, number(tick), "end"));
  const wide = Math.max(...categories.map((name) => name.length)) * LETTER + 8;
  const every = Math.ceil(wide / band);
  categories.forEach((name, index) => { if (index % every === 0) svg.append(text(within(x(index), name, width), bottom + 16, name)); });
  if (below) svg.append(text((left + right) / 2, HEIGHT - 6, below, "middle", "chart-title"));
  if (beside) svg.append(text(2, 12, beside, "start", "chart-title"));
  (data.type === "bar" ? bars : lines)(svg, series, { band, x, y, filled: data.type === "area" });
  return svg;
}

/** The middle of a label, moved so far that the picture holds the whole of it. */
function within(middle, name, width) {
  const half = (name.length * LETTER) / 2;
  return Math.max(half, Math.min(middle, width - half));
}

function bars(svg, series, { band, x, y }) {
  const fill = patterns(svg);
  const wide = Math.min(36, (band * 0.8) / series.length);
  series.forEach((values, index) => values.forEach((value, place) => {
    const start = x(place) + (index - series.length / 2) * wide;
    const [high, low] = [Math.min(y(value), y(0)), Math.max(y(value), y(0))];
    if (value === 0) return;
    svg.append(make("rect", { x: start + 1, y: high, width: Math.max(1, wide - 2), height: Math.max(1, low - high), fill: fill(index), stroke: color(index) }));
    if (wide >= 12) svg.append(text(start + wide / 2, value < 0 ? low + 13 : high - 4, number(value), "middle", "chart-value"));
  }));
}

function lines(svg, series, { x, y, filled }) {
  series.forEach((values, index) => {
    const path = values.map((value, place) => `${place ? "L" : "M"}${x(place)} ${y(value)}`).join("");
    if (filled) svg.append(make("path", { d: `${path}L${x(values.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`, class: "chart-area", fill: color(index) }));
    svg.append(make("path", { d: path, class: "chart-line", stroke: color(index), "stroke-dasharray": DASHES[index % 6] }));
    values.forEach((value, place) => svg.append(marker(index, x(place), y(value))));
  });
}

function pie(data, width) {
  const radius = Math.min(HEIGHT, width) / 2 - 6;
  const total = data.segments.reduce((sum, each) => sum + each.value, 0);
  const svg = make("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, "aria-hidden": "true" });
  const fill = patterns(svg);
  const at = (share) => `${width / 2 + radius * Math.sin(2 * Math.PI * share)} ${HEIGHT / 2 - radius * Math.cos(2 * Math.PI * share)}`;
  let from = 0;
  data.segments.forEach((segment, index) => {
    const to = from + segment.value / total;
    // A whole circle has no start: two halves draw it.
    const stops = to - from > 0.5 ? [(from + to) / 2, to] : [to];
    const arc = stops.map((stop) => `A${radius} ${radius} 0 0 1 ${at(stop)}`).join("");
    svg.append(make("path", { d: `M${width / 2} ${HEIGHT / 2}L${at(from)}${arc}Z`, fill: fill(index), stroke: color(index), "stroke-width": 1.5 }));
    from = to;
  });
  return svg;
}
