"""Traces: one id from the trigger of a run to its last step, to its child runs and to other systems."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from engine import StaticPeople
from engine.testing import Harness
from engine.tracing import INCOMING_TRACE, executing, span_id, trace_of, traceparent
from signoff import StepContext, Workflow

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
HEX = st.text("0123456789abcdef", min_size=32, max_size=32).filter(lambda text: set(text) != {"0"})


class Nothing(BaseModel):
    pass


def flows() -> tuple[Workflow, Workflow]:
    inner = Workflow("inner", owner="@ops", input=Nothing)

    @inner.step
    async def within(ctx: StepContext) -> str:
        return ctx.trace_id

    outer = Workflow("outer", owner="@ops")

    @outer.step
    async def first(ctx: StepContext) -> dict[str, str]:
        now = executing()
        assert now is not None
        logging.getLogger("a.library").info("inside")
        return {
            "trace": ctx.trace_id,
            "parent": ctx.traceparent,
            "seen": f"{now.run_id} {now.step} {now.trace_id}",
        }

    outer.child("inside", inner, input={})
    return outer, inner


async def test_a_run_its_steps_its_child_and_its_events_have_one_trace() -> None:
    async with Harness(*flows(), people=PEOPLE) as harness:
        token = INCOMING_TRACE.set(TRACE)
        run = await harness.start("outer")
        INCOMING_TRACE.reset(token)
        await harness.run_until_idle()
        assert run.trace_id == TRACE
        given = await harness.output(run, "first")
        assert given["trace"] == TRACE
        assert given["seen"] == f"{run.id} first {TRACE}"
        assert given["parent"] == traceparent(TRACE, span_id(run.id, "first", 1))
        child = await harness.run("inner")
        assert child.trace_id == TRACE
        assert await harness.output(child, "within") == TRACE
        assert {event.trace_id for event in await harness.engine.events.of_run(run.id)} == {TRACE}


async def test_a_run_without_a_trace_from_outside_has_one_of_its_own() -> None:
    async with Harness(*flows(), people=PEOPLE) as harness:
        one, two = await harness.start("outer"), await harness.start("outer")
        assert len({one.trace_id, two.trace_id}) == 2
        assert executing() is None


@given(HEX, st.text("0123456789abcdef", min_size=16, max_size=16).filter(lambda text: set(text) != {"0"}))
def test_a_trace_is_handed_on_as_it_came(trace: str, span: str) -> None:
    assert trace_of(traceparent(trace, span)) == trace


@pytest.mark.parametrize(
    "header",
    [
        "", "00", f"00-{TRACE}", f"00-{TRACE}-00f067aa0ba902b7", f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01", f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
        f"00-{TRACE}-00f067aa0ba902b7-01-more", f"00-{TRACE}-00f067aa0ba902b7-01\nx",
    ],
)  # fmt: skip
def test_a_header_that_is_not_valid_names_no_trace(header: str) -> None:
    assert trace_of(header) == ""


def test_a_header_of_a_later_version_names_its_trace() -> None:
    assert trace_of(f"01-{TRACE}-00f067aa0ba902b7-01-more") == TRACE
