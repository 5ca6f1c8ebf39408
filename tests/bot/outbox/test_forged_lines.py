"""A message whose row another program wrote tells only what the log has; otherwise it is not posted."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.ports import Delivery
from bot.outbox.projector import event_data
from bot.outbox.recorded import NotRecorded, event_of, told
from engine import Actor, EventRecord, RunDetail, StepContext, UnknownRun, Workflow
from engine.model.notices.alert import Alert
from engine.model.records.records import RunRecord
from tests.bot.outbox.alert_office import AlertOffice, office
from tests.engine.tampering import execute
from tests.request_records import make_request

Local = Any
DEPLOYS = "C05DEPLOYS"
BOB = ["slack", "U02BOB", None]
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def shipping() -> Workflow:
    wf = Workflow("deploy", owner="@platform", channel="#deploys", may_notify=["#deploys"])
    go = wf.approval("go", ask="Ship it?", approvers=["@platform"], expires="4h", self_approval=True)

    @wf.step(when=go.approved)
    async def ship(ctx: StepContext) -> str:
        await ctx.notify("#deploys", "12 rows are in")
        return "shipped"

    return wf


def put(folder: Path, key: str, run_id: str, data: Any, kind: str = "line", **target: Any) -> None:
    """Write a message among those that wait, as another program would."""
    execute(
        folder / "signoff.db",
        "INSERT INTO delivery (key, consumer, kind, subject, target, data, wanted, sent, state, tries, "
        "error, created, lane) VALUES (?, 'slack', ?, ?, ?, ?, 1, 0, 'idle', 0, '', 1, '#deploys')",
        key,
        kind,
        run_id,
        json.dumps({"run": run_id, "since": 0, **(target or {"thread_of": f"run:{run_id}"})}),
        json.dumps(data),
    )


async def shown(local: Local) -> list[str]:
    """The blocks of all messages in the channel, with those in its threads."""
    messages = await local.messages(DEPLOYS)
    threads = [
        (await local.read("thread", channel=DEPLOYS, ts=message["ts"], **{"as": "U01ALICE"}))["messages"][1:]
        for message in messages
    ]
    return [str(message["blocks"]) for message in [*messages, *itertools.chain(*threads)]]


async def asked(team: AlertOffice) -> tuple[Any, EventRecord]:
    """Start a run that waits for an answer. Return it, and the event that opened its request."""
    run = await team.harness.start("deploy", as_user="U01ALICE")
    await team.advance()
    events = await team.engine.events.of_run(run.id)
    (opened,) = [event for event in events if event.type == "request.opened"]
    return run, opened


async def test_a_decision_that_is_written_among_the_messages_is_not_posted(
    local: Local, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with office(local, tmp_path, shipping()) as team:
        run, opened = await asked(team)
        other = await team.harness.start("deploy", as_user="U01ALICE")
        await team.advance()
        decision = {
            **event_data(opened),
            "type": "request.decision",
            "actor": BOB,
            "data": {"choice": "approve", "comment": "looks fine"},
        }
        newest = await team.engine.events.newest()
        await team.outbox.close(grace=0)
        put(tmp_path, "a", run.id, decision)
        put(tmp_path, "b", run.id, {**decision, "seq": newest + 7})
        put(tmp_path, "c", run.id, {**decision, "seq": "soon"})
        put(tmp_path, "d", run.id, [decision])
        put(tmp_path, "e", other.id, event_data(opened))
        approved = {"data": {"text": "Bob approved it"}, "seq": opened.seq}
        put(tmp_path, "f", run.id, approved, "notify", channels=["#deploys"])
        put(tmp_path, "g", run.id, decision, "notice", user="U01ALICE")
        put(tmp_path, "h", run.id, decision, "trigger", user="U01ALICE")
        await team.harness.decide("go", "reject", as_user="U01ALICE", run=run, comment="no")
        await team.restart_outbox()
        await team.advance()
        posted = await shown(local)
        assert not [
            text for text in posted if "approved *" in text or "Bob approved" in text or "looks fine" in text
        ]
        assert [text for text in posted if "alice rejected *go*" in text]
        assert await local.direct("U01ALICE") == []
        warned = await team.engine.altered_records()
        assert (
            "The message d of the outbox cannot be read (delivery.data holds JSON of another shape" in warned
        )
        for key in "abcefgh":
            assert f"The message {key} of the outbox was not posted: " in warned
        assert f"event {opened.seq} of the log is of another type, request.opened" in warned
        assert f"the log has no event {newest + 7}" in warned
        assert f"event {opened.seq} of the log belongs to another run" in warned
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


async def test_an_event_that_is_written_into_the_log_backs_no_message(local: Local, tmp_path: Path) -> None:
    """Neither as the newest of a chain, nor among the others."""
    async with office(local, tmp_path, shipping()) as team:
        run, opened = await asked(team)
        await team.outbox.close(grace=0)
        execute(
            tmp_path / "signoff.db",
            "INSERT INTO event (type, at, actor, run_id, workflow, step, request_id, data, n, hash) "
            "SELECT 'request.decision', at, 'slack:U02BOB', run_id, workflow, step, request_id, "
            """'{"choice":"approve"}', n + 1, hash FROM event WHERE seq = ?""",
            opened.seq,
        )
        inserted = await team.engine.events.newest()
        assert await team.engine.recorded_event(inserted) is None
        assert await team.engine.recorded_event(opened.seq) == opened
        execute(tmp_path / "signoff.db", "UPDATE event SET actor = 'slack:U09' WHERE seq = ?", opened.seq)
        assert await team.engine.recorded_event(opened.seq) is None
        first = (await team.engine.events.of_run(run.id))[0]
        assert await team.engine.recorded_event(first.seq) is None  # the chain no longer leads to its seal


async def test_a_line_and_a_message_of_a_step_tell_what_the_log_has(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, shipping()) as team:
        await asked(team)
        await team.harness.decide("go", "approve", as_user="U01ALICE", comment="in small steps")
        await team.advance()
        await team.outbox.close(grace=0)
        changed = execute(
            tmp_path / "signoff.db",
            "UPDATE delivery SET sent = 0, ref = NULL, ref_key = NULL, data = json_set(data, "
            "'$.data.comment', 'all at once', '$.data.text', 'no rows', '$.actor', json(?)) "
            "WHERE kind IN ('line', 'notify')",
            json.dumps(BOB),
        )
        assert changed == 2
        await team.restart_outbox()
        await team.advance()
        posted = "\n".join(await shown(local))
        # The request's own message has the comment as well.
        assert (posted.count("in small steps"), posted.count("12 rows are in")) == (3, 2)
        assert not [word for word in ("all at once", "no rows", "bob") if word in posted.lower()]


def recorded(type_: str, **values: Any) -> EventRecord:
    of_run: dict[str, Any] = {"run_id": "r1", "workflow": "w", "step": "go", "request_id": None, "data": {}}
    return EventRecord(5, type_, NOON, Actor("engine", ""), trace_id="t", **(of_run | values))


def row(kind: str, event: EventRecord, target: dict[str, Any], **data: Any) -> Delivery:
    return Delivery(
        "k", "slack", kind, "r1", {"run": "r1", **target}, {**event_data(event), **data}, 1, 0, "idle", None,
        None, 0, "", 1,
    )  # fmt: skip


ALERT = Alert(severity="high")
FAILED = make_request(
    id="q1", kind="failure", run_id="r1", workflow="w", step="go", state="open", version=1, ask="?",
    choices=("retry",), stages=(), self_approval=True, comment={}, requester=Actor("slack", "U1"),
    opened_at=NOON, alert=ALERT,
)  # fmt: skip
RUN = RunRecord("r1", "w", "d", "running", 1, {}, Actor("slack", "U1"), "manual", None, "t", NOON)
DETAIL = RunDetail(RUN, "@o", "#c", (), (FAILED,))
CHANNEL = {"channels": ["C1"]}
UNDER = {"thread_of": "request:q1"}
PASSED = recorded("step.succeeded", run_id="r2")
OPENED = recorded("request.opened", request_id="q1")


@pytest.mark.parametrize(
    ("delivery", "event", "expected"),
    [
        (row("line", OPENED, CHANNEL, type="news", news="done", channel="C9"), OPENED, {"news": "failed"}),
        (row("line", OPENED, CHANNEL, type="news", news="done", channel="C9"), OPENED, {"channel": "C1"}),
        (row("line", OPENED, CHANNEL, type="failure.alert", severity="low"), OPENED, {"severity": "high"}),
        (
            row("line", PASSED, UNDER, type="failure.recovered", data={"run": "r9"}),
            PASSED,
            {"data": {"run": "r2"}},
        ),
        (row("trigger", OPENED, {}), replace(OPENED, run_id=None, type="trigger.failing"), {}),
        (
            row("notice", OPENED, {}, role="owner", owner_unknown=""),
            recorded("code.missing", run_id=None, data={"run": "r1"}),
            {"role": "owner"},
        ),
    ],
)
def test_a_message_that_says_more_than_its_event_derives_it_from_the_log(
    delivery: Delivery, event: EventRecord, expected: dict[str, Any]
) -> None:
    made = told(delivery, event, None if delivery.kind == "trigger" else DETAIL)
    assert expected.items() <= made.items()
    assert made["actor"] == ["engine", "", None]


@pytest.mark.parametrize(
    ("delivery", "event", "problem"),
    [
        (row("line", PASSED, CHANNEL, type="news"), recorded("step.succeeded"), "is not news"),
        (row("line", PASSED, CHANNEL, type="failure.alert"), recorded("step.failed"), "raises no alert"),
        (row("line", PASSED, CHANNEL, type="alerts.muted"), recorded("step.failed"), "raises no alert"),
        (row("line", PASSED, UNDER, type="failure.recovered"), OPENED, "is of another type"),
        (
            row("line", PASSED, UNDER, type="failure.recovered"),
            replace(PASSED, step="other"),
            "is about another step",
        ),
        (row("line", PASSED, {}, type="failure.recovered"), PASSED, "is about another step"),
        (
            row("notify", PASSED, CHANNEL),
            recorded("step.notified", data={"to": "#c"}),
            "has the message for another channel",
        ),
    ],
)
def test_a_message_that_its_event_does_not_bear_out_is_refused(
    delivery: Delivery, event: EventRecord, problem: str
) -> None:
    with pytest.raises(NotRecorded, match=problem):
        told(delivery, event, DETAIL)


def test_a_word_about_a_blocked_message_names_no_event() -> None:
    assert event_of(row("line", PASSED, {}, type="message.blocked")) is None
    with pytest.raises(NotRecorded, match="names no event"):
        event_of(row("notify", PASSED, {}, type="message.blocked", seq=None))


async def test_an_event_of_a_pruned_run_is_told_from_one_that_the_log_never_had(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, shipping()) as team:
        execute(tmp_path / "signoff.db", "INSERT INTO pruned_event VALUES (99, '')")
        with pytest.raises(UnknownRun, match="event 99 was deleted"):
            await team.engine.recorded_event(99)
        assert await team.engine.recorded_event(98) is None
        assert await team.engine.recorded_event(2**64) is None
