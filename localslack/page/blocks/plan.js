// plan and task_card: steps with their states, live when the message is edited.
import { fragment, h, link } from "../dom.js";
import { icon } from "../icons.js";
import { plain } from "../mrkdwn.js";
import { richText } from "./richtext.js";

const WORDS = { pending: "Not started", in_progress: "In progress", complete: "Done", error: "Failed" };

/** A sign at the beginning of a title says the state of a task for which a plan has no status, such as a skipped one. */
const OWN_SIGN = /^\p{Extended_Pictographic}/u;

/** A plan can be folded; whether it is stays as the message is edited. */
export function plan(block, surface) {
  const tasks = block.tasks ?? [];
  const key = `plan:${block.title}`;
  const details = h("details", { class: "plan", open: surface.memory.get("plan") !== false },
    h("summary", {}, icon("right", "fold"), h("span", { class: "plan-title" }, plain(block.title))),
    h("ol", { class: "tasks" }, tasks.map((task) => taskRow(task, surface))));
  details.addEventListener("toggle", () => surface.memory.set("plan", details.open));
  details.dataset.focus = key;
  return details;
}

export function taskCard(block, surface) {
  return h("div", { class: "task-card" }, h("ol", { class: "tasks" }, taskRow(block, surface)));
}

function taskRow(task, surface) {
  const status = WORDS[task.status] ? task.status : "pending";
  const word = status === "pending" && OWN_SIGN.test(task.title) ? "" : WORDS[status];
  const more = [task.details, task.output].filter(Boolean).map((text) => h("div", { class: "task-more" }, body(text, surface)));
  const sources = (task.sources ?? []).map((source) => link(source.url, source.text || source.url));
  return h("li", { class: `task ${status}`, data: { taskId: task.task_id, status } },
    h("span", { class: "task-state", title: word }, mark(status), h("span", { class: "quiet" }, word)),
    h("div", { class: "task-body" }, h("div", { class: "task-title" }, plain(task.title)), more,
      sources.length ? h("div", { class: "task-sources" }, sources) : null));
}

function mark(status) {
  if (status === "complete") return icon("check");
  if (status === "error") return icon("close");
  return h("i", { class: status === "in_progress" ? "spinner" : "ring" });
}

function body(text, surface) {
  return text.type === "rich_text" ? richText(text, surface.people) : fragment(plain(text.text ?? text));
}
