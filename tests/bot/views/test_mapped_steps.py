"""A mapped step in the message of its run is one line, however many elements it has."""

from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from bot.cli import run_view, serializers
from bot.outbox.projector import project
from bot.views.message import MENTIONED
from bot.views.runs import mapping, steps
from bot.views.runs.logs import logs_answer
from engine import ElementCounts, Settled, StaticPeople, StepContext, Workflow
from engine.testing import Harness

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_bar_is_full_only_when_every_element_has_ended() -> None:
    assert mapping.progress(ElementCounts(10_000, 409, 3)) == "░░░░░░░░░░ 412 of 10,000, 3 failed"
    assert mapping.progress(ElementCounts(10_000, 9_999)).startswith("▓▓▓▓▓▓▓▓▓░ ")
    assert mapping.progress(ElementCounts(4, 2)) == "▓▓▓▓▓░░░░░ 2 of 4"
    assert mapping.progress(ElementCounts(0)) == "▓▓▓▓▓▓▓▓▓▓ 0 of 0"
    assert mapping.summary(ElementCounts(1, 1)) == "1 element"
    children = ElementCounts(120, 34, 2, waiting=8, skipped=1)
    assert mapping.progress(children) == "▓▓▓░░░░░░░ 37 of 120, 2 failed, 1 skipped"
    assert mapping.summary(children) == "120 elements, 2 failed, 1 skipped"


async def test_message_of_a_run_counts_the_elements_in_one_line() -> None:
    flow = Workflow("letters", owner="@ops")
    failing = {3, 5}

    @flow.step
    def load() -> list[int]:
        return list(range(200))

    @flow.step(each=load)
    async def send(row: int) -> int:
        if row in failing:
            raise ValueError("no")
        return row

    @flow.step
    def collect(send: list[int]) -> int:
        return len(send)

    async with Harness(flow, people=StaticPeople(groups={"ops": ["U1"]})) as harness:
        run = await harness.start("letters")
        detail = await harness.state(run)
        assert [step.step for step in detail.steps] == ["load", "send", "collect"]
        lines, left_out = steps.lines(detail, MENTIONED, NOW)
        counts = detail.elements["send"]
        assert left_out == 0
        assert lines[1].text == (
            f"send · {counts.succeeded + counts.failed} of 200, {counts.failed} failed · waiting for @ops"
        )
        failed = await harness.engine.elements(run.id, "send")
        assert next(record.step for record in failed) == "send[3]"
        failing.clear()
        await harness.decide("send", "retry", as_user="U1")
        lines, _ = steps.lines(await harness.state(run), MENTIONED, NOW)
        assert lines[1].text.startswith("send · 200 elements")


class Rows(BaseModel):
    rows: list[int]


async def test_failed_elements_are_read_in_pages() -> None:
    flow = Workflow("letters", owner="@ops", input=Rows)

    @flow.step(each="input.rows")
    async def send(row: int) -> int:
        raise ValueError(f"row {row}")

    @flow.step
    async def collect(send: list[Settled[int]]) -> int:
        return len(send)

    async with Harness(flow) as harness:
        run = await harness.start("letters", {"rows": list(range(120))})
        seen: list[str] = []
        while page := await harness.engine.elements(run.id, "send", after=len(seen) - 1):
            assert len(page) <= 50
            seen += [record.step for record in page]
        assert seen == [f"send[{index}]" for index in range(120)]


async def test_failed_element_has_no_line_in_the_thread() -> None:
    flow = Workflow("letters", owner="@ops", channel="#ops", input=Rows)

    @flow.step(each="input.rows")
    async def send(row: int) -> int:
        raise ValueError(f"row {row}")

    async with Harness(flow, people=StaticPeople(groups={"ops": ["U1"]})) as harness:
        run = await harness.start("letters", {"rows": [1, 2]})
        detail = await harness.state(run)
        events = await harness.engine.events.of_run(run.id)
        told = [event.step for event in events if any(want.kind == "line" for want in project(event, detail))]
        assert "send[0]" in [event.step for event in events if event.type == "step.failed"]
        assert told == ["send"]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (2, "copy · ░░░░░░░░░░ 0 of 2 · element 0: 0% · element 1: 10%"),
        (4, "copy · ░░░░░░░░░░ 0 of 4"),
    ],
)
async def test_the_line_has_the_progress_of_elements_while_few_execute(rows: int, shown: str) -> None:
    flow = Workflow("copies", owner="@ops", input=Rows)

    @flow.step(each="input.rows")
    async def copy(row: int, ctx: StepContext) -> None:
        ctx.log(f"row {row}")
        ctx.progress(row, of=10, text="<!channel>")
        await ctx.sleep(60)

    async with Harness(flow) as harness:
        run = await harness.start("copies", {"rows": list(range(rows))})
        await harness.advance("1s")
        detail = await harness.state(run)
        lines, _ = steps.lines(detail, MENTIONED, NOW)
        assert lines[0].text == shown
        drawn = [line.plain for line in run_view.lines(serializers.detail(detail))]
        assert "       element 1: ▰▱▱▱▱▱▱▱▱▱ 10% · 1 of 10 · <!channel>" in drawn
        logs = str(logs_answer(detail, await harness.engine.step_logs(run.id), harness.clock.now()).blocks)
        assert "*copy[1]* · running · ▰▱▱▱▱▱▱▱▱▱ 10% · 1 of 10 · " in logs
        assert "<!channel>" not in logs
        await harness.advance("2m")
