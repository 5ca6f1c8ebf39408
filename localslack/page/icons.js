// The page's own icons, drawn with strokes.
import { svg } from "./dom.js";

const PATHS = {
  hash: ["M8 3 6 17", "M14 3l-2 14", "M3.5 7.5h14", "M2.5 12.5h14"],
  lock: ["M5 9h10v8H5z", "M7 9V6.5a3 3 0 0 1 6 0V9"],
  down: ["m5 8 5 5 5-5"],
  right: ["m8 5 5 5-5 5"],
  left: ["m12 5-5 5 5 5"],
  close: ["m5 5 10 10", "M15 5 5 15"],
  send: ["M3 10 3.6 3.6 17.5 10 3.6 16.4z", "M3 10h7"],
  menu: ["M3 5.5h14", "M3 10h14", "M3 14.5h14"],
  check: ["m4 10.5 4 4 8-9"],
  dots: ["M4.5 10h.01", "M10 10h.01", "M15.5 10h.01"],
  file: ["M5 2.5h6.5L15.5 6.5V17.5H5z", "M11 2.5V7h4.5"],
  download: ["M10 3v9", "m6 8.5 4 4 4-4", "M4 16.5h12"],
  reply: ["M4 4.5h12.5v9H10L6 17v-3.5H4z"],
  plus: ["M10 4v12", "M4 10h12"],
  warning: ["M10 3 18 17H2z", "M10 8v4", "M10 14.6v.01"],
  people: ["M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6z", "M2 16.5c0-3 2.3-4.7 5.5-4.7s5.5 1.7 5.5 4.7", "M13 4a2.8 2.8 0 0 1 0 5.4",
    "M15 12c1.9.6 3 2.2 3 4.5"],
  window: ["M8 4H4v12h12v-4", "M11 4h5v5", "M16 4 9 11"],
  eye: ["M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z", "M10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"],
  thumbup: ["M3 9h3v8H3z", "M6 9l3.5-6c1.5 0 2.2 1 2 2.3L11 8h4.5c1 0 1.7 1 1.5 2l-1.2 5.5c-.2.9-.9 1.5-1.8 1.5H6"],
  thumbdown: ["M3 11h3V3H3z", "M6 11l3.5 6c1.5 0 2.2-1 2-2.3L11 12h4.5c1 0 1.7-1 1.5-2l-1.2-5.5C15.6 3.6 14.9 3 14 3H6"],
  trash: ["M4 5.5h12", "M8 5.5V3.5h4v2", "M5.5 5.5l.8 11h7.4l.8-11"],
  bolt: ["M11 2.5 4.5 11.5H9.5L8.5 17.5 15.5 8H10.5z"],
  clock: ["M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z", "M10 6v4l2.8 1.8"],
  play: ["M6 4l10 6-10 6z"],
  search: ["M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z", "m13 13 4 4"],
};

/** The icon of that name. */
export function icon(name, className = "") {
  return svg(PATHS[name], `icon ${className}`.trim());
}
