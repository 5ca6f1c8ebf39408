"""Moves what is due by a jump of the clock, and tells of it in the log."""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from engine.audit.hash_chain import link
from engine.audit.seal import Digests, Seal
from engine.model.change import EventDraft
from engine.model.people import ENGINE
from engine.store import queries
from engine.store.log import integrity, row_digests
from engine.store.log.tail import Tail
from engine.store.queries.schedules import ScheduleState
from engine.store.schema import rows, statements
from engine.store.writes import facts

_MOVED = (
    "SELECT run_id FROM wait WHERE due_at IS NOT NULL "
    "UNION SELECT run_id FROM request WHERE state IN ('open', 'held')"
)


def shift(
    connection: sqlite3.Connection,
    by: timedelta,
    schedules: Sequence[ScheduleState],
    fact: tuple[str, object],
    event: EventDraft,
    seal: Seal,
) -> None:
    """All of it once, or nothing. A run that is not as it was recorded stays so."""
    run_ids = [row[0] for row in connection.execute(_MOVED).fetchall()]
    before = {
        run_id: row_digests.of_run(connection, run_id)
        for run_id in run_ids
        if not integrity.problems(connection, run_id, seal)
    }
    _move(connection, by // timedelta(microseconds=1))
    tail = Tail.load(connection, seal)
    for run_id, digests in before.items():
        there = row_digests.of_run(connection, run_id)
        changed: Digests = {name: digest for name, digest in there.items() if digests[name] != digest}
        _tell(connection, run_id, event, changed, tail, seal)
    tail.save(connection, seal)
    noted = partial(EventDraft, at=event.at, actor=ENGINE)
    facts.put_schedules(connection, schedules, [noted("schedule.synced")], seal)
    facts.note(connection, *fact, [event], seal)


def _move(connection: sqlite3.Connection, jump: int) -> None:
    connection.execute("UPDATE wait SET due_at = due_at + ? WHERE due_at IS NOT NULL", (jump,))
    connection.execute(
        "UPDATE request SET expires_at = expires_at + ?1, effective_at = effective_at + ?1 "
        "WHERE state IN ('open', 'held')",
        (jump,),
    )
    connection.execute(
        "UPDATE delivery SET not_before = not_before + ? WHERE not_before IS NOT NULL", (jump,)
    )


def _tell(
    connection: sqlite3.Connection, run_id: str, jumped: EventDraft, changed: Digests, tail: Tail, seal: Seal
) -> None:
    """In the run's own chain; its version stays, since nothing is decided by that."""
    run = queries.run(connection, run_id)
    head, events = connection.execute("SELECT head, events FROM run WHERE id = ?", (run_id,)).fetchone()
    values = rows.event_values(EventDraft("run.noted", jumped.at, ENGINE), run, events + 1)
    digests = rows.to_json(changed)
    head = link(head, values, digests)
    connection.execute(statements.INSERT_EVENT, (*values, head, digests))
    tail.add((head,))
    connection.execute(
        "UPDATE run SET head = ?, events = ?, seal = ? WHERE id = ?",
        (head, events + 1, seal.of("run", run_id, head, events + 1), run_id),
    )
