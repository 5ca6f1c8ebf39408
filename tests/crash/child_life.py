"""One life of an engine in which a run runs other workflows: `child_life.py FOLDER HOW`.

`ends`: it ends with 0 once the parent and the run that follows have ended. `cancelled`: the parent is
cancelled while its child waits. `mapped`: the parent has a child run for each element of a list, two at a
time, of which one fails. `stopped`: that parent is cancelled while two of them wait.
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel

from engine import Actor, Engine, EngineSettings, Settled, StepContext, Workflow
from engine.errors import NotPossible

BY = Actor("cli", "t")
WAITING = {"cancelled": ("slow", 1), "stopped": ("endless", 2)}
"""By a parent that is cancelled: the workflow of its child runs, and how many wait then."""


class Part(BaseModel):
    name: str


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
    return [build, slow, archive, ends, cancelled, *mapping()]


def mapping() -> list[Workflow]:
    """Workflows that have a child run for each element of a list."""
    part = Workflow("part", owner="@ops", input=Part, on_failure="fail")

    @part.step
    async def assemble(input: Part) -> str:
        if input.name == "c":
            raise ValueError("it is broken")
        return input.name.upper()

    endless = Workflow("endless", owner="@ops", input=Part)
    endless.wait_for("never", expires="never")
    mapped, stopped = Workflow("mapped", owner="@ops"), Workflow("stopped", owner="@ops")

    @mapped.step
    async def load() -> list[Part]:
        return [Part(name=name) for name in "abcde"]

    mapped.child("parts", part, each=load, at_once=2)

    @mapped.step
    async def join(parts: list[Settled[str]]) -> str:
        return "".join(each.value or "-" for each in parts)

    @stopped.step(name="load")
    async def load_again() -> list[Part]:
        return [Part(name=name) for name in "abcde"]

    stopped.child("parts", endless, each="load", at_once=2)
    return [part, endless, mapped, stopped]


async def live(folder: Path, how: str) -> None:
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    for workflow in workflows():
        engine.register(workflow)
    await engine.serve()
    run = await engine.start(how, key="once", actor=BY)
    if how in WAITING:
        child_name, count = WAITING[how]
        while len((await engine.runs(child_name))[0]) < count and run.state != "cancelled":
            await asyncio.sleep(0.01)
        with suppress(NotPossible):  # in an earlier life
            await engine.cancel(run.id, actor=BY)
        for child in (await engine.runs(child_name))[0]:
            await engine.until_ended(child.id)
    else:
        await engine.until_ended(run.id)
    if how == "ends":
        while not (followers := (await engine.runs("archive"))[0]):
            await asyncio.sleep(0.01)
        await engine.until_ended(followers[0].id)
    await engine.activity.idle()
    await engine.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2]))
