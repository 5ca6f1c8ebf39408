"""Seals a whole database: a new one, one from before there were seals, or one that its operator accepts."""

import logging
import sqlite3
from datetime import datetime

from engine.audit.hash_chain import extend_digest
from engine.audit.seal import Digests, Seal, base_of
from engine.model.change import EventDraft
from engine.store.log import bursts, row_digests
from engine.store.log.tail import COVERED, Tail
from engine.store.schema import rows

log = logging.getLogger(__name__)


def seal_all(connection: sqlite3.Connection, seal: Seal, event: EventDraft) -> None:
    """Take everything as it is now for what was recorded, and tell so. Reads all there is.

    Within a transaction of the caller's.
    """
    before = Tail.read(connection)
    head, count = (before[0].head, before[0].events) if before else ("", 0)
    since, digest = _over_all(connection)
    tail = Tail(since, since, digest, head, count, "{}", seal.id)
    _seal_runs(connection, seal)
    _seal_definitions(connection, seal)
    digests = _settled(connection)
    tail.facts = rows.to_json(row_digests.facts(connection) | {COVERED: str(since)})
    tail.create(connection, seal)
    tail.tell(connection, event, digests)
    bursts.tell_all(connection, tail, event.at, seal)
    tail.save(connection, seal)


def is_covered(connection: sqlite3.Connection, seal: Seal) -> bool:
    """Return whether the log covers the bursts that wait. Raises `StoreBroken`."""
    return COVERED in rows.from_json(Tail.load(connection, seal).facts)


def cover(connection: sqlite3.Connection, seal: Seal, at: datetime) -> None:
    """Take the bursts that an earlier release left for what was recorded, once.

    Within a transaction of the caller's.
    """
    tail = Tail.load(connection, seal)
    known = rows.from_json(tail.facts)
    if COVERED not in known:
        tail.facts = rows.to_json(known | {COVERED: str(tail.seq)})
        bursts.tell_all(connection, tail, at, seal)
        tail.save(connection, seal)


def _over_all(connection: sqlite3.Connection) -> tuple[int, str]:
    """`seq` of the newest event, and the digest over all."""
    seq, digest, cursor = 0, "", hashes(connection)
    while portion := cursor.fetchmany(10_000):
        seq, digest = portion[-1][0], extend_digest(digest, (hash_ for _, hash_ in portion))
    return seq, digest


def hashes(connection: sqlite3.Connection, after: int = 0) -> "sqlite3.Cursor":
    """`seq` and hash of all events, those of pruned runs too, in their order."""
    return connection.execute(
        "SELECT seq, coalesce(hash, '') FROM event WHERE seq > ? "
        "UNION ALL SELECT seq, hash FROM pruned_event WHERE seq > ? ORDER BY 1",
        (after, after),
    )


def newest(connection: sqlite3.Connection, seq: int) -> str:
    """Hash of the event `seq`; empty where there is none."""
    row = connection.execute(
        "SELECT hash FROM event WHERE seq = ? UNION ALL SELECT hash FROM pruned_event WHERE seq = ?",
        (seq, seq),
    ).fetchone()
    return str(row[0] or "") if row else ""


def _seal_runs(connection: sqlite3.Connection, seal: Seal) -> None:
    runs = connection.execute("SELECT id, head, events FROM run").fetchall()
    if len(runs) > 1000:
        log.warning("sealing the log of %s runs; that happens once", f"{len(runs):,}")
    for run_id, head, events in runs:
        base = base_of(seal, run_id, events, row_digests.of_run(connection, run_id))
        connection.execute(
            "UPDATE run SET seal = ?, base = ? WHERE id = ?",
            (seal.of("run", run_id, head, events), base, run_id),
        )


def _seal_definitions(connection: sqlite3.Connection, seal: Seal) -> None:
    for table, columns in (("definition", row_digests.DEFINITION), ("code", row_digests.CODE)):
        for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall():  # noqa: S608
            mark = seal.of(table, *row)
            connection.execute(f"UPDATE {table} SET seal = ? WHERE digest = ?", (mark, row["digest"]))  # noqa: S608


def _settled(connection: sqlite3.Connection) -> Digests:
    """Return the digests of rows that belong to no run; None for a logged row that is gone."""
    digests: Digests = {}
    for (recorded,) in connection.execute(
        "SELECT rows FROM event WHERE run_id IS NULL AND rows IS NOT NULL ORDER BY seq"
    ):
        digests |= dict.fromkeys(rows.from_json(recorded))
    return digests | row_digests.of_no_run(connection)
