"""Where events go: an address, or a file. Each takes a batch as a whole, or says why not."""

import asyncio
import json
import os
import re
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import aiohttp

from bot.events_out.envelope import MAX_DETAILS_BYTES
from bot.http.callbacks import signature
from engine import Clock, SignoffError
from engine.addresses import InsideNetwork, PublicResolver

_SECONDS = 10.0
_MAX_PAUSE = 600
MAX_BATCH = 100
"""Events that a file takes at a time."""
_TAIL_BYTES = MAX_BATCH * (MAX_DETAILS_BYTES + 8 * 1024)
_BEGINNING = b'{"specversion":"1.0","id":"'
"""Begins each line of a file of events. A file with another last line belongs to another program."""
_MIN_SECRET_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event in its form. `id`: the one in it. `error`: why it has no form that the target reads, to stand
    after the target's name; usually empty.
    """

    id: str
    seq: int
    body: bytes
    error: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Outcome of a batch. `error`: why it was not taken, to stand after the target's name; empty: it was.

    `pause`: seconds after which the target wants to be asked again; 0: it did not say. `status`: with which
    an address refused the event; 0: it did not answer.
    """

    error: str = ""
    pause: float = 0
    status: int = 0


class Place(Protocol):
    """A target. `batch`: how many events it takes at a time."""

    batch: int

    async def take(self, events: Sequence[Outgoing]) -> Answer: ...

    async def close(self) -> None: ...


class Address:
    """Gets one event a request, signed as callbacks are. No text names it, because it may hold a secret."""

    batch = 1

    def __init__(
        self,
        address: str,
        secret: Callable[[], str],
        clock: Clock,
        *,
        private: bool,
        what: str = "events",
        content_type: str = "application/cloudevents+json; charset=utf-8",
    ) -> None:
        """`what`: what it gets, for errors. `private`: it may be inside this machine's networks."""
        self._what, self._content_type = what, content_type
        self._address, self._secret, self._clock = address, secret, clock
        allowed = {(urlsplit(address).hostname or "").lower()} if private else set()
        connector = aiohttp.TCPConnector(resolver=PublicResolver(allowed))
        self._http = aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=_SECONDS), trust_env=False
        )

    async def close(self) -> None:
        await self._http.close()

    async def take(self, events: Sequence[Outgoing]) -> Answer:
        [event] = events
        try:
            secret = await asyncio.to_thread(self._secret)
        except SignoffError as error:
            return Answer(f"gets no {self._what}: {error}")
        if len(secret) < _MIN_SECRET_LENGTH:
            which = "is too short" if secret else "is not set"
            remedy = f"Give it {_MIN_SECRET_LENGTH} or more characters"
            return Answer(f"gets no {self._what}, because its secret {which}. {remedy}")
        return await self._post(event, secret)

    async def _post(self, event: Outgoing, secret: str) -> Answer:
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": self._content_type,
            "X-Signoff-Delivery": event.id,
            "X-Signoff-Timestamp": str(timestamp),
            "X-Signoff-Signature": signature(secret, timestamp, event.body),
        }
        try:
            async with self._http.post(
                self._address, data=event.body, headers=headers, allow_redirects=False
            ) as answer:
                if 200 <= answer.status < 300:
                    return Answer()
                return Answer(
                    f"answered with the status {answer.status}",
                    _pause(answer.headers.get("Retry-After", "")),
                    answer.status,
                )
        except TimeoutError:
            return Answer(f"did not answer within {_SECONDS:.0f} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(getattr(error, "os_error", None), InsideNetwork):
                remedy = f"Write private: true to send {self._what} there"
                return Answer(f"is inside this machine's networks. {remedy}")
            return Answer("could not be reached")


def _pause(text: str) -> float:
    return float(min(int(text), _MAX_PAUSE)) if re.fullmatch(r"\d{1,6}", text) else 0.0


class File:
    """Gets a line for each event. A line that is in the file already is not written again."""

    batch = MAX_BATCH

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: frozenset[str] | None = None
        """The ids of the last lines, read before this process writes any; None: to be read."""
        self._taken: frozenset[str] = frozenset()
        """The ids of the last batch, which comes again if the place in the log could not be moved."""

    async def close(self) -> None:
        pass

    async def take(self, events: Sequence[Outgoing]) -> Answer:
        try:
            await asyncio.to_thread(self._append, events)
        except OSError as error:
            return Answer(f"cannot be written: {error.strerror or error}")
        return Answer()

    def _append(self, events: Sequence[Outgoing]) -> None:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        file = os.open(self._path, flags, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise OSError(0, "it is not a regular file. Name another one")
            # What failed half-way may have left lines: the end of the file is read again after a failure.
            found, self._found = self._found, None
            if found is None:
                found = _last_ids(file)
            known = found | self._taken
            lines = b"".join(event.body + b"\n" for event in events if event.id not in known)
            while lines:
                lines = lines[os.write(file, lines) :]
            os.fsync(file)
            self._found, self._taken = found, frozenset(event.id for event in events)
        finally:
            os.close(file)


def _last_ids(file: int) -> frozenset[str]:
    """Return the ids of the last lines. Half a line at the end, which a crash left, is cut off.

    Raises `OSError` where the end is not what Signoff writes, and leaves the file as it is.
    """
    size = os.fstat(file).st_size
    begin = max(0, size - _TAIL_BYTES)
    tail = os.pread(file, size - begin, begin)
    whole = tail.rfind(b"\n") + 1
    lines, half = tail[:whole].splitlines(), tail[whole:]
    if begin and not lines:
        raise OSError(0, "its last line is too long to be one of Signoff. Name another file")
    if not (_may_be_event(half) and all(line.startswith(_BEGINNING) for line in lines[-1:])):
        raise OSError(0, "its last line is not an event of Signoff. Name another file")
    if half:
        os.ftruncate(file, begin + whole)
    ids = set()
    for line in lines[-MAX_BATCH:]:
        with suppress(ValueError, KeyError, TypeError):
            ids.add(str(json.loads(line)["id"]))
    return frozenset(ids)


def _may_be_event(half: bytes) -> bool:
    """Return whether the text can begin a line with an event. An empty text can."""
    return half[: len(_BEGINNING)] == _BEGINNING[: len(half)]
