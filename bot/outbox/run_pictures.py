"""The graph of a run that ended, as a picture in its thread. A file in a thread notifies nobody."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from bot.graphs import pictures, words
from bot.outbox.ports import Wanted
from bot.outbox.projector import LOGS, run_key
from bot.outbox.reconcile import opaque
from bot.views.requests.full_content import MAX_ALT, File
from bot.views.runs.counted import counted
from bot.views.runs.run import refusal_words, refused_approval
from bot.views.runs.shown_state import brief_state
from bot.views.wording.text import safe
from engine import Drawing, EventRecord, RunDetail

log = logging.getLogger(__name__)

KIND = "picture"
MIN_STEPS = 7
"""The list of steps in the message shows a shorter run without branches as well as a graph does."""
_ENDS = frozenset({"run.succeeded", "run.failed", "run.cancelled"})


def run_pictures(
    events: Iterable[EventRecord], details: Mapping[str, RunDetail], wanted: Iterable[Wanted]
) -> list[Wanted]:
    """Return a picture for each run that ended, needs one, and whose message is among `wanted`."""
    messages = {want.key: want for want in wanted if want.kind == "run"}
    found = []
    for event in events:
        detail = details.get(event.run_id or "") if event.type in _ENDS else None
        if detail is None or detail.run.ended_at is None or not _needs_picture(detail):
            continue
        parent = messages.get(run_key(detail.run.id))
        if parent is not None:
            target = {"thread_of": parent.key, "run": detail.run.id, "since": event.at.timestamp()}
            queue = replace(parent.queue, rank=LOGS, inside=parent.key, follows="")
            found.append(Wanted(picture_key(detail.run.id), KIND, detail.run.id, target, queue=queue))
    return found


def _needs_picture(detail: RunDetail) -> bool:
    return detail.branches or len(counted(detail)) >= MIN_STEPS


def picture_key(run_id: str) -> str:
    return f"{KIND}:{run_id}"


async def picture_of(detail: RunDetail, drawing: Drawing) -> File | None:
    """Return the file; None where it could not be drawn. Its name has the key by which it is found again."""
    short = detail.run.short
    try:
        content = await asyncio.to_thread(pictures.png, asdict(drawing))
    except Exception:  # the package that draws raises errors of its own
        log.exception("The graph of %s could not be drawn", short)
        return None
    name = f"{short}-{opaque(picture_key(detail.run.id))}.png"
    title = f"Graph of {short}: {_ending(detail)}"
    return File(name, short, content, alt=_in_words(detail, drawing), comment=safe(title, 200))


def _in_words(detail: RunDetail, drawing: Drawing) -> str:
    """Return the workflow, the run, its state and its steps: all that the picture shows."""
    head = f"Graph of {detail.run.short}, a run of {detail.run.workflow}: {_ending(detail)}."
    return f"{head} {'; '.join(words.in_words(asdict(drawing)))}"[:MAX_ALT]


def _ending(detail: RunDetail) -> str:
    if refused := refused_approval(detail):
        return refusal_words(refused)
    return brief_state(detail.run)[1]
