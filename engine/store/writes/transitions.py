"""The writes of the engine, each one guarded: it happens whole, or is refused and changes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from engine.audit.hash_chain import link
from engine.audit.seal import Digests, Seal, row_digest
from engine.errors import AlteredRun
from engine.model.records.change import Change, Fired, Lineage
from engine.model.records.records import RunRecord
from engine.model.records.request_parts import GrantUse
from engine.model.runs.dispatch import Job
from engine.model.runs.resources import Resource
from engine.store.log.tail import Tail
from engine.store.schema import rows, statements
from engine.store.work import Connection, Cursor, GuardFailed, Stale
from engine.store.writes import break_glass, dispatches, failure_cards, grants


class Exists(GuardFailed):
    """A run of this id was created before."""


class TakenBefore(GuardFailed):
    """Another run took the fact that starts this one."""


class Unsealed(AlteredRun, GuardFailed):
    """The seal of the run's chain does not fit."""


class Full(GuardFailed):
    """As many runs of the workflow as may be are under way."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A work that tells something in the logs of runs. What was read of these before it is read again."""

    work: Callable[[Connection], object]

    def __call__(self, connection: Connection) -> object:
        return self.work(connection)


class TransitionBatch:
    """Writes of one database transaction for many transitions, gathered by table.

    Two guards protect a transition: its run's version, read at the start and advanced here, and that no
    transition before it was refused. On SQLite, a writing transaction locks the database; on PostgreSQL, the
    read locks the rows (`locks`). What is read at the start is asked for together, in one round trip.
    If one run has several transitions, the last one's rows stay; events are never merged.
    """

    def __init__(self, connection: Connection, seal: Seal, changes: Sequence[Change], *, locks: bool) -> None:
        self._connection, self._seal, self._locks = connection, seal, locks
        self._run_ids = [change.run.id for change in changes]
        self._tail: Cursor | None = Tail.ask(connection) if changes else None
        """The answer to the question for the log's tail; None: something else may have changed it since."""
        created = [change.run.id for change in changes if not change.leaves]
        self._heads = _heads(connection, self._run_ids, created, locks=locks)
        self._leaves: dict[str, int] = {}
        """Version of the row as it is now, by run; 0 for one that isn't there yet."""
        self._runs: dict[str, RunRecord] = {}
        self._moved: set[str] = set()
        self._resources: dict[str, Resource] = {}
        self._steps: dict[tuple[str, str], rows.Values] = {}
        self._requests: dict[str, rows.Values] = {}
        self._card_moves: list[failure_cards.CardMove] = []
        self._decisions: list[rows.Values] = []
        self._waits: dict[str, rows.Values | None] = {}
        self._checkpoints: dict[str, rows.Values] = {}
        self._signals: list[rows.Values] = []
        self._follow_ups: list[rows.Values] = []
        self._events: list[rows.Values] = []
        self._hashes: list[str] = []
        self._fired: list[rows.Values] = []
        self._facts: list[rows.Values] = []
        self._dispatches: dict[tuple[str, str], Job | None] = {}
        self._heard: list[int] = []
        self._refused: set[Lineage] = set()

    def add(self, change: Change) -> None:
        """One transition of a run, whole; or `Stale`, `Exists` or `Full`, and nothing of it."""
        run = change.run
        version, head, count, mark = self._heads.get(run.id, (0, "", 0, ""))
        if change.lineage.broken or change.lineage in self._refused:
            raise Stale(run.id)
        if version != change.leaves:
            raise Stale(run.id) if change.leaves else Exists(run.id)
        # Before any flush: that forgets which runs this transaction has moved.
        if version and run.id not in self._leaves and not self._seal.holds(mark, "run", run.id, head, count):
            raise Unsealed(run.id, "the seal of its log does not fit")
        if change.limit is not None:
            self.flush()
            (under_way,) = self._connection.execute(
                statements.UNDER_WAY, (run.workflow, run.concurrency_key)
            ).fetchone()
            if under_way >= change.limit:
                raise Full(run.workflow)
        if change.fired is not None:
            self._check_fired(run.workflow, change.fired)
        if change.grant is not None or change.review is not None:  # last, because it writes
            self._write_facts(change)
        changed = self._written(change)
        assert change.events or not changed, "what is written is told"
        newest = len(change.events) - 1
        for number, event in enumerate(change.events):
            count += 1
            values = rows.event_values(event, run, count)
            digests = rows.to_json(changed) if number == newest and changed else None
            head = link(head, values, digests)
            self._events.append((*values, head, digests))
            self._hashes.append(head)
        self._heads[run.id] = (run.version, head, count, "")
        self._leaves.setdefault(run.id, version)
        self._runs[run.id] = run
        if change.moves_run:
            self._moved.add(run.id)
        if change.resources:
            self._resources.update(change.resources)
        self._add_dispatches(change)
        if change.fired is not None:
            self._add_fired(run, change.fired)

    def _add_dispatches(self, change: Change) -> None:
        self._heard += change.heard
        if change.recalls:
            self._dispatches |= {(change.run.id, step): None for step in change.recalls}
        if change.jobs:
            self._dispatches |= {job.key[:2]: job for job in change.jobs}

    def _check_fired(self, workflow: str, fired: Fired) -> None:
        if fired.burst is not None:
            self._check_burst(workflow, fired.key, *fired.burst)
        if fired.once:
            self._check_untaken(workflow, fired.key, fired.once)

    def _write_facts(self, change: Change) -> None:
        """Count the use of a grant, and open the review of a break-glass."""
        self.flush()
        self._tail = None
        if change.review is not None:
            break_glass.open_review(self._connection, change.review, self._seal)
        if change.grant is not None:
            self._count_use(change, change.grant)

    def _count_use(self, change: Change, use: GrantUse) -> None:
        (request,) = [id_ for id_, each in change.requests.items() if each.coverage.grant == use]
        grants.count_use(self._connection, use, request, change.events[-1].at, self._seal)

    def _check_burst(self, workflow: str, key: str, fact: str, due_at: datetime) -> None:
        self.flush()
        values = (workflow, key, fact, rows.micros(due_at))
        if self._connection.execute(statements.BURST, values).fetchone() is None:
            raise Stale(f"{workflow} {key}")

    def _check_untaken(self, workflow: str, key: str, fact: str) -> None:
        self.flush()
        if self._connection.execute(statements.TAKEN_FACT, (workflow, key, fact)).fetchone() is not None:
            raise TakenBefore(f"{workflow} {key}")

    def _add_fired(self, run: RunRecord, fired: Fired) -> None:
        at = rows.micros(fired.at)
        self._fired.append((at, fired.cursor, run.workflow, fired.key))
        taken = (
            *fired.facts,
            *([fired.burst[0]] if fired.burst else ()),
            *([fired.once] if fired.once else ()),
        )
        self._facts += [(run.workflow, fired.key, fact, run.id, at, None, None) for fact in taken]

    def _written(self, change: Change) -> Digests:
        """Gather the rows of a transition; gives their digests, by name."""
        run_id, changed = change.run.id, Digests()
        if change.moves_run or not change.leaves:
            changed["run"] = row_digest(rows.sealed_run(change.run))
        for name, step in change.steps.items():
            values = self._steps[run_id, name] = rows.step_values(step)
            late = 0 if step.round_started_at else 1 if step.queued_at else 2  # unused later columns
            changed[f"step.{name}"] = row_digest(values[:-late] if late else values)
        for id_, request in change.requests.items():
            values = self._requests[id_] = rows.request_values(request)
            changed[f"request.{id_}"] = row_digest(values)
        if change.requests:
            self._card_moves += failure_cards.moves(change)
        for decision in change.decisions:
            values = rows.decision_values(decision)
            self._decisions.append(values)
            changed[f"decision.{decision.id}"] = row_digest(values)
        for name, signal in change.signals.items():
            values = rows.signal_values(signal)
            self._signals.append(values)
            changed[f"signal.{name}"] = row_digest(values)
        if change.follow_ups:
            for id_, follow_up in change.follow_ups.items():
                values = rows.follow_up_values(follow_up)
                self._follow_ups.append(values)
                changed[f"follow_up.{id_}"] = row_digest(values)
        for id_, wait in change.waits.items():
            due = self._waits[id_] = rows.wait_values(wait) if wait else None
            changed[f"wait.{id_}"] = row_digest(due) if due else None
        if change.checkpoints:
            for id_, checkpoint in change.checkpoints.items():
                values = self._checkpoints[id_] = rows.checkpoint_values(checkpoint)
                changed[f"checkpoint.{id_}"] = row_digest(values)
        return changed

    def sweep(self, sweep: Sweep) -> object:
        """Write what was gathered, then do this one."""
        done = self.perform(sweep)
        self._heads = _heads(self._connection, self._run_ids, locks=self._locks)
        return done

    def perform(self, work: Callable[[Connection], object]) -> object:
        """Write what was gathered, then do this work, which may tell something in the log."""
        self.flush()
        self._tail = None
        return work(self._connection)

    def refuse(self, change: Change) -> None:
        """Nothing that is built on it may be added."""
        self._refused.add(change.lineage)

    def flush(self) -> None:
        """Write what was gathered."""
        connection = self._connection
        self._write_runs()
        statements.PUT_STEPS.execute(connection, list(self._steps.values()))
        statements.PUT_REQUESTS.execute(connection, list(self._requests.values()))
        if self._card_moves:
            failure_cards.write(connection, self._card_moves)
        statements.INSERT_DECISIONS.execute(connection, self._decisions)
        statements.PUT_WAITS.execute(connection, [wait for wait in self._waits.values() if wait])
        statements.INSERT_SIGNALS.execute(connection, self._signals)
        if self._follow_ups:
            statements.INSERT_FOLLOW_UPS.execute(connection, self._follow_ups)
            self._follow_ups.clear()
        ended = [(id_,) for id_, wait in self._waits.items() if wait is None]
        statements.END_WAITS.execute(connection, ended)
        statements.PUT_CHECKPOINTS.execute(connection, list(self._checkpoints.values()))
        if self._events:
            tail = Tail.load(connection, self._seal, self._tail)
            self._tail = None
            statements.INSERT_EVENTS.execute(connection, self._events)
            tail.add(self._hashes)
            tail.save(connection, self._seal)
        if self._resources:
            values = list(map(rows.resource_values, self._resources.values()))
            statements.PUT_RESOURCES.execute(connection, values)
            self._resources.clear()
        if self._dispatches or self._heard:
            dispatches.write(connection, self._dispatches, self._heard)
            self._dispatches.clear()
            self._heard.clear()
        if self._fired:
            connection.executemany(statements.FIRED, self._fired)
            connection.executemany(statements.PUT_FACT, self._facts)
        for by_key in (self._leaves, self._runs, self._moved, self._steps, self._requests, self._waits):
            by_key.clear()
        self._checkpoints.clear()
        self._card_moves.clear()
        for listed in (self._decisions, self._signals, self._events, self._hashes, self._fired, self._facts):
            listed.clear()

    def _write_runs(self) -> None:
        created, moved, advanced = [], [], []
        for id_, run in self._runs.items():
            leaves, (version, head, count, _) = self._leaves[id_], self._heads[id_]
            mark = self._seal.make("run", id_, head, count)
            self._heads[id_] = (version, head, count, mark)
            if leaves == 0:
                created.append(rows.run_values(run, head, count, mark))
            elif id_ in self._moved:
                moved.append((id_, leaves, *rows.run_moves(run), head, count, mark))
            else:
                advanced.append((id_, leaves, version, head, count, mark))
        written = [
            *statements.INSERT_RUNS.execute(self._connection, created),
            *statements.MOVE_RUNS.execute(self._connection, moved),
            *statements.ADVANCE_RUNS.execute(self._connection, advanced),
        ]
        if self._locks:  # to count would wait for the server
            return
        done = sum(cursor.rowcount for cursor in written)
        if done != len(self._runs):
            raise Stale(f"{len(self._runs) - done} runs were changed by others meanwhile")


_Heads = dict[str, tuple[int, str, int, str]]


def _heads(
    connection: Connection, run_ids: Sequence[str], created: Sequence[str] = (), *, locks: bool
) -> _Heads:
    """Version, newest event's hash, number of events and their seal, of those runs that there are.

    `created`: ids that are probably new. `locks`: nobody else changes the rows until the transaction ends.
    """
    asked = _asked(connection, statements.GONE, created) if created else []
    if not locks:
        asked += _asked(connection, statements.HEADS, run_ids)
    elif run_ids:
        asked.append(connection.execute(statements.LOCKED_HEADS, (list(run_ids),)))
    heads = _those(asked)
    missing = [id_ for id_ in run_ids if id_ not in heads and id_ not in created]
    return heads | _those(_asked(connection, statements.GONE, missing)) if missing else heads


def _asked(connection: Connection, query: str, run_ids: Sequence[str]) -> list[Cursor]:
    asked = []
    for start in range(0, len(run_ids), 64):
        some = run_ids[start : start + 64]
        # Padded, so that the statement is one of two that are prepared.
        size = 64 if len(some) > 1 else 1
        padded = [*some, *[None] * (size - len(some))]
        asked.append(connection.execute(query.format(marks=", ".join("?" * size)), padded))
    return asked


def _those(asked: Sequence[Cursor]) -> _Heads:
    return {
        id_: (version, head, events, mark) for cursor in asked for id_, version, head, events, mark in cursor
    }


Work = Change | Callable[[Connection], object]


Works = Sequence[Work]


def performing(seal: Seal, *, locks: bool = False) -> Callable[[Connection, Works], list[object]]:
    """Does the works of one transaction; what it tells is sealed so.

    `locks`: the rows of runs are locked as they are read, as PostgreSQL can.
    """
    return partial(_perform, seal, locks)


def _perform(seal: Seal, locks: bool, connection: Connection, works: Works) -> list[object]:
    """In order: transitions are gathered, anything else is done in place.

    A transaction that is not committed may be made again, so nothing is changed but the database.
    """
    changes = [work for work in works if isinstance(work, Change)]
    batch = TransitionBatch(connection, seal, changes, locks=locks)
    results = [_done(work, batch, connection) for work in works]
    batch.flush()
    return results


def _done(work: Work, batch: TransitionBatch, connection: Connection) -> object:
    """Return the result of the work, or the `GuardFailed` that stopped it."""
    try:
        if isinstance(work, Change):
            batch.add(work)
            return None
        if isinstance(work, Sweep):
            return batch.sweep(work)
        return batch.perform(work)
    except GuardFailed as refusal:
        if isinstance(work, Change):
            batch.refuse(work)
        return refusal
