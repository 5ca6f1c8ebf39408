"""Logs of the attempts of a run, for one person."""

from collections.abc import Sequence

from bot.views.blocks import actions, grey, section
from bot.views.command_replies import show_button
from bot.views.message import Block, Message, message
from bot.views.runs.progress import progress_words
from bot.views.wording.text import code_tail, count, safe
from engine import AttemptLog, RunDetail

_MAX_ATTEMPTS = 5
_MAX_LINES = 20
_MAX_UNITS = 2500


def logs_answer(detail: RunDetail, logs: Sequence[AttemptLog]) -> Message:
    """Return the last lines of the newest attempts, and how many there are besides."""
    return _answer(detail, logs[-_MAX_ATTEMPTS:], logs)


def live_log(detail: RunDetail, logs: Sequence[AttemptLog]) -> Message:
    """Return the last lines of the attempts that execute, or else of the last one that logged something."""
    shown = [log for log in logs if not log.ended][-_MAX_ATTEMPTS:] or logs[-1:]
    return _answer(detail, shown, logs)


def _answer(detail: RunDetail, shown: Sequence[AttemptLog], logs: Sequence[AttemptLog]) -> Message:
    run = safe(detail.run.short, 80)
    if not shown:
        text = f"{run} has logged nothing yet." if detail.run.ended_at is None else f"{run} logged nothing."
        return message(text, section(text))
    head = f"Log of {run}"
    others = _others(shown, logs)
    last = next((line for log in reversed(shown) for line in log.lines[-1:]), "")
    return message(
        f"{head}: {safe(last, 300)}" if last else head,
        section(f"*{head}*"),
        *(block for log in shown for block in _blocks(detail, log)),
        grey(f"{others} logged something too") if others else None,
        actions([show_button("All logs", f"logs {detail.run.id}")]) if others else None,
    )


def _others(shown: Sequence[AttemptLog], logs: Sequence[AttemptLog]) -> str:
    """Return the number of other steps, or else of earlier attempts of the same steps, that are not shown."""
    if steps := len({log.step for log in logs} - {log.step for log in shown}):
        return count(steps, "other step")
    left = len(logs) - len(shown)
    return count(left, "earlier attempt") if left else ""


def _blocks(detail: RunDetail, log: AttemptLog) -> list[Block]:
    title = safe(detail.titles.get(log.step, log.step), 80)
    attempt = f"attempt {log.attempt}" if log.attempt > 1 else ""
    state = "ended" if log.ended else "running"
    progress = [safe(word) for word in progress_words(log.progress)] if log.progress else []
    facts = " · ".join(filter(None, [f"*{title}*", attempt, state, *progress]))
    if not log.lines:
        return [section(f"{facts}\nIt has logged nothing yet.")]
    return [section(f"{facts}\n{code_tail(list(log.lines), _MAX_UNITS, _MAX_LINES)}")]
