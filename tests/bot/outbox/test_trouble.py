"""A burst, random faults and an outage of an hour, on the virtual clock: nothing is lost or told twice.

`python -m scripts.slack_trouble` does the same with processes, over sockets and in real time.
"""

import asyncio
import json
import random
import sqlite3
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.outbox.service import Outbox, OutboxParts
from bot.slack.call_results import Ambiguous, CallResult, Limited, Unreached
from bot.slack.web_api import SlackUnreachable
from bot.views.message import Message
from engine import AskOwner, Delivery, Fatal, NotPossible, StaticPeople, Workflow
from engine.model.people import Person
from engine.testing import Harness
from tests.bot.outbox.conftest import FakeSlack

ALICE = "U01ALICE"
PEOPLE = StaticPeople([Person(ALICE, "alice")], {"platform": [ALICE]})
CHANNELS = {"backup": "C02INCIDENTS", "import": "C03PLANT", "release": "C05DEPLOYS"}
_POSTS_A_MINUTE, _UPDATES_A_MINUTE = 60, 50
"""Slack's limits: of posts in one channel, and of updates in a workspace."""


@dataclass
class LimitedSlack(FakeSlack):
    """Counts each call against Slack's limits, and fails some of them."""

    fails: Callable[[str], str] = lambda method: ""
    """Return how a call fails, by its method; empty for one that succeeds."""
    over_the_limits: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    _recent: dict[str, deque[float]] = field(default_factory=dict)

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult:
        if self._is_over(method, arguments):
            self.over_the_limits += 1
            return Limited(30)
        how = self.fails(method)
        self.failed[how or "none"] += 1
        if how == "after effect":
            await super().write(method, arguments)
        results: dict[str, CallResult] = {"429": Limited(5.0), "unreached": Unreached("connection refused")}
        return results.get(how) or (Ambiguous(how) if how else await super().write(method, arguments))

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]:
        if self.fails(method):
            raise SlackUnreachable(method, "no answer")
        return await super().read(method, arguments, tries=tries)

    def _is_over(self, method: str, arguments: Mapping[str, Any]) -> bool:
        posts = method == "chat.postMessage"
        place = arguments["channel"] if posts else method
        now, calls = self.clock.monotonic(), self._recent.setdefault(place, deque())
        while calls and calls[0] <= now - 60:
            calls.popleft()
        calls.append(now)
        return len(calls) > (_POSTS_A_MINUTE if posts else _UPDATES_A_MINUTE)


class Told(NamedTuple):
    """Numbers of records and messages at the end, and what differs between them."""

    records: int
    messages: int
    unsent: int
    dead: int
    misplaced: int
    """Records whose message is missing or stands there twice, and messages without a record."""
    old: list[str]
    """Messages that show another state than their record."""


class Team:
    """Engine, outbox and Slack under one virtual clock."""

    def __init__(self, harness: Harness, slack: LimitedSlack, database: Path) -> None:
        self.harness, self.slack, self._database = harness, slack, database
        engine = harness.engine
        self._cards = engine.failure_cards
        self.outbox = Outbox(
            OutboxParts(
                engine.events, engine.deliveries, engine, PEOPLE, slack, self.render, harness.clock,
                cards=self._cards,
            )
        )  # fmt: skip

    async def render(self, delivery: Delivery, *, plan: bool) -> Message | None:
        return Message(await self.text_of(delivery.kind, delivery.subject, delivery.data))

    async def text_of(self, kind: str, subject: str, data: Any) -> str:
        if kind == "run":
            return f"run {subject} {(await self.harness.engine.detail(subject)).run.state}"
        if kind == "request":
            request = await self.harness.engine.request(subject)
            assert request is not None
            card = await self._cards.of(subject)
            open_runs = f"{card.open_count} of {card.runs}" if card else "no card"
            return f"request {subject} {request.outcome or request.state}, {open_runs}"
        return f"{kind} {data.get('seq', subject) if isinstance(data, Mapping) else subject}"

    async def advance(self, seconds: int) -> None:
        for _ in range(seconds):
            await self.harness.advance(1)
            async with asyncio.timeout(20):
                await self.outbox.settled()

    async def until_told(self, minutes: int) -> int:
        """Return after how many seconds nothing waited to be sent any more."""
        for seconds in range(0, 60 * minutes, 10):
            if not self._rows("SELECT 1 FROM delivery WHERE sent < wanted AND state != 'dead'"):
                return seconds
            await self.advance(10)
        raise AssertionError(self._rows("SELECT key, error FROM delivery WHERE sent < wanted")[:5])

    async def told(self) -> Told:
        rows = self._rows("SELECT kind, subject, data, ref, sent, wanted, state FROM delivery")
        shown = Counter((message["channel"], message["ts"]) for message in self.slack.messages)
        texts = {(message["channel"], message["ts"]): message["text"] for message in self.slack.messages}
        places, old = Counter[tuple[str, str]](), []
        for kind, subject, data, ref, *_ in rows:
            if ref is None:
                continue
            place = (json.loads(ref)["channel"], json.loads(ref)["ts"])
            places[place] += 1
            text = await self.text_of(kind, subject, json.loads(data or "null"))
            if kind in ("run", "request") and texts.get(place) != text:
                old.append(f"{texts.get(place)} instead of {text}")
        misplaced = sum(((shown - places) + (places - shown)).values())
        unsent = sum(sent < wanted and state != "dead" for *_, sent, wanted, state in rows)
        dead = sum(state == "dead" for *_, state in rows)
        return Told(sum(places.values()), sum(shown.values()), unsent, dead, misplaced, old)

    def _rows(self, query: str) -> list[Any]:
        with sqlite3.connect(self._database) as connection:
            return connection.execute(query).fetchall()


def flows(breaks: Callable[[], bool]) -> list[Workflow]:
    """Three workflows with a channel each, whose step fails where `breaks` says so."""
    made = []
    for name, channel in (("backup", "#incidents"), ("import", "#plant"), ("release", "#deploys")):
        flow = Workflow(name, owner="@platform", channel=channel, on_failure=AskOwner())

        @flow.step
        async def work() -> None:
            if breaks():
                raise Fatal("The pump is broken")

        made.append(flow)
    return made


@asynccontextmanager
async def team_with(tmp_path: Path, breaks: Callable[[], bool] = lambda: True) -> AsyncIterator[Team]:
    async with Harness(*flows(breaks), people=PEOPLE, folder=tmp_path) as harness:
        slack = LimitedSlack(harness.clock)
        for name, id_ in (("incidents", "C02INCIDENTS"), ("plant", "C03PLANT"), ("deploys", "C05DEPLOYS")):
            slack.channel(name, id_)
        team = Team(harness, slack, tmp_path / "signoff.db")
        await team.outbox.start()
        yield team
        await team.outbox.close(grace=0)


@pytest.mark.long
async def test_five_hundred_failing_runs_in_a_minute_stay_below_the_limits_and_none_is_lost(
    tmp_path: Path,
) -> None:
    names = [*CHANNELS]
    async with team_with(tmp_path) as team:
        started = count()
        for second in range(60):
            for _ in range(500 * (second + 1) // 60 - 500 * second // 60):
                await team.harness.start(names[next(started) % 3], as_user=ALICE)
            await team.advance(1)
        after = await team.until_told(minutes=15)
        told = await team.told()
        kinds = Counter(message["text"].split()[0] for message in team.slack.messages)
        print(f"told {after} s after the last failure; {told}; {dict(kinds)}")
        assert team.slack.over_the_limits == 0
        assert (kinds["run"], kinds["request"]) == (500, 3)
        assert told == Told(told.records, told.records, 0, 0, 0, [])


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_ten_minutes_of_random_faults_leave_one_message_with_the_current_state_of_each_record(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    hows = ("429", "500", "timeout", "reset", "internal_error", "after effect", "unreached")
    async with team_with(tmp_path, lambda: rng.random() < 0.6) as team:
        team.slack.fails = lambda method: rng.choice(hows) if rng.random() < 0.4 else ""
        for second in range(600):
            if second % 4 == 0:
                await team.harness.start(rng.choice([*CHANNELS]), as_user=ALICE)
            if second % 7 == 0:
                await decide(team, rng)
            await team.advance(1)
        team.slack.fails = lambda method: ""
        after = await team.until_told(minutes=60)
        told = await team.told()
        print(f"told {after} s after the last fault; {told}; {dict(team.slack.failed)}")
        assert sum(team.slack.failed[how] for how in hows) > 50
        assert told == Told(told.records, told.records, 0, 0, 0, [])


async def decide(team: Team, rng: random.Random) -> None:
    """Answer one open failure."""
    if requests := await team.harness.requests():
        choice = rng.choice(["retry", "skip", "abort"])
        with suppress(NotPossible):
            await team.harness.decide(rng.choice(requests), choice, as_user=ALICE)


@pytest.mark.long
async def test_after_an_hour_without_slack_each_record_has_one_message_and_old_news_is_not_repeated(
    tmp_path: Path,
) -> None:
    rng = random.Random(5)
    async with team_with(tmp_path, lambda: rng.random() < 0.5) as team:
        await team.harness.start("backup", as_user=ALICE)
        await team.advance(5)
        before = len(team.slack.messages)
        team.slack.fails = lambda method: "unreached"
        for minute in range(60):
            await team.harness.start([*CHANNELS][minute % 3], as_user=ALICE)
            await decide(team, rng)
            await team.advance(1)
            await team.harness.advance("59s")
        assert len(team.slack.messages) == before
        team.slack.fails = lambda method: ""
        after = await team.until_told(minutes=60)
        told = await team.told()
        print(f"told {after} s after the outage; {told}")
        assert team.slack.over_the_limits == 0
        assert told == Told(told.records, told.records, 0, 0, 0, [])
        runs = [message for message in team.slack.messages if message["text"].startswith("run ")]
        assert len(runs) == 61
        assert sum(len(message["versions"]) for message in runs[1:]) == 60, "each is posted as it is now"


def test_the_strict_slack_counts_calls_over_the_limits() -> None:
    """Guard the tests above: a Slack that refuses nothing proves nothing."""

    class Clock:
        def monotonic(self) -> float:
            return 0.0

    slack = LimitedSlack(Clock())  # type: ignore[arg-type]
    over = [slack._is_over("chat.postMessage", {"channel": "C1"}) for _ in range(_POSTS_A_MINUTE + 1)]
    assert over == [*[False] * _POSTS_A_MINUTE, True]
