"""Everything put together: the engine, the outbox, Slack, the web application, the socket beside the file."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.config import ConfigError, Settings
from bot.preflight import Identity, PreflightFailed, preflight
from bot.slackapi import SlackApi
from engine import (
    Clock,
    Definition,
    DefinitionError,
    DefinitionErrors,
    Engine,
    EngineSettings,
    Registry,
)
from engine.load import Found

log = logging.getLogger(__name__)

_AGAIN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Workflows and the services of their dict forms. `examples`: they are the bundled ones."""

    workflows: Sequence[Found]
    registry: Registry
    examples: bool = False

    def names(self) -> frozenset[str]:
        return frozenset(found.name for found in self.workflows)


def engine_settings(settings: Settings, loaded: Loaded | None = None) -> EngineSettings:
    """The engine's part of the settings. Raises `ConfigError` for schedules of workflows there are not."""
    names = loaded.names() if loaded else frozenset()
    chosen = settings.schedules
    if loaded and isinstance(chosen, frozenset) and not chosen <= names:
        unknown = ", ".join(sorted(chosen - names))
        what = f"names {unknown}, which is not loaded. There are {', '.join(sorted(names))}."
        raise ConfigError([("SIGNOFF_SCHEDULES", what)])
    # In a real workspace an example starts nothing by itself until somebody switches it on.
    quiet = names if loaded and loaded.examples and settings.real_slack else frozenset()
    return EngineSettings(
        data_dir=settings.data_dir,
        parallel=settings.parallel,
        schedules={"on": True, "off": False, "default": None}[chosen] if isinstance(chosen, str) else chosen,
        quiet=quiet,
        cli_decides=settings.cli_decides,
        registry=loaded.registry if loaded else Registry(),
    )


def register(engine: Engine, loaded: Loaded) -> list[Definition]:
    """Raises `DefinitionErrors` with everything that is wrong in all of them."""
    errors: list[DefinitionError] = []
    definitions = []
    for found in loaded.workflows:
        try:
            definitions.append(engine.register(found.workflow, file=str(found.file)))
        except DefinitionErrors as several:
            errors.extend(several.errors)
        except DefinitionError as error:
            errors.append(error)
    if errors:
        raise DefinitionErrors(errors)
    return definitions


@asynccontextmanager
async def listening(application: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve an application; gives the port. Raises `ConfigError` when it is taken."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            what = f"is {port}, which can't be used on {host} ({error.strerror}). Set another one."
            raise ConfigError([("SIGNOFF_PORT", what)]) from None
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def end_on_sigterm() -> None:
    """SIGTERM ends the task that runs now as Ctrl-C does: what it opened is closed."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()

    def end() -> None:
        loop.remove_signal_handler(signal.SIGTERM)  # the second one ends the process at once
        task.cancel()

    loop.add_signal_handler(signal.SIGTERM, end)


async def introduce(api: SlackApi, settings: Settings, clock: Clock) -> Identity:
    """Who Slack says we are. Waits for a Slack that doesn't answer; raises for one that refuses."""
    app_token = settings.app_token.get_secret_value() if settings.app_token else None
    while True:
        try:
            return await preflight(api, app_token if settings.mode == "socket" else None)
        except PreflightFailed as failure:
            if failure.fatal:
                raise ConfigError(failure.problems) from None
            for name, what in failure.problems:
                log.warning("%s: %s Trying again in %d s.", name, what, _AGAIN.seconds)
        await clock.sleep_until(clock.now() + _AGAIN)
