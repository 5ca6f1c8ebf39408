"""Rights to decide, as a pure function: every refusal has its own code and text."""

import itertools
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import Actor, Decision, DecisionRecord, Person, RequestRecord
from engine.kernel.requests.eligibility import may_decide
from engine.kernel.requests.quorum import decided_outcome, is_duplicate
from engine.kernel.requests.request_factory import anybody_of
from engine.model.records.records import evolve
from tests.request_records import evolve_request, make_request

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
ASKER, BOB = Actor("slack", "U1"), Actor("slack", "U2")
GROUP = frozenset({"@on-call"})
REQUEST = make_request(
    id="r",
    kind="approval",
    run_id="run",
    workflow="flow",
    step="go",
    state="open",
    version=1,
    ask="Go?",
    choices=("approve", "reject"),
    stages=(anybody_of("@on-call", "U9"),),
    self_approval=False,
    comment={"reject": "required"},
    requester=ASKER,
    opened_at=NOW,
    expires_at=NOW + timedelta(hours=1),
)


def verdict(request: RequestRecord = REQUEST, actor: Actor = BOB, **more: Any) -> tuple[str, str]:
    person = more.pop("person", Person(actor.id, "Somebody"))
    given = {field.name: more.pop(field.name) for field in fields(Decision) if field.name in more}
    arguments = {"member_of": GROUP, "now": NOW, **more}
    found = may_decide(
        request, person, decision=Decision(**{"choice": "approve", **given}), actor=actor, **arguments
    )
    return found.code, found.text


def test_a_member_of_the_group_may() -> None:
    assert verdict()[0] == "allowed"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"member_of": frozenset()}, "not_allowed", "Only @on-call or U9 can decide this"),
        ({"person": Person("U2", "B", active=False)}, "not_allowed", "Only full, active members"),
        ({"person": Person("U2", "B", is_bot=True)}, "not_allowed", "Only full, active members"),
        ({"person": Person("U2", "B", outside=True)}, "not_allowed", "Only full, active members"),
        ({"choice": "maybe"}, "bad_choice", "“maybe” is not a choice here. Choose approve or reject."),
        ({"choice": "reject"}, "comment_required", "A comment is required to reject"),
        ({"choice": "reject", "comment": "  \n"}, "comment_required", "A comment is required"),
        ({"now": NOW + timedelta(hours=1)}, "expired", "The deadline of this request has passed"),
        ({"actor": ASKER}, "self_approval", "You requested this approval"),
        (
            {"actor": Actor("cli", "root", "U2")},
            "not_allowed",
            "Decisions from the command line do not count",
        ),
    ],
)
def test_each_refusal_has_its_code_and_its_reason(change: dict[str, Any], code: str, words: str) -> None:
    found = verdict(**change)
    assert found[0] == code
    assert words in found[1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": "decided", "outcome": "approved"}, "already_decided"),
        ({"state": "expired", "outcome": "rejected"}, "expired"),
        ({"state": "withdrawn"}, "withdrawn"),
    ],
)
def test_an_ended_request_takes_no_answer(change: dict[str, Any], code: str) -> None:
    ended = replace(REQUEST, **change)
    assert verdict(ended)[0] == code
    # Even those who may not decide learn that it is over, which everybody in the channel can see.
    assert verdict(ended, member_of=frozenset())[0] == code


def made(choice: str, who: str, **more: Any) -> DecisionRecord:
    actor = Actor("slack", who)
    return DecisionRecord("r:1", "r", choice, actor, "", NOW, 0, ("@on-call",), **more)


@pytest.mark.parametrize(
    ("change", "asked", "words"),
    [
        ({"state": "decided", "outcome": "rejected"}, {}, "This request is already rejected."),
        ({"state": "decided", "outcome": "skip"}, {}, "A person already chose to skip the step."),
        ({"state": "expired", "outcome": "rejected"}, {}, "This request has expired and counts as rejected."),
        (
            {"state": "withdrawn", "superseded": "the code of release changed"},
            {},
            "a new request replaced this one. Your answer was not recorded. Decide the new request.",
        ),
        (
            {"state": "decided", "outcome": "approved", "superseded": "the output of build changed"},
            {},
            "a new request replaced this one.",
        ),
        (
            {"state": "withdrawn", "kind": "clarification"},
            {},
            "The approval that this question is about has ended.",
        ),
        ({"decisions": (made("revoke", "U3"),)}, {"choice": "revoke"}, "The approval was already revoked"),
        ({}, {"choice": "revoke"}, "This request is not approved, so there is nothing to revoke."),
        ({"decisions": (made("approve", "U2"),)}, {"choice": "reject"}, "You already approved this request"),
        (
            {"decisions": (made("approve", "U3", on_behalf="U2"),)},
            {},
            "Your delegate already answered for you",
        ),
        ({}, {"person": Person("U2", "Gus", outside=True)}, "You are a guest here, or belong to another"),
        ({}, {"person": Person("U2", "Gone", active=False)}, "Your account is deactivated."),
        ({}, {"person": Person("U2", "Robot", is_bot=True)}, "You are a bot."),
    ],
)
def test_a_refusal_says_what_is_true_of_this_request_and_this_person(
    change: dict[str, Any], asked: dict[str, Any], words: str
) -> None:
    code, text = verdict(evolve_request(REQUEST, **change), **asked)
    assert code != "allowed"
    assert words in text


def test_the_requester_may_reject_and_may_approve_with_self_approval() -> None:
    assert verdict(actor=ASKER, choice="reject", comment="no")[0] == "allowed"
    assert verdict(evolve_request(REQUEST, self_approval=True), actor=ASKER)[0] == "allowed"


def test_asking_by_command_line_in_somebodys_name_is_asking() -> None:
    asked = replace(REQUEST, requester=Actor("cli", "root", "U2"))
    assert verdict(asked)[0] == "self_approval"
    by_cli = Actor("cli", "root", "U1")
    assert verdict(actor=by_cli, cli_decides=True)[0] == "self_approval"


def test_a_schedule_that_asked_excludes_nobody() -> None:
    assert verdict(replace(REQUEST, requester=Actor("schedule", "U2")))[0] == "allowed"


def decision(number: int, choice: str, actor: Actor, minute: int) -> DecisionRecord:
    at = NOW + timedelta(minutes=minute)
    return DecisionRecord(f"r:{number}", "r", choice, actor, "", at, member_of=("@on-call",))


def test_the_earliest_answer_to_a_failure_counts_in_any_order() -> None:
    failed = evolve_request(REQUEST, kind="failure", choices=("retry", "skip", "abort"))
    made = [decision(1, "retry", BOB, 3), decision(2, "skip", ASKER, 1), decision(3, "abort", BOB, 2)]
    assert {decided_outcome(failed, order) for order in itertools.permutations(made)} == {"skip"}
    at_once = [decision(2, "abort", BOB, 1), decision(1, "retry", ASKER, 1)]
    assert {decided_outcome(failed, order) for order in itertools.permutations(at_once)} == {"retry"}
    assert decided_outcome(failed, []) is None


def test_a_rejection_counts_more_than_approvals_in_any_order() -> None:
    made = [decision(1, "approve", BOB, 1), decision(2, "reject", ASKER, 2), decision(3, "approve", BOB, 3)]
    assert decided_outcome(REQUEST, made[:1]) == "approved"
    assert {decided_outcome(REQUEST, order) for order in itertools.permutations(made)} == {"rejected"}
    assert decided_outcome(REQUEST, []) is None


def test_the_same_person_saying_the_same_again_is_a_duplicate() -> None:
    answered = evolve(REQUEST, decisions=(decision(1, "approve", BOB, 1),))
    assert is_duplicate(answered, BOB, "approve")
    assert not is_duplicate(answered, BOB, "reject")
    assert not is_duplicate(answered, ASKER, "approve")
