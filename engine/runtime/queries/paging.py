"""Paging through open requests, so that no sweep stops silently at a limit."""

import asyncio
from collections.abc import AsyncIterator

from engine.model.records.records import RequestRecord
from engine.model.records.run_filter import ListPlace
from engine.store import queries
from engine.store.store import Store

PAGE_SIZE = 200


async def open_requests(
    store: Store, lock: asyncio.Lock | None = None, after: ListPlace | None = None
) -> AsyncIterator[RequestRecord]:
    """Yield the open requests, oldest first, with those that are opened meanwhile.

    `lock`: held while a page is read. `after`: the place behind which they begin.
    """
    lock = lock or asyncio.Lock()
    last: RequestRecord | ListPlace | None = after
    while True:
        async with lock:
            page = await store.read(queries.requests, "open", None, PAGE_SIZE, last, store.skip)
        for request in page:
            yield request
        if len(page) < PAGE_SIZE:
            return
        last = page[-1]
