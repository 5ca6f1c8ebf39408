"""Queries for exports of the log: the range of events, and their records."""

import heapq
from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any

import orjson

from engine.audit import export
from engine.audit.export import Mark
from engine.audit.hash_chain import extend_digest
from engine.audit.seal import Seal
from engine.errors import Altered, NotPossible
from engine.store.log.sealing import hashes
from engine.store.log.tail import Tail
from engine.store.schema import rows
from engine.store.work import Connection

MAX_PAGE_RECORDS = 1_000
MAX_PAGE_BYTES = 2_000_000
_BEFORE = "SELECT hash FROM event WHERE run_id IS ? AND seq < ? AND n = ? ORDER BY seq DESC LIMIT 1"


def export_statement(
    connection: Connection, since: datetime | None, until: datetime | None, now: datetime, seal: Seal
) -> dict[str, Any]:
    """Return the content to sign about the events from `since` until before `until`.

    It reads all hashes. Raises `NotPossible` where there is no such event, and `Altered` where the log is not
    as its seal has it.
    """
    connection.execute("BEGIN")
    try:
        stored = Tail.read(connection)
        if stored is None or not stored[0].sealed(stored[1], seal):
            raise Altered("The log was changed by another program, so it is not exported. " + _REMEDY)
        tail = stored[0]
        first, last = _bounds(connection, since, until, tail.seq)
        before = at_end = Mark(0, "")
        newest, digest = "", ""
        for seq, hash_ in hashes(connection):
            digest = extend_digest(digest, (str(hash_),))
            if seq < first:
                before = Mark(seq, digest)
            if seq <= last:
                at_end, newest = Mark(seq, digest), str(hash_)
        if digest != tail.digest:
            raise Altered("Events were removed from the log or changed, so it is not exported. " + _REMEDY)
        return export.statement(
            before, at_end, newest=newest, since=tail.since, at=now, period=(since, until)
        )
    finally:
        connection.execute("COMMIT")


_REMEDY = "signoff audit verify names each place, and its remedy."


def _bounds(
    connection: Connection, since: datetime | None, until: datetime | None, newest: int
) -> tuple[int, int]:
    """Return the numbers of the first and the last event of a period.

    One period ends where the next one begins, also where events at the border are pruned.
    """
    first = 1 if since is None else _last_before(connection, since) + 1
    last = newest if until is None else _last_before(connection, until)
    if last < first:
        raise NotPossible("The log has no event of that period. Name another one, or none for all events.")
    return first, last


def _last_before(connection: Connection, moment: datetime) -> int:
    query = "SELECT max(seq) FROM event WHERE at < ?"
    return int(connection.execute(query, (rows.micros(moment),)).fetchone()[0] or 0)


def export_page(connection: Connection, after: int, last: int) -> list[dict[str, Any]]:
    """Return records of the next events after `after`, up to `last`: at most 1,000, of 2 MB or one more."""
    connection.execute("BEGIN")
    try:
        return _page(connection, after, last)
    finally:
        connection.execute("COMMIT")


def _page(connection: Connection, after: int, last: int) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    size = 0
    for record in heapq.merge(
        _events(connection, after, last), _pruned(connection, after, last), key=itemgetter("seq")
    ):
        records.append(record)
        size += len(orjson.dumps(record))
        if len(records) == MAX_PAGE_RECORDS or size > MAX_PAGE_BYTES:
            break
    return records


def _events(connection: Connection, after: int, last: int) -> Iterator[dict[str, Any]]:
    known: dict[object, tuple[object, Any]] = {}
    for row in connection.execute(
        "SELECT * FROM event WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?", (after, last, MAX_PAGE_RECORDS)
    ).fetchall():
        run_id, n = row["run_id"], row["n"]
        previous = None if n is None else ""
        if isinstance(n, int) and n > 1:
            in_page = known.get(run_id)
            if in_page is not None and in_page[0] == n - 1:
                previous = in_page[1]
            else:
                found = connection.execute(_BEFORE, (run_id, row["seq"], n - 1)).fetchone()
                previous = str(found[0]) if found else ""
        known[run_id] = (n, row["hash"])
        yield export.event_record(row, previous)


def _pruned(connection: Connection, after: int, last: int) -> Iterator[dict[str, Any]]:
    for seq, hash_ in connection.execute(
        "SELECT seq, hash FROM pruned_event WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
        (after, last, MAX_PAGE_RECORDS),
    ).fetchall():
        yield export.pruned_record(seq, str(hash_))
