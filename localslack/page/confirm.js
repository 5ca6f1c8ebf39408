// The "Are you sure?" of an element.
import { textNodes, textOf } from "./blocks/text.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Ask; true when the person confirms. Escape, the cross and the other button deny. */
export function confirmed(confirm, people) {
  return new Promise((resolve) => {
    const answer = (yes) => () => {
      dialog.close();
      dialog.remove();
      resolve(yes);
    };
    const style = confirm.style === "danger" ? "danger" : "primary";
    const dialog = h("dialog", { class: "dialog confirm", data: { testid: "confirm" }, "aria-label": textOf(confirm.title) },
      h("header", {}, h("h2", {}, textOf(confirm.title)), h("button", { class: "plain-button", type: "button", "aria-label": "Close", on: { click: answer(false) } }, icon("close"))),
      h("div", { class: "dialog-body text" }, textNodes(confirm.text, people)),
      h("footer", {},
        h("button", { class: "button large", type: "button", on: { click: answer(false) } }, textOf(confirm.deny) || "Cancel"),
        h("button", { class: `button large ${style}`, type: "button", autofocus: true, on: { click: answer(true) } }, textOf(confirm.confirm) || "Yes")));
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      answer(false)();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
