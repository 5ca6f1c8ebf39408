"""Waits for signals: the first of a name counts, also before its wait."""

import asyncio
from pathlib import Path

import pytest
from pydantic import BaseModel

from engine import (
    Actor,
    DefinitionErrors,
    InvalidInput,
    NotAllowed,
    NotPossible,
    Registry,
    UnknownRun,
    Workflow,
)
from engine.compiler import compile_workflow
from engine.model.people import Person, StaticPeople
from engine.testing import Harness

PEOPLE = StaticPeople([Person(id_, id_) for id_ in ("U1", "U2", "U3")], groups={"ops": ["U1"]})
CLI = Actor("cli", "root")


class Payment(BaseModel):
    amount: int
    currency: str = "EUR"


def order(*, on_expiry: str = "fail", early: str = "") -> Workflow:
    flow = Workflow("order", owner="@ops")
    before = [flow.sleep("pick", early)] if early else []
    flow.wait_for("payment", signal="paid", model=Payment, expires="3d", on_expiry=on_expiry, after=before)  # type: ignore[arg-type]

    @flow.step
    async def ship(payment: Payment) -> str:
        return f"shipped for {payment.amount} {payment.currency}"

    @flow.step
    async def close(payment: Payment | None) -> str:
        return "paid" if payment else "unpaid"

    return flow


async def test_a_signal_ends_its_wait_and_gives_the_payload() -> None:
    async with Harness(order(), people=PEOPLE) as harness:
        run = await harness.start("order")
        reason = "waits for the signal paid until 2026-01-08 09:00 UTC at payment"
        assert (await harness.state(run)).run.reason == reason
        result = await harness.signal(run, "paid", {"amount": 30})
        assert result.counted
        assert await harness.output(run, "ship") == "shipped for 30 EUR"
        assert await harness.engine.next_due() is None
        events = await harness.engine.events.of_run(run.id)
        (received,) = [event for event in events if event.type == "signal.received"]
        assert (received.step, received.data["name"]) == ("payment", "paid")
        assert (await harness.engine.audit()).findings == []


async def test_a_signal_that_comes_before_its_wait_counts(tmp_path: Path) -> None:
    async with Harness(order(early="1h"), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("order")
        await harness.signal(run, "paid", Payment(amount=5))
        assert (await harness.step(run, "payment")).state == "pending"
        clock = harness.clock
    async with Harness(order(early="1h"), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.advance("1h")
        assert await harness.output(run, "ship") == "shipped for 5 EUR"


async def test_the_first_of_two_signals_counts_and_answers_the_second() -> None:
    async with Harness(order(early="1h"), people=PEOPLE) as harness:
        run = await harness.start("order")
        first, second = await asyncio.gather(
            harness.engine.signal(run.id, "paid", {"amount": 1}, actor=CLI),
            harness.engine.signal(run.id, "paid", {"amount": 2}, actor=CLI),
        )
        assert [first.counted, second.counted] == [True, False]
        assert second.signal.payload == {"amount": 1, "currency": "EUR"}
        await harness.advance("1h")
        third = await harness.signal(run, "paid", {"amount": 3})
        assert (third.counted, third.signal.payload["amount"]) == (False, 1)
        assert await harness.output(run, "ship") == "shipped for 1 EUR"


async def test_an_expired_wait_asks_the_owner_and_waits_again_after_retry() -> None:
    async with Harness(order(), people=PEOPLE) as harness:
        run = await harness.start("order")
        await harness.advance("3d")
        (request,) = await harness.requests()
        assert request.failure is not None
        assert request.failure.message == "The signal paid did not come within 72 h."
        await harness.decide(request, "retry", as_user="U1")
        await harness.advance("2d")
        await harness.signal(run, "paid", {"amount": 4})
        assert await harness.output(run, "close") == "paid"
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_wait_that_expires_as_skipped_lets_the_steps_go_on_that_take_a_skip() -> None:
    async with Harness(order(on_expiry="skip"), people=PEOPLE) as harness:
        run = await harness.start("order")
        await harness.advance("3d")
        assert await harness.output(run, "close") == "unpaid"
        assert (await harness.step(run, "ship")).state == "skipped"
        with pytest.raises(NotPossible, match="has already ended: it succeeded"):
            await harness.signal(run, "paid", {"amount": 4})


async def test_a_signal_after_its_wait_expired_is_refused() -> None:
    flow = order(on_expiry="skip")
    flow.sleep("rest", "9d")
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("order")
        await harness.advance("3d")
        with pytest.raises(NotPossible, match="no longer waits for paid: The signal paid did"):
            await harness.signal(run, "paid", {"amount": 4})


async def test_a_signal_is_recorded_while_its_run_is_paused_and_nothing_starts() -> None:
    async with Harness(order(), people=PEOPLE) as harness:
        run = await harness.start("order")
        await harness.engine.control.pause_run(run.id, actor=CLI)
        await harness.signal(run, "paid", {"amount": 4})
        assert (await harness.step(run, "payment")).state == "succeeded"
        assert (await harness.step(run, "ship")).state == "pending"
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.run_until_idle()
        assert await harness.output(run, "ship") == "shipped for 4 EUR"


async def test_what_is_wrong_with_a_signal_is_named_and_nothing_is_recorded() -> None:
    async with Harness(order(), people=PEOPLE) as harness:
        run = await harness.start("order", as_user="U3")
        with pytest.raises(InvalidInput, match="amount"):
            await harness.signal(run, "paid", {"amount": "many"})
        with pytest.raises(InvalidInput, match="did you mean amount"):
            await harness.signal(run, "paid", {"amont": 3})
        with pytest.raises(NotPossible, match=r"waits for no signal called pait\. Did you mean paid\?"):
            await harness.signal(run, "pait")
        with pytest.raises(UnknownRun):
            await harness.engine.signal("order-none", "paid", actor=CLI)
        with pytest.raises(NotAllowed, match="Only its requester or @ops can send signals to order-"):
            await harness.signal(run, "paid", {"amount": 3}, as_user="U2")
        assert (await harness.step(run, "payment")).state == "waiting"
        assert (await harness.signal(run, "paid", {"amount": 3}, as_user="U3")).counted


async def test_a_signal_without_a_model_takes_no_payload() -> None:
    flow = Workflow("door", owner="@ops")
    opened = flow.wait_for("opened", expires="never")

    @flow.step(after=[opened])
    async def enter() -> str:
        return "in"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("door")
        assert (await harness.state(run)).run.reason == "waits for the signal opened at opened"
        with pytest.raises(InvalidInput, match="it has no payload"):
            await harness.signal(run, "opened", {"by": "hand"})
        await harness.signal(run, "opened")
        assert await harness.output(run, "enter") == "in"


async def test_typed_values_become_what_the_model_says() -> None:
    async with Harness(order(), people=PEOPLE) as harness:
        run = await harness.start("order")
        await harness.engine.signal(run.id, "paid", {"amount": "7"}, actor=CLI, typed=True)
        await harness.run_until_idle()
        assert await harness.output(run, "ship") == "shipped for 7 EUR"


def test_mistakes_in_waits_for_signals_are_named() -> None:
    flow = Workflow("wrong", owner="@ops")
    flow.wait_for("one", signal="paid", expires="1d")
    flow.wait_for("two", signal="paid", expires="never", on_expiry="pass")  # type: ignore[arg-type]
    flow.wait_for("three", signal="a b", expires=None, model=int)  # type: ignore[arg-type]

    @flow.step
    async def use(one: int) -> None: ...

    with pytest.raises(DefinitionErrors) as caught:
        compile_workflow(flow)
    assert [error.problem for error in caught.value.errors] == [
        "on_expiry is 'pass'.",
        "The signal paid already ends one.",
        "expires is None.",
        "'a b' can't be a signal's name.",
        "The model int has no named fields.",
        "The parameter one takes int, but one returns NoneType.",
    ]


class Desk:
    def find(self) -> str:
        return "lamp"

    def book(self, data: Payment) -> int:
        return data.amount


async def test_a_task_in_dict_form_takes_the_payload_of_the_signal_before_it() -> None:
    registry = Registry()
    registry.add("desk", Desk())
    buying = {
        "id": "buying",
        "owner": "@ops",
        "tasks": [
            {"id": "find", "service": "desk", "action": "find"},
            {"id": "paid", "wait_for": {"model": Payment, "expires": "3d"}, "on_failure": "fail"},
            {"id": "book", "service": "desk", "action": "book"},
        ],
    }
    async with Harness(buying, people=PEOPLE, registry=registry) as harness:
        run = await harness.start("buying")
        await harness.signal(run, "paid", {"amount": 9})
        assert await harness.output(run, "book") == 9
