"""Names that count once: over a restart, over processes, and whatever is in the file."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest

from bot.http.server import build_server
from bot.http.spent import MOST, Spent
from engine.clock import FakeClock
from tests.bot.http.test_server import SECRET, Site, command
from tests.engine.store.test_relay import Hall
from tests.engine.store.test_relay import hall as hall

HOUR = 3_600.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "counted-once"


def append(file: Path, content: bytes) -> None:
    with file.open("ab") as writing:
        writing.write(content)


def delete(file: Path) -> None:
    file.unlink()


def mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


async def test_a_name_counts_once_until_its_time_is_over(clock: FakeClock) -> None:
    spent = Spent(clock)
    assert [await spent.spend("a", 600), await spent.spend("a", 600), await spent.spend("b", 600)] == [
        True,
        False,
        True,
    ]
    clock.advance(timedelta(seconds=599))
    assert await spent.is_spent("a")
    clock.advance(timedelta(seconds=2))
    assert not await spent.is_spent("a")
    assert await spent.spend("a", 600)


async def test_a_restart_knows_what_counted(clock: FakeClock, file: Path) -> None:
    before = Spent(clock, file)
    assert await before.spend("a", HOUR)
    assert await before.spend("b", HOUR)
    await before.give_back("b")
    after = Spent(clock, file)
    assert not await after.spend("a", HOUR)
    assert await after.spend("b", HOUR)
    assert mode(file) == 0o600
    clock.advance(timedelta(hours=2))
    assert await Spent(clock, file).spend("a", HOUR)


async def test_a_file_that_was_deleted_is_made_again_for_this_user_alone(
    clock: FakeClock, file: Path
) -> None:
    umask = os.umask(0)
    try:
        spent = Spent(clock, file)
        assert await spent.spend("a", HOUR)
        delete(file)
        assert await spent.spend("b", HOUR)
    finally:
        os.umask(umask)
    assert mode(file) == 0o600
    assert not await Spent(clock, file).spend("b", HOUR)


@pytest.mark.parametrize(
    "damage", [b"\xff\xfe\x00", b"12", b"x y\n" * 50, b"999999999999999999999 " + b"a" * 64]
)
async def test_a_damaged_line_of_the_file_loses_no_other_line(
    clock: FakeClock, file: Path, damage: bytes
) -> None:
    assert await Spent(clock, file).spend("a", HOUR)
    append(file, damage)
    assert not await Spent(clock, file).spend("a", HOUR)


async def test_a_file_that_cannot_be_written_lets_requests_through_once(
    clock: FakeClock, tmp_path: Path
) -> None:
    append(tmp_path / "data", b"no folder")
    spent = Spent(clock, tmp_path / "data" / "counted-once")
    assert [await spent.spend("a", HOUR), await spent.spend("a", HOUR)] == [True, False]


async def test_the_oldest_name_makes_way_in_memory(clock: FakeClock) -> None:
    spent = Spent(clock)
    for number in range(MOST + 1):
        await spent.spend(str(number), HOUR)
    assert [await spent.is_spent("0"), await spent.is_spent("1")] == [False, True]


class Doors:
    """The web applications of a leader and of two members on one database."""

    def __init__(self, http: aiohttp.ClientSession, clock: FakeClock) -> None:
        self.http, self.clock = http, clock
        self.sites: list[Site] = []
        self.handled: list[str] = []

    async def open(self, stack: AsyncExitStack, spent: Spent, status: int = 200) -> Site:
        async def problems() -> dict[str, str]:
            return {}

        async def dispatch(request: AsyncBoltRequest) -> BoltResponse:
            self.handled.append(str(request.body.get("text")))
            return BoltResponse(status=status, body="private")

        app = build_server(
            problems=problems, clock=self.clock, signing_secrets=[SECRET], dispatch=dispatch, spent=spent
        )
        server = TestServer(app)
        await server.start_server()
        stack.push_async_callback(server.close)
        site = Site(server, self.http, self.clock)
        self.sites.append(site)
        return site


@pytest.fixture
async def doors(clock: FakeClock) -> AsyncIterator[tuple[Doors, AsyncExitStack]]:
    async with aiohttp.ClientSession() as http, AsyncExitStack() as stack:
        yield Doors(http, clock), stack


async def test_a_request_that_is_replayed_after_a_restart_has_no_effect(
    doors: tuple[Doors, AsyncExitStack], clock: FakeClock, file: Path
) -> None:
    here, stack = doors
    first = await here.open(stack, Spent(clock, file))
    body = command("pause")
    headers = first.sign(body)
    assert await first.post(body, headers) == (200, "private")
    second = await here.open(stack, Spent(clock, file))
    clock.advance(timedelta(minutes=4))
    status, said = await second.post(body, headers)
    assert (status, "already handled" in said, here.handled) == (200, True, ["pause"])


async def test_a_request_that_is_replayed_to_another_process_has_no_effect(
    hall: Hall, doors: tuple[Doors, AsyncExitStack], clock: FakeClock
) -> None:
    here, stack = doors
    lines: list[Any] = [await hall.lead(), await hall.join("one"), await hall.join("two")]
    for line in lines:
        await here.open(stack, Spent(clock, rows=lambda line=line: line.spent_names))  # type: ignore[misc]
    for number, first in enumerate(here.sites):
        body = command(f"act{number}")
        headers = first.sign(body)
        assert await first.post(body, headers) == (200, "private")
        for other in here.sites:
            status, said = await other.post(body, headers)
            assert (status, "already handled" in said) == (200, True)
    assert here.handled == ["act0", "act1", "act2"]


async def test_a_request_that_failed_at_one_process_may_be_sent_to_another(
    hall: Hall, doors: tuple[Doors, AsyncExitStack], clock: FakeClock
) -> None:
    here, stack = doors
    leader, member = await hall.lead(), await hall.join()
    failing = await here.open(stack, Spent(clock, rows=lambda: member.spent_names), status=503)
    working = await here.open(stack, Spent(clock, rows=lambda: leader.spent_names))
    body = command("act")
    headers = failing.sign(body)
    assert (await failing.post(body, headers))[0] == 503
    assert (await working.post(body, headers))[0] == 200


async def test_a_session_that_ended_at_one_process_has_ended_at_all(hall: Hall, clock: FakeClock) -> None:
    leader, member = await hall.lead(), await hall.join()
    assert await Spent(clock, rows=lambda: member.spent_names).spend("session x", 8 * HOUR)
    assert await Spent(clock, rows=lambda: leader.spent_names).is_spent("session x")
    assert not await Spent(clock, rows=lambda: leader.spent_names).is_spent("session y")


async def test_the_rows_of_names_hold_no_name_and_are_forgotten_in_time(hall: Hall, clock: FakeClock) -> None:
    member = await hall.join()
    spent = Spent(clock, rows=lambda: member.spent_names)
    await spent.spend("slack secret", 600)
    ((name, request, answer, left),) = hall.rows(
        "SELECT name, request, answer, EXTRACT(EPOCH FROM answered_at - clock_timestamp()) FROM relayed"
    )
    assert ("secret" in name, request, answer) == (False, "", "")
    assert 530 < left < 541, "the leader forgets answers after a minute"
