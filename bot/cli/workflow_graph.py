"""The graph of a workflow from its file, where there is no database yet."""

import asyncio
import tempfile
from pathlib import Path

from bot.cli import serializers
from bot.cli.local_engine import target_settings
from bot.cli.serializers import JSON
from bot.cli.target import Target
from bot.cli.workflow_files import load
from bot.settings.config import Settings
from bot.settings.engine_settings import engine_settings, register
from engine import Engine


def draw_workflow(name: str, target: Target) -> JSON:
    """Return the drawing. Raises `DefinitionErrors` and `UnknownWorkflow`."""
    return asyncio.run(_drawing(name, target_settings(target)))


async def _drawing(name: str, settings: Settings) -> JSON:
    loaded = load(settings)
    with tempfile.TemporaryDirectory(prefix="signoff-graph-") as folder:
        engine = await Engine.open(Path(folder) / "signoff.db", settings=engine_settings(settings, loaded))
        try:
            register(engine, loaded)
            return serializers.drawing(engine.drawing(name))
        finally:
            await engine.close(grace=0)
