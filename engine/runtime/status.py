"""Texts about what is wrong with an engine now, for health checks and the operator."""

from engine.runtime.wiring import Parts


class EngineStatus:
    """Read-only properties of an engine. Each text is empty while all is in order."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @property
    def log_problem(self) -> str:
        """Why the event log does not match its seals. Nothing executes until it is resolved."""
        return self._parts.base.store.log_problem

    @property
    def log_warning(self) -> str:
        """Return what could not be checked of the log at the start; empty as a rule."""
        return self._parts.base.store.log_warning

    @property
    def checkpoint_problem(self) -> str:
        """Why the checkpoint of the log cannot be written now, with the remedy."""
        return self._parts.records.checkpoint_writer.problem

    @property
    def store_problem(self) -> str:
        """Why the database cannot be read or written now, with the remedy."""
        return self._parts.base.store.problem

    @property
    def keys_problem(self) -> str:
        """Problems with the keys, with the remedy."""
        return self._parts.base.keyring.problem(self._parts.base.store.log_key)

    @property
    def stalled(self) -> str:
        """Why no step can start although runs wait for a slot."""
        return self._parts.execution.runner.overruns.stalled()

    @property
    def overruns(self) -> list[str]:
        """Attempts that should have ended and cannot be stopped, one sentence each."""
        return self._parts.execution.runner.overruns.texts()

    @property
    def left_behind(self) -> list[str]:
        """Steps that still executed when the engine was closed."""
        return self._parts.execution.runner.left_behind

    @property
    def trials(self) -> str:
        """Which steps are tried again after the process died."""
        return self._parts.execution.trials.text()

    @property
    def jumped(self) -> str:
        """How the machine's clock jumped in the last hour."""
        return self._parts.timing.clock_jumps.warning

    @property
    def deserted_queues(self) -> tuple[str, ...]:
        """Queues in which steps wait although no worker executes them, one sentence each."""
        dispatcher = self._parts.execution.dispatcher
        return dispatcher.deserted if dispatcher is not None else ()

    @property
    def canary_problems(self) -> str:
        """Why candidates of canaries get no new runs, with the remedy."""
        return self._parts.canaries.problems()

    @property
    def blocked(self) -> str:
        """The name of the code that blocked the event loop a short time ago."""
        return self._parts.execution.watchdog.warning
