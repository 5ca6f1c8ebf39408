"""A run on the command line: what counts, and in which order things happened."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cli import run_view, serializers
from bot.cli.commands.receipt import lines
from bot.http.client import Client
from bot.views.answers.workflow_answer import WorkflowFacts, ends_line
from bot.views.command_replies import run_answer
from bot.views.message import MENTIONED
from bot.views.requests.approval import approval_message
from bot.views.requests.request_summary import left_since
from bot.views.runs.run import run_message
from bot.views.runs.thread import thread_line
from engine import (
    Actor,
    DecisionRecord,
    Failure,
    InputTransform,
    Person,
    ReasonedAct,
    RequestRecord,
    Revision,
    RunDetail,
    RunRecord,
    StepRecord,
)
from engine.kernel.requests.request_factory import anybody_of
from engine.kernel.requests.verdicts import (
    already_answered_text,
    membership_verdict_text,
    not_an_approver_text,
    self_approval_text,
    unknown_requester_text,
)
from tests.request_records import evolve_request, open_approval

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
ALICE, DAVE = Actor("slack", "U01ALICE"), Actor("slack", "U04DAVE")
RUN = RunRecord("ship-1", "ship", "d", "waiting", 1, {}, ALICE, "manual", None, "t", NOW)


def decision(number: int, actor: Actor, choice: str = "approve", on_behalf: str = "") -> DecisionRecord:
    return DecisionRecord(f"d{number}", "q1", choice, actor, "", NOW, member_of=("@a",), on_behalf=on_behalf)


REQUEST = open_approval(
    Actor("slack", "U09"),
    NOW,
    run_id="ship-1",
    workflow="ship",
    expires_at=NOW + timedelta(hours=1),
    decisions=(decision(1, DAVE), decision(2, ALICE)),
    lost={"d1": ("@a",)},
)


def shown(request: RequestRecord) -> tuple[list[bool], str]:
    detail = serializers.detail(RunDetail(RUN, "@a", "#c", (), (request,)))
    text = "\n".join(line.plain for line in run_view.lines(detail))
    return [each["counts"] for each in detail["requests"][0]["decisions"]], text


def test_a_decision_of_a_person_who_left_does_not_count_on_the_command_line() -> None:
    for request in (REQUEST, replace(REQUEST, state="decided", outcome="approved", ended_at=NOW)):
        counts, text = shown(request)
        assert counts == [False, True]
        first, second = [line for line in text.split("\n") if "approve by" in line]
        assert "U04DAVE" in first
        assert first.endswith(", which does not count")
        assert not second.endswith("which does not count")


@pytest.mark.parametrize(("attempt", "facts"), [(3, "round 2"), (4, "round 2 · 2 attempts")])
def test_a_step_that_runs_again_counts_attempts_of_its_round(attempt: int, facts: str) -> None:
    ended = replace(REQUEST, state="decided", outcome="changes_requested", ended_at=NOW)
    first = replace(ended, revision=Revision(1, 3, sent_back={"plan": 2}))
    second = replace(REQUEST, id="q2", opened_at=NOW + timedelta(hours=1), revision=Revision(2, 3))
    steps = (
        StepRecord(RUN.id, "plan", "succeeded", attempt=attempt),
        StepRecord(RUN.id, REQUEST.step, "waiting", attempt=2),
    )
    detail = serializers.detail(RunDetail(RUN, "@a", "#c", steps, (first, second)))
    lines = [line.plain.strip() for line in run_view.lines(detail)]
    (plan,) = [line for line in lines if " plan " in line]
    assert plan.endswith(f"  {facts}")
    (asks,) = [line for line in lines if f" {REQUEST.step} " in line and "waiting" in line]
    assert asks.endswith("  round 2")


def test_a_question_forges_no_line_on_the_command_line() -> None:
    forged = "approve by U01ALICE, 2026-01-05 12:00:00"
    _, text = shown(replace(REQUEST, ask=f"Ship?\n     {forged}\nHair{' ' * 200}PROD"))
    assert f"⏸️ Ship?⟦newline⟧⟦space ×5⟧{forged}⟦newline⟧Hair⟦space ×200⟧PROD" in text.split("\n")


@pytest.mark.parametrize(
    ("changed", "deadline"),
    [
        ({}, ", then not approved"),
        ({"on_expiry": "rejected"}, ", then rejected"),
        ({"kind": "failure", "on_expiry": "abort"}, ", then the run is aborted"),
        ({"on_expiry": "approved"}, "Silence approves: without a decision by then, it is approved."),
        (
            {"paused_since": NOW},
            "is paused until a question is answered; after it: not approved",
        ),
        ({"expires_at": None}, "no deadline, so it waits until it is decided"),
    ],
)
def test_the_command_line_tells_what_happens_if_nobody_decides(
    changed: dict[str, Any], deadline: str
) -> None:
    _, text = shown(evolve_request(REQUEST, **changed))
    assert any(line.endswith(deadline) for line in text.split("\n")), text
    assert ("Silence approves" in text) == (changed.get("on_expiry") == "approved")


def test_a_receipt_tells_a_reassignment_where_it_happened() -> None:
    content: dict[str, Any] = {
        "covered": {"ask": "Ship?"},
        "outcome": "approved",
        "ended_at": "2026-01-05T14:00:00+00:00",
        "by_time": False,
        "executed": [],
        "digest": "x",
        "decisions": [
            {
                "by": {"as_user": None, "id": "U2"},
                "choice": "approve",
                "at": "2026-01-05T14:00:00+00:00",
                "counts": True,
                "comment": "",
            }
        ],
        "reassigned": [
            {"by": ["slack", "U1", None], "before": ["@a"], "to": "U2", "at": "2026-01-05T13:00:00+00:00"}
        ],
    }
    told = [line for line in lines(content, "key") if " by U" in line]
    assert ["reassigned" in line for line in told] == [True, False]


def test_the_person_who_left_is_named_where_a_delegate_answered() -> None:
    request = evolve_request(REQUEST, decisions=(decision(1, Actor("slack", "U05ERIN"), on_behalf="U02BOB"),))
    told = left_since(request, MENTIONED)
    assert "<@U05ERIN> for <@U02BOB> chose approve, but <@U02BOB> is no longer" in told
    assert "chose approve, but is no longer" in left_since(REQUEST, MENTIONED)


def test_who_came_back_and_decided_again_is_not_told_to_have_left() -> None:
    again = evolve_request(REQUEST, decisions=(*REQUEST.decisions, decision(3, DAVE)))
    assert "<@U04DAVE> chose approve, but" in left_since(REQUEST, MENTIONED)
    assert left_since(again, MENTIONED) == ""


@pytest.mark.parametrize(
    ("approvers", "risk", "said"),
    [
        ("U03CAROL", "normal", "Only U03CAROL can decide this request. Ask U03CAROL to decide."),
        ("@a", "high", "Ask one of them to decide. At high risk a delegate must be an approver too."),
        ("@a", "normal", "you are not one of them. Ask one of them to decide."),
    ],
)
def test_a_person_who_may_not_decide_hears_why(approvers: str, risk: str, said: str) -> None:
    request = evolve_request(REQUEST, stages=(anybody_of(approvers),), risk=risk)
    assert not_an_approver_text(request, "approve", Actor("slack", "U04DAVE")).endswith(said)


@pytest.mark.parametrize("approvers", ["@a", "U03CAROL"])
@pytest.mark.parametrize("choice", ["approve", "revoke"])
def test_the_command_line_speaks_of_the_person_and_not_to_them(approvers: str, choice: str) -> None:
    request = evolve_request(
        REQUEST, stages=(anybody_of(approvers),), risk="high", requester=Actor("slack", "U04DAVE")
    )
    dave = Person("U04DAVE", "dave")
    for actor in (Actor("cli", "ops", "U04DAVE"), Actor("slack", "U04DAVE")):
        texts = [
            not_an_approver_text(request, choice, actor),
            self_approval_text(request, actor),
            unknown_requester_text(Actor("cli", "ops"), actor),
            already_answered_text(request, dave, actor),
            membership_verdict_text(request, replace(dave, active=False), actor),
        ]
        spoken = [text for text in texts if re.search(r"\b[Yy]ou", text)]
        assert bool(spoken) is (actor.source == "slack"), spoken


def test_the_notification_of_a_request_names_its_deadline_apart_from_people() -> None:
    request = evolve_request(REQUEST, decisions=())
    text = approval_message(request, RunDetail(RUN, "@a", "#c", (), (request,)), MENTIONED, NOW).text
    assert "@a can decide · until " in text
    paused = evolve_request(request, paused_since=NOW)
    text = approval_message(paused, RunDetail(RUN, "@a", "#c", (), (paused,)), MENTIONED, NOW).text
    assert "@a can decide · the deadline is paused" in text
    assert "until" not in text


def test_a_token_is_named_as_one() -> None:
    assert MENTIONED.actor(Actor("api", "ci")) == "the token ci"


def test_a_client_refuses_an_id_of_another_kind() -> None:
    with pytest.raises(Exception, match="Pass the id that you got when you asked"):
        Client("http://127.0.0.1:1", "t").read("../x")


def test_a_run_shows_its_priority_and_the_run_that_it_repeats() -> None:
    def head(run: RunRecord) -> str:
        detail = RunDetail(run, "@a", "#c", (), ())
        listed = [line.plain for line in run_view.lines(serializers.detail(detail))]
        return f"{listed[1]} | {run_message(detail, MENTIONED, NOW).blocks}"

    assert "priority" not in head(RUN)
    assert head(replace(RUN, priority=7)).count("priority 7") == 2
    assert head(replace(RUN, trigger="rerun:ship-0")).count("started again from ship-0 by") == 2
    assert head(replace(RUN, trigger="fork:ship-0")).count("continued from ship-0 by") == 2


def test_the_reason_of_every_act_stands_on_the_command_line_and_in_slack() -> None:
    acts = [
        ReasonedAct(act, ALICE, NOW, f"because of {act}", "build", 5)
        for act in (
            "pause",
            "resume",
            "priority",
            "skip",
            "retry",
            "reroute",
            "accept",
            "abort",
            "approve",
            "reject",
        )
    ]
    detail = RunDetail(
        replace(RUN, state="paused"),
        "@a",
        "#c",
        (StepRecord(RUN.id, "build", "failed"),),
        (),
        titles={"build": "Make it"},
    )
    shown = {**serializers.detail(detail), "reasons": [serializers.reasoned_act(act) for act in acts]}
    text = "\n".join(line.plain for line in run_view.lines(shown))
    told = str(run_answer(detail, NOW, MENTIONED, acts[:1] + acts[3:]).blocks)
    told += str(run_answer(detail, NOW, MENTIONED, acts[:3]).blocks)
    for words in ("Paused", "Resumed", "Priority set to 5", "Make it skipped", "Retry of Make it chosen"):
        assert f"{words} by" in text
        assert f"{words} by" in told
    for act in acts:
        assert f": {act.reason}" in text
        assert f": {act.reason}" in told
    many = str(run_answer(detail, NOW, MENTIONED, acts * 3).blocks)
    assert (many.count("because of"), "and 22 earlier acts" in many) == (8, True)


@pytest.mark.parametrize("kind", ["run.paused", "run.unpaused", "run.cancelled"])
def test_the_reason_of_an_act_on_a_run_is_in_its_thread(kind: str) -> None:
    event = {"type": kind, "actor": ["slack", "U01ALICE", None], "step": None, "request_id": None}
    for reason, quoted in (("The freeze is over", True), ("", False)):
        line = thread_line(
            {**event, "data": {"reason": reason}}, RunDetail(RUN, "@a", "#c", (), ()), MENTIONED, NOW
        )
        assert line is not None
        assert (">The freeze is over" in str(line.blocks)) == quoted


def test_the_reason_of_a_rerun_stands_on_the_command_line_and_in_its_message() -> None:
    again = replace(RUN, trigger="rerun:ship-20260105-120000-8f3k")
    detail = RunDetail(again, "@a", "#c", (), (), repeats_because="The registry is back")
    text = "\n".join(line.plain for line in run_view.lines(serializers.detail(detail)))
    told = str(run_message(detail, MENTIONED, NOW).blocks)
    for shown_to_people in (text, told):
        assert ": The registry is back" in shown_to_people
        assert "Repeats ship-" in shown_to_people


def test_the_transforms_of_an_input_stand_on_the_command_line_and_in_the_message() -> None:
    transforms = (InputTransform(1, 2), InputTransform(2, None, "in_cents"))
    detail = RunDetail(RUN, "@a", "#c", (), (), transforms=transforms)
    text = "\n".join(line.plain for line in run_view.lines(serializers.detail(detail)))
    told = str(run_message(detail, MENTIONED, NOW).blocks)
    for shown_to_people in (text, told):
        assert "Input transformed from version 1 to version 2 by its mapping, " in shown_to_people
        assert "then from version 2 to the newest version by in\\_cents" in shown_to_people.replace(
            "in_cents", "in\\_cents"
        )


def test_a_pause_that_ended_is_no_longer_told() -> None:
    acts = [
        ReasonedAct("pause", ALICE, NOW, "for lunch"),
        ReasonedAct("priority", ALICE, NOW, "soon", None, 5),
    ]
    detail = RunDetail(replace(RUN, state="waiting", reason="people"), "@a", "#c", (), ())
    told = str(run_answer(detail, NOW, MENTIONED, acts).blocks)
    assert "Priority set to 5 by" in told
    assert "for lunch" not in told
    paused = replace(detail, run=replace(RUN, state="paused", reason="for lunch"))
    assert "Paused by" in str(run_answer(paused, NOW, MENTIONED, acts).blocks)


def test_a_run_shows_what_each_step_gave_literally_and_shortened() -> None:
    gave = {"build": {"image": "<!here> *a*"}, "test": "x" * 500, "none": None}
    steps = tuple(StepRecord(RUN.id, name, "succeeded", output=output) for name, output in gave.items())
    detail = RunDetail(RUN, "@a", "#c", steps, (), titles={"build": "Make it"})
    shown = next(
        block["text"]["text"]
        for block in run_answer(detail, NOW, MENTIONED).blocks
        if "Results of its steps" in str(block)
    )
    _, made, tested = shown.split("\n")
    assert made.startswith("Make it: ")
    assert "<!here>" not in made
    assert "&lt;!here&gt; *a*" in made
    assert (tested.startswith("test: "), len(tested) < 120) == (True, True)
    assert "none" not in shown


def test_a_run_that_waits_for_its_owner_says_why_its_step_failed() -> None:
    request = evolve_request(
        open_approval(ALICE, NOW, run_id=RUN.id),
        kind="failure",
        choices=("retry", "abort"),
        step="build",
        failure=Failure("E", "The disk <!here> is full"),
    )
    steps = (StepRecord(RUN.id, "build", "waiting"),)
    detail = RunDetail(RUN, "@a", "#c", steps, (request,), titles={"build": "Make it"})
    told = str(run_answer(detail, NOW, MENTIONED).blocks)
    assert "*Make it* failed: The disk &lt;!here&gt; is full." in told
    answered = replace(request, state="decided", outcome="retry", ended_at=NOW)
    later = replace(detail, requests=(answered,))
    assert "Make it* failed" not in str(run_answer(later, NOW, MENTIONED).blocks)


def test_the_last_runs_of_a_workflow_are_counted_as_their_list_shows_them() -> None:
    ended = replace(RUN, state="succeeded", ended_at=NOW)
    found = [
        replace(ended, state="failed"),
        *[ended] * 3,
        replace(ended, refusal="rejected"),
        replace(ended, refusal="expired"),
        replace(ended, reason="went on without b"),
    ]
    told = ends_line(WorkflowFacts(found), NOW)
    assert told.startswith("✅ 3 of the last 7 done · 🔴 1 failed · ⏭️ 1 rejected · ")
    assert "⏭️ 1 not answered in time · ⏭️ 1 with skipped steps" in told
