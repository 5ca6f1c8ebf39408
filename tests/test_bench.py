"""Benches still measure what they say."""

from collections.abc import Awaitable, Callable

import pytest

from bench import clicks, command_line, steps, triggers
from bench.harness import CLICKER, STARTER, asks, engine, wide
from bench.peer import Peer
from engine import Decision
from engine.compiler import compile_workflow


async def test_each_measured_command_succeeds() -> None:
    figures = await command_line.measure(Peer.none(), tries=1)
    assert len(figures) == 5


async def test_a_click_alone_has_nothing_else_going_on() -> None:
    under_way = []
    async with engine(asks) as of:
        for _ in range(5):
            await of.start("asks", actor=STARTER)
        await of.activity.idle()

        def click(request: str, person: str) -> Callable[[], Awaitable[None]]:
            async def send() -> None:
                under_way.append(of.activity.under_way)
                await of.decide(request, Decision("approve"), actor=CLICKER)

            return send

        assert len(await clicks.singly(of, click, 5)) == 5
    assert under_way == [0] * 5


@pytest.mark.long
async def test_facts_start_as_many_runs_as_the_bench_expects() -> None:
    assert len(await triggers.measure(Peer.none())) == 2


@pytest.mark.long
def test_the_widest_workflow_of_the_bench_is_within_the_limits() -> None:
    compile_workflow(wide(max(steps.WIDTHS)))
