"""The list of runs, with filters and pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from bot.console.parts import Parts, Reader
from bot.console.wording import Wording
from bot.off_the_loop import rendered
from bot.slash import dates
from bot.slash.reading import STATES
from bot.views.runs.run import subject_of
from bot.views.runs.shown_state import plain_state
from bot.views.wording.times import duration
from engine import FoundRuns, RunFilter, RunRecord, place_in_list

PAGE = 50
FILTERS = ("workflow", "state", "since", "text")
_MAX_TEXT = 200
Values = Mapping[str, Any]


async def listed(parts: Parts, reader: Reader, query: Mapping[str, str]) -> Values:
    """Return a page of runs. Its `problem` says which filter is wrong; it shows no runs then."""
    given = {name: query.get(name, "").strip()[:_MAX_TEXT] for name in FILTERS}
    workflows = [workflow.name for workflow in await reader.seen.workflows()]
    values = {**given, "workflows": workflows, "states": list(STATES), "runs": [], "older": "", "problem": ""}
    try:
        wanted = _wanted(given, parts.clock.now(), reader)
    except ValueError as error:
        return {**values, "problem": str(error)}
    found = await reader.seen.find(wanted, PAGE, place_in_list(query.get("before", "")))
    wording = await parts.wording(reader, *_people(found))
    return {
        **values,
        "runs": await rendered(found.runs, rows_of, found.runs, wording),
        "older": _link(given, str(found.next)) if found.next else "",
        "newest": _link(given) if query.get("before") else "",
        "filtered": any(given.values()),
    }


def rows_of(runs: tuple[RunRecord, ...], wording: Wording) -> list[Values]:
    return [_row(run, wording) for run in runs]


def _row(run: RunRecord, wording: Wording) -> Values:
    sign, words = plain_state(run, wording.names)
    began = run.started_at or run.created_at
    return {
        "id": run.id,
        "short": run.short,
        "workflow": run.workflow,
        "subject": subject_of(run.input),
        "sign": sign,
        "state": words,
        "started": wording.moment(began),
        "took": duration(((run.ended_at or wording.now) - began).total_seconds()),
        "under_way": run.ended_at is None,
        "by": wording.actor(run.actor),
    }


def _wanted(given: Mapping[str, str], now: datetime, reader: Reader) -> RunFilter:
    """Return the filter. Raises `ValueError` with a sentence for the reader."""
    state = given["state"].casefold()
    if state and state not in STATES:
        raise ValueError(f"state: there is no state “{state}”. The states are {', '.join(STATES)}.")
    since = None
    if given["since"]:
        try:
            since = dates.since(given["since"], now, str(reader.zone))
        except dates.InvalidMoment as error:
            raise ValueError(f"since: {error}") from None
    return RunFilter(given["workflow"] or None, STATES.get(state), None, since, given["text"])


def _people(found: FoundRuns) -> list[Any]:
    waited = [ref for run in found.runs for ref in run.failure_waits_for]
    return [*waited, *(run.actor for run in found.runs)]


def _link(given: Mapping[str, str], before: str = "") -> str:
    wanted = {**given, "before": before}
    return "?" + urlencode({name: value for name, value in wanted.items() if value})
