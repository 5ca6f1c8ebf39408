"""Members whom nobody knows, and requests that nobody can answer: who is told, and who answers instead."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Unpack

import pytest

from engine import Actor, Decision, FakeClock, Person, StaticPeople, Workflow
from engine.authoring.approval_options import ApprovalPolicy
from engine.runtime.queries.paging import PAGE_SIZE
from engine.testing import Harness
from tests.engine.conftest import serving
from tests.present import present


class Shy(StaticPeople):
    """Some of whom the source does not show; it counts how many it was asked about."""

    def __init__(self, groups: Mapping[str, Collection[str]], hidden: Collection[str] = ()) -> None:
        super().__init__(groups=groups)
        for who in hidden:
            del self._people[who]
        self.gone: set[str] = set()
        self.asked = 0

    async def person(self, user_id: str) -> Person:
        self.asked += 1
        return replace(await super().person(user_id), active=user_id not in self.gone)


def flow(title: str | None = None, **policy: Unpack[ApprovalPolicy]) -> Workflow:
    found = Workflow("flow", owner="@owners")
    whole: ApprovalPolicy = {"approvers": ["@crew"], "expires": "1h", **policy}
    found.approval("go", ask="Go?", title=title, advisory=True, **whole)
    return found


async def findings(harness: Harness) -> list[str]:
    queue = harness.engine.approver_review.findings
    return [queue.get_nowait().text for _ in range(queue.qsize())]


async def test_one_unknown_member_hands_nothing_to_the_owner_where_one_answer_is_enough() -> None:
    people = Shy({"crew": ["U1", "U2", "U0TYPO"], "owners": ["U9"], "others": ["U8"]}, ["U0TYPO"])
    async with Harness(flow(), people=people) as harness:
        await harness.start("flow", as_user="U8")
        assert await harness.engine.approver_review.review() == 0
        (request,) = await harness.requests()
        assert request.approvers == ("@crew",)
        assert (await findings(harness))[0] == (
            "U0TYPO of @crew cannot be found in this workspace and cannot decide."
        )
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"


@pytest.mark.parametrize(
    ("owners", "answers"),
    [
        (["U9"], [("U9", "recorded"), ("U1", "recorded"), ("U2", "decided")]),
        (["U2"], [("U1", "recorded"), ("U2", "decided")]),
    ],
)
async def test_the_owner_answers_for_unknown_approvers_alone_where_all_must_agree(
    owners: list[str], answers: list[tuple[str, str]]
) -> None:
    people = Shy({"crew": ["U1", "U2", "U0TYPO"], "owners": owners, "others": ["U8"]}, ["U0TYPO"])
    async with Harness(flow(quorum="all"), people=people) as harness:
        run = await harness.start("flow", as_user="U8")
        assert (
            await harness.engine.approver_review.review() == 0
        )  # it was brought to the owner when it was opened
        told = [one for one in await harness.engine.events.of_run(run.id) if one.type == "request.escalated"]
        assert [(one.data["missing"], one.data["replace"]) for one in told] == [(["U0TYPO"], False)]
        for who, code in answers:
            assert (who, (await harness.decide("go", "approve", as_user=who)).code) == (who, code)


async def test_without_the_owner_all_is_never_complete_while_somebody_is_unknown() -> None:
    people = Shy({"crew": ["U1", "U2", "U0TYPO"], "others": ["U8"]}, ["U0TYPO"])
    async with Harness(flow(quorum="all"), people=people) as harness:
        await harness.start("flow", as_user="U8")
        for who in ("U1", "U2"):
            assert (await harness.decide("go", "approve", as_user=who)).code == "recorded"


async def test_an_unknown_member_is_named_by_the_check_of_people() -> None:
    people = Shy({"crew": ["U1", "U2", "U0TYPO"], "owners": ["U9"]}, ["U0TYPO"])
    async with Harness(flow(), people=people) as harness:
        assert await harness.engine.approver_review.unanswerable() == []
        text = "U0TYPO of @crew cannot be found in this workspace and cannot decide."
        assert await harness.engine.approver_review.unknown_people() == [("flow", text)]


@pytest.mark.parametrize("crew", [{}, {"crew": []}], ids=["no group", "empty group"])
async def test_an_unanswerable_request_goes_to_its_owner_when_it_is_opened(
    crew: dict[str, list[str]],
) -> None:
    people = Shy({**crew, "owners": ["U9"], "others": ["U8"]})
    async with Harness(flow(), people=people) as harness:
        await harness.start("flow", as_user="U8")
        await harness.run_until_idle()
        (request,) = await harness.requests()
        assert request.approvers == ("@crew", "@owners")
        assert any("The owner @owners was asked as well" in text for text in await findings(harness))
        assert (await harness.decide("go", "approve", as_user="U9")).code == "decided"


async def test_a_request_that_became_unanswerable_goes_to_its_owner_at_the_start(tmp_path: Path) -> None:
    people = Shy({"crew": ["U1"], "owners": ["U9"], "others": ["U8"]})
    async with serving(tmp_path, FakeClock(), flow(), people=people) as engine:
        await engine.start("flow", actor=Actor("slack", "U8"))
        await engine.activity.idle()
    people.gone = {"U1"}
    async with serving(tmp_path, FakeClock(), flow(), people=people) as engine:
        await engine.activity.idle()
        (request,) = await engine.requests()
        assert request.approvers == ("@crew", "@owners")


async def test_the_operator_hears_at_the_start_that_an_approval_cannot_be_answered() -> None:
    async with Harness(flow(), people=Shy({"crew": []})) as harness:
        await harness.run_until_idle()
        assert await findings(harness) == [
            'The approval "go" cannot be completed. @crew: 1 person must approve, and nobody can decide.',
            "Its owner @owners names no person who can decide. "
            "There is no group called @owners, or it is disabled.",
        ]


async def test_a_warning_names_the_approval_by_its_title() -> None:
    people = Shy({"owners": ["U9"], "crew": ["U1"]})
    titled = flow(approvers=["@ghosts"], title="Sign off the release")
    optional = flow(title="Sign off the release", veto=["@nobody"])
    for workflow, start in (
        (titled, 'The approval "Sign off the release" cannot be completed.'),
        (optional, 'An option of the approval "Sign off the release" names nobody known.'),
    ):
        async with Harness(workflow, people=people) as harness:
            await harness.run_until_idle()
            assert any(text.startswith(start) for text in await findings(harness))


@pytest.mark.long
async def test_every_open_request_is_reviewed_however_many_there_are() -> None:
    count = 3 * PAGE_SIZE
    people = Shy({"crew": ["U1"], "owners": ["U9"], "others": ["U8"]})
    async with Harness(flow(), people=people) as harness:
        for _ in range(count):
            await harness.start("flow", as_user="U8")
        people.gone = {"U1"}
        assert await harness.engine.approver_review.review() == count
        assert {one.approvers for one in await harness.requests()} == {("@crew", "@owners")}


@pytest.mark.long
async def test_absences_and_lists_reach_every_open_request_however_many_there_are() -> None:
    count = 3 * PAGE_SIZE
    people = Shy({"crew": ["U1"], "owners": ["U9"], "others": ["U7", "U8"]})
    async with Harness(flow(expires="9h"), people=people) as harness:
        for _ in range(count):
            await harness.start("flow", as_user="U8")
        until = harness.clock.now() + timedelta(hours=5)
        await harness.engine.delegations.away(Actor("slack", "U1"), "U7", until)
        await harness.run_until_idle()
        requests = await harness.requests()
        assert {one.to for request in requests for one in request.people.delegates} == {"U7"}
        assert all(request.people.delegates for request in requests)
        assert len(await harness.engine.waiting_for("U1", 10_000)) == count


class Costly(Shy):
    """To tell of somebody always costs a call."""

    async def look_up(
        self, user_ids: Collection[str], *, sparing: bool = False
    ) -> Mapping[str, Person | None]:
        return {} if sparing else {who: await self.person(who) for who in user_ids}


async def test_a_click_where_everybody_is_needed_looks_up_few_of_them() -> None:
    crew = [f"U{number}" for number in range(100, 250)]
    people = Costly({"crew": crew, "owners": ["U9"], "others": ["U8"]})
    async with Harness(flow(quorum="all"), people=people) as harness:
        await harness.start("flow", as_user="U8")
        await harness.run_until_idle()
        request = await harness._request("go", None)
        rosters = harness.engine._parts.base.authorization.rosters
        people.asked = 0
        found, awaited = await rosters(request, {"U100"})
        assert (people.asked, len(found["@crew"] or ()), awaited) == (5, 150, {*crew[1:6]})
        people.gone = {*crew[1:]}
        assert await rosters(request, {"U100"}) == ({"@crew": {"U100"}}, frozenset())


async def test_two_last_answers_at_once_complete_it_though_the_others_were_not_looked_up() -> None:
    crew = ["U100", "U101", *(f"U{number}" for number in range(110, 130))]
    people = Costly({"crew": crew, "owners": ["U9"], "others": ["U8"]})
    people.gone = {*crew[2:]}
    async with Harness(flow(quorum="all"), people=people) as harness:
        await harness.start("flow", as_user="U8")
        await harness.run_until_idle()
        request = await harness._request("go", None)
        answers = await asyncio.gather(
            *(
                harness.engine.decide(request.id, Decision("approve"), actor=Actor("slack", who))
                for who in crew[:2]
            )
        )
        await harness.run_until_idle()
        await harness.engine.activity.idle()
        assert all(answer.accepted for answer in answers), answers
        found = present(await harness.engine.request(request.id))
        assert (found.state, found.outcome, found.approvers) == ("decided", "approved", ("@crew",))


async def test_an_unanswerable_request_is_recorded_once_and_not_at_each_start(tmp_path: Path) -> None:
    people = Shy({"crew": []})
    async with serving(tmp_path, FakeClock(), flow(), people=people) as engine:
        run = await engine.start("flow", actor=Actor("cli", "t"))
        await engine.approver_review.review()
        await engine.approver_review.review()
    async with serving(tmp_path, FakeClock(), flow(), people=people) as engine:
        await engine.approver_review.review()
        told = [one for one in await engine.events.of_run(run.id) if one.type == "request.unanswerable"]
        assert [one.data["owner"] for one in told] == ["@owners"]
        assert told[0].data["of"] == ["@crew"]


async def test_a_misspelled_group_is_told_with_the_one_that_was_meant() -> None:
    people = Shy({"release-managers": ["U1"], "owners": ["U9"]})
    misspelled = flow(approvers=["@release-manager"])
    async with Harness(misspelled, people=people) as harness:
        said = "There is no group called @release-manager, or it is disabled. Did you mean @release-managers?"
        await harness.run_until_idle()
        assert await findings(harness) == [f'The approval "go" cannot be completed. {said}']
        await harness.start("flow", as_user="U1")
        await harness.run_until_idle()
        (told,) = await findings(harness)
        assert told.endswith(f"The owner @owners was asked as well. {said}")


async def test_no_name_is_suggested_that_is_not_close() -> None:
    people = Shy({"release-managers": ["U1"], "owners": ["U9"]})
    async with Harness(flow(approvers=["@ghosts"]), people=people) as harness:
        await harness.run_until_idle()
        (told,) = await findings(harness)
        assert told.endswith("There is no group called @ghosts, or it is disabled.")
