"""Rates and circuit breakers: steps wait, and start when time or a probe lets them."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import (
    Actor,
    Alternative,
    Breaker,
    Fatal,
    NotPossible,
    Resource,
    ResourceRecord,
    ResourceUnavailable,
    Retry,
    RunRecord,
    StaticPeople,
    Workflow,
)
from engine.store import queries
from engine.testing import TESTER, Harness

OPERATOR = Actor("cli", "root")


class Bank:
    """An API that is up or down."""

    def __init__(self) -> None:
        self.down = False
        self.calls = 0
        self.error: Exception = ConnectionError("no route")

    def pay(self) -> str:
        self.calls += 1
        if self.down:
            raise self.error
        return "paid"


@pytest.fixture
def bank() -> Bank:
    return Bank()


def paying(bank: Bank, name: str = "pay", *, limits: dict[str, Any], **options: Any) -> Workflow:
    flow = Workflow(name, owner="@boss", channel="#pay", resources=[Resource("payments", **limits)])

    @flow.step(uses=["payments"], on_failure="fail", **options)
    async def charge() -> str:
        return bank.pay()

    return flow


BROKEN = {"breaker": Breaker(failures=2, within="1m", open_for="2m")}


async def resource(harness: Harness) -> ResourceRecord:
    return (await harness.engine.resources())[0]


async def reason(harness: Harness, run: RunRecord) -> str:
    return (await harness.state(run)).run.reason


async def state(harness: Harness, run: RunRecord) -> str:
    return (await harness.state(run)).run.state


async def types(harness: Harness, run: RunRecord) -> list[str]:
    events = await harness.engine._store.read(queries.events_of_run, run.id)
    return [event.type for event in events if event.type.startswith("resource.")]


async def test_a_rate_lets_so_many_attempts_begin_in_any_window(bank: Bank) -> None:
    async with Harness(paying(bank, limits={"rate": "3/m"})) as harness:
        runs = [await harness.start("pay") for _ in range(8)]
        assert bank.calls == 3
        assert await reason(harness, runs[3]) == (
            "waits for payments: 3/m used, the next one at 2026-01-05 09:01:00 UTC"
        )
        assert (await resource(harness)).rate_used == 3
        await harness.advance("59s")
        assert bank.calls == 3
        await harness.advance("1s")
        assert bank.calls == 6
        await harness.advance("1m")
        assert bank.calls == 8
        assert {await state(harness, run) for run in runs} == {"succeeded"}


async def test_a_rate_outlasts_a_restart(bank: Bank, tmp_path: Path) -> None:
    flow = paying(bank, limits={"rate": "1/h"})
    async with Harness(flow, folder=tmp_path) as harness:
        await harness.start("pay")
        waiting = await harness.start("pay")
        clock = harness.clock
    async with Harness(flow, folder=tmp_path, clock=clock) as harness:
        await harness.advance("59m")
        assert bank.calls == 1
        await harness.advance("1m")
        assert bank.calls == 2
        assert await state(harness, waiting) == "succeeded"


async def test_an_open_breaker_lets_steps_wait_without_spending_attempts(bank: Bank) -> None:
    async with Harness(paying(bank, limits=BROKEN)) as harness:
        bank.down = True
        failed = [await harness.start("pay") for _ in range(2)]
        waiting = [await harness.start("pay") for _ in range(3)]
        assert bank.calls == 2
        assert await types(harness, failed[0]) == []
        assert await types(harness, failed[1]) == ["resource.opened"]
        assert await reason(harness, waiting[0]) == (
            "waits for payments: its circuit breaker is open until 2026-01-05 09:02 UTC"
        )
        assert (await resource(harness)).breaker == "open"
        bank.down = False
        await harness.advance("2m")
        assert {await state(harness, run) for run in waiting} == {"succeeded"}
        assert await types(harness, waiting[0]) == ["resource.half_opened", "resource.closed"]
        assert await types(harness, waiting[1]) == []
        assert (await resource(harness)).breaker == "closed"
        step = (await harness.state(waiting[0])).steps[0]
        assert step.attempt == 1


async def test_a_failed_probe_keeps_the_breaker_open(bank: Bank) -> None:
    async with Harness(paying(bank, limits=BROKEN)) as harness:
        bank.down = True
        for _ in range(2):
            await harness.start("pay")
        probe, other = await harness.start("pay"), await harness.start("pay")
        await harness.advance("2m")
        assert bank.calls == 3, "one attempt probes"
        assert await types(harness, probe) == ["resource.half_opened", "resource.probe_failed"]
        assert await state(harness, other) == "waiting"
        bank.down = False
        await harness.advance("119s")
        assert bank.calls == 3
        await harness.advance("1s")
        assert await state(harness, other) == "succeeded"


async def test_a_breaker_outlasts_a_restart(bank: Bank, tmp_path: Path) -> None:
    flow = paying(bank, limits=BROKEN)
    async with Harness(flow, folder=tmp_path) as harness:
        bank.down = True
        for _ in range(2):
            await harness.start("pay")
        clock = harness.clock
    async with Harness(flow, folder=tmp_path, clock=clock) as harness:
        waiting = await harness.start("pay")
        assert await state(harness, waiting) == "waiting"
        bank.down = False
        await harness.advance("2m")
        assert await state(harness, waiting) == "succeeded"


async def test_failures_that_are_far_apart_open_no_breaker(bank: Bank) -> None:
    async with Harness(paying(bank, limits=BROKEN)) as harness:
        bank.down = True
        for _ in range(4):
            await harness.start("pay")
            await harness.advance("61s")
        assert (await resource(harness)).breaker == "closed"


@pytest.mark.parametrize(
    "retry",
    [Retry(retry_on=(TimeoutError,)), Retry(fail_on=(KeyError,)), Retry(classify=lambda error: "ask")],
)
async def test_errors_of_the_step_itself_open_no_breaker(bank: Bank, retry: Retry) -> None:
    async with Harness(paying(bank, limits=BROKEN, retry=retry)) as harness:
        bank.down, bank.error = True, KeyError("amount")
        for _ in range(4):
            await harness.start("pay")
        assert bank.calls == 4
        assert (await resource(harness)).breaker == "closed"


async def test_a_fatal_error_opens_no_breaker(bank: Bank) -> None:
    async with Harness(paying(bank, limits=BROKEN)) as harness:
        bank.down, bank.error = True, Fatal("wrong account")
        for _ in range(4):
            await harness.start("pay")
        assert (await resource(harness)).breaker == "closed"


async def test_a_retry_waits_while_the_breaker_is_open(bank: Bank) -> None:
    flow = paying(bank, limits=BROKEN, retry=Retry(attempts=3, delay="1s", jitter=0))
    async with Harness(flow) as harness:
        bank.down = True
        run = await harness.start("pay")
        await harness.advance("30s")
        assert bank.calls == 2
        assert await state(harness, run) == "waiting"
        bank.down = False
        await harness.advance("2m")
        assert await state(harness, run) == "succeeded"
        assert bank.calls == 3


async def test_a_step_takes_its_alternative_while_the_breaker_is_open(bank: Bank) -> None:
    async def by_transfer() -> str:
        return "by transfer"

    flow = paying(
        bank,
        limits=BROKEN,
        retry=Retry(attempts=1, alternative_on=(ResourceUnavailable,)),
        alternative=Alternative(by_transfer, ask=True),
    )
    async with Harness(flow, paying(bank, "plain", limits=BROKEN)) as harness:
        bank.down = True
        waiting = []
        for _ in range(2):
            await harness.start("plain")
        waiting.append(await harness.start("plain"))
        run = await harness.start("pay")
        assert await harness.output(run, "charge") == "by transfer"
        assert await state(harness, waiting[0]) == "waiting"
        assert bank.calls == 2


async def test_a_step_in_the_queue_takes_its_alternative_when_the_breaker_opens(bank: Bank) -> None:
    limits: dict[str, Any] = {"at_once": 1, "breaker": Breaker(failures=1, within="1m", open_for="2m")}
    fails = asyncio.Event()

    async def by_transfer() -> str:
        return "by transfer"

    first = Workflow("first", owner="@boss", channel="#pay", resources=[Resource("payments", **limits)])

    @first.step(uses=["payments"], on_failure="fail")
    async def hold() -> str:
        await fails.wait()
        raise ConnectionError("no route")

    flow = paying(
        bank,
        limits=limits,
        retry=Retry(attempts=1, alternative_on=(ResourceUnavailable,)),
        alternative=Alternative(by_transfer, ask=True),
    )
    async with Harness(first, flow) as harness:
        await harness.engine.start("first", None, actor=TESTER)
        run = await harness.engine.start("pay", None, actor=TESTER)
        async with asyncio.timeout(20):
            while not await reason(harness, run):
                await asyncio.sleep(0)
        fails.set()
        await harness.advance("1s")
        assert await harness.output(run, "charge") == "by transfer"
        assert bank.calls == 0


async def test_a_step_waits_no_longer_than_its_resource_timeout(bank: Bank) -> None:
    flow = paying(bank, limits=BROKEN, resource_timeout="90s")
    async with Harness(flow) as harness:
        bank.down = True
        for _ in range(2):
            await harness.start("pay")
        run = await harness.start("pay")
        await harness.advance("89s")
        assert await state(harness, run) == "waiting"
        await harness.advance("1s")
        detail = await harness.state(run)
        assert detail.run.state == "failed"
        failure = detail.steps[0].failure
        assert failure is not None
        assert failure.kind == "ResourceUnavailable"
        assert failure.message == (
            "payments was not available within 1.5m, the step's resource_timeout: "
            "its circuit breaker is open until 2026-01-05 09:02 UTC."
        )
        bank.down = False
        await harness.advance("30s")
        assert bank.calls == 2
        assert (await resource(harness)).waiting == 0


def undecided(error: Exception) -> str:
    raise LookupError("no rule")


@pytest.mark.parametrize(
    ("retry", "on_failure", "ends", "words"),
    [
        (Retry(), "fail", "failed", ""),
        (Retry(ask_on=(ResourceUnavailable,)), "fail", "asks", ""),
        (Retry(fail_on=(ResourceUnavailable,)), None, "failed", ""),
        (Retry(classify=lambda error: "ask"), "fail", "asks", ""),
        (Retry(classify=lambda error: "fail"), None, "failed", ""),
        (Retry(classify=lambda error: "10m"), None, "asks", ""),
        (Retry(classify=undecided), "fail", "asks", "Retry's classify failed for this error"),
    ],
)
async def test_the_authors_rules_judge_a_resource_that_is_not_to_be_had(
    bank: Bank, retry: Retry, on_failure: Any, ends: str, words: str
) -> None:
    flow = Workflow("flow", owner="@boss", channel="#pay", on_failure=on_failure)

    @flow.step(uses=["payments"], resource_timeout="90s", retry=retry)
    async def charge() -> str:
        return bank.pay()

    people = StaticPeople(groups={"boss": ["U1"]})
    async with Harness(flow, paying(bank, limits=BROKEN), people=people) as harness:
        bank.down = True
        for _ in range(2):
            await harness.start("pay")
        run = await harness.start("flow")
        await harness.advance("100s")
        failure = (await harness.state(run)).steps[0].failure
        assert failure is not None
        assert (failure.kind, words in failure.message) == ("ResourceUnavailable", True)
        assert ("asks" if await harness.requests() else await state(harness, run)) == ends
        assert bank.calls == 2


async def test_a_person_resets_a_breaker(bank: Bank) -> None:
    async with Harness(paying(bank, limits=BROKEN)) as harness:
        bank.down = True
        for _ in range(2):
            await harness.start("pay")
        waiting = await harness.start("pay")
        bank.down = False
        record = await harness.engine.control.reset_resource("payments", actor=OPERATOR)
        await harness.run_until_idle()
        assert record.breaker == "closed"
        assert await state(harness, waiting) == "succeeded"
        with pytest.raises(NotPossible, match="no resource called paymens"):
            await harness.engine.control.reset_resource("paymens", actor=OPERATOR)


async def test_a_jump_of_the_clock_moves_the_end_of_an_open_breaker(bank: Bank) -> None:
    async with Harness(paying(bank, limits=BROKEN)) as harness:
        bank.down = True
        for _ in range(2):
            await harness.start("pay")
        waiting = await harness.start("pay")
        bank.down = False
        harness.clock.jump(timedelta(hours=3))
        await harness.advance("1m")
        assert await state(harness, waiting) == "waiting"
        await harness.advance("1m")
        assert await state(harness, waiting) == "succeeded"


async def test_a_run_that_is_cancelled_while_it_probes_lets_another_one_probe(bank: Bank) -> None:
    gate = asyncio.Event()
    flow = paying(bank, limits=BROKEN)
    slow = Workflow("slow", owner="@boss")

    @slow.step(uses=["payments"])
    async def hang() -> None:
        await gate.wait()

    async with Harness(flow, slow) as harness:
        bank.down = True
        for _ in range(2):
            await harness.start("pay")
        probe = await harness.engine.start("slow", None, actor=TESTER)
        waiting = await harness.start("pay")
        harness.clock.advance(timedelta(minutes=2))
        for _ in range(2000):
            await asyncio.sleep(0)
            if (await resource(harness)).breaker == "half-open":
                break
        bank.down = False
        await harness.engine.cancel(probe.id, actor=OPERATOR)
        await harness.run_until_idle()
        assert await state(harness, waiting) == "succeeded"
