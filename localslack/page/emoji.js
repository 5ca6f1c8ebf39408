// Emoji by their names: :white_check_mark: and its like.
import { TABLE } from "./emoji-table.js";

const words = TABLE.trim().split(/\s+/);
const signs = new Map();
for (let i = 0; i + 1 < words.length; i += 2) signs.set(words[i], words[i + 1]);

const TONES = { 2: "\u{1F3FB}", 3: "\u{1F3FC}", 4: "\u{1F3FD}", 5: "\u{1F3FE}", 6: "\u{1F3FF}" };

/** Matches what may be an emoji between colons. */
export const SHORTCODE = ":([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):";

/** The sign of a name ("tada" or "wave::skin-tone-3"); null when there is none. */
export function emoji(name) {
  const [bare, tone] = String(name).split("::skin-tone-");
  const sign = signs.get(bare);
  return sign ? sign + (TONES[tone] ?? "") : null;
}

/** The text with every match for which `replacement(match)` gives something replaced by it. */
export function replaceFound(text, pattern, replacement) {
  const search = new RegExp(pattern, "g");
  let out = "";
  let end = 0;
  for (let found = search.exec(text); found; found = search.exec(text)) {
    const instead = replacement(found);
    if (instead === null) {
      search.lastIndex = found.index + 1; // the closing colon of no emoji may open the next one
      continue;
    }
    out += text.slice(end, found.index) + instead;
    end = search.lastIndex;
  }
  return out + text.slice(end);
}

/** The text with each known :name: as its sign. */
export function replaceShortcodes(text) {
  return replaceFound(text, SHORTCODE, ([, name]) => emoji(name));
}
