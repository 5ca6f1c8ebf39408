"""One life of an engine on a folder's database: `poison.py FOLDER`. Ends with 0 when nothing executes.

The steps write down what they do in `FOLDER/data/executed`.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

from engine import Actor, Engine, EngineSettings, StepContext, Workflow

flow = Workflow("flow", owner="@ops")
BESIDE = 12


def written(ctx: StepContext) -> None:
    with (ctx.data_dir / "executed").open("a", encoding="utf-8") as file:
        file.write(f"{ctx.step}\n")


@flow.step
async def poison(ctx: StepContext) -> None:
    written(ctx)
    await asyncio.sleep(0.2)
    os._exit(9)


def innocent(ctx: StepContext) -> str:
    written(ctx)
    time.sleep(0.4)
    return "done"


for number in range(BESIDE):
    flow.step(name=f"innocent_{number}")(innocent)

later = Workflow("later", owner="@ops")


@later.step
async def fresh(ctx: StepContext) -> str:
    written(ctx)
    return "done"


async def live(folder: Path) -> None:
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    engine.register(flow)
    engine.register(later)
    await engine.serve()
    await engine.start("flow", key="once", actor=Actor("cli", "t"))
    await engine.start("later", actor=Actor("cli", "t"))
    await engine.activity.idle()
    await engine.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
