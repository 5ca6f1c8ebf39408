"""Four eyes hold for everybody whose input a run carries, however it came about."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import (
    Actor,
    AfterRun,
    Cron,
    Decision,
    Engine,
    NotAllowed,
    NotPossible,
    Outcome,
    RunRecord,
    StaticPeople,
    StepContext,
    Workflow,
)
from engine.audit.keys import Keyring
from engine.clock import FakeClock
from engine.store.maintenance import backups
from engine.testing import Harness
from tests.engine.conftest import serving

PEOPLE = StaticPeople(groups={"dev": ["U1", "U2", "U3"], "owners": ["U9", "U1"]})
ALICE, BOB, CAROL = (Actor("slack", id_) for id_ in ("U1", "U2", "U3"))


class Target(BaseModel):
    host: str = "staging"


def deploy(*triggers: Any, **options: Any) -> Workflow:
    """A workflow whose input people approve."""
    flow = Workflow("deploy", owner="@owners", input=Target, triggers=list(triggers), on_failure="fail")
    flow.approval("go", ask="Deploy to {input.host}?", approvers=["@dev"], expires="1d", **options)

    @flow.step
    async def act(input: Target, go: Outcome[None]) -> str:
        return input.host

    return flow


def release() -> Workflow:
    """A workflow whose step asks for a run of `deploy`."""
    flow = Workflow("release", owner="@owners", input=Target)

    @flow.step
    async def ask(ctx: StepContext, input: Target) -> str:
        return ctx.follow_up("deploy", {"host": input.host})

    return flow


def parent() -> Workflow:
    flow = Workflow("parent", owner="@owners", input=Target)
    flow.child("inner", deploy(), input={"host": "{input.host}"})
    return flow


def plain() -> Workflow:
    flow = Workflow("plain", owner="@owners", input=Target)

    @flow.step
    async def note(input: Target) -> str:
        return input.host

    return flow


async def choices(harness: Harness, by: Actor, run_id: str | None = None) -> tuple[str, str]:
    requests = [one for one in await harness.engine.requests() if run_id in (None, one.run_id)]
    result = await harness.engine.decide(requests[-1].id, Decision("approve"), actor=by)
    return result.code, result.text


Again = Callable[[Harness, RunRecord], Awaitable[RunRecord]]


async def rerun(harness: Harness, run: RunRecord) -> RunRecord:
    return await harness.engine.control.rerun(run.id, {}, actor=BOB)


async def rerun_with_another_input(harness: Harness, run: RunRecord) -> RunRecord:
    return await harness.engine.control.rerun(run.id, {"host": "production"}, actor=BOB)


async def fork(harness: Harness, run: RunRecord) -> RunRecord:
    return await harness.engine.control.fork(run.id, "act", actor=BOB)


@pytest.mark.parametrize("again", [rerun, rerun_with_another_input, fork])
async def test_a_person_whose_run_another_one_starts_again_does_not_approve_it(again: Again) -> None:
    async with Harness(deploy(), people=PEOPLE) as harness:
        run = await harness.start("deploy", {"host": "production"}, as_user="U1")
        await harness.decide("go", "reject", as_user="U3", comment="no")
        repeated = await again(harness, run)
        await harness.run_until_idle()
        assert repeated.further_requesters == (ALICE,)
        assert await choices(harness, ALICE) == (
            "self_approval",
            "This run carries input that you gave, so another approver must approve it.",
        )
        assert (await choices(harness, BOB))[0] == "self_approval"
        request = (await harness.engine.requests())[-1]
        with pytest.raises(NotAllowed, match="requested"):
            await harness.engine.reassign(request.id, "U3", actor=ALICE)
        assert [len(await harness.engine.waiting_for(who, 9)) for who in ("U1", "U2", "U3")] == [0, 0, 1]
        assert (await choices(harness, CAROL))[0] == "decided"


async def test_all_requesters_of_a_chain_of_runs_are_excluded_though_the_first_runs_are_gone() -> None:
    async with Harness(deploy(), people=PEOPLE) as harness:
        run = await harness.start("deploy", as_user="U1")
        for actor in (BOB, CAROL, BOB):
            await harness.engine.cancel(run.id, actor=Actor("cli", "root"))
            run = await harness.engine.control.rerun(run.id, {}, actor=actor)
        await harness.run_until_idle()
        assert (run.actor, set(run.further_requesters)) == (BOB, {ALICE, CAROL})
        for actor in (ALICE, BOB, CAROL):
            assert (await choices(harness, actor))[0] == "self_approval"


async def test_the_requester_of_a_run_that_is_followed_does_not_approve_the_run_that_follows() -> None:
    async with Harness(release(), deploy(), people=PEOPLE) as harness:
        run = await harness.start("release", as_user="U1")
        await harness.engine.control.rerun(run.id, {}, actor=BOB)
        await harness.run_until_idle()
        followers = {one.actor: one for one in await harness.runs("deploy")}
        assert followers[BOB].further_requesters == (ALICE,)
        assert (await choices(harness, ALICE, followers[BOB].id))[0] == "self_approval"


async def test_the_requesters_of_a_parent_do_not_approve_in_its_child_run() -> None:
    async with Harness(parent(), deploy(), people=PEOPLE) as harness:
        run = await harness.start("parent", as_user="U1")
        again = await harness.engine.control.rerun(run.id, {}, actor=BOB)
        await harness.run_until_idle()
        child = next(one for one in await harness.runs("deploy") if one.parent == (again.id, "inner"))
        assert (child.actor, child.further_requesters) == (BOB, (ALICE,))
        assert (await choices(harness, ALICE, child.id))[0] == "self_approval"


async def test_the_requester_of_a_run_does_not_approve_a_run_that_its_end_starts() -> None:
    after = AfterRun("plain", input={"host": "{run.input.host}"})
    async with Harness(plain(), deploy(after), people=PEOPLE) as harness:
        await harness.start("plain", {"host": "production"}, as_user="U1")
        await harness.run_until_idle()
        started = (await harness.runs("deploy"))[-1]
        assert (started.actor.source, started.further_requesters) == ("event", (ALICE,))
        assert (await choices(harness, ALICE))[0] == "self_approval"
        assert (await choices(harness, BOB))[0] == "decided"


async def test_a_person_who_backfills_does_not_approve_the_runs() -> None:
    async with Harness(deploy(Cron("0 2 * * *")), people=PEOPLE) as harness:
        day = harness.clock.now().date()
        yesterday = date.fromordinal(day.toordinal() - 1)
        await harness.engine.backfill("deploy", yesterday, yesterday, actor=ALICE)
        await harness.run_until_idle()
        assert (await harness.runs("deploy"))[-1].further_requesters == (ALICE,)
        assert (await choices(harness, ALICE))[0] == "self_approval"
        assert (await choices(harness, BOB))[0] == "decided"


def awaiting() -> Workflow:
    flow = Workflow("deploy", owner="@owners")
    flow.wait_for("target", model=Target, expires="1d")
    flow.approval("go", ask="Deploy to {target.host}?", approvers=["@dev"], expires="1d")

    @flow.step
    async def act(target: Target, go: Outcome[None]) -> str:
        return target.host

    return flow


async def test_the_sender_of_a_signal_does_not_approve_what_it_says() -> None:
    async with Harness(awaiting(), people=PEOPLE) as harness:
        run = await harness.start("deploy", as_user="U2")
        await harness.engine.signal(run.id, "target", {"host": "production"}, actor=ALICE)
        await harness.run_until_idle()
        assert (await choices(harness, ALICE))[0] == "self_approval"
        await harness.decide("go", "reject", as_user="U3", comment="no")
        again = await harness.engine.control.fork(run.id, "act", actor=CAROL)
        await harness.run_until_idle()
        assert set(again.further_requesters) == {ALICE, BOB}
        assert (await choices(harness, ALICE))[0] == "self_approval"


async def test_at_high_risk_nobody_approves_while_an_earlier_requester_is_unknown(tmp_path: Path) -> None:
    root = Actor("cli", "root")

    def life(cli_users: dict[str, str]) -> AbstractAsyncContextManager[Engine]:
        return serving(tmp_path, FakeClock(), deploy(risk="high"), people=PEOPLE, cli_users=cli_users)

    async def codes(engine: Engine, *actors: Actor) -> list[str]:
        request = (await engine.requests())[-1]
        return [(await engine.decide(request.id, Decision("approve"), actor=actor)).code for actor in actors]

    async with life({}) as engine:
        run = await engine.start("deploy", actor=root)
        await engine.activity.idle()
        await engine.cancel(run.id, actor=root)
        await engine.control.rerun(run.id, {}, actor=BOB)
        await engine.activity.idle()
        assert await codes(engine, ALICE, BOB, CAROL) == ["self_approval"] * 3
    async with life({"root": "U1"}) as engine:
        assert await codes(engine, ALICE, BOB, CAROL) == ["self_approval", "self_approval", "decided"]


async def test_where_everybody_must_approve_no_requester_is_waited_for() -> None:
    async with Harness(deploy(quorum="all"), people=PEOPLE) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.engine.cancel(run.id, actor=Actor("cli", "root"))
        await harness.engine.control.rerun(run.id, {}, actor=BOB)
        await harness.run_until_idle()
        assert (await choices(harness, CAROL))[0] == "decided"


async def test_a_requester_cannot_decide_for_an_absent_approver() -> None:
    people = StaticPeople(groups={"dev": ["U3"], "owners": ["U9"], "all": ["U1", "U2"]})
    async with Harness(deploy(), people=people) as harness:
        run = await harness.start("deploy", as_user="U1")
        until = harness.clock.now() + timedelta(days=5)
        await harness.engine.delegations.away(CAROL, "U1", until)
        await harness.engine.cancel(run.id, actor=Actor("cli", "root"))
        await harness.engine.control.rerun(run.id, {}, actor=BOB)
        await harness.run_until_idle()
        assert (await choices(harness, ALICE))[0] in ("not_allowed", "self_approval")


async def test_the_receipt_and_the_log_name_every_requester() -> None:
    async with Harness(deploy(), people=PEOPLE) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.engine.cancel(run.id, actor=Actor("cli", "root"))
        again = await harness.engine.control.rerun(run.id, {}, actor=BOB)
        await harness.run_until_idle()
        assert (await choices(harness, CAROL))[0] == "decided"
        await harness.run_until_idle()
        request = (await harness.state(again)).requests[0]
        receipt = (await harness.engine.receipts.receipt(request.id))["receipt"]
        named = [{"source": "slack", "id": "U1", "as_user": None}]
        assert (receipt["requester"]["id"], receipt["further_requesters"]) == ("U2", named)
        assert receipt["covered"]["policy"]["further_requesters"] == [["slack", "U1", None]]
        created = [one for one in await harness.engine.events.of_run(again.id) if one.type == "run.created"]
        assert created[0].data["further_requesters"] == ["slack:U1"]
        assert (await harness.engine.audit()).findings == []


async def test_a_run_with_too_many_requesters_is_not_started_again() -> None:
    crowd = [f"U{number}" for number in range(1, 103)]
    people = StaticPeople(groups={"dev": crowd, "owners": ["U1"]})
    async with Harness(deploy(), people=people) as harness:
        run = await harness.start("deploy", as_user=crowd[0])
        for who in crowd[1:101]:
            run = await harness.engine.control.rerun(run.id, {}, actor=Actor("slack", who))
        with pytest.raises(NotPossible, match="at most 100"):
            await harness.engine.control.rerun(run.id, {}, actor=Actor("slack", crowd[101]))


async def test_a_run_of_an_earlier_release_has_the_requesters_of_the_run_that_it_repeats(
    tmp_path: Path,
) -> None:
    async with Harness(deploy(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.engine.cancel(run.id, actor=Actor("cli", "root"))
        again = await harness.engine.control.rerun(run.id, {}, actor=BOB)
        await harness.engine.cancel(again.id, actor=Actor("cli", "root"))
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as connection, connection:
        connection.execute("UPDATE run SET further_requesters = NULL")
    keyring, operator = Keyring(tmp_path / "keys"), Actor("cli", "root")
    backups.accept(tmp_path / "signoff.db", keyring, datetime.now(UTC), operator, "a test")
    async with Harness(deploy(), people=PEOPLE, folder=tmp_path) as harness:
        third = await harness.engine.control.rerun(again.id, {}, actor=CAROL)
        assert set(third.further_requesters) == {ALICE, BOB}
