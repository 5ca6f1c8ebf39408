"""Is the bot fit to serve? What `/readyz` says."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from bot.serving.trigger_problems import misfits, unread_sources
from bot.slack.errors import token_problem
from engine import SignoffError, TriggerRecord

Problems = Callable[[], Awaitable[Mapping[str, str]]]
"""Problems by name; empty when there are none."""


async def readiness(problems: Problems, warnings: Problems | None, *, leads: bool) -> dict[str, Any]:
    """Return the answer of `/readyz`. `leads`: this process executes runs."""
    found = dict(await problems())
    body: dict[str, Any] = {"ok": not found, "leads": leads, "problems": found}
    # Warnings read the database, however long that takes.
    if warnings is not None and "database" not in found and (warned := await _warned(warnings)):
        body["warnings"] = warned
    return body


async def _warned(warnings: Problems) -> dict[str, str]:
    try:
        return dict(await warnings())
    except SignoffError as error:  # a row that a warning reads was changed
        return {"database": str(error)}


class EngineHealth(Protocol):
    """The engine."""

    @property
    def serving(self) -> bool: ...

    @property
    def paused(self) -> str: ...

    @property
    def store_problem(self) -> str: ...

    @property
    def keys_problem(self) -> str: ...

    @property
    def stalled(self) -> str: ...

    @property
    def overruns(self) -> list[str]: ...

    @property
    def trials(self) -> str: ...

    @property
    def blocked(self) -> str: ...

    @property
    def jumped(self) -> str: ...

    async def unset_variables(self) -> list[str]: ...

    async def secret_problems(self) -> list[str]: ...

    async def schedules(self) -> Sequence[TriggerRecord]: ...

    async def missing_code(self) -> str: ...

    async def altered_records(self) -> str: ...

    @property
    def log_warning(self) -> str: ...

    @property
    def checkpoint_problem(self) -> str: ...

    @property
    def canary_problems(self) -> str: ...

    @property
    def deserted_queues(self) -> Sequence[str]: ...


class OutboxHealth(Protocol):
    """The outbox."""

    def health(self) -> Mapping[str, str]: ...

    async def warnings(self) -> Mapping[str, str]: ...

    @property
    def passed_over(self) -> str: ...


class ConnectionHealth(Protocol):
    """Socket Mode."""

    @property
    def missing(self) -> str: ...

    @property
    def problem(self) -> str: ...


class SlackConnection(Protocol):
    """Slack's side. Without a socket Slack comes to us, over HTTP."""

    @property
    def missing(self) -> str: ...

    @property
    def unanswered(self) -> str: ...

    @property
    def outbox(self) -> OutboxHealth | None: ...

    @property
    def socket(self) -> ConnectionHealth | None: ...


class ApiHealth(Protocol):
    """Slack's Web API."""

    @property
    def token_refused(self) -> str: ...


class PartHealth(Protocol):
    """The reload of workflow files, the command line's socket, or the callbacks."""

    @property
    def problem(self) -> str: ...


class Health:
    """Asks every part how it is. `reload`: where files are loaded again. `door`: of the command line."""

    def __init__(
        self,
        engine: EngineHealth,
        workspace: SlackConnection,
        api: ApiHealth,
        reload: PartHealth | None = None,
        door: PartHealth | None = None,
        left_processes: Callable[[], str] = str,
        callbacks: PartHealth | None = None,
    ) -> None:
        self._engine, self._workspace, self._api, self._reload = engine, workspace, api, reload
        self._door, self._left_processes, self._callbacks = door, left_processes, callbacks
        self.heartbeat: PartHealth | None = None
        """The dead man's switch, where one is set."""
        self.copies: PartHealth | None = None
        """The copies of checkpoints elsewhere, where places are set."""
        self.traces: PartHealth | None = None
        """The export of traces, where a collector is set."""
        self.metrics: PartHealth | None = None
        """The export of metrics, where a collector gets them."""
        self.event_targets: PartHealth | None = None
        """The systems and files that get events, where some are set."""
        self.outside: PartHealth | None = None
        """The messages of steps to places outside Slack."""
        self.ci: PartHealth | None = None
        """The jobs of CI systems that callbacks name."""

    async def problems(self) -> Mapping[str, str]:
        """Problems by name; empty when there are none."""
        callbacks = self._callbacks.problem if self._callbacks is not None else ""
        return self._in_slack() | self._in_engine() | ({"callbacks": callbacks} if callbacks else {})

    async def lasting(self) -> Mapping[str, str]:
        """Return the problems, and the warnings that the operator is told of if they last."""
        problems = dict(await self.problems())
        with suppress(SignoffError):
            problems |= unread_sources(await self._engine.schedules())
        if self._engine.deserted_queues:
            problems["workers"] = " ".join(self._engine.deserted_queues[:10])
        if self._engine.checkpoint_problem:
            problems["checkpoint"] = self._engine.checkpoint_problem
        if self._workspace.outbox is not None and self._workspace.outbox.passed_over:
            problems["events"] = self._workspace.outbox.passed_over
        return problems | self._unheard()

    def _unheard(self) -> dict[str, str]:
        """Return what other systems did not take from Signoff; a warning, because runs execute."""
        parts = {
            "heartbeat": self.heartbeat,
            "checkpoints": self.copies,
            "otlp": self.traces,
            "otlp metrics": self.metrics,
            "event targets": self.event_targets,
            "ci": self.ci,
            "outside": self.outside,
        }
        return {name: part.problem for name, part in parts.items() if part is not None and part.problem}

    def _in_slack(self) -> dict[str, str]:
        workspace = self._workspace
        if workspace.missing:
            return {"slack": workspace.missing}
        problems = dict(workspace.outbox.health()) if workspace.outbox is not None else {}
        # Every call of the outbox goes through the API, which knows later calls as well.
        problems.pop("slack", None)
        if self._api.token_refused:
            problems["slack"] = token_problem(self._api.token_refused)
        elif workspace.socket is not None and workspace.socket.missing:
            problems["slack"] = workspace.socket.missing
        elif workspace.socket is not None and workspace.socket.problem:
            problems["connections"] = workspace.socket.problem
        if workspace.unanswered and "slack" not in problems:
            problems["people"] = workspace.unanswered
        return problems

    def _in_engine(self) -> dict[str, str]:
        problems = {}
        if self._engine.paused:
            problems["engine"] = self._engine.paused
        elif not self._engine.serving:
            problems["engine"] = "it does not execute runs: it is starting or stopping"
        if self._engine.store_problem:
            problems["database"] = self._engine.store_problem
        if self._engine.keys_problem:
            problems["keys"] = self._engine.keys_problem
        if self._engine.stalled:
            problems["steps"] = self._engine.stalled
        return problems

    async def warnings(self) -> Mapping[str, str]:
        """Warnings by name while the bot keeps serving; empty when there are none."""
        overruns = self._engine.overruns
        warnings = {"overruns": "; ".join(overruns[:10])} if overruns else {}
        warnings |= self._unheard()
        if self._engine.trials:
            warnings["crash"] = self._engine.trials
        if self._workspace.outbox is not None:
            with suppress(SignoffError):  # the database cannot be read: that is a problem, and said there
                warnings |= await self._workspace.outbox.warnings()
        with suppress(SignoffError):
            triggers = await self._engine.schedules()
            unset = await self._engine.unset_variables()
            if lines := [*unread_sources(triggers).values(), *unset, *misfits(triggers)]:
                warnings["triggers"] = " ".join(lines[:10])
        if missing := await self._engine.secret_problems():
            warnings["secrets"] = " ".join(missing[:10])
        with suppress(SignoffError):
            if code := await self._engine.missing_code():
                warnings["code"] = code
        if checkpoint := self._engine.checkpoint_problem or self._engine.log_warning:
            warnings["checkpoint"] = checkpoint
        with suppress(SignoffError):
            if altered := await self._engine.altered_records():
                warnings["records"] = altered
        if canaries := self._engine.canary_problems:
            warnings["canaries"] = canaries
        if queues := self._engine.deserted_queues:
            warnings["workers"] = " ".join(queues[:10])
        if self._reload is not None and self._reload.problem:
            warnings["workflows"] = self._reload.problem
        if self._door is not None and self._door.problem:
            warnings["command line"] = self._door.problem
        notices = {
            "loop": self._engine.blocked,
            "clock": self._engine.jumped,
            "processes": self._left_processes(),
        }
        return warnings | {name: text for name, text in notices.items() if text}
