"""The runs of the attempts that a worker executes: what is recorded of them becomes a report."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from pydantic import TypeAdapter

from engine.errors import ContractError
from engine.kernel.shapes import checkpoints, notifications
from engine.model.definition.spec import Definition
from engine.model.runs.checkpoint import CheckpointRecord
from engine.model.runs.dispatch import AttemptKey
from engine.model.runs.report import StepReport
from engine.model.states import IllegalTransition
from engine.runtime.dispatch.jobs import Sent
from engine.runtime.dispatch.wire import ENDS, encode
from engine.runtime.runs.live_runs import Build, Settled

_REPORT = TypeAdapter(StepReport)
_LATELY = datetime.min.replace(tzinfo=UTC)
"""The moment of a checkpoint matters in the database alone."""


class Line(Protocol):
    """The line of a worker to the database. Called on the worker's event loop."""

    def report(self, key: AttemptKey, kind: str, payload: str, done: Callable[[bool], None]) -> None:
        """Make a report durable. `done` is called on the loop: False where the attempt no longer counts."""


@dataclass(slots=True)
class _Executing:
    """Facts that a worker knows about the run of an attempt."""

    definition: Definition
    channel: str | None
    kept: dict[str, CheckpointRecord] = field(default_factory=dict)


class RemoteRuns:
    """Implements `AttemptRuns`, and the store of reports, over the line to the database."""

    awaits_room = False

    def __init__(self, line: Line) -> None:
        self._line = line
        self._executing: dict[AttemptKey, _Executing] = {}

    def begin(self, sent: Sent, definition: Definition) -> None:
        """Know an attempt that begins."""
        kept = {each.key: each for each in sent.checkpoints}
        self._executing[sent.run_id, sent.step, sent.number] = _Executing(definition, sent.channel, kept)

    def end(self, sent: Sent) -> None:
        self._executing.pop((sent.run_id, sent.step, sent.number), None)

    def post(self, run_id: str, build: Build, settled: Settled) -> bool:
        """Report what is to be recorded."""
        kind, payload, values = encode(build)
        key = (run_id, values["step"], values["attempt"])
        self._check(kind, key, values)

        def done(counts: bool) -> None:
            late = None if counts or kind in ENDS else IllegalTransition("the attempt no longer counts")
            settled(late)

        self._line.report(key, kind, payload, done)
        return True

    async def apply(self, run_id: str, build: Build) -> None:
        """Report it; durable when this returns."""
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def settled(error: Exception | None) -> None:
            if durable.done():
                return
            if error is None:
                durable.set_result(None)
            else:
                durable.set_exception(error)

        self.post(run_id, build, settled)
        await durable

    async def settled(self, run_id: str) -> None:
        """Return at once: a worker has no run in memory."""

    def give_back(self, attempt: AttemptKey, uses: Iterable[str]) -> None:
        """Leave resources alone: the process that serves gives them back with the end of the attempt."""

    def release_slots(self, count: int) -> None:
        """Leave slots alone: the queue counts them."""

    async def refill(self) -> None:
        """Return at once: nothing waits in a worker."""

    async def put_report(self, report: StepReport) -> None:
        """Report what an executing step shows."""
        key = report.run_id, report.step, report.attempt
        payload = _REPORT.dump_json(report).decode()
        durable = asyncio.Event()
        self._line.report(key, "report", payload, lambda _: durable.set())
        await durable.wait()

    async def drop_report(self, run_id: str, step: str, attempt: int) -> None:
        """Leave it: the process that serves removes it with the end of the attempt."""

    def _check(self, kind: str, key: AttemptKey, values: Any) -> None:
        """Raise at once what the process that serves would refuse."""
        known = self._executing.get(key)
        if known is None:
            return
        if kind == "checkpoint":
            if problem := checkpoints.limit_problem(key[1], known.kept, values["key"], values["value"]):
                raise ContractError(problem)
            text, number = values["value"], len(known.kept)
            known.kept[values["key"]] = CheckpointRecord(
                *key[:2], number, values["key"], key[2], text, _LATELY
            )
        elif kind == "notify":
            notifications.check_place(key[1], values["message"].to, known.definition, known.channel)
