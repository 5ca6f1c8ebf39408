// A picture in full size.
import { h, image } from "./dom.js";
import { icon } from "./icons.js";

export function enlarge(url, alt) {
  const close = () => {
    dialog.close();
    dialog.remove();
  };
  const dialog = h("dialog", { class: "lightbox", "aria-label": alt || "Image", on: { click: close } },
    h("button", { class: "plain-button", type: "button", "aria-label": "Close" }, icon("close")), image(url, alt));
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  document.body.append(dialog);
  dialog.showModal();
}
