"""Charts of a workflow's last runs: how long each took, and how they ended by day.

The same is told without Slack's charts: in a line of text, and as rows of signs of equal width.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo

from bot.views.blocks import grey, preformatted, rich
from bot.views.message import CHART_BLOCK, Block, ChartPicture
from bot.views.wording.text import cut_line
from bot.views.wording.times import duration
from engine import RunRecord

MIN_RUNS = 5
"""Fewer runs are read faster in their list."""
MAX_RUNS = 20
"""Points of a series, as Slack takes them."""
_LABEL_UNITS = 20
_STAMP = re.compile(r"(?P<year>[0-9]{4})?[0-9]{4}T[0-9]{6}Z")
"""The end of the short id of the run of a schedule; it has the year in a backfill for another one."""
_UNITS = ((48 * 3600.0, 86400.0, "Days"), (120 * 60.0, 3600.0, "Hours"), (120.0, 60.0, "Minutes"))
_BARS = "▁▂▃▄▅▆▇█"
_FAR = 4
"""A run is drawn cut off where it took so many times as long as each run that is drawn in full."""
_MOST_CUT_OFF = 5
"""At most one of so many runs is cut off."""
_ABOVE = 1.5
"""A run that is cut off is drawn so much higher than the highest other one."""
_ENDS = {"done": "✓", "failed": "✗", "with skipped steps": "»", "cancelled": "–"}
"""Signs of the ends of runs, in the order of the series. They are those of the pictures of graphs."""


def charted(runs: Sequence[RunRecord]) -> list[RunRecord]:
    """Return the runs to draw, the oldest first; none where too few have ended."""
    ended = [run for run in runs if run.ended_at is not None][:MAX_RUNS]
    return ended[::-1] if len(ended) >= MIN_RUNS else []


def charts(runs: Sequence[RunRecord], zone: tzinfo) -> list[Block]:
    """Return both charts of `charted` runs, and what the first one cuts off. `zone`: of the days."""
    cut_off = limit_in_words(runs).strip()
    caption = [grey(cut_off)] if cut_off else []
    return [_durations(runs, zone), *caption, _ends_by_day(runs, zone)]


def chart_in_text(runs: Sequence[RunRecord]) -> Block:
    """Return the same in rows of one sign a run, which fit on a phone and read in any color."""
    took = [seconds_of(run) for run in runs]
    limit = limit_of(took)
    highest = limit or max(took) or 1.0
    bars = "".join(_BARS[min(7, int(8 * seconds / highest))] for seconds in took)
    ends = "".join(_ENDS[end_of(run)] for run in runs)
    known = [f"{sign} {word}" for word, sign in _ENDS.items() if sign in ends]
    top = f"█ {duration(highest)}" + (f" or more, up to {duration(max(took))}" if limit else "")
    rows = [f"Took   {bars}", f"Ended  {ends}", "       oldest → newest", top, *known]
    return rich(preformatted("\n".join(rows)), block_id=CHART_BLOCK)


def chart_picture(runs: Sequence[RunRecord], workflow: str) -> ChartPicture:
    """Return a bar for each run: its height is how long the run took, the sign below says how it ended."""
    took = [seconds_of(run) for run in runs]
    drawn = _cut_off(took)
    size, unit = _unit(drawn)
    ends = [end_of(run) for run in runs]
    counted = [(word, ends.count(word)) for word in _ENDS if word in ends]
    title = f"How long the last {len(runs)} runs of {cut_line(workflow, 60)} took"
    signs = ", ".join(f"{_ENDS[word]} {many} {word}" for word, many in counted)
    spoken = [
        f"{number}. {duration(s)}, {end}" for number, (s, end) in enumerate(zip(took, ends, strict=True), 1)
    ]
    summary = ", ".join(f"{many} {word}" for word, many in counted)
    return ChartPicture(
        f"runs-of-{cut_line(workflow, 60)}",
        title,
        f"Runs of {cut_line(workflow, 60)}",
        f"{cut_line(workflow, 60)}: {summary}. {range_in_words(runs)}{limit_in_words(runs)}",
        f"{title}, and how they ended: {summary}. The oldest first: {'; '.join(spoken)}.",
        f"Run, the newest at the right ({signs})",
        unit,
        tuple(
            (f"{_ENDS[end]} {number}", round(seconds / size, 3))
            for number, (seconds, end) in enumerate(zip(drawn, ends, strict=True), 1)
        ),
    )


def _unit(took: Sequence[float]) -> tuple[float, str]:
    """Return the seconds of the unit in which these durations are drawn, and its name."""
    return next(((size, word) for least, size, word in _UNITS if max(took) >= least), (1.0, "Seconds"))


def range_in_words(runs: Sequence[RunRecord]) -> str:
    """`Took 21 s to 4 min.`: what the charts show, for notifications and screen readers."""
    took = [seconds_of(run) for run in runs]
    least, most = duration(min(took)), duration(max(took))
    return f"Took {least}." if least == most else f"Took {least} to {most}."


def limit_of(took: Sequence[float]) -> float | None:
    """Return the duration at which longer runs are cut off, in seconds; None where each is drawn in full.

    One run of 20 h would press runs of minutes flat on the axis. The few longest runs are cut off where they
    are far longer than all the others.
    """
    ordered = sorted(took)
    for cut_off in range(len(ordered) // _MOST_CUT_OFF, 0, -1):
        longest_in_full, shortest_cut = ordered[-cut_off - 1], ordered[-cut_off]
        limit = max(longest_in_full * _ABOVE, 1.0)
        if 0 < longest_in_full * _FAR <= shortest_cut and limit < shortest_cut:
            return limit
    return None


def limit_in_words(runs: Sequence[RunRecord]) -> str:
    """Return a sentence for below a chart that cuts off runs, after a space; empty where none is."""
    took = [seconds_of(run) for run in runs]
    limit = limit_of(took)
    if limit is None:
        return ""
    longer = sorted((seconds for seconds in took if seconds > limit), reverse=True)
    real = " and ".join(dict.fromkeys(duration(seconds) for seconds in longer[:2]))
    if len(longer) == 1:
        return f" The chart is cut off at {duration(limit)}: one run took {real}."
    if len(longer) == 2:
        return f" The chart is cut off at {duration(limit)}: two runs took {real}."
    return (
        f" The chart is cut off at {duration(limit)}: {len(longer)} runs took longer, "
        f"up to {duration(longer[0])}."
    )


def _cut_off(took: Sequence[float]) -> list[float]:
    limit = limit_of(took)
    return [seconds if limit is None else min(seconds, limit) for seconds in took]


def seconds_of(run: RunRecord) -> float:
    """Return how long a run that has ended took."""
    if run.ended_at is None:
        return 0.0
    return max(0.0, (run.ended_at - (run.started_at or run.created_at)).total_seconds())


def end_of(run: RunRecord) -> str:
    """Return how a run ended, in the words of the list of runs."""
    if run.state == "succeeded":
        return "with skipped steps" if run.reason or run.refusal else "done"
    return run.state if run.state in _ENDS else "failed"


def _durations(runs: Sequence[RunRecord], zone: tzinfo) -> Block:
    took = _cut_off([seconds_of(run) for run in runs])
    size, unit = _unit(took)
    labels = _labels(runs, zone)
    points = [
        {"label": label, "value": round(seconds / size, 2)}
        for label, seconds in zip(labels, took, strict=True)
    ]
    return _chart(
        f"How long the last {len(runs)} runs took",
        "line",
        {"Took": points},
        labels,
        ("Run, the newest at the right", unit),
    )


def _labels(runs: Sequence[RunRecord], zone: tzinfo) -> list[str]:
    """Return the ends of the short ids, or the time of the run of a schedule, each once."""
    labels: list[str] = []
    for number, run in enumerate(runs, 1):
        end = run.short[-_LABEL_UNITS:].rpartition("-")[2]
        label = _time_of_fire(run, end, zone) or cut_line(end or str(number), 12)
        labels.append(f"{label} {number}" if label in labels else label)
    return labels


def _time_of_fire(run: RunRecord, end: str, zone: tzinfo) -> str:
    """Return the time for which a schedule started the run; empty for another run."""
    stamp = _STAMP.fullmatch(end)
    if stamp is None:
        return ""
    try:
        fired = datetime.strptime(run.id[-16:], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone)
    except (ValueError, OverflowError):  # an id that only looks like one of a schedule
        return ""
    return f"{fired.day} {fired:%b %Y %H:%M}" if stamp["year"] else f"{fired.day} {fired:%b %H:%M}"


def _ends_by_day(runs: Sequence[RunRecord], zone: tzinfo) -> Block:
    days: dict[date, dict[str, int]] = {}
    for run in runs:
        if run.ended_at is not None:
            ends = days.setdefault(run.ended_at.astimezone(zone).date(), dict.fromkeys(_ENDS, 0))
            ends[end_of(run)] += 1
    spread = len({day.year for day in days}) > 1
    labels = [f"{day.day} {day:%b %Y}" if spread else f"{day.day} {day:%b}" for day in sorted(days)]
    series = {
        word: [
            {"label": label, "value": days[day][word]}
            for label, day in zip(labels, sorted(days), strict=True)
        ]
        for word in _ENDS
        if any(ends[word] for ends in days.values())
    }
    return _chart(
        f"How the last {len(runs)} runs ended",
        "bar",
        series,
        labels,
        (f"Day in {zone_name(zone)}"[:50], "Runs"),
    )


def zone_name(zone: tzinfo) -> str:
    """Return the name of a time zone, as people know it."""
    return getattr(zone, "key", "").removeprefix("Etc/") or "UTC"


def _chart(
    title: str,
    kind: str,
    series: dict[str, list[dict[str, object]]],
    labels: list[str],
    axes: tuple[str, str],
) -> Block:
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {
            "type": kind,
            "series": [{"name": name, "data": points} for name, points in series.items()],
            "axis_config": {"categories": labels, "x_label": axes[0], "y_label": axes[1]},
        },
        "block_id": f"chart:{kind}",
    }
