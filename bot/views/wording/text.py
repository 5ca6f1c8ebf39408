"""Texts from people and payloads, prepared for Slack: literal, shortened, invisible characters marked.

Lengths are counted in UTF-16 units, as a browser does, which never counts less than Slack may.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from bot.views.wording.visible import Visible, looks, mark, on_one_line, visible
from engine.text import count as count
from engine.text import in_words, utf16_length

NOTHING = "–"
"""For a blank text of people: Slack refuses empty texts. Never for a value: an empty one says so."""
_LIVE = re.compile(
    r"[*~`]"  # styles and code
    r"|(?<![^\W_])_|_(?![^\W_])"  # not within a word, where Slack leaves it alone
    r"|:(?=[^\s/:]*:)"  # the name of an emoji
    r"|^\s|\s$|\s\s"  # spaces that would not be seen
    r"|^>"
)
"""Characters that Slack may read as mrkdwn. The pattern errs on the safe side: in doubt, show code."""
WORD_BREAK = re.compile(r"\s+|(?<=\w-)(?=\w)")
"""Places where a line of a message may break."""
_SPACES = re.compile(" {4,}")
_MAX_QUOTED_LINES = 40
_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


def clean(value: Any) -> Visible:
    """Return the text of a person or a program with its line breaks; a dash if it is empty."""
    raw = value if isinstance(value, Visible) else str(value).replace("\r\n", "\n").replace("\r", "\n")
    text = visible(raw)
    return text if text.strip() else Visible(NOTHING)


def one_line(value: Any) -> Visible:
    """As `clean`, with a space for each run of ordinary white space."""
    return Visible(" ".join(clean(value).split()) or NOTHING)


def units(text: str) -> int:
    """Return the length in UTF-16 units."""
    return utf16_length(text)


def size_in_bytes(text: str) -> int:
    return len(text.encode())


def escape(text: str) -> str:
    """For mrkdwn: the three characters that Slack's references and links are made of."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def is_live(text: str) -> bool:
    """Return whether Slack could read a part of the text as markup."""
    return _LIVE.search(text) is not None


def literal(text: str) -> str:
    """mrkdwn that shows one line as it is: inline code where Slack could read anything in it as markup."""
    if not is_live(text):
        return escape(text)
    return f"`{escape(text.replace('`', mark('`')))}`"


def cut(value: Any, limit: int) -> Visible:
    """Plain text of at most `limit`; what is left out shows as `…`."""
    return Visible(_fit(value, limit, clean, str))


def cut_line(value: Any, limit: int) -> Visible:
    """As `cut`, on one line."""
    return Visible(_fit(value, limit, one_line, str))


def safe(value: Any, limit: int = 300) -> str:
    """One line of literal mrkdwn of at most `limit`: a name, a sentence."""
    return _fit(value, limit, one_line, literal)


def exact(value: Any, limit: int = 300) -> str:
    """One line of literal mrkdwn of at most `limit`, with every space and a mark for each line break."""
    return _fit(value, limit, lambda text: on_one_line(text) or NOTHING, literal)


def safe_fits(value: str, limit: int) -> bool:
    """Return whether `safe` shows all of the text."""
    return len(value) <= limit and units(literal(one_line(value))) <= limit


def question_text(ask: str, limit: int) -> Visible:
    """A question on one line of plain text of at most `limit`.

    A long one is shortened in its middle: no value in it pushes its end away. Rows of spaces are counted.
    """
    return Visible(_with_both_ends(ask, limit, str))


def question_line(ask: str, limit: int = 300) -> str:
    """As `question_text`, as literal mrkdwn."""
    return _with_both_ends(ask, limit, literal)


def _with_both_ends(ask: str, limit: int, finish: Callable[[str], str]) -> str:
    most = 4 * limit + 100
    is_huge = len(ask) > 2 * most
    start = whole_question(ask[:most] if is_huge else ask)
    if not is_huge and units(complete := finish(start)) <= limit:
        return complete
    end = whole_question(ask[-most:]) if is_huge else start
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if units(finish(_ends(start, end, middle))) <= limit:
            low = middle
        else:
            high = middle - 1
    return finish(_ends(start, end, low))


def whole_question(text: str) -> str:
    """A question on one line of plain text, in full: marks for line breaks, rows of spaces counted."""
    return _SPACES.sub(lambda row: f"{mark(' ')[:-1]} ×{len(row[0])}⟧", on_one_line(text) or NOTHING)


def _ends(start: str, end: str, kept: int) -> str:
    last = kept // 3
    return f"{start[: kept - last].rstrip()} … {end[len(end) - last :].lstrip()}"


def code_line(value: Any) -> str:
    """One line as inline code, whatever stands in it."""
    return f"`{escape(one_line(value).replace('`', mark('`')))}`"


def safe_lines(value: Any, limit: int = 2900) -> str:
    """Literal mrkdwn of at most `limit`, line breaks kept."""
    return _fit(value, limit, clean, _literal_lines)


def shorten(markup: str, limit: int, size: Callable[[str], int] = units) -> str:
    """Text that is mrkdwn already, kept below `limit` without breaking an entity, a `<…>` or code in two."""
    if size(markup) <= limit:
        return markup
    low, high = 0, min(len(markup), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if size(_ended(markup[:middle])) <= limit:
            low = middle
        else:
            high = middle - 1
    return _ended(markup[:low])


def _ended(markup: str) -> str:
    kept = re.sub(r"(&[a-z]{0,3}|<[^>]*)$", "", markup.rstrip())
    if kept.count("```") % 2:
        return f"{kept.rstrip('`')}…\n```"
    # What follows an open backquote would be markup again.
    return f"{kept}…`" if kept.replace("```", "").count("`") % 2 else f"{kept}…"


def quote(value: Any, limit: int = 1500) -> str:
    """Return a person's text as a quote; what is left out shows as `…`."""
    lines = safe_lines(value, limit - 200).split("\n")
    left_out = ["…"] if len(lines) > _MAX_QUOTED_LINES else []
    return "\n".join(f">{line}" for line in [*lines[:_MAX_QUOTED_LINES], *left_out])


def code(value: Any, limit: int = 2500) -> str:
    """Return a code block. A fence in the text can't close it."""
    return _fit(value, limit, lambda text: clean(text).strip("\n"), _fenced)


def code_tail(lines: list[str], limit: int = 2500, most: int | None = None) -> str:
    """The end of a log as a code block: the last lines matter most. `most`: lines."""
    kept = _last_lines(lines, limit, most)
    dropped = len(lines) - len(kept)
    head = [f"… {dropped} more line{'s' if dropped > 1 else ''} above"] if dropped else []
    return _fenced("\n".join([*head, *reversed(kept)]))


def shown_lines(lines: list[str], limit: int = 2500, most: int | None = None) -> int:
    """Return how many lines `code_tail` shows; at least one of a log that has any."""
    return max(len(_last_lines(lines, limit, most)), min(1, len(lines)))


def _last_lines(lines: list[str], limit: int, most: int | None) -> list[str]:
    """Return the last lines as they are shown, the newest first."""
    kept: list[str] = []
    left = limit - 60
    for line in reversed(lines if most is None else lines[-most:]):
        shown = cut(_TERMINAL.sub("", line), 300)
        left -= units(escape(shown)) + 1
        if left < 0:
            break
        kept.append(shown)
    return kept


def words(value: Any, most: int | None = None, *, inside: bool = False) -> Visible:
    """A JSON value on one line, exact (see `engine.model.text.wording`), with a mark for what cannot be seen.

    most: characters, after which the rest of a huge value is not looked at. What comes back is then longer
    than that, so that a beginning is never taken for a value that fits. inside: as part of something.
    """
    text = in_words(value, most, inside=inside)
    return on_one_line(text, counted=most is None or len(text) <= most)


def lines(value: Any, most: int = 6) -> Visible:
    """As `words`; a text keeps its lines, and a list of several has a line for each of the first `most`."""
    if isinstance(value, str) and "\n" in value.strip():
        return visible(value)
    if isinstance(value, list | tuple) and len(value) > 1 and not all(map(_brief, value[: most + 1])):
        shown = [f"• {cut(words(each, 121), 120)}" for each in value[:most]]
        left_out = [f"… and {len(value) - most} more in Details"] if len(value) > most else []
        return Visible("\n".join(shown + left_out))
    return words(value)


def some(texts: Sequence[str], most: int, between: str = ", ") -> str:
    """Return the first of several texts in one line, and the number of those left out."""
    left_out = [f"and {len(texts) - most} more"] if len(texts) > most else []
    return between.join([*texts[:most], *left_out])


def _brief(value: Any) -> bool:
    return units(words(value, 21)) <= 20


def label(name: str) -> Visible:
    """`git_ref` as `Git ref`."""
    text = one_line(str(name).replace("_", " "))
    return Visible(text[:1].upper() + text[1:])


def distinct_options(texts: Sequence[str], limit: int = 75) -> list[str]:
    """Return the texts of a menu within `limit` units each, so that no two of them look the same."""
    full_texts = [on_one_line(text) or "empty text" for text in texts]
    shown = [_fit(text, limit, str, str) for text in full_texts]
    for alike in _alike(shown):
        # They differ only after what fits: the beginning they share makes way for where they differ.
        texts_alike = [full_texts[number] for number in alike]
        start = common_length(min(texts_alike), max(texts_alike)) - 10
        for number in alike:
            text = full_texts[number]
            if start > limit // 3:
                text = f"{text[: limit // 4].rstrip()}…{text[start:]}"
            shown[number] = _fit(text, limit, str, str)
    if _alike(shown):
        shown = [_fit(f"{number}. {text}", limit, str, str) for number, text in enumerate(shown, 1)]
    return shown


def _alike(shown: Sequence[str]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for number, text in enumerate(shown):
        groups.setdefault(looks(text), []).append(number)
    return [numbers for numbers in groups.values() if len(numbers) > 1]


def common_length(text: str, other: str) -> int:
    """How many characters both begin with, without a loop over each of them."""
    low, high = 0, min(len(text), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if text[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _literal_lines(text: str) -> str:
    return "\n".join(map(literal, text.split("\n")))


def _fenced(text: str) -> str:
    fence = "```"
    return f"{fence}\n{escape(text.replace(fence, fence[1:] + mark('`')))}\n{fence}"


def _fit(value: Any, limit: int, prepare: Callable[[str], str], finish: Callable[[str], str]) -> str:
    """The longest beginning of a text whose finished form is within `limit`, with `…` if it was cut."""
    raw = str(value)
    most = 4 * limit + 100
    # The end of a huge text is not looked at.
    text = prepare(Visible(raw[:most]) if isinstance(value, Visible) else raw[:most])
    complete = finish(text)
    if len(raw) <= most and units(complete) <= limit:
        return complete
    low, high = 0, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if units(finish(_start_of(text, middle))) <= limit:
            low = middle
        else:
            high = middle - 1
    return finish(_start_of(text, low))


def _start_of(text: str, length: int) -> str:
    """The beginning, without a mark that is cut in two, with `…`."""
    start = text[:length]
    opened = start.rfind("⟦")
    whole = start if start.rfind("⟧") >= opened else start[:opened]
    return whole.rstrip() + "…"


def unreadable_line(number: int, ids: str = "") -> str:
    """Say of a list how many runs it leaves out. `ids`: which, for the operator alone."""
    it = "it was" if number == 1 else "they were"
    named = f" ({ids})" if ids else ""
    return (
        f"{count(number, 'run')}{named} could not be read: {it} changed by another program. "
        "Ask the operator to run signoff audit verify."
    )
