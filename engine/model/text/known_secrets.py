"""Values that must not be read by people: found in a text as they are, and as programs encode them. Pure.

A value that a step encrypts, hashes, compresses or splits into parts is not found.
"""

import base64
import html
import json
import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, unquote, urlsplit

HIDDEN = "[hidden]"
MIN_SECRET_LENGTH = 8
"""A shorter secret would hide ordinary words."""
_MIN_PART_LENGTH = 16
"""Length of a line or a field of a secret that is hidden by itself."""


@dataclass(frozen=True, slots=True)
class _Form:
    text: str
    begin: str
    """How the text begins, which is found where a limit cut the rest; empty: only the whole text is."""
    end: str


class KnownSecrets(Collection[str]):
    """The secrets of this process. Grows while it runs, and is used from all threads."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self.names: dict[str, str] = {}
        """By value, what people call it."""
        self._forms: tuple[tuple[_Form, str], ...] = ()
        self._adding = threading.Lock()
        for value in values:
            self.add(value)

    @classmethod
    def of(cls, values: Iterable[str]) -> "KnownSecrets":
        """Return the values as they are if they are known ones, else with all their forms."""
        return values if isinstance(values, cls) else cls(values)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self.names))

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, value: object) -> bool:
        return value in self.names

    def add(self, value: str, name: str = "") -> None:
        """Hide a value from now on. `name`: what people call it; empty for one of Signoff itself."""
        if len(value) < MIN_SECRET_LENGTH or value in self.names:
            return
        with self._adding:
            known = {form.text for form, _ in self._forms}
            new = [(_form(text), name) for text in _texts(value) if text not in known]
            # The longest first: a part of a value must not be hidden before the whole.
            self._forms = tuple(sorted((*self._forms, *new), key=lambda pair: -len(pair[0].text)))
            # Last: a value that has a name is hidden already.
            self.names.setdefault(value, name)

    def hide(self, text: str) -> str:
        """Return the text with `[hidden]` for each secret, and for the rest of one that a limit cut."""
        for form, _ in self._forms:
            if form.text in text:
                text = text.replace(form.text, HIDDEN)
        for form, _ in self._forms:
            if form.begin and form.begin in text:
                text = _without_beginnings(text, form)
            if form.end and form.end in text:
                text = _without_ends(text, form)
        return text

    def hide_bytes(self, data: bytes) -> bytes:
        """Hide the secrets in what a program or a server sent."""
        return self.hide(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def name_in(self, text: str) -> str | None:
        """Return the name of the first secret that the text contains; None if it contains none."""
        return next((name for form, name in self._forms if form.text in text), None)


def _texts(value: str) -> Iterator[str]:
    """Yield each form of a value once."""
    parts = [value, value.strip(), *_lines(value), *_fields(value), *_password(value)]
    seen: set[str] = set()
    for part in parts:
        for text in _forms(part):
            if len(text) >= MIN_SECRET_LENGTH and text not in seen:
                seen.add(text)
                yield text


def _forms(part: str) -> Iterator[str]:
    data = part.encode("utf-8", "surrogatepass")
    yield part
    for quoted in (quote(part, safe="", errors="replace"), quote(part, errors="replace")):
        yield quoted
        yield _lowercase_escapes(quoted)
    yield quote_plus(part, errors="replace")
    for ascii_only in (True, False):
        escaped = json.dumps(part, ensure_ascii=ascii_only)[1:-1]
        yield escaped
        yield json.dumps(escaped)[1:-1]
    yield repr(part)[1:-1]
    yield html.escape(part)
    yield data.hex()
    yield data.hex().upper()
    for place in range(3):
        yield from _base64(data, place)


def _base64(data: bytes, place: int) -> Iterator[str]:
    """Yield the characters that the value has in Base64, whatever stands around it.

    `place`: how many bytes of a group of three stand before it.
    """
    text = base64.b64encode(b"\0" * place + data).rstrip(b"=").decode()
    first = (0, 2, 3)[place]
    end = len(text) - (1 if (place + len(data)) % 3 else 0)
    inside = text[first:end]
    yield inside
    yield inside.replace("+", "-").replace("/", "_")


def _lowercase_escapes(quoted: str) -> str:
    head, *rest = quoted.split("%")
    return head + "".join(f"%{each[:2].lower()}{each[2:]}" for each in rest)


def _lines(value: str) -> list[str]:
    """The lines of a key: a program may print one of them."""
    lines = [line.strip() for line in value.splitlines()]
    return [line for line in lines if len(line) >= _MIN_PART_LENGTH and not line.startswith("-----")]


def _fields(value: str) -> Iterator[str]:
    """Yield the texts of a secret that is JSON, such as the key of a service account."""
    if not value.lstrip().startswith(("{", "[")):
        return
    try:
        left = [json.loads(value)]
    except ValueError:
        return
    while left:
        match left.pop():
            case dict() as fields:
                left += fields.values()
            case list() as items:
                left += items
            case str() as text if len(text) >= _MIN_PART_LENGTH and "://" not in text:
                yield text
                yield from _lines(text)


def _password(value: str) -> Iterator[str]:
    """Yield the password of a secret that is an address."""
    if "://" not in value:
        return
    try:
        password = urlsplit(value).password
    except ValueError:
        return
    if password:
        yield password
        yield unquote(password)


def _form(text: str) -> _Form:
    scheme, sign, _ = text.partition("://")
    size = max(MIN_SECRET_LENGTH, len(text) // 3) + (len(scheme) + len(sign) if sign else 0)
    return _Form(text, text[:size], text[-size:]) if size < len(text) else _Form(text, "", "")


def _without_beginnings(text: str, form: _Form) -> str:
    start = text.find(form.begin)
    while start >= 0:
        size = len(form.begin)
        while size < len(form.text) and text[start + size : start + size + 1] == form.text[size]:
            size += 1
        text = f"{text[:start]}{HIDDEN}{text[start + size :]}"
        start = text.find(form.begin, start + len(HIDDEN))
    return text


def _without_ends(text: str, form: _Form) -> str:
    start = text.find(form.end)
    while start >= 0:
        end, before = start + len(form.end), len(form.text) - len(form.end)
        while before > 0 and start > 0 and text[start - 1] == form.text[before - 1]:
            start, before = start - 1, before - 1
        text = f"{text[:start]}{HIDDEN}{text[end:]}"
        start = text.find(form.end, start + len(HIDDEN))
    return text
