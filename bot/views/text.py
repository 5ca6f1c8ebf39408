"""Words from people and payloads, made fit for Slack: cleaned, cut where one sees it, escaped.

Lengths are counted in UTF-16 units, as a browser does, which never counts less than Slack may.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Control characters, halves of surrogates, and what turns the direction of text, so that it could
show something else than what it says."""
_INVISIBLE = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u2028\u2029\u2060-\u2064\u3164\ufe00-\ufe0f]*")
NOTHING = "–"
"""Slack refuses empty texts, and a reader wonders at them."""


def clean(value: Any) -> str:
    """As text, with line breaks and tabs but nothing else that can't be seen; a dash for nothing."""
    text = _UNPRINTABLE.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return NOTHING if _INVISIBLE.fullmatch(text) else text


def one_line(value: Any) -> str:
    return " ".join(clean(value).split()) or NOTHING


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def size_in_bytes(text: str) -> int:
    return len(text.encode())


def escape(text: str) -> str:
    """For mrkdwn: the three characters that Slack's own markup is made of."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(value: Any, limit: int) -> str:
    """Plain text of at most `limit`; what is left out shows as `…`."""
    return _fit(clean(value), limit, lambda text: text, units)


def safe(value: Any, limit: int = 300) -> str:
    """One line of escaped mrkdwn of at most `limit`."""
    return _fit(one_line(value), limit, escape, units)


def safe_lines(value: Any, limit: int = 2900) -> str:
    """Escaped mrkdwn of at most `limit`, line breaks kept."""
    return _fit(clean(value), limit, escape, units)


def shorten(markup: str, limit: int, size: Callable[[str], int] = units) -> str:
    """Text that is mrkdwn already, kept below `limit` without breaking an entity or a `<…>` in two."""
    if size(markup) <= limit:
        return markup
    kept = _fit(markup, limit, lambda text: text, size)[:-1]
    kept = re.sub(r"(&[a-z]{0,3}|<[^>]*)$", "", kept)
    return f"{kept}…"


def quote(value: Any, limit: int = 1500) -> str:
    """What somebody said, as a quote."""
    return "\n".join(f">{line}" for line in safe_lines(value, limit - 200).split("\n")[:40])


def code(value: Any, limit: int = 2500) -> str:
    """A code block. A fence in the text can't close it."""
    text = clean(value).strip("\n").replace("```", "`\u200b`\u200b`")
    return f"```\n{_fit(text, limit - 8, escape, units)}\n```"


def code_tail(lines: list[str], limit: int = 2500) -> str:
    """The end of a log as a code block: the last lines matter most."""
    kept: list[str] = []
    left = limit - 60
    for line in reversed(lines):
        shown = cut(line, 300)
        left -= units(escape(shown)) + 1
        if left < 0:
            break
        kept.append(shown)
    dropped = len(lines) - len(kept)
    head = [f"… {dropped} more line{'s' if dropped > 1 else ''} above"] if dropped else []
    return code("\n".join([*head, *reversed(kept)]), limit)


def words(value: Any) -> str:
    """A JSON value as a reader likes it: no quotes, no braces, yes and no."""
    match value:
        case None | "" | [] | {}:
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
        case list() | tuple():
            return ", ".join(map(words, value))
        case Mapping():
            return ", ".join(f"{key} {words(each)}" for key, each in value.items())
    return clean(value)


def lines(value: Any, most: int = 6) -> str:
    """As `words`, a list of several on lines of their own, `most` of them."""
    if isinstance(value, list | tuple) and len(value) > 1 and not all(_brief(each) for each in value):
        shown = [f"• {cut(one_line(words(each)), 120)}" for each in value[:most]]
        left_out = [f"… and {len(value) - most} more in Details"] if len(value) > most else []
        return "\n".join(shown + left_out)
    return words(value)


def _brief(value: Any) -> bool:
    return units(words(value)) <= 20


def label(name: str) -> str:
    """`git_ref` as `Git ref`."""
    text = one_line(str(name).replace("_", " "))
    return text[:1].upper() + text[1:]


def _fit(text: str, limit: int, finish: Callable[[str], str], size: Callable[[str], int]) -> str:
    """The longest beginning of `text` whose finished form is within `limit`, with `…` if it was cut."""
    whole = finish(text)
    if size(whole) <= limit:
        return whole
    low, high = 0, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if size(finish(text[:middle].rstrip()) + "…") <= limit:
            low = middle
        else:
            high = middle - 1
    return finish(text[:low].rstrip()) + "…"


def count(number: int, thing: str) -> str:
    """`1 run`, `1,024 runs`."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")
