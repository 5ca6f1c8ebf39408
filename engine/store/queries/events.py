"""Queries of the event log."""

import sqlite3
from datetime import datetime

from engine.model.records import EventRecord
from engine.store.schema import rows


def events(connection: sqlite3.Connection, after: int, limit: int) -> list[EventRecord]:
    selected = connection.execute("SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
    return [rows.event_record(row) for row in selected]


def events_of_run(connection: sqlite3.Connection, run_id: str) -> list[EventRecord]:
    selected = connection.execute("SELECT * FROM event WHERE run_id = ? ORDER BY seq", (run_id,))
    return [rows.event_record(row) for row in selected]


def newest_moment(connection: sqlite3.Connection) -> datetime | None:
    """When the newest event happened; None when there is none."""
    row = connection.execute("SELECT at FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    return rows.moment(row["at"]) if row else None


def last_event(connection: sqlite3.Connection) -> int:
    """The newest event's `seq`; 0 when there is none."""
    (newest,) = connection.execute("SELECT max(seq) FROM event").fetchone()
    return newest or 0
