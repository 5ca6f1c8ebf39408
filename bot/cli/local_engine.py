"""Open the database in this process, where no process serves it."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from typing import Any

from bot.cli import heavy
from bot.cli.connection import JSON, EngineClient, RemoteEngine, is_served
from bot.cli.handlers import HANDLERS
from bot.cli.output import CommandError
from bot.cli.target import Target
from bot.cli.workflow_files import load
from bot.config import Settings, read_settings
from bot.control_client import user_name
from bot.demo_clock import DemoClock
from bot.engine_settings import engine_settings, register
from engine import Engine, People, StaticPeople, StoreInUse, SystemClock
from engine.database import Expected, FileLock

_ANSWER_SECONDS = 3.0
"""For a process that has the file to begin to answer."""
_RETRY_SECONDS = 0.05


class LocalEngine:
    """An engine of this process."""

    served = False

    def __init__(self, runner: asyncio.Runner, engine: Engine) -> None:
        self._runner, self._engine = runner, engine

    def call(self, act: str, **values: Any) -> JSON:
        return self._runner.run(self._perform(act, values))

    async def _perform(self, act: str, values: Mapping[str, Any]) -> JSON:
        return await HANDLERS[act](self._engine, values, user_name(os.getuid()))


@contextmanager
def open_engine(target: Target, *, workflows: bool, people: bool, executes: bool) -> Iterator[EngineClient]:
    """Give an engine on the database, or a way to the process that begins to serve it just now."""
    lock = _take_lock(target, executes)
    if lock is None:
        yield RemoteEngine(target.database)
        return
    with asyncio.Runner() as runner:
        engine, stack = runner.run(_open(lock, target, workflows, people, executes))
        try:
            yield LocalEngine(runner, engine)
        finally:
            runner.run(stack.aclose())


def _take_lock(target: Target, executes: bool) -> FileLock | None:
    """Return the lock on the database; None if a process serves it, which is asked instead."""
    until = time.monotonic() + _ANSWER_SECONDS
    while True:
        if target.demo is None:
            Expected(target.database, os.environ).check()
        if not executes and not target.database.exists():
            raise CommandError(
                f"There is no database {target.database} yet. "
                "Start signoff serve, or start a run: signoff run NAME."
            )
        lock = FileLock(target.database)
        try:
            lock.take()
        except StoreInUse:
            # A process that has just started has the file, and cannot be asked yet.
            if time.monotonic() > until:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return lock
        if is_served(target.database):
            return None


async def _open(
    lock: FileLock, target: Target, workflows: bool, people: bool, executes: bool
) -> tuple[Engine, AsyncExitStack]:
    """Return the engine, and what closes it and gives the lock back."""
    async with AsyncExitStack() as stack:
        stack.callback(lock.release)
        settings = target_settings(target)
        loaded = load(settings) if workflows or executes else None
        source = await people_of(stack, settings) if people else StaticPeople(groups=settings.groups)
        chosen = engine_settings(settings, loaded)
        clock = DemoClock(heavy.kept_clock(target.demo)) if target.demo is not None else SystemClock()
        engine = await Engine.open(target.database, clock=clock, people=source, settings=chosen, lock=lock)
        stack.push_async_callback(engine.close)
        if loaded:
            register(engine, loaded)
        if executes:
            await engine.serve()
        return engine, stack.pop_all()


def target_settings(target: Target) -> Settings:
    """Return all settings that go with a database. Raises `ConfigError`."""
    if target.demo is not None:
        return heavy.demo_settings(target.demo)
    return read_settings(target.environ, target.env_file)


async def people_of(stack: AsyncExitStack, settings: Settings) -> People:
    """Return Slack's people if there is a token."""
    if settings.bot_token is None:
        return StaticPeople(groups=settings.groups)
    return await heavy.slack_people(stack, settings.bot_token, settings)
