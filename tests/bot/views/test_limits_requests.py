"""Every kind of question in every state, with stages, forms and escalations, and every line about one:
Slack takes what is shown, and nothing in it is markup of theirs."""

from dataclasses import replace
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from bot.views import command_replies
from bot.views.button_values import ButtonValue
from bot.views.direct_messages import outcome_message
from bot.views.forms import form, modals
from bot.views.home import home_view
from bot.views.message import Message
from bot.views.requests import details
from bot.views.requests.altered import marked_message
from bot.views.requests.approval import approval_message
from bot.views.requests.failure import failure_message
from bot.views.requests.failure_card import card_message
from bot.views.requests.question import question_message
from bot.views.runs import thread
from bot.views.runs.run import run_message
from bot.views.runs.thread import thread_line
from engine import Actor, FailureCard, GrantUse, RequestRecord, RunDetail
from engine.model.definition.spec import EscalationSpec, FormSpec, QuorumSpec, StageSpec
from engine.model.records.request_parts import Handover, StepFailure
from tests.bot.views.test_limits import (
    NAMES,
    NOW,
    actors,
    decisions,
    fits,
    found_details,
    maybe,
    moments,
    names,
    quick,
    refs,
    requests,
    schemas,
    texts,
    values,
    view_fits,
)
from tests.request_records import evolve_request, open_approval, waiting_page

CHOICES = {
    "approval": ("approve", "reject"),
    "failure": ("retry", "reroute", "accept", "skip", "abort"),
    "clarification": ("answer",),
}
OUTCOMES = {
    "approval": ["approved", "rejected", "expired"],
    "failure": ["retry", "reroute", "accept", "skip", "abort"],
    "clarification": ["answered"],
}
quorums = st.builds(
    QuorumSpec,
    approvers=st.lists(refs, min_size=1, max_size=8).map(tuple),
    needs=st.integers(1, 5) | st.just("all"),
    former=st.lists(refs, max_size=2).map(tuple),
    missing=st.lists(texts, max_size=2).map(tuple),
)
stages = st.lists(
    st.builds(StageSpec, name=texts, quorums=st.lists(quorums, min_size=1, max_size=3).map(tuple)),
    min_size=1,
    max_size=3,
).map(tuple)
escalations = st.lists(
    st.builds(
        EscalationSpec,
        after=st.floats(1, 1e6),
        to=st.lists(st.sampled_from(["@on-call", "#leads", "U02BOB"]), min_size=1, max_size=3).map(tuple),
        replace=st.booleans(),
    ),
    max_size=3,
).map(tuple)

handovers = st.builds(
    Handover, by=actors, to=refs, before=st.lists(refs, min_size=1, max_size=3).map(tuple), at=moments
)


@st.composite
def any_requests(draw: st.DrawFn) -> RequestRecord:
    """A question of any kind in any state that this kind can be in."""
    kind = draw(st.sampled_from(list(CHOICES)))
    states = ["open", "decided", "expired", "withdrawn", *(["held"] if kind == "approval" else [])]
    state, asked = draw(st.sampled_from(states)), draw(stages)
    schema = draw(schemas) if kind == "approval" else None
    given_value = {name: draw(values) for name in schema["properties"]} if schema else None
    brought = draw(escalations)
    return evolve_request(
        draw(requests()),
        kind=kind,
        state=state,
        choices=CHOICES[kind],
        outcome=draw(st.sampled_from(OUTCOMES[kind])) if state in ("decided", "expired", "held") else None,
        ended_at=None if state == "open" else NOW,
        effective_at=NOW if state == "held" else None,
        revocable_for=60.0 if state == "held" else None,
        stages=asked,
        stage=draw(st.integers(0, len(asked) - 1)),
        escalations=brought,
        escalated=draw(st.integers(0, len(brought))),
        form=FormSpec(fields=schema) if schema else None,
        value=draw(st.none() | st.just(given_value)) if schema else None,
        proposed=draw(st.none() | st.just(given_value)) if schema else None,
        risk=draw(st.sampled_from(["low", "normal", "high"])),
        confirm=draw(texts) if kind == "approval" else "",
        one_time_code=draw(st.booleans()) if kind == "approval" else False,
        about=draw(names) if kind == "clarification" else "",
        clarifications=draw(st.integers(0, 3)),
        paused_since=draw(maybe) if kind == "approval" else None,
        handovers=tuple(draw(st.lists(handovers, max_size=4))),
        superseded=draw(texts) if state in ("decided", "withdrawn") else "",
        altered=draw(texts),
        rejections=draw(st.integers(1, 3)),
        veto=tuple(draw(st.lists(refs, max_size=2))),
        decisions=tuple(draw(st.lists(decisions, max_size=3))),
    )


def shown(request: RequestRecord, detail: RunDetail) -> Message:
    match request.kind:
        case "failure":
            return failure_message(request, detail, NAMES, NOW)
        case "clarification":
            return question_message(request, detail, NAMES, NOW)
    return approval_message(request, detail, NAMES, NOW)


@pytest.mark.long
@quick
@given(any_requests(), found_details)
def test_every_question_in_every_state_is_taken_by_slack(request: RequestRecord, detail: RunDetail) -> None:
    detail = replace(detail, requests=(request, *detail.requests))
    fits(shown(request, detail))
    fits(marked_message(shown(request, detail), request.altered))
    fits(outcome_message(request, detail, NAMES, NOW))
    fits(run_message(detail, NAMES, NOW))
    fits(run_message(detail, NAMES, NOW, plan=False))
    fits(command_replies.approvals_answer(waiting_page([request] * 12), NOW))
    view_fits(details.request_details(request, detail, NOW, NAMES, [request]))
    view_fits(details.run_details(detail, NOW, NAMES))
    view_fits(home_view(waiting_page([request] * 20), [detail.run], [], NOW, "/workflow"), "home")


@quick
@given(any_requests(), texts)
def test_every_window_about_a_question_is_taken_by_slack(request: RequestRecord, who: str) -> None:
    for choice in (*request.policy.choices, "revoke"):
        view_fits(modals.reason_modal(request, ButtonValue(request.id, choice)))
        view_fits(modals.confirm_modal(request, ButtonValue(request.id, choice)))
    view_fits(modals.ask_modal(request, who))
    view_fits(modals.together_modal([replace(request, id=f"{request.id}{n}") for n in range(30)], NOW))
    if request.form is not None:
        view_fits(form.approve_modal(request))


GRANT = {"grant": "0" * 8, "uses": 20, "used": 3, "until": NOW.isoformat()}
line_data = st.fixed_dictionaries(
    {
        "choice": st.sampled_from([*CHOICES["approval"], *CHOICES["failure"], "answer", "revoke", "other"]),
        "attempt": st.integers(1, 30), "log": st.lists(texts, max_size=40), "comment": texts, "reason": texts,
        "failure": st.fixed_dictionaries({"kind": texts, "message": texts}), "by": names,
        "to": st.lists(refs, min_size=1, max_size=3), "replace": st.booleans(),
        "next_attempt_at": moments.map(str),
    },
    optional={
        "on_behalf": names, "missing": st.lists(texts, min_size=1, max_size=8), "unanswerable": st.booleans(),
        "risk": st.just("high"), "before": st.lists(refs, max_size=3), "owner": refs, "why": texts,
        "of": st.lists(refs, max_size=3),
        "people": st.lists(st.tuples(names, names, st.lists(refs, min_size=1, max_size=3)), min_size=1),
    },
)  # fmt: skip


@pytest.mark.long
@quick
@given(
    request=any_requests(), detail=found_details, data=line_data, actor=actors,
    changes=st.dictionaries(texts, st.tuples(values, values), max_size=25),
)  # fmt: skip
def test_every_line_in_a_thread_is_taken_by_slack(
    request: RequestRecord, detail: RunDetail, data: dict[str, Any], actor: Actor, changes: dict[str, Any]
) -> None:
    detail = replace(detail, requests=(request, *detail.requests))
    delegates = [[one.away, one.to, one.until.isoformat()] for one in request.people.delegates]
    for kind in thread._LINES:  # making up the rest takes a hundred times as long as one line
        note(kind)
        changed = list(changes) if kind == "request.outdated" else changes
        told = {**data, "changes": changed, "stage": request.stage, "stand_ins": delegates}
        if kind.startswith("grant."):
            told |= {"why": data["reason"], **GRANT, "approved": request.id}
        elif kind.startswith("break_glass."):
            told |= {"request": request.id, "gate": request.workflow, "problem": data["reason"]}
            told |= {"reviewers": [data["by"]] * 3, "verdict": data["reason"], "comment": data["reason"]}
        elif kind == "request.decision" and data["replace"]:
            told["grant"] = GrantUse("0" * 8, data["by"], request.id, 2, 20, NOW).as_json()
        event = {
            "seq": 1, "type": kind, "at": NOW.isoformat(), "actor": [actor.source, actor.id, actor.as_user],
            "workflow": "w", "step": request.step, "request_id": request.id, "subject": request.id,
            "data": told,
        }  # fmt: skip
        line = thread_line(event, detail, NAMES, NOW)
        fits(line)
        fits(marked_message(line, request.altered) if line else None)


@pytest.mark.long
@quick
@given(
    st.lists(any_requests(), min_size=1, max_size=3), st.integers(1, 12), found_details,
    st.integers(0, 100_000), names, texts,
)  # fmt: skip
def test_every_card_of_a_failure_is_taken_by_slack(
    kinds: list[RequestRecord], runs: int, detail: RunDetail, count: int, recovered: str, outcome: str
) -> None:
    waiting = [
        evolve_request(request, id=f"{request.id}{number}")
        for number, request in zip(range(runs), cycle(kinds), strict=False)
    ]
    card = FailureCard(
        waiting[0],
        tuple(waiting),
        count,
        count + 2,
        last_failed_at=NOW,
        outcomes={outcome: 2, "abort": 1},
        recovered_run=recovered,
        recovered_at=NOW,
    )
    fits(card_message(card, detail, NAMES, NOW))


@pytest.mark.long
@pytest.mark.parametrize("runs", [1, 10, 25])
@quick
@given(found_details, st.sampled_from(["x" * 5_000, "<&>" * 2_000, "\u200b" * 2_000, "a b\n" * 2_000]))
def test_a_card_with_long_errors_and_inputs_is_taken_by_slack(
    runs: int, detail: RunDetail, text: str
) -> None:
    request = open_approval(
        Actor("slack", "U01ALICE"), NOW, kind="failure", choices=CHOICES["failure"],
        failure=StepFailure(text, text, attempts=3),
    )  # fmt: skip
    waiting = tuple(evolve_request(request, id=f"q{n}", run_id=f"{n}{text[:200]}") for n in range(runs))
    inputs = {each.run_id: {f"{n}": text for n in range(9)} for each in waiting}
    card = FailureCard(waiting[0], waiting, runs, runs + 1, inputs=inputs, readable=frozenset(inputs))
    fits(card_message(card, detail, NAMES, NOW))
    view_fits(details.request_details(card.leader, detail, NOW, NAMES, card=card))
