"""Makes visible in a text what cannot be seen: `a⟦U+200B⟧b`.

A text that holds such a mark itself has its bracket spelled out, so that no text can imitate one.
"""

import re
import unicodedata
from functools import lru_cache

from bot.views.wording.escapes import INVISIBLE
from bot.views.wording.lookalikes import lookalikes

_OPEN = "⟦"
_SEEN_AS = {"\n": "newline", "\t": "tab", " ": "space"}
_NOT_PLAIN = re.compile(r"[^\x20-\x7e\n\t]+")
_FORMATS_THAT_SHOW = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_ALIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅοανρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ‐‑‒–—−‘’“”",
    "aeopcyxijshdqwABEKMHOPCTYXIJSoavpABEZHIKMNOPTYX------''\"\"",
)
"""Letters of other scripts, dashes and quotation marks that look like those of ASCII."""
_JOINER, _AS_EMOJI, _KEYCAP = "\u200d", "\ufe0f", "\u20e3"
_MAX_REPEATED_MARKS = 3
_OVERLAY = 1
"""The combining class of marks that lie over their letter."""
_REPEATED = re.compile(r"(⟦[^⟦⟧]+⟧)\1{2,}")


class Visible(str):
    """A text that has its marks: shown as part of another, they are not taken for the text's own."""

    __slots__ = ()


def visible(text: str) -> Visible:
    """Return the text with a mark for each character that cannot be seen or looks like another one.

    Line breaks and tabs are kept; a mark that repeats is counted.
    """
    return text if isinstance(text, Visible) else _counted(_each_marked(text))


def _each_marked(text: str) -> str:
    alike = lookalikes(text)
    return _NOT_PLAIN.sub(lambda run: _marked(run, alike), text)


def _counted(text: str) -> Visible:
    """A row of the same mark as one: `⟦U+3164 ×30⟧`."""
    return Visible(_REPEATED.sub(lambda row: f"{row[1][:-1]} ×{len(row[0]) // len(row[1])}⟧", text))


def _marked(run: re.Match[str], alike: frozenset[int]) -> str:
    text = run.string
    # A combining mark with no letter before it would change what stands before the text.
    combining = _MAX_REPEATED_MARKS if run.start() == 0 or text[run.start() - 1] in "\n\t" else 0
    marked = []
    for number in range(run.start(), run.end()):
        character = text[number]
        combining = combining + 1 if _combines(character) else 0
        hidden = is_hidden(character) and not _in_emoji(text, number)
        flood = combining > _MAX_REPEATED_MARKS or (_covers(character) and not _in_emoji(text, number))
        marked.append(mark(character) if hidden or flood or number in alike else character)
    return "".join(marked)


def on_one_line(text: str, *, counted: bool = True) -> Visible:
    """As `visible`, with marks for line breaks and tabs too.

    counted: False for the beginning of a text. The count of a row that goes on would be wrong.
    """
    marked = text if isinstance(text, Visible) else _each_marked(text)
    line = marked.replace("\n", mark("\n")).replace("\t", mark("\t"))
    return _counted(line) if counted else Visible(line)


def mark(character: str) -> str:
    """`⟦U+200B⟧`."""
    return f"{_OPEN}{_SEEN_AS.get(character) or f'U+{ord(character):04X}'}⟧"


def spelled_out(text: str) -> str:
    """With a mark for spaces and everything but printable ASCII: for texts that look alike and are not."""
    return "".join(character if "!" <= character <= "~" else mark(character) for character in text)


def looks(text: str) -> str:
    """Return what the eye takes a text for, so that two that look alike can be found out."""
    folded = unicodedata.normalize("NFKC", visible(text))
    return " ".join(folded.translate(_ALIKE).replace(_AS_EMOJI, "").replace(_JOINER, "").split())


@lru_cache(maxsize=4096)
def is_hidden(character: str) -> bool:
    if character in "\n\t":
        return False
    if character == _OPEN or character in INVISIBLE or _selects(character):
        return True
    category = unicodedata.category(character)
    if category == "Cf":
        return character not in _FORMATS_THAT_SHOW
    return category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or (category == "Zs" and character != " ")


def _selects(character: str) -> bool:
    """A variation selector."""
    return (
        "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
        or "\u180b" <= character <= "\u180f"
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _combines(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


@lru_cache(maxsize=4096)
def _covers(character: str) -> bool:
    """A mark that strikes through or encloses the letter before it."""
    return unicodedata.category(character) == "Me" or unicodedata.combining(character) == _OVERLAY


def _in_emoji(text: str, number: int) -> bool:
    """A joiner or selector that is part of an ordinary emoji: what it does is seen."""
    before, after = text[number - 1 : number] if number else "", text[number + 1 : number + 2]
    match text[number]:
        case "\ufe0f":
            return (bool(before) and _picture(before)) or (before in {*"0123456789#*"} and after == _KEYCAP)
        case "\u20e3":
            return text[:number].removesuffix(_AS_EMOJI)[-1:] in {*"0123456789#*"}
        case "\u200d":
            joins = before == _AS_EMOJI or "\U0001f3fb" <= before <= "\U0001f3ff" or _picture(before)
            return bool(before and after) and joins and _picture(after)
    return False


def _picture(character: str) -> bool:
    return character > "\u2000" and unicodedata.category(character) in ("So", "Sm", "Po", "Pd", "Ll")
