"""Personal data of a run for the command line: the engine records who reads it, and why."""

from collections.abc import Mapping
from typing import Any

from engine import Actor, Engine


async def reveal(engine: Engine, values: Mapping[str, Any], user: str) -> dict[str, Any]:
    """A page of the values of a run. `offset`: how many fields come before it."""
    run = await engine.find_run(values["run"])
    offset = values["offset"]
    page = await engine.reveal_personal(
        run.id, "cli", actor=Actor("cli", user), reason=values["reason"], after=offset
    )
    return {
        "run": page.run,
        "values": [
            {"field": each.field, "value": each.value, "problem": each.problem} for each in page.values
        ],
        "more": page.more,
    }
