"""The runs of a week by day, in rows of signs. Slack takes no chart block in a Home."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from bot.views.answers.run_charts import MIN_RUNS, end_of, zone_name
from bot.views.blocks import grey, header, preformatted, rich
from bot.views.message import Block
from bot.views.wording.text import count
from engine import RunRecord

DAYS = 7
_BAR_CELLS = 8
"""A row fits on a phone."""
_SIGNS = {"done": "✓", "failed": "✗", "cancelled or with skipped steps": "–"}
_CELLS = {"✓": "█"}
"""Signs of a bar that differ from those of the counts."""


@dataclass(frozen=True, slots=True)
class Week:
    """Ended runs of the last days that a person may see. `more`: there are earlier ones, not read."""

    runs: Sequence[RunRecord]
    zone: tzinfo
    more: bool = False


def week_began(now: datetime, zone: tzinfo) -> datetime:
    """Return the first moment of the week that is shown: midnight of the reader, six days ago."""
    first = now.astimezone(zone).date() - timedelta(days=DAYS - 1)
    return datetime(first.year, first.month, first.day, tzinfo=zone)


def week_blocks(week: Week, now: datetime) -> list[Block]:
    """Return a row for each day, with counts and a bar; nothing where few runs have ended."""
    if len(week.runs) < MIN_RUNS:
        return []
    today = now.astimezone(week.zone).date()
    days = {today - timedelta(days=back): dict.fromkeys(_SIGNS, 0) for back in range(DAYS)}
    for run in week.runs:
        counts = days.get(run.created_at.astimezone(week.zone).date())
        if counts is not None:
            end = end_of(run)
            counts[end if end in _SIGNS else "cancelled or with skipped steps"] += 1
    read = [run.created_at.astimezone(week.zone).date() for run in week.runs] if week.more else [min(days)]
    shown = {day: days[day] for day in sorted(days) if day >= min(read)}
    ends = [word for word in _SIGNS if any(counts[word] for counts in shown.values())]
    which = f"the newest {count(len(week.runs), 'run')}" if week.more else count(len(week.runs), "run")
    return [
        header("The last 7 days"),
        rich(preformatted("\n".join(_rows(shown, ends))), block_id="week"),
        grey(
            " · ".join(f"{_SIGNS[word]} {word}" for word in ends),
            f"{which} that ended, by the day of their start in {zone_name(week.zone)}",
        ),
    ]


def _rows(days: dict[date, dict[str, int]], ends: Sequence[str]) -> list[str]:
    most = max(sum(counts.values()) for counts in days.values())
    width = len(str(max(max(counts.values()) for counts in days.values())))
    return [
        "  ".join(
            [
                f"{day:%a} {day.day:>2}",
                *(f"{counts[word]:>{width}} {_SIGNS[word]}" for word in ends),
                _bar(counts, ends, most),
            ]
        ).rstrip()
        for day, counts in days.items()
    ]


def _bar(counts: dict[str, int], ends: Sequence[str], most: int) -> str:
    """Return a bar in which each kind of end that happened has a cell at least."""
    signs = [(_CELLS.get(_SIGNS[word], _SIGNS[word]), counts[word]) for word in ends]
    return "".join(sign * max(round(_BAR_CELLS * number / most), 1) for sign, number in signs if number)
