"""Names of people in a message, and the earlier runs in a failure's message."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.outbox.ports import Delivery
from bot.outbox.renderer import Renderer
from bot.slack.display_names import names_in
from bot.views.message import Message
from engine import (
    Actor,
    AttemptLog,
    DecisionRecord,
    Drawing,
    EventRecord,
    Failure,
    PeopleUnavailable,
    RequestRecord,
    RunDetail,
    RunRecord,
    UnknownRun,
)
from engine.clock import FakeClock
from engine.kernel.requests.request_factory import anybody_of
from engine.model.definition.spec import EscalationSpec
from tests.request_records import evolve_request, make_request

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

    def members(self, handle: str) -> tuple[str, ...]:
        return ("U02BOB", "U03CAROL") if handle == "reviewers" else ()

    def is_public(self, channel: str) -> bool:
        return False

    def is_readable(self, channel: str) -> bool:
        return False

    async def with_channel_ids(self, text: str) -> str:
        return text

    async def is_missing(self, handle: str) -> bool:
        return handle == "ghosts"


def run(run_id: str, minutes: int, state: Any = "running") -> RunRecord:
    at = NOW + timedelta(minutes=minutes)
    ended = at + timedelta(seconds=30) if state in ("succeeded", "failed") else None
    return RunRecord(
        run_id, "deploy", "d", state, 1, {}, ALICE, "manual", None, "t", at, started_at=at, ended_at=ended
    )


def request(**more: Any) -> RequestRecord:
    return make_request(
        id="q1",
        kind="failure",
        run_id="deploy-3",
        workflow="deploy",
        step="build",
        state="open",
        version=1,
        ask="deploy failed",
        choices=("retry", "abort"),
        stages=(anybody_of("@on-call", "U03NEW"),),
        self_approval=True,
        comment={},
        requester=ALICE,
        opened_at=NOW + timedelta(minutes=31),
        failure=Failure("OSError", "the gateway is down"),
        **more,
    )


def detail(asked: RequestRecord) -> RunDetail:
    return RunDetail(run("deploy-3", 30), "@on-call", "#deploys", (), (asked,))


class Recorded:
    """Runs newest first."""

    def __init__(self, asked: RequestRecord, *runs: RunRecord, altered: str = "") -> None:
        self._asked, self._runs, self._altered = asked, runs, altered

    async def detail(self, run_id: str, *, marked: bool = False) -> RunDetail:
        if run_id != "deploy-3":
            raise UnknownRun(run_id)
        return replace(detail(self._asked), altered=self._altered if marked else "")

    async def request(self, request_id: str) -> RequestRecord | None:
        return self._asked if self._asked.id == request_id else None

    async def runs(self, workflow: str | None = None, *, limit: int = 20) -> tuple[Sequence[RunRecord], int]:
        return self._runs[:limit], len(self._runs)

    async def step_logs(self, run_id: str, step: str | None = None) -> list[AttemptLog]:
        return []

    async def recorded_event(self, seq: int) -> EventRecord | None:
        return None

    async def earlier_failures(self, run_id: str, step: str, span: timedelta) -> int:
        raise NotImplementedError

    async def run_drawing(self, run_id: str) -> Drawing:
        return Drawing("Deploy", (), (), (), run_id)


def delivery(kind: str, run_id: str = "deploy-3") -> Delivery:
    return Delivery(
        "k", "slack", kind, "q1", {"run": run_id}, None, 1, 0, "idle", None, None, 0, "", 1
    )  # fmt: skip


class Rows:
    """Deliveries by key."""

    def __init__(self, *rows: Delivery) -> None:
        self._rows = {row.key: row for row in rows}

    async def get(self, key: str) -> Delivery | None:
        return self._rows.get(key)


def renderer(records: Recorded, *rows: Delivery) -> Renderer:
    nowhere: Any = None
    deliveries: Any = Rows(*rows)
    return Renderer(records, deliveries, Book(), nowhere, FakeClock(NOW + timedelta(hours=1)), "signoff")


async def test_everybody_whom_a_message_names_is_looked_up() -> None:
    decision = DecisionRecord("d1", "q1", "retry", Actor("cli", "root", "U02BOB"), "", NOW)
    names = await names_in(Book(), detail(request(decisions=(decision,))))
    assert names.people == {"U01ALICE": "Alice", "U02BOB": "Bob"}
    assert names.groups == {"@on-call": "S01ONCALL"}


async def test_the_members_of_a_group_of_the_settings_are_mentioned() -> None:
    names = await names_in(Book(), "@reviewers", "@on-call")
    assert names.mention("@reviewers") == "@reviewers (<@U02BOB>, <@U03CAROL>)"
    assert names.ref("@reviewers") == "@reviewers"
    assert names.mention("@on-call") == "<!subteam^S01ONCALL>"
    many = replace(names, members={"@reviewers": tuple(f"U{number:03}" for number in range(25))})
    assert many.mention("@reviewers").endswith("<@U009>, 15 more who are not notified)")


async def test_a_slack_that_is_silent_about_groups_keeps_no_message_back() -> None:
    names = await names_in(Book(down=True), detail(request()))
    assert names.groups == {}
    assert names.person("U03NEW") == "<@U03NEW>"


async def test_a_failure_says_since_when_and_when_it_last_worked() -> None:
    later = run("deploy-4", 45, "succeeded")
    runs = [later, run("deploy-3", 30), run("deploy-2", 20, "failed"), run("deploy-1", 10, "succeeded")]
    message = await renderer(Recorded(request(), *runs))(delivery("request"), plan=True)
    assert isinstance(message, Message)
    fields = next(block["fields"] for block in message.blocks if "fields" in block)
    told = {text.split("*")[1]: text for text in (one["text"] for one in fields)}
    assert "(2 runs)" in told["Since"]
    assert str(int(runs[3].ended_at.timestamp())) in told["Last success"]  # type: ignore[union-attr]


async def test_a_first_failure_says_nothing_of_others() -> None:
    message = await renderer(Recorded(request(), run("deploy-3", 30)))(delivery("request"), plan=True)
    assert isinstance(message, Message)
    assert "Since" not in str(message.blocks)
    assert "Last success" not in str(message.blocks)


@pytest.mark.parametrize("kind", ["run", "request", "line", "outcome", "notice"])
async def test_a_run_that_is_gone_leaves_nothing_to_say(kind: str) -> None:
    assert await renderer(Recorded(request()))(delivery(kind, "deploy-9"), plan=True) is None


@pytest.mark.parametrize("kind", ["run", "request"])
async def test_a_message_about_a_changed_run_says_that_it_does_not_match_the_log(kind: str) -> None:
    records = Recorded(request(), run("deploy-3", 30), altered="deploy-3 was changed by another program.")
    message = await renderer(records)(delivery(kind), plan=True)
    assert isinstance(message, Message)
    assert "does not match the log" in message.text
    assert "deploy-3 was changed by another program" in str(message.blocks[0])


async def test_a_kind_that_nobody_knows_is_a_fault() -> None:
    with pytest.raises(ValueError, match="surprise"):
        await renderer(Recorded(request()))(delivery("surprise"), plan=True)


REF = {"channel": "C01", "ts": "1.0"}
STATES: dict[str, dict[str, Any]] = {
    "open": {"kind": "approval", "state": "open", "ask": "Ship it?"},
    "held": {"kind": "approval", "state": "held", "outcome": "approved", "ask": "Ship it?"},
    "decided": {"kind": "approval", "state": "decided", "outcome": "approved", "ask": "Ship it?"},
    "skipped": {"state": "decided", "outcome": "skip", "ask": "Ship it?"},
    "withdrawn": {"kind": "approval", "state": "withdrawn", "ask": "Ship it?"},
}


def row(key: str = "request:q1", *, sent: int = 0, wanted: int = 2, ref: Any = None) -> Delivery:
    return Delivery(key, "slack", "request", "q1", {}, None, wanted, sent, "idle", ref, None, 0, "", 1)


def blocked(kind: str = "notice", **more: Any) -> Delivery:
    data = {
        "type": "message.blocked", "kind": "request", "message": "request:q1", "workflow": "deploy",
        "subject": "q1", "code": "is_inactive", "channel": "C01ABCDEF", "needed": "", "detail": "", **more,
    }  # fmt: skip
    return replace(delivery(kind), data=data)


@pytest.mark.parametrize(
    ("state", "posted", "said"),
    [
        ("open", False, "can't be posted, so nobody is asked yet."),
        ("open", True, "can't be updated. People were asked, and the request is open."),
        ("held", True, "can't be updated. People were asked, and the request is open."),
        ("decided", False, "It is decided: approved. An answer is no longer needed."),
        (
            "decided",
            True,
            "buttons. It is decided: approved. A click on a button changes nothing.",
        ),
        ("skipped", True, "It is decided: step skipped."),
        ("withdrawn", False, "It was withdrawn. An answer is no longer needed."),
        ("withdrawn", True, "It was withdrawn. A click on a button changes nothing."),
    ],
)
@pytest.mark.parametrize("kind", ["notice", "line"])
async def test_a_blocked_question_is_told_as_it_stands(
    state: str, posted: bool, said: str, kind: str
) -> None:
    asked = replace(request(), **STATES[state])
    at = row(sent=1, ref=REF) if posted else row()
    found = await renderer(Recorded(asked), at)(blocked(kind), plan=True)
    assert isinstance(found, Message)
    assert said in found.text
    assert ("nobody is asked yet" in found.text) == (state == "open" and not posted)
    assert ("`/workflow approvals`" in str(found.blocks)) == (state in ("open", "held"))


async def test_a_question_that_stands_in_another_channel_has_asked_people() -> None:
    asked = evolve_request(
        request(), kind="approval", escalations=(EscalationSpec(after=60.0, to=("#leads",)),), escalated=1
    )
    there = row(sent=1, wanted=1, ref=REF)
    found = await renderer(Recorded(asked), there)(blocked(message="request:q1:#leads"), plan=True)
    assert isinstance(found, Message)
    assert "can't be posted in one of its channels. It was posted in another." in found.text


async def test_the_thread_does_not_name_the_channel_that_cannot_be_posted_to() -> None:
    found = await renderer(Recorded(request()), row())(
        blocked("line", code="channel_not_found", channel="#layoffs"), plan=True
    )
    assert isinstance(found, Message)
    assert "<#layoffs>" in found.text
    assert "#layoffs" not in found.text.replace("<#layoffs>", "")


async def test_a_message_that_arrived_since_is_not_called_blocked() -> None:
    arrived = row(sent=2, ref=REF)
    found = await renderer(Recorded(request()), arrived)(blocked(), plan=True)
    assert isinstance(found, Message)
    assert "could not be posted at first. It is posted now, and people are asked now." in found.text
    assert await renderer(Recorded(request()), arrived)(blocked("line"), plan=True) is None


@pytest.mark.parametrize(
    ("state", "more", "said"),
    [
        ("open", {}, "could not be posted at first. It was posted at <!date^"),
        ("open", {"posted": "yes"}, "could not be updated at first. It was updated at <!date^"),
        ("decided", {}, "It is decided: approved."),
        ("open", {"kind": "full"}, "and people can approve it in Slack."),
        (
            "open",
            {"kind": "run", "message": "request:q1"},
            "A message of *deploy-3* could not be posted at first.",
        ),
    ],
)
async def test_a_shown_line_tells_when_the_message_arrived(
    state: str, more: dict[str, str], said: str
) -> None:
    asked, arrived, line = replace(request(), **STATES[state]), row(sent=2, ref=REF), blocked("line")
    told = {"arrived": NOW.isoformat(), **more}
    found = await renderer(Recorded(asked), arrived)(replace(line, data=line.data | told, ref=REF), plan=True)
    assert isinstance(found, Message)
    assert said in found.text
    assert "What was in the way: " in found.text
    assert ("people are asked now" in found.text) == (state == "open" and not more)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("owner", "Signoff has told the owner why."),
        ("operator", "Signoff could not reach the owner and has told the operator why."),
        ("nobody", "Signoff could reach neither the owner nor the operator."),
        ("no operator", "SIGNOFF_OPERATOR names nobody"),
    ],
)
async def test_the_line_in_the_thread_says_who_was_told(told: str, words: str) -> None:
    found = await renderer(Recorded(request()), row())(blocked("line", told=told), plan=True)
    assert isinstance(found, Message)
    assert words in found.text
    assert "<#C01ABCDEF> is archived" in found.text
