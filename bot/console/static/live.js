// Shows the page as it is now, every few seconds. Without this script, load the page again.
"use strict";
(() => {
  const main = document.getElementById("main");
  const seconds = Number(document.body.dataset.live);
  if (!seconds) return;
  let paused = false;
  const button = document.createElement("button");
  button.type = "button";
  const name = () => { button.textContent = paused ? "Continue updates" : "Pause updates"; };
  button.addEventListener("click", () => { paused = !paused; name(); });
  name();
  document.querySelector("footer").append(button);

  const opened = () => new Map([...main.querySelectorAll("details[id]")].map((each) => [each.id, each.open]));
  const selecting = () => !document.getSelection().isCollapsed || main.contains(document.activeElement) && document.activeElement !== main;

  async function update() {
    if (paused || document.hidden || selecting()) return true;
    const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = fresh.getElementById("main");
    if (!next || selecting()) return true;
    for (const [id, open] of opened()) {
      const each = next.querySelector(`#${CSS.escape(id)}`);
      if (each) each.open = open;
    }
    if (next.innerHTML !== main.innerHTML) main.replaceChildren(...next.childNodes);
    return Boolean(fresh.body.dataset.live);
  }

  async function follow() {
    let goes = true;
    try { goes = await update(); } catch { goes = true; }
    if (goes) setTimeout(follow, seconds * 1000);
    else button.remove();
  }
  setTimeout(follow, seconds * 1000);
})();
