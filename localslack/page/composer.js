// Where people write.
import { clear, h, uid } from "./dom.js";
import { icon } from "./icons.js";
import { shortcutButton } from "./shortcuts.js";
import { suggest } from "./suggestions.js";

export class Composer {
  /** send(text) -> promise; placeholder; commands: whether "/" offers them; testid; label. */
  constructor(app, { send, placeholder, commands, testid }) {
    Object.assign(this, { app, send, commands });
    this.offer = null;
    this.active = 0;
    const listId = uid("suggestions");
    this.field = h("textarea", { class: "composer-field", rows: "1", placeholder, "aria-label": placeholder, autocomplete: "off", role: "combobox",
      "aria-controls": listId, "aria-expanded": "false", "aria-autocomplete": "list", data: { testid },
      on: { input: () => this.typed(), keydown: (event) => this.key(event), click: () => this.refresh(), blur: () => this.hide() } });
    this.button = h("button", { class: "send", type: "button", disabled: true, "aria-label": "Send", title: "Send", on: { click: () => this.submit() } }, icon("send"));
    this.list = h("div", { class: "suggestions", role: "listbox", id: listId, "aria-label": "Suggestions", hidden: true, data: { testid: "suggestions" } });
    this.error = h("div", { class: "composer-error", role: "alert", hidden: true });
    this.node = h("div", { class: "composer" }, this.list, this.error,
      h("div", { class: "composer-box" }, commands ? shortcutButton(app, "global", { title: "Shortcuts", sign: "bolt", className: "shortcuts", testid: "shortcuts" }) : null, this.field, this.button),
      h("div", { class: "composer-hint" }, h("b", {}, "Enter"), " to send, ", h("b", {}, "Shift+Enter"), " for a new line",
        commands ? [", ", h("b", {}, "/"), " for commands"] : null));
  }

  get text() {
    return this.field.value;
  }

  set text(value) {
    this.field.value = value;
    this.fit();
  }

  set placeholder(text) {
    this.field.placeholder = text;
    this.field.setAttribute("aria-label", text);
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  typed() {
    this.error.hidden = true;
    this.fit();
    this.refresh();
  }

  fit() {
    this.button.disabled = !this.text.trim();
    this.field.style.height = "auto";
    const wanted = this.field.scrollHeight; // 0 before the field is on the page
    if (wanted) this.field.style.height = `${Math.min(wanted, 240)}px`;
  }

  refresh() {
    const before = this.text.slice(0, this.field.selectionStart);
    this.offer = suggest(before, this.app.store, { commands: this.commands });
    this.active = 0;
    this.draw();
  }

  hide() {
    this.offer = null;
    this.draw();
  }

  draw() {
    clear(this.list);
    this.list.hidden = !this.offer;
    this.field.setAttribute("aria-expanded", String(Boolean(this.offer)));
    this.field.removeAttribute("aria-activedescendant");
    if (!this.offer) return;
    this.list.append(h("div", { class: "menu-label" }, this.offer.title));
    this.offer.items.forEach((item, index) => {
      const active = index === this.active;
      const row = h("div", { class: `suggestion ${active ? "active" : ""}`.trim(), role: "option", id: uid("suggestion"), "aria-selected": String(active),
        on: { pointerdown: (event) => { event.preventDefault(); this.take(index); } } },
      item.node, h("span", { class: "suggestion-words" }, h("b", {}, item.label), item.hint ? h("code", {}, item.hint) : null, item.detail ? h("small", {}, item.detail) : null));
      this.list.append(row);
      if (active) this.field.setAttribute("aria-activedescendant", row.id);
    });
  }

  take(index) {
    const { insert } = this.offer.items[index];
    const end = this.field.selectionStart;
    const after = this.text.slice(end).replace(/^ /, "");
    const head = this.text.slice(0, this.offer.from) + insert;
    this.text = head + after;
    this.field.setSelectionRange(head.length, head.length);
    this.hide();
    this.focus();
  }

  key(event) {
    if (event.isComposing) return;
    if (this.offer && this.keyInList(event)) {
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  keyInList(event) {
    const count = this.offer.items.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.active = (this.active + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      this.draw();
      return true;
    }
    if (event.key === "Escape") {
      this.hide();
      return true;
    }
    // A name or command that is typed to its end needs no choice: Enter sends.
    const typed = this.text.slice(this.offer.from);
    const whole = typed.trim() === this.offer.items[this.active].insert.trim();
    if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !whole)) {
      this.take(this.active);
      return true;
    }
    return false;
  }

  /** The field is free at once; what could not be sent comes back with the reason. */
  async submit() {
    const text = this.text;
    if (!text.trim()) return;
    this.hide();
    this.text = "";
    this.error.hidden = true;
    try {
      await this.send(text);
    } catch (error) {
      if (!this.text) this.text = text;
      clear(this.error).append(icon("warning"), error.message);
      this.error.hidden = false;
    }
  }
}
