"""Writes of triggers that belong to no run: their place, and facts that start none, or not yet."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from engine.audit.seal import Seal
from engine.errors import Altered
from engine.model.notices.trouble import NO_TROUBLE, Trouble
from engine.model.records.change import EventDraft
from engine.store.log import bursts
from engine.store.log.tail import Tail
from engine.store.queries.schedules import schedule
from engine.store.schema import rows, statements
from engine.store.work import Connection, GuardFailed


class AlteredBurst(Altered, GuardFailed):
    """A burst that waits is not what was recorded."""

    def __init__(self, workflow: str, key: str, burst: str, problem: str) -> None:
        super().__init__(
            f"What waits at the trigger {key} of {workflow} was changed by another program: {problem}. "
            "Signoff does not start it. Ask the operator to run signoff audit verify.",
            bursts.name(workflow, key, burst),
        )


def set_cursor(connection: Connection, workflow: str, key: str, cursor: str) -> None:
    query = "UPDATE schedule SET cursor = ? WHERE workflow = ? AND key = ?"
    connection.execute(query, (cursor, workflow, key))


def change_trouble(
    connection: Connection,
    workflow: str,
    key: str,
    change: Callable[[Trouble], tuple[Trouble, Sequence[EventDraft]]],
    seal: Seal,
) -> None:
    """Change the trouble of a trigger, and tell of it. Raises `UnreadableRow`."""
    before = schedule(connection, workflow, key)
    after, events = change(before.trouble if before else NO_TROUBLE)
    query = "UPDATE schedule SET trouble = ? WHERE workflow = ? AND key = ?"
    connection.execute(query, (rows.to_json(after), workflow, key))
    if events:
        tail = Tail.load(connection, seal)
        for event in events:
            tail.tell(connection, event)
        tail.save(connection, seal)


def note_facts(
    connection: Connection,
    workflow: str,
    key: str,
    facts: Collection[str],
    at: datetime,
    run_id: str | None,
) -> None:
    """Facts that start no run of their own, so that they are not looked at again."""
    values = [(workflow, key, fact, run_id, rows.micros(at), None, None) for fact in facts]
    connection.executemany(statements.PUT_FACT, values)


def forget_facts(connection: Connection, workflow: str, key: str, facts: Collection[str]) -> None:
    query = "DELETE FROM trigger_fact WHERE workflow = ? AND key = ? AND fact = ?"
    connection.executemany(query, [(workflow, key, fact) for fact in facts])


def postpone(
    connection: Connection, workflow: str, key: str, burst: str, leaves: datetime, enters: datetime
) -> None:
    """Move the end of a burst, unless a fact has moved it."""
    query = "UPDATE trigger_fact SET due_at = ? WHERE workflow = ? AND key = ? AND fact = ? AND due_at = ?"
    connection.execute(query, (rows.micros(enters), workflow, key, burst, rows.micros(leaves)))


def hold(
    connection: Connection,
    workflow: str,
    key: str,
    burst: str,
    fact: str,
    run_id: str,
    at: datetime,
    due_at: datetime,
    input_json: str,
    seal: Seal,
) -> str:
    """Add a fact to the burst that waits, or begin one that `run_id` will take; gives the run's id.

    Raises `AlteredBurst`.
    """
    query = "SELECT * FROM trigger_fact WHERE workflow = ? AND key = ? AND fact = ? AND due_at IS NOT NULL"
    waiting = connection.execute(query, (workflow, key, burst)).fetchone()
    if waiting and (problem := bursts.problem(connection, waiting, seal)):
        raise AlteredBurst(workflow, key, burst, problem)
    run_id = waiting["run_id"] if waiting else run_id
    moment = rows.micros(at)
    tail = Tail.load(connection, seal)
    bursts.tell(connection, tail, (workflow, key, burst, run_id, moment, input_json), at, seal)
    tail.save(connection, seal)
    held = (workflow, key, burst, run_id, moment, rows.micros(due_at), input_json)
    connection.execute(statements.PUT_FACT, held)
    connection.execute(statements.PUT_FACT, (workflow, key, fact, run_id, moment, None, None))
    return str(run_id)


def drop_burst(
    connection: Connection, workflow: str, key: str, burst: str, event: EventDraft, seal: Seal
) -> None:
    """Drop a burst that starts no run, and tell so."""
    tail = Tail.load(connection, seal)
    tail.tell(connection, event, {bursts.name(workflow, key, burst): None})
    tail.save(connection, seal)
    forget_facts(connection, workflow, key, [burst])


def prune_facts(connection: Connection, workflow: str, key: str, before: datetime, limit: int) -> int:
    """Forget facts that were taken before that moment and whose run is gone; gives how many.

    A file that still lies in its folder keeps its row, and a burst that waits keeps its own.
    """
    query = (
        "DELETE FROM trigger_fact WHERE rowid IN (SELECT rowid FROM trigger_fact AS taken "
        "WHERE workflow = ?1 AND key = ?2 AND at < ?3 AND due_at IS NULL AND fact NOT LIKE 'file:%' "
        "AND NOT EXISTS (SELECT 1 FROM run WHERE run.id = taken.run_id) LIMIT ?4)"
    )
    return connection.execute(query, (workflow, key, rows.micros(before), limit)).rowcount
