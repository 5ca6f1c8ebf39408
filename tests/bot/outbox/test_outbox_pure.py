"""The parts of the outbox that only think: what an event wants, how fast, in which order, and the words."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.problems import Problem, remedy
from bot.outbox.projector import newest, project
from bot.outbox.rate_limits import Bucket, Pace, Rate
from bot.outbox.reconcile import opaque
from engine import Actor, EventRecord, RunDetail, RunRecord
from engine.kernel.requests.request_factory import anybody_of
from tests.request_records import make_request

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALICE = Actor("slack", "U01ALICE")


def detail(actor: Actor = ALICE, channel: str | None = None, **request: Any) -> RunDetail:
    run = RunRecord("r1", "deploy", "d", "running", 1, {}, actor, "manual", channel, "t", NOW)
    asked = make_request(
        id="q1",
        kind=request.pop("kind", "approval"),
        run_id="r1",
        workflow="deploy",
        step="go_live",
        state="open",
        version=1,
        ask="Ship?",
        choices=("approve",),
        stages=(anybody_of("@platform"),),
        self_approval=False,
        comment={},
        requester=actor,
        opened_at=NOW,
        **request,
    )
    return RunDetail(run, "@platform", "#deploys", (), (asked,))


def event(type_: str, request_id: str | None = None, **data: Any) -> EventRecord:
    return EventRecord(7, type_, NOW, ALICE, "r1", "deploy", "go_live", request_id, "t", data)


@pytest.mark.parametrize(
    ("happened", "keys"),
    [
        (event("run.started"), ["run:r1"]),
        (event("step.succeeded", attempt=1), ["run:r1"]),
        (event("step.retrying", attempt=1, failure={}), ["run:r1", "thread:r1:7"]),
        (event("step.waiting", attempt=1, failure={}), ["run:r1", "thread:r1:7"]),
        (event("step.failed", attempt=3, failure={}), ["run:r1", "thread:r1:7"]),
        (event("step.overrun", attempt=1, reason="still executing"), ["run:r1", "thread:r1:7"]),
        (event("step.failed", failure={}), ["run:r1"]),
        (event("run.cancelled"), ["run:r1", "thread:r1:7"]),
        (event("request.opened", "q1"), ["run:r1", "request:q1"]),
        (event("request.decision", "q1"), ["run:r1", "request:q1", "thread:r1:7"]),
        (event("request.decided", "q1"), ["run:r1", "request:q1", "dm:q1:outcome"]),
        (event("request.expired", "q1"), ["run:r1", "request:q1", "thread:r1:7", "dm:q1:outcome"]),
        (event("request.reminded", "q1", reminder=2), ["run:r1", "request:q1", "reminder:q1:2"]),
        (event("run.overlap_skipped"), []),
    ],
)
def test_each_event_wants_the_messages_that_it_changes(happened: EventRecord, keys: list[str]) -> None:
    assert [want.key for want in project(happened, detail())] == keys


@pytest.mark.parametrize(("outcome", "told"), [("approved", True), (None, False)])
def test_a_superseded_request_and_its_direct_message_are_updated(outcome: str | None, told: bool) -> None:
    found = detail(outcome=outcome, superseded="the code of ship changed")
    keys = [want.key for want in project(event("request.outdated", "q1"), found)]
    assert keys == ["run:r1", "request:q1", "thread:r1:7", *(["dm:q1:outcome"] if told else [])]


@pytest.mark.parametrize(
    ("state", "asked", "told"),
    [("running", False, False), ("succeeded", False, False), ("failed", False, True),
     ("cancelled", False, True),
     ("waiting", True, True), ("succeeded", True, True)],
)  # fmt: skip
def test_a_quiet_run_is_told_of_only_when_it_needs_people_or_ends_badly(
    state: Any, asked: bool, told: bool
) -> None:
    of = detail()
    quiet = replace(of, quiet=True, run=replace(of.run, state=state), requests=of.requests if asked else ())
    assert bool(project(event("step.succeeded"), quiet)) is told


def test_a_run_that_is_gone_wants_nothing() -> None:
    assert project(event("run.started"), None) == []


@pytest.mark.parametrize(
    ("run_channel", "request_channel", "run_goes", "request_goes"),
    [
        (None, None, ["#deploys"], ["#deploys"]),
        ("C0ASKED", None, ["C0ASKED", "#deploys"], ["#deploys"]),
        ("C0ASKED", "#leads", ["C0ASKED", "#deploys"], ["#leads"]),
    ],
)
def test_messages_go_to_the_channel_of_the_start_or_of_the_workflow(
    run_channel: str | None, request_channel: str | None, run_goes: list[str], request_goes: list[str]
) -> None:
    asked = detail(channel=run_channel)
    moved = replace(asked.requests[0], channel=request_channel)
    run, request = project(event("request.opened", "q1"), replace(asked, requests=(moved,)))
    assert run.target["channels"] == run_goes
    assert request.target["channels"] == request_goes


def test_only_people_in_slack_get_word_of_an_outcome() -> None:
    for actor in (Actor("schedule", "cron:0 2 * * *"), Actor("cli", "root", "U1"), Actor("engine", "engine")):
        keys = [want.key for want in project(event("request.decided", "q1"), detail(actor))]
        assert "dm:q1:outcome" not in keys
    failure = project(event("request.decided", "q1"), detail(kind="failure"))
    assert "dm:q1:outcome" not in [want.key for want in failure]


def test_many_events_of_a_run_want_its_message_once() -> None:
    wanted = [want for _ in range(9) for want in project(event("step.started"), detail())]
    assert len(newest(wanted)) == 1


def test_keys_in_metadata_are_opaque_and_differ() -> None:
    assert "deploy" not in opaque("run:deploy-8f3k")
    assert len({opaque(f"run:{number}") for number in range(1000)}) == 1000


@given(st.lists(st.floats(0, 5), max_size=60))
def test_a_bucket_never_gives_more_than_its_rate(gaps: list[float]) -> None:
    rate, now, taken = Rate(3, 1.0), 0.0, 0
    bucket = Bucket(rate, now)
    for gap in gaps:
        now += gap
        if not bucket.wait(now):
            bucket.take(now)
            taken += 1
    assert taken <= rate.burst + now * rate.per_second + 1e-6


def test_a_bucket_says_when_and_keeps_its_word() -> None:
    bucket = Bucket(Rate(1, 0.5), 0.0)
    bucket.take(0.0)
    assert bucket.wait(0.0) == 2.0
    assert bucket.wait(2.0) == 0.0


def test_pauses_are_for_one_method_or_for_all() -> None:
    pace = Pace()
    pace.pause("chat.update", 30.0)
    assert pace.wait("chat.update", "C1:1", 0.0) == 30.0
    assert pace.wait("chat.postMessage", "C1", 0.0) == 0.0
    pace.pause("*", 30.0)
    assert pace.wait("chat.postMessage", "C1", 0.0) == 30.0
    assert pace.wait("chat.postMessage", "C1", 30.0) == 0.0


def test_a_channel_that_is_used_up_leaves_the_others_alone() -> None:
    pace = Pace()
    for _ in range(10):
        pace.take("chat.postMessage", "C1", 0.0)
    assert pace.wait("chat.postMessage", "C1", 0.0) > 0.0
    assert pace.wait("chat.postMessage", "C2", 0.0) == 0.0


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (Problem("not_in_channel", "#deploys"), "Invite the bot: /invite @Signoff in #deploys."),
        (Problem("channel_not_found", "#deploys"), "/invite @Signoff in #deploys"),
        (Problem("is_archived", "#deploys"), "Unarchive it"),
        (Problem("missing_scope", "#d", "groups:read"), "scope groups:read, needed to find private channels"),
        (Problem("restricted_action_read_only_channel", "#d"), "Posting permissions"),
        (Problem("no_channel"), 'channel="#name"'),
        (Problem("invalid_blocks", "#d", "", "bad"), "invalid_blocks: bad"),
        (Problem("token_revoked"), "SLACK_BOT_TOKEN"),
        (Problem("brand_new_error", "#d"), "brand_new_error"),
    ],
)
def test_each_problem_has_its_remedy(problem: Problem, says: str) -> None:
    assert says in remedy(problem, problem.channel, "Signoff")
