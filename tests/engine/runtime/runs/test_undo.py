"""Steps that succeeded and declare `undo` are undone when their run fails or is cancelled."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, DefinitionErrors, Fatal, NotPossible, Outcome, Retry, StepContext, Undo, Workflow
from engine.authoring.services import Registry
from engine.compiler.workflow import compile_workflow
from engine.model.people import Person, StaticPeople
from engine.model.records.records import RunRecord
from engine.testing import Harness

PEOPLE = StaticPeople(
    [Person(id_, id_) for id_ in ("U1", "U2", "U3")], groups={"ops": ["U1"], "approvers": ["U2"]}
)
CLI = Actor("cli", "root")


class Charge(BaseModel):
    amount: int


class Trip:
    """A saga of three steps, the last of which fails. `failing`: undo functions that raise."""

    def __init__(
        self,
        *,
        failing: tuple[str, ...] = (),
        on_failure: Any = "fail",
        waits: bool = False,
        hangs: bool = False,
    ) -> None:
        self.reached = asyncio.Event()
        self.calls: list[str] = []
        self.keys: list[str] = []
        self.failing = set(failing)
        self.flow = flow = Workflow("trip", owner="@ops", on_failure=on_failure)

        async def release(hotel: str, ctx: StepContext) -> None:
            self._undo("release", hotel, ctx)

        async def refund(charge: Charge, ctx: StepContext) -> None:
            self._undo("refund", str(charge.amount), ctx)

        async def cancel_flight(flight: str, ctx: StepContext) -> None:
            self._undo("cancel_flight", flight, ctx)
            if hangs:
                self.reached.set()
                await asyncio.Event().wait()

        @flow.step(undo=release)
        async def hotel() -> str:
            self.calls.append("hotel")
            return "room 5"

        @flow.step(undo=Undo(refund, retry=Retry(attempts=2, delay="10s", jitter=0)))
        async def charge(hotel: str) -> Charge:
            self.calls.append("charge")
            return Charge(amount=30)

        @flow.step(undo=cancel_flight)
        async def flight(charge: Charge) -> str:
            self.calls.append("flight")
            return "seat 9"

        if waits:
            flow.approval("go", ask="Go?", approvers=["@approvers"], after=[flight], expires="1d")

            @flow.step
            async def confirm(flight: str, go: Outcome[None]) -> None:
                self.calls.append("confirm")
        else:

            @flow.step(name="confirm")
            async def confirm_at_once(flight: str) -> None:
                raise Fatal("the agency is away")

    def _undo(self, name: str, output: str, ctx: StepContext) -> None:
        self.calls.append(f"{name} {output}")
        self.keys.append(ctx.idempotency_key)
        if name in self.failing:
            raise ConnectionError(f"{name} has no answer")


async def states(harness: Harness, run: RunRecord) -> dict[str, str]:
    return {step.step: step.state for step in (await harness.state(run)).steps}


async def test_a_run_that_fails_undoes_its_steps_in_reverse_order_of_completion() -> None:
    trip = Trip()
    async with Harness(trip.flow, people=PEOPLE) as harness:
        run = await harness.start("trip")
        assert trip.calls[3:] == ["cancel_flight seat 9", "refund 30", "release room 5"]
        assert trip.keys == [f"{run.id}:flight.undo:1", f"{run.id}:charge.undo:1", f"{run.id}:hotel.undo:1"]
        ended = (await harness.state(run)).run
        assert (ended.state, ended.reason) == ("failed", "confirm failed: the agency is away")
        assert await states(harness, run) == {
            "hotel": "compensated",
            "charge": "compensated",
            "flight": "compensated",
            "confirm": "failed",
            "flight.undo": "succeeded",
            "charge.undo": "succeeded",
            "hotel.undo": "succeeded",
        }
        assert await harness.output(run, "charge") == {"amount": 30}


async def test_the_owner_is_asked_about_the_second_of_three_undos_and_the_rest_waits_for_the_answer() -> None:
    trip = Trip(failing=("refund",))
    async with Harness(trip.flow, people=PEOPLE) as harness:
        run = await harness.start("trip")
        await harness.advance("1m")
        assert trip.calls[3:] == ["cancel_flight seat 9", "refund 30", "refund 30"]
        (request,) = await harness.requests()
        assert (request.kind, request.step, request.ask) == (
            "failure",
            "charge.undo",
            "trip failed at undo of charge",
        )
        assert (await harness.state(run)).run.state == "compensating"
        trip.failing.clear()
        await harness.decide("charge.undo", "retry", as_user="U1")
        assert trip.calls[6:] == ["refund 30", "release room 5"]
        assert trip.keys[-2] == f"{run.id}:charge.undo:2"
        assert (await harness.state(run)).run.state == "failed"


async def test_the_owner_skips_an_undo_that_fails_and_the_others_are_undone() -> None:
    trip = Trip(failing=("refund",))
    async with Harness(trip.flow, people=PEOPLE) as harness:
        run = await harness.start("trip")
        await harness.advance("1m")
        await harness.decide("charge.undo", "skip", as_user="U1")
        assert trip.calls[-1] == "release room 5"
        found = await states(harness, run)
        assert (found["charge"], found["charge.undo"], found["hotel"]) == (
            "succeeded",
            "skipped",
            "compensated",
        )
        ended = (await harness.state(run)).run
        assert ended.state == "failed"
        assert ended.reason.endswith("; not everything was undone: a person skipped undo of charge")


async def test_a_fork_repeats_no_step_that_was_not_undone_unless_it_is_named() -> None:
    trip = Trip(failing=("refund",))
    async with Harness(trip.flow, people=PEOPLE) as harness:
        run = await harness.start("trip")
        await harness.advance("1m")
        await harness.decide("charge.undo", "skip", as_user="U1")
        trip.calls.clear()
        with pytest.raises(
            NotPossible, match=r"charge succeeded in trip-\w+ and was not undone.*fork from charge"
        ):
            await harness.engine.control.fork(run.id, actor=CLI)
        assert trip.calls == []
        await harness.engine.control.fork(run.id, "charge", actor=CLI)
        await harness.run_until_idle()
        assert trip.calls[:2] == ["hotel", "charge"]


async def test_the_owner_aborts_the_compensation_and_nothing_more_is_undone() -> None:
    trip = Trip(failing=("refund",), waits=True)
    async with Harness(trip.flow, people=PEOPLE) as harness:
        run = await harness.start("trip")
        await harness.engine.cancel(run.id, actor=CLI, reason="sold out")
        await harness.advance("1m")
        await harness.decide("charge.undo", "abort", as_user="U1")
        ended = (await harness.state(run)).run
        assert ended.state == "cancelled"
        assert ended.reason == (
            "sold out; not everything was undone: undo of charge failed: refund has no answer "
            "(aborted by a person)"
        )
        found = await states(harness, run)
        assert (found["flight"], found["charge"], found["hotel"]) == ("compensated", "succeeded", "succeeded")
        assert "release room 5" not in trip.calls


async def test_cancel_undoes_what_succeeded_and_the_run_ends_cancelled() -> None:
    trip = Trip(waits=True)
    async with Harness(trip.flow, people=PEOPLE) as harness:
        run = await harness.start("trip")
        cancelled = await harness.engine.cancel(run.id, actor=CLI, reason="sold out")
        assert cancelled.state == "compensating"
        await harness.run_until_idle()
        ended = (await harness.state(run)).run
        assert (ended.state, ended.reason) == ("cancelled", "sold out")
        assert trip.calls[3:] == ["cancel_flight seat 9", "refund 30", "release room 5"]
        assert await harness.requests() == []


async def test_a_run_that_is_being_undone_is_neither_cancelled_again_nor_paused() -> None:
    trip = Trip(waits=True, hangs=True)
    async with Harness(trip.flow, people=PEOPLE) as harness:
        run = await harness.start("trip")
        await harness.engine.cancel(run.id, actor=CLI)
        await trip.reached.wait()
        with pytest.raises(NotPossible, match="its steps are being undone"):
            await harness.engine.cancel(run.id, actor=CLI)
        with pytest.raises(NotPossible, match="its steps are being undone"):
            await harness.engine.control.pause_run(run.id, actor=CLI)


async def test_a_run_that_succeeds_undoes_nothing() -> None:
    trip = Trip(waits=True)
    async with Harness(trip.flow, people=PEOPLE) as harness:
        run = await harness.start("trip")
        await harness.decide("go", "approve", as_user="U2")
        assert (await harness.state(run)).run.state == "succeeded"
        assert trip.calls == ["hotel", "charge", "flight", "confirm"]


async def test_an_abort_by_the_owner_undoes_what_succeeded() -> None:
    trip = Trip(on_failure=None)
    async with Harness(trip.flow, people=PEOPLE) as harness:
        run = await harness.start("trip")
        await harness.decide("confirm", "abort", as_user="U1")
        assert trip.calls[3:] == ["cancel_flight seat 9", "refund 30", "release room 5"]
        assert (await harness.state(run)).run.state == "failed"


async def test_the_events_say_what_was_undone() -> None:
    trip = Trip()
    async with Harness(trip.flow, people=PEOPLE) as harness:
        run = await harness.start("trip")
        events = [(event.type, event.step) for event in await harness.engine.events.of_run(run.id)]
        assert [type_ for type_, step in events if step is None] == [
            "run.created",
            "run.started",
            "run.compensating",
            "run.failed",
        ]
        undone = [step for type_, step in events if type_ == "step.compensated"]
        assert undone == ["flight", "charge", "hotel"]


async def test_a_compensation_goes_on_after_the_process_died_and_starts_nothing_else(tmp_path: Path) -> None:
    trip = Trip(failing=("refund",), waits=True)
    async with Harness(trip.flow, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("trip")
        await harness.engine.cancel(run.id, actor=CLI)
        await harness.run_until_idle()
        assert trip.calls[-1] == "refund 30"
    again = Trip(waits=True)
    async with Harness(again.flow, people=PEOPLE, folder=tmp_path) as harness:
        await harness.advance("1m")
        assert again.calls == ["refund 30", "release room 5"]
        assert (await harness.state(run)).run.state == "cancelled"


async def test_an_undo_that_was_executing_when_the_process_ended_executes_again(tmp_path: Path) -> None:
    trip = Trip(hangs=True)
    async with Harness(trip.flow, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.engine.start("trip", actor=CLI)
        await trip.reached.wait()
        assert (await harness.state(run)).run.state == "compensating"
    again = Trip()
    async with Harness(again.flow, people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        assert again.calls == ["cancel_flight seat 9", "refund 30", "release room 5"]
        assert (await harness.state(run)).run.state == "failed"


async def test_the_undo_of_a_guarded_step_asks_nobody() -> None:
    flow, calls = Workflow("deploy", owner="@ops", on_failure="fail"), []

    async def roll_back(deploy: str) -> None:
        calls.append(f"roll back {deploy}")

    flow.approval("go", ask="Go?", approvers=["@approvers"], expires="1d")

    @flow.step(undo=roll_back)
    async def deploy(go: Outcome[None]) -> str:
        return "7"

    @flow.step
    async def check(deploy: str) -> None:
        raise Fatal("it is not healthy")

    async with Harness(flow, people=PEOPLE) as harness:
        await harness.start("deploy")
        await harness.decide("go", "approve", as_user="U2")
        assert calls == ["roll back 7"]
        assert await harness.requests() == []


def definition(undo: Any) -> Workflow:
    flow = Workflow("pay", owner="@ops")

    @flow.step
    async def order() -> str:
        return "1"

    @flow.step(undo=undo)
    async def pay(order: str) -> Charge:
        return Charge(amount=1)

    return flow


async def other(order: str) -> None: ...


async def unknown(payment: Charge) -> None: ...


async def mistyped(pay: int) -> None: ...


@pytest.mark.parametrize(
    ("undo", "problem"),
    [
        ("refund", "undo is 'refund', which is not a function"),
        (other, "takes order, but it can take pay, input and ctx only"),
        (unknown, "The parameter payment names no step of this workflow"),
        (mistyped, "The parameter pay takes int, but pay returns Charge"),
        (Undo(lambda pay: None, retry=Retry(attempts=0)), "Retry\\(attempts=0\\)"),
    ],
)
def test_a_mistake_in_an_undo_function_is_named(undo: Any, problem: str) -> None:
    with pytest.raises(DefinitionErrors, match=problem):
        compile_workflow(definition(undo))


def test_a_definition_without_undo_keeps_its_digest() -> None:
    flow: Callable[[], Workflow] = lambda: definition(None)  # noqa: E731
    assert b"undo" not in compile_workflow(flow()).definition.canonical()


class Bank:
    def __init__(self) -> None:
        self.calls: list[str] = []

    async def charge(self) -> int:
        return 30

    async def refund(self, amount: int, ctx: StepContext) -> None:
        self.calls.append(f"refund {amount} {ctx.step}")

    async def ship(self, amount: int) -> None:
        raise Fatal("no stock")


async def test_a_task_in_dict_form_names_the_action_that_undoes_it() -> None:
    bank = Bank()
    flow = {
        "id": "order",
        "owner": "@ops",
        "on_failure": "fail",
        "tasks": [
            {
                "id": "charge",
                "service": "bank",
                "action": "charge",
                "undo": {"service": "bank", "action": "refund", "retry": {"attempts": 5}},
            },
            {"id": "ship", "service": "bank", "action": "ship"},
        ],
    }
    registry = Registry()
    registry.add("bank", bank)
    async with Harness(flow, people=PEOPLE, registry=registry) as harness:
        run = await harness.start("order")
        assert bank.calls == ["refund 30 charge.undo"]
        assert (await harness.state(run)).run.state == "failed"


async def test_a_condition_that_cannot_be_decided_fails_the_run_and_its_steps_are_undone() -> None:
    flow, calls = Workflow("pay", owner="@ops", on_failure="fail"), []

    async def refund(pay: dict[str, Any]) -> None:
        calls.append("refund")

    @flow.step(undo=refund)
    async def pay() -> dict[str, Any]:
        return {"score": "high"}

    @flow.step(when=pay.output.score > 3)
    async def ship() -> None:
        calls.append("ship")

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("pay")
        assert calls == ["refund"]
        found = await states(harness, run)
        assert (found["pay"], found["ship"]) == ("compensated", "failed")
