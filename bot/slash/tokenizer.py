"""Splitting what people type into words, whatever keyboard they type on.

A quote opens only where a value begins: after a blank or a `=`. Inside a word it is text, as in O'Brien.

Phones turn quotes and dashes into typographic ones and put in unbreakable spaces; Slack escapes three
characters and wraps mentions and addresses in `<…>`. None of that should keep anybody from a command.
"""

import re
from collections.abc import Callable
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


_MENTION = re.compile(r"<[@!][^<>]*>")
_Read = Callable[[re.Match[str]], str]
_REASON = re.compile(r"[-\u2010-\u2015\u2212]{1,2}reason(?:=|(?=\s|$))", re.IGNORECASE)
"""The flag before a free text. Slack makes one long dash of two."""
_PLAIN = re.compile(r"[\w@%+:,./-](?:[\w@%+:,./'’-]|=(?!['’]))*")
"""A value that means the same without quotes."""


class InvalidQuote(ValueError):
    """A quote that does not surround a value. `at`: the place of the quote, counted from 1."""

    def __init__(self, at: int, rest: str, problem: str) -> None:
        self.at, self.rest = at, rest
        super().__init__(problem)


class UnclosedQuote(InvalidQuote):
    """A quote has a beginning and no end. `rest`: the text from the quote on."""

    def __init__(self, at: int, rest: str) -> None:
        super().__init__(at, rest, f"The quote at character {at} is not closed")


class QuoteInWord(InvalidQuote):
    """A quote ends before its word does. `rest`: the text from the closing quote on."""

    def __init__(self, at: int, rest: str) -> None:
        super().__init__(at, rest, f"The quote at character {at} closes a value, but more follows it")


@dataclass(frozen=True, slots=True)
class Word:
    """`text` as it was meant; `at`: where it begins in what was typed, counted from 1; `typed`: as it
    was typed, escapes of Slack's undone. `quoted`: it has a value in quotes. `free`: it is the free text at
    the end of the line. `shown`: as `text`, with the names that mentions have in place of ids. `mention`: it
    is the mention of a person or group and nothing else."""

    text: str
    at: int
    typed: str
    quoted: bool = False
    free: bool = False
    shown: str = ""
    mention: bool = False


def split(text: str, words: int | None = None, *, reason: bool = False) -> list[Word]:
    """Return the words of a line. Raises `InvalidQuote`.

    `words`: the number of words before a free text; None: the line has none. `reason`: a free text follows
    `--reason`. A free text is one word, exactly as typed, without the quotes around the whole of it.
    """
    found: list[Word] = []
    at = 0
    while at < len(text):
        if text[at] in _SPACES:
            at += 1
            continue
        flag = _REASON.match(text, at) if reason and found else None
        if flag:
            found.append(Word("--reason", at + 1, flag[0]))
            return [*found, *_free(text, flag.end())]
        if words is not None and len(found) >= words:
            return [*found, *_free(text, at)]
        word, quoted, end = _word(text, at, _meant)
        shown, _, _ = _word(text, at, _named)
        mention = _MENTION.fullmatch(text, at, end) is not None
        found.append(Word(word, at + 1, unescape(text[at:end]), quoted, shown=shown, mention=mention))
        at = end
    return found


def quote(value: str) -> str:
    """Return a value as people type it after `key=`: `split` reads the same value again."""
    if _PLAIN.fullmatch(value):
        return value
    if "'" not in value:
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _free(text: str, start: int) -> list[Word]:
    """Return the rest of the line as one word; none where nothing follows."""
    rest = text[start:].strip(_SPACES)
    if not rest:
        return []
    at = text.index(rest, start)
    meant = unescape(rest)
    if rest[0] in _DOUBLE + _SINGLE:
        try:
            inside, end = _quoted(rest, 0, _named)
        except InvalidQuote:
            end = 0
        if end == len(rest):
            return [Word(_entities(inside), at + 1, meant, quoted=True, free=True)]
    return [Word(meant, at + 1, meant, free=True)]


def unescape(text: str) -> str:
    """Slack's markup as people read it: `@bob` for `<@U012|bob>`, the address for a link, & for `&amp;`."""
    plain = _CONSTRUCT.sub(_named, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _named(construct: re.Match[str]) -> str:
    """Return a mention with its name, `@bob` or `#plant`; without a name as `_meant`."""
    kind, label = construct["kind"], construct["label"]
    named = kind in ("@", "#") and label
    return f"{kind}{label.removeprefix(kind)}" if named else _meant(construct)


def _meant(construct: re.Match[str]) -> str:
    """Return a mention as the id of a person or channel, or the handle of a group."""
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


def _word(text: str, start: int, read: _Read) -> tuple[str, bool, int]:
    """Return the word that begins at `start`, whether it has a value in quotes, and where it ends."""
    parts: list[str] = []
    quoted = False
    at = start
    while at < len(text) and text[at] not in _SPACES:
        character = text[at]
        if character == "<" and (construct := _CONSTRUCT.match(text, at)):
            parts.append(read(construct))
            at = construct.end()
        elif character in _DOUBLE + _SINGLE and (at == start or text[at - 1] == "="):
            inside, at = _quoted(text, at, read)
            parts.append(inside)
            quoted = True
        else:
            parts.append(character)
            at += 1
    return _entities("".join(parts)), quoted, at


def _quoted(text: str, start: int, read: _Read) -> tuple[str, int]:
    """Return the value whose quote opens at `start`, and where it ends: at a blank or the end of the line."""
    opening = text[start]
    parts: list[str] = []
    at = start + 1
    while at < len(text):
        character = text[at]
        if _closes(opening, text, at):
            if text[at + 1 : at + 2].strip(_SPACES):
                raise QuoteInWord(at + 1, unescape(text[at:]))
            return "".join(parts), at + 1
        if character == "<" and (construct := _CONSTRUCT.match(text, at)):
            parts.append(read(construct))
            at = construct.end()
        elif character == "\\" and opening in _DOUBLE and text[at + 1 : at + 2] in {*_DOUBLE, "\\"}:
            parts.append(text[at + 1])
            at += 2
        else:
            parts.append(character)
            at += 1
    raise UnclosedQuote(start + 1, unescape(text[start:]))


def _closes(opening: str, text: str, at: int) -> bool:
    character = text[at]
    if opening in _DOUBLE:
        return character == '"' if opening == '"' else character in _DOUBLE
    if opening == "'":
        return character == "'" and not (text[at - 1].isalnum() and text[at + 1 : at + 2].isalnum())
    return character in _SINGLE and not text[at + 1 : at + 2].isalnum()


def _entities(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
