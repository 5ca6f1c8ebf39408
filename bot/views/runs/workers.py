"""The workers of the installation: who is alive, what each executes, and what waits for one."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.blocks import grey, section
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.text import count, safe, some
from bot.views.wording.times import moment
from engine import QueueRecord, ServingRecord, WorkerRecord, WorkerState

_MAX_WORKERS, _PER_BLOCK, _MAX_STEPS = 50, 10, 3
_NONE = "There are no workers: the bot executes the steps itself."


def workers_answer(state: WorkerState, now: datetime) -> Message:
    """Return a line for each worker and queue."""
    queues = [section(_queue(queue)) for queue in state.queues[:_PER_BLOCK]]
    if len(state.serving) > 1:
        queues.append(grey(_serving(state.serving)))
    if not state.workers:
        return message(_NONE, section(_NONE), *queues)
    head = count(len(state.workers), "worker")
    lines = [_line(each, now) for each in state.workers[:_MAX_WORKERS]]
    left = len(state.workers) - _MAX_WORKERS
    return message(
        f"{head}: " + some([f"{safe(each.name, 80)} ({each.state})" for each in state.workers], 10),
        section(f"*{head}*"),
        *[section("\n".join(lines[at : at + _PER_BLOCK])) for at in range(0, len(lines), _PER_BLOCK)],
        *queues,
        grey(f"{left:,} more are not listed. The command line lists all: signoff workers.")
        if left > 0
        else None,
    )


def _line(worker: WorkerRecord, now: datetime) -> str:
    """`• *gpu-1* · alive · queue gpu · executes 2 of 16: train of fit-1a2b, and 1 other`; mrkdwn."""
    sign = "•" if worker.is_alive else icons.AT_RISK
    queues = ", ".join(safe(queue, 40) for queue in worker.queues[:5])
    state = worker.state if worker.is_alive else f"silent for {worker.silent:,.0f} s"
    parts = [
        f"*{safe(worker.name, 80)}*",
        f"{state} since {moment(worker.started_at, now)}" if worker.is_alive else state,
        f"{'queue' if len(worker.queues) == 1 else 'queues'} {queues}",
        f"executes {worker.busy} of {count(worker.parallel, 'step')}{_steps(worker)}",
    ]
    return f"{sign} {' · '.join(parts)}"


def _steps(worker: WorkerRecord) -> str:
    shown = [f"{safe(step, 60)} of {safe(run, 60)}" for run, step in worker.executing]
    if not shown:
        return ""
    others = worker.busy - len(shown[:_MAX_STEPS])
    more = f", and {count(others, 'other')}" if others else ""
    return f": {', '.join(shown[:_MAX_STEPS])}{more}"


def _serving(processes: Sequence[ServingRecord]) -> str:
    """`Processes that serve: bot-1 (leads), bot-2 (takes requests)`; mrkdwn."""
    return "Processes that serve: " + some(
        [f"{safe(each.name, 80)} ({each.state})" for each in processes], 10
    )


def _queue(queue: QueueRecord) -> str:
    sign = icons.RUN["waiting"] if queue.workers else icons.AT_RISK
    remedy = f" Start one: `{queue.remedy}`" if queue.remedy else ""
    return f"{sign} {safe(queue.text, 300)}{remedy}"
