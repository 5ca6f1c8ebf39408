"""Pure: events of a stream of server-sent events, as its bytes arrive (WHATWG HTML, section 9.2)."""

from collections.abc import Iterator
from dataclasses import dataclass


class EventTooLarge(Exception):
    """An event has more bytes than the reader keeps."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `id`: the newest that the stream told; empty if it told none."""

    data: bytes
    id: str


class EventStream:
    """Reads events. `last_id`: the newest id; `retry`: seconds before the next try, as the server says."""

    def __init__(self, most: int) -> None:
        self._most, self._rest, self._data = most, b"", list[bytes]()
        self._after_cr = False
        self.last_id = self._id = ""
        self.retry: float | None = None

    @classmethod
    def resumed(cls, stream: "EventStream") -> "EventStream":
        """Return a reader of the stream that continues another one; half an event of that one is dropped."""
        fresh = cls(stream._most)
        fresh.last_id = fresh._id = stream.last_id
        fresh.retry = stream.retry
        return fresh

    def feed(self, part: bytes) -> Iterator[Event]:
        """Yield the events that end in this part. Raises `EventTooLarge`."""
        if self._after_cr and part.startswith(b"\n"):
            part = part[1:]
        self._after_cr = part.endswith(b"\r") if part else self._after_cr
        lines = (self._rest + part).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            if (event := self._line(line)) is not None:
                yield event
        if len(self._rest) + sum(map(len, self._data)) > self._most:
            raise EventTooLarge

    def _line(self, line: bytes) -> Event | None:
        if not line:
            data, self._data, self.last_id = b"\n".join(self._data), [], self._id
            return Event(data, self.last_id) if data else None
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"id" and b"\0" not in value and value.isascii():
            self._id = value.decode()
        elif name == b"retry" and value.isdigit() and len(value) < 7:
            self.retry = int(value) / 1000
        return None
