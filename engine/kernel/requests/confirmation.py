"""Pure: whether a person typed the text that an approval asks for, by what people see of both.

Keyboards and clipboards replace quotes, dashes and spaces, compose or decompose accents, and carry
characters along that nobody sees. None of that tells two texts apart. Whatever people can see does, case
included.
"""

import unicodedata

from engine.model.text.visible_text import as_seen

NOTHING_TO_TYPE = (
    "The text to type has no visible character, so this can't be approved. Reject it, and start it again."
)
_FOLDED = str.maketrans(
    dict.fromkeys("‘’‚‛ʼ′", "'")
    | dict.fromkeys("“”„‟″", '"')
    | dict.fromkeys("‐‑‒–—―−⁃﹣", "-")
    | {"…": "..."}
)


def confirms(text: str, wanted: str) -> bool:
    """Return whether the typed text looks like `wanted`; never if `wanted` is invisible."""
    expected = as_seen(wanted)
    # Phones make one long dash of two hyphens.
    return bool(expected) and _folded(expected) in (_folded(text), _folded(text.replace("—", "--")))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", as_seen(text).translate(_FOLDED))
