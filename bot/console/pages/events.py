"""The event log, newest first, with a search that continues from page to page, and its export."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from bot.console.parts import Parts, Reader
from bot.console.wording import Wording, value
from bot.slash import dates
from engine import EventFilter, EventPlace, EventRecord, NotAllowed, NotPossible, UnknownRun
from engine.text import in_words

PAGE, SEARCHED, SEARCHED_FOR_TEXT = 50, 20_000, 5_000
"""Events that a page shows, that it searches for them at most, and that it reads for a text."""
FILTERS = ("type", "run", "actor", "since", "until", "text")
_MAX_TEXT, _MAX_SEARCHED_CHARACTERS = 200, 5_000
FORMS = ("jsonl", "csv")
Values = Mapping[str, Any]


def require_operator(reader: Reader) -> None:
    """Raise `NotAllowed` for anybody else: the log tells of every run."""
    if not reader.everything:
        raise NotAllowed("Only the operator of Signoff reads the event log. Each run has its own events.")


async def listed(parts: Parts, reader: Reader, query: Mapping[str, str]) -> Values:
    """Return a page of events. Its `problem` says which filter is wrong. Raises `NotAllowed`."""
    require_operator(reader)
    given = {name: query.get(name, "").strip()[:_MAX_TEXT] for name in FILTERS}
    values = {**given, "events": [], "older": "", "newest": "", "searched": 0, "exports": [], "problem": ""}
    try:
        wanted = await _wanted(given, parts, reader)
    except (ValueError, UnknownRun) as error:
        return {**values, "problem": str(error)}
    searched = SEARCHED_FOR_TEXT if given["text"] else SEARCHED
    found, place = await _search(parts, wanted, given["text"], place_of(query.get("before", "")), searched)
    wording = await parts.wording(reader, *(event.actor for event in found))
    return {
        **values,
        "events": [_row(event, wording) for event in found],
        "older": "?" + urlencode({**_set(given), "before": f"{place[0]}.{place[1]}"}) if place else "",
        "newest": "?" + urlencode(_set(given)) if query.get("before") else "",
        "searched": searched,
        "exports": _exports(wanted) if reader.signed_in else [],
    }


async def _search(
    parts: Parts, wanted: EventFilter, text: str, before: EventPlace | None, searched: int
) -> tuple[list[EventRecord], EventPlace | None]:
    """Return the next events that fit, newest first, and the place before which the search goes on."""
    most = searched if text else PAGE
    found, place = await parts.engine.search_events(wanted, most, before, searched)
    if not text:
        return found, place
    fitting = [event for event in found if _holds(event, text)]
    if len(fitting) <= PAGE:
        return fitting, place
    last = fitting[PAGE - 1]
    return fitting[:PAGE], EventPlace.of(last.at, last.seq)


async def _wanted(given: Mapping[str, str], parts: Parts, reader: Reader) -> EventFilter:
    """Return the filter. Raises `ValueError` with a sentence for the reader, and `UnknownRun`."""
    run = await reader.seen.find_run(given["run"]) if given["run"] else None
    # A reader may copy `slack:U01ALICE` from an event; ids of Slack have capitals alone.
    source, _, person = given["actor"].rpartition(":")
    person = person.upper() if source.casefold() == "slack" else person
    types = tuple(each.rstrip(".") for each in given["type"].replace(",", " ").split())
    since = _moment("since", given["since"], parts, reader)
    until = _moment("until", given["until"], parts, reader)
    if since and until and until <= since:
        raise ValueError("until: the period ends before it begins. Name a later moment.")
    return EventFilter(run.id if run else None, None, person or None, types, since, until)


def _moment(name: str, text: str, parts: Parts, reader: Reader) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text) if "+00:00" in text else _typed(text, parts, reader)
    except dates.InvalidMoment as error:
        raise ValueError(f"{name}: {error}") from None
    except ValueError:
        raise ValueError(f"{name}: “{text}” is not a moment. Write it like 2d or 2026-12-24.") from None


def _typed(text: str, parts: Parts, reader: Reader) -> datetime:
    return dates.since(text, parts.clock.now(), str(reader.zone))


def place_of(text: str) -> EventPlace | None:
    """Return the place that a link names; None for any other text."""
    at, _, seq = text.partition(".")
    plain = all(each.isascii() and each.isdigit() and len(each) < 18 for each in (at, seq))
    return EventPlace(int(at), int(seq)) if plain else None


async def period_of(parts: Parts, reader: Reader, query: Mapping[str, str]) -> Sequence[datetime | None]:
    """Return from when until when an export is asked for. Raises `NotAllowed`, `NotPossible`."""
    require_operator(reader)
    if not reader.signed_in:
        raise NotAllowed("An export has everything that the log has. Sign in with an operator's token.")
    try:
        return [_moment(name, query.get(name, "")[:_MAX_TEXT], parts, reader) for name in ("since", "until")]
    except ValueError as error:
        raise NotPossible(str(error)) from None


def _exports(wanted: EventFilter) -> list[Values]:
    """Return the addresses of exports of the period, by form."""
    period = {"since": wanted.since, "until": wanted.until}
    query = urlencode({name: moment.isoformat() for name, moment in period.items() if moment})
    return [
        {"form": form, "path": f"/events/export.{form}" + (f"?{query}" if query else "")} for form in FORMS
    ]


def _holds(event: EventRecord, text: str) -> bool:
    shown = in_words(dict(event.data), _MAX_SEARCHED_CHARACTERS)
    return text.casefold() in f"{event.workflow or ''} {event.step or ''} {shown}".casefold()


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


def _set(given: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in given.items() if text}
