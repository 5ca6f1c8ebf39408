"""Keeps what takes long off the event loop, on which everybody's clicks are answered."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from bot.views.wording.weight import light
from engine import RequestRecord, RunDetail, RunRecord

P = ParamSpec("P")
T = TypeVar("T")


async def rendered(
    subjects: tuple[RunDetail | RequestRecord | RunRecord, ...],
    view: Callable[P, T],
    *arguments: P.args,
    **options: P.kwargs,
) -> T:
    """Return `view(…)`, made in a thread where its subjects hold much. `view` is pure."""
    if light(*subjects):
        return view(*arguments, **options)
    return await asyncio.to_thread(view, *arguments, **options)
