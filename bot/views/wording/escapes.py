"""Texts for an input of Slack's, so that they come back as they were.

Slack and browsers may change or drop what people can't see: line endings, blanks at the ends, tabs, other
spaces, invisible characters, decomposed accents. A text with any of these is shown with backslash escapes,
which people can read and change. Line breaks inside the text stay line breaks.
"""

import json
import re
import unicodedata
from typing import Any

HINT = r"Written with backslash escapes: \n line break, \t tab, \u00a0 any character, \\ backslash."
_NAMES = {"\n": r"\n", "\t": r"\t", "\r": r"\r", "\\": r"\\"}
_CODES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.)|$)", re.DOTALL)
_BLANK_AT_AN_END = re.compile(r"\A[ \n]+|[ \n]+\Z| +(?=\n)")
_ENTITY = re.compile(r"&(?=amp;|lt;|gt;)")


def needs_escapes(text: str) -> bool:
    """Return whether anything between the person and the bot may change it."""
    return bool(
        _BLANK_AT_AN_END.search(text)
        or _ENTITY.search(text)
        or not unicodedata.is_normalized("NFC", text)
        or any(_changes(character) for character in text)
    )


def escaped(text: str) -> str:
    """Return the escaped text, which `unescaped` reverses exactly."""
    text_escaped = "".join(_one(character) for character in text)
    if not unicodedata.is_normalized("NFC", text_escaped):
        text_escaped = "".join(
            character if character.isascii() else _code(character) for character in text_escaped
        )
    text_escaped = _ENTITY.sub(lambda match: _code(match[0]), text_escaped)
    return _BLANK_AT_AN_END.sub(lambda match: "".join(map(_blank, match[0])), text_escaped)


def visible_json(value: Any, indent: int | None = None) -> str:
    """Return JSON with an escape for each character that may change on the way."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    escaped_text = "".join(
        json.dumps(character)[1:-1] if _changes(character) or _composes(character) else character
        for character in text
    )
    escaped_text = _ENTITY.sub(lambda match: _code(match[0]), escaped_text)
    return (
        escaped_text if unicodedata.is_normalized("NFC", escaped_text) else json.dumps(value, indent=indent)
    )


def unescaped(text: str) -> str:
    r"""Return the original text. Raises `ValueError` for a backslash that begins no escape."""
    return _ESCAPE.sub(_meant, text)


def _meant(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        if int(code, 16) > 0x10FFFF:
            raise ValueError(f"\\U{code} is not a character. The highest is \\U0010ffff")
        return chr(int(code, 16))
    if match[3] in _CODES:
        return _CODES[match[3]]
    raise ValueError(rf"{match[0]} is not an escape that Signoff knows; write a backslash as \\")


def _one(character: str) -> str:
    if character == "\\":
        return _NAMES[character]
    if not _changes(character) and not _composes(character):
        return character
    return _NAMES.get(character) or _code(character)


INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\U00016fe4\U0001d159")
"""As in `engine.text`, which commands that must start at once do not import."""


def _changes(character: str) -> bool:
    """It is invisible, or one of many that look alike, or has another form."""
    if character == "\n":
        return False
    variation = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return variation or not character.isprintable() or character in INVISIBLE


def _composes(character: str) -> bool:
    return bool(unicodedata.combining(character)) or not unicodedata.is_normalized("NFC", character)


def _code(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _blank(character: str) -> str:
    return r"\n" if character == "\n" else _code(character)
