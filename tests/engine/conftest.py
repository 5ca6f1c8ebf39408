"""Surroundings of tests that need several lives of an engine on the same files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from engine import Clock, Engine, EngineSettings, People, Workflow


@asynccontextmanager
async def serving(
    folder: Path, clock: Clock, *workflows: Workflow, people: People | None = None, **settings: Any
) -> AsyncIterator[Engine]:
    """One life of a process on the files of this folder; in it, the variable ORDERS names `orders.db`.

    `settings`: those of `EngineSettings` that differ from the usual ones.
    """
    variables = {"ORDERS": f"sqlite:///{folder}/orders.db"}
    chosen = EngineSettings(folder / "data", **{"variables": variables, **settings})
    engine = await Engine.open(folder / "signoff.db", clock=clock, people=people, settings=chosen)
    for workflow in workflows:
        engine.register(workflow)
    await engine.serve()
    await engine.activity.idle()
    try:
        yield engine
    finally:
        await engine.close(grace=0)
