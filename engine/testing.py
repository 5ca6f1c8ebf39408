"""For people who write workflows: the real engine on a real file, with a clock that you move.

async with Bench(deploy, people=StaticPeople(groups={"release-managers": ["U1"]})) as bench:
    run = await bench.start("deploy", {"service": "billing"})
    await bench.decide("go_live", "approve", as_user="U1")
    assert (await bench.state(run)).run.state == "succeeded"
"""

import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from engine.clock import FakeClock
from engine.definition import Workflow
from engine.durations import seconds
from engine.people import Actor, People, StaticPeople
from engine.records import Answer, RequestRecord, RunDetail, RunRecord, StepRecord
from engine.registry import Registry
from engine.runtime.engine import Engine
from engine.runtime.settings import EngineSettings

TESTER = Actor("cli", "tester")


class Bench:
    """One engine with these workflows. `at`: where the clock starts; `folder`: kept when given.

    `schedules`: whether triggers fire while the clock is moved. `keep`: how long finished runs are kept.
    """

    def __init__(
        self,
        *workflows: Workflow | Mapping[str, Any],
        people: People | None = None,
        at: str | datetime = "2026-01-05T09:00:00+00:00",
        registry: Registry | None = None,
        folder: Path | None = None,
        schedules: bool = True,
        parallel: int = 64,
        clock: FakeClock | None = None,
        keep: timedelta | None = None,
    ) -> None:
        start = datetime.fromisoformat(at) if isinstance(at, str) else at
        self.clock = clock or FakeClock(start)
        self.folder = folder or Path(tempfile.mkdtemp(prefix="signoff-"))
        self._temporary = folder is None
        self._workflows = workflows
        self._people = people or StaticPeople()
        self._settings = EngineSettings(
            data_dir=self.folder / "data",
            parallel=parallel,
            schedules=schedules,
            cli_decides=True,
            keep=keep,
            registry=registry or Registry(),
        )
        self.engine: Engine

    async def __aenter__(self) -> "Bench":
        self.engine = await Engine.open(
            self.folder / "signoff.db", clock=self.clock, people=self._people, settings=self._settings
        )
        try:
            for workflow in self._workflows:
                self.engine.register(workflow)
            await self.engine.serve()
        except BaseException:
            await self.engine.close(grace=0)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.engine.close(grace=0)
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    async def start(
        self, workflow: str, input: Mapping[str, Any] | None = None, *, as_user: str | None = None
    ) -> RunRecord:
        """Start a run, as a person if one is named, and let it go as far as it can."""
        actor = Actor("slack", as_user) if as_user else TESTER
        run = await self.engine.start(workflow, input, actor=actor)
        await self.run_until_idle()
        return run

    async def run_until_idle(self) -> None:
        """Return when nothing executes: all that is left waits for people or for the clock."""
        await self.engine.activity.idle()

    async def decide(
        self,
        request: str | RequestRecord,
        choice: str,
        *,
        as_user: str,
        comment: str = "",
        value: Any = None,
        typed: str = "",
        one_time_code: str = "",
        run: RunRecord | None = None,
    ) -> Answer:
        """Answer a request as that person; by its id, or by the step's name where that is unambiguous.

        `value`: what is filled in where it has a form.
        """
        found = await self._request(request, run)
        actor = Actor("slack", as_user)
        answer = await self.engine.decide(
            found.id,
            choice,
            actor=actor,
            comment=comment,
            value=value,
            typed=typed,
            one_time_code=one_time_code,
        )
        await self.run_until_idle()
        return answer

    async def advance(self, by: str | float | timedelta) -> None:
        """Move the clock, stopping at every moment at which something is due in between."""
        until = self.clock.now() + timedelta(seconds=seconds(f"{by}s" if isinstance(by, int | float) else by))
        await self.run_until_idle()
        while (wake := self.clock.next_wake()) is not None and wake <= until:
            self.clock.move_to(wake)
            await self.run_until_idle()
        self.clock.move_to(max(until, self.clock.now()))
        await self.run_until_idle()

    async def state(self, run: RunRecord) -> RunDetail:
        """The run with its steps and requests, as they are stored."""
        return await self.engine.detail(run.id)

    async def step(self, run: RunRecord, step: str) -> StepRecord:
        detail = await self.state(run)
        return next(record for record in detail.steps if record.step == step)

    async def output(self, run: RunRecord, step: str) -> Any:
        """A step's output as JSON, None where it was skipped. Raises `AssertionError` where there is none."""
        record = await self.step(run, step)
        if record.state not in ("succeeded", "skipped", "compensated"):
            why = f": {record.failure.message}" if record.failure else ""
            raise AssertionError(f"{step} has no output, it is {record.state}{why}")
        return record.output

    async def requests(self) -> list[RequestRecord]:
        """Open ones, oldest first."""
        return await self.engine.requests(limit=None)

    async def _request(self, request: str | RequestRecord, run: RunRecord | None) -> RequestRecord:
        if isinstance(request, RequestRecord):
            return request
        found = await self.engine.request(request)
        if found is not None:
            return found
        fitting = [
            one
            for one in await self.engine.requests(run_id=run.id if run else None, limit=None)
            if one.step == request
        ]
        if len(fitting) != 1:
            waiting = ", ".join(one.id for one in await self.requests()) or "none"
            raise LookupError(f"{len(fitting)} open requests are at {request!r}. Open: {waiting}.")
        return fitting[0]
