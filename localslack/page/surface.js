// What people entered into the elements of one message or view, and what became of their clicks.
import { h } from "./dom.js";
import { icon } from "./icons.js";

const keyOf = (block, element) => `${block.block_id}\n${element.action_id}`;

/** Why a click did not work, as Slack would say it. */
export function reason(error, bot) {
  const known = {
    operation_timeout: `${bot} didn’t answer in time. Try again.`,
    not_connected: `${bot} isn’t connected, so nothing happened.`,
    http_error: `${bot} answered with an error.`,
    no_such_element: "This no longer exists.",
  };
  return known[error.code] ?? error.message;
}

export class Surface {
  /** container: as the control interface takes it; people: see mrkdwn; app: the page (api, botName). */
  constructor(container, app) {
    this.container = container;
    this.app = app;
    this.people = app.store;
    this.inView = container.type === "view";
    this.values = {};
    this.errors = {};
    this.memory = new Map();
    this.pending = new Map();
    this.warnings = new Map();
    this.wrappers = new Map();
  }

  entered(block, element) {
    const entry = this.values[block.block_id]?.[element.action_id];
    return entry?.type === element.type ? entry : undefined;
  }

  enter(block, element, entry) {
    (this.values[block.block_id] ??= {})[element.action_id] = { type: element.type, ...entry };
  }

  /** Only what still has a block. */
  keepBlocks(blocks) {
    const there = new Set((blocks ?? []).map((block) => block.block_id));
    for (const id of Object.keys(this.values)) if (!there.has(id)) delete this.values[id];
  }

  /** The element with room for its spinner and its warning. */
  wrap(block, element, control) {
    const key = keyOf(block, element);
    const wrapper = h("span", { class: "element", data: { elementType: element.type } }, control);
    this.wrappers.set(key, wrapper);
    this.mark(key);
    return wrapper;
  }

  mark(key) {
    const wrapper = this.wrappers.get(key);
    if (!wrapper) return;
    const busy = this.pending.has(key);
    wrapper.classList.toggle("busy", busy);
    wrapper.firstElementChild?.setAttribute("aria-busy", String(busy));
    wrapper.querySelector(":scope > .element-warning")?.remove();
    const text = this.warnings.get(key);
    if (text) wrapper.append(h("span", { class: "element-warning", role: "alert", title: text }, icon("warning"), text));
  }

  isBusy(block, element) {
    return this.pending.has(keyOf(block, element));
  }

  /** Tell the app of a click or choice; a refusal stands beside the element. */
  async act(block, element, choice = {}) {
    const key = keyOf(block, element);
    this.pending.set(key, (this.pending.get(key) ?? 0) + 1);
    this.warnings.delete(key);
    this.mark(key);
    try {
      await this.app.api.act({
        container: this.container,
        block_id: block.block_id,
        action_id: element.action_id,
        ...choice,
        state: { values: this.values },
      });
    } catch (error) {
      this.warnings.set(key, reason(error, this.app.store.botName));
    } finally {
      const left = this.pending.get(key) - 1;
      if (left) this.pending.set(key, left);
      else this.pending.delete(key);
      this.mark(key);
    }
  }

  /** An element got a value: keep it, and tell the app where it wants to know at once. */
  async choose(block, element, entry, place) {
    this.enter(block, element, entry);
    if (place === "input" && !block.dispatch_action) return;
    await this.act(block, element, entry);
  }
}
