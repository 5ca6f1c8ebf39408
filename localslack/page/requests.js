// What the app calls, what was refused, and how near it is to Slack's limits.
import { stamp } from "./dates.js";
import { clear, h } from "./dom.js";
import { icon } from "./icons.js";

const EVERY = 1500; // milliseconds between two looks
const MOST = 300; // calls that are shown

export class RequestsView {
  constructor(app) {
    this.app = app;
    this.calls = [];
    this.after = 0;
    this.refusedOnly = false;
    this.limitsBox = h("section", { class: "limits", "aria-label": "Limits" });
    this.rows = h("div", { class: "calls", data: { testid: "calls" } });
    this.tabs = h("div", { class: "tabs", role: "tablist" });
    this.node = h("section", { class: "pane requests", "aria-label": "Requests" },
      h("header", { class: "pane-header" }, app.menuButton(), h("div", { class: "pane-title" }, h("h1", {}, "Requests"), h("p", { class: "topic" }, "The newest calls of the Web API")), this.tabs),
      h("div", { class: "requests-scroll", tabindex: "0", role: "region", "aria-label": "Calls" }, this.limitsBox, this.rows));
    this.drawTabs();
    this.load();
  }

  drawTabs() {
    const tab = (label, only) => h("button", { class: "tab", type: "button", role: "tab", "aria-selected": String(this.refusedOnly === only), on: { click: () => { this.refusedOnly = only; this.drawTabs(); this.drawCalls(); } } }, label);
    clear(this.tabs).append(tab("All", false), tab("Refused", true));
  }

  draw() {}

  async load() {
    clearTimeout(this.timer);
    try {
      const [{ calls }, limits] = await Promise.all([this.app.api.calls(this.after), this.app.api.limits()]);
      if (this.ended) return;
      this.drawLimits(limits);
      if (calls.length) {
        this.after = calls.at(-1).n;
        this.calls = [...calls.reverse(), ...this.calls].slice(0, 1000);
      }
      if (calls.length || !this.rows.childElementCount) this.drawCalls();
    } catch (error) {
      if (error.code !== "unreachable") this.app.toast(error.message);
      this.after = 0;
      this.calls = [];
    }
    if (!this.ended) this.timer = setTimeout(() => this.load(), EVERY);
  }

  drawLimits({ enforced, methods }) {
    const rows = methods.map(({ method, calls, most, refused }) => h("tr", { class: refused ? "hit" : null },
      h("th", { scope: "row" }, method),
      h("td", {}, h("meter", { min: "0", max: String(most), high: String(most * 0.8), optimum: "0", value: String(Math.min(calls, most)), "aria-label": `${calls} of ${most}` }), ` ${calls} of ${most}`),
      h("td", {}, refused ? `${refused} refused` : "")));
    clear(this.limitsBox).append(
      h("h2", {}, "Calls in the last minute"),
      methods.length ? h("table", {}, h("tbody", {}, rows)) : h("p", { class: "secondary" }, "No method with a limit was called yet."),
      h("p", { class: "secondary" }, enforced ? "A call beyond the limit is refused, as by Slack. The posts are those of the busiest channel." : "The limits are counted only. Start with --rates to have calls beyond them refused."));
  }

  drawCalls() {
    const shown = this.calls.filter((call) => !this.refusedOnly || !call.ok || call.warning).slice(0, MOST);
    const open = new Set([...this.rows.querySelectorAll("details[open]")].map((node) => node.dataset.n));
    clear(this.rows).append(...shown.map((call) => callNode(call, open.has(String(call.n)))));
    if (!shown.length) this.rows.append(h("p", { class: "secondary none" }, this.refusedOnly ? "No call was refused." : "Nothing was called yet."));
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
  }
}

function callNode(call, open) {
  const state = !call.ok ? "refused" : call.warning ? "warned" : "fine";
  const words = !call.ok ? call.error : call.warning ?? "ok";
  return h("details", { class: `call ${state}`, open, data: { n: call.n } },
    h("summary", {}, icon(state === "fine" ? "check" : "warning"), h("b", {}, call.method), h("span", { class: "call-words" }, words), stamp(call.at)),
    call.detail ? h("p", { class: "call-detail" }, call.detail) : null,
    h("pre", {}, JSON.stringify(call.args, null, 2)));
}
