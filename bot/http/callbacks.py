"""Tells a requester outside Slack the answer, at the address they gave: signed, repeated until it is taken.

Only hosts that the operator has allowed are called, and no redirection is followed, so that a principal can't
make Signoff call what is behind a firewall. The signature is as Slack's: `X-Signoff-Signature` is
`v1=` and HMAC-SHA256 (hex) over `v1:TIMESTAMP:BODY`, with `X-Signoff-Timestamp` beside it.
"""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp

from bot.ci.calls import CiCalls, NotStarted
from bot.ci.specs import PREFIX
from bot.consumer import Consumer
from bot.http.approvals_api import shape
from bot.slack.addresses import is_loopback
from engine import (
    Actor,
    Altered,
    AlteredRun,
    Clock,
    Delivery,
    Engine,
    EventRecord,
    Queue,
    RunDetail,
    RunRecord,
    UnknownRun,
    Wanted,
)

log = logging.getLogger(__name__)
CONSUMER = "callbacks"
_ENDS = frozenset({"run.succeeded", "run.failed", "run.cancelled"})
_MAX_TRIES = 12
_STUCK_LIMIT = timedelta(seconds=30)
"""Failures of the database for longer than this are a problem."""
_FIRST_DELAY, _MAX_DELAY = timedelta(seconds=5), timedelta(hours=6)
_MAX_AT_ONCE, _MAX_FOR_PRINCIPAL, _MAX_FOR_RECEIVER = 64, 8, 4
"""Callbacks told at a time: in all, of one principal, and of one of its receivers."""
_MAX_FOR_SILENT = _MAX_FOR_PRINCIPAL - 2
"""Callbacks of one principal told at a time to receivers that did not take their last one."""
_PAGE_INTERVAL = timedelta(minutes=1)
"""A full page may hide one that is due earlier, so it is read again after this time."""
_TIMEOUT = aiohttp.ClientTimeout(total=10)


def refused(url: str, hosts: Iterable[str]) -> str:
    """Why this address is not called, in a sentence; empty when it is."""
    if any(character <= " " or character in "\\\x7f" for character in url):
        # `urlsplit` leaves some of these out, and reads another host than people do.
        return "has a blank, a control character or a backslash."
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "is not an address."
    if parts.username is not None or parts.scheme not in ("https", "http") or not host:
        return "is not an address like https://ci.example.com/signoff."
    if host not in hosts and f"{host}:{port}" not in hosts:
        return f"is at {host}, which is not in SIGNOFF_CALLBACK_HOSTS. Ask the operator of Signoff to add it."
    if parts.scheme != "https" and not is_loopback(host):
        return "has to begin with https://."
    return ""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`v1=…`, to be compared in constant time."""
    signed = f"v1:{timestamp}:".encode() + body
    return f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


class Callbacks:
    """A consumer of the event log: each end of a question with an address is told there at least once."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        hosts: Iterable[str],
        page_size: int = 500,
        ci: CiCalls | None = None,
    ) -> None:
        """`page_size`: deliveries that are read at a time. `ci`: starts jobs that callbacks name."""
        self._engine, self._clock, self._hosts, self.ci = engine, clock, frozenset(hosts), ci
        self._page_size = page_size
        self._http = aiohttp.ClientSession(timeout=_TIMEOUT)
        self._task: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._telling: dict[str, Queue] = {}
        """Keys of the deliveries that are being told, and the queues of their receivers."""
        self._took: dict[str, bool] = {}
        """By lane: the receiver took the last callback that it was told."""
        self._consumer = Consumer(CONSUMER, engine, clock, _FIRST_DELAY)
        self._failing: tuple[float, str] | None = None
        """Since when nothing can be handed out, and the kind of error."""

    @property
    def problem(self) -> str:
        """Return why no callback is sent, once that has lasted; empty where they are sent."""
        if self._failing is None or self._clock.monotonic() - self._failing[0] < _STUCK_LIMIT.total_seconds():
            return ""
        return f"callbacks cannot be sent ({self._failing[1]}). The log of Signoff says why"

    async def start(self) -> None:
        await self._consumer.begin()
        main = self._consumer.run(self._turn, self._failed)
        self._task = asyncio.create_task(main, name="signoff-callbacks")

    async def close(self) -> None:
        if self._task is not None:
            self._tasks.add(self._task)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.close()
        if self.ci is not None:
            await self.ci.close()

    async def _turn(self) -> tuple[int, datetime | None]:
        cursor = await self._consumer.project(self._all_wanted)
        wake = await self._hand_out()
        self._failing = None
        return cursor, wake

    def _failed(self, error: Exception) -> None:
        self._failing = self._failing or (self._clock.monotonic(), type(error).__name__)
        if isinstance(error, Altered):
            log.error("no callback can be sent: %s", error)
        else:
            log.error("callbacks are tried again", exc_info=error)

    async def _all_wanted(self, events: Sequence[EventRecord]) -> list[Wanted]:
        return [want for event in events if (want := await self._wanted(event))]

    async def _wanted(self, event: EventRecord) -> Wanted | None:
        if event.type not in _ENDS or event.run_id is None:
            return None
        try:
            # The run alone: no definition that another program changed stands between it and its callback.
            run = await self._engine.find_run(event.run_id)
        except Altered as altered:
            log.error("no callback is sent for %s: %s", event.run_id, altered)
            return None
        except UnknownRun:
            return None
        target = _target(run)
        if target is None:
            return None
        queue = _queue(target["to"], target["url"])
        return Wanted(f"callback:{run.id}", "callback", run.id, target, queue=queue)

    async def _hand_out(self) -> datetime | None:
        """Begin to tell what is due and has a place; gives when the next one is due."""
        now = self._clock.now()
        # Those that were being told when the rows were read may have ended since: their rows are old.
        being_told = frozenset(self._telling)
        due = await self._engine.deliveries.due(CONSUMER, now, self._page_size, _MAX_DELAY)
        later = [now + _PAGE_INTERVAL] if len(due) == self._page_size else []
        for delivery in due:
            if delivery.key in being_told:
                continue
            if delivery.not_before is not None and delivery.not_before > now:
                later.append(delivery.not_before)
            elif self._has_place(delivery):
                self._begin(delivery)
        return min(later, default=None)

    def _has_place(self, delivery: Delivery) -> bool:
        """Return whether it may be told now: a receiver that does not answer holds up no other receiver.

        A receiver is told one callback at a time until it takes one.
        """
        queue = _queue(delivery.target["to"], delivery.target["url"])
        own = [other for other in self._telling.values() if other.source == queue.source]
        if len(self._telling) >= _MAX_AT_ONCE or len(own) >= _MAX_FOR_PRINCIPAL:
            return False
        silent = sum(self._took.get(other.lane) is False for other in own)
        if self._took.get(queue.lane) is False and silent >= _MAX_FOR_SILENT:
            return False
        most = _MAX_FOR_RECEIVER if self._took.get(queue.lane) else 1
        return sum(other.lane == queue.lane for other in own) < most

    def _begin(self, delivery: Delivery) -> None:
        self._telling[delivery.key] = _queue(delivery.target["to"], delivery.target["url"])
        task = asyncio.create_task(self._told(delivery), name=f"signoff-{delivery.key}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _told(self, delivery: Delivery) -> None:
        try:
            await self._tell(delivery)
        except Exception as error:
            log.exception("%s could not be sent; Signoff tries again", delivery.key)
            await self._clock.sleep(_FIRST_DELAY)
            with suppress(Exception):  # of the database: nothing can be counted
                await self._try_again(delivery, f"it could not be sent ({type(error).__name__})")
        finally:
            self._telling.pop(delivery.key, None)
            self._consumer.noted.set()

    async def _tell(self, delivery: Delivery) -> None:
        deliveries, url, to = self._engine.deliveries, delivery.target["url"], delivery.target["to"]
        if not url.startswith(PREFIX) and (why := refused(url, self._hosts)):
            await deliveries.dead(delivery.key, f"{url} {why}")
            return
        try:
            if delivery.target != _target(await self._engine.find_run(delivery.subject)):
                await deliveries.unrecorded(delivery.key, f"its run asked for no callback to {url}")
                return
            detail = await self._engine.seen_by(Actor("api", to)).detail(delivery.subject)
            secret = await self._engine.principals.callback_secret(to)
        except AlteredRun as altered:
            log.error("the callback %s is not sent: %s", url, altered)
            await deliveries.dead(delivery.key, str(altered))
            return
        except UnknownRun:
            await deliveries.dead(delivery.key, "the run was pruned")
            return
        except Altered as altered:
            # What is stored of tokens or definitions: the operator may accept it as it is.
            await deliveries.begin(delivery.key)
            await self._try_again(delivery, str(altered))
            return
        await deliveries.begin(delivery.key)
        try:
            error = await self._tell_receiver(url, detail, secret)
        except NotStarted as final:
            log.warning("the callback %s was given up: %s", url, final)
            await deliveries.dead(delivery.key, str(final))
            return
        self._took[_queue(to, url).lane] = not error
        if error:
            await self._try_again(delivery, error)
        else:
            await deliveries.sent(delivery.key, delivery.wanted, None)

    async def _tell_receiver(self, url: str, detail: RunDetail, secret: str) -> str:
        """Return why the answer was not taken; empty when it was. Raises `NotStarted`."""
        told = shape(detail, self._clock.now())
        if not url.startswith(PREFIX):
            return await self._post(url, json.dumps(told).encode(), secret)
        if self.ci is None:
            raise NotStarted("SIGNOFF_CI is not set")
        error = await self.ci.tell(url, detail.run.workflow, detail.run.input, told)
        return f"{url} {error}" if error else ""

    async def _try_again(self, delivery: Delivery, error: str) -> None:
        deliveries, url = self._engine.deliveries, delivery.target["url"]
        if delivery.tries + 1 >= _MAX_TRIES:
            log.warning("the callback %s was given up: %s", url, error)
            await deliveries.dead(delivery.key, error)
            return
        again: timedelta = min(_FIRST_DELAY * 3**delivery.tries, _MAX_DELAY)
        await deliveries.later(delivery.key, self._clock.now() + again, error, ambiguous=False, refused=True)

    async def _post(self, url: str, body: bytes, secret: str) -> str:
        """Empty when it was taken, else why not."""
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "X-Signoff-Timestamp": str(timestamp),
            "X-Signoff-Signature": signature(secret, timestamp, body),
        }
        try:
            async with self._http.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                return "" if answer.status < 300 else f"it answered {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return str(error) or type(error).__name__


def _target(run: RunRecord) -> dict[str, str] | None:
    """Return the address that the starter of a run gave, and the starter; None without one."""
    url = run.input.get("callback") if isinstance(run.input, dict) else None
    if not isinstance(url, str) or not url or run.actor.source != "api":
        return None
    return {"url": url, "to": run.actor.id}


def _queue(principal: str, url: str) -> Queue:
    """Return the queue of one receiver: one that is down hides neither other ones nor other principals."""
    host = url.partition("://")[2].partition("/")[0] or url.partition("/")[0]
    return Queue(lane=f"{principal} {host}", source=principal)
