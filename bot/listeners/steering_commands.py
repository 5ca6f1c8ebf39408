"""Slash commands that steer runs and workflows: pause, resume, skip, priority, rerun, fork."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.listeners import run_commands
from bot.listeners.context import Caller, Context, FormReply, once, slack_actor
from bot.listeners.targets import run_named, workflow_named
from bot.slash import commands
from bot.slash.argument_error import ArgumentError
from bot.slash.starting import input_values
from bot.slash.tokenizer import quote
from bot.views import command_replies
from bot.views.forms import repeating
from bot.views.forms.modals import skip_modal
from bot.views.message import Message
from bot.views.wording.text import one_line, some
from engine import (
    AWAITED,
    InvalidInput,
    NotPossible,
    RunDetail,
    RunRecord,
    VisibleRuns,
    step_called,
    unskippable,
)

_MAX_STEPS_NAMED = 8


async def pause(context: Context, asker: Caller, command: commands.PauseCommand) -> Message:
    """Pause a run, a workflow or all. As the other functions here it raises the engine's errors."""
    control, actor, seen = context.engine.control, slack_actor(asker.user), context.seen_by(asker.user)
    if name := await _workflow(seen, command.target):
        count = await control.pause_workflow(name, command.reason, actor=actor)
        return command_replies.workflow_paused_answer(name, count, context.command)
    run = await run_named(seen, command.target)
    paused = await control.pause_run(run.id, command.reason, actor=actor)
    return command_replies.paused_answer(paused, context.command)


async def resume(context: Context, asker: Caller, command: commands.ResumeCommand) -> Message:
    control, actor, seen = context.engine.control, slack_actor(asker.user), context.seen_by(asker.user)
    if name := await _workflow(seen, command.target):
        count = await control.resume_workflow(name, command.reason, actor=actor)
        return command_replies.workflow_resumed_answer(name, count)
    run = await run_named(seen, command.target)
    resumed = await control.resume_run(run.id, command.reason, actor=actor)
    return command_replies.resumed_answer(resumed)


async def ask_to_skip(context: Context, asker: Caller, command: commands.SkipCommand) -> FormReply:
    """A skip can't be taken back, so a window asks for confirmation. No step: `ArgumentError`."""
    seen = context.seen_by(asker.user)
    detail = await seen.detail((await seen.find_run(command.run)).id)
    await seen.require_may_skip(detail.run, command.reason)
    if detail.run.ended_at is not None and command.step:
        raise NotPossible(f"{detail.run.short} has already ended: it {detail.run.ending}.")
    if not command.step:
        raise _no_step_to_skip(detail, context.command)
    step = step_called(detail.titles, command.step, detail.run.short)
    state = next((each.state for each in detail.steps if each.step == step), None)
    if state and step not in _skippable(detail):
        raise NotPossible(f"{detail.titles[step]} of {detail.run.short} {unskippable(state)}.")
    return FormReply(skip_modal(detail, step, command.reason))


def _no_step_to_skip(detail: RunDetail, slash: str) -> ArgumentError:
    """Return that the step is missing, with the steps that can be skipped."""
    run, steps = detail.run.short, _skippable(detail)
    if not steps:
        return ArgumentError(
            f"No step of {run} can be skipped.",
            "A step can be skipped until it starts, and while it waits for its next attempt.",
            f"{slash} show {run}",
        )
    return ArgumentError(
        f"Which step of {run}?",
        f"These can be skipped: {_named(detail, steps)}.",
        f"{slash} skip {run} {quote(steps[0])}",
    )


def _skippable(detail: RunDetail) -> list[str]:
    """Return the steps that have not started, and those that wait for anything but people."""
    asks = {request.step for request in detail.requests if request.state in AWAITED}
    return [
        each.step
        for each in detail.steps
        if detail.run.ended_at is None
        and (each.state in ("pending", "retrying") or (each.state == "waiting" and each.step not in asks))
    ]


def _named(detail: RunDetail, steps: Sequence[str]) -> str:
    """Return steps by their titles, with the name to type where it differs."""

    def named(step: str) -> str:
        title = one_line(detail.titles.get(step, step))
        return title if title == step else f"{title} ({one_line(step)})"

    return some([named(step) for step in steps], _MAX_STEPS_NAMED)


async def priority(context: Context, asker: Caller, command: commands.PriorityCommand) -> Message:
    run = await context.seen_by(asker.user).find_run(command.run)
    changed = await context.engine.control.prioritize(
        run.id, command.number, command.reason, actor=slack_actor(asker.user)
    )
    return command_replies.prioritized_answer(changed)


async def ask_to_rerun(
    context: Context, asker: Caller, command: commands.RerunCommand
) -> Message | FormReply:
    """A window with the input asks before steps execute again, since nobody can take that back."""
    run = await context.seen_by(asker.user).find_run(command.run)
    control, actor = context.engine.control, slack_actor(asker.user)
    try:
        schema = context.engine.workflow(run.workflow).input_schema or {}
        changes = context.engine.parse_changes(run.workflow, input_values(command, schema))
        values = await control.check_rerun(run.id, changes, actor=actor, reason=command.reason)
    except InvalidInput as error:
        workflow = context.engine.workflow(run.workflow)
        again = f"{context.command} rerun {command.run}"
        return await run_commands.invalid_answer(context, error, again, workflow, command)
    view = repeating.rerun_modal(run, values, changes, asker.channel, command.reason)
    return FormReply(view) if view else command_replies.refused_answer(_too_long_to_confirm(run))


def _too_long_to_confirm(run: RunRecord) -> str:
    return (
        "The changed values are too long for a window that asks for confirmation, so no run was started. "
        f"Ask the operator to type signoff rerun {run.short} with these values, or start {run.workflow} "
        "with its form."
    )


async def rerun_with(
    context: Context, asker: Caller, run_id: str, changes: Mapping[str, Any], reason: str
) -> Message:
    """Start the workflow again with the input of a run, except for some fields."""
    actor, key = slack_actor(asker.user), once(asker.trigger)
    started = await context.engine.control.rerun(
        run_id, changes, actor=actor, channel=asker.channel, key=key, reason=reason
    )
    return _started(context, asker, started)


async def ask_to_fork(context: Context, asker: Caller, command: commands.ForkCommand) -> FormReply:
    """A window asks before steps execute again, since nobody can take that back."""
    seen = context.seen_by(asker.user)
    detail = await seen.detail((await seen.find_run(command.run)).id)
    ended = detail.run.ended_at is not None
    if not command.step and ended and not any(step.state in ("failed", "cancelled") for step in detail.steps):
        raise _no_step_to_fork(detail, context.command)
    step = await context.engine.control.check_fork(
        detail.run.id, command.step, actor=slack_actor(asker.user), reason=command.reason
    )
    return FormReply(repeating.fork_modal(detail, step, asker.channel, command.reason))


def _no_step_to_fork(detail: RunDetail, slash: str) -> ArgumentError:
    """Return that the step is missing where none failed, with the steps of the run."""
    run, steps = detail.run.short, list(detail.titles)
    return ArgumentError(
        f"From which step of {run}? None of them failed.",
        f"Its steps are {_named(detail, steps)}.",
        f"{slash} fork {run} {quote(steps[0])}",
    )


async def fork_at(context: Context, asker: Caller, run_id: str, step: str, reason: str) -> Message:
    """Start a new run from a step of an ended run."""
    started = await context.engine.control.fork(
        run_id,
        step,
        actor=slack_actor(asker.user),
        channel=asker.channel,
        key=once(asker.trigger),
        reason=reason,
    )
    return _started(context, asker, started)


def _started(context: Context, asker: Caller, run: RunRecord) -> Message:
    workflow = context.engine.workflow(run.workflow)
    place = command_replies.run_place(run, workflow, asker.channel, closed=asker.closed)
    return command_replies.started_answer(run, place)


async def _workflow(seen: VisibleRuns, target: str) -> str:
    """The name of a workflow that this person may see; `*` for all; empty for any other text."""
    if target.casefold() in ("all", "*"):
        return "*"
    workflow = await workflow_named(seen, target)
    return workflow.name if workflow else ""
