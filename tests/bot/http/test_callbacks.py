"""Callbacks with a gate's answer: signed, sent at least once, and only to allowed hosts."""

import asyncio
import hashlib
import hmac
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.http.callbacks import Callbacks
from bot.http.listening import listening
from engine import (
    Actor,
    Decision,
    Engine,
    EngineSettings,
    FakeClock,
    Gate,
    StaticPeople,
    StoreBroken,
    StoreBusy,
)

PEOPLE = StaticPeople(groups={"managers": ["U1"]})
CI = Actor("api", "ci")


class Receiver:
    """Server at the callback's address. `answers`: its next statuses; then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.came = asyncio.Event()
        self.taken = asyncio.Event()
        """Cleared: requests wait for their answer."""
        self.taken.set()
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        self.came.set()
        await self.taken.wait()
        status = self.answers.pop(0) if self.answers else 200
        headers = {"Location": f"{self.url}/elsewhere"} if status == 302 else {}
        return web.Response(status=status, headers=headers)

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            await self.came.wait()
        self.came.clear()
        found: dict[str, Any] = json.loads(self.got[-1][1])
        return found


def execute(database: Path, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(database)) as file, file:
        file.execute(statement, values)


class Site:
    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.folder, self.clock = folder, clock
        self.engine: Engine
        self.callbacks: Callbacks

    async def start(self, *hosts: str, page_size: int = 500, expires: str = "1h") -> None:
        settings = EngineSettings(self.folder / "data")
        self.engine = await Engine.open(
            self.folder / "signoff.db", clock=self.clock, people=PEOPLE, settings=settings
        )
        self.engine.register(
            Gate("release-gate", owner="@managers", approvers=["@managers"], expires=expires)
        )
        await self.engine.serve()
        self.callbacks = Callbacks(self.engine, self.clock, hosts, page_size)
        await self.callbacks.start()

    async def stop(self) -> None:
        await self.callbacks.close()
        await self.engine.close(grace=0)

    async def ask(self, callback: str) -> str:
        given = {"question": "Ship?", "callback": callback}
        return (await self.engine.start("release-gate", given, actor=CI)).id

    async def approve(self, id_: str) -> None:
        result = await self.engine.decide(f"{id_}.decision", Decision("approve"), actor=Actor("slack", "U1"))
        assert result.accepted

    async def waits_for_the_clock(self) -> None:
        """Return when the next try is scheduled."""
        async with asyncio.timeout(10):
            while not [one for one in await self.due() if one.not_before is not None]:
                await asyncio.sleep(0)
            while (wake := self.clock.next_wake()) is None or wake > self.clock.now() + timedelta(minutes=1):
                await asyncio.sleep(0)

    async def put_off(self) -> int:
        due = await self.engine.deliveries.due("callbacks", self.clock.now(), 10_000)
        return sum(delivery.not_before is not None for delivery in due)

    async def due(self) -> list[Any]:
        return await self.engine.deliveries.due("callbacks", self.clock.now())


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    found = Site(tmp_path, FakeClock())
    await found.start("127.0.0.1")
    yield found
    await found.stop()


@pytest.fixture
async def small_pages(tmp_path: Path) -> AsyncIterator[Site]:
    """A site that reads five deliveries at a time."""
    found = Site(tmp_path, FakeClock())
    await found.start("127.0.0.1", page_size=5)
    yield found
    await found.stop()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    app = web.Application()
    app.router.add_post("/done", found.take)
    app.router.add_route("*", "/elsewhere", found.take)
    async with listening(app, "127.0.0.1", 0) as port:
        found.url = f"http://127.0.0.1:{port}"
        yield found


async def test_the_answer_is_told_and_signed(site: Site, receiver: Receiver) -> None:
    id_ = await site.ask(f"{receiver.url}/done")
    await site.approve(id_)
    told = await receiver.next()
    assert (told["id"], told["state"], told["by"]) == (id_, "approved", ["U1"])
    headers, body = receiver.got[0]
    secret = await site.engine.principals.callback_secret("ci")
    signed = f"v1:{headers['X-Signoff-Timestamp']}:".encode() + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Signoff-Signature"] == f"v1={expected}"
    assert secret != await site.engine.principals.callback_secret("other")


async def test_a_receiver_that_is_down_is_tried_again_also_after_a_restart(
    site: Site, receiver: Receiver
) -> None:
    receiver.answers = [500, 503]
    id_ = await site.ask(f"{receiver.url}/done")
    await site.approve(id_)
    assert (await receiver.next())["state"] == "approved"
    await site.waits_for_the_clock()
    site.clock.advance(timedelta(seconds=6))
    await receiver.next()
    await site.waits_for_the_clock()
    await site.stop()
    await site.start("127.0.0.1")
    site.clock.advance(timedelta(minutes=1))
    await receiver.next()
    async with asyncio.timeout(10):
        while await site.due():
            await asyncio.sleep(0)
    assert len(receiver.got) == 3


async def test_an_answer_that_was_changed_in_the_file_is_not_told(site: Site, receiver: Receiver) -> None:
    receiver.answers = [500]
    id_ = await site.ask(f"{receiver.url}/done")
    await site.approve(id_)
    await receiver.next()
    await site.waits_for_the_clock()
    with closing(sqlite3.connect(site.folder / "signoff.db")) as file, file:
        file.execute("UPDATE request SET outcome = 'rejected'")
    site.clock.advance(timedelta(seconds=6))
    async with asyncio.timeout(10):
        while await site.due():
            await asyncio.sleep(0)
    assert len(receiver.got) == 1


async def test_a_redirection_is_not_followed(site: Site, receiver: Receiver) -> None:
    receiver.answers = [302]
    id_ = await site.ask(f"{receiver.url}/done")
    await site.approve(id_)
    await receiver.next()
    await site.waits_for_the_clock()
    assert len(receiver.got) == 1
    (delivery,) = await site.due()
    assert delivery.error == "it answered 302"


async def test_a_host_that_is_allowed_no_more_is_not_called(site: Site, receiver: Receiver) -> None:
    id_ = await site.ask(f"{receiver.url}/done")
    await site.stop()
    await site.start("ci.example.com")
    await site.approve(id_)
    async with asyncio.timeout(10):
        while (found := await site.engine.deliveries.get(f"callback:{id_}")) is None or found.state != "dead":
            await asyncio.sleep(0)
    assert "is not in SIGNOFF_CALLBACK_HOSTS" in found.error
    assert receiver.got == []


async def test_a_receiver_that_does_not_answer_holds_up_nobody_else(
    small_pages: Site, receiver: Receiver
) -> None:
    """Also where its answers alone are more than a page."""
    hang = asyncio.Event()
    asked = asyncio.Semaphore(0)

    async def hanging(_: web.Request) -> web.Response:
        asked.release()
        await hang.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/hangs", hanging)
    async with listening(app, "127.0.0.1", 0) as port:
        slow = [await small_pages.ask(f"http://127.0.0.1:{port}/hangs") for _ in range(10)]
        for id_ in slow:
            await small_pages.approve(id_)
        await asked.acquire()
        given = {"question": "Ship?", "callback": f"{receiver.url}/done"}
        other = await small_pages.engine.start("release-gate", given, actor=Actor("api", "other"))
        await small_pages.approve(other.id)
        assert (await receiver.next())["id"] == other.id
        assert asked.locked()  # one at a time, until it takes one
        hang.set()
        for _ in range(9):
            await asked.acquire()


@pytest.mark.long
@pytest.mark.parametrize(("dead", "failed_before", "at_once"), [(7, False, 7), (20, True, 6)])
async def test_receivers_that_hang_hold_up_no_other_receiver_of_their_principal(
    site: Site, receiver: Receiver, dead: int, failed_before: bool, at_once: int
) -> None:
    asked, works = asyncio.Semaphore(0), failed_before

    async def hanging(request: web.Request) -> web.Response:
        if works:
            return web.Response(status=500)
        asked.release()
        await asyncio.Event().wait()
        return web.Response()

    async with AsyncExitStack() as stack:
        ports = []
        for _ in range(dead):
            app = web.Application()
            app.router.add_post("/hangs", hanging)
            ports.append(await stack.enter_async_context(listening(app, "127.0.0.1", 0)))
        for port in ports if failed_before else ports * 3:
            await site.approve(await site.ask(f"http://127.0.0.1:{port}/hangs"))
        if failed_before:
            async with asyncio.timeout(10):
                while await site.put_off() < dead:
                    await asyncio.sleep(0)
            works = False
            site.clock.advance(timedelta(seconds=6))
        for _ in range(at_once):
            await asked.acquire()
        for _ in range(3):
            id_ = await site.ask(f"{receiver.url}/done")
            await site.approve(id_)
            assert (await receiver.next())["id"] == id_
        assert asked.locked()
        await site.callbacks.close()


async def test_a_receiver_that_took_an_answer_is_told_four_at_a_time(site: Site, receiver: Receiver) -> None:
    hang, asked = asyncio.Event(), asyncio.Semaphore(0)

    async def hanging(request: web.Request) -> web.Response:
        asked.release()
        await hang.wait()
        return web.Response()

    hang.set()
    app = web.Application()
    app.router.add_post("/hangs", hanging)
    async with listening(app, "127.0.0.1", 0) as port:
        await site.approve(await site.ask(f"http://127.0.0.1:{port}/hangs"))
        await asked.acquire()
        async with asyncio.timeout(10):
            while await site.due():
                await asyncio.sleep(0)
        hang.clear()
        for _ in range(6):
            await site.approve(await site.ask(f"http://127.0.0.1:{port}/hangs"))
        for _ in range(4):
            await asked.acquire()
        id_ = await site.ask(f"{receiver.url}/done")
        await site.approve(id_)
        assert (await receiver.next())["id"] == id_
        assert asked.locked()
        hang.set()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("installation", "value", "release-gate"), ("definition", "canonical", "@managers")],
)
async def test_an_answer_waits_while_what_it_needs_is_not_as_it_was_recorded(
    site: Site, receiver: Receiver, caplog: pytest.LogCaptureFixture, table: str, column: str, value: str
) -> None:
    """And it is told once that is put right. No other answer is held up, and no traceback is in the log."""
    await site.engine.principals.add("ci", ["release-gate"], Actor("cli", "root"))
    receiver.answers = [500]
    id_ = await site.ask(f"{receiver.url}/done")
    await site.approve(id_)
    await receiver.next()
    await site.waits_for_the_clock()
    await site.stop()
    change = f"UPDATE {table} SET {column} = replace({column}, ?, ?)"
    execute(site.folder / "signoff.db", change, value, "another")
    await site.start("127.0.0.1", expires="2h")
    site.clock.advance(timedelta(seconds=6))
    async with asyncio.timeout(10):
        while "by another program" not in (await site.due())[0].error:
            await asyncio.sleep(0)
    execute(site.folder / "signoff.db", change, "another", value)
    site.clock.advance(timedelta(minutes=1))
    assert (await receiver.next())["id"] == id_
    assert not [record for record in caplog.records if record.exc_info]


async def test_an_answer_is_told_at_once_after_a_receiver_was_down_for_hours(
    small_pages: Site, receiver: Receiver
) -> None:
    """However many earlier answers are put off until later: here they are more than a page."""
    receiver.answers = [500] * 6
    for _ in range(6):
        await small_pages.engine.cancel(
            await small_pages.ask(f"{receiver.url}/done"), actor=CI, reason="not needed"
        )
    async with asyncio.timeout(10):
        while await small_pages.put_off() < 6:
            await asyncio.sleep(0)
    receiver.came.clear()
    id_ = await small_pages.ask(f"{receiver.url}/done")
    await small_pages.approve(id_)
    assert (await receiver.next())["id"] == id_


class OldRows:
    """Deliveries that are read, and handed over only once `before` is done: they may be old by then."""

    def __init__(self, engine: Engine, before: Callable[[list[Any]], Awaitable[None]]) -> None:
        self._engine, self._before = engine, before
        self.deliveries = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine if hasattr(self._engine, name) else self._engine.deliveries, name)

    async def due(self, *given: Any) -> list[Any]:
        rows = await self._engine.deliveries.due(*given)
        await self._before(rows)
        return rows


async def test_an_answer_that_is_taken_while_rows_are_read_is_not_told_again(
    site: Site, receiver: Receiver
) -> None:
    await site.callbacks.close()
    receiver.taken.clear()

    async def take(rows: list[Any]) -> None:
        """With two rows, the first is being told: it is taken now."""
        if len(rows) == 2:
            receiver.taken.set()
            while any(task.get_name() == f"signoff-callback:{first}" for task in asyncio.all_tasks()):
                await asyncio.sleep(0)

    rows: Any = OldRows(site.engine, take)
    site.callbacks = Callbacks(rows, site.clock, ["127.0.0.1"])
    await site.callbacks.start()
    first = await site.ask(f"{receiver.url}/done")
    await site.approve(first)
    await receiver.next()
    second = await site.ask(f"{receiver.url}/done")
    await site.approve(second)
    async with asyncio.timeout(10):
        while await site.due():
            await asyncio.sleep(0)
    assert [json.loads(body)["id"] for _, body in receiver.got] == [first, second]


@pytest.mark.parametrize("forged", ["address", "principal", "run"])
async def test_a_callback_that_another_program_wrote_is_not_sent_and_the_operator_is_told(
    site: Site, receiver: Receiver, forged: str
) -> None:
    asked = await site.ask("" if forged == "run" else f"{receiver.url}/done")
    await site.approve(asked)
    if forged != "run":
        await receiver.next()
        async with asyncio.timeout(10):
            while await site.due():
                await asyncio.sleep(0)
    url = f"{receiver.url}/{'elsewhere' if forged == 'address' else 'done'}"
    target = json.dumps({"url": url, "to": "other" if forged == "principal" else "ci"})
    execute(
        site.folder / "signoff.db",
        "INSERT INTO delivery (key, consumer, kind, subject, target, data, wanted, sent, state, tries, "
        "error, created) VALUES ('forged', 'callbacks', 'callback', ?, ?, 'null', 1, 0, 'idle', 0, '', 1)",
        asked,
        target,
    )
    before = len(receiver.got)
    last = await site.ask(f"{receiver.url}/done")
    await site.approve(last)
    await receiver.next()
    async with asyncio.timeout(10):
        told = await site.engine.alteration()
        while await site.due():
            await asyncio.sleep(0)
    assert "The message forged of the outbox was not posted: its run asked for no callback to" in told
    assert "asked for no callback to" in await site.engine.altered_records()
    assert [json.loads(body)["id"] for _, body in receiver.got[before:]] == [last]


@pytest.mark.parametrize("error", [StoreBusy("the disk reports an error"), StoreBroken("no such table")])
async def test_callbacks_that_cannot_be_read_for_half_a_minute_are_a_problem_until_they_can(
    site: Site, receiver: Receiver, error: Exception
) -> None:
    delay, broken = timedelta(seconds=5), True
    await site.callbacks.close()

    async def fail(_: list[Any]) -> None:
        if broken:
            raise error

    async def fail_for(seconds: int) -> None:
        for _ in range(seconds // 5):
            async with asyncio.timeout(10):
                while (wake := site.clock.next_wake()) is None or wake > site.clock.now() + delay:
                    await asyncio.sleep(0)
            site.clock.advance(delay)

    rows: Any = OldRows(site.engine, fail)
    site.callbacks = Callbacks(rows, site.clock, ["127.0.0.1"])
    await site.callbacks.start()
    await site.approve(await site.ask(f"{receiver.url}/done"))
    await fail_for(25)
    assert site.callbacks.problem == ""
    await fail_for(10)
    assert site.callbacks.problem == (
        f"callbacks cannot be sent ({type(error).__name__}). The log of Signoff says why"
    )
    broken = False
    assert await receiver.next()
    assert site.callbacks.problem == ""


@pytest.mark.parametrize("place", ["0", "99999", "'soon'"])
async def test_a_place_in_the_log_that_is_moved_while_serving_stops_and_repeats_no_callback(
    site: Site, receiver: Receiver, place: str
) -> None:
    first = await site.ask(f"{receiver.url}/done")
    await site.approve(first)
    await receiver.next()
    execute(site.folder / "signoff.db", f"UPDATE consumer SET cursor = {place}")
    assert "how far" in (await site.engine.altered_records()).lower()
    second = await site.ask(f"{receiver.url}/done")
    await site.approve(second)
    await receiver.next()
    async with asyncio.timeout(10):
        assert "callbacks has read the log (consumer.cursor) is" in await site.engine.alteration()
        while await site.due():
            await asyncio.sleep(0)
    assert [json.loads(body)["id"] for _, body in receiver.got] == [first, second]
    assert await site.engine.altered_records() == ""


async def test_a_place_in_the_log_that_is_set_back_before_a_start_repeats_no_callback(
    site: Site, receiver: Receiver
) -> None:
    first = await site.ask(f"{receiver.url}/done")
    await site.approve(first)
    await receiver.next()
    async with asyncio.timeout(10):
        while await site.due():
            await asyncio.sleep(0)
    await site.stop()
    execute(site.folder / "signoff.db", "UPDATE consumer SET cursor = 0")
    await site.start("127.0.0.1")
    assert "is 0, although it has read to event" in await site.engine.altered_records()
    second = await site.ask(f"{receiver.url}/done")
    await site.approve(second)
    await receiver.next()
    async with asyncio.timeout(10):
        assert "Signoff goes on after event" in await site.engine.alteration()
        while await site.due():
            await asyncio.sleep(0)
    assert [json.loads(body)["id"] for _, body in receiver.got] == [first, second]
    assert await site.engine.altered_records() == ""


async def test_a_place_in_the_log_that_is_moved_beyond_it_before_a_start_is_told_until_it_is_put_right(
    site: Site, receiver: Receiver
) -> None:
    await site.stop()
    execute(site.folder / "signoff.db", "UPDATE consumer SET cursor = cursor + 99999")
    await site.start("127.0.0.1")
    id_ = await site.ask(f"{receiver.url}/done")
    await site.approve(id_)
    async with asyncio.timeout(10):
        assert "signoff audit accept" in await site.engine.alteration()
    assert "which is not a place in it" in await site.engine.altered_records()
    execute(site.folder / "signoff.db", "UPDATE consumer SET cursor = cursor - 99999")
    async with asyncio.timeout(10):
        while not receiver.got:
            site.clock.advance(timedelta(seconds=6))
            await asyncio.sleep(0)
    assert await site.engine.altered_records() == ""
