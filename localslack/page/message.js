// One message.
import { attachment, file } from "./attachments.js";
import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks/index.js";
import { clock, stamp, when } from "./dates.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { shortcutButton } from "./shortcuts.js";
import { isReply } from "./store.js";

/** compact: the author stands above already; inThread: shown in the pane at the right. */
export function messageNode(message, { app, compact, inThread }) {
  const surface = app.surfaceOf(message);
  const author = app.store.user(message.user) ?? { real_name: message.username, initials: initials(message.username), is_bot: message.is_bot };
  const classes = ["message", compact && "compact", message.ephemeral_to && "ephemeral"];
  return h("article", { class: classes.filter(Boolean).join(" "), data: { ts: message.ts, user: message.user }, "aria-label": `${message.username}, ${clock(message.ts)}` },
    message.ephemeral_to ? h("div", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
    h("div", { class: "gutter" }, compact ? stamp(message.ts, clock(message.ts).replace(/\s?[AP]M$/i, "")) : avatar(author)),
    h("div", { class: "content" },
      compact ? null : head(message, author),
      isReply(message) && !inThread ? h("button", { class: "link replied", type: "button", on: { click: () => app.openThread(message.channel, message.thread_ts) } }, "replied to a thread") : null,
      body(message, surface),
      reactions(message, app),
      !inThread && message.reply_count ? threadSummary(message, app) : null),
    toolbar(message, app, inThread));
}

const initials = (name) => (name ?? "?").split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();

function head(message, author) {
  return h("div", { class: "head" },
    h("b", { class: "name", title: author.title || null }, message.username),
    message.is_bot && message.user !== "USLACKBOT" ? h("span", { class: "app-tag" }, "APP") : null,
    author.deleted ? h("span", { class: "app-tag" }, "DEACTIVATED") : null,
    stamp(message.ts));
}

function body(message, surface) {
  if (message.deleted) return h("div", { class: "body tombstone" }, icon("trash"), "This message was deleted.");
  const edited = message.edited ? h("span", { class: "edited" }, " (edited)") : null;
  const blocks = message.blocks?.length ? h("div", { class: "blocks" }, renderBlocks(message.blocks, surface), edited) : null;
  const text = !blocks && message.text ? h("div", { class: "text" }, mrkdwn(message.text, surface.people), edited) : null;
  return h("div", { class: "body" }, blocks ?? text,
    (message.attachments ?? []).map((item) => attachment(item, surface)),
    (message.files ?? []).length ? h("div", { class: "files" }, message.files.map(file)) : null);
}

function reactions(message, app) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((reaction) => {
    const users = reaction.users ?? [];
    const names = users.map((id) => app.store.user(id)?.real_name ?? id).join(", ");
    return h("span", { class: users.includes(app.store.me.id) ? "reaction mine" : "reaction", title: `${names} reacted with :${reaction.name}:` },
      emoji(reaction.name) ?? `:${reaction.name}:`, " ", reaction.count ?? users.length);
  }));
}

function threadSummary(message, app) {
  const people = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(app.store.user(id), "tiny"));
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h("button", { class: "thread-summary", type: "button", data: { testid: "thread-summary", focus: `thread-${message.ts}` },
    on: { click: () => app.openThread(message.channel, message.ts) } },
  people, h("b", {}, count), message.latest_reply ? h("span", { class: "secondary" }, `Last reply ${when(message.latest_reply)}`) : null, icon("right"));
}

function toolbar(message, app, inThread) {
  if (message.ephemeral_to || message.deleted) return null;
  const root = isReply(message) ? message.thread_ts : message.ts;
  const place = { channel: message.channel, ts: message.ts };
  if (inThread && !app.store.shortcuts.some((shortcut) => shortcut.type === "message")) return null;
  return h("div", { class: "toolbar" },
    inThread ? null : h("button", { class: "plain-button", type: "button", title: "Reply in thread", "aria-label": "Reply in thread", data: { testid: "reply", focus: `reply-${message.ts}` },
      on: { click: () => app.openThread(message.channel, root) } }, icon("reply")),
    shortcutButton(app, "message", { title: "More actions", sign: "dots", className: "plain-button", testid: "message-menu", place }));
}
