"""Queries of the installation: facts, definitions, code, and what would go on at a start."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.audit.seal import Seal, row_digest
from engine.errors import Altered
from engine.store.log import row_digests
from engine.store.log.tail import COVERED, Tail
from engine.store.queries.consumers import check_cursors
from engine.store.queries.readable import Skip
from engine.store.queries.schedules import ScheduleState, due_schedules
from engine.store.schema import rows
from engine.store.work import Connection


@dataclass(frozen=True, slots=True)
class Prospect:
    """Work that a start would resume: counts, and schedules with the time at which they were due."""

    executing: int
    """Number of runs that would execute."""
    waiting: int
    """Runs that wait for people or for time."""
    paused: int
    """Runs that a person paused."""
    due: dict[str, int]
    """Waits whose time is over, by kind (`retry`, `remind`, `expire`)."""
    schedules: tuple[ScheduleState, ...]
    """Those that would fire at once."""
    messages: dict[str, int]
    """Messages begun or wanted and not yet delivered, by kind."""
    untold: int
    """Events that nobody has been told of yet."""


def prospect(connection: Connection, now: datetime, skip: Skip | None = None) -> Prospect:
    """Counts over all rows that something would be done about."""

    def counts(query: str, *values: object) -> dict[str, int]:
        return {row[0]: row[1] for row in connection.execute(query, values)}

    moment = rows.micros(now)
    states = counts(
        "SELECT state, count(*) FROM run "
        "WHERE state IN ('running', 'waiting', 'paused', 'compensating') GROUP BY state"
    )
    untold = connection.execute(
        "SELECT count(*) FROM event WHERE seq > (SELECT coalesce(min(cursor), 0) FROM consumer)"
    ).fetchone()[0]
    return Prospect(
        executing=states.get("running", 0) + states.get("compensating", 0),
        waiting=states.get("waiting", 0),
        paused=states.get("paused", 0),
        due=counts("SELECT kind, count(*) FROM wait WHERE due_at <= ? GROUP BY kind", moment),
        schedules=tuple(due_schedules(connection, now, 1000, skip=skip)),
        messages=counts(
            "SELECT kind, count(*) FROM delivery WHERE sent < wanted AND state <> 'dead' GROUP BY kind"
        ),
        untold=untold,
    )


def fact(connection: Connection, name: str, seal: Seal) -> Any:
    """Raises `Altered` where it is not the one that was noted."""
    connection.execute("BEGIN")
    try:
        return fact_within(connection, name, seal)
    finally:
        connection.execute("COMMIT")


def fact_within(connection: Connection, name: str, seal: Seal) -> Any:
    """Return a fact in the caller's transaction. Raises `Altered`."""
    row = connection.execute("SELECT value FROM installation WHERE name = ?", (name,)).fetchone()
    tail = Tail.read(connection)
    there = row_digest((name, row[0])) if row else None
    if tail is None or not tail[0].sealed(tail[1], seal):
        raise _altered_fact(name, "log")
    if rows.from_json(tail[0].facts).get(name) != there:
        raise _altered_fact(name, subject_of_fact(name))
    return rows.from_json(row[0]) if row else None


_IN_WORDS = {
    "clock.ahead": "the clock",
    "code.missing": "missing code",
    "early_stops": "steps during which the process ended early",
    "places": "the channels of workflows",
    "schemas": "types of inputs and outputs",
}
"""By name of a fact: what people call it."""


def _altered_fact(name: str, subject: str) -> Altered:
    return Altered(
        f"What is stored of {_IN_WORDS.get(name, name)} was changed by another program. "
        "Ask the operator to run signoff audit verify.",
        subject,
    )


def subject_of_fact(name: str) -> str:
    """Return the subject of an error about a changed fact."""
    return f"fact.{name}"


def check_facts(connection: Connection, seal: Seal) -> dict[str, Altered | None]:
    """By subject: what is wrong with each fact, stored or noted; None where it is the one that was noted.

    The caller holds the transaction.
    """
    tail = Tail.read(connection)
    there = row_digests.facts(connection)
    if tail is None or not tail[0].sealed(tail[1], seal):
        return {"log": _altered_fact("the log", "log")}
    noted = rows.from_json(tail[0].facts)
    noted.pop(COVERED, None)
    checked: dict[str, Altered | None] = {"log": None}
    for name in {*noted, *there}:
        subject = subject_of_fact(name)
        checked[subject] = None if noted.get(name) == there.get(name) else _altered_fact(name, subject)
    return checked


def check_versions(connection: Connection, seal: Seal) -> dict[str, Altered | None]:
    """By subject: what is wrong with each stored definition and each version of code; None where nothing is.

    Of those that are gone it names the ones that runs under way need.
    """
    checked = {
        f"{table}.{rows.named(row['digest'])}": problem(row, seal)
        for table, problem in (("definition", _changed_definition), ("code", _changed_code))
        for row in connection.execute(f"SELECT * FROM {table}")  # noqa: S608
    }
    gone = connection.execute(
        "SELECT 'definition', definition FROM run WHERE ended_at IS NULL "
        "AND definition NOT IN (SELECT digest FROM definition) "
        "UNION SELECT 'code', code FROM run WHERE ended_at IS NULL AND code NOT IN (SELECT digest FROM code)"
    )
    return checked | {f"{table}.{rows.named(digest)}": removed(table, digest) for table, digest in gone}


def removed(table: str, digest: object) -> Altered:
    """Return the error for a definition, or the digests of code, that runs need and that is gone."""
    what = {"definition": "definition {} was", "code": "code digests {} were"}[table]
    return Altered(
        f"The {what.format(rows.named(digest)[:12])} removed by another program. Runs that need this do not "
        "continue. Restore a backup: signoff db restore BACKUP.",
        f"{table}.{rows.named(digest)}",
    )


def definition(connection: Connection, digest: str, seal: Seal) -> bytes | None:
    """Raises `Altered` where it is not the one that was stored."""
    row = connection.execute("SELECT * FROM definition WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        return None
    if altered := _changed_definition(row, seal):
        raise altered
    return bytes(row["canonical"].encode())


def _changed_definition(row: rows.Row, seal: Seal) -> Altered | None:
    if seal.holds(row["seal"], "definition", *(row[name] for name in row_digests.DEFINITION)):
        return None
    return Altered(
        f"The stored definition of {rows.named(row['workflow'])} was changed by another program. "
        "Ask the operator to run signoff audit verify.",
        f"definition.{rows.named(row['digest'])}",
    )


def definitions_of_rule_1(connection: Connection) -> list[bytes]:
    """By the digests in them, which have no number of a rule."""
    selected = connection.execute(
        'SELECT canonical FROM definition WHERE canonical LIKE \'%"schema_digest":"%\' '
        'AND canonical NOT LIKE \'%"schema_digest":"2:%\''
    )
    return [row[0].encode() for row in selected]


def code(connection: Connection, digest: str, seal: Seal) -> dict[str, str]:
    """Return the digests of code by step. Raises `Altered` where they are not those that were stored."""
    row = connection.execute("SELECT * FROM code WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        return {}
    if altered := _changed_code(row, seal):
        raise altered
    stored: dict[str, str] = rows.from_json(row["steps"])
    return stored


def _changed_code(row: rows.Row, seal: Seal) -> Altered | None:
    if seal.holds(row["seal"], "code", *(row[name] for name in row_digests.CODE)):
        return None
    return Altered(
        f"The stored code digests {rows.named(row['digest'])} were changed by another program. "
        "Ask the operator to run signoff audit verify.",
        f"code.{rows.named(row['digest'])}",
    )


def check_outside_runs(
    connection: Connection, seal: Seal, places: Mapping[str, int]
) -> dict[str, Altered | None]:
    """By subject: what is wrong with what belongs to no run and is read at a start or kept in memory.

    `places`: how far consumers of this process have read the log.
    """
    connection.execute("BEGIN")
    try:
        facts, versions = check_facts(connection, seal), check_versions(connection, seal)
        return facts | versions | check_cursors(connection, places)
    finally:
        connection.execute("COMMIT")
