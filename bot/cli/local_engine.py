"""Open the database in this process, where no process serves it."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from bot.cli import heavy
from bot.cli.connection import JSON, EngineClient, RemoteEngine, is_served
from bot.cli.handlers import HANDLERS
from bot.cli.output import CommandError
from bot.cli.target import Target
from bot.cli.workflow_files import load
from bot.control_socket.client import user_name
from bot.demo.clock import DemoClock
from bot.settings.config import Settings, read_settings
from bot.settings.engine_settings import engine_settings, register
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
    with asyncio.Runner() as runner:
        opened = runner.run(_open_unless_served(target, _Wanted(workflows, people, executes)))
        if opened is None:
            yield RemoteEngine(target.database.place)
            return
        engine, stack = opened
        try:
            yield LocalEngine(runner, engine)
        finally:
            runner.run(stack.aclose())


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Parts that this process loads; see `open_engine`."""

    workflows: bool
    people: bool
    executes: bool


_Opened = tuple[Engine, AsyncExitStack]
"""An engine, and what closes it and gives its database back."""


async def _open_unless_served(target: Target, wanted: _Wanted) -> _Opened | None:
    """Return None if a process serves the database, which is asked instead."""
    until = time.monotonic() + _ANSWER_SECONDS
    while True:
        _check_existing(target, wanted.executes)
        try:
            return await _open(target, wanted)
        except StoreInUse:
            # A process that has just started has the database, and cannot be asked yet.
            if time.monotonic() > until:
                raise
        await asyncio.sleep(_RETRY_SECONDS)
        if is_served(target.database.place):
            return None


def _check_existing(target: Target, executes: bool) -> None:
    """Raise an error where the file is gone, or does not exist yet and nothing would make it."""
    if target.database.server:
        return
    if target.demo is None:
        Expected(target.database.place, os.environ).check()
    if not executes and target.database.is_missing:
        raise CommandError(
            f"There is no database {target.database} yet. "
            "Start signoff serve, or start a run: signoff run NAME."
        )


async def _open(target: Target, wanted: _Wanted) -> _Opened:
    async with AsyncExitStack() as stack:
        lock = None if target.database.server else FileLock(target.database.place)
        if lock is not None:
            lock.take()
            stack.callback(lock.release)
        settings = target_settings(target)
        loaded = load(settings) if wanted.workflows or wanted.executes else None
        source = await people_of(stack, settings) if wanted.people else StaticPeople(groups=settings.groups)
        chosen = engine_settings(settings, loaded)
        clock = DemoClock(heavy.kept_clock(target.demo)) if target.demo is not None else SystemClock()
        engine = await Engine.open(
            target.database.address, clock=clock, people=source, settings=chosen, lock=lock
        )
        stack.push_async_callback(engine.close)
        if loaded:
            register(engine, loaded)
        if wanted.executes:
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
