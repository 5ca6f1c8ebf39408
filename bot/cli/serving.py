"""`signoff serve` and `signoff demo`: the process that does everything."""

import asyncio
import contextlib
import errno
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import typer

from bot.application import Bot, run_bot
from bot.cli.handlers import handlers
from bot.cli.log_format import write_log
from bot.cli.output import CommandError, note
from bot.cli.target import environment, find_installed_env_file
from bot.cli.watched_files import WatchedFiles
from bot.cli.workflow_files import load
from bot.demo import demo as demonstration
from bot.demo.past_week import execute_past_week
from bot.http.listening import listening
from bot.serving.shutdown import StopRequest, end_on_sigterm, end_within, ending_when_stuck
from bot.settings.config import Settings, read_settings
from bot.terminal import printed
from engine import Clock
from localslack import StartError
from workflows.grants import source as grants

log = logging.getLogger(__name__)

_LAST_SECONDS = 2.0
_ENDED_FROM_WITHIN = (
    "Nobody stopped Signoff: a step, or a library that it uses, cancelled every task or ended the loop. "
    "Start Signoff again: interrupted steps resume. Await or cancel only tasks that the step itself made."
)
_CLOSED_FROM_WITHIN = (
    "A step, or a library that it uses, closed one of Signoff's files or connections: look for os.close and "
    "os.closerange. Start Signoff again: interrupted steps resume."
)


def serve_workspace(new: bool, *, reload: bool) -> None:
    """Serve the workspace of the settings.

    `new`: an empty database may replace one that is gone. `reload`: load workflow files again that change.
    """
    environ = environment()
    settings = read_settings(environ, find_installed_env_file(environ), serving=True)
    write_log(settings)
    ending = StopRequest()
    with ending_when_stuck():
        until_stopped(_serve(settings, new, ending, reload=reload), ending)


def serve_demo(port: int, data: Path, workspace: Path | None, *, browser: bool) -> None:
    """Serve a local Slack and the bot. `data`: the folder where everything is kept."""
    write_log(demonstration.demo_settings(data))
    ending = StopRequest()
    try:
        with ending_when_stuck():
            until_stopped(_demo(port, data.absolute(), workspace, browser, ending), ending)
    except StartError as error:
        raise CommandError(str(error)) from None


async def _serve(settings: Settings, new: bool, ending: StopRequest, *, reload: bool) -> None:
    end_on_sigterm(ending)
    try:
        async with _bot(settings, new=new, reload=reload) as bot:
            _announce(settings, bot)
            await asyncio.shield(bot.engine.failed)
    finally:
        # Everything is closed; only a thread that a step has left behind could keep the process now.
        end_within(_LAST_SECONDS, failed=isinstance(sys.exception(), Exception))


async def _demo(port: int, data: Path, workspace: Path | None, browser: bool, ending: StopRequest) -> None:
    end_on_sigterm(ending)
    async with (
        listening(grants.application(), "127.0.0.1", 0) as grants_port,
        demonstration.workspace(port, data, workspace) as (settings, url, clock),
        _environment(GRANTS_URL=f"http://127.0.0.1:{grants_port}/applications"),
        _past_week(settings, clock),
        _bot(settings, new=True, reload=True, clock=clock) as bot,
    ):
        workflows = bot.engine.workflows()
        channel = await demonstration.welcome(bot.api, bot.identity.user_id, workflows)
        api = f"http://{settings.host}:{bot.port}"
        person = await demonstration.first_person(bot.engine, data, workflows)
        url += f"/?as={person}" if person else ""
        typer.echo(demonstration.greeting(url, data, api, workflows, channel))
        if browser:
            await asyncio.to_thread(demonstration.open_page, url)
        await asyncio.shield(bot.engine.failed)


@asynccontextmanager
async def _bot(
    settings: Settings, *, new: bool, reload: bool, clock: Clock | None = None
) -> AsyncIterator[Bot]:
    files = WatchedFiles(settings) if reload else None
    async with run_bot(settings, load(settings), handlers, clock, new=new, files=files) as bot:
        yield bot


@asynccontextmanager
async def _past_week(settings: Settings, clock: Clock) -> AsyncIterator[None]:
    """Give a new demo the runs of a week, before anything serves its database."""
    await execute_past_week(settings, load(settings), clock.now())
    yield


@asynccontextmanager
async def _environment(**values: str) -> AsyncIterator[None]:
    """Set the variables that the demo's workflows read from the environment."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _announce(settings: Settings, bot: Bot) -> None:
    workflows = ", ".join(sorted(workflow.name for workflow in bot.engine.workflows()))
    health = f"Health: http://{settings.host}:{bot.port}/readyz"
    if bot.workspace.identity is None:
        typer.echo(
            f"Signoff works without Slack for now, with {workflows}.\n{printed(bot.workspace.missing)}\n"
            f"{health} · Slack is connected when it answers · {how_to_stop()}"
        )
        return
    way = "over HTTP at /slack/events" if settings.mode == "http" else "in Socket Mode"
    typer.echo(
        f"Signoff serves {printed(bot.identity.team)} as @{printed(bot.identity.name)} {way}, "
        f"with {workflows}.\n"
        f"{health} · {settings.command} help in Slack · {how_to_stop()}"
    )


def how_to_stop() -> str:
    """Return what stops the process: SIGINT is ignored where the program that started it ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        return f"kill {os.getpid()} stops: Ctrl-C is ignored, as in a background job of a shell."
    return "Ctrl-C stops."


def until_stopped(work: Coroutine[Any, Any, None], ending: StopRequest) -> None:
    """To be stopped is how it ends: by Ctrl-C or SIGTERM, once everything was closed.

    A step can end the loop too. The exit code says so then, and a supervisor starts the process again.
    """
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        log.warning("SIGINT ended Signoff: Ctrl-C, or a step or another process that sent it")
    except asyncio.CancelledError:
        if not ending.asked:
            raise CommandError(_ENDED_FROM_WITHIN) from None
    except (RuntimeError, SystemExit) as error:
        if isinstance(error, RuntimeError) and "Event loop stopped" not in str(error):
            raise
        raise CommandError(_ENDED_FROM_WITHIN) from error
    except OSError as error:
        if error.errno != errno.EBADF:
            raise
        raise CommandError(_CLOSED_FROM_WITHIN) from error
    with contextlib.suppress(OSError, ValueError):  # a step may have closed the stream
        note("Stopped. Waiting runs are kept; interrupted steps resume at the next start.")
