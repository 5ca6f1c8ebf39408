"""One life of an engine that sends its events: `events_life.py FOLDER RUNS URL`. Ends with 0."""

import asyncio
import sys
from pathlib import Path

import yaml

from bot.events_out.service import EventsOut
from bot.events_out.specs import PREFIX
from bot.settings.config import read_settings
from engine import Actor, Engine, EngineSettings, SystemClock, Workflow
from tests.bot.events_out.local_receiver import SECRET


def flow_of() -> Workflow:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def act() -> str:
        return "done"

    return flow


async def live(folder: Path, count: int, url: str) -> None:
    file = folder / "events.yaml"
    web = {"name": "web", "to": url, "events": ["run", "step"], "secret": "WEB_SECRET", "private": True}
    targets = [web, {"name": "file", "to": str(folder / "events.jsonl"), "events": ["run", "step"]}]
    file.write_text(yaml.safe_dump({"targets": targets}))
    settings = read_settings({"SIGNOFF_EVENTS_TO": str(file), "WEB_SECRET": SECRET})
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    engine.register(flow_of())
    out = EventsOut(engine, settings, SystemClock())
    await out.start()
    await engine.serve()
    for number in range(count):
        run = await engine.start("flow", key=str(number), actor=Actor("cli", "t"))
        await engine.until_ended(run.id)
    newest = await engine.events.newest()
    while any(place < newest for place, _ in (await engine.deliveries.consumers(PREFIX)).values()):
        await asyncio.sleep(0.02)
    await out.close()
    await engine.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
