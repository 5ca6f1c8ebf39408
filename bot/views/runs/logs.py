"""Logs of the attempts of a run, for one person."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.slash.tokenizer import quote
from bot.views import button_values
from bot.views.blocks import Element, actions, button, grey, section
from bot.views.command_replies import show_button
from bot.views.message import Block, Message, message
from bot.views.runs.progress import progress_words
from bot.views.wording import icons
from bot.views.wording.text import code_tail, count, safe, shown_lines
from bot.views.wording.times import at
from engine import AttemptLog, RunDetail, StepRecord

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


def _follow(detail: RunDetail) -> Element:
    value = button_values.encode(detail.run.id, "log")
    return button("Follow in the thread", f"{button_values.MORE}:follow", value)


def _snapshot(now: datetime) -> str:
    return f"as it was {at(now, now)}: it does not follow by itself"


def _answer(
    detail: RunDetail, shown: Sequence[AttemptLog], logs: Sequence[AttemptLog], now: datetime
) -> Message:
    run = safe(detail.run.short, 80)
    if not shown:
        text = f"{run} has logged nothing yet." if detail.run.ended_at is None else f"{run} logged nothing."
        return message(text, section(text), actions([_follow(detail)]) if steps_to_follow(detail) else None)
    head = f"Log of {run}"
    others = _others(shown, logs)
    running = [log for log in shown if not log.ended]
    last = next((line for log in reversed(shown) for line in log.lines[-1:]), "")
    buttons = [show_button("All logs", f"logs {detail.run.id}")] if others else []
    buttons += [_refresh(detail, running)] if running else []
    buttons += [_follow(detail)] if running else []
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


_FOLLOWED = ("running", "retrying")
"""States of a step whose log may grow."""


def steps_to_follow(detail: RunDetail) -> list[StepRecord]:
    """Return the steps that execute, in the order of the graph."""
    if detail.run.ended_at is not None:
        return []
    return [step for step in detail.steps if step.state in _FOLLOWED]


def followed_step(detail: RunDetail, data: Mapping[str, object]) -> StepRecord | None:
    """Return the step that a line follows; None where it ended, or a person retried it since."""
    steps = [step for step in steps_to_follow(detail) if step.step == data["step"]]
    return next((step for step in steps if step.round == data["round"]), None)


def followed_log(detail: RunDetail, logs: Sequence[AttemptLog], data: Mapping[str, object]) -> Message | None:
    """Return the line in a run's thread that follows a step: its state and its last lines.

    None for a step that the run does not have.
    """
    step = next((step for step in detail.steps if step.step == data["step"]), None)
    if step is None:
        return None
    title = safe(detail.titles.get(step.step, step.step), 80)
    follows = followed_step(detail, data) is not None
    sign, word = icons.STEP[step.state], icons.STEP_WORDS[step.state]
    word = word if step.round == data["round"] else "retried by a person"
    attempt = f" · attempt {step.attempt}" if step.attempt > 1 else ""
    head = f"{sign} Log of *{title}* · {word}{attempt}"
    lines = list(logs[-1].lines) if logs else []
    said = f"Signoff edits this message every few seconds until the step ends. {_commands(detail, step.step)}"
    return message(
        f"{head}: {safe(lines[-1], 300)}" if lines else head,
        section(head),
        section(code_tail(lines, _MAX_UNITS, _MAX_LINES) if lines else _nothing(follows)),
        grey(said if follows else f"The step no longer executes. {_commands(detail, step.step)}"),
    )


def withheld_log() -> Message:
    """Return the line when people who read it may no longer see the run. It names nothing of the run."""
    text = (
        "The log is no longer shown here: the person who asked for it, or a reader of this channel, may not "
        "see the run."
    )
    return message(text, section(text))


def _nothing(follows: bool) -> str:
    return "It has logged nothing yet." if follows else "It logged nothing."


def _commands(detail: RunDetail, step: str) -> str:
    return f"`/workflow logs {safe(detail.run.short, 80)} {safe(quote(step), 100)}` shows all lines."


def following_answer(detail: RunDetail, steps: Sequence[StepRecord], link: str, *, new: bool) -> Message:
    """Tell the person who asked where the lines are. `new`: at least one of them is posted now."""
    titles = " and ".join(f"*{safe(detail.titles.get(step.step, step.step), 80)}*" for step in steps)
    verb = "now follows" if new else "already follows"
    where = f"<{link}|thread>" if link else "thread"
    text = f"A line in the {where} of {safe(detail.run.short, 80)} {verb} the log of {titles}."
    return message(text, section(text))
