"""For people who write workflows: the real engine on a real file, with a clock that you move.

async with Harness(deploy, people=StaticPeople(groups={"release-managers": ["U1"]})) as harness:
    run = await harness.start("deploy", {"service": "billing"})
    await harness.decide("go_live", "approve", as_user="U1")
    assert (await harness.state(run)).run.state == "succeeded"
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from engine.authoring.file_services import offered
from engine.authoring.loader import load
from engine.authoring.services import Registry
from engine.authoring.workflow import Workflow
from engine.clock import FakeClock
from engine.errors import DefinitionErrors
from engine.model.people import Actor, People, StaticPeople
from engine.model.records.decision import Decision, DecisionResult
from engine.model.records.records import RequestRecord, RunDetail, RunRecord, StepRecord
from engine.model.runs.signals import SignalResult
from engine.model.values.durations import seconds
from engine.runtime.engine import Engine
from engine.runtime.settings import EngineSettings
from engine.triggers.fact import Taken, delivery

RUNS_PER_PAGE = 200
TESTER = Actor("cli", "tester")
TESTER_ID = "U0TESTER"
"""The person behind it, who is not an approver."""


class DecisionRefused(AssertionError):
    """A decision that does not count. `result` has its code, its text and the request."""

    def __init__(self, choice: str, user: str, result: DecisionResult) -> None:
        self.result = result
        problems = "".join(f" {field}: {problem}" for field, problem in result.problems)
        super().__init__(f"{choice} by {user} is refused ({result.code}): {result.text}{problems}")


class Harness:
    """One engine with these workflows; a path stands for the workflows of that file.

    `at`: where the clock starts; `folder`: kept when given.
    `schedules`: whether triggers fire while the clock is moved. `keep`: how long finished runs are kept.
    `conceals`: people get the answer for a run that does not exist where they may not see it;
    without it a test reads why they are refused.
    `registry`: used instead of the mappings called `services` in the files of the workflows.
    `owner`, `channel`: of workflows in dict form that name none, as `SIGNOFF_OWNER` and `SIGNOFF_CHANNEL`.
    """

    def __init__(
        self,
        *workflows: Workflow | Mapping[str, Any] | Path,
        people: People | None = None,
        at: str | datetime = "2026-01-05T09:00:00+00:00",
        registry: Registry | None = None,
        folder: Path | None = None,
        schedules: bool = True,
        parallel: int = 64,
        clock: FakeClock | None = None,
        keep: timedelta | None = None,
        conceals: bool = False,
        owner: str | None = None,
        channel: str | None = None,
    ) -> None:
        start = datetime.fromisoformat(at) if isinstance(at, str) else at
        self.clock = clock or FakeClock(start)
        self.folder = folder or Path(tempfile.mkdtemp(prefix="signoff-"))
        self._temporary = folder is None
        files = load([workflow for workflow in workflows if isinstance(workflow, Path)])
        declared = [workflow for workflow in workflows if not isinstance(workflow, Path)]
        modules = [*_modules_of(declared), *{found.file: found.module for found in files}.values()]
        self._workflows: list[tuple[Workflow | Mapping[str, Any], str | None]] = [
            *((found.workflow, str(found.file)) for found in files),
            *((workflow, None) for workflow in declared),
        ]
        self._people = people or StaticPeople()
        self._settings = EngineSettings(
            data_dir=self.folder / "data",
            parallel=parallel,
            schedules=schedules,
            cli_decides=True,
            cli_users={TESTER.id: TESTER_ID},
            conceals=conceals,
            keep=keep,
            registry=offered(modules) if registry is None else registry,
            default_owner=owner,
            default_channel=channel,
        )
        self.engine: Engine

    async def __aenter__(self) -> "Harness":
        self.engine = await Engine.open(
            self.folder / "signoff.db", clock=self.clock, people=self._people, settings=self._settings
        )
        try:
            for workflow, file in self._workflows:
                self.engine.register(workflow, file=file)
            if errors := self.engine._workflows.child_errors():
                raise DefinitionErrors(errors)
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

    async def deliver(self, webhook: str, payload: Any, headers: Mapping[str, str] | None = None) -> Taken:
        """Hand a delivery to a webhook as if its sender had posted it, and let its run go as far as it can.

        `headers`: by name in lowercase letters with `_` for `-`, without the signature and its time.
        """
        found = self.engine.webhook(webhook)
        if found is None:
            __tracebackhide__ = True
            raise AssertionError(f"There is no webhook {webhook}.")
        scope = {"payload": payload, "headers": dict(headers or {})}
        body = json.dumps(payload, sort_keys=True).encode()
        signed = body if found[1].signature != "bearer" else b""
        taken = await self.engine.take(*found, delivery(*found, scope, body, signed))
        await self.run_until_idle()
        return taken

    async def signal(
        self, run: RunRecord, name: str, payload: Any = None, *, as_user: str | None = None
    ) -> SignalResult:
        """Send a signal to a run, as a person if one is named, and let the run go as far as it can."""
        actor = Actor("slack", as_user) if as_user else TESTER
        result = await self.engine.signal(run.id, name, payload, actor=actor)
        await self.run_until_idle()
        return result

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
    ) -> DecisionResult:
        """Decide a request as that person. Raises `DecisionRefused` if the decision does not count.

        `request`: a request, its id, or the name of its step where one open request is at that step.
        `value`: the values of its form.
        """
        __tracebackhide__ = True  # pytest shows the line of the test
        result = await self.try_decide(
            request,
            choice,
            as_user=as_user,
            comment=comment,
            value=value,
            typed=typed,
            one_time_code=one_time_code,
            run=run,
        )
        if not result.accepted:
            raise DecisionRefused(choice, as_user, result)
        return result

    async def try_decide(
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
    ) -> DecisionResult:
        """Decide as `decide` does, but return a refusal instead of raising it: for a test of a refusal."""
        asked = await self._request(request, run)
        decision = Decision(choice, comment=comment, value=value, typed=typed, one_time_code=one_time_code)
        result = await self.engine.decide(asked.id, decision, actor=Actor("slack", as_user))
        await self.run_until_idle()
        return result

    async def advance(self, by: str | float | timedelta) -> None:
        """Move the clock, stopping at every moment at which something is due in between."""
        until = self.clock.now() + timedelta(seconds=seconds(f"{by}s" if isinstance(by, int | float) else by))
        await self.run_until_idle()
        while (wake := self.clock.next_wake()) is not None and wake <= until:
            self.clock.move_to(wake)
            await self.run_until_idle()
        self.clock.move_to(max(until, self.clock.now()))
        await self.run_until_idle()

    async def runs(self, workflow: str | None = None) -> list[RunRecord]:
        """Return every run, newest first. Raises `UnknownWorkflow`."""
        name = self.engine.workflow(workflow).name if workflow is not None else None
        runs: list[RunRecord] = []
        while True:
            page, _ = await self.engine.runs(name, limit=RUNS_PER_PAGE, before=runs[-1] if runs else None)
            runs += page
            if len(page) < RUNS_PER_PAGE:
                return runs

    async def run(self, workflow: str) -> RunRecord:
        """Return the newest run, such as one of a schedule. Raises `AssertionError` if there is none."""
        runs = await self.runs(workflow)
        if not runs:
            __tracebackhide__ = True
            raise AssertionError(f"{workflow} has no run at {self.clock.now().isoformat(timespec='seconds')}")
        return runs[0]

    async def state(self, run: RunRecord) -> RunDetail:
        """The run with its steps and requests, as they are stored."""
        return await self.engine.detail(run.id)

    async def step(self, run: RunRecord, step: str) -> StepRecord:
        """Return the record of a step. Raises `AssertionError` with the nearest name if there is none."""
        records = {record.step: record for record in (await self.state(run)).steps}
        if step not in records:
            __tracebackhide__ = True
            close = get_close_matches(step.lower(), records, n=1)
            remedy = f"Did you mean {close[0]}?" if close else f"Its steps: {', '.join(records)}."
            raise AssertionError(f"{run.workflow} has no step {step}. {remedy}")
        return records[step]

    async def output(self, run: RunRecord, step: str) -> Any:
        """Return a step's output as JSON, None for a skip. Raises `AssertionError` if there is no output."""
        __tracebackhide__ = True
        record = await self.step(run, step)
        if record.state not in ("succeeded", "skipped", "compensated"):
            why = f": {record.failure.message.rstrip('.')}" if record.failure else ""
            raise AssertionError(f"{step} has no output. It is {record.state}{why}.")
        return record.output

    async def requests(self) -> list[RequestRecord]:
        """Open requests, oldest first."""
        return await self.engine.requests(limit=None)

    async def _request(self, request: str | RequestRecord, run: RunRecord | None) -> RequestRecord:
        if isinstance(request, RequestRecord):
            return request
        matching = await self.engine.request(request)
        if matching is not None:
            return matching
        fitting = [
            request_of_step
            for request_of_step in await self.engine.requests(run_id=run.id if run else None, limit=None)
            if request_of_step.step == request
        ]
        if len(fitting) != 1:
            count = f"{len(fitting)} open requests" if fitting else "no open request"
            remedy = " Name one with run=." if fitting else ""
            waiting = ", ".join(request_of_step.id for request_of_step in await self.requests()) or "none"
            raise LookupError(f"{request} has {count}.{remedy} Open: {waiting}.")
        return fitting[0]


def _modules_of(workflows: Sequence[Workflow | Mapping[str, Any]]) -> list[ModuleType]:
    """The loaded modules that define these workflows.

    A dict form does not say where it was written: any module that has it at the top level counts.
    """
    loaded = [module for module in list(sys.modules.values()) if isinstance(module, ModuleType)]
    files = {workflow.file for workflow in workflows if isinstance(workflow, Workflow)}
    forms = {id(workflow) for workflow in workflows if not isinstance(workflow, Workflow)}
    return [
        module
        for module in loaded
        if vars(module).get("__file__") in files
        or (forms and not forms.isdisjoint(map(id, vars(module).values())))
    ]
