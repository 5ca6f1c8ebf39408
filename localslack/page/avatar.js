// People's pictures: their initials on their color.
import { h } from "./dom.js";

export function avatar(user, size = "") {
  const color = /^[0-9a-f]{6}$/i.test(user?.color ?? "") ? `#${user.color}` : "#616061";
  return h("span", { class: `avatar ${size} ${user?.is_bot ? "app" : ""}`.trim(), style: { "--avatar": color }, "aria-hidden": "true" }, user?.initials ?? "?");
}
