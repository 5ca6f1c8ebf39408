"""A state machine of policies: quorum, four-eyes, rounds, claims, grants, break-glass, shifts and responses.

Three gates are asked by people who may also be approvers; at one of them, the people on call change. The
model knows who may answer, and what an answer makes of a request. It knows nothing of how the engine stores
any of it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from engine import Actor, BreakGlass, Gate, Grants, StaticPeople
from engine.errors import NotAllowed, NotPossible
from engine.model.records.records import RequestRecord
from engine.testing import Harness
from tests.engine.runtime.access.test_codes import code, secret_of

OPS, LEADS, SECURITY = ["U1", "U2", "U5"], ["U7", "U1"], ["U9", "U7"]
ASKERS, ANYBODY = ["U5", "U6"], ["U1", "U2", "U5", "U7", "U9"]
OUTCOMES = {
    "approve": "approved", "reject": "rejected",
    "request_changes": "changes_requested", "respond": "responded",
}  # fmt: skip
MINUTES = st.sampled_from([5, 60])
ROUNDS, REASON = 3, "Nobody answers, and payments are down."


def gates(quorum: int, rejections: int) -> tuple[Gate, ...]:
    """Return a gate with break-glass and grants, one with rounds, one of people on call, and a review."""
    asked: dict[str, Any] = {
        "owner": "@owners", "approvers": "@ops", "quorum": quorum, "reject_quorum": rejections,
        "expires": "90d", "respond": True,
    }  # fmt: skip
    grants: dict[str, Any] = {"grants": Grants(uses=2, within="1h")} if quorum == rejections == 1 else {}
    return (
        Gate("urgent", break_glass=BreakGlass(people="@leads", review="glass"), **grants, **asked),
        Gate("planned", rounds=ROUNDS, **asked),
        Gate("watched", **{**asked, "approvers": "oncall:primary"}),
        Gate("glass", owner="@owners", approvers="@security", expires="never", remind_every="1d"),
    )


@dataclass
class Asked:
    """A request as the model has it. Times are minutes since the beginning."""

    id: str
    gate: str
    requester: str
    question: str
    round: int = 1
    votes: dict[str, str] = field(default_factory=dict)
    outcome: str = ""
    claim: tuple[str, float] | None = None
    glass: str = ""
    revised: bool = False


@dataclass
class Given:
    requester: str
    question: str
    left: int
    ends: float


class Policies(RuleBasedStateMachine):
    @initialize(quorum=st.sampled_from([1, 1, 2, 3]), rejections=st.sampled_from([1, 2]))
    def begin(self, quorum: int, rejections: int) -> None:
        self.quorum, self.rejections = quorum, rejections
        self.folder, self.runner = TemporaryDirectory(), asyncio.Runner()
        groups = {"ops": OPS, "leads": LEADS, "security": SECURITY, "owners": ["U8"], "all": ["U6"]}
        self.shifts = {"primary": ["U1"]}
        self.people = StaticPeople(
            groups={name: list(members) for name, members in groups.items()}, on_call=self.shifts
        )
        self.now = 0.0
        self.asked: list[Asked] = []
        self.grants: list[Given] = []
        self.secrets: dict[str, str] = {}
        self.reviews: set[str] = set()
        self.here = self.opened("2026-01-05T09:00:00+00:00")

    def opened(self, at: Any) -> Harness:
        made = gates(self.quorum, self.rejections)
        here = Harness(*made, people=self.people, folder=Path(self.folder.name), at=at)

        async def enter() -> None:
            await here.__aenter__()
            await here.run_until_idle()

        self.do(enter)
        return here

    def do(self, act: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        return self.runner.run(act())

    def teardown(self) -> None:
        if hasattr(self, "here"):
            self.do(lambda: self.here.__aexit__(None, None, None))
        if hasattr(self, "runner"):
            self.runner.close()
            self.folder.cleanup()

    # What people do

    @rule(
        gate=st.sampled_from(["urgent", "planned", "watched"]),
        user=st.sampled_from(ASKERS),
        question=st.sampled_from("ab"),
    )
    def ask(self, gate: str, user: str, question: str) -> None:
        self.asks(Asked("", gate, user, question), {})

    def asks(self, asked: Asked, more: dict[str, str]) -> None:
        values = {"question": f"Deploy {asked.question}?", **more}

        async def act() -> RequestRecord:
            run = await self.here.start(asked.gate, values, as_user=asked.requester)
            await self.here.run_until_idle()
            (request,) = (await self.here.state(run)).requests
            return request

        request = self.do(act)
        asked.id = request.id
        self.asked.append(asked)
        grant = self.granted(asked)
        assert (request.state == "decided") == (grant is not None), "a grant stands for people, or none does"
        if grant is not None:
            grant.left -= 1
            asked.outcome = "approved"
            assert request.coverage.grant is not None

    def granted(self, asked: Asked) -> Given | None:
        if asked.gate != "urgent":
            return None
        alike = [each for each in self.grants if each.requester == asked.requester]
        alike = [each for each in alike if each.question == asked.question and each.left > 0]
        return next((each for each in alike if self.now < each.ends), None)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), user=st.sampled_from(ANYBODY), choice=st.sampled_from([*OUTCOMES, "approve"]))
    def answer(self, data: st.DataObject, user: str, choice: str) -> None:
        asked = self.chosen(data)
        may = self.may_answer(asked, user, choice)
        result = self.do(lambda: self.here.try_decide(asked.id, choice, as_user=user, comment="As I saw it."))
        counts = result.accepted and result.code != "duplicate"
        assert counts == may, (result.code, result.text)
        if may:
            self.count(asked, user, choice)

    def may_answer(self, asked: Asked, user: str, choice: str) -> bool:
        people = self.shifts["primary"] if asked.gate == "watched" else OPS
        if asked.outcome or user not in people or user in asked.votes:
            return False
        if choice == "request_changes":
            return asked.gate == "planned" and asked.round < ROUNDS
        return choice != "approve" or user != asked.requester

    def count(self, asked: Asked, user: str, choice: str) -> None:
        asked.votes[user] = choice
        if asked.claim is not None and asked.claim[0] == user:
            asked.claim = None
        needed = {"approve": self.quorum, "reject": self.rejections}.get(choice, 1)
        if [*asked.votes.values()].count(choice) >= needed:
            asked.outcome, asked.claim = OUTCOMES[choice], None

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), user=st.sampled_from([*LEADS, "U2", "U9"]))
    def break_glass(self, data: st.DataObject, user: str) -> None:
        asked = self.chosen(data)
        may = asked.gate == "urgent" and not asked.outcome and user in LEADS and user not in self.reviews

        async def act() -> Any:
            await self.here.advance("2m")  # a code is used once
            if user not in self.secrets:
                self.secrets[user] = await secret_of(self.here, user)
            typed = code(self.here, self.secrets[user])
            return await self.here.engine.break_glass(asked.id, REASON, typed, actor=Actor("slack", user))

        result = self.do(act)
        self.passed(2)
        assert result.accepted == may or (asked.glass == user and result.code == "duplicate"), result.text
        if may:
            asked.outcome, asked.claim, asked.glass = "approved", None, user
            self.reviews.add(user)

    @precondition(lambda self: self.reviews)
    @rule(
        data=st.data(), user=st.sampled_from([*SECURITY, "U1"]), choice=st.sampled_from(["approve", "reject"])
    )
    def review(self, data: st.DataObject, user: str, choice: str) -> None:
        of = data.draw(st.sampled_from(sorted(self.reviews)))

        async def act() -> Any:
            await self.here.run_until_idle()
            (review,) = [each for each in await self.here.engine.open_reviews() if each.by == of]
            await self.here.advance("2m")  # one that its own person ended is asked again
            (review,) = [each for each in await self.here.engine.open_reviews() if each.by == of]
            (request,) = [each for each in await self.here.requests() if each.run_id == review.question]
            result = await self.here.try_decide(request, choice, as_user=user, comment="As I saw it.")
            await self.here.run_until_idle()
            return result

        result = self.do(act)
        self.passed(2)
        assert result.accepted == (user in SECURITY and (user != of or choice == "reject")), result.text
        if result.accepted and user != of:
            self.reviews.remove(of)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), user=st.sampled_from(ANYBODY), minutes=st.sampled_from([1, 30]))
    def claim(self, data: st.DataObject, user: str, minutes: int) -> None:
        asked = self.chosen(data)
        free = asked.claim is None or asked.claim[0] == user
        may = self.may_answer(asked, user, "approve") and free
        lasts = timedelta(minutes=minutes)
        act = lambda: self.here.engine.claim(asked.id, actor=Actor("slack", user), lasts=lasts)  # noqa: E731
        assert self.allowed(act) == may
        if may:
            asked.claim = (user, self.now + minutes)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), user=st.sampled_from(ANYBODY))
    def give_back(self, data: st.DataObject, user: str) -> None:
        asked = self.chosen(data)
        may = not asked.outcome and asked.claim is not None and asked.claim[0] == user
        assert self.allowed(lambda: self.here.engine.give_back(asked.id, actor=Actor("slack", user))) == may
        if may:
            asked.claim = None

    @precondition(lambda self: self.asked)
    @rule(
        data=st.data(),
        user=st.sampled_from(ANYBODY),
        uses=st.integers(1, 2),
        minutes=st.sampled_from([5, 60]),
    )
    def grant(self, data: st.DataObject, user: str, uses: int, minutes: int) -> None:
        asked = self.chosen(data)
        open_to_it = (
            asked.gate == "urgent"
            and self.quorum == self.rejections == 1
            and self.may_answer(asked, user, "approve")
        )
        lasts, actor = timedelta(minutes=minutes), Actor("slack", user)
        given: list[bool] = []

        async def act() -> None:
            reply = await self.here.engine.grant(asked.id, uses, lasts, actor=actor)
            await self.here.run_until_idle()
            given.append(reply.result.accepted)

        self.allowed(act)
        assert any(given) == open_to_it
        if open_to_it:
            alone = not asked.votes
            self.count(asked, user, "approve")
            if alone:
                self.grants.append(Given(asked.requester, asked.question, uses, self.now + minutes))

    @precondition(lambda self: any(self.can_be_revised(each) for each in self.asked))
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        before = data.draw(st.sampled_from([each for each in self.asked if self.can_be_revised(each)]))
        before.revised = True
        again = Asked("", before.gate, before.requester, before.question, before.round + 1)
        self.asks(again, {"revises": before.id.partition(".")[0]})

    @staticmethod
    def can_be_revised(asked: Asked) -> bool:
        return asked.outcome == "changes_requested" and not asked.revised and asked.round < ROUNDS

    @rule(user=st.sampled_from(["U1", "U2", "U7", "U9"]))
    def change_the_shift(self, user: str) -> None:
        """Another person is on call. Answers of the earlier one count on."""
        self.shifts["primary"] = [user]

    @rule(minutes=st.sampled_from([1, 29, 61]))
    def wait(self, minutes: int) -> None:
        self.do(lambda: self.here.advance(f"{minutes}m"))
        self.passed(minutes)

    @rule()
    def restart(self) -> None:
        at = self.here.clock.now()
        self.do(lambda: self.here.__aexit__(None, None, None))
        self.here = self.opened(at)

    def passed(self, minutes: float) -> None:
        self.now += minutes
        for asked in self.asked:
            if asked.claim is not None and asked.claim[1] <= self.now:
                asked.claim = None

    def chosen(self, data: st.DataObject) -> Asked:
        """Return a request, the newest ones first: most of the old ones are decided."""
        chosen: Asked = data.draw(st.sampled_from(self.asked[-3:][::-1]))
        return chosen

    def allowed(self, act: Callable[[], Coroutine[Any, Any, Any]]) -> bool:
        try:
            self.do(act)
        except (NotAllowed, NotPossible):
            return False
        return True

    # What must hold after each of it

    def check_invariants(self, *given: Any, **more: Any) -> None:
        super().check_invariants(*given, **more)
        if hasattr(self, "here"):
            self.do(self.holds)

    async def holds(self) -> None:
        await self.here.run_until_idle()
        assert {review.by for review in await self.here.engine.open_reviews()} == self.reviews
        for asked in self.asked:
            (request,) = (await self.here.engine.detail(asked.id.partition(".")[0])).requests
            claim = request.people.claim
            glass = request.coverage.glass
            assert request.outcome == (asked.outcome or None), asked
            assert (claim and claim.by) == (asked.claim and asked.claim[0]), asked
            assert (glass and glass.by) == (asked.glass or None), asked
            people = [made.actor.id for made in request.decisions if not request.grant_of(made)]
            assert people == [*asked.votes, *([asked.glass] if asked.glass else [])], asked


TestPolicies = Policies.TestCase
TestPolicies.settings = settings(max_examples=5, stateful_step_count=20, deadline=None)
pytestmark = pytest.mark.long
