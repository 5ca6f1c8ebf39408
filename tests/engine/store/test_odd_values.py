"""Texts and numbers that a database cannot hold: they end one act or step, never the engine or others."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from engine import (
    Actor,
    Decision,
    Engine,
    EngineSettings,
    Grants,
    SignoffError,
    StaticPeople,
    Webhook,
    Workflow,
)
from engine.authoring.context import StepContext
from engine.clock import FakeClock
from engine.errors import Altered, InvalidInput, NotPossible, StoreBroken, StoreBusy
from engine.model.records.event_filter import EventFilter
from engine.testing import Harness
from engine.triggers.fact import delivery
from tests.postgres_server import address_of
from tests.present import present

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"], "boss": ["U9"], "all": ["U5"]})
CLI, ANN, BOB, BOSS = Actor("cli", "carol"), Actor("slack", "U5"), Actor("slack", "U1"), Actor("slack", "U9")


ODD_VALUES: list[Any] = []
"""Values that steps make: an input that has them is refused."""


class Given(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    value: Any = ""
    where: str = "output"
    odd: int | None = None
    """Index in `ODD_VALUES`."""


def workflows() -> list[Workflow]:  # noqa: C901
    step = Workflow("step", owner="@boss", input=Given)

    @step.step(on_failure="fail")
    async def act(input: Given, ctx: StepContext) -> Any:
        value = ODD_VALUES[input.odd] if input.odd is not None else input.value
        match input.where:
            case "output":
                return value
            case "key":
                return {str(value): 1}
            case "log":
                ctx.log(str(value))
            case "progress":
                ctx.progress(1, 2, str(value))
            case "checkpoint":
                await ctx.checkpoint("a", value)
            case "checkpoint key":
                await ctx.checkpoint(str(value), 1)
            case "error":
                raise ValueError(str(value))
            case "error type":
                raise type(str(value).replace("\0", "") or "E", (Exception,), {})(str(value))
        return None

    asks = Workflow("asks", owner="@boss", input=Given)
    go = asks.approval(
        "go",
        ask="Ship {input.value}?",
        approvers="@ops",
        expires="1d",
        grants=Grants(uses=2, within="1h"),
    )

    @asks.step(when=go.approved, on_failure="fail")
    async def ship(input: Given) -> str:
        return "shipped"

    plain = Workflow("plain", owner="@boss", input=Given)
    ok = plain.approval("ok", ask="Ship?", approvers="@ops", expires="1d")

    @plain.step(when=ok.approved, on_failure="fail")
    async def done(input: Given) -> str:
        return "done"

    fails = Workflow("fails", owner="@boss", input=Given)

    @fails.step
    async def fail(input: Given) -> str:
        raise ValueError("no")

    keyed = Workflow("keyed", owner="@boss", input=Given, concurrency_key="{input.value}", max_active_runs=50)

    @keyed.step(on_failure="fail")
    async def one(input: Given) -> str:
        return "one"

    hooked = Workflow(
        "hooked",
        owner="@boss",
        input=Given,
        triggers=[
            Webhook("once", secret="S", input={"value": "{payload.value}"}, dedup="{payload.value}"),
            Webhook(
                "within",
                secret="S",
                input={"value": "{payload.value}"},
                dedup="{payload.value}",
                dedup_within="1h",
            ),
            Webhook(
                "burst",
                secret="S",
                input={"value": "{payload.value}"},
                dedup="{payload.value}",
                debounce="1m",
            ),
        ],
    )

    @hooked.step(on_failure="fail")
    async def took(input: Given) -> str:
        return "took"

    waits = Workflow("waits", owner="@boss", input=Given)
    waits.wait_for("payment", signal="paid", model=Given, expires="never")

    return [step, asks, plain, fails, keyed, hooked, waits]


class Installation:
    """One engine for all examples, so that what one left behind may break the next."""

    def __init__(self, address: str | Path, folder: Path) -> None:
        self._address, self._folder = address, folder
        self._runner = asyncio.Runner()
        self._number = 0

    def open(self) -> None:
        async def main() -> None:
            chosen = EngineSettings(self._folder / "data", keys_dir=self._folder / "keys", cli_decides=True)
            self.clock = FakeClock()
            self.engine = await Engine.open(self._address, clock=self.clock, people=PEOPLE, settings=chosen)
            for workflow in workflows():
                self.engine.register(workflow)
            await self.engine.serve()

        self._runner.run(main())

    def close(self) -> None:
        self._runner.run(self.engine.close(grace=0))
        self._runner.close()

    def knock(self, door: str, value: Any) -> None:
        self._runner.run(self._knock(door, value))

    async def _knock(self, door: str, value: Any) -> None:
        async with asyncio.timeout(20):
            neighbour = asyncio.create_task(self.neighbour())
            try:
                await DOORS[door](self, value)
            except (Altered, StoreBroken, StoreBusy) as error:
                raise AssertionError(f"{door} takes a value for a broken database: {error!r}") from error
            except SignoffError:
                pass  # it was refused, and says so
            await neighbour
            await self.engine.activity.idle()
            assert not self.engine.failed.done(), self.engine.failed.exception()
            assert not await self.engine.altered_records()
            await self.neighbour()

    async def neighbour(self) -> None:
        """An act of others, in the same transactions."""
        run = await self.started("step", value="fine")
        assert present(await self.engine.find_run(run)).state == "succeeded"

    async def started(self, workflow: str, **values: Any) -> str:
        run = await self.engine.start(workflow, values, actor=CLI)
        await self.engine.activity.idle()
        return run.id

    async def asked(self, workflow: str = "plain", **values: Any) -> str:
        run = await self.started(workflow, **values)
        (request,) = await self.engine.requests(run_id=run)
        return request.id

    async def step(self, where: str, value: Any) -> None:
        """A step ends, whatever it does with the value."""
        ODD_VALUES.append(value)
        run = await self.engine.start("step", {"where": where, "odd": len(ODD_VALUES) - 1}, actor=CLI)
        await self.engine.activity.idle()
        state = (await self.engine.find_run(run.id)).state
        assert state in ("succeeded", "failed"), state

    async def deliver(self, webhook: str, value: Any) -> None:
        found = present(self.engine.webhook(webhook))
        scope = {"payload": {"value": value}, "headers": {}}
        body = repr(value).encode("utf-8", "replace")
        await self.engine.take(*found, delivery(*found, scope, body, b""))
        await self.engine.activity.idle()


Door = Callable[[Installation, Any], Awaitable[Any]]


async def decide(here: Installation, value: Any) -> None:
    request = await here.asked()
    await here.engine.decide(request, Decision("approve", comment=str(value)), actor=BOB)


async def choose(here: Installation, value: Any) -> None:
    await here.engine.decide(await here.asked(), Decision(str(value), typed=str(value)), actor=BOB)


async def ask_requester(here: Installation, value: Any) -> None:
    await here.engine.ask_requester(await here.asked(), str(value), actor=BOB)


async def answer(here: Installation, value: Any) -> None:
    run = await here.engine.start("plain", {}, actor=ANN)
    await here.engine.activity.idle()
    (request,) = await here.engine.requests(run_id=run.id)
    await here.engine.ask_requester(request.id, "Why?", actor=BOB)
    await here.engine.activity.idle()
    (question,) = [each for each in await here.engine.requests(run_id=run.id) if each.kind == "clarification"]
    await here.engine.decide(question.id, Decision("answer", comment=str(value)), actor=ANN)


async def reassign(here: Installation, value: Any) -> None:
    await here.engine.reassign(await here.asked(), str(value), actor=BOB)


async def cancel(here: Installation, value: Any) -> None:
    await here.engine.cancel(await here.started("plain"), actor=CLI, reason=str(value))


async def pause(here: Installation, value: Any) -> None:
    run = await here.started("plain")
    await here.engine.control.pause_run(run, str(value), actor=BOSS)
    await here.engine.control.resume_run(run, str(value), actor=BOSS)


async def pause_workflow(here: Installation, value: Any) -> None:
    try:
        await here.engine.control.pause_workflow("fails", str(value), actor=BOSS)
    finally:
        await here.engine.control.resume_workflow("fails", actor=BOSS)


async def skip(here: Installation, value: Any) -> None:
    run = await here.started("fails")
    await here.engine.control.skip(run, "fail", str(value), actor=BOSS)


async def skip_what(here: Installation, value: Any) -> None:
    await here.engine.control.skip(await here.started("fails"), str(value), actor=BOSS)


async def prioritize(here: Installation, value: Any) -> None:
    number = value if isinstance(value, int) else 5
    await here.engine.control.prioritize(await here.started("plain"), number, str(value), actor=BOSS)


async def rerun(here: Installation, value: Any) -> None:
    await here.engine.control.rerun(await here.started("step"), {"value": value}, actor=BOSS)


async def signal(here: Installation, value: Any) -> None:
    await here.engine.signal(await here.started("waits"), "paid", {"value": value}, actor=BOSS)


async def signal_name(here: Installation, value: Any) -> None:
    await here.engine.signal(await here.started("waits"), str(value), actor=BOSS)


async def use(here: Installation, value: Any) -> None:
    await here.engine.use_approval(await here.started("plain"), str(value), actor=CLI)


async def start_key(here: Installation, value: Any) -> None:
    await here.engine.start("step", {}, actor=CLI, key=str(value))


async def start_channel(here: Installation, value: Any) -> None:
    await here.engine.start("step", {}, actor=CLI, channel=str(value))


async def start_as(here: Installation, value: Any) -> None:
    await here.engine.start("step", {}, actor=Actor("cli", str(value), as_user=str(value)))


async def start_workflow(here: Installation, value: Any) -> None:
    await here.engine.start(str(value), {}, actor=CLI)


async def find_events(here: Installation, value: Any) -> None:
    text = str(value)
    for wanted in (
        EventFilter(run_id=text),
        EventFilter(workflow=text),
        EventFilter(person=text),
        EventFilter(types=(text,)),
    ):
        await here.engine.find_events(wanted, 5)
        await here.engine.search_events(wanted, 5, None, 100)


async def find_run(here: Installation, value: Any) -> None:
    await here.engine.find_run(str(value))


async def find_waiting(here: Installation, value: Any) -> None:
    await here.engine.find_waiting(str(value))


async def runs(here: Installation, value: Any) -> None:
    await here.engine.runs(str(value), [str(value)], actor=Actor("cli", str(value)))


async def request(here: Installation, value: Any) -> None:
    await here.engine.request(str(value))


async def logs(here: Installation, value: Any) -> None:
    await here.engine.step_logs(await here.started("step"), str(value))


DOORS: dict[str, Door] = {
    each.__name__: each
    for each in (
        decide, choose, ask_requester, answer, reassign, cancel, pause, pause_workflow, skip, skip_what,
        prioritize, rerun, signal, signal_name, use, start_key, start_channel, start_as, start_workflow,
        find_events, find_run, find_waiting, runs, request, logs,
    )
}  # fmt: skip


def step_door(where: str) -> Door:
    return lambda here, value: here.step(where, value)


def start_door(workflow: str) -> Door:
    return lambda here, value: here.started(workflow, value=value)


def webhook_door(webhook: str) -> Door:
    return lambda here, value: here.deliver(webhook, value)


PLACES = "output", "key", "log", "progress", "checkpoint", "checkpoint key", "error", "error type"
DOORS |= {f"step {place}": step_door(place) for place in PLACES}
DOORS |= {f"start {name}": start_door(name) for name in ("step", "asks", "keyed")}
DOORS |= {f"webhook {name}": webhook_door(name) for name in ("once", "within", "burst")}

LONG = "".join(chr(0x4E00 + number * number * 7919 % 20_000) for number in range(30_000))
"""Beyond what an index takes, and nothing that a server could compress to fit."""
ODD = st.sampled_from(
    ["\0", "a\0b", "\ud800", "a\udfff", "\uffff\ufdd0", "\\u0000", "\u202e'\"", "%s $1 ?", LONG]
)
VALUE = ODD | st.sampled_from(
    [2**63, -(2**63) - 1, 2**70, float("nan"), float("inf"), 1e308, {"a\0": ["\0"]}]
)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def installation(request: pytest.FixtureRequest) -> Iterator[Installation]:
    with TemporaryDirectory() as folder:
        address = address_of(folder) if request.param == "postgres" else Path(folder, "signoff.db")
        here = Installation(address, Path(folder))
        here.open()
        yield here
        here.close()


@example(door="start_as", value=LONG)
@example(door="start_as", value="a\0")
@example(door="runs", value="a\0")
@example(door="find_run", value="\ud800")
@given(door=st.sampled_from(sorted(DOORS)), value=VALUE)
@settings(max_examples=30, deadline=None)
def test_no_value_ends_more_than_its_act(installation: Installation, door: str, value: Any) -> None:
    installation.knock(door, value)


@pytest.mark.parametrize("field", ["key", "channel"])
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\0", "'a\\x00' cannot be used: it has a NUL character. Remove it"),
        ("a\ud800", "it has half a character"),
        ("a" * 501, "has 501 characters. Give at most 500"),
    ],
)
async def test_a_start_names_the_text_that_no_index_holds(field: str, text: str, problem: str) -> None:
    async with Harness(*workflows(), people=PEOPLE) as here:
        key, channel = (text, None) if field == "key" else (None, text)
        with pytest.raises(NotPossible) as error:
            await here.engine.start("step", {}, actor=CLI, key=key, channel=channel)
        assert str(error.value).startswith(f"{field}: ")
        assert problem in str(error.value)


async def test_a_key_of_runs_that_exclude_each_other_names_its_odd_value() -> None:
    async with Harness(*workflows(), people=PEOPLE) as here:
        with pytest.raises(InvalidInput, match="it has a NUL character"):
            await here.engine.start("keyed", {"value": "a\0"}, actor=CLI)


async def test_a_comment_with_a_nul_is_kept_without_it() -> None:
    async with Harness(*workflows(), people=PEOPLE) as here:
        run = await here.start("plain")
        await here.decide("ok", "approve", as_user="U1", comment="Seen\0.")
        (request,) = (await here.state(run)).requests
        assert [each.comment for each in request.decisions] == ["Seen?."]
