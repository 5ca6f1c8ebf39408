"""People decide what an agent asked."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from tests.bot.http.test_api import Outside

T = TypeVar("T")


async def until_open(outside: Outside, count: int) -> list[str]:
    """Return the ids of the open requests, once there are so many."""
    place = 0
    while len(requests := await outside.engine.requests()) < count:
        await outside.engine.events.wait(place)
        place = await outside.engine.events.newest()
    return [request.run_id for request in requests]


async def decided(outside: Outside, asks: Coroutine[Any, Any, T], choice: str) -> T:
    """Return what an agent gets after one decision about its call; without a choice, after the expiry."""
    task = asyncio.create_task(asks)
    (id_,) = await until_open(outside, 1)
    if choice:
        await outside.answer(id_, choice, "not today" if choice == "reject" else "")
    else:
        outside.clock.advance(timedelta(hours=1))
    return await task
