"""Checkpoints of steps: durable at once, read by the next attempt, bounded, and held against the log."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine import Actor
from engine.errors import ContractError
from engine.kernel.shapes import checkpoints
from engine.model.runs.checkpoint import MAX_CHECKPOINTS, CheckpointRecord
from signoff import Fatal, Retry, StepContext, Workflow
from signoff.testing import Harness, StaticPeople

PEOPLE = StaticPeople(groups={"ops": ["U1"]})


def paging(pages: list[int], *, fails_at: list[int], plain: bool = False) -> Workflow:
    """Return a workflow that lists ten pages, and fails once at each number of `fails_at`."""
    flow = Workflow("flow", owner="@ops")
    retry = Retry(attempts=5, delay="1s")

    def page(number: int) -> None:
        if number in fails_at:
            fails_at.remove(number)
            raise ConnectionError(f"page {number} cannot be read")
        pages.append(number)

    if plain:

        @flow.step(name="read", retry=retry)
        def read_plainly(ctx: StepContext) -> int:
            for number in range(ctx.checkpoints.get("next", 0), 10):
                page(number)
                ctx.checkpoint("next", number + 1)
            return ctx.checkpoints["next"]  # type: ignore[no-any-return]

    else:

        @flow.step(name="read", retry=retry)
        async def read(ctx: StepContext) -> int:
            for number in range(ctx.checkpoints.get("next", 0), 10):
                page(number)
                await ctx.checkpoint("next", number + 1)
            return ctx.checkpoints["next"]  # type: ignore[no-any-return]

    return flow


@pytest.mark.parametrize("plain", [False, True], ids=["async", "plain"])
async def test_the_next_attempt_reads_what_the_last_one_kept(plain: bool) -> None:
    pages: list[int] = []
    async with Harness(paging(pages, fails_at=[3, 7], plain=plain)) as harness:
        run = await harness.start("flow")
        await harness.advance("1m")
        assert await harness.output(run, "read") == 10
    assert pages == list(range(10))


async def test_a_persons_retry_keeps_checkpoints_and_a_rerun_begins_without_them() -> None:
    pages: list[int] = []
    fails = [4]
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def read(ctx: StepContext) -> int:
        for number in range(ctx.checkpoints.get("next", 0), 6):
            if number in fails:
                raise Fatal("page 4 is broken")
            pages.append(number)
            await ctx.checkpoint("next", number + 1)
        return len(pages)

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        fails.clear()
        await harness.decide("read", "retry", as_user="U1")
        assert pages == [0, 1, 2, 3, 4, 5]
        await harness.start("flow")
        assert pages[6:] == [0, 1, 2, 3, 4, 5]
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_checkpoint_that_is_not_awaited_is_kept_before_the_result() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def read(ctx: StepContext) -> None:
        ctx.checkpoint("a", 1)
        ctx.checkpoint("b", [2])

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        types = [event.type for event in await harness.engine.events.of_run(run.id)]
        assert types == [
            "run.created", "run.started", "step.started", "step.checkpoint", "step.checkpoint",
            "step.succeeded", "run.succeeded",
        ]  # fmt: skip


async def test_a_value_that_was_read_and_changed_in_place_changes_no_checkpoint() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def read(ctx: StepContext) -> list[int]:
        await ctx.checkpoint("done", [1])
        ctx.checkpoints["done"].append(2)
        return ctx.checkpoints["done"]  # type: ignore[no-any-return]

    async with Harness(flow) as harness:
        assert await harness.output(await harness.start("flow"), "read") == [1]


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("", 1, "the key is ''. Give a text of 1 to 200 characters"),
        (7, 1, "the key is 7"),
        ("k" * 201, 1, "Give a text of 1 to 200 characters"),
        ("at", (1, 2), "would not come back from JSON as it is: (1, 2)"),
        ("at", float("nan"), "would not come back"),
        ("at", {1: 2}, "can't be stored as JSON"),
        ("at", object(), "can't be stored as JSON"),
        ("at", 2**70, "can't be stored as JSON"),
        ("rows", "x" * 65_536, "'rows' of read is larger than 64 KB. Write the value to a file"),
    ],
)
def test_what_cannot_be_kept_is_an_error_that_names_the_key(key: Any, value: Any, says: str) -> None:
    with pytest.raises(ContractError) as caught:
        checkpoints.encode("read", key, value)
    assert says in str(caught.value)


@pytest.mark.parametrize("value", [None, True, 1.5, "x" * 65_534, list(range(10_000)), {"a": [{"b": None}]}])
def test_every_json_value_within_the_limit_is_kept(value: Any) -> None:
    assert checkpoints.encode("read", "k", value)


def _kept(count: int, value: str) -> dict[str, CheckpointRecord]:
    at: Any = None
    return {f"k{n}": CheckpointRecord("r", "read", n, f"k{n}", 1, value, at) for n in range(count)}


def test_a_step_keeps_a_thousand_keys_and_a_megabyte() -> None:
    full = _kept(MAX_CHECKPOINTS, "1")
    assert "has 1,000 checkpoints" in checkpoints.limit_problem("read", full, "new", "1")
    assert checkpoints.limit_problem("read", full, "k7", "2") == ""
    large = _kept(16, "x" * 65_536)
    assert "larger than 1 MB together" in checkpoints.limit_problem("read", large, "new", "1")
    assert checkpoints.limit_problem("read", large, "k7", "1") == ""


async def test_a_step_beyond_a_limit_fails_with_the_text() -> None:
    flow = Workflow("flow", owner="@ops", on_failure="fail")

    @flow.step(retry=Retry(attempts=3, delay="1s"))
    def read(ctx: StepContext) -> None:
        for number in range(20):
            ctx.checkpoint(str(number), "x" * 60_000)

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        step = await harness.step(run, "read")
        assert step.failure is not None
        assert "larger than 1 MB together" in step.failure.message
        assert step.attempt == 1


async def test_a_changed_checkpoint_in_the_file_is_noticed(tmp_path: Path) -> None:
    pages: list[int] = []
    flow = paging(pages, fails_at=[5])
    async with Harness(flow, folder=tmp_path) as harness:
        run = await harness.start("flow")
        with closing(sqlite3.connect(tmp_path / "signoff.db")) as connection, connection:
            connection.execute("UPDATE checkpoint SET value = '9'")
        problems = await harness.engine._store.altered([run.id])
        assert "checkpoint" in problems[run.id]


async def test_an_attempt_that_no_longer_counts_keeps_nothing() -> None:
    flow = Workflow("flow", owner="@ops")
    late: list[str] = []

    @flow.step
    async def read(ctx: StepContext) -> None:
        try:
            await ctx.sleep(60)
        finally:
            try:
                await ctx.checkpoint("at", 1)
            except Fatal as error:
                late.append(str(error))

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        await harness.engine.cancel(run.id, actor=Actor("cli", "root"))
        await harness.run_until_idle()
    assert late == ["This attempt of read no longer counts, so its checkpoint was not kept."]
