"""An installation to tamper with, and what somebody does to its file who has no key."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine import Actor, Cron, Outcome, StaticPeople, StepContext, Workflow
from engine.audit.hash_chain import FIELDS, ChainFinding, extend_digest, link
from engine.audit.keys import Keyring
from engine.model.records.change import EventDraft
from engine.store.log import sealing
from engine.store.maintenance import backups
from engine.store.queries import integrity
from engine.store.sqlite.connection import connect
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"], "boss": ["U9"]})
OPERATOR = Actor("cli", "root")


def flow(follows: str = "") -> Workflow:
    """`follows`: the workflow of a run that follows."""
    made = Workflow("flow", owner="@boss", channel="#ops", triggers=[Cron("0 3 * * *")])

    @made.step
    async def plan(ctx: StepContext) -> dict[str, int]:
        await ctx.checkpoint("seen", {"replicas": 2})
        return {"replicas": 3}

    go = made.approval(
        "go",
        ask="Scale to {plan.replicas}?",
        show=["plan"],
        approvers=["@ops"],
        expires="2d",
        remind_every="1h",
    )

    @made.step(when=go.approved)
    async def scale(plan: dict[str, int], go: Outcome, ctx: StepContext) -> int:
        if follows:
            ctx.follow_up(follows)
        return plan["replicas"]

    final = made.approval("final", ask="Done?", approvers=["@boss"], after=[scale], expires="9d")

    @made.step(when=final.approved)
    async def close(final: Outcome) -> str:
        return "closed"

    made.wait_for("arrival", signal="arrival", expires="8d", on_expiry="skip", after=[close])
    return made


def inventory() -> Workflow:
    made = Workflow("inventory", owner="@boss")

    @made.step
    async def count() -> int:
        return 3

    return made


async def _install(folder: Path) -> None:
    async with Harness(
        flow("inventory"), inventory(), people=PEOPLE, folder=folder, schedules=True
    ) as harness:
        old = await harness.start("flow")
        await harness.engine.cancel(old.id, actor=OPERATOR)
        await harness.advance("1h")
        await harness.engine._parts.timing.retention.sweep(harness.clock.now())
        run = await harness.start("flow", as_user="U2")
        await harness.decide("go", "approve", as_user="U1", comment="fine", run=run)
        await harness.signal(run, "arrival", as_user="U2")
        await harness.start("flow", as_user="U2")
        until = harness.clock.now() + timedelta(days=3)
        await harness.engine.delegations.away(Actor("slack", "U9"), "U1", until)
        await harness.engine.principals.add("ci", ["flow"], OPERATOR)
        await harness.engine.one_time_codes.enrol("U1", "Ann", OPERATOR)
        await harness.run_until_idle()


def installed(folder: Path) -> Path:
    """A run that waits at `final` after somebody approved `go`, one that waits at `go`, and a pruned one."""
    asyncio.run(_install(folder))
    return folder


def copied(folder: Path, to: Path) -> Path:
    """The database of a copy, as a file of its own."""
    shutil.copytree(folder, to, dirs_exist_ok=True)
    return to / "signoff.db"


def findings(database: Path) -> list[str]:
    """Return the problems that `signoff audit verify` names."""
    return [one.problem for one in chain_findings(database)]


def chain_findings(database: Path) -> list[ChainFinding]:
    seal = Keyring(database.parent / "keys").sealing()
    with closing(connect(database, read_only=True)) as connection:
        return integrity.audit(connection, seal).findings


def accept(database: Path) -> None:
    """As `signoff audit accept`."""
    backups.accept(database, Keyring(database.parent / "keys"), datetime.now(UTC), OPERATOR, "a test")


def execute(database: Path, statement: str, *values: Any) -> int:
    """How many rows were changed."""
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(statement, values).rowcount


def recompute(database: Path) -> None:
    """Recompute every hash that needs no key, so that the hashes match the rows."""
    with closing(connect(database)) as connection:
        heads: dict[str | None, tuple[str, int]] = {}
        digest, seq = "", 0
        events = connection.execute("SELECT * FROM event ORDER BY seq").fetchall()
        pruned = dict(connection.execute("SELECT seq, hash FROM pruned_event").fetchall())
        hashes = dict(pruned)
        for row in events:
            head, n = heads.get(row["run_id"], ("", 0))
            values = [row[name] for name in FIELDS[:-1]]
            head = link(head, [*values, n + 1], row["rows"])
            heads[row["run_id"]] = (head, n + 1)
            hashes[row["seq"]] = head
            connection.execute("UPDATE event SET n = ?, hash = ? WHERE seq = ?", (n + 1, head, row["seq"]))
        for seq in sorted(hashes):
            digest = extend_digest(digest, [hashes[seq]])
        for run_id, (head, n) in heads.items():
            if run_id is not None:
                connection.execute("UPDATE run SET head = ?, events = ? WHERE id = ?", (head, n, run_id))
        head, n = heads[None]
        connection.execute(
            "UPDATE log SET seq = ?, digest = ?, head = ?, events = ?", (max(hashes), digest, head, n)
        )


def reseal(folder: Path) -> None:
    """Seal the rows that a test changed, as if the engine had recorded them."""
    with closing(connect(folder / "signoff.db")) as connection:
        event = EventDraft("log.sealed", datetime(2026, 1, 5, tzinfo=UTC), OPERATOR)
        sealing.seal_all(connection, Keyring(folder / "keys").sealing(), event)
    (folder / "keys" / "signoff.db.checkpoint").unlink(missing_ok=True)
