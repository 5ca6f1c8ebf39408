"""One life of an engine that maps a list: `map_life.py FOLDER ELEMENTS`. Ends with 0 once the run has."""

import asyncio
import sys
from pathlib import Path

from engine import Actor, Engine, EngineSettings, Settled, StepContext, Workflow


def fails(row: int) -> bool:
    """Three elements of a hundred."""
    return row % 100 in (7, 41, 93)


def flow_of(count: int) -> Workflow:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def load() -> list[int]:
        return list(range(count))

    @flow.step(each=load, at_once=8, tolerate="5%")
    async def send(row: int, ctx: StepContext) -> int:
        if fails(row):
            raise ValueError(f"row {row} is bad")
        await asyncio.sleep(0.001)
        return row * 2

    @flow.step
    async def collect(send: list[Settled[int]]) -> list[int]:
        return [sum(each.state == "succeeded" for each in send), sum(each.value or 0 for each in send)]

    return flow


async def live(folder: Path, count: int) -> None:
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    engine.register(flow_of(count))
    await engine.serve()
    run = await engine.start("flow", key="once", actor=Actor("cli", "t"))
    await engine.until_ended(run.id)
    await engine.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2])))
