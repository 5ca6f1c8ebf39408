"""Everything put together: the engine, the outbox, Slack, the web application, the socket beside the file."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from aiohttp import web

from bot.ci.calls import CiCalls
from bot.console.parts import ConsoleSettings
from bot.console.parts import Parts as ConsoleParts
from bot.control_socket.server import ControlSocket, Handler
from bot.events_out.service import EventsOut
from bot.http.callbacks import Callbacks
from bot.http.health import Health, readiness
from bot.http.listening import listening
from bot.http.metrics import MetricsDoor
from bot.http.relayed import local_url
from bot.http.server import build_server
from bot.http.slackbot import SlackbotParts
from bot.http.spent import Spent
from bot.metrics.instruments import CONTENT_TYPE
from bot.metrics.service import Metrics
from bot.notify_out.service import NotifyOut
from bot.outbox.service import Outbox
from bot.serving.checkpoint_copies import CheckpointCopies
from bot.serving.database_claim import claim_of
from bot.serving.event_follower import EventFollower
from bot.serving.file_reload import FileReload, Source
from bot.serving.heartbeat import Heartbeat
from bot.serving.inbox import Inbox
from bot.serving.left_processes import LeftProcesses
from bot.serving.member import Member
from bot.serving.monitor import Monitor, end
from bot.serving.resume_preview import as_json, lines
from bot.serving.run_log import log_run
from bot.serving.shutdown import end_dead
from bot.serving.standby import OPEN_RETRY_INTERVAL, open_database
from bot.settings.config import Settings
from bot.settings.engine_settings import LoadedWorkflows, engine_settings, register, revealed
from bot.slack.alteration_notices import tell_altered
from bot.slack.deferred_people import DeferredPeople
from bot.slack.operator_messages import Operator
from bot.slack.preflight import Identity
from bot.slack.web_api import SlackApi
from bot.slack.workspace import Workspace
from bot.telemetry.opening import open_metrics, open_traces
from bot.views.wording import icons
from bot.views.wording.text import safe
from engine import (
    Clock,
    Engine,
    EventRecord,
    Forks,
    StoreBroken,
    StoreBusy,
    SystemClock,
)

log = logging.getLogger(__name__)


class _Sender(Protocol):
    """Sends what others outside are told, while runs execute."""

    async def start(self) -> None: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot at work. `port`: of its web application."""

    workspace: Workspace
    api: SlackApi
    engine: Engine
    port: int

    @property
    def identity(self) -> Identity:
        """The bot's identity in Slack. Slack has given it by the time that anything asks."""
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
    files: Source | None = None,
) -> AsyncIterator[Bot]:
    """Everything at work, from the lock on the database to the connection to Slack; closed in reverse.

    The engine does not wait for Slack, which is connected when it answers. A start is repeated when the
    database cannot be reached during it. `handlers`: what the command line may ask. `new`: an empty database
    may take the place of one that is gone. `files`: the files of `loaded`, which are loaded again when they
    change. Raises `ConfigError` and the engine's errors.
    """
    clock = clock or SystemClock()
    while True:
        async with AsyncExitStack() as stack:
            try:
                bot = await stack.enter_async_context(_run(settings, loaded, handlers, clock, new, files))
            except StoreBusy as error:
                pause = OPEN_RETRY_INTERVAL
                log.warning("%s Trying again in %d s.", error, pause.seconds)
            else:
                yield bot
                return
        await clock.sleep(pause)


@asynccontextmanager
async def _run(
    settings: Settings,
    loaded: LoadedWorkflows,
    handlers: Callable[[Engine], Mapping[str, Handler]],
    clock: Clock,
    new: bool,
    files: Source | None,
) -> AsyncIterator[Bot]:
    """Start once. Raises `StoreBusy` too."""
    assert settings.bot_token is not None
    async with AsyncExitStack() as stack:
        location = settings.database
        claim, left_behind = claim_of(location, new=new), list[str]()
        stack.callback(Forks(claim.open_files()).forget)
        stack.callback(claim.release, left_behind)
        api = SlackApi(settings.bot_token.get_secret_value(), base_url=settings.api_url)
        stack.push_async_callback(api.close)
        people = DeferredPeople()
        chosen = replace(engine_settings(settings, loaded), dead_loop=end_dead)
        member = Member(settings, api, clock) if location.server else None
        if member is not None:
            stack.push_async_callback(member.close)
        engine = await open_database(settings, claim, clock, people, chosen, member)
        stack.push_async_callback(_close, engine, left_behind)
        register(engine, loaded)
        for problem in await engine.secret_problems():
            log.warning("%s", problem)
        left = LeftProcesses(location.place)
        stack.enter_context(left.marking())
        operator = Operator(api, settings.operator)
        inbox = Inbox(engine, clock)
        spent = _spent(settings, clock, inbox)
        workspace = Workspace(settings, api, engine, people, operator, clock, lambda: inbox.siblings, spent)
        stack.push_async_callback(workspace.close)
        await workspace.reach()
        stack.push_async_callback(end, asyncio.create_task(tell_altered(engine, operator)))
        ci, names = CiCalls(settings.ci, settings.vault.find), [each.token for each in settings.ci.targets]
        for problem in await asyncio.to_thread(settings.vault.problems, names):
            log.warning("SIGNOFF_CI: %s", problem)
        callbacks = Callbacks(engine, clock, settings.callback_hosts, ci=ci)
        events_out = EventsOut(engine, settings, clock)

        async def tell(event: EventRecord) -> bool:
            if workspace.outbox is None:
                return False
            await workspace.outbox.tell_given_up(event)
            return True

        notify_out = NotifyOut(engine, clock, settings.outside, settings.vault.find, tell=tell)
        await _set_to_work(stack, engine, callbacks, events_out, notify_out)
        reload = FileReload(files, settings, engine, operator, clock) if files else None
        doors = _Doors(
            settings,
            engine,
            api,
            workspace,
            operator,
            clock,
            reload,
            left,
            spent,
            callbacks,
            events_out,
            notify_out,
        )
        port = await doors.open(stack, handlers(engine))
        stack.push_async_callback(inbox.close)
        await inbox.open(workspace, local_url(settings.host, port))
        await workspace.start()
        if member is not None:
            await member.close()
        if reload is not None:
            stack.push_async_callback(end, asyncio.create_task(reload.run()))
        # What is here now stays to the end: looking through it for garbage would hold the loop up for
        # some fifty milliseconds each time, and takes a fifth of the steps a second.
        gc.freeze()
        try:
            yield Bot(workspace, api, engine, port)
        except StoreBroken as error:
            await operator.tell("database", f"{icons.FAILED} Signoff has ended. {safe(str(error), 1500)}")
            raise


@dataclass(frozen=True, slots=True)
class _Doors:
    """The ways in besides Slack: the control socket and the web application."""

    settings: Settings
    engine: Engine
    api: SlackApi
    workspace: Workspace
    operator: Operator
    clock: Clock
    reload: FileReload | None
    left: LeftProcesses
    spent: Spent
    callbacks: Callbacks
    events_out: EventsOut
    notify_out: NotifyOut

    async def open(self, stack: AsyncExitStack, handlers: Mapping[str, Handler]) -> int:
        """Open both, and watch over the bot's health; return the port of the web application."""
        asked = dict(handlers)
        socket = ControlSocket(self.settings.database.place, asked)
        health = Health(
            self.engine, self.workspace, self.api, self.reload, socket, self.left.text, self.callbacks
        )
        asked["readyz"] = partial(_readyz, health)
        await socket.open()
        stack.push_async_callback(socket.close)
        stack.push_async_callback(end, asyncio.create_task(socket.keep(self.clock)))
        health.event_targets, health.ci = self.events_out, self.callbacks.ci
        health.outside = self.notify_out
        if (address := self.settings.heartbeat_url) is not None:
            heartbeat = health.heartbeat = Heartbeat(address.get_secret_value(), health.problems, self.clock)
            stack.push_async_callback(end, asyncio.create_task(heartbeat.run()))
        monitor = Monitor(self.api, health.lasting, self.operator, self.clock, self.workspace.nudge)
        stack.push_async_callback(end, asyncio.create_task(monitor.run()))
        metrics = await self._follow(stack, health)
        application = _application(
            self.settings, self.engine, health, self.workspace, self.clock, metrics, self.spent
        )
        return await stack.enter_async_context(listening(application, self.settings.host, self.settings.port))

    async def _follow(self, stack: AsyncExitStack, health: Health) -> MetricsDoor | None:
        """Log the ends of runs, count and trace them, and copy checkpoints; None without `/metrics`."""
        pushed = self.settings.otlp_metrics == "otlp"
        pulled = self.settings.metrics == "on"
        metrics = Metrics(self.engine, health.problems) if pulled or pushed else None
        takers = [log_run, *([metrics.take] if metrics is not None else [])]
        if places := self.settings.checkpoint_places:
            copies = health.copies = CheckpointCopies(self.engine, places, self.clock)
            takers.append(copies.take)
            stack.push_async_callback(end, asyncio.create_task(copies.run()))
        if self.settings.otlp_endpoint is not None:
            dropped = metrics.spans_dropped if metrics is not None else None
            traces = health.traces = open_traces(stack, self.settings, self.engine, self.clock, dropped)
            stack.push_async_callback(end, asyncio.create_task(traces.run()))
        if metrics is not None and pushed:
            export = health.metrics = open_metrics(stack, self.settings, self.clock, metrics.families)
            # The end of the task comes before the last export.
            stack.push_async_callback(export.finish)
            stack.push_async_callback(end, asyncio.create_task(export.run()))
        follower = EventFollower(self.engine, *takers)
        await follower.begin()
        stack.push_async_callback(end, asyncio.create_task(follower.run()))
        if metrics is None or not pulled:
            return None
        token = self.settings.metrics_token
        return MetricsDoor(metrics.text, CONTENT_TYPE, token.get_secret_value() if token else "")


async def _readyz(health: Health, values: Mapping[str, Any], user: str) -> dict[str, Any]:
    """Answer the command line as `/readyz` answers over HTTP."""
    return await readiness(health.problems, health.warnings, leads=True)


async def _close(engine: Engine, left_behind: list[str]) -> None:
    await engine.close()
    left_behind += engine.left_behind


async def _set_to_work(stack: AsyncExitStack, engine: Engine, *senders: _Sender) -> None:
    """Execute runs and let the senders work: at once, or when the database can be written, or when the pause
    of a restored installation is over. Health checks and the command line do not wait for that."""
    for sender in senders:
        stack.push_async_callback(sender.close)
    if engine.paused:
        log.warning("%s\n%s", engine.paused, "\n".join(lines(as_json(await engine.prospect(), ""))))
    elif await engine.writable():
        await _begin(engine, senders)
        return
    stack.push_async_callback(end, asyncio.create_task(_go_on(engine, senders)))


async def _begin(engine: Engine, senders: Iterable[_Sender]) -> None:
    await engine.serve()
    for sender in senders:
        await sender.start()


async def _go_on(engine: Engine, senders: Iterable[_Sender]) -> None:
    """Execute runs once a person has ended the pause, and the database can be written."""
    if engine.paused:
        await engine.resumed.wait()
    try:
        await _begin(engine, senders)
    except Exception as error:
        engine.fail(error)
    else:
        log.warning("Runs execute now, and interrupted steps resume")


def _application(
    settings: Settings,
    engine: Engine,
    health: Health,
    workspace: Workspace,
    clock: Clock,
    metrics: MetricsDoor | None,
    spent: Spent,
) -> web.Application:
    return build_server(
        problems=health.problems,
        warnings=health.warnings,
        clock=clock,
        signing_secrets=revealed(settings.signing_secret, settings.signing_secret_before)
        if settings.mode == "http"
        else (),
        dispatch=workspace.dispatch,
        engine=engine,
        callback_hosts=settings.callback_hosts,
        ci=settings.ci,
        console=_console(settings, engine, workspace, clock, spent),
        metrics=metrics,
        spent=spent,
        slackbot_parts=(
            lambda signed: SlackbotParts(engine, signed, lambda: workspace.team, lambda: workspace.people)
        )
        if settings.slackbot == "on"
        else None,
    )


def _spent(settings: Settings, clock: Clock, inbox: Inbox) -> Spent:
    """Return what counts once: in a file beside the other data, or in the database on a server."""
    file = None if settings.database.server else settings.data_dir / "counted-once"
    return Spent(clock, file, lambda: inbox.spent_names)


def _console(
    settings: Settings, engine: Engine, workspace: Workspace, clock: Clock, spent: Spent
) -> ConsoleParts | None:
    """Return what the web console works with; None where it is off."""
    if settings.console == "off":
        return None
    chosen = ConsoleSettings(
        settings.console,
        settings.console_url,
        settings.client_id or "",
        settings.client_secret,
        settings.api_url,
    )
    return ConsoleParts(engine, clock, chosen, lambda: workspace.people, lambda: workspace.team, spent)
