// Dates and times, by the browser's own pickers.
import { confirmed } from "../confirm.js";
import { h } from "../dom.js";

const pad = (number) => String(number).padStart(2, "0");

function toLocal(seconds) {
  if (!Number.isFinite(Number(seconds)) || seconds === null || seconds === undefined) return "";
  const at = new Date(Number(seconds) * 1000);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

const same = (value) => value || null;

const picker = (type, key, { show = (value) => value ?? "", take = same } = {}) => ({ item, block, surface, place, labels }) => {
  const initial = item[`initial_${key.replace("selected_", "")}`];
  const entry = surface.entered(block, item);
  let value = entry ? entry[key] : initial;
  const field = h("input", { class: "field picker", type, id: labels.id ?? null, value: show(value), "aria-describedby": labels.describedBy,
    "aria-invalid": labels.invalid ? "true" : null, "aria-label": labels.label ?? item.placeholder?.text ?? type, data: { actionId: item.action_id } });
  field.addEventListener("change", async () => {
    if (item.confirm && !(await confirmed(item.confirm, surface.people))) {
      field.value = show(value);
      return;
    }
    value = take(field.value);
    await surface.choose(block, item, { [key]: value }, place);
  });
  return field;
};

export const datepicker = picker("date", "selected_date");
export const timepicker = picker("time", "selected_time");
export const datetimepicker = picker("datetime-local", "selected_date_time", {
  show: toLocal,
  take: (text) => (text ? Math.floor(new Date(text).getTime() / 1000) : null),
});
