"""Queries of the event log."""

import itertools
import re
from collections.abc import Sequence
from datetime import datetime

from engine.errors import Altered
from engine.model.people import ENGINE, SOURCES
from engine.model.records.event_filter import EventFilter, EventPlace
from engine.model.records.reasoned_acts import ACTS, ReasonedAct, reasoned_act
from engine.model.records.records import EventRecord
from engine.model.runs.transform import InputTransform, transform_of
from engine.store.queries.readable import Skip
from engine.store.schema import columns, rows
from engine.store.work import Connection

UNREADABLE_EVENT = "event.unreadable"
"""Type of what a reader of the log gets for an event that cannot be read. No log has such an event."""


_LIKE = re.compile("[!%_]")
"""Signs of a pattern of LIKE."""


def events(connection: Connection, after: int, limit: int, skip: Skip | None = None) -> list[EventRecord]:
    """Return a page of the log. `skip`: takes note of the events that cannot be read: a reader passes over
    them by `UNREADABLE_EVENT`, so that they keep back no later ones."""
    selected = connection.execute("SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
    return [_event(row, skip) for row in selected]


def _event(row: rows.Row, skip: Skip | None) -> EventRecord:
    try:
        return rows.event_record(row)
    except Altered as error:
        if skip is None:
            raise
        skip(error)
        return EventRecord(row["seq"], UNREADABLE_EVENT, rows.EPOCH, ENGINE, None, None, None, None, None, {})


def events_of_run(connection: Connection, run_id: str) -> list[EventRecord]:
    selected = connection.execute("SELECT * FROM event WHERE run_id = ? ORDER BY seq", (run_id,))
    return [rows.event_record(row) for row in selected]


def newest_events_of_run(
    connection: Connection, run_id: str, types: Sequence[str], limit: int
) -> tuple[list[EventRecord], int]:
    """Return the newest events of these types, oldest first, and how many older ones there are.

    An event that cannot be read is left out: the run is marked as altered then.
    """
    listed = ", ".join("?" * len(types))
    where = f"FROM event WHERE run_id = ? AND type IN ({listed})"
    selected = connection.execute(f"SELECT * {where} ORDER BY seq DESC LIMIT ?", (run_id, *types, limit))
    newest_first = [_event(row, lambda error: None) for row in selected]
    (number,) = connection.execute(f"SELECT count(*) {where}", (run_id, *types)).fetchone()
    readable = [event for event in reversed(newest_first) if event.type != UNREADABLE_EVENT]
    return readable, max(number - limit, 0)


def found_events(
    connection: Connection, wanted: EventFilter, limit: int, before: int | None, skip: Skip | None = None
) -> list[EventRecord]:
    """Return the newest events that fit, newest first; with `before`, those before that event."""
    tests, values = _tests(wanted)
    for test, moment in (("at >= ?", wanted.since), ("at < ?", wanted.until)):
        if moment is not None:
            tests.append(test)
            values.append(rows.micros(moment))
    if before is not None:
        tests.append("seq < ?")
        values.append(before)
    query = f"SELECT * FROM event WHERE {' AND '.join(tests)} ORDER BY seq DESC LIMIT ?"  # noqa: S608
    return [_event(row, skip) for row in connection.execute(query, (*values, limit))]


def searched_events(
    connection: Connection,
    wanted: EventFilter,
    before: EventPlace | None,
    limit: int,
    searched: int,
    skip: Skip | None = None,
) -> tuple[list[EventRecord], EventPlace | None]:
    """Return the newest of the next events that fit, by time, and the place behind them; None at the end.

    `searched`: events of the period that are read at most, so that a page is quick whatever it searches for.
    """
    window, bounds = _window(wanted, before)
    tests, values = _tests(wanted)
    found = connection.execute(
        f"SELECT * FROM (SELECT * {window} LIMIT ?) AS part WHERE {' AND '.join(tests)} "  # noqa: S608
        "ORDER BY at DESC, seq DESC LIMIT ?",
        (*bounds, searched, *values, limit),
    ).fetchall()
    last = found[-1] if len(found) == limit else None
    if last is None:
        query = f"SELECT at, seq {window} LIMIT 1 OFFSET ?"
        last = connection.execute(query, (*bounds, searched - 1)).fetchone()
    return [_event(row, skip) for row in found], None if last is None else _place(last)


def _window(wanted: EventFilter, before: EventPlace | None) -> tuple[str, list[object]]:
    """Return the events of a run, or of a period, before a place; the newest first."""
    places = [before] if before else []
    if wanted.until is not None:
        places.append(EventPlace.of(wanted.until, 0))
    tests, values = [], list[object]()
    if wanted.run_id is not None:
        tests.append("run_id = ?")
        values.append(wanted.run_id)
    # A plus keeps the database from reading the whole log by time for the events of one run.
    at = "+at" if tests else "at"
    if wanted.since is not None:
        tests.append(f"{at} >= ?")
        values.append(rows.micros(wanted.since))
    if places:
        tests.append(f"({at}, seq) < (?, ?)")
        values += min(places)
    where = f"WHERE {' AND '.join(tests)} " if tests else ""
    return f"FROM event {where}ORDER BY at DESC, seq DESC", values


def _place(row: rows.Row) -> EventPlace:
    """Return the place of an event; one whose time is not a number is before all others."""
    return EventPlace(row["at"] if isinstance(row["at"], int) else columns.MAX_MOMENT, row["seq"])


def _tests(wanted: EventFilter) -> tuple[list[str], list[object]]:
    """Return the conditions of a filter, apart from its period, and their values."""
    tests, values = ["1 = 1"], list[object]()
    for column, value in (("run_id", wanted.run_id), ("workflow", wanted.workflow)):
        if value is not None:
            tests.append(f"{column} = ?")
            values.append(value)
    if wanted.person is not None:
        actors = [f"{source}:{wanted.person}" for source in SOURCES]
        tests.append(f"(as_user = ? OR actor IN ({', '.join('?' * len(actors))}))")
        values += [wanted.person, *actors]
    if wanted.types:
        either = "type = ? OR type LIKE ? ESCAPE '!'"
        tests.append(f"({' OR '.join([either] * len(wanted.types))})")
        for type_ in wanted.types:
            values += [type_, _LIKE.sub(r"!\g<0>", type_) + ".%"]
    return tests, values


def repeat_reason(connection: Connection, run_id: str) -> str:
    """Return why a run repeats another one; empty where no reason was given, or it cannot be read."""
    query = "SELECT * FROM event WHERE run_id = ? AND type = 'run.created' ORDER BY seq LIMIT 1"
    row = connection.execute(query, (run_id,)).fetchone()
    try:
        return str(rows.event_record(row).data.get("reason", "")) if row else ""
    except Altered:
        return ""


def input_transforms(connection: Connection, run_id: str) -> tuple[InputTransform, ...]:
    """Return the transforms that the input of a run went through; none where they cannot be read."""
    query = "SELECT * FROM event WHERE run_id = ? AND type = 'run.created' ORDER BY seq LIMIT 1"
    row = connection.execute(query, (run_id,)).fetchone()
    try:
        return tuple(map(transform_of, rows.event_record(row).data.get("transforms", ()))) if row else ()
    except Altered:
        return ()


def reasoned_acts(connection: Connection, run_id: str, limit: int) -> list[ReasonedAct]:
    """Return the newest acts of people on a run for which they gave a reason, oldest first."""
    types = ", ".join(f"'{type_}'" for type_ in ACTS)
    query = f"SELECT * FROM event WHERE run_id = ? AND type IN ({types}) ORDER BY seq DESC"  # noqa: S608
    selected = connection.execute(query, (run_id,))
    newest_first = itertools.islice(filter(None, map(_reasoned, selected)), limit)
    return list(newest_first)[::-1]


def _reasoned(row: rows.Row) -> ReasonedAct | None:
    try:
        return reasoned_act(rows.event_record(row))
    except Altered:
        return None


def last_event_number(connection: Connection) -> int:
    """Return the number of the last event that was recorded, also where it was pruned since."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
    return row[0] if row is not None and isinstance(row[0], int) else 0


def newest_moment(connection: Connection) -> datetime | None:
    """When the newest event happened whose moment can be read; None when there is none."""
    query = (
        "SELECT at FROM event WHERE typeof(at) = 'integer' AND at BETWEEN 0 AND ? ORDER BY seq DESC LIMIT 1"
    )
    row = connection.execute(query, (columns.MAX_MOMENT,)).fetchone()
    return rows.moment(row["at"]) if row else None


def last_event(connection: Connection) -> int:
    """The newest event's `seq`; 0 when there is none."""
    (newest,) = connection.execute("SELECT max(seq) FROM event").fetchone()
    return newest or 0
