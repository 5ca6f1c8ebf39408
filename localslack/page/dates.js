// Times in the reader's zone, and Slack's <!date^…> formats.
import { h } from "./dom.js";

const LOCALE = undefined; // the reader's own
const DAY = 86_400_000;

let ahead = 0; // milliseconds: the local Slack's time may be moved on

/** Take over the time of the local Slack, in seconds. */
export function setClock(now) {
  const difference = now * 1000 - Date.now();
  ahead = Math.abs(difference) < 5000 ? 0 : difference; // less is the way of the answer
}

const today = () => new Date(Date.now() + ahead);

const format = (options) => {
  const formatter = new Intl.DateTimeFormat(LOCALE, options);
  return (date) => formatter.format(date);
};
const time = format({ hour: "numeric", minute: "2-digit" });
const timeSecs = format({ hour: "numeric", minute: "2-digit", second: "2-digit" });
const withoutYear = (full, short) => (date) =>
  (date.getFullYear() === today().getFullYear() ? short : full)(date);
const dateLong = format({ weekday: "long", month: "long", day: "numeric", year: "numeric" });
const date = withoutYear(format({ month: "long", day: "numeric", year: "numeric" }), format({ month: "long", day: "numeric" }));
const dateShort = withoutYear(
  format({ month: "short", day: "numeric", year: "numeric" }),
  format({ month: "short", day: "numeric" }),
);
const dayDivider = withoutYear(dateLong, format({ weekday: "long", month: "long", day: "numeric" }));
const pad = (number) => String(number).padStart(2, "0");

function startOfDay(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
}

/** Whole calendar days from today: -1 is yesterday. */
function daysAway(moment) {
  return Math.round((startOfDay(moment) - startOfDay(today())) / DAY);
}

const NEAR = { "-1": "yesterday", 0: "today", 1: "tomorrow" };
const pretty = (other) => (moment) => NEAR[daysAway(moment)] ?? other(moment);

function ago(moment) {
  const seconds = Math.round((moment - today()) / 1000);
  const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const TOKENS = {
  date_num: (d) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`,
  date_slash: (d) => `${pad(d.getMonth() + 1)}/${pad(d.getDate())}/${d.getFullYear()}`,
  date,
  date_short: dateShort,
  date_long: dateLong,
  date_long_full: dateLong,
  date_pretty: pretty(date),
  date_short_pretty: pretty(dateShort),
  date_long_pretty: pretty(dateLong),
  day_divider_pretty: pretty(dayDivider),
  time,
  time_secs: timeSecs,
  ago,
};

/** Text of `<!date^seconds^pattern|fallback>`; the fallback where a token is unknown or the time is invalid. */
export function slackDate(seconds, pattern, fallback) {
  const moment = new Date(Number(seconds) * 1000);
  if (!/^-?\d+$/.test(String(seconds)) || Number.isNaN(moment.getTime())) return fallback;
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (whole, token) => {
    if (TOKENS[token]) return TOKENS[token](moment);
    known = false;
    return whole;
  });
  return known ? text : fallback;
}

const moment = (ts) => new Date(Number(ts) * 1000);

export const clock = (ts) => time(moment(ts));
export const dayKey = (ts) => startOfDay(moment(ts)).getTime();
export const secondsBetween = (earlier, later) => Number(later) - Number(earlier);

/** The words on a line between two days. */
export function dayName(ts) {
  const name = pretty(dayDivider)(moment(ts));
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** "12:07" today, "yesterday at 12:07", "Mar 3 at 12:07". */
export function when(ts) {
  return daysAway(moment(ts)) === 0 ? clock(ts) : `${pretty(dateShort)(moment(ts))} at ${clock(ts)}`;
}

/** The small time of a message; its title tells the rest. */
export function stamp(ts, text = clock(ts)) {
  return h("time", { class: "stamp", datetime: moment(ts).toISOString(), title: `${dateLong(moment(ts))} at ${timeSecs(moment(ts))}` }, text);
}
