"""Moves what is due by a jump of the clock, and tells of it in the log."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from engine.audit.hash_chain import link
from engine.audit.seal import Digests, Seal
from engine.errors import Altered
from engine.kernel.resources.rules import moved
from engine.model.people import ENGINE
from engine.model.records.change import EventDraft
from engine.model.records.request_parts import RunWindow
from engine.store import queries
from engine.store.log import row_digests
from engine.store.log.tail import Tail
from engine.store.queries import integrity
from engine.store.queries.installation import fact_within
from engine.store.queries.schedules import ScheduleState
from engine.store.schema import rows, statements
from engine.store.work import Connection
from engine.store.writes import facts

Move = Callable[[dict[str, Any], timedelta], None]
"""Moves the deadlines in a fact of the installation, in place."""

_MOVED = (
    "SELECT run_id FROM wait WHERE due_at IS NOT NULL "
    "UNION SELECT run_id FROM request WHERE state IN ('open', 'held') "
    "UNION SELECT run_id FROM step_run WHERE {} OR queued_at IS NOT NULL"
)
_UNDER_DEADLINE = (
    "run_id IN (SELECT id FROM run WHERE ended_at IS NULL) AND round_started_at IS NOT NULL "
    "AND state IN ('pending', 'running', 'retrying', 'waiting')"
)
"""Steps whose retries have a deadline that still counts."""


def shift(
    connection: Connection,
    by: timedelta,
    schedules: Sequence[ScheduleState],
    fact: tuple[str, object],
    event: EventDraft,
    seal: Seal,
    lasting: Mapping[str, Move],
) -> None:
    """All of it once, or nothing. A run that is not as it was recorded stays so."""
    run_ids = [row[0] for row in connection.execute(_MOVED.format(_UNDER_DEADLINE)).fetchall()]
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
    _move_facts(connection, by, lasting, noted, seal)
    facts.note(connection, *fact, [event], seal)


def _move(connection: Connection, jump: int) -> None:
    connection.execute(
        "UPDATE wait SET due_at = due_at + ? WHERE due_at IS NOT NULL AND kind <> 'until'", (jump,)
    )
    connection.execute(
        "UPDATE request SET expires_at = expires_at + ?1, effective_at = effective_at + ?1 "
        "WHERE state IN ('open', 'held')",
        (jump,),
    )
    _move_policies(connection, jump)
    connection.execute(
        "UPDATE step_run SET next_attempt_at = next_attempt_at + ? WHERE state = 'retrying' "
        "OR (state = 'waiting' AND next_attempt_at IS NOT NULL AND EXISTS (SELECT 1 FROM wait "
        "WHERE wait.run_id = step_run.run_id AND wait.step = step_run.step "
        "AND wait.kind IN ('sleep', 'signal')))",
        (jump,),
    )
    connection.execute("UPDATE step_run SET queued_at = queued_at + ? WHERE queued_at IS NOT NULL", (jump,))
    resources = map(rows.resource_of, connection.execute("SELECT * FROM resource").fetchall())
    by = timedelta(microseconds=jump)
    statements.PUT_RESOURCES.execute(
        connection, [rows.resource_values(moved(resource, by)) for resource in resources]
    )
    connection.execute(
        f"UPDATE step_run SET round_started_at = round_started_at + ? WHERE {_UNDER_DEADLINE}",  # noqa: S608
        (jump,),
    )
    connection.execute(
        "UPDATE delivery SET not_before = not_before + ? WHERE not_before IS NOT NULL", (jump,)
    )


def _move_policies(connection: Connection, jump: int) -> None:
    """Move the start of a pause and the end of a claim, and note from where durations count now."""
    found = connection.execute("SELECT id, policy FROM request WHERE state IN ('open', 'held')").fetchall()
    for id_, text in found:
        policy = rows.from_json(text)
        if policy.get("held_since") is not None:
            policy["held_since"] += jump
        if policy.get("claim"):
            policy["claim"]["until"] += jump
        policy["moved"] = policy.get("moved", 0) + jump
        connection.execute("UPDATE request SET policy = ? WHERE id = ?", (rows.to_json(policy), id_))
        if policy.get("window"):
            _keep_to_window(connection, id_, RunWindow.from_json(policy["window"]), jump)


def _keep_to_window(connection: Connection, request_id: str, window: RunWindow, jump: int) -> None:
    """Undo the move of a moment that is the start of a window, and of one that is after its end."""
    opens, closes = rows.micros(window.opens), rows.micros(window.closes)
    assert opens is not None
    connection.execute(
        "UPDATE request SET effective_at = ? WHERE id = ? AND effective_at = ?",
        (opens, request_id, opens + jump),
    )
    connection.execute(
        "UPDATE wait SET due_at = ? WHERE id = ? AND due_at = ?",
        (opens, f"effect:{request_id}", opens + jump),
    )
    for moment, kind in (("expires_at", "expire"), ("effective_at", "effect")):
        connection.execute(
            f"UPDATE request SET {moment} = ?1 WHERE id = ?2 AND {moment} > ?1",  # noqa: S608
            (closes, request_id),
        )
        connection.execute(
            "UPDATE wait SET due_at = ?1 WHERE id = ?2 AND due_at > ?1", (closes, f"{kind}:{request_id}")
        )


def _move_facts(
    connection: Connection,
    by: timedelta,
    lasting: Mapping[str, Move],
    noted: Callable[..., EventDraft],
    seal: Seal,
) -> None:
    for name, move in lasting.items():
        try:
            mapping = fact_within(connection, name, seal)
        except Altered:
            continue
        if mapping is None:
            continue
        before = rows.to_json(mapping)
        move(mapping, by)
        if rows.to_json(mapping) != before:
            event = noted("installation.noted", data={"name": name})
            facts.note(connection, name, mapping, [event], seal)


def _tell(
    connection: Connection, run_id: str, jumped: EventDraft, changed: Digests, tail: Tail, seal: Seal
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
