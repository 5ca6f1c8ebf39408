"""How rows stand: the digests by name that the log is held against."""

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from engine.audit.seal import row_digest
from engine.store.log import bursts
from engine.store.schema import rows
from engine.store.schema.layout import expected
from engine.store.work import Connection

DECISION = (
    "id", "request_id", "choice", "actor", "as_user", "comment", "at", "stage", "member_of", "value",
    "digest", "on_behalf",
)  # fmt: skip
REQUEST = (
    "id", "kind", "run_id", "workflow", "step", "state", "version", "ask", "policy", "requester",
    "requester_as", "opened_at", "shown", "channel", "expires_at", "reminders", "outcome", "ended_at",
    "effective_at", "failure", "attempts",
)  # fmt: skip
STEP = (
    "run_id", "step", "state", "attempt", "round", "crashes", "failures", "started_at", "ended_at",
    "next_attempt_at", "output", "failure", "reason", "log", "code_digest", "deaths", "queued_at",
    "round_started_at",
)  # fmt: skip
CHECKPOINT = ("id", "run_id", "step", "number", "key", "attempt", "value", "at")
SIGNAL = ("run_id", "name", "payload", "actor", "as_user", "at")
FOLLOW_UP = ("id", "run_id", "step", "workflow", "input", "at")
WAIT = ("id", "kind", "run_id", "step", "request_id", "due_at")
TOMBSTONE = (
    "run_id", "workflow", "state", "head", "events", "created_at", "ended_at", "pruned_at",
)  # fmt: skip

LATER_COLUMNS = {"run": (1, 2), "step.": (1, 1)}
"""By prefix of the name: numbers of columns at the end that digests of earlier releases do not have, those of
the newest release first. Rows in which they are all empty have the same digest as before."""
_KEYS = {
    "step.": "step", "request.": "id", "decision.": "id", "signal.": "name", "follow_up.": "id",
    "wait.": "id", "checkpoint.": "id",
}  # fmt: skip
"""By prefix of the name, the column that ends it."""
_sealed_run = itemgetter(*rows.SEALED_RUN)


def _select(columns: Sequence[str], where: str) -> str:
    return f"SELECT {', '.join(columns)} FROM {where}"  # noqa: S608


_COLUMNS = {
    "run": tuple(expected()["run"].columns), "step.": STEP, "request.": REQUEST, "decision.": DECISION,
    "signal.": SIGNAL, "follow_up.": FOLLOW_UP, "wait.": WAIT, "checkpoint.": CHECKPOINT,
}  # fmt: skip
"""By prefix of the name, the columns that are read: all of a run, else those that its digest covers."""
_OF_RUN = {
    "run": _select(_COLUMNS["run"], "run WHERE id = ?"),
    "step.": _select(STEP, "step_run WHERE run_id = ?"),
    "request.": _select(REQUEST, "request WHERE run_id = ? ORDER BY opened_at, id"),
    "decision.": _select(
        DECISION,
        "decision WHERE request_id IN (SELECT id FROM request WHERE run_id = ?) ORDER BY at, id",
    ),
    "signal.": _select(SIGNAL, "signal WHERE run_id = ?"),
    "follow_up.": _select(FOLLOW_UP, "follow_up WHERE run_id = ?"),
    "wait.": _select(WAIT, "wait WHERE run_id = ?"),
    "checkpoint.": _select(CHECKPOINT, "checkpoint WHERE run_id = ?"),
}
"""By prefix of the name, the query of the rows."""
_WITHOUT_ELEMENTS = _OF_RUN | {"step.": f"{_OF_RUN['step.']} AND step NOT LIKE '%]'"}

RunRows = Mapping[str, Sequence[rows.Row]]
"""The rows of one run by prefix of their names. `run` has one, and is empty for an unknown run."""


DEFINITION = ("digest", "workflow", "canonical", "created_at")
CODE = ("digest", "steps")


def run_rows(connection: Connection, run_id: str, *, elements: bool = True) -> RunRows:
    """Read the rows of a run once, for their digests and for its records.

    `elements`: with the step runs of elements of mapped steps.
    """
    queries = _OF_RUN if elements else _WITHOUT_ELEMENTS
    # Nothing is looked at before all is asked, so that the questions can travel together.
    asked = {prefix: connection.execute(query, (run_id,)) for prefix, query in queries.items()}
    return {prefix: rows.by_name(_COLUMNS[prefix], cursor.fetchall()) for prefix, cursor in asked.items()}


def of_rows(stored: RunRows) -> dict[str, str]:
    """Return the digests of a run's rows as they are stored."""
    digests: dict[str, str] = {}
    for row in stored["run"]:
        digests["run"] = _digest("run", _sealed_run(row))
    for prefix, key in _KEYS.items():
        for row in stored[prefix]:
            digests[f"{prefix}{row[key]}"] = _digest(prefix, tuple(row.values()))
    return digests


def of_run(connection: Connection, run_id: str) -> dict[str, str]:
    """Return the digests of a run's rows, read now."""
    return of_rows(run_rows(connection, run_id))


def _digest(prefix: str, values: tuple[Any, ...]) -> str:
    return row_digest(without_unused(values, LATER_COLUMNS.get(prefix, ())))


def without_unused(values: tuple[Any, ...], later: Sequence[int]) -> tuple[Any, ...]:
    for count in later:
        if any(values[-count:]):
            break
        values = values[:-count]
    return values


def facts(connection: Connection) -> dict[str, str]:
    """Those of facts about the installation."""
    return {
        str(name): row_digest((name, value))
        for name, value in connection.execute("SELECT name, value FROM installation")
    }


def of_no_run(connection: Connection) -> dict[str, str]:
    """Those of facts, of which schedules are on, of bursts that wait, and of what is left of pruned runs."""
    digests = {f"fact.{name}": digest for name, digest in facts(connection).items()}
    for workflow, key, enabled in connection.execute("SELECT workflow, key, enabled FROM schedule"):
        digests[f"schedule.{workflow} {key}"] = row_digest((workflow, key, enabled))
    return digests | bursts.digests(connection) | dict(tombstones(connection, "1 = 1", ()))


def tombstones(connection: Connection, where: str, values: Sequence[object]) -> Iterator[tuple[str, str]]:
    """Name and digest of each of those."""
    query = f"SELECT {', '.join(TOMBSTONE)} FROM tombstone WHERE {where}"  # noqa: S608
    for row in connection.execute(query, values):
        yield f"tombstone.{row['run_id']}", row_digest(tuple(row))
