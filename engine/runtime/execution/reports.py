"""Reports of executing attempts: collected in memory, written to the disk once a second at most."""

import asyncio
import contextvars
import logging
import math
import threading
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from engine.clock import Clock
from engine.compiler.nodes.row_check import RowCheck
from engine.errors import ContractError, StoreBroken, StoreBusy
from engine.kernel.resilience.failures import shortened_and_redacted
from engine.model.runs.report import Progress, StepReport
from engine.runtime.execution.follow_ups import Asked
from engine.runtime.execution.isolation import in_thread
from engine.runtime.execution.overruns import Key
from engine.runtime.execution.report_feed import ReportFeed
from engine.runtime.execution.step_log import LogLines
from engine.runtime.process.activity import Activity
from engine.runtime.process.background import Background

log = logging.getLogger(__name__)

_FIRST_AFTER = timedelta(seconds=0.25)
"""A step that ends sooner writes no report: its end has the log."""
_INTERVAL = timedelta(seconds=1)
_MAX_TEXT_LENGTH = 200


class ReportStore(Protocol):
    """Where reports are written."""

    async def put_report(self, report: StepReport) -> None:
        """Write what an executing step reports. Raises `StoreBusy`."""

    async def drop_report(self, run_id: str, step: str, attempt: int) -> None:
        """Remove the report of an attempt whose end is recorded with its log."""


class AttemptReport:
    """The log and the progress of one attempt. Called from threads too, and never waits."""

    def __init__(self, key: Key, touched: Callable[["AttemptReport"], None]) -> None:
        self.key = key
        self.lines: LogLines | None = None
        self.progress: Progress | None = None
        self.due = self.written = self.closed = False
        """Something is not written yet; a row exists; nothing is written any more."""
        self.writing: asyncio.Task[None] | None = None
        self.check: RowCheck | None = None
        """The rows that the attempt checks."""
        self.asked: Asked | None = None
        """The runs that are to follow this attempt; None where its step does not take the context."""
        self._touched = touched

    def log(self, text: str) -> None:
        """Keep a line for people."""
        if self.lines is None:
            self.lines = LogLines()
        self.lines(text)
        self._touch()

    def report_progress(self, done: float, of: float | None = None, text: str = "") -> None:
        """Show people how far the step has got. Raises `ContractError` for invalid numbers."""
        for name, value in (("done", done), ("of", of)):
            if not (name == "of" and value is None) and not _is_count(value):
                raise ContractError(
                    f"ctx.progress in {self.key[1]}: {name} is {value!r:.80}. Give a number from 0 up."
                )
        self.progress = Progress(done, of, " ".join(str(text)[: 4 * _MAX_TEXT_LENGTH].split()))
        self._touch()

    def _touch(self) -> None:
        if not self.due:
            self.due = True
            self._touched(self)


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and 0 <= value < 2**63


class Reports:
    """Writes the reports of this process's attempts, and tells `feed` of them."""

    def __init__(
        self,
        store: ReportStore,
        clock: Clock,
        activity: Activity,
        background: Background,
        secrets: Collection[str] = (),
    ) -> None:
        self.feed = ReportFeed()
        self._store, self._clock, self._activity = store, clock, activity
        self._background, self._secrets = background, secrets
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()

    async def close(self, report: AttemptReport, *, recorded: bool) -> None:
        """End a report. `recorded`: the attempt's end has its log; otherwise the row keeps it."""
        report.closed = True
        if report.writing is not None:
            report.writing.cancel()
        if not recorded:
            if report.due:
                await self._write(report)
        elif report.written:
            drop = partial(self._store.drop_report, *report.key)
            self._background.start(drop, f"the report of {report.key[1]} was not removed")

    async def log_lines(self, report: AttemptReport) -> list[str]:
        """Return the log as people may read it."""
        if report.lines is None:
            return []
        lines = partial(report.lines.lines, self._secrets)
        return await in_thread(lines, name="signoff-log") if report.lines.heavy else lines()

    def touched(self, report: AttemptReport) -> None:
        """Write the report soon. Called from threads too."""
        if threading.get_ident() == self._thread:
            self._schedule(report)
            return
        try:
            self._loop.call_soon_threadsafe(self._schedule, report)
        except RuntimeError:  # the loop is gone
            log.debug("%s reported something after the process had stopped waiting for it", report.key[1])

    def _schedule(self, report: AttemptReport) -> None:
        if report.closed or report.writing is not None:
            return
        # With a context of its own: what the step does to its own is not for this task.
        context = contextvars.Context()
        report.writing = self._loop.create_task(self._write_on(report), context=context)

    async def _write_on(self, report: AttemptReport) -> None:
        await self._clock.sleep(_FIRST_AFTER)
        while report.due:
            with self._activity.busy():
                await self._write(report)
            await self._clock.sleep(_INTERVAL)
        report.writing = None

    async def _write(self, report: AttemptReport) -> None:
        run_id, step, attempt = report.key
        report.due = False
        progress, lines = self._shown(report.progress), await self.log_lines(report)
        report.written = True
        try:
            await self._store.put_report(
                StepReport(run_id, step, attempt, progress, tuple(lines), self._clock.now())
            )
        except (StoreBusy, StoreBroken) as error:
            report.due = True
            log.info("the report of %s of %s is not written yet: %s", step, run_id, error)
            return
        self.feed.add(run_id)

    def _shown(self, progress: Progress | None) -> Progress | None:
        if progress is None or not progress.text:
            return progress
        text = shortened_and_redacted(progress.text, _MAX_TEXT_LENGTH, self._secrets)
        return Progress(progress.done, progress.of, text)
