"""Pure: whether a person typed the text that an approval asks for, by what people see of both.

Keyboards and clipboards replace quotes, dashes and spaces, compose or decompose accents, and carry
characters along that nobody sees. None of that tells two texts apart. Whatever people can see does, case
included.
"""

import unicodedata

NOTHING_TO_TYPE = (
    "The text to type has no visible character, so this can't be approved. Reject it, and start it again."
)
_FOLDED = str.maketrans(
    dict.fromkeys("‘’‚‛ʼ′", "'")
    | dict.fromkeys("“”„‟″", '"')
    | dict.fromkeys("‐‑‒–—―−⁃﹣", "-")
    | {"…": "..."}
)
_BLANKS = "\u2800\u3164\uffa0"
"""Letters and symbols that show as a space."""
_UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5"
"""No format characters by their category, and yet invisible."""
_JOINERS = "\u200c\u200d"
_FLAG = "\U0001f3f4"


def confirms(text: str, wanted: str) -> bool:
    """Never for a `wanted` that shows nothing: it asks for nothing."""
    expected = as_seen(wanted)
    # Phones make one long dash of two hyphens.
    return bool(expected) and _plain(expected) in (_plain(text), _plain(text.replace("—", "--")))


def as_seen(text: str) -> str:
    """Without what nobody sees: control and format characters, blanks around it."""
    shown = "".join(_seen(text, place) for place in range(len(text)))
    return unicodedata.normalize("NFC", shown).strip()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", as_seen(text).translate(_FOLDED))


def _seen(text: str, place: int) -> str:
    character = text[place]
    category = unicodedata.category(character)
    if character.isspace() or category == "Zs" or character in _BLANKS:
        return " "
    if character in _JOINERS:
        return character if _joins(text, place) else ""
    if "\U000e0020" <= character <= "\U000e007f":
        # The end of the flag of a region, as of Scotland.
        before = text[:place].rstrip("".join(map(chr, range(0xE0020, 0xE0080))))
        return character if before.endswith(_FLAG) else ""
    if category in ("Cc", "Cf", "Cs") or character in _UNSEEN or _selects_variation(character):
        return ""
    return character


def _joins(text: str, place: int) -> bool:
    """A joiner between symbols, or letters of scripts that join, changes what people see."""
    around = text[place - 1 : place + 2 : 2] if place else ""
    return len(around) == 2 and all(
        unicodedata.category(one) in ("So", "Sk", "Lo", "Mn", "Mc") and not one.isascii() for one in around
    )


def _selects_variation(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
