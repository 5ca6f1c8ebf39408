"""A workflow whose runs begin under one release and end under the next one."""

import asyncio

from engine import Outcome, StepContext, Workflow

crossing = Workflow("crossing", owner="@on-call", channel="#incidents")


def executed(ctx: StepContext) -> None:
    """Write it down, in one write, where processes with folders of their own meet."""
    with (ctx.data_dir.parent / "executed").open("a", encoding="utf-8") as file:
        file.write(f"{ctx.run_id} {ctx.step} {ctx.idempotency_key}\n")


@crossing.step
def prepare(ctx: StepContext) -> str:
    executed(ctx)
    return "all is ready"


go = crossing.approval("go", ask="Go on: {prepare}?", approvers=["@on-call"], expires="4h")


@crossing.step(when=go.approved)
async def act(go: Outcome, ctx: StepContext) -> str:
    executed(ctx)
    while not (ctx.data_dir.parent / "go-on").exists():
        await asyncio.sleep(0.02)
    return "acted"


nap = crossing.sleep("nap", "1s", after=[act])


@crossing.step(after=[nap])
def finish(act: str, ctx: StepContext) -> str:
    executed(ctx)
    return act
