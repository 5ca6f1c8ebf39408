"""Waits for whichever comes first."""

import asyncio

import pytest

from engine.waits import first_of


async def test_the_first_end_ends_the_wait_and_the_others_are_cancelled() -> None:
    news, cleaned = asyncio.Event(), asyncio.Event()

    async def never() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.set()

    waits = asyncio.create_task(first_of(news.wait(), never()))
    await asyncio.sleep(0)
    assert not waits.done()
    news.set()
    await waits
    assert cleaned.is_set()


async def test_an_error_ends_the_wait_and_is_not_raised() -> None:
    async def broken() -> None:
        raise ValueError("the log cannot be read")

    await first_of(asyncio.Event().wait(), broken())


async def test_the_wait_ends_after_its_time() -> None:
    await first_of(asyncio.Event().wait(), timeout=0.001)


async def test_cancelling_the_wait_cancels_all_of_it() -> None:
    ended: list[str] = []

    async def never(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    waits = asyncio.create_task(first_of(never("one"), never("two")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waits
    assert sorted(ended) == ["one", "two"]
