"""SQL for the hot path, made once from the tables' layout, so that the two can't disagree."""

from collections.abc import Sequence
from itertools import chain

from engine.store.schema.layout import expected
from engine.store.work import Connection, Cursor


def _columns(table: str, but: frozenset[str] = frozenset()) -> list[str]:
    return [name for name in expected()[table].columns if name not in but]


def _quoted(name: str) -> str:
    return f'"{name}"'


def insert(table: str, *, but: frozenset[str] = frozenset(), tail: str = "") -> str:
    """`INSERT INTO table (…) VALUES (?, …) tail`, the columns in the order of the table."""
    names = _columns(table, but)
    marks = ", ".join("?" * len(names))
    listed = ", ".join(map(_quoted, names))
    return f"INSERT INTO {_quoted(table)} ({listed}) VALUES ({marks}) {tail}".strip()  # noqa: S608


def upsert(table: str, *keys: str, kept: frozenset[str] = frozenset()) -> str:
    """Insert, or replace every other column where the keys are there already. `kept`: what never changes;
    to name it would rewrite the indexes that it stands in."""
    rest = [_quoted(name) for name in _columns(table, kept | {*keys})]
    changes = ", ".join(f"{name} = excluded.{name}" for name in rest)
    return insert(table, tail=f"ON CONFLICT ({', '.join(map(_quoted, keys))}) DO UPDATE SET {changes}")


class Many:
    """One statement over many rows: `head (?, …), (?, …) tail`, some dozens of them a call of the driver.

    The driver gives the interpreter's lock up at each row that it is handed, and gets it back when the loop
    lets go of it: row by row, a step of a run took the writing thread 58 microseconds, this way 35.
    """

    _SIZES = (64, 32, 16, 8, 4, 2, 1)
    """Rows a call: a few fixed sizes, so that the prepared statements are found again."""

    def __init__(self, head: str, width: int, tail: str = "") -> None:
        marks = f"({', '.join('?' * width)})"
        self._texts = {size: f"{head} {', '.join([marks] * size)} {tail}" for size in self._SIZES}

    def execute(self, connection: Connection, rows: Sequence[Sequence[object]]) -> Sequence[Cursor]:
        """Return a cursor for each call of the driver. Its `rowcount` says how many rows were changed."""
        if len(rows) <= 1:
            return (connection.execute(self._texts[1], rows[0]),) if rows else ()
        done, cursors = 0, []
        for size in self._SIZES:
            while len(rows) - done >= size:
                values = list(chain.from_iterable(rows[done : done + size]))
                cursors.append(connection.execute(self._texts[size], values))
                done += size
        return cursors


def _many(table: str, *, but: frozenset[str] = frozenset(), tail: str = "") -> Many:
    head, _, _ = insert(table, but=but).partition(" VALUES")
    return Many(f"{head} VALUES", len(_columns(table, but)), tail)


def _upserts(table: str, *keys: str, kept: frozenset[str] = frozenset()) -> Many:
    _, _, tail = upsert(table, *keys, kept=kept).partition(") ON CONFLICT")
    return _many(table, tail=f"ON CONFLICT{tail}")


INSERT_DEFINITION = insert("definition", tail="ON CONFLICT DO NOTHING")
INSERT_CODE = insert("code", tail="ON CONFLICT DO NOTHING")
INSERT_EVENT = insert("event", but=frozenset({"seq"}))
END_WAIT = "DELETE FROM wait WHERE id = ?"
UNDER_WAY = (
    "SELECT count(*) FROM run WHERE workflow = ? AND concurrency_key = ? "
    "AND state IN ('running', 'waiting', 'paused', 'compensating')"
)
FIRED = (
    "UPDATE schedule SET last_fire_at = max(coalesce(last_fire_at, 0), ?), cursor = coalesce(?, cursor) "
    "WHERE workflow = ? AND key = ?"
)
PUT_FACT = upsert("trigger_fact", "workflow", "key", "fact")
TAKEN_FACT = "SELECT 1 FROM trigger_fact WHERE workflow = ? AND key = ? AND fact = ?"
BURST = "SELECT 1 FROM trigger_fact WHERE workflow = ? AND key = ? AND fact = ? AND due_at = ?"

INSERT_RUNS = _many("run")
MOVE_RUNS = Many(
    "UPDATE run SET state = v.column3, version = v.column4, started_at = CAST(v.column5 AS BIGINT), "
    "ended_at = CAST(v.column6 AS BIGINT), reason = v.column7, priority = v.column8, head = v.column9, "
    "events = v.column10, seal = v.column11 FROM (VALUES",
    11,
    ") AS v WHERE run.id = v.column1 AND run.version = v.column2",
)
ADVANCE_RUNS = Many(
    "UPDATE run SET version = v.column3, head = v.column4, events = v.column5, seal = v.column6 FROM (VALUES",
    6,
    ") AS v WHERE run.id = v.column1 AND run.version = v.column2",
)
"""For transitions within a state: naming `state` would rewrite two indexes, a quarter of what is written."""
PUT_STEPS = _upserts("step_run", "run_id", "step")
PUT_REQUESTS = _upserts(
    "request",
    "id",
    kept=frozenset({"kind", "run_id", "workflow", "step", "requester", "requester_as", "opened_at"}),
)
INSERT_DECISIONS = _many("decision")
PUT_WAITS = _upserts("wait", "id", kept=frozenset({"kind", "run_id", "step", "request_id"}))
PUT_CHECKPOINTS = _upserts("checkpoint", "id", kept=frozenset({"run_id", "step", "number", "key"}))
PUT_REPORT = upsert("step_report", "run_id", "step")
END_WAITS = Many("DELETE FROM wait WHERE id IN (VALUES", 1, ")")
PUT_RESOURCES = _upserts("resource", "name")
INSERT_SIGNALS = _many("signal")
INSERT_FOLLOW_UPS = _many("follow_up")
INSERT_EVENTS = _many("event", but=frozenset({"seq"}))
HEADS = "SELECT id, version, head, events, seal FROM run WHERE id IN ({marks})"
LOCKED_HEADS = "SELECT id, version, head, events, seal FROM run WHERE id = ANY(?) FOR UPDATE"
"""On PostgreSQL: nobody changes these rows until the transaction ends, whatever program it is."""
GONE = "SELECT run_id, -1, head, events, '' FROM tombstone WHERE run_id IN ({marks})"
"""A pruned run is at no version that a transition could leave, and its id isn't given again."""
