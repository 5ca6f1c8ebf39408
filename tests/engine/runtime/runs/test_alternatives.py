"""An alternative executes in place of a step that failed for good."""

from pathlib import Path
from typing import Any

import pytest

from engine import (
    Actor,
    Alternative,
    DefinitionErrors,
    Fatal,
    Outcome,
    Retry,
    Settled,
    StepContext,
    Workflow,
)
from engine.authoring.services import Registry
from engine.compiler.workflow import compile_workflow
from engine.model.people import Person, StaticPeople
from engine.model.records.records import RunRecord
from engine.testing import Harness

PEOPLE = StaticPeople(
    [Person(id_, id_) for id_ in ("U1", "U2", "U3")], groups={"ops": ["U1"], "approvers": ["U2"]}
)
CLI = Actor("cli", "root")


class Pay:
    """A payment with a second provider."""

    def __init__(
        self, *, ask: bool = False, fails: bool = False, on_failure: Any = None, retry: Retry | None = None
    ) -> None:
        self.calls: list[str] = []
        self.fails = fails
        self.flow = flow = Workflow("pay", owner="@ops", on_failure=on_failure)

        async def by_transfer(order: str, ctx: StepContext) -> str:
            self.calls.append(f"transfer {ctx.idempotency_key.partition(':')[2]}")
            if self.fails:
                raise ConnectionError("the bank is away")
            return f"transfer of {order}"

        @flow.step
        async def order() -> str:
            return "A7"

        @flow.step(retry=Retry(attempts=2, delay="1s"), alternative=Alternative(by_transfer, ask, retry))
        async def charge(order: str) -> str:
            self.calls.append("card")
            raise ConnectionError("the card service is away")

        @flow.step
        async def ship(charge: str) -> str:
            self.calls.append("ship")
            return charge


async def states(harness: Harness, run: RunRecord) -> dict[str, str]:
    return {step.step: step.state for step in (await harness.state(run)).steps}


async def test_the_alternative_gives_the_output_after_the_last_attempt_of_its_step() -> None:
    pay = Pay()
    async with Harness(pay.flow, people=PEOPLE) as harness:
        run = await harness.start("pay")
        await harness.advance("10s")
        assert pay.calls == ["card", "card", "transfer charge.alternative:1", "ship"]
        assert await harness.output(run, "ship") == "transfer of A7"
        detail = await harness.state(run)
        assert detail.run.state == "succeeded"
        by_name = {step.step: step for step in detail.steps}
        assert (by_name["charge"].state, by_name["charge"].reason) == ("succeeded", "done by its alternative")
        assert by_name["charge.alternative"].state == "succeeded"
        events = await harness.engine.events.of_run(run.id)
        assert [event.data["to"] for event in events if event.type == "step.rerouted"] == [
            "charge.alternative"
        ]
        (done,) = [event for event in events if event.type == "step.succeeded" and event.step == "charge"]
        assert done.data["by"] == "charge.alternative"
        assert await harness.requests() == []


async def test_the_owner_is_asked_when_the_alternative_fails_and_is_not_offered_it_again() -> None:
    pay = Pay(fails=True)
    async with Harness(pay.flow, people=PEOPLE) as harness:
        run = await harness.start("pay")
        await harness.advance("10s")
        (request,) = await harness.requests()
        assert (request.step, request.policy.choices) == ("charge", ("retry", "skip", "abort"))
        assert request.failure is not None
        assert request.failure.message == "the bank is away"
        await harness.decide("charge", "retry", as_user="U1")
        await harness.advance("10s")
        assert pay.calls == ["card", "card", "transfer charge.alternative:1", "card", "card"]
        await harness.decide("charge", "abort", as_user="U1")
        assert (await harness.state(run)).run.state == "failed"


async def test_the_owner_reroutes_a_step_whose_alternative_waits_for_a_person() -> None:
    pay = Pay(ask=True)
    async with Harness(pay.flow, people=PEOPLE) as harness:
        run = await harness.start("pay")
        await harness.advance("10s")
        (request,) = await harness.requests()
        assert request.policy.choices == ("retry", "reroute", "skip", "abort")
        assert pay.calls == ["card", "card"]
        await harness.decide("charge", "reroute", as_user="U1")
        assert pay.calls[2:] == ["transfer charge.alternative:1", "ship"]
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_rerouted_step_that_fails_asks_with_a_new_request() -> None:
    pay = Pay(ask=True, fails=True)
    async with Harness(pay.flow, people=PEOPLE) as harness:
        await harness.start("pay")
        await harness.advance("10s")
        (first,) = await harness.requests()
        await harness.decide("charge", "reroute", as_user="U1")
        (second,) = await harness.requests()
        assert second.id != first.id
        assert second.policy.choices == ("retry", "skip", "abort")


async def test_a_run_fails_when_the_alternative_fails_and_nobody_is_to_be_asked() -> None:
    pay = Pay(fails=True, on_failure="fail")
    async with Harness(pay.flow, people=PEOPLE) as harness:
        run = await harness.start("pay")
        await harness.advance("10s")
        assert await harness.requests() == []
        assert await states(harness, run) == {
            "order": "succeeded",
            "charge": "failed",
            "ship": "cancelled",
            "charge.alternative": "failed",
        }
        assert (await harness.state(run)).run.reason == "charge failed: the bank is away"


async def test_a_retry_of_the_alternative_outlasts_the_process(tmp_path: Path) -> None:
    pay = Pay(fails=True, retry=Retry(attempts=2, delay="1m", jitter=0))
    async with Harness(pay.flow, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("pay")
        await harness.advance("10s")
        assert pay.calls[-1] == "transfer charge.alternative:1"
    again = Pay(retry=Retry(attempts=2, delay="1m", jitter=0))
    async with Harness(again.flow, people=PEOPLE, folder=tmp_path) as harness:
        await harness.advance("2m")
        assert again.calls == ["transfer charge.alternative:1", "ship"]
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_step_that_takes_the_failure_gets_it_only_when_the_alternative_failed_too() -> None:
    flow, got = Workflow("pay", owner="@ops"), []

    async def other() -> int:
        raise Fatal("no")

    @flow.step(alternative=other)
    async def charge() -> int:
        raise Fatal("away")

    @flow.step
    async def note(charge: Settled[int]) -> None:
        got.append((charge.state, charge.error))

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("pay")
        assert got == [("failed", "no")]
        assert (await harness.state(run)).run.state == "succeeded"


def guarded(alternative: Any) -> Workflow:
    flow = Workflow("deploy", owner="@ops")
    flow.approval("go", ask="Go?", approvers=["@approvers"], expires="1d")

    @flow.step(alternative=alternative)
    async def deploy(go: Outcome[None]) -> str:
        raise Fatal("the cluster is away")

    return flow


async def test_an_approval_covers_the_code_of_the_alternative(tmp_path: Path) -> None:
    calls = []

    async def to_the_old_cluster() -> str:
        calls.append("old")
        return "old"

    async def to_the_new_cluster() -> str:
        calls.append("new")
        return "new"

    async with Harness(guarded(to_the_old_cluster), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("deploy")
        (request,) = await harness.requests()
        assert request.coverage.binding is not None
        assert request.coverage.binding.code.keys() == {"deploy", "deploy.alternative"}
    async with Harness(guarded(to_the_new_cluster), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        (request,) = await harness.requests()
        assert request.coverage.again == "the code of alternative of deploy changed"
        await harness.decide(request, "approve", as_user="U2")
        assert calls == ["new"]
        receipt = await harness.engine.receipts.receipt(request.id)
        executed = {each["step"]: each["state"] for each in receipt["receipt"]["executed"]}
        assert executed == {"deploy": "succeeded", "deploy.alternative": "succeeded"}
        assert (await harness.state(run)).run.state == "succeeded"


def definition(alternative: Any) -> Workflow:
    flow = Workflow("pay", owner="@ops")

    @flow.step
    async def order() -> str:
        return "1"

    @flow.step
    async def price() -> int:
        return 1

    @flow.step(alternative=alternative)
    async def pay(order: str) -> int:
        return 1

    return flow


async def another_type(order: str) -> str:
    return ""


async def another_source(price: int) -> int:
    return 1


async def fitting(order: str) -> int:
    return 1


@pytest.mark.parametrize(
    ("alternative", "problem"),
    [
        ("transfer", "alternative is 'transfer', which is not a function"),
        (another_type, "The alternative returns str, but pay returns int"),
        (another_source, "The alternative takes price, which pay does not take in the same way"),
        (Alternative(fitting, ask="yes"), "Alternative\\(ask='yes'\\)"),  # type: ignore[arg-type]
    ],
)
def test_a_mistake_in_an_alternative_is_named(alternative: Any, problem: str) -> None:
    with pytest.raises(DefinitionErrors, match=problem):
        compile_workflow(definition(alternative))


def test_a_mapped_step_takes_no_alternative() -> None:
    flow = Workflow("pay", owner="@ops")

    @flow.step
    async def orders() -> list[str]:
        return ["1"]

    async def other(order: str) -> int:
        return 1

    @flow.step(each="orders", alternative=other)
    async def pay(order: str) -> int:
        return 1

    with pytest.raises(DefinitionErrors, match=r"combined with each=\. Take pay as list"):
        compile_workflow(flow)


def test_a_definition_without_alternative_keeps_its_digest() -> None:
    canonical = compile_workflow(definition(None)).definition.canonical()
    assert b"alternative" not in canonical
    assert b"reroute" not in canonical


class Shop:
    async def order(self) -> str:
        return "A7"

    async def by_card(self, order: str) -> str:
        raise Fatal("no card")

    async def by_transfer(self, order: str) -> str:
        return f"transfer of {order}"


async def test_a_task_in_dict_form_names_the_action_that_executes_in_its_place() -> None:
    flow = {
        "id": "pay",
        "owner": "@ops",
        "tasks": [
            {"id": "order", "service": "shop", "action": "order"},
            {
                "id": "charge",
                "service": "shop",
                "action": "by_card",
                "alternative": {"service": "shop", "action": "by_transfer"},
            },
        ],
    }
    registry = Registry()
    registry.add("shop", Shop())
    async with Harness(flow, people=PEOPLE, registry=registry) as harness:
        run = await harness.start("pay")
        assert await harness.output(run, "charge") == "transfer of A7"
