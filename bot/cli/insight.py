"""Insight into a decision for the command line, in the same words as in Slack."""

from dataclasses import asdict
from itertools import groupby
from typing import Any

from bot.cli.serializers import JSON
from bot.views import insight as words
from engine import Better, Insight


def serialized(insight: Insight) -> JSON:
    """Return all figures as JSON, the sentences as `summary`, and the rows that people read as `tables`."""
    name = f"{insight.workflow}.{insight.step}"
    first = f"{name}: {words.headline(insight)}. {words.counted(insight)}."
    plain: JSON = _plain(asdict(insight))
    return {**plain, "summary": [first, *filter(None, [words.drift(insight)])], "tables": _tables(insight)}


def proposed(found: Better, question: str = "") -> JSON:
    """Return a proposed threshold as JSON, with its sentences as `summary`."""
    lines = [
        f"{found.outcome} could begin at {words.thresholds(found)}.",
        f"People agreed with {words.share(found.now)}. With it, that would be {words.share(found.then)}.",
        *(
            f"{words.runs_of(number, found.runs)} would be {then} instead of {was}."
            for (was, then), number in found.changes.items()
        ),
        f"{question} asks for it. It changes nothing before it is approved."
        if question
        else "Nothing is changed. Add --ask GATE to ask the approvers of a gate for it.",
    ]
    changes = [{"was": was, "then": then, "runs": n} for (was, then), n in found.changes.items()]
    return {**asdict(found), "changes": changes, "question": question, "summary": lines}


def _tables(insight: Insight) -> list[JSON]:
    outcomes = [words.outcome_cells(each) for each in insight.outcomes]
    weeks = [[each.monday.isoformat(), words.share(each.agreement)] for each in insight.weeks]
    versions = [words.version_cells(each) for each in insight.versions]
    tables = [
        _table("By outcome", words.OUTCOME_HEAD, outcomes),
        _table("By week, in UTC", words.WEEK_HEAD, weeks),
        _table("By version of the workflow", words.VERSION_HEAD, versions),
    ]
    for field, those in groupby(insight.groups, key=lambda each: each.field):
        tables.append(_table(f"By {field}", words.GROUP_HEAD, [words.group_cells(each) for each in those]))
    points = [words.threshold_cells(insight, each) for each in insight.thresholds]
    tables.append(_table("If an outcome began at another score", words.THRESHOLD_HEAD, points))
    return tables


def _table(title: str, head: tuple[str, ...], rows: list[list[str]]) -> JSON:
    return {"title": title, "head": list(head), "rows": rows}


def _plain(value: Any) -> Any:
    """Return dates as texts, deep within a value."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
