"""Several approvers, stages, vetoes: what their decisions make of a request, in any order."""

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine import (
    Actor,
    DecisionRecord,
    Escalate,
    Hours,
    Outcome,
    Person,
    RequestRecord,
    SignoffError,
    Stage,
    StaticPeople,
    Workflow,
)
from engine.policy import made_it, may, may_decide, outcome, progress
from engine.policy import stage as open_stage
from engine.records import evolve
from engine.spec import QuorumSpec, StageSpec
from engine.testing import Bench
from engine.transitions import handed_on

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
    return RequestRecord(**{**values, **more})


def stage_of(*quorums: tuple[str, int | str], name: str = "") -> StageSpec:
    each = tuple(QuorumSpec(approvers=(ref,), needs=needs) for ref, needs in quorums)
    return StageSpec(name=name, quorums=each)


def decide(found: RequestRecord, who: str, choice: str = "approve", at: int = 0) -> tuple[str, RequestRecord]:
    """What the policy says to that click, and the request after it."""
    member_of = {ref for ref, members in MEMBERS.items() if who in members}
    actor, now = Actor("slack", who), NOW + timedelta(seconds=at)
    verdict = may_decide(found, Person(who, who), member_of, choice, "", now, actor)
    if not verdict.allowed:
        return verdict.code, found
    made = DecisionRecord(
        f"r:{len(found.decisions)}", "r", choice, actor, "", now, found.stage,
        tuple(member_of & may(found, choice)),
    )  # fmt: skip
    found = evolve(found, decisions=(*found.decisions, made))
    result = outcome(found, found.decisions, MEMBERS)
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
        (TWO, ["U1", "U0"], None),  # whoever asked
        (TWO, ["U1", "U2"], "approved"),
        (TWO, ["U1", "-U2"], "rejected"),
        (EACH, ["U2"], None),  # one person for one of the groups
        (EACH, ["U2", "U3"], "approved"),  # both in both: one for each
        (EACH, ["U2", "U4"], "approved"),  # U4 fits @b alone, so U2 counts for @a
        (EACH, ["U2", "U1"], "approved"),  # U1 fits @a alone, so U2 moves to @b
        (EACH, ["U1", "U1"], None),
        (ALL, ["U1", "U2"], None),
        (ALL, ["U1", "U2", "U3"], "approved"),  # all but whoever asked
        (STAGES, ["U4"], None),  # the second stage is not open
        (STAGES, ["U2"], None),
        (STAGES, ["U2", "U2"], None),  # nobody counts in two stages
        (STAGES, ["U2", "U4"], "approved"),
        (STAGES, ["U2", "-U3"], "rejected"),
        (evolve(TWO, rejections=2), ["-U1"], None),
        (evolve(TWO, rejections=2), ["-U1", "-U2"], "rejected"),
        (evolve(TWO, rejections=2), ["-U1", "U2", "U3"], "approved"),
        (evolve(TWO, rejections=2, veto=("@veto",)), ["-U9"], "rejected"),
        (evolve(TWO, rejections=2, veto=("@veto",)), ["U9", "U1"], None),  # a veto is no vote
        (evolve(TWO, self_approval=True), ["U0", "U1"], "approved"),
    ],
)
def test_what_clicks_come_to(asked: RequestRecord, clicks: list[str], comes_to: str | None) -> None:
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
    assert [one.actor.id for one in made_it(decided, "approved")] == ["U2", "U3"]
    assert made_it(evolve(decided, state="expired"), "approved") == []


def test_everybody_of_a_group_that_is_gone_is_never_complete() -> None:
    asked = request(StageSpec(quorums=(QuorumSpec(approvers=("@a", "@gone"), needs="all"),)))
    made = tuple(
        DecisionRecord(f"r:{who}", "r", "approve", Actor("slack", who), "", NOW, 0, ("@a",))
        for who in ("U1", "U2", "U3")
    )
    assert outcome(asked, made, {**MEMBERS, "@gone": set()}) == "approved"
    assert outcome(asked, made, {**MEMBERS, "@gone": None}) is None


def test_a_second_answer_of_the_same_person_is_refused_in_words() -> None:
    once = after(TWO, "U1")
    person = Person("U1", "Bob")
    verdict = may_decide(once, person, {"@a"}, "reject", "", NOW, Actor("slack", "U1"))
    assert (verdict.code, verdict.text) == (
        "already_answered",
        "You have answered this already, and one person counts once. Somebody else has to go on.",
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
    results = {outcome(asked, order, MEMBERS) for order in itertools.permutations(made)}
    assert len(results) == 1
    # And it is approved exactly where some assignment of people to places fills them all.
    places = [ref for ref, needs in quorums for _ in range(needs)]
    fillable = any(
        all(place in made_.member_of for place, made_ in zip(places, order, strict=True))
        for order in itertools.permutations(made, len(places))
    )
    assert results == ({"approved"} if fillable else {None})


TIMES = st.integers(1, 3)


class People(RuleBasedStateMachine):
    """Anybody clicks anything, at any time, twice, late; people come and go."""

    @initialize(
        groups=st.lists(
            st.lists(st.tuples(st.sampled_from(["@a", "@b"]), st.integers(1, 2)), min_size=1, max_size=2),
            min_size=1,
            max_size=3,
        ),
        rejections=st.integers(1, 2),
        veto=st.sampled_from([(), ("@veto",)]),
    )
    def begin(self, groups: list, rejections: int, veto: tuple[str, ...]) -> None:
        stages = [stage_of(*each, name=str(number)) for number, each in enumerate(groups)]
        self.request = request(
            *stages, rejections=rejections, veto=veto, expires_at=NOW + timedelta(seconds=60)
        )
        self.members = {ref: set(members) for ref, members in MEMBERS.items()}
        self.now, self.ended = 0, None

    @rule(
        who=st.sampled_from(EVERYBODY), choice=st.sampled_from(["approve", "reject"]), times=st.integers(1, 3)
    )
    def click(self, who: str, choice: str, times: int) -> None:
        before = self.request
        for _ in range(times):
            member_of = {ref for ref, members in self.members.items() if who in members}
            actor, now = Actor("slack", who), NOW + timedelta(seconds=self.now)
            verdict = may_decide(self.request, Person(who, who), member_of, choice, "", now, actor)
            if not verdict.allowed:
                continue
            asked = self.request
            made = DecisionRecord(
                f"r:{len(asked.decisions):02}", "r", choice, actor, "", now, asked.stage,
                tuple(sorted(member_of & may(asked, choice))),
            )  # fmt: skip
            asked = evolve(asked, decisions=(*asked.decisions, made))
            result = outcome(asked, asked.decisions)
            state = {"state": "decided", "outcome": result} if result else {}
            self.request = evolve(
                asked, stage=min(open_stage(asked, asked.decisions), len(asked.stages) - 1), **state
            )
        assert len(self.request.decisions) - len(before.decisions) <= 1, "one person counted twice"
        assert self.request.decisions[: len(before.decisions)] == before.decisions, "a decision was lost"

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
            assert outcome(asked, asked.decisions) is None
            return
        self.ended = (asked.outcome, asked.decisions)
        people = [made.actor.id for made in asked.decisions]
        assert len(people) == len(set(people))
        rejected = [made for made in asked.decisions if made.choice == "reject"]
        vetoed = [made for made in rejected if set(made.member_of) & set(asked.veto)]
        if asked.outcome == "rejected":
            assert vetoed or len(rejected) >= asked.rejections
            return
        assert "U0" not in people or all(
            made.choice == "reject" for made in rejected if made.actor.id == "U0"
        )
        for number in range(len(asked.stages)):
            places = progress(asked, asked.decisions, number)
            assert all(place.complete for place in places)
            counted = [who for place in places for who in place.by]
            assert len(counted) == len(set(counted))


TestPeople = People.TestCase


# On the engine

CROWD = StaticPeople(
    groups={
        "crowd": [f"U{number}" for number in range(1, 21)],
        "dev": ["U1", "U2"],
        "security": ["U2", "U3"],
        "leads": ["U7"],
        "#war-room": ["U8"],
        "owners": ["U9"],
        "others": ["U40"],
    }
)


def flow(**policy: object) -> Workflow:
    found = Workflow("flow", owner="@owners")
    go = found.approval("go", ask="Go?", **{"expires": "3d", **policy})

    @found.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return " ".join(go.by)

    return found


async def test_twenty_people_at_once_count_exactly() -> None:
    async with Bench(flow(approvers=["@crowd"], quorum=12), people=CROWD) as bench:
        run = await bench.start("flow", as_user="U40")
        (asked,) = await bench.requests()
        answers = await asyncio.gather(
            *(bench.engine.decide(asked.id, "approve", actor=Actor("slack", f"U{n}")) for n in range(1, 21))
        )
        await bench.run_until_idle()
        codes = [answer.code for answer in answers]
        assert (codes.count("recorded"), codes.count("decided"), codes.count("already_decided")) == (11, 1, 8)
        detail = await bench.state(run)
        assert len(detail.requests[0].decisions) == 12
        assert len((await bench.output(run, "act")).split()) == 12


async def test_stages_follow_each_other_and_say_so() -> None:
    stages = [Stage("team", ["@dev"]), Stage("security", ["@security"])]
    async with Bench(flow(stages=stages), people=CROWD) as bench:
        run = await bench.start("flow", as_user="U40")
        assert (await bench.decide("go", "approve", as_user="U3")).code == "not_allowed"
        assert (await bench.decide("go", "approve", as_user="U2")).code == "recorded"
        assert (await bench.decide("go", "approve", as_user="U2")).code == "duplicate"
        assert (await bench.decide("go", "approve", as_user="U1")).code == "not_allowed"
        assert (await bench.decide("go", "approve", as_user="U3")).code == "decided"
        assert await bench.output(run, "act") == "U2 U3"
        events = [
            event for event in await bench.engine.events.of_run(run.id) if event.type == "request.stage"
        ]
        assert [event.data["name"] for event in events] == ["security"]


async def test_who_approves_can_come_from_an_earlier_step() -> None:
    found = Workflow("flow", owner="@owners")

    @found.step
    async def owners() -> dict[str, list[str]]:
        return {"of_service": ["U5", "@dev", "nobody in particular"]}

    found.approval("go", ask="Go?", approvers=["{owners.of_service}"], expires="1h", after=[owners])
    async with Bench(found, people=CROWD) as bench:
        await bench.start("flow")
        (asked,) = await bench.requests()
        assert asked.approvers == ("U5", "@dev")
        assert (await bench.decide("go", "approve", as_user="U5")).accepted


async def test_where_the_earlier_step_names_nobody_the_owner_is_asked() -> None:
    found = Workflow("flow", owner="@owners")

    @found.step
    async def owner_of() -> str:
        return ""

    found.approval("go", ask="Go?", approvers=["{owner_of}"], expires="1h", after=[owner_of])
    async with Bench(found, people=CROWD) as bench:
        await bench.start("flow")
        (asked,) = await bench.requests()
        assert asked.approvers == ("@owners",)


async def test_it_is_brought_to_others_over_a_weekend() -> None:
    office = Hours("09:00", "17:00", tz="Europe/Berlin")
    chain = [Escalate(after="8h", to="@leads"), Escalate(after="16h", to="#war-room", replace=True)]
    asked = flow(approvers=["@dev"], hours=office, escalate=chain, expires="24h", on_expiry="reject")
    # Friday, four in the afternoon in Berlin.
    async with Bench(asked, people=CROWD, at="2026-11-20T15:00:00+00:00") as bench:
        run = await bench.start("flow", as_user="U40")
        (request,) = await bench.requests()
        assert request.expires_at == datetime(2026, 11, 25, 15, tzinfo=UTC)

        await bench.advance("2d")  # Sunday: nothing has happened
        assert (await bench.requests())[0].approvers == ("@dev",)
        await bench.advance("1d")  # Monday at four: a day of working time is over
        assert (await bench.requests())[0].approvers == ("@dev", "@leads")
        await bench.advance("1d")
        (request,) = await bench.requests()
        assert request.approvers == ("#war-room",)
        assert request.further_channels == ("#war-room",)
        assert (await bench.decide("go", "approve", as_user="U1")).code == "not_allowed"
        await bench.advance("1d")
        detail = await bench.state(run)
        assert (detail.requests[0].state, detail.requests[0].outcome) == ("expired", "rejected")
        assert await bench.engine.next_due() is None


async def test_an_approval_can_be_taken_back_before_it_takes_effect() -> None:
    async with Bench(flow(approvers=["@dev"], undo="5m", expires="1h"), people=CROWD) as bench:
        run = await bench.start("flow", as_user="U40")
        assert (await bench.decide("go", "revoke", as_user="U2")).code == "bad_choice"
        answer = await bench.decide("go", "approve", as_user="U1")
        assert (answer.code, answer.request.state) == ("decided", "held")
        request = answer.request.id
        assert (await bench.state(run)).run.state == "waiting"
        assert (await bench.decide(request, "approve", as_user="U2")).code == "already_decided"
        assert (await bench.decide(request, "revoke", as_user="U3")).code == "not_allowed"
        await bench.advance("4m")
        assert (await bench.decide(request, "revoke", as_user="U2")).code == "decided"
        # Nobody's earlier answer counts any more, and the old end still holds.
        await bench.advance("10m")
        assert (await bench.step(run, "act")).state == "pending"
        assert (await bench.decide(request, "approve", as_user="U1")).code == "decided"
        await bench.advance("5m")
        assert (await bench.decide(request, "revoke", as_user="U2")).code == "already_decided"
        assert await bench.output(run, "act") == "U1"
        assert await bench.engine.next_due() is None


async def test_an_approval_that_was_taken_back_still_expires() -> None:
    async with Bench(flow(approvers=["@dev"], undo="5m", expires="1h"), people=CROWD) as bench:
        run = await bench.start("flow", as_user="U40")
        await bench.advance("58m")
        request = (await bench.decide("go", "approve", as_user="U1")).request.id
        await bench.advance("4m")  # held over the end: it was answered in time
        assert (await bench.decide(request, "revoke", as_user="U2")).code == "decided"
        await bench.advance("1s")
        assert (await bench.state(run)).requests[0].outcome == "expired"
        assert (await bench.step(run, "act")).state == "skipped"


async def test_cancelling_withdraws_an_approval_that_has_not_taken_effect() -> None:
    async with Bench(flow(approvers=["@dev"], undo="5m"), people=CROWD) as bench:
        run = await bench.start("flow", as_user="U40")
        await bench.decide("go", "approve", as_user="U1")
        await bench.engine.cancel(run.id, actor=Actor("slack", "U40"))
        await bench.advance("1h")
        detail = await bench.state(run)
        assert (detail.run.state, detail.requests[0].state) == ("cancelled", "withdrawn")
        assert await bench.engine.next_due() is None


async def test_only_what_is_of_low_risk_is_approved_together() -> None:
    low, high = flow(approvers=["@dev"], risk="low"), flow(approvers=["@dev"], risk="high")
    high.options = replace(high.options, name="high")
    async with Bench(low, high, people=CROWD) as bench:
        for name in ("flow", "flow", "high"):
            await bench.start(name, as_user="U40")
        ids = [one.id for one in await bench.requests()]
        answers = await bench.engine.approve_together([*ids, "unknown"], actor=Actor("slack", "U1"))
        assert [answer.code for answer in answers] == ["decided", "decided", "not_allowed", "unknown"]
        assert [one.workflow for one in await bench.requests()] == ["high"]
        again = await bench.engine.approve_together(ids[:1], actor=Actor("slack", "U2"))
        assert [answer.code for answer in again] == ["already_decided"]


def test_whoever_is_asked_later_may_at_once() -> None:
    """Not only once the request was read anew from its row."""
    assert may(TWO, "approve") == {"@a"}
    assert may(handed_on(TWO, "@b", None), "approve") == {"@b"}


async def test_a_question_is_handed_to_somebody_else() -> None:
    async with Bench(flow(approvers=["@dev"]), people=CROWD) as bench:
        run = await bench.start("flow", as_user="U40")
        (asked,) = await bench.requests()
        for who, to, error in (
            ("U3", "U3", "Only @dev, @owners may hand this on."),
            ("U1", "U40", "U40 alone could not complete it"),
            ("U1", "@nobody", "@nobody names nobody who can decide."),
            ("U1", "Bob", "Bob names nobody who can decide."),
        ):
            with pytest.raises(SignoffError, match=error):
                await bench.engine.reassign(asked.id, to, actor=Actor("slack", who))
        assert (await bench.engine.reassign(asked.id, "U3", actor=Actor("slack", "U1"))).approvers == ("U3",)
        assert (await bench.decide("go", "approve", as_user="U2")).code == "not_allowed"
        assert (await bench.engine.reassign(asked.id, "@leads", actor=Actor("slack", "U9"))).approvers == (
            "@leads",
        )
        assert (await bench.decide("go", "approve", as_user="U7")).code == "decided"
        with pytest.raises(SignoffError, match="waits for nobody any more"):
            await bench.engine.reassign(asked.id, "U3", actor=Actor("slack", "U1"))
        events = await bench.engine.events.of_run(run.id)
        assert [one.data["to"] for one in events if one.type == "request.reassigned"] == ["U3", "@leads"]


async def test_a_question_for_two_is_handed_on_by_its_owner_alone() -> None:
    """An approver who could replace the others would make a quorum of one."""
    async with Bench(flow(approvers=["@crowd"], quorum=2), people=CROWD) as bench:
        await bench.start("flow", as_user="U40")
        (asked,) = await bench.requests()
        owner, approver = Actor("slack", "U9"), Actor("slack", "U7")
        assert handed_on(asked, "U3", {"@crowd"}).stages == asked.stages
        with pytest.raises(SignoffError, match="U3 alone could not complete it"):
            await bench.engine.reassign(asked.id, "U3", actor=owner)
        with pytest.raises(SignoffError, match="It needs several answers, so only @owners"):
            await bench.engine.reassign(asked.id, "U3", actor=approver)
        await bench.decide("go", "approve", as_user="U1")
        handed = await bench.engine.reassign(asked.id, "U3", actor=owner)
        assert handed.approvers == ("U3",)
        # What was answered before it was handed on counts.
        assert (await bench.decide("go", "approve", as_user="U3")).code == "decided"


async def test_an_approver_hands_on_their_own_place_and_no_other() -> None:
    asked = flow(quorum={"@dev": 1, "@leads": 1})
    async with Bench(asked, people=CROWD) as bench:
        await bench.start("flow", as_user="U40")
        (request,) = await bench.requests()
        handed = await bench.engine.reassign(request.id, "U3", actor=Actor("slack", "U1"))
        assert handed.approvers == ("U3", "@leads")
        await bench.decide("go", "approve", as_user="U3")
        assert (await bench.requests())[0].outcome is None
        assert (await bench.decide("go", "approve", as_user="U7")).code == "decided"


async def test_what_has_to_be_typed_is_typed() -> None:
    async with Bench(flow(approvers=["@dev"], confirm="flow", risk="low"), people=CROWD) as bench:
        await bench.start("flow", as_user="U40")
        (asked,) = await bench.requests()
        assert not asked.together
        for typed in ("", "flaw"):
            answer = await bench.decide("go", "approve", as_user="U1", typed=typed)
            assert (answer.code, answer.text) == (
                "confirm_required",
                "Type flow to confirm that this is meant.",
            )
        assert (await bench.decide("go", "approve", as_user="U1", typed=" flow ")).code == "decided"
