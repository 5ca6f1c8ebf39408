"""Forms that start runs: a chooser of workflows, a workflow's form, and the last values of a person in it."""

from collections.abc import Mapping
from typing import Any

from bot.listeners.context import Caller, Context, FormReply, slack_actor
from bot.listeners.surface import Surface
from bot.views import command_replies
from bot.views.answers.chooser import MAX_CHOICES, chooser_modal
from bot.views.button_values import ButtonValue
from bot.views.forms.form import again_modal, form_modal, values_fit
from bot.views.forms.message_input import SourceMessage, source_in, text_field
from bot.views.forms.modals import notice_modal
from bot.views.message import Message
from engine import RunRecord, WorkflowRecord


async def chooser(
    context: Context, asker: Caller, source: SourceMessage | None = None
) -> FormReply | Message:
    """Return a window with the workflows that this person may start.

    `source`: the message to start from, which only workflows with a field for its text take.
    """
    startable = [each for each in await context.seen_by(asker.user).workflows() if each.startable]
    if not startable:
        text = "There is no workflow that you may start."
        return command_replies.refused_answer(text, corrected=f"{context.command} list")
    if source is not None:
        startable = [each for each in startable if text_field(each.input_schema or {})]
    if not startable:
        text = "No workflow that you may start takes the text of a message."
        more = (
            "A workflow takes it if its input has one field for a text, or a field of the type MessageText."
        )
        return command_replies.refused_answer(text, more, corrected=f"{context.command} run")
    return FormReply(chooser_modal(startable[:MAX_CHOICES], len(startable), asker.channel, source))


async def choose(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Show the form of the workflow that was chosen, in the same window."""
    workflow = await context.seen_by(surface.user).startable(value.id)
    channel = None if value.word == "-" else value.word
    source = source_in(surface.metadata) if surface.metadata else None
    view = await form(context, surface.user, workflow, channel, empty=True, source=source)
    if view is None:
        text = f"{workflow.name} takes more values than a form in Slack can hold."
        typed = f"{context.command} run {workflow.name} key=value"
        view = notice_modal(command_replies.refused_answer(text, corrected=typed))
    context.background.start(surface.update(view), "show the form of a workflow")


async def form(
    context: Context,
    user: str,
    workflow: WorkflowRecord,
    channel: str | None,
    *,
    empty: bool = False,
    priority: int | None = None,
    source: SourceMessage | None = None,
) -> dict[str, Any] | None:
    """Return the form of a workflow with the last values of this person; None if Slack can't hold it.

    `empty`: a workflow without input gets a form too, which only asks for confirmation. `priority`: of the
    run; None for that of the workflow. `source`: the message that fills in a field.
    """
    last = await last_run(context, user, workflow)
    view = None
    if last is not None:
        view = form_modal(workflow, channel, last, priority=priority, source=source)
    return view or form_modal(workflow, channel, empty=empty, priority=priority, source=source)


async def again(context: Context, user: str, run_id: str) -> dict[str, Any]:
    """Return the form with the input of a run, to change it and run the workflow again.

    Raises `NotAllowed`, `UnknownRun`.
    """
    detail = await context.seen_by(user).detail(run_id)
    workflow = await context.seen_by(user).startable(detail.run.workflow)
    view = again_modal(workflow, detail.run.channel, detail.run)
    if view is None:
        text = f"The input of {detail.run.short} does not fit the form of {workflow.name} now."
        typed = f"{context.command} rerun {detail.run.short} key=value"
        view = notice_modal(command_replies.refused_answer(text, corrected=typed))
    return view


async def last_run(context: Context, user: str, workflow: WorkflowRecord) -> RunRecord | None:
    """Return the last run that this person started, if its input still fits the form."""
    runs, _ = await context.engine.runs(workflow.name, limit=1, actor=slack_actor(user))
    return runs[0] if runs and values_fit(workflow.input_schema or {}, runs[0].input) else None


async def shown_values(context: Context, user: str, run_id: str) -> Mapping[str, Any]:
    """Return the values that a form took from a run. Raises `UnknownRun`."""
    if not run_id:
        return {}
    detail = await context.seen_by(user).detail(run_id)
    return detail.run.input if isinstance(detail.run.input, Mapping) else {}
