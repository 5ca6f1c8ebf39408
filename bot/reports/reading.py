"""Reads all that the report of a run needs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict

from bot.graphs import pictures
from bot.graphs.words import in_words
from bot.reports import happenings
from bot.reports.content import Source, report_of
from bot.reports.document import Report
from bot.views.message import Names
from engine import Actor, Engine, RunDetail

MAX_EVENTS = 500
NamesOf = Callable[[RunDetail, Sequence[Actor]], Awaitable[Names]]
"""Looks up the names of everybody in a run, and of these actors."""


async def read_report(engine: Engine, run_id: str, names_of: NamesOf) -> Report:
    """Return the report of a run that the reader may see. Raises `UnknownRun`."""
    detail = await engine.detail(run_id, marked=True)
    events, left_out = await engine.run_events(run_id, happenings.TYPES, MAX_EVENTS)
    drawing = asdict(await engine.run_drawing(run_id))
    svg = await asyncio.to_thread(pictures.svg, drawing) if pictures.available() else ""
    names = await names_of(detail, [event.actor for event in events])
    now = engine.clock.now()
    return report_of(Source(detail, events, left_out, in_words(drawing), svg, names, now))
