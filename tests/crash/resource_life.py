"""One life of an engine whose steps share a resource: `resource_life.py FOLDER RUNS`. Ends with 0.

Each attempt appends a line to `FOLDER/used` when it begins and when it ends, with the id of its process.
"""

import asyncio
import os
import sys
from pathlib import Path

from engine import Actor, Engine, EngineSettings, Resource, StepContext, Workflow

AT_ONCE = 3


def flow_of(used: Path) -> Workflow:
    flow = Workflow("flow", owner="@ops", resources=[Resource("payments", at_once=AT_ONCE)])

    def note(sign: str, ctx: StepContext) -> None:
        with used.open("a", encoding="utf-8") as file:
            file.write(f"{sign} {os.getpid()} {ctx.run_id}\n")

    @flow.step(uses=["payments"])
    async def charge(ctx: StepContext) -> str:
        note("+", ctx)
        await asyncio.sleep(0.01)
        note("-", ctx)
        return ctx.run_id

    return flow


async def live(folder: Path, count: int) -> None:
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    engine.register(flow_of(folder / "used"))
    await engine.serve()
    runs = [await engine.start("flow", key=str(number), actor=Actor("cli", "t")) for number in range(count)]
    for run in runs:
        await engine.until_ended(run.id)
    await engine.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2])))
