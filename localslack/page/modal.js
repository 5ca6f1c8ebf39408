// Modals: the stack of views an app has opened for this person; the top one is shown.
import { renderBlocks } from "./blocks/index.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { plain } from "./mrkdwn.js";
import { reason, Surface } from "./surface.js";

export class Modals {
  constructor(app) {
    this.app = app;
    this.surfaces = new Map();
    this.dialog = null;
    this.shown = null;
  }

  /** Draw what the store says; what was entered stays as a view is updated. */
  show() {
    const { views } = this.app.store;
    for (const id of [...this.surfaces.keys()]) if (!views.some((view) => view.id === id)) this.surfaces.delete(id);
    const top = views.at(-1);
    if (!top) return this.hide();
    if (this.shown === top) return undefined;
    const focus = this.shown?.id === top.id ? this.focused() : null;
    const scroll = this.shown?.id === top.id ? this.body?.scrollTop ?? 0 : 0;
    this.shown = top;
    this.draw(top);
    this.body.scrollTop = scroll;
    this.setFocus(focus);
    return undefined;
  }

  surface(view) {
    let surface = this.surfaces.get(view.id);
    if (!surface) {
      surface = new Surface({ type: "view", view_id: view.id }, this.app);
      surface.values = structuredClone(view.state?.values ?? {});
      this.surfaces.set(view.id, surface);
    }
    surface.keepBlocks(view.blocks);
    surface.errors = view.errors ?? {};
    return surface;
  }

  draw(view) {
    const surface = this.surface(view);
    const title = plain(view.title);
    this.body = h("div", { class: "dialog-body" }, renderBlocks(view.blocks, surface));
    this.problem = h("div", { class: "dialog-problem", role: "alert", hidden: true });
    this.submitButton = view.submit || hasInputs(view) ? h("button", { class: "button primary large", type: "submit", data: { testid: "submit" } }, h("span", { class: "button-text" }, plain(view.submit) || "Submit")) : null;
    const back = this.app.store.views.length > 1;
    const form = h("form", { novalidate: true, on: { submit: (event) => { event.preventDefault(); this.submit(view); }, keydown: (event) => this.enter(event, view) } },
      h("header", {},
        back ? h("button", { class: "plain-button", type: "button", "aria-label": "Back", on: { click: () => this.close(view) } }, icon("left")) : null,
        h("h2", { id: "modal-title" }, title),
        h("button", { class: "plain-button", type: "button", "aria-label": "Close", data: { testid: "modal-close" }, on: { click: () => this.close(view, back) } }, icon("close"))),
      this.body, this.problem,
      h("footer", {}, h("button", { class: "button large", type: "button", on: { click: () => this.close(view) } }, plain(view.close) || (this.submitButton ? "Cancel" : "Close")), this.submitButton));
    if (!this.dialog) {
      this.dialog = h("dialog", { class: "dialog modal", "aria-labelledby": "modal-title", data: { testid: "modal" } });
      this.dialog.addEventListener("keydown", (event) => this.escape(event));
      this.dialog.addEventListener("cancel", (event) => event.preventDefault());
      document.body.append(this.dialog);
    }
    this.dialog.replaceChildren(form);
    this.dialog.dataset.viewId = view.id;
    if (!this.dialog.open) this.dialog.showModal();
  }

  escape(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    this.close(this.shown);
  }

  // Enter in a field of one line sends, unless the field tells the app of Enter itself.
  enter(event, view) {
    if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || event.target.tagName !== "INPUT" || !event.target.classList.contains("field")) return;
    event.preventDefault();
    if (this.submitButton) this.submit(view);
  }

  async submit(view) {
    if (this.busy || !this.submitButton) return;
    const surface = this.surface(view);
    await this.during(async () => {
      const answer = await this.app.api.submit(view.id, { values: surface.values });
      if (answer.result === "errors") this.showErrors(view, answer.errors ?? {});
    });
  }

  /** all: the whole stack. */
  async close(view, all = false) {
    await this.during(async () => {
      await this.app.api.close(view.id, all);
      this.app.store.apply({ type: "view_closed", view_id: view.id, cleared: all });
    }, () => this.app.store.apply({ type: "view_closed", view_id: view.id, cleared: all }));
  }

  async during(act, anyway = null) {
    if (this.busy) return;
    this.busy = true;
    this.dialog.classList.add("busy");
    if (this.submitButton) this.submitButton.disabled = true;
    try {
      await act();
    } catch (error) {
      if (anyway) anyway();
      else this.say(reason(error, this.app.store.botName));
    } finally {
      this.busy = false;
      this.dialog?.classList.remove("busy");
      if (this.submitButton) this.submitButton.disabled = false;
    }
  }

  say(text) {
    this.problem.replaceChildren(icon("warning"), text);
    this.problem.hidden = false;
  }

  showErrors(view, errors) {
    const held = this.app.store.views.find((one) => one.id === view.id);
    if (held) this.app.store.apply({ type: "view_updated", view: { ...held, errors } });
    const first = this.body.querySelector(".invalid .field, .invalid button, .invalid input");
    first?.focus();
  }

  focused() {
    const active = document.activeElement;
    if (!this.dialog?.contains(active)) return null;
    const block = active.closest("[data-block-id]")?.dataset.blockId;
    const action = active.closest("[data-action-id]")?.dataset.actionId;
    const caret = "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
    return block ? { block, action, caret } : { footer: active.dataset.testid };
  }

  setFocus(focus) {
    if (focus?.block) {
      const block = `[data-block-id="${CSS.escape(focus.block)}"]`;
      const node = this.dialog.querySelector(`${block} [data-action-id="${CSS.escape(focus.action ?? "")}"]`);
      node?.focus({ preventScroll: true });
      if (node && focus.caret && focus.caret[0] !== null) {
        try { node.setSelectionRange(...focus.caret); } catch { /* no caret in inputs of this type */ }
      }
      if (node) return;
    }
    const wanted = this.dialog.querySelector("[data-load=focus]") ?? this.body.querySelector("input, textarea, select, button") ?? this.dialog.querySelector("footer button:last-child");
    wanted?.focus({ preventScroll: true });
  }

  hide() {
    this.shown = null;
    this.dialog?.close();
    this.dialog?.remove();
    this.dialog = null;
    this.submitButton = null;
  }
}

const hasInputs = (view) => (view.blocks ?? []).some((block) => block.type === "input");
