"""Steps are counted in one way: the title of a list counts the rows below it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.message import MENTIONED
from bot.views.runs import counted, steps
from engine import (
    Actor,
    Alternative,
    AskOwner,
    ElementCounts,
    Fatal,
    RunDetail,
    RunRecord,
    StaticPeople,
    StepRecord,
    Undo,
    Workflow,
)
from engine.testing import Harness

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PEOPLE = StaticPeople(groups={"platform": ["U01ALICE"]})
ALICE = Actor("slack", "U01ALICE")
RUN = RunRecord("r1", "w", "d", "running", 1, {}, ALICE, "manual", "C1", "t", NOW, NOW)
STATES = ("pending", "running", "retrying", "waiting", "succeeded", "failed", "skipped", "compensated")


def record(name: str, state: str) -> StepRecord:
    return StepRecord("r1", name, state, 1, started_at=NOW)  # type: ignore[arg-type]


def rows(detail: RunDetail) -> list[str]:
    return [line.step for line in steps.lines(detail, MENTIONED, NOW)[0]]


def workflow(*, ask: bool) -> Workflow:
    flow = Workflow("flow", owner="U01ALICE", on_failure=AskOwner())

    async def by_hand() -> str:
        return "x"

    async def refund() -> None:
        """Nothing to do."""

    @flow.step(undo=Undo(refund))
    async def first() -> str:
        return "a"

    @flow.step(alternative=Alternative(by_hand, ask=ask))
    async def label(first: str) -> str:
        raise Fatal("the printer is away")

    @flow.step
    async def send(label: str) -> str:
        return label

    return flow


@pytest.mark.parametrize("choice", ["", "reroute", "skip", "abort"])
async def test_every_surface_counts_a_rerouted_step_once(choice: str) -> None:
    async with Harness(workflow(ask=bool(choice)), people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.run_until_idle()
        if choice:
            (request,) = await harness.requests()
            waiting = await harness.state(run)
            assert steps.progress(waiting) == "1 of 3 steps done, 1 failed"
            await harness.decide(request, choice, as_user=ALICE.id)
            await harness.run_until_idle()
        detail = await harness.state(run)
        (shown,) = harness.engine.workflows()
        drawn = await harness.engine.run_drawing(detail.run.id)
    by_choice = {
        "skip": "1 of 3 steps done, 2 skipped",
        "abort": "0 of 3 steps done, 1 undone, 1 failed",
    }
    assert steps.progress(detail).startswith(by_choice.get(choice, "3 of 3 steps done"))
    names = ["first", "label", "send"]
    assert [name for name in rows(detail) if not name.endswith(".undo")] == names
    assert list(shown.steps) == [node.name for node in drawn.nodes] == names


@pytest.mark.parametrize("state", ["running", "retrying", "waiting"])
def test_an_alternative_that_executes_is_the_row_of_its_step(state: str) -> None:
    label, other = record("label", "waiting"), record("label.alternative", state)
    detail = RunDetail(RUN, "@a", "#c", (record("first", "succeeded"), label, other), ())
    assert rows(detail) == ["first", "label.alternative"]
    assert steps.progress(detail) == "1 of 2 steps done"


@given(st.lists(st.tuples(*(st.sampled_from(STATES),) * 3, *(st.booleans(),) * 4), min_size=1, max_size=12))
def test_the_title_counts_the_rows_below_it(made: list[tuple[str, str, str, bool, bool, bool, bool]]) -> None:
    found, parts, elements, expected = [], {}, {}, 0
    for number, (own, alternative, part, rerouted, undone, agent, mapped) in enumerate(made):
        name = f"step{number}"
        if agent:
            found += [record(f"{name}_turn_1", part)]
            parts[f"{name}_turn_1"] = name
        found += [record(name, own)]
        if mapped and not agent:
            elements[name] = ElementCounts(total=40, succeeded=17)
        found += [record(f"{name}.alternative", alternative)] if rerouted and not agent else []
        found += [record(f"{name}.undo", "pending")] if undone else []
        expected += 1
    detail = RunDetail(RUN, "@a", "#c", tuple(found), (), parts=parts, elements=elements)
    assert steps.progress(detail).split(" done")[0].endswith(f" of {expected} step{'s' * (expected > 1)}")
    assert len(counted.counted(detail)) == expected
    shown, left_out = steps.lines(detail, MENTIONED, NOW)
    undos = [name for name in (step.step for step in counted.rows(detail)) if name.endswith(".undo")]
    assert len(shown) + left_out == expected + len(undos)
