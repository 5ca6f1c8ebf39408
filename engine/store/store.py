"""The store: what the runtime calls. Writes go to the writing thread in order, reads to their own."""

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from engine.chain import Audit
from engine.change import Change, EventDraft, Wait
from engine.errors import StoreBroken, StoreBusy
from engine.people import Actor
from engine.receipts import Proof
from engine.records import EventRecord, RequestRecord, RunRecord, StepRecord
from engine.store import auditing, commit, pruning, queries
from engine.store.deliveries import Deliveries
from engine.store.migrate import migrate
from engine.store.queries import Prospect, ScheduleState, Snapshot, Tombstone
from engine.store.sqlite import PATIENCE, Reader, Writer


class Store:
    """Opened by `Store.open`; one process at a time opens a file for writing."""

    def __init__(self, path: Path, writer: Writer, reader: Reader) -> None:
        self.path, self._writer, self._reader = path, writer, reader
        self.on_events: Callable[[], None] = lambda: None
        """Called when events that belong to no run are there to be read."""
        self.on_damage: Callable[[StoreBroken], None] = lambda error: None
        """Called when the file turns out to be damaged: nothing can be recorded or read any more."""
        writer.on_damage = reader.on_damage = lambda error: self.on_damage(error)
        self.deliveries = Deliveries(writer, reader)

    @classmethod
    async def open(cls, path: Path) -> "Store":
        """Bring the schema up to date and open the file. Raises `StoreBroken`."""
        try:
            await asyncio.to_thread(migrate, path)
            if not os.access(path, os.W_OK):
                raise PermissionError("it is read-only")
        except OSError as error:
            raise StoreBroken(
                f"The database {path} can't be opened ({error}). "
                "Set DATABASE_URL to a file in a folder that this user may write to."
            ) from error
        return cls(path, Writer(path, commit.perform), Reader(path))

    async def close(self) -> None:
        # The writer last: only it can bring the WAL into the file, so that one file is left.
        await self._reader.close()
        await self._writer.close()

    def commit(
        self, change: Change, settle: Callable[[Exception | None], None], patience: float | None = None
    ) -> None:
        """One transition: `settle` is called when it is durable and whole.

        It gets `Stale`, `Exists` or `Full` where the transition was refused, and nothing was changed then; or
        `StoreBusy` where a lock or the disk kept it waiting for longer than `patience` seconds.
        """
        self._writer.post(change, lambda _, error: settle(error), patience)

    @property
    def problem(self) -> str:
        """Why nothing can be recorded or read now, with the remedy; empty as a rule."""
        return self._writer.problem or self._reader.condition.text

    async def writable(self) -> bool:
        """Whether something can be written now, or soon."""
        try:
            await self._writer.submit(lambda _: None, PATIENCE)
        except StoreBusy:
            return False
        return True

    async def reached(self) -> None:
        """Return when everything that was handed over before is durable, or refused."""
        await self._writer.submit(lambda _: None)

    async def append(self, event: EventDraft) -> None:
        """An event that belongs to no run."""
        await self._writer.submit(partial(commit.append_event, event=event))
        self.on_events()

    async def put_definition(self, digest: str, workflow: str, canonical: bytes, at: datetime) -> None:
        await self._writer.submit(
            partial(commit.put_definition, digest=digest, workflow=workflow, canonical=canonical, at=at)
        )

    async def put_code(self, digest: str, steps: dict[str, str]) -> None:
        await self._writer.submit(partial(commit.put_code, digest=digest, steps=steps))

    async def put_schedules(
        self,
        rows: Sequence[ScheduleState],
        events: Sequence[EventDraft] = (),
        patience: float | None = None,
    ) -> None:
        """New schedules, or ones that are switched on or off; when they last fired stays as it is."""
        if rows:
            await self._writer.submit(partial(commit.put_schedules, states=rows, events=events), patience)
            self.on_events()

    async def shift(
        self,
        by: timedelta,
        schedules: Sequence[ScheduleState],
        fact: tuple[str, object],
        event: EventDraft,
    ) -> None:
        """Move what is due by a jump of the clock. Raises `StoreBusy`."""
        work = partial(commit.shift, by=by, schedules=schedules, fact=fact, event=event)
        await self._writer.submit(work, PATIENCE)
        self.on_events()

    async def drop_schedule(self, workflow: str, key: str) -> None:
        await self._writer.submit(partial(commit.drop_schedule, workflow=workflow, key=key))

    async def set_next_fire(
        self, workflow: str, key: str, leaves: datetime | None, enters: datetime | None
    ) -> None:
        await self._writer.submit(
            partial(commit.set_next_fire, workflow=workflow, key=key, leaves=leaves, enters=enters)
        )

    async def end_wait(self, wait_id: str) -> None:
        """Drop a wait that nothing waits on any more."""
        await self._writer.submit(partial(commit.end_wait, wait_id=wait_id))

    async def prune(self, before: datetime, now: datetime, after: pruning.Place) -> pruning.Portion:
        """Remove the next portion of what ended before that moment."""
        return await self._writer.submit(partial(pruning.prune, before=before, now=now, after=after))

    async def tombstone(self, run_id: str) -> Tombstone | None:
        """Of a pruned run."""
        return await self._reader.read(partial(queries.tombstone, run_id=run_id))

    async def fact(self, name: str) -> Any:
        """What is noted of the installation under this name; None when nothing is."""
        return await self._reader.read(partial(queries.fact, name=name))

    async def note(self, name: str, value: Any, events: Sequence[EventDraft] = ()) -> None:
        """Note a fact about the installation, and tell of it in the same transaction; None forgets it.

        People wait for it. Raises `StoreBusy`.
        """
        await self._writer.submit(partial(commit.note, name=name, value=value, events=events), PATIENCE)
        self.on_events()

    async def prospect(self, now: datetime) -> Prospect:
        """What would go on if the engine served now."""
        return await self._reader.read_at_length(partial(queries.prospect, now=now))

    async def snapshot(self, run_id: str) -> Snapshot | None:
        return await self._reader.read(partial(queries.snapshot, run_id=run_id))

    async def snapshot_around(self, request_id: str) -> Snapshot | None:
        """Of the run whose request this is."""
        return await self._reader.read(partial(queries.snapshot_around, request_id=request_id))

    async def run(self, run_id: str) -> RunRecord | None:
        return await self._reader.read(partial(queries.run, run_id=run_id))

    async def runs(
        self,
        workflow: str | None,
        states: Sequence[str] | None,
        limit: int,
        before: RunRecord | None,
        actor: Actor | None = None,
    ) -> tuple[list[RunRecord], int]:
        return await self._reader.read(
            partial(queries.runs, workflow=workflow, states=states, limit=limit, before=before, actor=actor)
        )

    async def count_unfinished(self, actor: Actor, most: int) -> int:
        return await self._reader.read(partial(queries.count_unfinished, actor=actor, most=most))

    async def unfinished(
        self, actor: Actor, workflow: str | None, since: datetime | None, limit: int
    ) -> list[str]:
        return await self._reader.read(
            partial(queries.unfinished, actor=actor, workflow=workflow, since=since, limit=limit)
        )

    async def earlier(self, request: RequestRecord, limit: int) -> list[RequestRecord]:
        return await self._reader.read(partial(queries.earlier, request=request, limit=limit))

    async def proof(self, run_id: str) -> Proof | None:
        return await self._reader.read(partial(auditing.proof, run_id=run_id))

    async def audit(self) -> Audit:
        return await self._reader.read_at_length(auditing.audit)

    async def runs_ending_with(self, text: str, limit: int) -> list[RunRecord]:
        return await self._reader.read(partial(queries.runs_ending_with, text=text, limit=limit))

    async def run_ids(self, states: Sequence[str]) -> list[str]:
        return await self._reader.read(partial(queries.run_ids, states=states))

    async def interrupted(self) -> list[StepRecord]:
        """Steps that were executing when the process ended, and suspects that still wait for their trial."""
        return await self._reader.read(queries.interrupted)

    async def oldest_pending(self, workflow: str) -> str | None:
        return await self._reader.read(partial(queries.oldest_pending, workflow=workflow))

    async def usual_seconds(self, workflow: str) -> float | None:
        return await self._reader.read(partial(queries.usual_seconds, workflow=workflow))

    async def request(self, request_id: str) -> RequestRecord | None:
        return await self._reader.read(partial(queries.request, request_id=request_id))

    async def requests(
        self, state: str | None, run_id: str | None, limit: int, after: RequestRecord | None = None
    ) -> list[RequestRecord]:
        query = partial(queries.requests, state=state, run_id=run_id, limit=limit, after=after)
        return await self._reader.read(query)

    async def count_requests(self, state: str) -> int:
        return await self._reader.read(partial(queries.count_requests, state=state))

    async def awaited_approvals(self, after: RequestRecord | None, limit: int) -> list[RequestRecord]:
        """A page of the approvals that are open or held, oldest first, after that one."""
        return await self._reader.read(partial(queries.awaited_approvals, after=after, limit=limit))

    async def due_waits(self, now: datetime, limit: int) -> list[Wait]:
        return await self._reader.read(partial(queries.due_waits, now=now, limit=limit))

    async def waits_of_kind(self, kind: str) -> list[Wait]:
        return await self._reader.read(partial(queries.waits_of_kind, kind=kind))

    async def next_due(self) -> datetime | None:
        return await self._reader.read(queries.next_due)

    async def due_schedules(self, now: datetime, limit: int) -> list[ScheduleState]:
        return await self._reader.read(partial(queries.due_schedules, now=now, limit=limit))

    async def schedules(self) -> list[ScheduleState]:
        return await self._reader.read(queries.schedules)

    async def definition(self, digest: str) -> bytes | None:
        return await self._reader.read(partial(queries.definition, digest=digest))

    async def definitions_of_rule_1(self) -> list[bytes]:
        """Those whose types an earlier release recorded; see `engine.schema_digests`."""
        return await self._reader.read_at_length(queries.definitions_of_rule_1)

    async def code(self, digest: str) -> dict[str, str]:
        return await self._reader.read(partial(queries.code, digest=digest))

    async def events(self, after: int, limit: int) -> list[EventRecord]:
        return await self._reader.read(partial(queries.events, after=after, limit=limit))

    async def events_of_run(self, run_id: str) -> list[EventRecord]:
        return await self._reader.read(partial(queries.events_of_run, run_id=run_id))

    async def last_event(self) -> int:
        return await self._reader.read(queries.last_event)
