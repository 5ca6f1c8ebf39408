"""Subcommands that start and cancel runs: run and cancel."""

from collections.abc import Mapping
from typing import Any

from bot.listeners import start_forms
from bot.listeners.context import Caller, Context, FormReply, once, slack_actor
from bot.slack.display_names import with_mentions
from bot.slash import commands
from bot.slash.starting import correct_values, input_values, run_command, values_as_shown
from bot.views import command_replies
from bot.views.forms.modals import cancel_modal
from bot.views.message import Message
from engine import InvalidInput, NotPossible, WorkflowRecord


async def run(context: Context, asker: Caller, command: commands.RunCommand) -> Message | FormReply:
    seen, priority = context.seen_by(asker.user), command.priority
    if not command.workflow:
        return await start_forms.chooser(context, asker)
    workflow = await seen.startable(command.workflow)
    values = input_values(command, workflow.input_schema or {})
    if not values and (form := await _form_if_needed(context, workflow, asker, priority)):
        return form
    try:
        return await start(context, asker, workflow, values, priority)
    except InvalidInput as error:
        start_text = run_command(context.command, workflow.name, {}, priority)
        return await invalid_answer(context, error, start_text, workflow, command)


async def _form_if_needed(
    context: Context, workflow: WorkflowRecord, asker: Caller, priority: int | None
) -> FormReply | None:
    """Return a form if the workflow needs input and none was given."""
    if not (workflow.input_schema or {}).get("required"):
        return None
    view = await start_forms.form(context, asker.user, workflow, asker.channel, priority=priority)
    return FormReply(view) if view else None


async def invalid_answer(
    context: Context,
    error: InvalidInput,
    start_text: str,
    workflow: WorkflowRecord,
    command: commands.RunCommand | commands.RerunCommand,
) -> Message:
    """Return what is wrong with the values behind a command, and the command with those to correct.

    `start_text`: the command without the values.
    """
    known = (workflow.input_schema or {}).get("properties") or {}
    wrong = [field for field, _ in error.problems]
    values = {**command.values, **command.shown}
    corrected = f"{start_text} {correct_values(values, known, wrong)}".strip()
    lines = [await with_mentions(context.people, values_as_shown(line, command)) for line in error.lines]
    return command_replies.refused_answer(*lines, corrected=corrected)


async def start(
    context: Context,
    asker: Caller,
    workflow: WorkflowRecord,
    values: Mapping[str, Any],
    priority: int | None = None,
) -> Message:
    """Start a run. Raises `InvalidInput` and the engine's other errors."""
    input_value = context.engine.parse_input(workflow.name, values)
    run = await context.engine.start(
        workflow.name,
        input_value,
        actor=slack_actor(asker.user),
        channel=asker.channel,
        key=once(asker.trigger),
        priority=priority,
    )
    return command_replies.started_answer(
        run, command_replies.run_place(run, workflow, asker.channel, closed=asker.closed)
    )


async def ask_to_cancel(context: Context, asker: Caller, command: commands.CancelCommand) -> FormReply:
    """Cancelling can't be taken back, so a window asks for confirmation."""
    seen = context.seen_by(asker.user)
    detail = await seen.detail((await seen.find_run(command.run)).id)
    if detail.run.ended_at is not None:
        raise NotPossible(f"{detail.run.short} has already ended: it {detail.run.ending}.")
    await seen.require_may_cancel(detail.run, command.reason)
    return FormReply(cancel_modal(detail, command.reason))


async def cancel(context: Context, user: str, run_id: str, reason: str) -> Message:
    """Cancel a run. Raises the engine's errors."""
    run = await context.engine.cancel(run_id, actor=slack_actor(user), reason=reason)
    return command_replies.cancelled_answer(run)
