"""A workflow with a decision that people answer, and many of its runs in the file."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bench.harness import CLICKER, STARTER
from engine import Decision, Engine, Objectives, Outcome, Rule, Workflow
from engine.model.values.ids import encode
from engine.policies import read_policies
from engine.store.sqlite.connection import connect

FROZEN = 900
"""Amount that the policy denies."""
POLICIES = read_policies(
    f"""
rules:
  - name: no-large-amounts
    at: start
    when: workflow.name == "refund" && input.amount == {FROZEN}
    deny: Amounts of {FROZEN} are not paid.
  - name: nobody-but-bench
    at: start
    when: workflow.name == "refund"
    unless: requester.id == "{STARTER.id}"
    deny: Only the bench may.
""",
    "policies.yaml",
)
_TABLES = (("run", "id"), ("step_run", "run_id"), ("request", "run_id"), ("decision", "request_id"))
_MOMENTS = frozenset({"created_at", "started_at", "ended_at", "opened_at", "round_started_at", "at"})
_RUNS_A_PART = 2_000


class Refund(BaseModel):
    amount: int
    country: str = "DE"


refund = Workflow(
    "refund",
    owner="@people",
    input=Refund,
    objectives=Objectives(success="99%", p95="10m", recover="5m", decide="4h", window="30d"),
)
refund.decision(
    "check",
    rules=[Rule("input.amount > 100", points=80, reason="The amount is {input.amount}")],
    thresholds={"refuse": 60},
    default="pay",
    recommends={"refuse": "reject", "pay": "approve"},
    groups=["input.country"],
)
paid = refund.approval(
    "go", ask="Refund {input.amount}?", show=[("Why", "check.why")], approvers=["@people"], expires="30d"
)


@refund.step
async def pay(input: Refund, go: Outcome) -> str:
    return f"paid {input.amount}"


async def decide_four(of: Engine) -> list[str]:
    """Decide a refund of each kind, and return their runs."""
    runs = []
    for amount, country, choice in (
        (5, "DE", "approve"), (20, "AT", "reject"), (500, "DE", "reject"), (700, "CH", "approve")
    ):  # fmt: skip
        run = await of.start("refund", {"amount": amount, "country": country}, actor=STARTER)
        await of.activity.idle()
        (request,) = await of.requests(run_id=run.id)
        result = await of.decide(request.id, Decision(choice, comment="Known."), actor=CLICKER)
        assert result.accepted, result
        await of.until_ended(run.id)
        runs.append(run.id)
    return runs


def repeat(path: Path, runs: Sequence[str], count: int, apart: timedelta) -> None:
    """Write copies of these runs, each earlier than the one before, with their steps and requests."""
    with closing(connect(path)) as connection:
        kept = [_read(connection, run) for run in runs]
        for begin in range(0, count, _RUNS_A_PART):
            connection.execute("BEGIN")
            for number in range(begin, min(begin + _RUNS_A_PART, count)):
                _write(connection, kept[number % len(kept)], number, apart * (number + 1))
            connection.execute("COMMIT")
        connection.execute("ANALYZE")


Rows = Mapping[str, list[dict[str, Any]]]


def _read(connection: Any, run: str) -> Rows:
    """Return the rows of a run, by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table, key in _TABLES:
        ids = [row["id"] for row in found["request"]] if table == "decision" else [run]
        marks = ", ".join("?" * len(ids))
        selected = connection.execute(f"SELECT * FROM {table} WHERE {key} IN ({marks})", ids)  # noqa: S608
        found[table] = [dict(row) for row in selected.fetchall()]
    return found


def _write(connection: Any, rows_of: Rows, number: int, earlier: timedelta) -> None:
    """Write rows of a run under other ids."""
    back, (run,) = int(earlier.total_seconds() * 1_000_000), rows_of["run"]
    old = {row["id"] for row in (run, *rows_of["request"], *rows_of["decision"])}
    tail = encode(number, 6)
    names = {id_: f"{id_}{tail}" for id_ in old}
    for table, rows in rows_of.items():
        for row in rows:
            values: dict[str, Any] = {
                name: names.get(value, value) if isinstance(value, str) else value
                for name, value in row.items()
            }
            for name in _MOMENTS & values.keys():
                values[name] = None if values[name] is None else int(values[name]) - back
            listed, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO {table} ({listed}) VALUES ({marks})", list(values.values()))  # noqa: S608
