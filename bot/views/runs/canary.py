"""A canary as a message: its state, and the runs of both versions side by side."""

from datetime import datetime
from pathlib import Path

from bot.views import button_values
from bot.views.blocks import Element, actions, button, confirm, grey, section
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.canaries import candidate_state
from bot.views.wording.text import safe
from bot.views.wording.times import duration, moment
from engine import Canary, CanaryReport, Tally

WORDS = {"promote": "Promote", "rollback": "Roll back"}
EFFECTS = {
    "promote": "New runs that people and triggers start execute it. Runs under way keep their code.",
    "rollback": "New runs execute the current file. Runs under way keep their code.",
}


def canary_answer(report: CanaryReport, now: datetime) -> Message:
    """Return how the candidate does, and why it gets no new runs if so."""
    canary = report.canary
    name, file = safe(canary.workflow, 80), safe(Path(canary.file).name, 120)
    head = f"The candidate `{file}` of *{name}* {candidate_state(canary.state, canary.share)}."
    why = f"Why: {safe(canary.reason, 500)}." if canary.reason else ""
    asked = f"Asked: `{safe(report.question, 200)}`." if report.question and canary.state == "running" else ""
    problem = f"{icons.AT_RISK} {safe(report.problem, 1000)}" if report.problem else ""
    rows = [_row("current file", report.current), _row("candidate", report.candidate)]
    return message(
        " ".join(filter(None, [head, why, asked, problem, "; ".join(rows)])),
        section("\n".join(filter(None, [head, why, asked, problem]))),
        section("\n".join(f"• {row}" for row in rows)),
        grey(f"runs since {moment(canary.started_at, now)}"),
        actions(_buttons(report)),
    )


def canary_stamp(canary: Canary) -> int:
    """Return the start of a canary in seconds, which tells it from an earlier one."""
    return int(canary.started_at.timestamp())


def _buttons(report: CanaryReport) -> list[Element]:
    """Return the choices that there are for a viewer who may end the canary."""
    canary = report.canary
    if not report.controlled or canary.state == "rolled_back":
        return []
    dialogs = {
        act: confirm(
            f"{word} the candidate of {canary.workflow}?", EFFECTS[act], word, danger=act == "rollback"
        )
        for act, word in WORDS.items()
    }
    acts = ["promote"] * (canary.state == "running" and not report.problem) + ["rollback"]
    return [
        button(
            WORDS[act],
            f"{button_values.SHOW}:canary-{act}",
            button_values.encode("-", f"canary {canary.workflow} {act} since={canary_stamp(canary)}"),
            style="primary" if act == "promote" else "danger",
            confirm=dialogs[act],
        )
        for act in acts
    ]


def _row(side: str, tally: Tally) -> str:
    failed = f"{tally.failure_share:.1%} failed" if tally.ended else ""
    median = f"median {duration(tally.seconds)}" if tally.seconds is not None else ""
    ended = f"{tally.ended} ended"
    parts = [ended, failed, median, f"{tally.under_way} under way"]
    return f"{side}: {', '.join(filter(None, parts))}"
