"""Logs of the attempts of a run, for one person."""

from collections.abc import Sequence

from bot.views.blocks import grey, section
from bot.views.message import Message, message
from bot.views.runs.progress import progress_words
from bot.views.wording.text import code_tail, safe
from engine import AttemptLog, RunDetail

_MAX_ATTEMPTS = 5
_MAX_LINES = 20
_MAX_UNITS = 2500


def logs_answer(detail: RunDetail, logs: Sequence[AttemptLog]) -> Message:
    """Return the last lines of the newest attempts, and how many there are besides."""
    run = safe(detail.run.short, 80)
    if not logs:
        text = f"{run} has logged nothing yet."
        return message(text, section(text))
    blocks = []
    for log in logs[-_MAX_ATTEMPTS:]:
        title = safe(detail.titles.get(log.step, log.step), 80)
        attempt = f", attempt {log.attempt}" if log.attempt > 1 else ""
        progress = f": {safe(' · '.join(progress_words(log.progress)))}" if log.progress else ""
        state = "" if log.ended else f", still executing{progress}"
        blocks.append(section(f"*{title}*{attempt}{state}"))
        lines = list(log.lines[-_MAX_LINES:])
        if lines:
            blocks.append(section(code_tail(lines, _MAX_UNITS)))
        if len(log.lines) > len(lines):
            blocks.append(grey(f"{len(log.lines) - len(lines)} earlier lines"))
    if len(logs) > _MAX_ATTEMPTS:
        blocks.append(grey(f"{len(logs) - _MAX_ATTEMPTS} earlier attempts"))
    return message(f"The log of {run}", *blocks)
