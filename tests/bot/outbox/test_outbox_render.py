"""Who is called what in a message, and what a failure's message knows of the runs before."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.naming import names_in
from bot.outbox.ports import Delivery
from bot.outbox.render import Renderer
from engine import (
    Actor,
    DecisionRecord,
    Failure,
    PeopleUnavailable,
    RequestRecord,
    RunDetail,
    RunRecord,
    UnknownRun,
)
from engine.clock import FakeClock
from engine.requests import anybody_of

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALICE = Actor("slack", "U01ALICE")


class Book:
    """Names and groups as Slack would have them; `down`: it can't be asked for groups."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down

    async def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        known = {"U01ALICE": "Alice", "U02BOB": "Bob"}
        return {user_id: known.get(user_id, user_id) for user_id in user_ids}

    async def group_id(self, handle: str) -> str | None:
        if self.down:
            raise PeopleUnavailable("no answer")
        return {"on-call": "S01ONCALL"}.get(handle)


def run(run_id: str, minutes: int, state: Any = "running") -> RunRecord:
    at = NOW + timedelta(minutes=minutes)
    ended = at + timedelta(seconds=30) if state in ("succeeded", "failed") else None
    return RunRecord(
        run_id, "deploy", "d", state, 1, {}, ALICE, "manual", None, "t", at, started_at=at, ended_at=ended
    )


def request(**more: Any) -> RequestRecord:
    return RequestRecord(
        "q1", "failure", "deploy-3", "deploy", "build", "open", 1, "deploy failed", ("retry", "abort"),
        (anybody_of("@on-call", "U03NEW"),), True, {}, ALICE, NOW + timedelta(minutes=31),
        failure=Failure("OSError", "the gateway is down"), **more,
    )  # fmt: skip


def detail(asked: RequestRecord) -> RunDetail:
    return RunDetail(run("deploy-3", 30), "@on-call", "#deploys", (), (asked,))


class Records:
    """Runs newest first."""

    def __init__(self, asked: RequestRecord, *runs: RunRecord) -> None:
        self._asked, self._runs = asked, runs

    async def detail(self, run_id: str) -> RunDetail:
        if run_id != "deploy-3":
            raise UnknownRun(run_id)
        return detail(self._asked)

    async def runs(self, workflow: str | None = None, *, limit: int = 20) -> tuple[Sequence[RunRecord], int]:
        return self._runs[:limit], len(self._runs)


def delivery(kind: str, run_id: str = "deploy-3") -> Delivery:
    return Delivery(
        "k", "slack", kind, "q1", {"run": run_id}, None, 1, 0, "idle", None, None, 0, "", 1
    )  # fmt: skip


def renderer(records: Records) -> Renderer:
    nowhere: Any = None
    return Renderer(records, nowhere, Book(), nowhere, FakeClock(NOW + timedelta(hours=1)), "signoff")


async def test_everybody_whom_a_message_names_is_looked_up() -> None:
    decision = DecisionRecord("d1", "q1", "retry", Actor("cli", "root", "U02BOB"), "", NOW)
    names = await names_in(Book(), detail(request(decisions=(decision,))))
    assert names.people == {"U01ALICE": "Alice", "U02BOB": "Bob"}
    assert names.groups == {"@on-call": "S01ONCALL"}


async def test_a_slack_that_is_silent_about_groups_keeps_no_message_back() -> None:
    names = await names_in(Book(down=True), detail(request()))
    assert names.groups == {}
    assert names.person("U03NEW") == "<@U03NEW>"


async def test_a_failure_says_since_when_and_when_it_last_worked() -> None:
    later = run("deploy-4", 45, "succeeded")
    runs = [later, run("deploy-3", 30), run("deploy-2", 20, "failed"), run("deploy-1", 10, "succeeded")]
    message = await renderer(Records(request(), *runs))(delivery("request"), plan=True)
    assert message is not None
    fields = next(block["fields"] for block in message.blocks if "fields" in block)
    told = {text.split("*")[1]: text for text in (one["text"] for one in fields)}
    assert "(2 runs)" in told["Since"]
    assert str(int(runs[3].ended_at.timestamp())) in told["Last success"]  # type: ignore[union-attr]


async def test_a_first_failure_says_nothing_of_others() -> None:
    message = await renderer(Records(request(), run("deploy-3", 30)))(delivery("request"), plan=True)
    assert message is not None
    assert "Since" not in str(message.blocks)
    assert "Last success" not in str(message.blocks)


@pytest.mark.parametrize("kind", ["run", "request", "line", "outcome", "notice"])
async def test_a_run_that_is_gone_leaves_nothing_to_say(kind: str) -> None:
    assert await renderer(Records(request()))(delivery(kind, "deploy-9"), plan=True) is None


async def test_a_kind_that_nobody_knows_is_a_fault() -> None:
    with pytest.raises(ValueError, match="surprise"):
        await renderer(Records(request()))(delivery("surprise"), plan=True)
