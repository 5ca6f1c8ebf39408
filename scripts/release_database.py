"""Writes a database of this checkout whose runs are left open, as SQL: `scripts/release_database.py NAME`.

Run it once for each release, before the next one changes anything, and commit `tests/upgrades/NAME.sql`. A
test opens each of these files with the current code and takes every run to its end. A file never changes.
"""

import asyncio
import sqlite3
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "upgrades")]

from pending import WORKFLOWS  # noqa: E402

from engine import Person, StaticPeople  # noqa: E402
from engine.testing import Bench  # noqa: E402

PEOPLE = StaticPeople(
    [Person("U4", "Dora"), Person("U9", "Ivo")], {"release": ["U1", "U2", "U3"], "ops": ["U7"]}
)


async def make(folder: Path) -> None:
    async with Bench(*WORKFLOWS, people=PEOPLE, folder=folder) as bench:
        await bench.start("ship", {"item": "valve"}, as_user="U4")
        changed = await bench.start("ship", {"item": "pump"}, as_user="U4")
        await bench.decide(
            "go_live", "approve", as_user="U1", run=changed, value={"replicas": 7, "note": "n"}
        )
        staged = await bench.start("staged", as_user="U4")
        await bench.decide("both", "approve", as_user="U1", run=staged)
        revocable = await bench.start("revocable", as_user="U4")
        await bench.decide("take_back", "approve", as_user="U1", run=revocable)
        await bench.start("fails", as_user="U4")
        flaky = await bench.start("flaky", as_user="U4")
        await bench.decide("first", "approve", as_user="U1", run=flaky)


def main() -> None:
    name = sys.argv[1]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        asyncio.run(make(folder))
        with sqlite3.connect(folder / "signoff.db") as database:
            lines = "\n".join(database.iterdump())
    (ROOT / "tests" / "upgrades" / f"{name}.sql").write_text(lines + "\n", encoding="utf-8")


main()
