"""Filter of runs with a failed step that waits for a decision, on each kind of database."""

from engine import OPEN_FAILURE, Actor, Fatal, RunFilter, StaticPeople, Workflow
from engine.testing import Harness

ALICE = Actor("slack", "U01ALICE")
PEOPLE = StaticPeople(groups={"platform": ["U01ALICE"]})


async def test_the_filter_finds_runs_whose_failure_waits_and_each_run_once() -> None:
    flow = Workflow("flow", owner="@platform")

    @flow.step
    async def fall() -> str:
        raise Fatal("the gateway is gone")

    async with Harness(flow, people=PEOPLE) as harness:
        waits, ends = await harness.start("flow"), await harness.start("flow")
        engine = harness.engine
        (request,) = await engine.requests(run_id=ends.id)
        await harness.decide(request, "abort", as_user="U01ALICE")
        await harness.advance(1)
        found = await engine.seen_by(ALICE).find(RunFilter("flow", ["failed", OPEN_FAILURE]), 9)
        assert {run.id: run.failure_waits_for for run in found.runs} == {
            waits.id: ("@platform",),
            ends.id: (),
        }
        open_only = await engine.seen_by(ALICE).find(RunFilter(states=[OPEN_FAILURE]), 9)
        assert [run.id for run in open_only.runs] == [waits.id]
        runs, total = await engine.runs("flow", ["waiting", OPEN_FAILURE])
        assert ([run.id for run in runs], total) == ([waits.id], 1)
        (request,) = await engine.requests(run_id=waits.id)
        await harness.decide(request, "retry", as_user="U01ALICE")
        await harness.advance(1)
        (again,) = await engine.requests(run_id=waits.id)
        answered, asked = [await engine.failure_cards.of(each.id) for each in (request, again)]
        assert answered is not None
        assert answered.failed_again == 1
        assert asked is not None
        assert asked.retried is not None
        assert asked.retried.id == request.id
