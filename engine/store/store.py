"""The store: what the runtime calls. Writes go to the writing thread in order, reads to their own."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from engine.audit.hash_chain import Audit
from engine.audit.keys import Keyring
from engine.audit.receipts import Proof
from engine.audit.seal import Seal
from engine.errors import Altered, StoreBroken, StoreBusy
from engine.model.notices.trouble import Trouble
from engine.model.people import Actor
from engine.model.records.break_glass import OpenReview
from engine.model.records.change import Change, EventDraft
from engine.model.records.grant import Grant
from engine.model.records.records import EventRecord
from engine.model.runs.dispatch import AttemptKey
from engine.model.runs.relay import SpentNames
from engine.model.runs.report import StepReport
from engine.model.runs.resources import Resource
from engine.store import queries
from engine.store.deliveries import Deliveries
from engine.store.log import opening
from engine.store.log.proven_logs import ProvenLogs
from engine.store.queries import exports, integrity
from engine.store.queries.schedules import ScheduleState
from engine.store.queries.snapshots import Snapshot
from engine.store.queries.trigger_facts import TakenFact
from engine.store.schema import rows
from engine.store.work import LOCK_WAIT_SECONDS, NamedDatabase, P, Query, Reads, T, Writes
from engine.store.writes import (
    break_glass,
    clock_jump,
    dispatches,
    facts,
    grants,
    pruning,
    reports,
    transitions,
    trigger_facts,
)


class Relaying(Protocol):
    """Answers the requests that other processes relay."""

    @property
    def siblings(self) -> int:
        """Connections to Slack that the other processes hold."""

    @property
    def spent_names(self) -> SpentNames:
        """Names that count once for all processes."""

    async def open(self) -> None:
        """Raises `StoreBusy`."""

    async def close(self) -> None: ...


class Listening(Protocol):
    """A thread that hears of reports of workers."""

    def close(self) -> None: ...


class Store:
    """Opened by `open_store` of `on_sqlite` or `on_postgres` beside this module, by one process at a time."""

    def __init__(self, database: NamedDatabase, writer: Writes, reader: Reads, seal: Seal) -> None:
        self.database, self._writer, self._reader, self._seal = database, writer, reader, seal
        self.log_problem = ""
        """Why the log is not what it was, in a sentence with the remedy; empty as a rule."""
        self.log_warning = ""
        """Why the log could not be checked at the start, in a sentence; empty as a rule."""
        self._check = partial(integrity.problems_of, seal=seal)
        self._check_on = partial(integrity.problems_of, seal=seal, proven=ProvenLogs())
        self.look_through: Callable[[], None] | None = None
        """Look whether the file is whole. None where that was done before it was opened."""
        self.on_events: Callable[[], None] = lambda: None
        """Called when events that belong to no run are there to be read."""
        self.on_altered: Callable[[Altered], None] = lambda error: None
        """Called with what another program changed, each time that it is met."""
        self.on_intact: Callable[[str], None] = lambda subject: None
        """Called with the subject of what was read and is as it was recorded."""
        self._outside_runs = set[str]()
        """Subjects that the last check of what belongs to no run found changed."""
        self._tell_broken: Callable[[StoreBroken], None] | None = None
        self._broken: StoreBroken | None = None
        reader.missing = lambda: writer.missing
        writer.on_damage = reader.on_damage = self._break
        reader.on_altered = lambda error: self.on_altered(error)
        self.deliveries = Deliveries(writer, reader)
        self.listen: Callable[[Callable[[], None]], Listening] | None = None
        """Has another thread call when workers report something; None where there can be no workers."""
        self.relay: Callable[..., Relaying] | None = None
        """Makes what answers the requests that other processes relay; None where there can be none."""

    def on_broken(self, tell: Callable[[StoreBroken], None]) -> None:
        """Call `tell` when nothing can be recorded or read any more, or now if that is so already."""
        self._tell_broken = tell
        if self._broken is not None:
            tell(self._broken)

    def _break(self, error: StoreBroken) -> None:
        if error.damaged:
            if self._writer.missing:
                return  # files that were exchanged do not fit together; what this process holds is whole
            self._writer.damaged = True
        self._broken = self._broken or error
        if self._tell_broken is not None:
            self._tell_broken(error)

    async def close(self, *, keep_claim: bool = False) -> None:
        """`keep_claim`: until the process ends, no other one may use the database."""
        # The writer last: only it can bring the WAL into the file, so that one file is left.
        await self._reader.close()
        await self._writer.close(keep_claim=keep_claim)

    def commit(
        self, change: Change, settle: Callable[[Exception | None], None], patience: float | None = None
    ) -> None:
        """One transition: `settle` is called when it is durable and whole.

        It gets `Stale`, `Exists` or `Full` where the transition was refused, and nothing was changed then; or
        `StoreBusy` where a lock or the disk kept it waiting for longer than `patience` seconds.
        """
        self._writer.post(change, lambda _, error: settle(error), patience)

    @property
    def log_key(self) -> str:
        """Id of the key that seals the log."""
        return self._seal.id

    @property
    def problem(self) -> str:
        """Why nothing can be recorded or read now, with the remedy; empty as a rule."""
        return self._writer.problem or self._reader.problem

    async def writable(self) -> bool:
        """Return whether something can be written now, or soon."""
        try:
            await self._writer.submit(lambda _: None, LOCK_WAIT_SECONDS)
        except StoreBusy:
            return False
        return True

    async def examine(self) -> None:
        """Look through a file that was opened without it, beside the reads and writes."""
        look, self.look_through = self.look_through, None
        if look is None:
            return
        try:
            await asyncio.to_thread(look)
        except StoreBroken as error:
            self._break(error)

    async def reached(self) -> None:
        """Return when everything that was handed over before is durable, or refused."""
        await self._writer.submit(lambda _: None)

    async def append(self, event: EventDraft) -> None:
        """An event that belongs to no run."""
        await self._writer.submit(partial(facts.append_event, event=event, seal=self._seal))
        self.on_events()

    async def put_definition(self, digest: str, workflow: str, canonical: bytes, at: datetime) -> None:
        put = partial(facts.put_definition, digest=digest, workflow=workflow, canonical=canonical, at=at)
        await self._writer.submit(partial(put, seal=self._seal))

    async def put_code(self, digest: str, steps: dict[str, str]) -> None:
        await self._writer.submit(partial(facts.put_code, digest=digest, steps=steps, seal=self._seal))

    async def put_schedules(
        self,
        rows: Sequence[ScheduleState],
        events: Sequence[EventDraft],
        patience: float | None = None,
    ) -> None:
        """New schedules, or ones that are switched on or off; when they last fired stays as it is."""
        if rows:
            put = partial(facts.put_schedules, states=rows, events=events, seal=self._seal)
            await self._writer.submit(put, patience)
            self.on_events()

    async def shift(
        self,
        by: timedelta,
        schedules: Sequence[ScheduleState],
        fact: tuple[str, object],
        event: EventDraft,
        lasting: Mapping[str, clock_jump.Move],
    ) -> None:
        """Move what is due by a jump of the clock. `lasting`: how to move facts. Raises `StoreBusy`."""
        work = partial(
            clock_jump.shift,
            by=by,
            schedules=schedules,
            fact=fact,
            event=event,
            seal=self._seal,
            lasting=lasting,
        )
        await self._writer.submit(transitions.Sweep(work), LOCK_WAIT_SECONDS)
        self.on_events()

    async def drop_schedule(self, workflow: str, key: str, event: EventDraft) -> None:
        """One that its workflow no longer has; `event` is told if it is there."""
        drop = partial(facts.drop_schedule, workflow=workflow, key=key, event=event, seal=self._seal)
        await self._writer.submit(drop)
        self.on_events()

    async def set_next_fire(
        self, moved: ScheduleState, leaves: datetime | None, events: Sequence[EventDraft] = ()
    ) -> None:
        """Move a schedule on from the moment `leaves`. Raises `Stale` where somebody moved it before."""
        await self._writer.submit(
            partial(facts.set_next_fire, moved=moved, leaves=leaves, events=events, seal=self._seal)
        )
        if events:
            self.on_events()

    async def set_cursor(self, workflow: str, key: str, cursor: str) -> None:
        """Keep the place of a trigger in what it observes."""
        await self._writer.submit(
            partial(trigger_facts.set_cursor, workflow=workflow, key=key, cursor=cursor)
        )

    async def change_trouble(
        self, workflow: str, key: str, change: Callable[[Trouble], tuple[Trouble, Sequence[EventDraft]]]
    ) -> None:
        """Change what keeps a trigger from starting runs, and tell of it. `change` is pure."""
        changed = partial(trigger_facts.change_trouble, workflow=workflow, key=key, change=change)
        await self._writer.submit(partial(changed, seal=self._seal))
        self.on_events()

    async def note_facts(
        self, workflow: str, key: str, facts: Collection[str], at: datetime, run_id: str | None = None
    ) -> None:
        """Keep facts that start no run of their own, so that they are not looked at again."""
        note = partial(
            trigger_facts.note_facts, workflow=workflow, key=key, facts=facts, at=at, run_id=run_id
        )
        await self._writer.submit(note)

    async def postpone(self, workflow: str, key: str, burst: str, leaves: datetime, enters: datetime) -> None:
        """Move the end of a burst, unless a fact has moved it."""
        await self._writer.submit(
            partial(
                trigger_facts.postpone, workflow=workflow, key=key, burst=burst, leaves=leaves, enters=enters
            )
        )

    async def forget_facts(self, workflow: str, key: str, facts: Collection[str]) -> None:
        """Forget facts that cannot come again."""
        await self._writer.submit(
            partial(trigger_facts.forget_facts, workflow=workflow, key=key, facts=facts)
        )

    async def prune_facts(self, workflow: str, key: str, before: datetime, limit: int) -> int:
        """Forget facts of a trigger that were taken before that moment and whose run is gone."""
        prune = partial(trigger_facts.prune_facts, workflow=workflow, key=key, before=before, limit=limit)
        return await self._writer.submit(prune)

    async def hold(
        self, workflow: str, key: str, facts: tuple[str, str], run_id: str, at: datetime, due_at: datetime,
        input: Any,
    ) -> str:  # fmt: skip
        """Add a fact to a burst. `facts`: the burst and the fact. Gives the id of the run it will start.

        Raises `Altered`.
        """
        burst, fact = facts
        text = rows.to_json(input)
        try:
            id_ = await self._writer.submit(
                lambda connection: trigger_facts.hold(
                    connection, workflow, key, burst, fact, run_id, at, due_at, text, self._seal
                )
            )
        except Altered as error:
            self.on_altered(error)
            raise
        self.on_events()
        return id_

    async def due_bursts(self, now: datetime, limit: int, but: Collection[str]) -> list[TakenFact]:
        """Return the bursts that are over, each held against the log. `but`: names that are left alone."""
        return await self._reader.read(queries.due_bursts, now, limit, but, self._seal)

    async def drop_burst(self, workflow: str, key: str, burst: str, event: EventDraft) -> None:
        """Drop a burst that starts no run, and tell so."""
        drop = partial(trigger_facts.drop_burst, workflow=workflow, key=key, burst=burst, event=event)
        await self._writer.submit(partial(drop, seal=self._seal))
        self.on_events()

    async def put_resource(self, resource: Resource, event: EventDraft) -> None:
        """Write a resource that a person reset, and tell of it. Raises `StoreBusy`."""
        put = partial(facts.put_resource, resource=resource, event=event, seal=self._seal)
        await self._writer.submit(put, LOCK_WAIT_SECONDS)
        self.on_events()

    async def put_report(self, report: StepReport) -> None:
        """Write what an executing step reports. Raises `StoreBusy`."""
        await self._writer.submit(partial(reports.put, report=report), LOCK_WAIT_SECONDS)

    async def drop_report(self, run_id: str, step: str, attempt: int) -> None:
        """Remove the report of an attempt whose end is recorded with its log."""
        await self._writer.submit(partial(reports.drop, run_id=run_id, step=step, attempt=attempt))

    async def forget_reports(self, numbers: Sequence[int]) -> None:
        """Forget reports of workers that change nothing."""
        await self._writer.submit(partial(dispatches.forget_reports, numbers=numbers))

    async def enqueue_again(self, key: AttemptKey, queue: str, priority: int) -> None:
        """Enqueue an attempt whose job is gone, and which no worker took."""
        await self._writer.submit(partial(dispatches.enqueue_again, key=key, queue=queue, priority=priority))

    async def forget_worker(self, worker: int, beat: int) -> bool:
        """Forget a worker. Return False, and keep it, where it gave a sign of life after that one."""
        return await self._writer.submit(partial(dispatches.forget_worker, worker=worker, beat=beat))

    async def forget_silent_workers(self, seconds: float) -> None:
        """Forget workers that gave no sign of life for so long and have no attempt."""
        await self._writer.submit(partial(dispatches.forget_silent_workers, seconds=seconds))

    async def end_wait(self, wait_id: str) -> None:
        """Drop a wait whose run is gone."""
        await self._writer.submit(partial(facts.end_wait, wait_id=wait_id))

    async def prune(self, before: datetime, now: datetime, after: pruning.Place) -> pruning.Portion:
        """Remove the next portion of what ended before that moment."""
        prune = partial(pruning.prune, before=before, now=now, after=after, seal=self._seal)
        return await self._writer.submit(prune)

    async def read(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query of `engine.store.queries`; for reads of some milliseconds. Raises `StoreBusy` and
        `StoreBroken`."""
        return await self._reader.read(query, *args, **kwargs)

    def skip(self, error: Altered) -> None:
        """Note a row that a list leaves out since it cannot be read. Queries of lists take it."""
        self._reader.skip(error)

    async def read_at_length(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query that reads whole tables, on a thread and a connection of its own."""
        return await self._reader.read_at_length(query, *args, **kwargs)

    async def fact(self, name: str) -> Any:
        """Return the fact of the installation with this name; None if there is none. Raises `Altered`."""
        value = await self._reader.read(queries.fact, name=name, seal=self._seal)
        self.on_intact(queries.subject_of_fact(name))
        return value

    async def check_outside_runs(self) -> None:
        """Report each fact, definition, version of code and place in the log that another program changed."""
        checked = await self._reader.read_at_length(
            queries.check_outside_runs, seal=self._seal, places=dict(self.deliveries.places)
        )
        for subject in (self._outside_runs - checked.keys()) | {
            s for s, error in checked.items() if not error
        }:
            self.on_intact(subject)
        errors = {subject: error for subject, error in checked.items() if error}
        self._outside_runs = set(errors)
        for error in errors.values():
            self.on_altered(error)

    async def note(self, name: str, value: Any, events: Sequence[EventDraft]) -> None:
        """Note a fact about the installation, and its events in the same transaction; None removes it.

        People wait for it. Raises `StoreBusy`.
        """
        noted = partial(facts.note, name=name, value=value, events=events, seal=self._seal)
        await self._writer.submit(noted, LOCK_WAIT_SECONDS)
        self.on_events()

    async def give_grant(self, grant: Grant) -> None:
        """Raises `GrantSpent`, `TooManyGrants`, `Altered` and `StoreBusy`."""
        await self._writer.submit(partial(grants.give, grant=grant, seal=self._seal), LOCK_WAIT_SECONDS)
        self.on_events()

    async def end_grants(self, ids: Collection[str], at: datetime, actor: Actor, why: str) -> list[Grant]:
        """Return those that ended. Raises `Altered` and `StoreBusy`."""
        end = partial(grants.end, ids=ids, at=at, actor=actor, why=why, seal=self._seal)
        ended = await self._writer.submit(end, LOCK_WAIT_SECONDS)
        self.on_events()
        return ended

    async def change_review(self, before: OpenReview, after: OpenReview | None, event: EventDraft) -> bool:
        """Return False where the review is no longer as `before`. Raises `Altered` and `StoreBusy`."""
        change = partial(break_glass.change_review, before=before, after=after, event=event, seal=self._seal)
        changed = await self._writer.submit(change, LOCK_WAIT_SECONDS)
        self.on_events()
        return changed

    async def marked(self, run_id: str) -> tuple[Snapshot | None, str]:
        """To show it, and why it is not as it was recorded; empty as a rule."""
        return await self._reader.read(queries.marked, run_id=run_id, check=self._check)

    async def altered(self, run_ids: Collection[str]) -> dict[str, str]:
        """By id: why those of the runs are not as they were recorded that are not."""
        return await self._reader.read(queries.altered, run_ids=run_ids, check=self._check)

    async def proven(self, run_id: str, *, elements: bool = True) -> Snapshot | None:
        """To go on with it: it is as it was recorded. Raises `AlteredRun`.

        `elements`: with those of mapped steps.
        """
        return await self._reader.read(
            queries.snapshot, run_id=run_id, check=self._check_on, elements=elements
        )

    async def proven_around(self, request_id: str) -> Snapshot | None:
        """As `proven`, of the run whose request this is."""
        return await self._reader.read(queries.snapshot_around, request_id, check=self._check_on)

    async def recorded_event(self, seq: int) -> EventRecord | None:
        """Return an event, held against the log; None where the log does not have it. Raises `UnknownRun`."""
        return await self._reader.read(queries.recorded_event, seq=seq, seal=self._seal)

    async def proof(self, run_id: str) -> tuple[Snapshot, Proof] | None:
        """A run and its log, of one moment."""
        return await self._reader.read(integrity.proof, run_id=run_id, seal=self._seal)

    async def audit(self, marks: Sequence[Mapping[str, Any]] = ()) -> Audit:
        """`marks`: checkpoints that the log is held against."""
        return await self._reader.read_at_length(integrity.audit, self._seal, marks)

    async def export_statement(
        self, since: datetime | None, until: datetime | None, now: datetime
    ) -> dict[str, Any]:
        """Return what to sign about the events of a period. Raises `Altered` and `NotPossible`."""
        return await self._reader.read_at_length(exports.export_statement, since, until, now, self._seal)

    async def keep_checkpoint(self, keyring: Keyring, now: datetime) -> None:
        """Write it beside the keys. Raises `OSError`."""
        keep = integrity.keep_checkpoint
        await self._reader.read_at_length(keep, self.database, keyring=keyring, seal=self._seal, now=now)

    def known_checkpoint(self, keyring: Keyring) -> Mapping[str, Any] | None:
        """The last one that was written beside the keys. Reads a file: call it from a thread."""
        return opening.known(keyring, self.database, self._seal)

    async def definition(self, digest: str) -> bytes | None:
        """Raises `Altered`."""
        return await self._reader.read(queries.definition, digest=digest, seal=self._seal)

    async def code(self, digest: str) -> dict[str, str]:
        """Return the digests of code by step. Raises `Altered`."""
        return await self._reader.read(queries.code, digest=digest, seal=self._seal)
