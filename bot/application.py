"""Everything put together: the engine, the outbox, Slack, the web application, the socket beside the file."""

import asyncio
import gc
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from bot.config import Settings
from bot.control_socket import ControlSocket, Handler
from bot.errors import ConfigError
from bot.http.callbacks import Callbacks
from bot.http.health import Health
from bot.http.limits import Connections, http_logger
from bot.http.server import build_server
from bot.monitor import Monitor, end
from bot.outbox import Outbox
from bot.resume_preview import as_json, lines
from bot.slack.alteration_notices import tell_altered
from bot.slack.late_people import DeferredPeople
from bot.slack.operator_messages import Operator
from bot.slack.preflight import Identity
from bot.slack.web_api import SlackApi
from bot.slack.workspace import Workspace
from bot.views import icons
from bot.views.text import safe
from engine import (
    Clock,
    Definition,
    DefinitionError,
    DefinitionErrors,
    Engine,
    EngineSettings,
    Forks,
    People,
    Registry,
    StartLimits,
    StoreBroken,
    StoreBusy,
    SystemClock,
)
from engine.database import Expected, FileLock, known_name, look_through, settle
from engine.loading import Found

log = logging.getLogger(__name__)

_OPEN_RETRY_INTERVAL = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class LoadedWorkflows:
    """Workflows and the services of their dict forms. `examples`: they are the bundled ones."""

    workflows: Sequence[Found]
    registry: Registry
    examples: bool = False

    def names(self) -> frozenset[str]:
        return frozenset(workflow.name for workflow in self.workflows)


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot at work. `port`: of its web application."""

    workspace: Workspace
    api: SlackApi
    engine: Engine
    port: int

    @property
    def identity(self) -> Identity:
        """Who Slack says we are, once it has said so."""
        assert self.workspace.identity is not None
        return self.workspace.identity

    @property
    def outbox(self) -> Outbox:
        """Messages to Slack, once it has answered."""
        assert self.workspace.outbox is not None
        return self.workspace.outbox


@asynccontextmanager
async def run_bot(
    settings: Settings,
    loaded: LoadedWorkflows,
    handlers: Callable[[Engine], Mapping[str, Handler]],
    clock: Clock | None = None,
    *,
    new: bool = False,
) -> AsyncIterator[Bot]:
    """Everything at work, from the lock on the database to the connection to Slack; closed in reverse.

    The engine does not wait for Slack, which is connected when it answers. `handlers`: what the command line
    may ask. `new`: an empty database may take the place of one that is gone. Raises `ConfigError` and the
    engine's errors.
    """
    assert settings.bot_token is not None
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        expected = Expected(settings.database_path, os.environ)
        if new:
            settle(settings.database_path)
        else:
            expected.check()
        stack.callback(Forks(_own_files(settings.database_path)).forget)
        lock = FileLock(settings.database_path)
        left_behind: list[str] = []
        stack.callback(release, lock, left_behind)
        api = SlackApi(settings.bot_token.get_secret_value(), base_url=settings.api_url)
        stack.push_async_callback(api.close)
        people = DeferredPeople()
        chosen = replace(engine_settings(settings, loaded), dead_loop=end_dead)
        if new and not settings.database_path.exists():
            chosen.keyring(settings.database_path).forget(known_name(settings.database_path))
        engine = await _opened(settings, lock, clock, people, chosen)
        expected.note()
        stack.push_async_callback(_close, engine, left_behind)
        register(engine, loaded)
        operator = Operator(api, settings.operator)
        workspace = Workspace(settings, api, engine, people, operator, clock)
        stack.push_async_callback(workspace.close)
        await workspace.reach()
        stack.push_async_callback(end, asyncio.create_task(tell_altered(engine, operator)))
        await _set_to_work(stack, engine, Callbacks(engine, clock, settings.callback_hosts))
        door = ControlSocket(settings.database_path, handlers(engine))
        await door.open()
        stack.push_async_callback(door.close)
        health = Health(engine, workspace, api)
        monitor = Monitor(api, health.problems, operator, clock, workspace.nudge)
        stack.push_async_callback(end, asyncio.create_task(monitor.run()))
        application = _application(settings, engine, health, workspace, clock)
        port = await stack.enter_async_context(listening(application, settings.host, settings.port))
        await workspace.start()
        # What is here now stays to the end: looking through it for garbage would hold the loop up for
        # some fifty milliseconds each time, and takes a fifth of the steps a second.
        gc.freeze()
        try:
            yield Bot(workspace, api, engine, port)
        except StoreBroken as error:
            await operator.tell("database", f"{icons.FAILED} Signoff has ended. {safe(str(error), 1500)}")
            raise


async def _opened(
    settings: Settings, lock: FileLock, clock: Clock, people: People, chosen: EngineSettings
) -> Engine:
    """Take the lock and open the database, however long its disk keeps that from being done.

    `/readyz` says why meanwhile.
    """
    database, problems = settings.database_path, dict[str, str]()

    async def found() -> Mapping[str, str]:
        return problems

    async with AsyncExitStack() as meanwhile:
        while True:
            try:
                lock.take()
                await asyncio.to_thread(look_through, database)
                return await Engine.open(database, clock=clock, people=people, settings=chosen)
            except StoreBusy as error:
                log.warning("%s Trying again in %d s.", error, _OPEN_RETRY_INTERVAL.seconds)
                if not problems:
                    health = build_server(problems=found, clock=clock)
                    await meanwhile.enter_async_context(listening(health, settings.host, settings.port))
                problems["database"] = str(error)
            await clock.sleep(_OPEN_RETRY_INTERVAL)


async def _close(engine: Engine, left_behind: list[str]) -> None:
    await engine.close()
    left_behind += engine.left_behind


def release(lock: FileLock, left_behind: Sequence[str]) -> None:
    """What still executes must not do so beside the next process: then the lock ends with this process."""
    if left_behind:
        log.warning(
            "%s did not stop. The process ends without waiting for that, and the database stays locked until "
            "then; interrupted steps execute again at the next start",
            ", ".join(left_behind),
        )
    else:
        lock.release()


def _own_files(database: Path) -> list[Path]:
    real = os.path.realpath(database)
    return [Path(real + ending) for ending in ("", "-wal", "-shm", ".lock")]


async def _set_to_work(stack: AsyncExitStack, engine: Engine, callbacks: Callbacks) -> None:
    """Execute runs and tell callbacks: at once, or when the database can be written, or when the pause of a
    restored installation is over. Health checks and the command line do not wait for that."""
    stack.push_async_callback(callbacks.close)
    if engine.paused:
        log.warning("%s\n%s", engine.paused, "\n".join(lines(as_json(await engine.prospect(), ""))))
    elif await engine.writable():
        await engine.serve()
        await callbacks.start()
        return
    stack.push_async_callback(end, asyncio.create_task(_go_on(engine, callbacks)))


async def _go_on(engine: Engine, callbacks: Callbacks) -> None:
    """Once somebody has ended the pause, and the database can be written."""
    if engine.paused:
        await engine.resumed.wait()
    try:
        await engine.serve()
        await callbacks.start()
    except Exception as error:
        engine.fail(error)
    else:
        log.warning("Runs execute now, and what was under way goes on")


def _application(
    settings: Settings, engine: Engine, health: Health, workspace: Workspace, clock: Clock
) -> web.Application:
    return build_server(
        problems=health.problems,
        warnings=health.warnings,
        clock=clock,
        signing_secrets=_revealed(settings.signing_secret, settings.signing_secret_before)
        if settings.mode == "http"
        else (),
        dispatch=workspace.dispatch,
        engine=engine,
        callback_hosts=settings.callback_hosts,
    )


def engine_settings(settings: Settings, loaded: LoadedWorkflows | None = None) -> EngineSettings:
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
        keys_dir=settings.keys_dir,
        parallel=settings.parallel,
        limits=StartLimits(settings.starts_per_minute, settings.unfinished_runs),
        schedules={"on": True, "off": False, "default": None}[chosen] if isinstance(chosen, str) else chosen,
        quiet=quiet,
        cli_decides=settings.cli_decides,
        cli_users=settings.cli_users,
        operator=settings.operator,
        keep=settings.keep,
        secrets=secrets(settings),
        registry=loaded.registry if loaded else Registry(),
        default_owner=settings.owner,
        default_channel=settings.channel,
    )


def secrets(settings: Settings) -> tuple[str, ...]:
    own = (settings.bot_token, settings.app_token)
    return _revealed(*own, settings.signing_secret, settings.signing_secret_before)


def _revealed(*secrets: SecretStr | None) -> tuple[str, ...]:
    return tuple(secret.get_secret_value() for secret in secrets if secret is not None)


def register(engine: Engine, loaded: LoadedWorkflows) -> list[Definition]:
    """Raises `DefinitionErrors` with everything that is wrong in all of them."""
    errors: list[DefinitionError] = []
    definitions = []
    for workflow in loaded.workflows:
        try:
            definitions.append(engine.register(workflow.workflow, file=str(workflow.file)))
        except DefinitionErrors as several:
            errors.extend(several.errors)
        except DefinitionError as error:
            errors.append(error)
    if errors:
        raise DefinitionErrors(errors)
    return definitions


@asynccontextmanager
async def listening(
    application: web.Application, host: str, port: int, connections: Connections | None = None
) -> AsyncIterator[int]:
    """Serve an application; gives the port. Raises `ConfigError` when it is taken."""
    connections = connections or Connections()
    application.middlewares.insert(0, connections.busy)
    runner = web.AppRunner(
        application,
        access_log=None,
        logger=http_logger(),
        shutdown_timeout=2.0,
        keepalive_timeout=connections.header_seconds,
        lingering_time=1.0,
    )
    await runner.setup()
    assert runner.server is not None
    try:
        accept = connections.accepting(runner.server)
        server = await asyncio.get_running_loop().create_server(accept, host, port)
    except OSError as error:
        await runner.cleanup()
        what = f"is {port}, which can't be used on {host} ({error.strerror}). Set another one."
        raise ConfigError([("SIGNOFF_PORT", what)]) from None
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await runner.cleanup()


class StopRequest:
    """Whether somebody asked the process to end."""

    asked = False


def end_on_sigterm(ending: StopRequest) -> None:
    """SIGTERM ends the task that runs now as Ctrl-C does: what it opened is closed."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()

    def end() -> None:
        loop.remove_signal_handler(signal.SIGTERM)  # the second one ends the process at once
        ending.asked = True
        task.cancel()

    loop.add_signal_handler(signal.SIGTERM, end)


def end_dead(why: str) -> None:
    """End a process whose event loop is dead: it hears no signal any more."""
    log.error("%s", why)
    logging.shutdown()
    os._exit(1)


def end_within(seconds: float, *, failed: bool) -> None:
    """End the process, also where a thread of a step never ends; everything that lasts is stored by then."""

    def end() -> None:
        log.warning("The process ends although a step is still executing")
        logging.shutdown()
        os._exit(1 if failed else 0)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
