"""Claims: an approver says that they are on a request. It changes nobody's right to decide."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, Decision, Escalate, Outcome, Stage, StaticPeople, Workflow, seen_digest
from engine.errors import NotAllowed, NotPossible
from engine.kernel.requests import approval_digest
from engine.model.records.records import RequestRecord
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2", "U3"], "sec": ["U4", "U5"], "owners": ["U9"]})
ONE, TWO = Actor("slack", "U1"), Actor("slack", "U2")
HALF_AN_HOUR = timedelta(minutes=30)


def flow(**options: Any) -> Workflow:
    made = Workflow("flow", owner="@owners")
    asked = {"expires": "10d", **({} if "stages" in options else {"approvers": ["@ops"]}), **options}
    go = made.approval("go", ask="Go?", **asked)

    @made.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return ", ".join(go.by)

    return made


def harness(folder: Path | None = None, **options: Any) -> Harness:
    return Harness(flow(**options), people=PEOPLE, folder=folder)


async def asked(harness: Harness, requester: str = "U9") -> RequestRecord:
    await harness.start("flow", as_user=requester)
    return await current(harness)


async def current(harness: Harness) -> RequestRecord:
    (request,) = await harness.requests()
    return request


async def told(harness: Harness, type_: str) -> list[dict[str, Any]]:
    (run,) = await harness.runs("flow")
    return [dict(event.data) for event in await harness.engine.events.of_run(run.id) if event.type == type_]


async def test_a_claim_changes_no_right_no_vote_and_no_digest() -> None:
    async with harness() as here:
        before = await asked(here)
        claimed = await here.engine.claim(before.id, actor=ONE)
        assert claimed.people.claim is not None
        assert (claimed.people.claim.by, claimed.people.claim.at) == ("U1", here.clock.now())
        assert claimed.people.claim.until == here.clock.now() + HALF_AN_HOUR
        assert (seen_digest(claimed), approval_digest.digest(claimed)) == (
            seen_digest(before),
            approval_digest.digest(before),
        )
        assert claimed.decisions == ()
        result = await here.decide("go", "approve", as_user="U2")
        assert result.request is not None
        assert (result.request.outcome, result.request.people.claim) == ("approved", None)


async def test_a_decision_of_what_was_shown_before_the_claim_still_counts() -> None:
    async with harness() as here:
        shown = await asked(here)
        await here.engine.claim(shown.id, actor=ONE)
        decision = Decision("approve", seen_request=seen_digest(shown))
        assert (await here.engine.decide(shown.id, decision, actor=TWO)).code == "decided"


@pytest.mark.parametrize(
    ("actor", "why"),
    [
        (Actor("slack", "U4"), "Only @ops"),
        (Actor("slack", "U9"), "Only @ops"),
        (Actor("api", "ci", "U1"), "API token"),
        (Actor("slack", "U404"), "U404"),
    ],
)
async def test_only_people_who_may_decide_claim(actor: Actor, why: str) -> None:
    async with harness() as here:
        request = await asked(here, "U3")
        with pytest.raises((NotAllowed, NotPossible), match=why):
            await here.engine.claim(request.id, actor=actor)
        assert await current(here) == request


async def test_the_requester_does_not_claim() -> None:
    async with harness() as here:
        request = await asked(here, "U3")
        with pytest.raises(NotAllowed, match="You requested this approval") as refused:
            await here.engine.claim(request.id, actor=Actor("slack", "U3"))
        assert "not recorded" not in str(refused.value)


@pytest.mark.parametrize(
    "options",
    [{"confirm": "prod"}, {"comment": {"approve": "required"}}, {"one_time_code": True}],
)
async def test_a_person_claims_what_asks_for_more_than_a_click(options: dict[str, Any]) -> None:
    async with harness(**options) as here:
        request = await asked(here)
        assert (await here.engine.claim(request.id, actor=ONE)).people.claim is not None


async def test_one_person_at_a_time_is_on_it() -> None:
    async with harness() as here:
        request = await asked(here)
        await here.engine.claim(request.id, actor=ONE)
        with pytest.raises(NotPossible, match=r"U1 is on it already\. You can still decide it\."):
            await here.engine.claim(request.id, actor=TWO)
        with pytest.raises(NotAllowed, match="Only U1 can give it back"):
            await here.engine.give_back(request.id, actor=TWO)
        await here.engine.give_back(request.id, actor=ONE)
        assert (await current(here)).people.claim is None
        with pytest.raises(NotPossible, match="Nobody is on this request"):
            await here.engine.give_back(request.id, actor=ONE)
        await here.engine.claim(request.id, actor=TWO)
        assert [each["by"] for each in await told(here, "request.claimed")] == ["U1", "U2"]
        assert [each["why"] for each in await told(here, "request.claim_ended")] == ["given_back"]


async def test_a_claim_ends_by_time_and_lasts_longer_when_it_is_repeated() -> None:
    async with harness() as here:
        request = await asked(here)
        since = here.clock.now()
        await here.engine.claim(request.id, actor=ONE)
        await here.advance("20m")
        again = await here.engine.claim(request.id, actor=ONE)
        assert again.people.claim is not None
        assert again.people.claim.at == since
        await here.advance("29m")
        assert (await current(here)).people.claim is not None
        await here.advance("2m")
        assert (await current(here)).people.claim is None
        (ended,) = await told(here, "request.claim_ended")
        assert (ended["by"], ended["why"]) == ("U1", "timed_out")
        assert (await here.decide("go", "approve", as_user="U2")).code == "decided"


async def test_a_claim_survives_a_restart_and_then_ends_by_time(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        request = await asked(here)
        await here.engine.claim(request.id, actor=ONE, lasts=timedelta(hours=2))
        at = here.clock.now()
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, at=at + timedelta(hours=1)) as here:
        await here.run_until_idle()
        claim = (await current(here)).people.claim
        assert claim is not None
        assert (claim.by, claim.at, claim.until) == ("U1", at, at + timedelta(hours=2))
        await here.advance("61m")
        assert (await current(here)).people.claim is None


async def test_a_claim_lasts_as_long_as_promised_when_the_clock_jumps() -> None:
    async with harness() as here:
        request = await asked(here)
        await here.engine.claim(request.id, actor=ONE, lasts=timedelta(hours=3))
        here.clock.jump(timedelta(hours=2))
        await here.advance("2m")
        claim = (await current(here)).people.claim
        assert claim is not None
        left = claim.until - here.clock.now()
        assert timedelta(hours=2, minutes=50) < left <= timedelta(hours=3)
        await here.advance("3h")
        assert (await current(here)).people.claim is None


async def test_reminders_name_the_claimer_while_the_claim_lasts() -> None:
    async with harness(remind_every="10m", expires="1d") as here:
        request = await asked(here)
        await here.advance("11m")
        await here.engine.claim(request.id, actor=ONE, lasts=timedelta(minutes=15))
        await here.advance("30m")
        reminded = await told(here, "request.reminded")
        assert [each.get("claimed_by") for each in reminded] == [None, "U1", None, None]


async def test_the_claim_ends_when_the_claimer_votes_and_when_a_stage_begins() -> None:
    stages = [Stage("ops", approvers=["@ops"], quorum=2), Stage("sec", approvers=["@sec"], quorum=2)]
    async with harness(stages=stages) as here:
        request = await asked(here)
        await here.engine.claim(request.id, actor=ONE)
        first = (await here.decide("go", "approve", as_user="U2")).request
        assert first is not None
        assert first.people.claim is not None
        await here.decide("go", "approve", as_user="U3")
        after = await current(here)
        assert (after.stage, after.people.claim) == (1, None)
        four = Actor("slack", "U4")
        await here.engine.claim(request.id, actor=four)
        voted = (await here.decide("go", "approve", as_user="U4")).request
        assert voted is not None
        assert (voted.state, voted.people.claim) == ("open", None)
        with pytest.raises(NotAllowed, match="already"):
            await here.engine.claim(request.id, actor=four)


async def test_a_reassigned_request_has_no_claim() -> None:
    async with harness() as here:
        request = await asked(here, "U4")
        await here.engine.claim(request.id, actor=ONE)
        after = await here.engine.reassign(request.id, "U2", actor=Actor("slack", "U9"))
        assert after.people.claim is None
        await here.advance("31m")
        assert await told(here, "request.claim_ended") == []


async def test_who_is_replaced_by_an_escalation_is_not_on_it_any_more() -> None:
    async with harness(escalate=[Escalate("20m", ["@sec"], replace=True)]) as here:
        request = await asked(here)
        await here.engine.claim(request.id, actor=ONE)
        await here.advance("21m")
        after = await current(here)
        assert (after.approvers, after.people.claim) == (("@sec",), None)
        assert (await here.engine.claim(request.id, actor=Actor("slack", "U4"))).people.claim is not None
        await here.advance("15m")  # the wait of the first claim is gone
        assert await told(here, "request.claim_ended") == []


async def test_a_question_to_the_requester_leaves_the_claim() -> None:
    async with harness() as here:
        request = await asked(here)
        await here.engine.claim(request.id, actor=ONE)
        await here.engine.ask_requester(request.id, "Why?", actor=ONE)
        assert (await current_approval(here)).people.claim is not None
        await here.advance("31m")
        assert (await current_approval(here)).people.claim is None


async def current_approval(harness: Harness) -> RequestRecord:
    return next(request for request in await harness.requests() if request.kind == "approval")


async def test_a_held_approval_and_a_failure_are_not_claimed() -> None:
    async with harness(revocable_for="1h") as here:
        request = await asked(here)
        await here.engine.claim(request.id, actor=ONE)
        held = (await here.decide("go", "approve", as_user="U2")).request
        assert held is not None
        assert (held.state, held.people.claim) == ("held", None)
        with pytest.raises(NotPossible, match="no longer open"):
            await here.engine.claim(request.id, actor=ONE)


@pytest.mark.parametrize(("lasts", "given"), [(timedelta(0), "0s"), (timedelta(days=2), "2d")])
async def test_a_claim_lasts_from_a_minute_to_a_day(lasts: timedelta, given: str) -> None:
    async with harness() as here:
        request = await asked(here)
        with pytest.raises(NotPossible, match=f"A claim lasts from 1 minute to 1 day, not {given}."):
            await here.engine.claim(request.id, actor=ONE, lasts=lasts)
