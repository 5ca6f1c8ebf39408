// Text objects.
import { h } from "../dom.js";
import { mrkdwn, plain } from "../mrkdwn.js";

/** A mrkdwn or plain_text object as nodes. */
export function textNodes(text, people) {
  if (!text) return null;
  if (typeof text === "string") return plain(text);
  if (text.type === "mrkdwn") return mrkdwn(text.text, people);
  return plain(text.text, text.emoji !== false).split("\n").map((row, index) => [index ? h("br") : null, row]);
}

/** The words of a plain_text object (labels, options, buttons). */
export function textOf(text) {
  if (!text) return "";
  return typeof text === "string" ? plain(text) : plain(text.text, text.emoji !== false);
}
