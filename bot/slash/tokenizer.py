"""Splitting what people type into words, as a shell does, whatever keyboard they type on.

Phones turn quotes and dashes into typographic ones and put in unbreakable spaces; Slack escapes three
characters and wraps mentions and addresses in `<…>`. None of that should keep anybody from a command.
"""

import re
from dataclasses import dataclass

_DOUBLE = '"“”„‟«»″'
_SINGLE = "'‘’‚‛‹›′"
_SPACES = (
    " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufeff"
)
CHANNEL = re.compile(r"#|[CG](?=[A-Z0-9]*\d)[A-Z0-9]{7,}$")
"""Begins a word that names a channel: `#name`, or the id that a mention became."""
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_CONSTRUCT = re.compile(r"<(?P<kind>[@#!]?)(?P<body>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")


class UnclosedQuote(ValueError):
    """A quote has a beginning and no end. `at`: the place of the quote, counted from 1."""

    def __init__(self, at: int, rest: str) -> None:
        self.at, self.rest = at, rest
        super().__init__(f"the quote at character {at} is not closed")


@dataclass(frozen=True, slots=True)
class Word:
    """`text` as it was meant; `at`: where it begins in what was typed, counted from 1; `typed`: as it
    was typed, escapes of Slack's undone."""

    text: str
    at: int
    typed: str


def split(text: str) -> list[Word]:
    """The words of a line. Raises `UnclosedQuote`."""
    words: list[Word] = []
    at = 0
    while at < len(text):
        if text[at] in _SPACES:
            at += 1
            continue
        word, end = _word(text, at)
        words.append(Word(word, at + 1, unescape(text[at:end])))
        at = end
    return words


def unescape(text: str) -> str:
    """Slack's markup as what was meant: `<@U012|bob>` the id, `<https://…|…>` the address, `&amp;` an &."""
    plain = _CONSTRUCT.sub(_meant, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _meant(construct: re.Match[str]) -> str:
    kind, body = construct["kind"], construct["body"]
    if kind == "!":
        # <!subteam^S012|@on-call>, <!subteam^S012>, <!here>
        name, _, group = body.partition("^")
        return construct["label"] or group or f"@{name}"
    if kind:
        return body
    if body.startswith("mailto:"):
        return body.removeprefix("mailto:")
    if "://" in body:
        # A bare domain that Slack made a link of: people typed what the label says.
        label = construct["label"] or ""
        return label if label and body in (f"http://{label}", f"https://{label}") else body
    return construct[0]


def _word(text: str, start: int) -> tuple[str, int]:
    """The word that begins at `start`, and where it ends."""
    parts: list[str] = []
    at = start
    while at < len(text) and text[at] not in _SPACES:
        character = text[at]
        if character == "<" and (construct := _CONSTRUCT.match(text, at)):
            parts.append(_meant(construct))
            at = construct.end()
        elif _opens(text, at, start):
            quoted, at = _quoted(text, at)
            parts.append(quoted)
        elif character == "\\" and at + 1 < len(text):
            parts.append(text[at + 1])
            at += 2
        else:
            parts.append(character)
            at += 1
    return _entities("".join(parts)), at


def _opens(text: str, at: int, start: int) -> bool:
    character = text[at]
    if character in _DOUBLE or character == "'":
        return True
    # A typographic single quote inside a word is an apostrophe: don’t.
    return character in _SINGLE and (at == start or text[at - 1] in "=" + _DOUBLE + _SINGLE)


def _quoted(text: str, start: int) -> tuple[str, int]:
    opening = text[start]
    parts: list[str] = []
    at = start + 1
    while at < len(text):
        character = text[at]
        if _closes(opening, text, at):
            return "".join(parts), at + 1
        if character == "<" and (construct := _CONSTRUCT.match(text, at)):
            parts.append(_meant(construct))
            at = construct.end()
        elif character == "\\" and opening in _DOUBLE and text[at + 1 : at + 2] in {'"', "\\"}:
            parts.append(text[at + 1])
            at += 2
        else:
            parts.append(character)
            at += 1
    raise UnclosedQuote(start + 1, unescape(text[start:]))


def _closes(opening: str, text: str, at: int) -> bool:
    character = text[at]
    if opening in "\"'":
        return character == opening
    if opening in _DOUBLE:
        return character in _DOUBLE
    return character in _SINGLE and not text[at + 1 : at + 2].isalnum()


def _entities(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
