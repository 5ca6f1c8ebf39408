"""Writes databases of this checkout whose runs are left open, as SQL: `scripts/release_database.py NAME`.

Run it once for each release, before the next one changes anything, and commit the files of this name in
`tests/upgrades`. Tests open each database with the current code and take every run to its end. A file never
changes. The `.keys` file holds the keys that seal the log of that database; nothing else uses them.
Tracebacks in a database name the folder of the checkout, so run this in a neutral one, such as /opt/signoff.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "upgrades"
sys.path.insert(0, str(ROOT))

from bot.views import button_values  # noqa: E402
from bot.views.requests.approval import choice_buttons  # noqa: E402
from engine import Actor, Person, RequestRecord, StaticPeople  # noqa: E402
from engine.testing import Harness  # noqa: E402
from tests.upgrades.early_workflows import EARLY  # noqa: E402
from tests.upgrades.pending import WORKFLOWS  # noqa: E402

PEOPLE = StaticPeople(
    [Person("U4", "Dora"), Person("U9", "Ivo")], {"release": ["U1", "U2", "U3"], "ops": ["U7"]}
)
JOB = {"item": "valve", "region": "south", "parts": [{"number": 3}]}


async def pending(harness: Harness) -> None:
    await harness.start("ship", {"item": "valve"}, as_user="U4")
    changed = await harness.start("ship", {"item": "pump"}, as_user="U4")
    await harness.decide("go_live", "approve", as_user="U1", run=changed, value={"replicas": 7, "note": "n"})
    staged = await harness.start("staged", as_user="U4")
    await harness.decide("both", "approve", as_user="U1", run=staged)
    revocable = await harness.start("revocable", as_user="U4")
    await harness.decide("take_back", "approve", as_user="U1", run=revocable)
    await harness.start("fails", as_user="U4")
    flaky = await harness.start("flaky", as_user="U4")
    await harness.decide("first", "approve", as_user="U1", run=flaky)


async def early(harness: Harness) -> None:
    await harness.start("replace", JOB, as_user="U4")
    await harness.start("lapses", {"item": "fan"}, as_user="U4")
    await harness.start("breaks", as_user="U4")
    repeated = await harness.start("repeats", JOB, as_user="U4")
    await harness.decide("may_pay", "approve", as_user="U1", run=repeated, comment="go on")
    await harness.start("ends", as_user="U4")
    await harness.start("lined_up", JOB, as_user="U4")
    await harness.start("lined_up", {"item": "second"}, as_user="U4")
    run = await harness.engine.start("interrupted", None, actor=Actor("slack", "U4"))
    while (await harness.step(run, "copy")).state != "running":
        await asyncio.sleep(0.01)


def buttons(request: RequestRecord) -> list[list[str]]:
    """The action and the value of each button that this release posts for it."""
    if request.kind == "approval":
        return [
            [button["action_id"], button["value"]] for button in choice_buttons(request) if "value" in button
        ]
    return [
        [f"{button_values.DECIDE}:{choice}", button_values.encode(request.id, choice)]
        for choice in request.policy.choices
    ]


async def write(
    name: Path, workflows: tuple[object, ...], fill: Callable[[Harness], Awaitable[None]]
) -> None:
    """Write a database as a killed process leaves it: one step is still under way."""
    with tempfile.TemporaryDirectory() as folder:
        async with Harness(*workflows, people=PEOPLE, folder=Path(folder)) as harness:  # type: ignore[arg-type]
            await fill(harness)
            buttons_of = {request.id: buttons(request) for request in await harness.engine.requests()}
            with sqlite3.connect(Path(folder) / "signoff.db") as database:
                lines = "\n".join(database.iterdump())
            keys = {key.name: key.read_text(encoding="utf-8") for key in (Path(folder) / "keys").iterdir()}
    name.with_name(f"{name.name}.sql").write_text(lines + "\n", encoding="utf-8")
    name.with_name(f"{name.name}.keys").write_text(json.dumps(keys, indent=1) + "\n", encoding="utf-8")
    name.with_name(f"{name.name}.json").write_text(json.dumps(buttons_of, indent=1) + "\n", encoding="utf-8")


async def main(name: str) -> None:
    await write(FOLDER / name, WORKFLOWS, pending)
    await write(FOLDER / "early" / name, EARLY, early)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
