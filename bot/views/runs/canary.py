"""A canary as a message: its state, and the runs of both versions side by side."""

from datetime import datetime
from pathlib import Path

from bot.views.blocks import grey, section
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.canaries import candidate_state
from bot.views.wording.text import safe
from bot.views.wording.times import duration, moment
from engine import CanaryReport, Tally


def canary_answer(report: CanaryReport, now: datetime) -> Message:
    """Return how the candidate does, and why it gets no new runs if so."""
    canary = report.canary
    name, file = safe(canary.workflow, 80), safe(Path(canary.file).name, 120)
    head = f"The candidate `{file}` of *{name}* {candidate_state(canary.state, canary.share)}."
    why = f"Why: {safe(canary.reason, 500)}." if canary.reason else ""
    problem = f"{icons.AT_RISK} {safe(report.problem, 1000)}" if report.problem else ""
    rows = [_row("current file", report.current), _row("candidate", report.candidate)]
    return message(
        " ".join(filter(None, [head, why, problem, "; ".join(rows)])),
        section("\n".join(filter(None, [head, why, problem]))),
        section("\n".join(f"• {row}" for row in rows)),
        grey(f"runs since {moment(canary.started_at, now)}"),
    )


def _row(side: str, tally: Tally) -> str:
    failed = f"{tally.failure_share:.1%} failed" if tally.ended else ""
    median = f"median {duration(tally.seconds)}" if tally.seconds is not None else ""
    ended = f"{tally.ended} ended"
    parts = [ended, failed, median, f"{tally.under_way} under way"]
    return f"{side}: {', '.join(filter(None, parts))}"
