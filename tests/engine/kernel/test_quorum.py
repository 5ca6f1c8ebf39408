"""Several approvers, stages, vetoes: what their decisions make of a request, in any order."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine import Actor, Decision, DecisionRecord, Delegate, Person, RequestRecord
from engine.kernel.requests.eligibility import acting_capacity, may_decide, permitted_references
from engine.kernel.requests.quorum import (
    ResolvedReference,
    decided_outcome,
    decisions_for_outcome,
    stage_progress,
)
from engine.kernel.requests.quorum import open_stage as open_stage
from engine.kernel.requests.request_transitions import reassigned
from engine.model.definition.spec import QuorumSpec, StageSpec
from engine.model.records.records import evolve
from tests.request_records import evolve_request, make_request

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
ASKER = Actor("slack", "U0")
MEMBERS = {
    "@a": {"U0", "U1", "U2", "U3"},
    "@b": {"U2", "U3", "U4"},
    "@veto": {"U9"},
}  # fmt: skip
EVERYBODY = sorted({who for members in MEMBERS.values() for who in members} | {"U8"})


def request(*stages: StageSpec, **more: object) -> RequestRecord:
    values = {
        "id": "r", "kind": "approval", "run_id": "run", "workflow": "flow", "step": "go", "state": "open",
        "version": 1, "ask": "Go?", "choices": ("approve", "reject"), "stages": stages,
        "self_approval": False, "comment": {}, "requester": ASKER, "opened_at": NOW,
    }  # fmt: skip
    return make_request(**{**values, **more})


def stage_of(*quorums: tuple[str, int | str], name: str = "") -> StageSpec:
    each = tuple(QuorumSpec(approvers=(ref,), needs=needs) for ref, needs in quorums)
    return StageSpec(name=name, quorums=each)


def decide(found: RequestRecord, who: str, choice: str = "approve", at: int = 0) -> tuple[str, RequestRecord]:
    """Return the policy's verdict on that click, and the request after it."""
    member_of = {ref for ref, members in MEMBERS.items() if who in members}
    actor, now = Actor("slack", who), NOW + timedelta(seconds=at)
    verdict = may_decide(found, Person(who, who), member_of, Decision(choice), now, actor)
    if not verdict.allowed:
        return verdict.code, found
    made = DecisionRecord(
        f"r:{len(found.decisions)}", "r", choice, actor, "", now, found.stage,
        tuple(member_of & permitted_references(found, choice)),
    )  # fmt: skip
    found = evolve(found, decisions=(*found.decisions, made))
    result = decided_outcome(found, found.decisions, MEMBERS)
    if result is not None:
        return "allowed", evolve(found, state="decided", outcome=result)
    return "allowed", evolve(found, stage=open_stage(found, found.decisions, MEMBERS))


def after(found: RequestRecord, *clicks: str) -> RequestRecord:
    """`U1` approves, `-U1` rejects."""
    for number, click in enumerate(clicks):
        _, found = decide(found, click.lstrip("-"), "reject" if click[0] == "-" else "approve", number)
    return found


TWO = request(stage_of(("@a", 2)))
EACH = request(stage_of(("@a", 1), ("@b", 1)))
ALL = request(stage_of(("@a", "all")))
STAGES = request(stage_of(("@a", 1), name="team"), stage_of(("@b", 1), name="security"))


@pytest.mark.parametrize(
    ("asked", "clicks", "comes_to"),
    [
        (TWO, ["U1"], None),
        (TWO, ["U1", "U1"], None),
        (TWO, ["U1", "U0"], None),  # U0 is the requester
        (TWO, ["U1", "U2"], "approved"),
        (TWO, ["U1", "-U2"], "rejected"),
        (EACH, ["U2"], None),  # one person for one of the groups
        (EACH, ["U2", "U3"], "approved"),  # both in both: one for each
        (EACH, ["U2", "U4"], "approved"),  # U4 fits @b alone, so U2 counts for @a
        (EACH, ["U2", "U1"], "approved"),  # U1 fits @a alone, so U2 moves to @b
        (EACH, ["U1", "U1"], None),
        (ALL, ["U1", "U2"], None),
        (ALL, ["U1", "U2", "U3"], "approved"),  # all but the requester
        (STAGES, ["U4"], None),  # the second stage is not open
        (STAGES, ["U2"], None),
        (STAGES, ["U2", "U2"], None),  # nobody counts in two stages
        (STAGES, ["U2", "U4"], "approved"),
        (STAGES, ["U2", "-U3"], "rejected"),
        (evolve_request(TWO, rejections=2), ["-U1"], None),
        (evolve_request(TWO, rejections=2), ["-U1", "-U2"], "rejected"),
        (evolve_request(TWO, rejections=2), ["-U1", "U2", "U3"], "approved"),
        (evolve_request(TWO, rejections=2, veto=("@veto",)), ["-U9"], "rejected"),
        (
            evolve_request(TWO, rejections=2, veto=("@veto",)),
            ["U9", "U1"],
            None,
        ),  # a right to veto does not include a vote
        (evolve_request(TWO, self_approval=True), ["U0", "U1"], "approved"),
    ],
)
def test_clicks_of_several_approvers_come_to_the_outcome_of_the_policy(
    asked: RequestRecord, clicks: list[str], comes_to: str | None
) -> None:
    assert after(asked, *clicks).outcome == comes_to


def test_only_what_still_counts_stands_for_the_outcome() -> None:
    """Not those who approved values that were changed since, or before a revocation."""
    values = [None, None, {"replicas": 5}, None]
    clicks = ["approve", "revoke", "approve", "approve"]
    made = tuple(
        DecisionRecord(f"r:{n}", "r", choice, Actor("slack", f"U{n}"), "", NOW, 0, ("@a",), value)
        for n, (choice, value) in enumerate(zip(clicks, values, strict=True))
    )
    decided = evolve(TWO, decisions=made, state="decided", outcome="approved")
    assert [one.actor.id for one in decisions_for_outcome(decided, "approved")] == ["U2", "U3"]
    assert decisions_for_outcome(evolve(decided, state="expired"), "approved") == []


def test_everybody_of_a_group_that_is_gone_is_never_complete() -> None:
    asked = request(StageSpec(quorums=(QuorumSpec(approvers=("@a", "@gone"), needs="all"),)))
    made = tuple(
        DecisionRecord(f"r:{who}", "r", "approve", Actor("slack", who), "", NOW, 0, ("@a",))
        for who in ("U1", "U2", "U3")
    )
    assert decided_outcome(asked, made, {**MEMBERS, "@gone": set()}) == "approved"
    assert decided_outcome(asked, made, {**MEMBERS, "@gone": None}) is None


def test_a_second_answer_of_the_same_person_is_refused_in_words() -> None:
    once = after(TWO, "U1")
    person = Person("U1", "Bob")
    verdict = may_decide(once, person, {"@a"}, Decision("reject"), NOW, Actor("slack", "U1"))
    assert (verdict.code, verdict.text) == (
        "already_answered",
        "You already approved this request, and each person counts once. Another approver must answer.",
    )


@given(st.data())
def test_the_order_of_the_same_approvals_does_not_matter(data: st.DataObject) -> None:
    quorums = data.draw(
        st.lists(st.tuples(st.sampled_from(["@a", "@b"]), st.integers(1, 3)), min_size=1, max_size=3)
    )
    asked = request(stage_of(*quorums), self_approval=True)
    people = data.draw(st.lists(st.sampled_from(EVERYBODY), unique=True, max_size=5))
    made = [
        DecisionRecord(f"r:{who}", "r", "approve", Actor("slack", who), "", NOW, 0, refs)
        for who in people
        if (refs := tuple(ref for ref in ("@a", "@b") if who in MEMBERS[ref]))
    ]
    results = {decided_outcome(asked, order, MEMBERS) for order in itertools.permutations(made)}
    assert len(results) == 1
    # And it is approved exactly where some assignment of people to places fills them all.
    places = [ref for ref, needs in quorums for _ in range(needs)]
    fillable = any(
        all(place in made_.member_of for place, made_ in zip(places, order, strict=True))
        for order in itertools.permutations(made, len(places))
    )
    assert results == ({"approved"} if fillable else {None})


NEEDS = st.sampled_from([1, 2, "all"])


def test_a_reassigned_approver_may_decide_at_once() -> None:
    """Also before the request is read again from its row."""
    assert permitted_references(TWO, "approve") == {"@a"}
    assert permitted_references(reassigned(TWO, "@b", lambda _: True), "approve") == {"@b"}


class People(RuleBasedStateMachine):
    """Anybody clicks anything, at any time, twice, late; people come and go."""

    @initialize(
        groups=st.lists(
            st.lists(st.tuples(st.sampled_from(["@a", "@b"]), NEEDS), min_size=1, max_size=2),
            min_size=1,
            max_size=3,
        ),
        rejections=st.integers(1, 2),
        veto=st.sampled_from([(), ("@veto",)]),
    )
    def begin(
        self, groups: list[list[tuple[str, int | str]]], rejections: int, veto: tuple[str, ...]
    ) -> None:
        stages = [stage_of(*each, name=str(number)) for number, each in enumerate(groups)]
        self.request = request(
            *stages, rejections=rejections, veto=veto, expires_at=NOW + timedelta(seconds=60)
        )
        self.members = {ref: set(members) for ref, members in MEMBERS.items()}
        self.now = 0
        self.ended: tuple[str | None, tuple[DecisionRecord, ...]] | None = None
        self.stood_in: set[tuple[str, str]] = set()

    @rule(
        who=st.sampled_from(EVERYBODY), choice=st.sampled_from(["approve", "reject"]), times=st.integers(1, 3)
    )
    def click(self, who: str, choice: str, times: int) -> None:
        before = self.request
        for _ in range(times):
            actor, now = Actor("slack", who), NOW + timedelta(seconds=self.now)
            away = [one.away for one in self.request.people.delegates if one.to == who and now < one.until]
            others = {other: self.refs_of(other) for other in away}
            on_behalf, member_of = acting_capacity(self.request, choice, self.refs_of(who), others)
            verdict = may_decide(self.request, Person(who, who), member_of, Decision(choice), now, actor)
            if not verdict.allowed:
                continue
            asked = self.request
            made = DecisionRecord(
                f"r:{len(asked.decisions):02}", "r", choice, actor, "", now, asked.stage,
                tuple(sorted(member_of & permitted_references(asked, choice))), on_behalf=on_behalf,
            )  # fmt: skip
            asked = evolve(asked, decisions=(*asked.decisions, made))
            result = decided_outcome(asked, asked.decisions, self.able)
            state = {"state": "decided", "outcome": result} if result else {}
            stage = open_stage(asked, asked.decisions, self.able)
            self.request = evolve(asked, stage=min(stage, len(asked.policy.stages) - 1), **state)
            self.at_last = self.able
        assert len(self.request.decisions) - len(before.decisions) <= 1, "one person counted twice"
        assert self.request.decisions[: len(before.decisions)] == before.decisions, "a decision was lost"

    @property
    def able(self) -> dict[str, set[str]]:
        return {ref: set(members) for ref, members in self.members.items()}

    @property
    def resolved(self) -> dict[str, ResolvedReference]:
        return {ref: ResolvedReference(able) for ref, able in self.able.items()}

    def refs_of(self, who: str) -> set[str]:
        return {ref for ref, members in self.members.items() if who in members}

    @rule(who=st.sampled_from(EVERYBODY), to=st.sampled_from(EVERYBODY), seconds=st.integers(1, 60))
    def go_away(self, who: str, to: str, seconds: int) -> None:
        if who != to and self.request.state == "open":
            others = [one for one in self.request.people.delegates if one.away != who]
            until = NOW + timedelta(seconds=self.now + seconds)
            self.request = evolve_request(self.request, delegates=(*others, Delegate(who, to, until)))
            self.stood_in.add((who, to))

    @rule(who=st.sampled_from(EVERYBODY))
    def come_back(self, who: str) -> None:
        if self.request.state == "open":
            here = tuple(one for one in self.request.people.delegates if one.away != who)
            self.request = evolve_request(self.request, delegates=here)

    @rule(who=st.sampled_from(EVERYBODY), ref=st.sampled_from(["@a", "@b", "@veto"]))
    def come_or_go(self, who: str, ref: str) -> None:
        self.members[ref] ^= {who}

    @rule(seconds=st.sampled_from([1, 30, 61]))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @invariant()
    def an_outcome_has_its_quorum_and_stays(self) -> None:
        if not hasattr(self, "request"):
            return
        asked = self.request
        if self.ended is not None:
            assert (asked.outcome, asked.decisions) == self.ended
        if asked.state != "decided":
            assert decided_outcome(asked, asked.decisions, self.able) is None
            return
        self.ended = (asked.outcome, asked.decisions)
        people = [made.actor.id for made in asked.decisions]
        spoken_for = people + [made.on_behalf for made in asked.decisions if made.on_behalf]
        assert len(spoken_for) == len(set(spoken_for)), "somebody counts twice"
        for made in asked.decisions:
            if made.on_behalf:
                assert (made.on_behalf, made.actor.id) in self.stood_in
                assert (made.choice, made.on_behalf) != ("approve", "U0"), "approved for the requester"
        rejected = [made for made in asked.decisions if made.choice == "reject"]
        vetoed = [made for made in rejected if set(made.member_of) & set(asked.policy.veto)]
        if asked.outcome == "rejected":
            assert vetoed or len(rejected) >= asked.policy.rejections
            return
        assert "U0" not in people or all(
            made.choice == "reject" for made in rejected if made.actor.id == "U0"
        )
        for number in range(len(asked.policy.stages)):
            places = stage_progress(asked, asked.decisions, number, self.at_last)
            assert all(place.complete for place in places)
            counted = [who for place in places for who in place.by]
            assert len(counted) == len(set(counted))
            for place in places:
                if place.quorum.needs == "all":
                    self.everybody_has_agreed(place.quorum, number)

    def everybody_has_agreed(self, quorum: QuorumSpec, number: int) -> None:
        """Each member agreed in person or through a delegate; the requester is not asked."""
        (ref,) = quorum.approvers
        approvals = [one for one in self.request.decisions if one.choice == "approve" and one.stage == number]
        agreed = {one.actor.id for one in approvals} | {one.on_behalf for one in approvals}
        stood_in = {one.away for one in self.request.people.delegates if one.to in agreed}
        spoken = {one.actor.id for one in self.request.decisions}
        assert self.at_last[ref] - {"U0"} <= agreed | (stood_in - spoken), (ref, agreed)


TestPeople = People.TestCase
