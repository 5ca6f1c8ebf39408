"""`signoff worker`: a process that executes steps of a database on a server."""

import asyncio
import logging
import os
import re
import socket
from dataclasses import replace

import typer

from bot.cli.log_format import write_log
from bot.cli.output import CommandError
from bot.cli.serving import how_to_stop, until_stopped
from bot.cli.target import environment, find_installed_env_file
from bot.cli.workflow_files import load
from bot.serving.shutdown import StopRequest, end_dead, end_on_sigterm, end_within, ending_when_stuck
from bot.settings.config import Settings, read_settings
from bot.settings.engine_settings import LoadedWorkflows, engine_settings
from engine import SystemClock
from engine.workers import Worker, open_worker

log = logging.getLogger(__name__)

_GRACE_SECONDS = 10.0
"""Time that steps have to end when the worker stops; the others start again elsewhere."""
_LAST_SECONDS = 2.0
_QUEUE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


def work(queues: str, parallel: int | None, name: str | None) -> None:
    """Execute steps of these queues until the process is stopped."""
    environ = environment()
    settings = read_settings(environ, find_installed_env_file(environ))
    if not settings.database.server:
        raise CommandError(
            f"DATABASE_URL is the file {settings.database}, and workers need PostgreSQL. Set "
            "DATABASE_URL=postgresql://…, or let signoff serve execute all steps."
        )
    if parallel is not None:
        settings = settings.model_copy(update={"parallel": parallel})
    write_log(settings)
    ending = StopRequest()
    with ending_when_stuck():
        until_stopped(_work(settings, load(settings), queues_of(queues), name or _own_name(), ending), ending)


def queues_of(text: str) -> tuple[str, ...]:
    """Return the names of queues in a text with commas. Raises `CommandError`."""
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for name in names:
        if not _QUEUE.fullmatch(name):
            raise CommandError(
                f"--queues: {name!r} cannot be the name of a queue. "
                "Use at most 40 letters, digits, - and _, beginning with a letter."
            )
    if not names:
        raise CommandError("--queues names no queue. Write --queues default.")
    return names


def _own_name() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"


async def _work(
    settings: Settings, loaded: LoadedWorkflows, queues: tuple[str, ...], name: str, ending: StopRequest
) -> None:
    end_on_sigterm(ending)
    try:
        chosen = replace(engine_settings(settings, loaded), dead_loop=end_dead)
        workflows = [(found.workflow, str(found.file)) for found in loaded.workflows]
        worker: Worker = open_worker(settings.database_url, workflows, chosen, SystemClock(), queues, name)
        await worker.open()
        for problem in await worker.secret_problems():
            log.warning("%s", problem)
        try:
            typer.echo(
                f"Worker {name} executes up to {settings.parallel} steps of {', '.join(queues)} for "
                f"{settings.database}. {how_to_stop()}"
            )
            await asyncio.get_running_loop().create_future()
        finally:
            await worker.close(_GRACE_SECONDS)
    finally:
        end_within(_LAST_SECONDS, failed=False)
