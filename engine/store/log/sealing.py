"""Seals a whole database: a new one, one from before there were seals, or one that its operator accepts."""

import contextlib
import logging
from datetime import datetime
from itertools import islice

from engine.audit.hash_chain import extend_digest
from engine.audit.seal import Digests, Seal, base_of
from engine.model.records.change import EventDraft
from engine.store.log import bursts, row_digests
from engine.store.log.tail import COVERED, Tail
from engine.store.schema import rows
from engine.store.work import Connection, Cursor

log = logging.getLogger(__name__)

_NEWEST_SEQ = """
SELECT max(coalesce((SELECT max(seq) FROM event), 0), coalesce((SELECT max(seq) FROM pruned_event), 0),
  coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0))
"""
_NEWEST_OF_CHAIN = (
    "SELECT n, hash FROM event WHERE run_id IS ? AND typeof(n) = 'integer' ORDER BY n DESC LIMIT 1"
)
_SEAL_RUN = "UPDATE run SET head = ?, events = ?, seal = ?, base = ? WHERE id = ?"


def seal_all(connection: Connection, seal: Seal, event: EventDraft) -> None:
    """Take everything as it is now for what was recorded, and tell so. Reads all there is.

    Within a transaction of the caller's.
    """
    before = (Tail.read(connection) or (Tail.empty(), ""))[0]
    head, count = _chain_end(connection, None, before.head, before.events)
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


def is_covered(connection: Connection, seal: Seal) -> bool:
    """Return whether the log covers the bursts that wait. Raises `StoreBroken`."""
    return COVERED in rows.from_json(Tail.load(connection, seal).facts)


def cover(connection: Connection, seal: Seal, at: datetime) -> None:
    """Take the bursts that an earlier release left for what was recorded, once.

    Within a transaction of the caller's.
    """
    tail = Tail.load(connection, seal)
    known = rows.from_json(tail.facts)
    if COVERED not in known:
        tail.facts = rows.to_json(known | {COVERED: str(tail.seq)})
        bursts.tell_all(connection, tail, at, seal)
        tail.save(connection, seal)


def _over_all(connection: Connection) -> tuple[int, str]:
    """`seq` of the newest event, also if that one was removed, and the digest over all."""
    digest, all_hashes = "", iter(hashes(connection))
    while portion := list(islice(all_hashes, 10_000)):
        digest = extend_digest(digest, (str(hash_) for _, hash_ in portion))
    (seq,) = connection.execute(_NEWEST_SEQ).fetchone()  # the next event gets the one after it
    return seq, digest


def _chain_end(connection: Connection, run_id: str | None, head: object, events: object) -> tuple[str, int]:
    """Hash and number of the event that the next one of this chain follows.

    `head`, `events`: as they are recorded. They are taken where the events themselves end earlier.
    """
    recorded = events if isinstance(events, int) else 0
    newest = connection.execute(_NEWEST_OF_CHAIN, (run_id,)).fetchone()
    n, hash_ = newest or (0, "")
    return (str(hash_ or ""), n) if n >= recorded else (str(head), recorded)


def hashes(connection: Connection, after: int = 0) -> Cursor:
    """`seq` and hash of all events, those of pruned runs too, in their order."""
    return connection.execute(
        "SELECT seq, coalesce(hash, '') FROM event WHERE seq > ? "
        "UNION ALL SELECT seq, hash FROM pruned_event WHERE seq > ? ORDER BY 1",
        (after, after),
    )


def newest(connection: Connection, seq: int) -> str:
    """Hash of the event `seq`; empty where there is none."""
    row = connection.execute(
        "SELECT hash FROM event WHERE seq = ? UNION ALL SELECT hash FROM pruned_event WHERE seq = ?",
        (seq, seq),
    ).fetchone()
    return str(row[0] or "") if row else ""


def _seal_runs(connection: Connection, seal: Seal) -> None:
    runs = connection.execute("SELECT id, head, events FROM run").fetchall()
    if len(runs) > 1000:
        log.warning("sealing the log of %s runs; that happens once", f"{len(runs):,}")
    for run_id, recorded_head, recorded_events in runs:
        head, events = _chain_end(connection, run_id, recorded_head, recorded_events)
        with contextlib.suppress(TypeError):  # a value that no column of ours can hold stays unsealed
            base = base_of(seal, run_id, events, row_digests.of_run(connection, run_id))
            mark = seal.of("run", run_id, head, events)
            connection.execute(_SEAL_RUN, (head, events, mark, base, run_id))


def _seal_definitions(connection: Connection, seal: Seal) -> None:
    for table, columns in (("definition", row_digests.DEFINITION), ("code", row_digests.CODE)):
        for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall():  # noqa: S608
            with contextlib.suppress(TypeError):  # as above
                mark = seal.of(table, *row)
                connection.execute(f"UPDATE {table} SET seal = ? WHERE digest = ?", (mark, row["digest"]))  # noqa: S608


def _settled(connection: Connection) -> Digests:
    """Return the digests of rows that belong to no run; None for a logged row that is gone."""
    digests: Digests = {}
    for (recorded,) in connection.execute(
        "SELECT rows FROM event WHERE run_id IS NULL AND rows IS NOT NULL ORDER BY seq"
    ):
        with contextlib.suppress(ValueError, TypeError):  # no JSON of ours; its hash is named
            digests |= dict.fromkeys(rows.from_json(recorded))
    return digests | row_digests.of_no_run(connection)
