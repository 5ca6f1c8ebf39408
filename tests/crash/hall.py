"""Workflows of many short runs, one in each channel, since Slack takes one post a second in a channel."""

import asyncio

from engine import Outcome, StepContext, Workflow

CHANNELS = 6


def executed(ctx: StepContext) -> None:
    """Write it down, in one write, which other processes do not cut in two."""
    with (ctx.data_dir / "executed").open("a", encoding="utf-8") as file:
        file.write(f"{ctx.run_id} {ctx.step} {ctx.idempotency_key}\n")


def hall_in(channel: str) -> Workflow:
    hall = Workflow(channel.removeprefix("#"), owner="@on-call", channel=channel, max_active_runs=10_000)

    @hall.step
    async def lift(ctx: StepContext) -> int:
        executed(ctx)
        await asyncio.sleep(0.05)
        return 1

    gate = hall.approval(
        "gate", ask="Open: {lift}?", approvers=["@on-call"], expires="4h", self_approval=True
    )

    @hall.step(when=gate.approved)
    async def lower(gate: Outcome, lift: int, ctx: StepContext) -> int:
        executed(ctx)
        await asyncio.sleep(0.05)
        return lift

    return hall


hall_1 = hall_in("#hall-1")
hall_2 = hall_in("#hall-2")
hall_3 = hall_in("#hall-3")
hall_4 = hall_in("#hall-4")
hall_5 = hall_in("#hall-5")
hall_6 = hall_in("#hall-6")
