"""Pure: what people see of a text that they or others wrote."""

import unicodedata

from engine.model.values.json_safe import storable_text

_BLANKS = "\u2800\u3164\uffa0\ufffc\U0001d159"
"""Letters and symbols that show as a space, or not at all."""
_UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\U00016fe4"
"""No format characters by their category, and yet invisible."""
INVISIBLE = frozenset(_BLANKS + _UNSEEN)
"""They count as letters, marks or symbols and show nothing."""
_JOINERS = "\u200c\u200d"
_FLAG = "\U0001f3f4"


def as_seen(text: str) -> str:
    """Without what nobody sees: control and format characters, blanks around it."""
    shown = "".join(_visible_character(text, position) for position in range(len(text)))
    return unicodedata.normalize("NFC", shown).strip()


def is_blank(text: str) -> bool:
    """Nobody would see anything of it: it has no letter, digit or sign that shows."""
    return not any(unicodedata.category(character)[0] in "LNPS" for character in as_seen(text))


def visible_length(text: str) -> int:
    """Return the number of letters, digits and signs that show."""
    return sum(unicodedata.category(character)[0] in "LNPS" for character in as_seen(text))


def visible_or_empty(text: str) -> str:
    """A reason or an answer as it is kept: empty where nobody would see anything of it."""
    return "" if is_blank(text) else storable_text(text).strip()


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 units, as Slack and browsers count characters."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _visible_character(text: str, position: int) -> str:
    character = text[position]
    category = unicodedata.category(character)
    if character.isspace() or category == "Zs" or character in _BLANKS:
        return " "
    if character in _JOINERS:
        return character if _is_joining(text, position) else ""
    if "\U000e0020" <= character <= "\U000e007f":
        # The end of the flag of a region, as of Scotland.
        before = text[:position].rstrip("".join(map(chr, range(0xE0020, 0xE0080))))
        return character if before.endswith(_FLAG) else ""
    if category in ("Cc", "Cf", "Cs") or character in _UNSEEN or _selects_variation(character):
        return ""
    return character


def _is_joining(text: str, position: int) -> bool:
    """A joiner between symbols, or letters of scripts that join, changes what people see."""
    around = text[position - 1 : position + 2 : 2] if position else ""
    return len(around) == 2 and all(
        unicodedata.category(neighbor) in ("So", "Sk", "Lo", "Mn", "Mc") and not neighbor.isascii()
        for neighbor in around
    )


def _selects_variation(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
