// The app's shortcuts: beside the composer, and in the menu of a message.
import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { reason } from "./surface.js";

/** A button that lists the shortcuts of a kind, "global" or "message"; null where the app has none. */
export function shortcutButton(app, kind, { title, sign, className, testid, place = {} }) {
  const offered = app.store.shortcuts.filter((shortcut) => shortcut.type === kind);
  if (!offered.length) return null;
  const button = h("button", { class: className, type: "button", title, "aria-label": title, "aria-haspopup": "listbox", "aria-expanded": "false", data: { testid } }, icon(sign));
  const bot = app.store.user(app.store.bot.user_id);
  button.addEventListener("click", () => openMenu(button, {
    label: title,
    groups: () => [{
      label: app.store.botName,
      options: offered.map((shortcut) => ({ value: shortcut.callback_id, label: shortcut.name, detail: shortcut.description, node: bot ? avatar(bot) : null })),
    }],
    onPick: ({ value }) => choose(app, { callback_id: value, ...place }),
  }));
  return button;
}

async function choose(app, body) {
  try {
    await app.api.shortcut(body);
  } catch (error) {
    app.toast(reason(error, app.store.botName));
  }
}
