"""Sends the newest signed checkpoint of the log elsewhere: to a folder, or to an address."""

import asyncio
import json
import logging
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from engine import Clock, Engine, EventFilter, EventRecord, SignoffError

log = logging.getLogger(__name__)

CHECKPOINT_MADE = "log.checkpoint"
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_FIRST_DELAY, _MAX_DELAY = timedelta(seconds=10), timedelta(hours=1)
Document = Mapping[str, Any]


class CheckpointCopies:
    """`take` gets the events of the log, and `run` is a task.

    `places`: absolute folders, and addresses that take a POST. Each gets every checkpoint that is made while
    it can be reached, and afterwards the newest one, at least once. An address may hold a secret, so that no
    text names more of it than its host.
    """

    def __init__(self, engine: Engine, places: Iterable[str], clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._news = {place: asyncio.Event() for place in places}
        self._newest: Document | None = None
        self._problems: dict[str, str] = {}

    @property
    def problem(self) -> str:
        """Return which place does not have the newest checkpoint, and why; usually empty."""
        return ". ".join(self._problems.values())

    async def take(self, event: EventRecord) -> None:
        if event.type == CHECKPOINT_MADE:
            self._renew(event)

    def _renew(self, event: EventRecord) -> None:
        self._newest = event.data["document"]
        for news in self._news.values():
            news.set()

    async def run(self) -> None:
        """Copy each checkpoint to all places until it is cancelled."""
        with suppress(SignoffError):  # a checkpoint that cannot be read: the next one is sent
            made = await self._engine.find_events(EventFilter(types=(CHECKPOINT_MADE,)), 1)
            if made and self._newest is None:
                self._renew(made[0])
        await asyncio.gather(*(self._keep(place, news) for place, news in self._news.items()))

    async def _keep(self, place: str, news: asyncio.Event) -> None:
        delay = _FIRST_DELAY
        while True:
            await news.wait()
            news.clear()
            assert self._newest is not None
            why = await _copy(place, self._newest)
            if not why:
                self._problems.pop(place, None)
                delay = _FIRST_DELAY
                continue
            problem = f"The newest checkpoint of the log is not at {_named(place)}: {why}"
            if self._problems.get(place) != problem:
                self._problems[place] = problem
                log.warning("%s. Signoff tries again.", problem)
            news.set()
            await self._clock.sleep(delay)
            delay = min(delay * 3, _MAX_DELAY)


async def _copy(place: str, document: Document) -> str:
    """Return why the place did not take a checkpoint; empty if it did."""
    if not place.startswith("/"):
        return await _post(place, document)
    try:
        await asyncio.to_thread(_write, Path(place), document)
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    return ""


def _write(folder: Path, document: Document) -> None:
    """Write a file that is whole under its name. One that is there already has the same content."""
    content = document["checkpoint"]
    moment = re.sub(r"[^0-9]", "", str(content["at"])[:19])
    file = folder / f"checkpoint-{moment}-{int(content['events'])}.json"
    part = file.with_suffix(f".part-{os.getpid()}")
    try:
        with part.open("xb") as opened:
            opened.write(json.dumps(document, indent=2).encode() + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
        try:
            os.link(part, file)
        except FileExistsError:
            pass
        except OSError:  # a mount without hard links
            if not file.exists():
                part.rename(file)
    finally:
        part.unlink(missing_ok=True)


async def _post(address: str, document: Document) -> str:
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as http,
            http.post(address, json=document, allow_redirects=False) as answer,
        ):
            return "" if 200 <= answer.status < 300 else f"it answered with the status {answer.status}"
    except TimeoutError:
        return "it did not answer within 10 s"
    except (aiohttp.ClientError, OSError, ValueError):
        return "it could not be reached"


def _named(place: str) -> str:
    return place if place.startswith("/") else f"{urlsplit(place).hostname}"
