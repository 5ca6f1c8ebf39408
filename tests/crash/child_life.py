"""One life of an engine in which a run runs another workflow: `child_life.py FOLDER HOW`.

`ends`: it ends with 0 once the parent and the run that follows have ended. `cancelled`: the parent is
cancelled while its child waits.
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from engine import Actor, Engine, EngineSettings, StepContext, Workflow
from engine.errors import NotPossible

BY = Actor("cli", "t")


def workflows() -> list[Workflow]:
    build = Workflow("build", owner="@ops")

    @build.step
    async def compile_it() -> str:
        return "built"

    slow = Workflow("slow", owner="@ops")
    slow.wait_for("never", expires="never")
    archive = Workflow("archive", owner="@ops")

    @archive.step
    async def store() -> str:
        return "stored"

    ends = Workflow("ends", owner="@ops")
    ends.child("built", build)

    @ends.step
    async def publish(built: str, ctx: StepContext) -> str:
        ctx.follow_up(archive)
        return f"published what was {built}"

    cancelled = Workflow("cancelled", owner="@ops")
    cancelled.child("waits", slow)
    return [build, slow, archive, ends, cancelled]


async def live(folder: Path, how: str) -> None:
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    for workflow in workflows():
        engine.register(workflow)
    await engine.serve()
    run = await engine.start(how, key="once", actor=BY)
    if how == "cancelled":
        while not (await engine.runs("slow"))[0]:
            await asyncio.sleep(0.01)
        with suppress(NotPossible):  # in an earlier life
            await engine.cancel(run.id, actor=BY)
        (child,), _ = await engine.runs("slow")
        await engine.until_ended(child.id)
    else:
        await engine.until_ended(run.id)
        while not (followers := (await engine.runs("archive"))[0]):
            await asyncio.sleep(0.01)
        await engine.until_ended(followers[0].id)
    await engine.activity.idle()
    await engine.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2]))
