// A list to choose from, below what opened it; by mouse and by keyboard.
import { clear, h, uid } from "./dom.js";
import { icon } from "./icons.js";

let current = null;

/**
 * groups(typed) -> groups of options (or a promise of them); onPick(option); onClose(); many: stays open;
 * isChosen(option); searchable; placeholder; label. Options: label, detail?, node? (drawn before the label).
 */
export function openMenu(anchor, spec) {
  if (current?.anchor === anchor) return current.close();
  current?.close();
  current = new Menu(anchor, spec);
  return current.open();
}

class Menu {
  constructor(anchor, spec) {
    Object.assign(this, { anchor, spec, options: [], active: 0, typed: "", turn: 0 });
    this.list = h("div", { class: "menu-list", role: "listbox", id: uid("list"), "aria-label": spec.label, "aria-multiselectable": spec.many ? "true" : null,
      tabindex: spec.searchable ? null : "-1" });
    this.search = spec.searchable
      ? h("input", { class: "menu-search", type: "text", role: "combobox", placeholder: spec.placeholder ?? "Search", autocomplete: "off", "aria-label": `Search ${spec.label}`,
        "aria-controls": this.list.id, "aria-expanded": "true", "aria-autocomplete": "list" })
      : null;
    this.box = h("div", { class: "menu", popover: "manual", data: { testid: "menu" } }, this.search, this.list);
    (anchor.closest("dialog") ?? document.body).append(this.box);
  }

  open() {
    this.box.showPopover();
    this.anchor.setAttribute("aria-expanded", "true");
    this.listen();
    this.load("");
    (this.search ?? this.list).focus();
  }

  listen() {
    this.outside = (event) => {
      if (!this.box.contains(event.target) && !this.anchor.contains(event.target)) this.close(false);
    };
    this.moved = () => this.place();
    document.addEventListener("pointerdown", this.outside, true);
    addEventListener("resize", this.moved);
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.search?.addEventListener("input", () => this.load(this.search.value));
  }

  async load(typed) {
    const turn = (this.turn += 1);
    const result = this.spec.groups(typed);
    let groups = result;
    if (result instanceof Promise) {
      this.say("Loading…");
      try {
        groups = await result;
      } catch (error) {
        if (turn === this.turn) this.say(error.message);
        return;
      }
    }
    if (turn === this.turn && current === this) this.draw(groups);
  }

  say(text) {
    this.options = [];
    clear(this.list).append(h("div", { class: "menu-note" }, text));
    this.place();
  }

  draw(groups) {
    this.options = [];
    clear(this.list);
    for (const group of groups) {
      if (group.label) this.list.append(h("div", { class: "menu-label" }, group.label));
      for (const option of group.options) this.list.append(this.row(option));
    }
    if (!this.list.childElementCount) return this.say("No results");
    const chosen = this.options.findIndex(({ option }) => this.spec.isChosen?.(option));
    this.move(chosen < 0 ? 0 : chosen);
    return this.place();
  }

  row(option) {
    const index = this.options.length;
    const chosen = Boolean(this.spec.isChosen?.(option));
    const node = h("div", { class: "menu-option", role: "option", id: uid("choice"), "aria-selected": String(chosen), data: { value: option.value?.value ?? option.value ?? option.option?.value ?? null },
      on: { click: () => this.pick(index), pointermove: () => this.move(index, false) } },
    option.node ?? null,
    h("span", { class: "menu-words" }, h("span", { class: "menu-name" }, option.label), option.detail ? h("small", {}, option.detail) : null),
    icon("check", "menu-check"));
    this.options.push({ option, node });
    return node;
  }

  move(index, scroll = true) {
    this.options[this.active]?.node.classList.remove("active");
    this.active = index;
    const node = this.options[index]?.node;
    node?.classList.add("active");
    if (scroll) node?.scrollIntoView({ block: "nearest" });
    (this.search ?? this.list).setAttribute("aria-activedescendant", node?.id ?? "");
  }

  pick(index) {
    const { option, node } = this.options[index] ?? {};
    if (!option) return;
    if (!this.spec.many) this.close();
    this.spec.onPick(option);
    if (this.spec.many) node.setAttribute("aria-selected", String(Boolean(this.spec.isChosen?.(option))));
  }

  key(event) {
    const count = this.options.length;
    const act = {
      ArrowDown: () => count && this.move((this.active + 1) % count),
      ArrowUp: () => count && this.move((this.active - 1 + count) % count),
      Enter: () => this.pick(this.active),
      Escape: () => this.close(),
      Tab: () => this.close(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  place() {
    if (!this.anchor.isConnected) return this.close(false);
    const at = this.anchor.getBoundingClientRect();
    const width = Math.max(at.width, Math.min(280, innerWidth - 16));
    const below = innerHeight - at.bottom - 12;
    const up = below < 200 && at.top > below;
    const style = this.box.style;
    style.minWidth = `${width}px`;
    style.maxHeight = `${Math.min(340, up ? at.top - 12 : below)}px`;
    style.left = `${Math.max(8, Math.min(at.left, innerWidth - this.box.offsetWidth - 8))}px`;
    style.top = up ? "auto" : `${at.bottom + 4}px`;
    style.bottom = up ? `${innerHeight - at.top + 4}px` : "auto";
    return undefined;
  }

  close(refocus = true) {
    if (current !== this) return;
    current = null;
    document.removeEventListener("pointerdown", this.outside, true);
    removeEventListener("resize", this.moved);
    this.box.remove();
    this.anchor.setAttribute("aria-expanded", "false");
    if (refocus) this.anchor.focus();
    this.spec.onClose?.();
  }
}
