"""The event log, newest first, with a search that goes on from page to page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from bot.console.parts import Parts, Reader
from bot.console.wording import Wording, value
from engine import EventRecord, NotAllowed
from engine.text import in_words

PAGE, SEARCHED = 50, 5_000
"""Events that a page shows, and that it searches for them at most."""
_CHUNK = 500
FILTERS = ("type", "run", "actor", "text")
_MAX_TEXT, _MAX_SEARCHED_CHARACTERS = 200, 5_000
Values = Mapping[str, Any]


async def listed(parts: Parts, reader: Reader, query: Mapping[str, str]) -> Values:
    """Return a page of events. The log tells of every run: it is for the operator. Raises `NotAllowed`."""
    if not reader.everything:
        raise NotAllowed("Only the operator of Signoff reads the event log. Each run has its own events.")
    given = {name: query.get(name, "").strip()[:_MAX_TEXT] for name in FILTERS}
    newest = await parts.engine.events.newest()
    found, before = await _search(parts, given, _before(query.get("before", ""), newest + 1))
    wording = await parts.wording(reader, *(event.actor for event in found))
    return {
        **given,
        "events": [_row(event, wording) for event in found],
        "older": "?" + urlencode({**_set(given), "before": before}) if before > 1 else "",
        "newest": "?" + urlencode(_set(given)) if query.get("before") else "",
        "searched": SEARCHED,
    }


async def _search(parts: Parts, given: Mapping[str, str], before: int) -> tuple[list[EventRecord], int]:
    """Return the next events that fit, newest first, and the number before which the search goes on."""
    found: list[EventRecord] = []
    for _ in range(0, SEARCHED, _CHUNK):
        after = max(before - _CHUNK - 1, 0)
        page = [event for event in await parts.engine.events.read(after, _CHUNK) if event.seq < before]
        for event in reversed(page):
            if _fits(event, given):
                found.append(event)
                if len(found) == PAGE:
                    return found, event.seq
        before = after + 1
        if after == 0:
            return found, 0
    return found, before


def _fits(event: EventRecord, given: Mapping[str, str]) -> bool:
    return (
        event.type.startswith(given["type"])
        and (not given["run"] or (event.run_id or "").endswith(given["run"]))
        and given["actor"].casefold() in _by(event)
        and (not given["text"] or _holds(event, given["text"]))
    )


def _by(event: EventRecord) -> str:
    return f"{event.actor.source}:{event.actor.as_user or event.actor.id}".casefold()


def _holds(event: EventRecord, text: str) -> bool:
    searched = f"{event.workflow} {event.step} {in_words(dict(event.data), _MAX_SEARCHED_CHARACTERS)}"
    return text.casefold() in searched.casefold()


def _row(event: EventRecord, wording: Wording) -> Values:
    return {
        "seq": event.seq,
        "type": event.type,
        "at": wording.moment(event.at),
        "by": wording.actor(event.actor),
        "run": event.run_id,
        "workflow": event.workflow or "",
        "step": event.step or "",
        "trace": event.trace_id or "",
        "data": value(dict(event.data)) if event.data else "",
    }


def _before(text: str, newest: int) -> int:
    return min(int(text), newest) if text.isascii() and text.isdigit() and len(text) < 16 else newest


def _set(given: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in given.items() if text}
