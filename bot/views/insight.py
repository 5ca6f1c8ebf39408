"""Insight into a decision in plain words, for Slack and the command line."""

from bot.views.wording.text import count
from engine import Better, GroupFigures, Insight, OutcomeFigures, Share, ThresholdFigures, VersionFigures

_SHORT = 12
"""Characters of the digest of a version."""
FEW = 10
"""Fewer answers than this say little."""
_ANSWERS = {"approve": ("approved", "approvals"), "reject": ("rejected", "rejections")}


def share(value: Share) -> str:
    """`86 of 100 (86%)`; `0 of 0` has no percentage."""
    percent = percentage(value)
    return f"{value.part:,} of {value.whole:,}" + (f" ({percent})" if percent else "")


def percentage(value: Share) -> str:
    """Return whole percents, rounded down: 100% means all. Empty of nothing."""
    if not value.whole:
        return ""
    percent = 100 * value.part // value.whole
    return f"{percent}%" if percent or not value.part else "<1%"


def thresholds(found: Better) -> str:
    """`80 instead of 60`, with all digits."""
    return f"{_exact(found.after)} instead of {_exact(found.before)}"


def _exact(number: float) -> str:
    return repr(int(number)) if number == int(number) else repr(number)


def runs_of(number: int, whole: int) -> str:
    """`5 runs of 20`."""
    return f"{count(number, 'run')} of {whole:,}"


def headline(insight: Insight) -> str:
    """`People agreed with 86 of 100 recommendations`; plain text."""
    agreement = insight.agreement
    if agreement.whole:
        return f"People agreed with {agreement.part:,} of {count(agreement.whole, 'recommendation')}"
    answers = sum(each.answers for each in insight.outcomes)
    if answers:
        return f"People answered {count(answers, 'decision')}, none of which recommended an answer"
    return "Nobody has answered a decision yet"


def counted(insight: Insight) -> str:
    """Return how many runs there are, and how many of them have no answer; plain text."""
    runs = f"The newest {insight.runs:,} runs" if insight.more else count(insight.runs, "run")
    rest = f", {insight.unanswered:,} of them without an answer" if insight.unanswered else ""
    return f"{runs}{rest}"


def drift(insight: Insight) -> str:
    """Return the agreement of the last four weeks and before; empty where one of them has no answers."""
    if not insight.recent.whole or not insight.earlier.whole:
        return ""
    recent, earlier = share(insight.recent), share(insight.earlier)
    few = f" Fewer than {FEW} answers say little." if _is_few(insight.recent, insight.earlier) else ""
    return f"In the last 4 weeks they agreed with {recent}, before that with {earlier}.{few}"


def _is_few(*shares: Share) -> bool:
    return any(each.whole < FEW for each in shares)


def outcome(figures: OutcomeFigures) -> str:
    """Return what an outcome recommends and how people answered; plain text without its name."""
    answers = _answers(figures)
    if figures.recommends is None:
        return f"recommends nothing. {answers}"
    done, things = _ANSWERS[figures.recommends]
    if not figures.answers:
        return f"recommends to {figures.recommends}. {answers}"
    found = f" That is {share(figures.recall)} of all {things}." if figures.recall.whole else ""
    changed = f" They changed {figures.changed:,} before they approved." if figures.changed else ""
    return f"recommends to {figures.recommends}. People {done} {share(figures.precision)}.{found}{changed}"


def _answers(figures: OutcomeFigures) -> str:
    if not figures.answers:
        return f"{count(figures.runs, 'run')}, no answer."
    parts = [
        f"{number:,} {word}"
        for number, word in (
            (figures.approved, "approved"),
            (figures.changed, "approved with changes"),
            (figures.rejected, "rejected"),
        )
        if number
    ]
    return f"{', '.join(parts)}."


GROUP_HEAD = ("Value", "Runs", "Recommended to reject", "People agreed")
THRESHOLD_HEAD = ("Threshold", "At or above it, people", "Found of all")
OUTCOME_HEAD = (
    "Outcome", "Recommends", "Runs", "Approved", "Changed", "Rejected", "Precision", "Recall",
)  # fmt: skip
WEEK_HEAD = ("Week of", "People agreed")
VERSION_HEAD = ("Version", "First run", "Runs", "People agreed")


def group_cells(figures: GroupFigures) -> list[str]:
    return [figures.value, f"{figures.runs:,}", share(figures.against), share(figures.agreement)]


def group(figures: GroupFigures) -> str:
    """Return a group in words, without its value; plain text."""
    agreed = f"people agreed with {share(figures.agreement)}" if figures.agreement.whole else "no answer"
    return f"{count(figures.runs, 'run')} · recommended to reject {share(figures.against)} · {agreed}"


def version_cells(figures: VersionFigures) -> list[str]:
    first = f"{figures.first:%Y-%m-%d}"
    return [figures.version[:_SHORT], first, f"{figures.runs:,}", share(figures.agreement)]


def threshold_cells(insight: Insight, figures: ThresholdFigures) -> list[str]:
    """Return `refuse from 70`, `17 of 18 (94%) rejected`, `17 of 20 (85%) rejections`; plain texts."""
    recommends = next(each.recommends for each in insight.outcomes if each.outcome == figures.outcome)
    done, things = _ANSWERS[recommends or "approve"]
    now = " (now)" if figures.is_current else ""
    return [
        f"{figures.outcome} from {figures.threshold:g}{now}",
        f"{share(figures.precision)} {done}",
        f"{share(figures.recall)} {things}",
    ]


def outcome_cells(figures: OutcomeFigures) -> list[str]:
    counts = (figures.runs, figures.approved, figures.changed, figures.rejected)
    shares = (figures.precision, figures.recall) if figures.recommends else ()
    return [
        figures.outcome,
        figures.recommends or "-",
        *(f"{number:,}" for number in counts),
        *(share(each) for each in shares),
        *(["-"] * (2 - len(shares))),
    ]
