"""One life of an engine on a folder's database: `poison.py FOLDER`. Ends with 0 when nothing executes.

`poison.py FOLDER SIGNAL`: the step sends this signal instead of ending the process by itself.

The steps write down what they do in `FOLDER/data/executed`.
"""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from bot.serving.shutdown import StopRequest, end_on_sigterm
from engine import Actor, Engine, EngineSettings, StepContext, Workflow

# Tests may run in the background of a shell, which ignores SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
flow = Workflow("flow", owner="@ops")
BESIDE = 12


def written(ctx: StepContext) -> None:
    with (ctx.data_dir / "executed").open("a", encoding="utf-8") as file:
        file.write(f"{ctx.step}\n")


@flow.step
async def poison(ctx: StepContext) -> None:
    written(ctx)
    await asyncio.sleep(0.2)
    if len(sys.argv) < 3:
        os._exit(9)
    os.kill(os.getpid(), getattr(signal, sys.argv[2]))
    await asyncio.Event().wait()


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
    end_on_sigterm(StopRequest())
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    try:  # a step that executes again may send its signal while the engine still starts
        engine.register(flow)
        engine.register(later)
        await engine.serve()
        await engine.start("flow", key="once", actor=Actor("cli", "t"))
        await engine.start("later", actor=Actor("cli", "t"))
        await engine.activity.idle()
    finally:
        await engine.close(grace=0.1)


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
