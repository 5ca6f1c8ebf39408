"""Bursts of facts that wait: the log has each one, and a seal of it in the event of its newest fact."""

from datetime import datetime
from typing import Any

from engine.audit.seal import Digests, Seal, row_digest
from engine.model.people import ENGINE
from engine.model.records.change import EventDraft
from engine.store.log.tail import Tail
from engine.store.schema import rows
from engine.store.work import Connection

HELD = "trigger.held"
COLUMNS = ("workflow", "key", "fact", "run_id", "at", "input")
"""Columns that the log covers. It leaves out the end of a burst, as it does the next fire of a schedule."""
_WAITING = f"SELECT {', '.join(COLUMNS)} FROM trigger_fact WHERE due_at IS NOT NULL"  # noqa: S608
_NEWEST = """
SELECT data FROM event WHERE run_id IS NULL AND type = 'trigger.held' AND CASE WHEN json_valid(data) THEN
  json_extract(data, '$.fact') = ?3 AND json_extract(data, '$.key') = ?2
  AND json_extract(data, '$.workflow') = ?1 END
ORDER BY seq DESC LIMIT 1
"""


def name(workflow: str, key: str, fact: str) -> str:
    """Return the name of a burst among the digests of the log."""
    return f"burst.{workflow} {key} {fact}"


def digests(connection: Connection) -> dict[str, str]:
    """Return the digests of the bursts that wait, by name."""
    return {name(*row[:3]): row_digest(tuple(row)) for row in connection.execute(_WAITING)}


def tell(connection: Connection, tail: Tail, values: tuple[Any, ...], at: datetime, seal: Seal) -> None:
    """Record how a burst stands. `values`: of `COLUMNS`. The caller saves the tail."""
    workflow, key, fact, run_id, *_ = values
    mark = seal.of("burst", *values)
    data = {"workflow": workflow, "key": key, "fact": fact, "run": run_id, "seal": mark}
    changed: Digests = {name(workflow, key, fact): row_digest(values)}
    tail.tell(connection, EventDraft(HELD, at, ENGINE, data=data), changed)


def tell_all(connection: Connection, tail: Tail, at: datetime, seal: Seal) -> None:
    """Record how every burst stands: of an earlier release, or of a file that its operator accepts."""
    for row in connection.execute(_WAITING).fetchall():
        tell(connection, tail, tuple(row), at, seal)


def problem(connection: Connection, row: rows.Row, seal: Seal) -> str:
    """Return why a burst that waits is not as it was recorded; empty as a rule.

    The caller holds a transaction.
    """
    told = connection.execute(_NEWEST, (row["workflow"], row["key"], row["fact"])).fetchone()
    if told is None:
        return "the log does not have it"
    mark = rows.from_json(told["data"]).get("seal")
    return (
        "" if seal.holds(mark, "burst", *(row[column] for column in COLUMNS)) else "it differs from the log"
    )


def taken(connection: Connection) -> set[str]:
    """Return the names of the bursts whose run is there, or was pruned: they wait no longer."""
    started = connection.execute(
        "SELECT json_extract(data, '$.workflow'), json_extract(data, '$.key'), json_extract(data, '$.fact') "
        "FROM event WHERE seq IN (SELECT max(seq) FROM event WHERE run_id IS NULL AND type = 'trigger.held' "
        "AND json_valid(data) GROUP BY json_extract(data, '$.workflow'), json_extract(data, '$.key'), "
        "json_extract(data, '$.fact')) AND json_extract(data, '$.run') IN "
        "(SELECT id FROM run UNION ALL SELECT run_id FROM tombstone)"
    )
    return {name(*map(str, row)) for row in started}
