"""One way to an engine for every command: through the process that serves, or by opening the file here."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from bot.application import engine_settings, register
from bot.cli.handlers import ACTS
from bot.cli.output import CommandError
from bot.cli.serializers import JSON
from bot.cli.target import Place, find_place
from bot.cli.workflow_files import load
from bot.config import Settings
from bot.control_socket import NobodyServes, call, user_name
from bot.slack.people import SlackPeople
from bot.slack.preflight import PreflightFailed, preflight
from bot.slack.web_api import SlackApi
from engine import Engine, People, StaticPeople, StoreInUse, SystemClock
from engine.database import Expected, FileLock

_PATIENCE = 3.0
"""Seconds for which a process that has the file may take to answer."""


class Access(Protocol):
    """`served`: another process has the database, and executes what is started."""

    served: bool

    async def call(self, act: str, **values: Any) -> JSON:
        """One of `bot.cli.handlers`, by name. Raises the engine's errors."""
        ...


class Here:
    """An engine of this process."""

    served = False

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def call(self, act: str, **values: Any) -> JSON:
        return await ACTS[act](self._engine, values, user_name(os.getuid()))


class There:
    """The engine of the process that serves."""

    served = True

    def __init__(self, database: Path) -> None:
        self._database = database

    async def call(self, act: str, **values: Any) -> JSON:
        found: JSON = await call(self._database, act, {**values, "served": True})
        return found


def ask(data: Path | None, act: str, *, workflows: bool = False, people: bool = False, **values: Any) -> JSON:
    """One act, from outside the event loop. `workflows`, `people`: what it takes where nobody serves."""

    async def main() -> JSON:
        async with opened(data, workflows=workflows, people=people) as access:
            return await access.call(act, **values)

    return asyncio.run(main())


@asynccontextmanager
async def opened(
    data: Path | None, *, workflows: bool = False, people: bool = False, executes: bool = False
) -> AsyncIterator[Access]:
    """`executes`: runs go on in this process where nobody serves; the file is made if there is none."""
    place = find_place(data)
    lock = await _taken(place, executes)
    if lock is None:
        yield There(place.database)
        return
    async with AsyncExitStack() as stack:
        stack.callback(lock.release)
        yield Here(await _engine(stack, place, workflows, people, executes))


async def _taken(place: Place, executes: bool) -> FileLock | None:
    """The lock on the database; None where a process serves it, which is asked instead."""
    until = asyncio.get_running_loop().time() + _PATIENCE
    while not await _served(place.database):
        if not place.demo:
            Expected(place.database, os.environ).check()
        if not executes and not place.database.exists():
            raise CommandError(
                f"There is no database {place.database} yet. Start signoff serve, or a run: signoff run NAME."
            )
        lock = FileLock(place.database)
        try:
            lock.take()
        except StoreInUse:
            # Whoever has just started has the file, and can't be asked yet.
            if asyncio.get_running_loop().time() > until:
                raise
            await asyncio.sleep(0.05)
        else:
            return lock
    return None


async def _served(database: Path) -> bool:
    try:
        await call(database, "hello", {})
    except NobodyServes:
        return False
    return True


async def _engine(
    stack: AsyncExitStack, place: Place, workflows: bool, people: bool, executes: bool
) -> Engine:
    loaded = load(place.settings) if workflows or executes else None
    source = await people_of(stack, place.settings) if people else StaticPeople(groups=place.settings.groups)
    settings = engine_settings(place.settings, loaded)
    engine = await Engine.open(place.database, people=source, settings=settings)
    stack.push_async_callback(engine.close)
    if loaded:
        register(engine, loaded)
    if executes:
        await engine.serve()
    return engine


async def people_of(stack: AsyncExitStack, settings: Settings) -> People:
    """Slack where there is a token: who may decide is looked up now, here too."""
    if settings.bot_token is None:
        return StaticPeople(groups=settings.groups)
    api = await stack.enter_async_context(
        SlackApi(settings.bot_token.get_secret_value(), base_url=settings.api_url)
    )
    try:
        identity = await preflight(api)
    except PreflightFailed as failure:
        raise CommandError(str(failure)) from None
    people = SlackPeople(api, SystemClock(), team_id=identity.team_id, groups=settings.groups)
    stack.push_async_callback(people.close)
    return people
