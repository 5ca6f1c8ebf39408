"""Waits for whichever comes first: news, a wish, or a time."""

import asyncio
from collections.abc import Awaitable

__all__ = ["first_of"]


async def first_of(*waits: Awaitable[object], timeout: float | None = None) -> None:
    """Return once one of them has ended, also by an error, or after `timeout` seconds.

    The others are cancelled, and have ended too. Errors are not raised: who waits looks again, and
    meets there what is wrong.
    """
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
