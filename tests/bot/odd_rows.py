"""An installation with a row in every table, and the values that another program may write there."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

import engine.store.schema.tables  # noqa: F401
from engine import Actor, Cron, Gate, Outcome, Resource, StaticPeople, StepContext, Webhook, Workflow
from engine.store.deliveries import Wanted
from engine.testing import Harness
from tests.engine.tampering import execute

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"], "boss": ["U9"]})
OPERATOR = Actor("cli", "root")
TABLES = {name: list(table.columns) for name, table in SQLModel.metadata.tables.items()}
_ODD_NUMBERS = ["'soon'", "-5", "9223372036854775807"]
WRONG_SHAPES = ["'[]'", "'null'", """'{"user":{"a":1}}'"""]
"""Valid JSON, of which no column holds all."""
_ODD_TEXTS = ["x'00ff'", "CAST(x'ff' AS TEXT)"]


def odd_values(column: "sa.Column[Any]") -> list[str]:
    """Return the SQL of values that no release writes to the column."""
    if isinstance(column.type, (sa.Integer, sa.Boolean)):
        return _ODD_NUMBERS
    if isinstance(column.type, sa.Text):  # JSON, as a rule
        # Digests of a run without a seal that fits count as none.
        shapes = WRONG_SHAPES[:2] if f"{column.table.name}.{column.name}" == "run.base" else WRONG_SHAPES
        return [*_ODD_TEXTS, "'{'", *shapes]
    return [*_ODD_TEXTS, "'lost'"] if column.name in ("state", "kind", "actor", "requester") else _ODD_TEXTS


def flow() -> Workflow:
    made = Workflow("flow", owner="@boss", channel="#ops", triggers=[Cron("0 3 * * *")])

    @made.step(uses=[Resource("bank", at_once=2)])
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
        ctx.follow_up("other")
        return plan["replicas"]

    final = made.approval("final", ask="Done?", approvers=["@ops"], after=[scale], expires="9d")

    @made.step(when=final.approved)
    async def close(final: Outcome) -> str:
        return "closed"

    made.wait_for("arrival", signal="arrival", expires="8d", on_expiry="skip", after=[close])
    return made


def other() -> Workflow:
    trigger = Webhook("notes", secret="SECRET", debounce="30d", dedup="{payload.topic}", input={})
    made = Workflow("other", owner="@boss", channel="#ops", triggers=[trigger])

    @made.step
    async def fail(ctx: StepContext) -> None:
        raise ValueError("no")

    return made


def gate() -> Gate:
    return Gate("gate", owner="@boss", approvers=["@ops"], channel="#ops", expires="9d")


def harness(folder: Path, **options: Any) -> Harness:
    return Harness(flow(), other(), gate(), people=PEOPLE, folder=folder, schedules=True, **options)


async def install(folder: Path) -> str:
    """Return a token for the gate."""
    async with harness(folder) as made:
        old = await made.start("flow")
        await made.engine.cancel(old.id, actor=OPERATOR)
        await made.advance("1h")
        await made.engine._parts.timing.retention.sweep(made.clock.now())
        run = await made.start("flow", as_user="U2")
        await made.decide("go", "approve", as_user="U1", comment="fine", run=run)
        await made.signal(run, "arrival", as_user="U2")
        await made.start("flow", as_user="U2")
        await made.deliver("notes", {"topic": "a"})
        until = made.clock.now() + timedelta(days=3)
        await made.engine.delegations.away(Actor("slack", "U9"), "U1", until)
        token = await made.engine.principals.add("ci", ["gate"], OPERATOR)
        principal = await made.engine.principals.of(token)
        assert principal is not None
        question = {"question": "Ship?", "details": "", "link": "", "on_behalf_of": "", "callback": ""}
        await made.engine.start("gate", question, actor=principal.actor)
        await made.run_until_idle()
        newest = await made.engine.events.newest()
        target = {"run": run.id, "channels": ["#ops"]}
        wanted = [Wanted(f"m{number}", "run", run.id, target) for number in range(2)]
        await made.engine.deliveries.advance("tests", newest, wanted)
    execute(
        folder / "signoff.db",
        "INSERT INTO step_report VALUES (?, 'final', 1, '[1,2,\"x\"]', '[\"said\"]', 1)",
        run.id,
    )
    return token


class OddRow:
    """A row of a table that one statement changes and another one puts right: that of the gate, if any."""

    def __init__(self, database: Path, table: str) -> None:
        self._database, self.table = database, table
        self._keys = [column.name for column in TABLES[table] if column.primary_key]
        first = f"{'run_id' if table == 'request' else self._keys[0]} LIKE 'gate-%' DESC"
        with closing(sqlite3.connect(database)) as connection:
            connection.row_factory = sqlite3.Row
            query = f"SELECT * FROM {table} ORDER BY {first}, {', '.join(self._keys)} LIMIT 1"
            self.written = dict(connection.execute(query).fetchone())
        """By column, as the engine wrote it."""

    def change(self, column: str, value: str) -> bool:
        """Write SQL of an odd value; return whether the column takes it and it is another one."""
        if value == f"'{self.written[column]}'":
            return False
        where = " AND ".join(f"{key} IS ?" for key in self._keys)
        try:
            changed = execute(
                self._database,
                f"UPDATE {self.table} SET {column} = {value} WHERE {where}",
                *(self.written[key] for key in self._keys),
            )
        except sqlite3.IntegrityError:
            return False
        assert changed == 1, self.table
        return True

    def put_right(self, column: str, value: str) -> None:
        others = [key for key in self._keys if key != column]
        where = " AND ".join([f"{column} IS {value}", *(f"{key} IS ?" for key in others)])
        assert execute(
            self._database,
            f"UPDATE {self.table} SET {column} = ? WHERE {where}",
            self.written[column],
            *(self.written[key] for key in others),
        )
