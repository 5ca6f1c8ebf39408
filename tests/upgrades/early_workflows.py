"""Workflows as the first release could read them, left open in the databases of all releases.

What their steps do and the types that they take must not change: a stored run holds both by digest.
"""

import asyncio
from datetime import date
from enum import Enum

from pydantic import BaseModel, Field

from engine import AskOwner, Fatal, Outcome, Retry, Settled, StepContext, Workflow


class Region(Enum):
    """Where it runs."""

    NORTH = "north"
    SOUTH = "south"


class Part(BaseModel):
    """One thing that is replaced."""

    number: int = Field(1, description="Its number in the store.")
    title: str = "a pump"


class Job(BaseModel):
    """A job of the plant."""

    item: str = Field("pump", description="What is replaced.")
    region: Region = Region.NORTH
    parts: list[Part] = []
    on: date = date(2026, 1, 7)


replace = Workflow("replace", input=Job, owner="@ops", channel="#deploys")


@replace.step
async def look(input: Job) -> Part:
    return Part(number=7, title=f"a {input.item}")


may_replace = replace.approval(
    "may_replace",
    ask="Replace {input.item} in {input.region}?",
    show=["look.title", "input.on"],
    approvers=["@release"],
    expires="4h",
    on_expiry="reject",
)


@replace.step(when=may_replace.approved)
async def fit(look: Part, may_replace: Outcome) -> str:
    return f"{look.title} fitted, {may_replace.outcome} by {', '.join(may_replace.by)}"


@replace.step(when=may_replace.approved, after=[fit])
async def bill(input: Job, fit: Settled[str], may_replace: Outcome | None) -> dict[str, str]:
    return {"item": input.item, "fitted": fit.state, "answer": may_replace.outcome if may_replace else "none"}


lapses = Workflow("lapses", input=Job, owner="@ops", channel="#deploys")
may_lapse = lapses.approval(
    "may_lapse", ask="Stop {input.item}?", approvers=["@ops"], expires="1d", on_expiry="reject", comment={}
)


@lapses.step(when=may_lapse.approved)
async def stop(input: Job) -> str:
    return f"{input.item} stopped"


@lapses.step(when=may_lapse.rejected)
async def keep(may_lapse: Outcome) -> str:
    return f"kept: {may_lapse.outcome}"


breaks = Workflow("breaks", owner="@ops", channel="#deploys", on_failure=AskOwner(expires="2d"))


@breaks.step
async def measure(ctx: StepContext) -> str:
    if ctx.attempt == 1:
        raise Fatal("the gateway is gone")
    return "measured"


@breaks.step
async def report(measure: str) -> str:
    return f"reported: {measure}"


repeats = Workflow("repeats", input=Job, owner="@ops", channel="#deploys")
may_pay = repeats.approval("may_pay", ask="Pay for {input.item}?", approvers=["@release"], expires="2d")


@repeats.step(when=may_pay.approved, retry=Retry(attempts=3, delay="10m"))
async def transfer(input: Job, may_pay: Outcome, ctx: StepContext) -> str:
    if ctx.attempt == 1:
        raise RuntimeError("the bank is closed")
    return input.item


ends = Workflow("ends", owner="@ops", channel="#deploys", on_failure="fail")


@ends.step
async def give_up() -> str:
    raise Fatal("nothing is left to try")


interrupted = Workflow("interrupted", owner="@ops", channel="#deploys")


@interrupted.step(retry=Retry(attempts=3, delay="1s"))
async def copy(ctx: StepContext) -> int:
    if ctx.attempt == 1:
        await asyncio.Event().wait()
    return ctx.attempt


lined_up = Workflow(
    "lined_up", input=Job, owner="@ops", channel="#deploys", max_active_runs=1, overlap="queue"
)
may_enter = lined_up.approval(
    "may_enter", ask="Enter with {input.item}?", approvers=["@release"], expires="2d"
)


@lined_up.step(when=may_enter.approved)
async def enter(input: Job, may_enter: Outcome) -> Region:
    return input.region


EARLY = (replace, lapses, breaks, repeats, ends, interrupted, lined_up)
