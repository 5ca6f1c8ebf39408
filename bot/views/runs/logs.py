"""Logs of the attempts of a run, for one person."""

from collections.abc import Sequence
from datetime import datetime

from bot.slash.tokenizer import quote
from bot.views.blocks import Element, actions, grey, section
from bot.views.command_replies import show_button
from bot.views.message import Block, Message, message
from bot.views.runs.progress import progress_words
from bot.views.wording.text import code_tail, count, safe, shown_lines
from bot.views.wording.times import at
from engine import AttemptLog, RunDetail

_MAX_ATTEMPTS = 5
_MAX_LINES = 20
_MAX_UNITS = 2500


def logs_answer(detail: RunDetail, logs: Sequence[AttemptLog], now: datetime) -> Message:
    """Return the last lines of the newest attempts, and how many there are besides."""
    return _answer(detail, logs[-_MAX_ATTEMPTS:], logs, now)


def live_log(detail: RunDetail, logs: Sequence[AttemptLog], now: datetime) -> Message:
    """Return the last lines of the attempts that execute, or else of the last one that logged something."""
    shown = [log for log in logs if not log.ended][-_MAX_ATTEMPTS:] or logs[-1:]
    return _answer(detail, shown, logs, now)


def log_page(detail: RunDetail, log: AttemptLog, now: datetime, before: int = 0) -> Message:
    """Return a page of what one attempt logged. `before`: the line after its last one; 0: the newest page."""
    end = min(before - 1, len(log.lines)) if before else len(log.lines)
    start = _start(log.lines, end)
    run, title = safe(detail.run.short, 80), safe(detail.titles.get(log.step, log.step), 80)
    head = f"Log of {run} · {title}"
    lines = list(log.lines[start:end])
    buttons = [_page(detail, log, "Older lines", start + 1)] if start else []
    if end < len(log.lines):
        buttons += [_page(detail, log, "Newer lines", _end_after(log.lines, end) + 1)]
        buttons += [_page(detail, log, "Newest lines", 0)]
    buttons += [_refresh(detail, [log])] if not log.ended else []
    which = f"Lines {start + 1:,} to {end:,} of {len(log.lines):,}" if lines else "It has logged nothing yet."
    return message(
        f"{head}: {safe(lines[-1], 300)}" if lines else head,
        section(f"*{head}*"),
        section(code_tail(lines, _MAX_UNITS, _MAX_LINES)) if lines else None,
        grey(which, "" if log.ended else _snapshot(now)),
        actions(buttons),
    )


def _start(lines: Sequence[str], end: int) -> int:
    """Return where the page begins that ends there."""
    return max(0, end - shown_lines(list(lines[:end]), _MAX_UNITS, _MAX_LINES))


def _end_after(lines: Sequence[str], end: int) -> int:
    """Return the end of the page that begins there."""
    later = end + 1
    while later < min(end + _MAX_LINES, len(lines)) and _start(lines, later + 1) <= end:
        later += 1
    return later


def _page(detail: RunDetail, log: AttemptLog, text: str, before: int) -> Element:
    where = f"logs {detail.run.id} {quote(log.step)} attempt={log.attempt}"
    return show_button(text, f"{where} before={before}" if before else where)


def _refresh(detail: RunDetail, running: Sequence[AttemptLog]) -> Element:
    if len(running) == 1:
        return _page(detail, running[0], "Refresh", 0)
    return show_button("Refresh", f"logs {detail.run.id}")


def _snapshot(now: datetime) -> str:
    return f"as it was {at(now, now)}: it does not follow by itself"


def _answer(
    detail: RunDetail, shown: Sequence[AttemptLog], logs: Sequence[AttemptLog], now: datetime
) -> Message:
    run = safe(detail.run.short, 80)
    if not shown:
        text = f"{run} has logged nothing yet." if detail.run.ended_at is None else f"{run} logged nothing."
        return message(text, section(text))
    head = f"Log of {run}"
    others = _others(shown, logs)
    running = [log for log in shown if not log.ended]
    last = next((line for log in reversed(shown) for line in log.lines[-1:]), "")
    buttons = [show_button("All logs", f"logs {detail.run.id}")] if others else []
    buttons += [_refresh(detail, running)] if running else []
    return message(
        f"{head}: {safe(last, 300)}" if last else head,
        section(f"*{head}*"),
        *(block for log in shown for block in _blocks(detail, log)),
        grey(f"{others} logged something too" if others else "", _snapshot(now) if running else "")
        if others or running
        else None,
        actions(buttons),
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
    start = _start(log.lines, len(log.lines))
    older = _page(detail, log, "Older lines", start + 1) if start else None
    return [section(f"{facts}\n{code_tail(list(log.lines), _MAX_UNITS, _MAX_LINES)}", accessory=older)]
