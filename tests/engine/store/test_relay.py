"""Requests that one process takes and another answers, on a real server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.audit.keys import Keyring
from engine.model.runs.relay import Lane, Wish
from engine.store import on_postgres
from engine.store.postgres import relay
from engine.store.postgres.connection import Connection
from engine.store.postgres.relay_leader import RelayLeader
from engine.store.postgres.relay_member import RelayMember
from engine.store.store import Store
from tests.postgres_server import address_of

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SECONDS = 10.0


@dataclass
class Hall:
    """A store that holds the claim, and what leads and takes requests on its database."""

    address: str
    store: Store
    opened: list[Any] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    """Requests in the order in which a leader began them."""
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def lead(self, ready: Callable[[], bool] = lambda: True) -> RelayLeader:
        make: Any = self.store.relay
        leader: RelayLeader = make("leader", self.answer, ready, lambda: 2)
        await leader.open()
        self.opened.append(leader)
        return leader

    async def join(self, name: str = "member") -> RelayMember:
        member = RelayMember(self.address, name, lambda: 2)
        await member.open()
        self.opened.append(member)
        return member

    async def answer(self, lane: str, request: str) -> str:
        self.begun.append(request)
        await self.go_on.wait()
        return f"answer to {request}"

    def rows(self, query: str) -> list[Any]:
        with closing(Connection(self.address)) as connection:
            found = connection.execute(query)
            return [tuple(row) for row in found.fetchall()] if found.description else []

    async def until(self, query: str) -> None:
        """Wait until the query has rows."""
        async with asyncio.timeout(SECONDS):
            while not self.rows(query):
                await asyncio.sleep(0.01)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    address = address_of(str(tmp_path))
    store = await on_postgres.open_store(address, Keyring(tmp_path / "keys"), NOON)
    hall = Hall(address, store)
    hall.go_on.set()
    yield hall
    for each in reversed(hall.opened):
        await each.close()
    await store.close()


async def ask(
    member: RelayMember,
    name: str = "click",
    *,
    lane: Lane = "slack",
    lasting: bool = True,
    seconds: float = 5,
) -> Any:
    return await member.ask(Wish(name, lane, f"request {name}", seconds, lasting))


async def test_the_leader_answers_and_nothing_of_the_request_is_kept(hall: Hall) -> None:
    await hall.lead()
    assert await ask(await hall.join()) == ("answered", "answer to request click")
    assert hall.rows("SELECT request FROM relayed") == [("",)]


async def test_the_same_act_that_comes_to_two_processes_is_carried_out_once(hall: Hall) -> None:
    await hall.lead()
    first, second = await hall.join("first"), await hall.join("second")
    answers = await asyncio.gather(ask(first), ask(second), ask(first))
    assert [*answers, await ask(second)] == [("answered", "answer to request click")] * 4
    assert hall.begun == ["request click"]


async def test_without_notices_polling_carries_requests_and_answers(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deaf(line: relay.RelayLine) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(relay.RelayLine, "_hear", deaf)
    await hall.lead()
    assert await ask(await hall.join()) == ("answered", "answer to request click")


async def test_a_click_lasts_until_a_leader_carries_it_out(hall: Hall) -> None:
    assert await ask(await hall.join(), seconds=0.1) == ("recorded", "")
    await hall.lead()
    await hall.until("SELECT 1 FROM relayed WHERE answered_at IS NOT NULL")
    assert hall.begun == ["request click"]


async def test_a_command_is_withdrawn_when_nobody_began_it(hall: Hall) -> None:
    assert await ask(await hall.join(), lasting=False, seconds=0.1) == ("withdrawn", "")
    assert not hall.rows("SELECT 1 FROM relayed")


async def test_the_outcome_of_a_command_that_began_and_has_no_answer_is_unknown(hall: Hall) -> None:
    hall.go_on.clear()
    await hall.lead()
    assert await ask(await hall.join(), lasting=False, seconds=0.3) == ("unknown", "")
    hall.go_on.set()


@pytest.mark.parametrize("lasting", [True, False])
async def test_what_a_dead_leader_had_begun_is_carried_out_again_only_if_it_is_a_click(
    hall: Hall, lasting: bool
) -> None:
    hall.rows(
        "INSERT INTO relayed (name, lane, lasting, request, begun_by) "
        f"VALUES ('one', 'slack', {lasting}, 'request one', 999) RETURNING number"
    )
    await hall.lead()
    await hall.until("SELECT 1 WHERE NOT EXISTS (SELECT FROM relayed WHERE answered_at IS NULL)")
    assert hall.begun == (["request one"] if lasting else [])


async def test_an_earlier_leader_takes_nothing_once_another_one_leads(hall: Hall) -> None:
    earlier = await hall.lead()
    earlier._claimed = lambda: 0  # the server ended its session
    later = await hall.lead()
    await earlier.line._beat()
    assert hall.rows("SELECT id FROM serving WHERE leads") == [(later.line.id,)]
    await hall.store.close()  # nobody can lead any more, so nobody takes what is asked
    await later.close()
    hall.opened.remove(later)
    assert (await ask(await hall.join(), seconds=0.5))[0] == "recorded"
    assert hall.rows("SELECT begun_by FROM relayed") == [(None,)]


async def test_requests_wait_while_the_leader_cannot_answer(hall: Hall) -> None:
    is_ready = False
    await hall.lead(lambda: is_ready)
    member = await hall.join()
    asking = asyncio.create_task(ask(member))
    await hall.until("SELECT 1 FROM relayed")
    assert not hall.rows("SELECT 1 FROM relayed WHERE begun_by IS NOT NULL")
    is_ready = True
    assert (await asking)[0] == "answered"


async def test_more_requests_than_a_member_can_hold_are_refused(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.postgres.relay_member.MAX_WAITING", {"slack": 1, "http": 1})
    hall.go_on.clear()
    await hall.lead()
    member = await hall.join()
    first = asyncio.create_task(ask(member, "one"))
    await hall.until("SELECT 1 FROM relayed WHERE begun_by IS NOT NULL")
    assert await ask(member, "two") == ("busy", "")
    hall.go_on.set()
    assert (await first)[0] == "answered"


async def test_processes_know_of_one_another(hall: Hall) -> None:
    leader, member = await hall.lead(), await hall.join()
    assert member.line.has_leader
    assert member.line.siblings == 2
    async with asyncio.timeout(SECONDS):
        while leader.siblings != 2:
            await asyncio.sleep(0.01)
    await member.close()
    hall.opened.remove(member)
    assert hall.rows("SELECT name FROM serving") == [("leader",)]


async def test_a_request_over_http_that_waits_keeps_no_click_waiting(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.postgres.relay_member.MAX_WAITING", {"slack": 1, "http": 1})
    monkeypatch.setattr("engine.store.postgres.relay_leader.MAX_AT_ONCE", 1)
    hall.go_on.clear()
    await hall.lead()
    member = await hall.join()
    waiting = asyncio.create_task(ask(member, "http", lane="http", lasting=False))
    await hall.until("SELECT 1 FROM relayed WHERE begun_by IS NOT NULL")
    click = asyncio.create_task(ask(member))
    await hall.until("SELECT 1 FROM relayed WHERE lane = 'slack' AND begun_by IS NOT NULL")
    hall.go_on.set()
    assert [state for state, _ in await asyncio.gather(waiting, click)] == ["answered", "answered"]


async def test_a_request_whose_sender_has_long_gone_is_not_carried_out(hall: Hall) -> None:
    old = "clock_timestamp() - interval '20 seconds'"
    hall.rows(
        "INSERT INTO relayed (name, lane, lasting, request, received_at) VALUES "
        f"('a', 'http', false, 'late post', {old}), ('b', 'slack', false, 'late command', {old}), "
        f"('c', 'slack', true, 'late click', {old}) RETURNING number"
    )
    hall.go_on.set()
    await hall.lead()
    assert (await ask(await hall.join(), "now"))[0] == "answered"
    assert sorted(hall.begun) == ["late click", "request now"]
