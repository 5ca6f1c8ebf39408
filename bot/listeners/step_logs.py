"""Answer to `logs`: what the steps of a run logged, or a page of one attempt."""

from collections.abc import Sequence

from bot.listeners.context import Caller, Context
from bot.off_the_loop import rendered
from bot.slash.argument_error import ArgumentError
from bot.slash.commands import LogsCommand
from bot.slash.tokenizer import quote
from bot.views.message import Message
from bot.views.runs.logs import log_page, logs_answer
from bot.views.wording.text import one_line
from engine import AttemptLog, RunDetail

_MAX_NAMED = 8


async def answer(context: Context, asker: Caller, command: LogsCommand) -> Message:
    """Raises `ArgumentError` for a page that there is not, and the engine's errors."""
    seen = await context.view_for(asker)
    detail = await seen.detail((await seen.find_run(command.run)).id)
    logs = await context.engine.step_logs(detail.run.id, command.step or None)
    now = context.clock.now()
    if not command.attempt:
        return await rendered((detail,), logs_answer, detail, logs, now)
    log = _attempt(detail, logs, command, context.command)
    if command.before and not 1 < command.before <= len(log.lines) + 1:
        raise _no_such_page(detail, log, command, context.command)
    return await rendered((detail,), log_page, detail, log, now, command.before)


def _attempt(detail: RunDetail, logs: Sequence[AttemptLog], command: LogsCommand, slash: str) -> AttemptLog:
    """Return the log that is meant. Raises `ArgumentError`."""
    step, run = one_line(command.step), detail.run.short
    found = [log for log in logs if log.attempt == command.attempt]
    if len(found) == 1:
        return found[0]
    if found:  # elements of a mapped step
        raise ArgumentError(
            f"step: {len(found)} elements of {step} have an attempt {command.attempt}.",
            f"Name one of them: {_listed([one_line(log.step) for log in found])}.",
            _typed(detail, found[0].step, slash, command.attempt),
        )
    if not logs:
        raise ArgumentError(
            f"attempt: attempt {command.attempt} of {step} in {run} has logged nothing, and no other attempt "
            "has.",
            f"{slash} show RUN tells how far each step is.",
            f"{slash} show {run}",
        )
    numbers = sorted({log.attempt for log in logs})
    raise ArgumentError(
        f"attempt: {step} in {run} has no log of attempt {command.attempt}.",
        f"There is a log of attempt {numbers[0]}."
        if len(numbers) == 1
        else f"There are logs of the attempts {_listed([str(number) for number in numbers])}.",
        _typed(detail, command.step, slash, numbers[-1]),
    )


def _no_such_page(detail: RunDetail, log: AttemptLog, command: LogsCommand, slash: str) -> ArgumentError:
    lines = len(log.lines)
    step = one_line(command.step)
    problem = (
        "before: line 1 is the first line."
        if lines and command.before == 1
        else f"before: the log of attempt {log.attempt} of {step} ends at line {lines:,}, before "
        f"line {command.before:,}."
        if lines
        else f"before: attempt {log.attempt} of {step} has logged nothing yet."
    )
    remedy = "Without before, you get its newest lines."
    return ArgumentError(problem, remedy, _typed(detail, log.step, slash, log.attempt))


def _typed(detail: RunDetail, step: str, slash: str, attempt: int) -> str:
    return f"{slash} logs {detail.run.short} {quote(step)} attempt={attempt}"


def _listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - _MAX_NAMED} more"] if len(names) > _MAX_NAMED else []
    shown = [*names[:_MAX_NAMED], *more]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
