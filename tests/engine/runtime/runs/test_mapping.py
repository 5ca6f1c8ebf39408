"""Mapped steps: each element is a step run of its own, and the list that comes of them is one value."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine.authoring.services import Registry
from engine.compiler.workflow import compile_workflow
from engine.errors import DefinitionErrors
from engine.model.people import StaticPeople
from engine.store import queries
from engine.testing import TESTER, Harness
from signoff import Retry, Settled, StepContext, Workflow

PEOPLE = StaticPeople(groups={"ops": ["U1"]})


class Rows(BaseModel):
    rows: list[int] | None


def letters(count: int = 5, **options: Any) -> tuple[Workflow, dict[str, Any]]:
    """A workflow that maps `count` numbers; what its steps did is in the dict."""
    seen: dict[str, Any] = {"bad": set(), "calls": [], "most": 0, "now": 0, "keys": {}}
    flow = Workflow("letters", owner="@ops")

    @flow.step
    def load() -> dict[str, list[int]]:
        return {"rows": list(range(count))}

    @flow.step(each="load.rows", **options)
    async def send(row: int, ctx: StepContext) -> str:
        seen["calls"].append(row)
        seen["keys"].setdefault(row, []).append(ctx.idempotency_key)
        seen["now"] += 1
        seen["most"] = max(seen["most"], seen["now"])
        await asyncio.sleep(0)
        seen["now"] -= 1
        if row in seen["bad"]:
            raise ValueError(f"row {row} is bad")
        return f"sent {row}"

    return flow, seen


def with_all(flow: Workflow) -> Workflow:
    @flow.step
    def collect(send: list[str]) -> int:
        return len(send)

    return flow


def with_settled(flow: Workflow) -> Workflow:
    @flow.step
    def collect(send: list[Settled[str]]) -> list[str]:
        return [each.value or f"{each.state}: {each.error}" for each in send]

    return flow


async def outputs(harness: Harness, run: Any) -> dict[str, Any]:
    detail = await harness.state(run)
    return {step.step: step.output for step in detail.steps}


async def test_every_element_executes_once_and_the_list_keeps_its_order() -> None:
    flow, seen = letters(20, at_once=3)
    async with Harness(with_all(flow), people=PEOPLE) as harness:
        run = await harness.start("letters")
        detail = await harness.state(run)
        assert detail.run.state == "succeeded"
        assert sorted(seen["calls"]) == list(range(20))
        assert seen["most"] == 3
        found = await outputs(harness, run)
        assert found["send"] == [f"sent {row}" for row in range(20)]
        assert found["collect"] == 20
        assert seen["keys"][7] == [f"{run.id}:send[7]:1"]


async def test_empty_list_succeeds_with_an_empty_list() -> None:
    flow, _ = letters(0)
    async with Harness(with_all(flow), people=PEOPLE) as harness:
        run = await harness.start("letters")
        assert (await outputs(harness, run))["collect"] == 0


async def test_reader_of_settled_elements_gets_failures_and_nobody_is_asked() -> None:
    flow, seen = letters(4)
    seen["bad"] = {2}
    async with Harness(with_settled(flow), people=PEOPLE) as harness:
        run = await harness.start("letters")
        detail = await harness.state(run)
        assert detail.run.state == "succeeded"
        assert not detail.requests
        found = await outputs(harness, run)
        assert found["collect"] == ["sent 0", "sent 1", "failed: row 2 is bad", "sent 3"]


async def test_one_request_asks_about_all_failed_elements_and_retry_executes_them_alone() -> None:
    flow, seen = letters(10, at_once=10)
    seen["bad"] = {2, 5}
    async with Harness(with_all(flow), people=PEOPLE) as harness:
        run = await harness.start("letters")
        detail = await harness.state(run)
        (request,) = detail.requests
        assert request.step == "send"
        assert request.failure is not None
        assert "of 10 elements failed" in request.failure.message
        assert "Element 2: row 2 is bad" in request.failure.message
        seen["bad"] = set()
        seen["calls"].clear()
        await harness.decide("send", "retry", as_user="U1")
        assert sorted(seen["calls"]) == [2, 5]
        assert seen["keys"][2] == [f"{run.id}:send[2]:1", f"{run.id}:send[2]:2"]
        assert (await harness.state(run)).run.state == "succeeded"
        assert (await outputs(harness, run))["collect"] == 10


async def test_more_failures_than_tolerated_end_the_map_early() -> None:
    flow, seen = letters(100, at_once=2, tolerate="3%")
    seen["bad"] = set(range(100))
    async with Harness(with_settled(flow), people=PEOPLE) as harness:
        run = await harness.start("letters")
        detail = await harness.state(run)
        assert len(detail.requests) == 1
        assert len(seen["calls"]) <= 5
        await harness.decide("send", "skip", as_user="U1")
        detail = await harness.state(run)
        assert {step.step: step.state for step in detail.steps}["collect"] == "skipped"


async def test_abort_stops_the_elements_that_still_execute() -> None:
    flow, seen = letters(10, at_once=4, retry=Retry(attempts=3, delay="1h"))
    seen["bad"] = {1}
    async with Harness(with_all(flow), people=PEOPLE) as harness:
        run = await harness.start("letters")
        assert (await harness.state(run)).run.state == "running"
        await harness.advance("3h")
        await harness.decide("send", "abort", as_user="U1")
        assert (await harness.state(run)).run.state == "failed"
        assert seen["calls"].count(1) == 3


async def test_failures_within_the_tolerance_do_not_end_the_map() -> None:
    flow, seen = letters(200, tolerate="3%")
    seen["bad"] = {1, 2, 3, 50, 60, 199}
    async with Harness(with_settled(flow), people=PEOPLE) as harness:
        run = await harness.start("letters")
        assert (await harness.state(run)).run.state == "succeeded"
        assert (await outputs(harness, run))["collect"][50] == "failed: row 50 is bad"


async def test_element_is_retried_by_itself() -> None:
    flow, seen = letters(5, retry=Retry(attempts=2, delay="10s"))
    seen["bad"] = {3}
    async with Harness(with_all(flow), people=PEOPLE) as harness:
        run = await harness.start("letters")
        seen["bad"] = set()
        await harness.advance("1m")
        assert (await harness.state(run)).run.state == "succeeded"
        assert sorted(seen["calls"]) == [0, 1, 2, 3, 3, 4]
        assert len(set(seen["keys"][3])) == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"each": "lod"}, "each names lod, which is not another step of this workflow. Did you mean load?"),
        ({"each": 3}, "each is 3, which is not a list."),
        ({"each": "load", "at_once": 0}, "at_once is 0."),
        ({"each": "load", "tolerate": "ten"}, "tolerate is 'ten'."),
        ({"each": "load", "tolerate": "200%"}, "tolerate is '200%'."),
        ({"each": "name"}, "each names name, which is str."),
        ({"each": "words"}, "but the elements of words are str"),
        ({"tolerate": 3}, "The step has tolerate, but no each."),
    ],
)
def test_mistakes_in_the_options_are_named(options: dict[str, Any], says: str) -> None:
    flow = Workflow("wrong", owner="@ops")

    @flow.step
    def load() -> list[int]:
        return [1]

    @flow.step
    def words() -> list[str]:
        return ["a"]

    @flow.step
    def name() -> str:
        return "a"

    def send(row: int) -> int:
        return row

    def count(load: list[int]) -> int:
        return len(load)

    flow.step(**options)(send if "each" in options else count)

    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(flow)
    assert says in str(raised.value)


async def test_dict_maps_with_the_options_of_python() -> None:
    class Office:
        def load(self) -> dict[str, list[int]]:
            return {"rows": [1, 2, 3]}

        def send(self, row: int) -> int:
            if row == 2:
                raise ValueError("two")
            return row

        def collect(self, rows: list[Settled[int]]) -> str:
            return ",".join(each.state for each in rows)

    tasks = [
        {"id": "load", "service": "Office", "action": "load"},
        {
            "id": "send",
            "service": "Office",
            "action": "send",
            "each": "load.rows",
            "at_once": 2,
            "tolerate": 1,
        },
        {"id": "collect", "service": "Office", "action": "collect"},
    ]
    declared = {"id": "letters", "owner": "@ops", "tasks": tasks}
    registry = Registry()
    registry.add("Office", Office())
    async with Harness(declared, people=PEOPLE, registry=registry) as harness:
        run = await harness.start("letters")
        assert (await outputs(harness, run))["collect"] == "succeeded,failed,succeeded"


async def test_pause_starts_no_further_element_and_resume_goes_on() -> None:
    flow, seen = letters(30, at_once=2)
    async with Harness(with_all(flow), people=PEOPLE) as harness:
        engine = harness.engine
        run = await engine.start("letters", actor=TESTER)
        while len(seen["calls"]) < 5:
            await asyncio.sleep(0)
        await engine.control.pause_run(run.id, "look", actor=TESTER)
        begun = len(seen["calls"])
        await engine.activity.idle()
        assert (await harness.state(run)).run.state == "paused"
        assert len(seen["calls"]) <= min(begun + 2, 29)
        await engine.control.resume_run(run.id, actor=TESTER)
        await engine.activity.idle()
        assert sorted(seen["calls"]) == list(range(30))
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_death_is_put_down_to_the_elements_that_execute_and_not_to_the_list() -> None:
    flow, go_on = Workflow("flow", owner="@ops"), asyncio.Event()

    @flow.step
    def load() -> list[int]:
        return [1, 2, 3]

    @flow.step(each=load, at_once=2)
    async def send(row: int) -> int:
        await go_on.wait()
        return row

    async with Harness(flow) as harness:
        await harness.engine.start("flow", actor=TESTER)
        executing: list[str] = []
        while len(executing) < 2:
            executing = [step.step for step in await harness.engine._store.read(queries.interrupted)]
        assert executing == ["send[0]", "send[1]"]
        go_on.set()


async def test_cancel_stops_elements_and_ends_their_retries() -> None:
    flow, seen = letters(10, at_once=10, retry=Retry(attempts=3, delay="1h"))
    seen["bad"] = {1, 4}
    async with Harness(with_all(flow), people=PEOPLE) as harness:
        run = await harness.start("letters")
        await harness.engine.cancel(run.id, actor=TESTER, reason="enough")
        await harness.advance("5h")
        assert (await harness.state(run)).run.state == "cancelled"
        assert seen["calls"].count(1) == 1
        cancelled = await harness.engine.elements(run.id, "send", state="cancelled")
        assert [record.step for record in cancelled] == ["send[1]", "send[4]"]
        assert not (await harness.engine.audit()).findings


def paid(seen: list[int]) -> Workflow:
    """A workflow whose approval guards a mapped step."""
    flow = Workflow("payout", owner="@ops")

    @flow.step
    def choose() -> list[int]:
        return [1, 2, 3]

    go = flow.approval("go", ask="Pay?", show=choose, approvers=["@ops"], expires="4h", self_approval=True)

    @flow.step(each=choose, after=[go])
    async def pay(amount: int) -> int:
        seen.append(amount)
        return amount

    @flow.step
    def total(pay: list[int]) -> int:
        return sum(pay)

    return flow


async def test_approval_covers_the_list_and_its_receipt_counts_the_elements() -> None:
    seen: list[int] = []
    async with Harness(paid(seen), people=PEOPLE) as harness:
        run = await harness.start("payout")
        detail = await harness.state(run)
        binding = detail.requests[0].coverage.binding
        assert binding is not None
        assert set(binding.outputs) == {"choose"}
        assert set(binding.code) == {"pay"}
        await harness.decide("go", "approve", as_user="U1")
        assert sorted(seen) == [1, 2, 3]
        receipt = await harness.engine.receipts.receipt(f"{run.id}.go")
        (executed,) = receipt["receipt"]["executed"]
        assert (executed["step"], executed["elements"]) == ("pay", {"succeeded": 3})


async def test_owner_is_asked_about_a_value_that_cannot_be_mapped() -> None:
    flow = Workflow("letters", owner="@ops")

    @flow.step
    def load() -> dict[str, Any]:
        return {"rows": "none"}

    @flow.step(each="load.rows")
    async def send(row: int) -> int:
        return row

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("letters")
        (request,) = (await harness.state(run)).requests
        assert request.failure is not None
        assert request.failure.message == "each: {load.rows} is a text, and send needs a list."
        assert request.policy.choices == ("skip", "abort")


async def test_run_goes_on_after_a_restart_in_the_middle_of_a_list(tmp_path: Path) -> None:
    flow, seen = letters(20, at_once=2, retry=Retry(attempts=2, delay="1h"))
    seen["bad"] = {3}
    async with Harness(with_all(flow), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("letters")
        clock = harness.clock
    seen["bad"] = set()
    async with Harness(flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.advance("2h")
        assert (await harness.state(run)).run.state == "succeeded"
        assert sorted(seen["calls"]) == sorted([*range(20), 3])
        assert not (await harness.engine.audit()).findings


async def test_progress_of_an_element_is_not_shown_as_that_of_its_step() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def load() -> list[int]:
        return [1, 2, 3]

    @flow.step(each=load, at_once=2)
    async def send(row: int, ctx: StepContext) -> int:
        ctx.progress(row, of=10, text="half way")
        await ctx.sleep(60)
        return row

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        await harness.advance("30s")
        state = await harness.state(run)
        assert sorted(state.progress) == ["send[0]", "send[1]"]
        assert (state.elements["send"].ended, state.elements["send"].running) == (0, 2)
        await harness.advance("2m")
        assert await harness.output(run, "send") == [1, 2, 3]


async def test_a_step_does_not_execute_that_begins_in_the_moment_in_which_its_run_fails() -> None:
    flow, calls = Workflow("letters", owner="@ops", on_failure="fail", input=Rows), []

    @flow.step
    async def announce() -> None:
        calls.append("announced")

    @flow.step(each="input.rows")
    async def send(row: int) -> None: ...

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("letters", {"rows": None})
        detail = await harness.state(run)
        assert detail.run.state == "failed"
        assert [step.state for step in detail.steps] == ["cancelled", "failed"]
        assert calls == []
