"""Insight into decisions: how far people agreed with what each recommended, and the figures of one."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from bot.console.parts import Parts, Reader
from bot.listeners.insight_command import require_counts
from bot.slash import dates
from bot.views import insight as words
from engine import Insight, NotPossible, UnknownWorkflow, WeekFigures

SPAN = "90d"
LISTED, MOST_OF_LISTED = 20, 500
"""Decisions whose agreement the list shows, and the newest runs that count for each."""
MOST = 2_000
"""The newest runs that count on the page of one decision."""
MAX_WEEKS = 26
_SLOT, _BAR, _HEIGHT = 20, 14, 100
_MAX_TEXT = 40
Values = Mapping[str, Any]


async def listed(parts: Parts, reader: Reader) -> Values:
    """Return the decisions of the workflows of which the reader may see every run."""
    since = dates.since(SPAN, parts.clock.now(), str(reader.zone))
    found: list[Values] = []
    for workflow in await reader.seen.workflows():
        if not await reader.seen.sees_counts(workflow):
            continue
        for step in parts.engine.answered_decisions(workflow.name):
            agreed = ""
            if len(found) < LISTED:
                insight = await parts.engine.insight(workflow.name, step, since=since, most=MOST_OF_LISTED)
                agreed = words.share(insight.agreement) if insight.agreement.whole else "no answer yet"
            place = f"{quote(workflow.name, safe='')}/{quote(step, safe='')}"
            found.append({"workflow": workflow, "step": step, "place": place, "agreed": agreed})
    return {"decisions": found, "most": MOST_OF_LISTED, "is_cut": len(found) > LISTED}


async def one(parts: Parts, reader: Reader, name: str, step: str, query: Mapping[str, str]) -> Values:
    """Return the figures of one decision. Raises `UnknownWorkflow`, `NotPossible`."""
    workflow = await reader.seen.workflow(name)
    if workflow.name != name:
        raise UnknownWorkflow(f"There is no workflow called {name}.", name=name, nearest="")
    await require_counts(reader.seen, workflow)
    if step not in parts.engine.answered_decisions(name):
        raise NotPossible(f"{name} has no decision {step} about which an approval asks.")
    given = query.get("since", "").strip()[:_MAX_TEXT] or SPAN
    values = {"workflow": workflow, "step": step, "since": given, "problem": "", "headline": ""}
    try:
        since = dates.since(given, parts.clock.now(), str(reader.zone))
    except dates.InvalidMoment as error:
        return {**values, "problem": f"since: {error}"}
    insight = await parts.engine.insight(name, step, since=since, most=MOST)
    percent = words.percentage(insight.agreement)
    return {
        **values,
        "headline": words.headline(insight) + (f" ({percent})" if percent else ""),
        "counted": words.counted(insight),
        "begin": (await parts.wording(reader)).moment(since),
        "drift": words.drift(insight),
        "approvals": ", ".join(insight.approvals),
        "few": words.FEW,
        "bars": bars(insight.weeks),
        "tables": [table for table in _tables(insight) if table["rows"]],
    }


def bars(weeks: Sequence[WeekFigures]) -> Values | None:
    """Return a bar for each of the newest weeks with answers; None for fewer than two of them."""
    shown = weeks[-MAX_WEEKS:]
    if sum(bool(week.agreement.whole) for week in shown) < 2:
        return None
    drawn = [
        {
            "x": place * _SLOT + (_SLOT - _BAR) // 2,
            "width": _BAR,
            # A week in which nobody agreed differs from one without answers.
            "height": max(round(_HEIGHT * (week.agreement.ratio or 0)), 1),
            "text": f"{_day(week)}: {words.share(week.agreement)}",
        }
        for place, week in enumerate(shown)
        if week.agreement.whole
    ]
    for bar in drawn:
        bar["y"] = _HEIGHT - int(str(bar["height"]))
    return {
        "bars": drawn,
        "width": len(shown) * _SLOT,
        "height": _HEIGHT,
        "first": _day(shown[0]),
        "last": _day(shown[-1]),
        "words": "; ".join(str(bar["text"]) for bar in drawn),
    }


def _day(week: WeekFigures) -> str:
    return f"{week.monday.day} {week.monday:%b %Y}"


def _tables(insight: Insight) -> list[Values]:
    versions = [words.version_cells(each) for each in insight.versions]
    weeks = [[_day(each), words.share(each.agreement)] for each in insight.weeks[-MAX_WEEKS:][::-1]]
    thresholds = [words.threshold_cells(insight, each) for each in insight.thresholds]
    tables = [
        _table("By outcome", words.OUTCOME_HEAD, [words.outcome_cells(each) for each in insight.outcomes]),
        _table("If an outcome began at another score", words.THRESHOLD_HEAD, thresholds),
        _table("By version of the workflow", words.VERSION_HEAD, versions),
        _table("By week, in UTC", words.WEEK_HEAD, weeks),
    ]
    for field, those in groupby(insight.groups, key=lambda each: each.field):
        rows = [words.group_cells(each) for each in those]
        tables.append(_table(f"By {field.removeprefix('input.')}", words.GROUP_HEAD, rows))
    return tables


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Values:
    return {"title": title, "head": head, "rows": rows}
