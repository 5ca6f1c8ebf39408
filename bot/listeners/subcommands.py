"""Answers to the subcommands, typed or by button: messages for one person."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.listeners import away, starting, steering
from bot.listeners.context import Caller, Context, FormReply, once, slack_actor
from bot.listeners.reading import read, visible_workflows
from bot.listeners.surface import Surface
from bot.off_the_loop import rendered
from bot.slack.display_names import names_in, with_handles, with_names
from bot.slash import arguments
from bot.slash.argument_error import ArgumentError
from bot.slash.reading import Graph, Runs, Show, Triggers
from bot.slash.tokenizer import unescape
from bot.views import command_replies
from bot.views.answers.help_answer import Abilities, help_answer
from bot.views.forms.modals import cancel_modal
from bot.views.message import Message
from bot.views.runs.canary import canary_answer, canary_stamp
from bot.views.runs.logs import logs_answer
from bot.views.runs.resources import resources_answer
from engine import (
    InvalidInput,
    NotAllowed,
    NotPossible,
    PeopleUnavailable,
    SignoffError,
    UnknownRun,
    UnknownWorkflow,
    WorkflowRecord,
)

Answered = Message | FormReply
_SHAREABLE = (arguments.List, Show, Runs, Triggers, Graph, arguments.Logs)
"""Commands that read for `Context.view_for`, so that a shared answer has only what the channel may see."""
_NOT_SHAREABLE = (
    "--public shares only what list, show, runs, history, schedules, triggers, graph and logs answer. "
    "Nothing was done."
)


async def typed(context: Context, asker: Caller, text: str) -> tuple[Answered, bool]:
    """Answer a typed command, and say whether the answer is shared in the channel: what is refused is not."""
    shared, rest = arguments.public(text)
    reply = await answer(context, replace(asker, public=shared), rest)
    return reply, shared and isinstance(reply, Message) and not reply.refusal


async def answer(context: Context, asker: Caller, text: str) -> Answered:
    """Answer a command; people's mistakes are answered, not raised."""
    try:
        command = arguments.parse(text, context.command)
        if asker.public and not isinstance(command, _SHAREABLE):
            raise ArgumentError(_NOT_SHAREABLE, corrected=f"{context.command} {unescape(text)}")
        await _allowed(context, asker, command)
        return await _answer(context, asker, command)
    except ArgumentError as error:
        return await _refused_argument(context, error)
    except SignoffError as error:
        return await refused(context, error)


async def _refused_argument(context: Context, error: ArgumentError) -> Message:
    """Return what is wrong with the typed command, with the names of the people that it mentions."""
    corrected = await with_handles(context.people, error.corrected)
    if error.colleague:
        names = await names_in(context.people, error.colleague)
        corrected = corrected.replace("@colleague", f"@{names.plain(error.colleague).removeprefix('@')}")
    problem = await with_names(context.people, error.problem)
    return command_replies.refused_answer(problem, expected=error.expected, corrected=corrected)


async def _allowed(context: Context, asker: Caller, command: arguments.Command) -> None:
    if not isinstance(command, arguments.Help):
        await context.member(asker.user)


async def _answer(context: Context, asker: Caller, command: arguments.Command) -> Answered:
    match command:
        case arguments.Help():
            return help_answer(context.command, await _abilities(context, asker.user))
        case arguments.List():
            workflows = await visible_workflows(context, await context.view_for(asker))
            return command_replies.list_answer(workflows, context.command, context.clock.now())
        case arguments.Run():
            return await _run(context, asker, command)
        case Show() | Runs() | Triggers() | Graph():
            return await read(context, asker, command)
        case arguments.Logs(run, step):
            return await _logs(context, asker, run, step)
        case arguments.Cancel(run, reason):
            return await _ask_to_cancel(context, asker, run, reason)
        case (
            arguments.Pause()
            | arguments.Resume()
            | arguments.Skip()
            | arguments.Rerun()
            | arguments.Fork()
            | arguments.Retry()
            | arguments.Mute()
            | arguments.Unmute()
            | arguments.Priority()
            | arguments.Subscribe()
            | arguments.Unsubscribe()
            | arguments.Subscriptions()
        ):
            return await steering.steer(context, asker, command)
        case arguments.Reassign(run, to):
            return await _reassign(context, asker, run, to)
        case arguments.Away() | arguments.Back():
            return await away.answer(context, asker.user, command)
        case arguments.Resources() | arguments.Canary():
            return await _comparison(context, asker, command)
        case arguments.Approvals():
            return await waiting_answer(context, asker.user)


async def _comparison(
    context: Context, asker: Caller, command: arguments.Resources | arguments.Canary
) -> Message:
    """Return what is in use of resources, or how a candidate does; promote it or roll it back if asked to."""
    now = context.clock.now()
    if isinstance(command, arguments.Resources):
        resources = await context.seen_by(asker.user).resources(await context.engine.resources())
        return resources_answer(resources, now)
    name = (await context.seen_by(asker.user).workflow(command.workflow)).name
    canaries, actor = context.engine.canaries, slack_actor(asker.user)
    report = await canaries.report(name, viewer=actor)
    if command.since is not None and command.since != canary_stamp(report.canary):
        text = f"This button is of an earlier canary of {name}. Nothing was changed."
        return command_replies.refused_answer(text, corrected=f"{context.command} canary {name}")
    if command.act:
        end = canaries.promote if command.act == "promote" else canaries.roll_back
        report = await end(name, actor=actor, reason=command.reason)
    return canary_answer(report, now)


async def waiting_answer(context: Context, user: str) -> Message:
    """Return the requests that wait for this person, with their buttons."""
    waiting = await context.engine.waiting_for(user)
    now, all_seen = context.clock.now(), await context.all_seen()
    return await rendered(tuple(waiting), command_replies.approvals_answer, waiting, now, all_seen=all_seen)


async def list_again(context: Context, surface: Surface) -> None:
    """Update the list that was clicked in, without the requests that are answered now."""
    await surface.list_again(await waiting_answer(context, surface.user))


async def _ask_to_cancel(context: Context, asker: Caller, run: str, reason: str) -> Answered:
    """Cancelling can't be taken back, so a window asks for confirmation."""
    seen = context.seen_by(asker.user)
    detail = await seen.detail((await seen.find_run(run)).id)
    if detail.run.ended_at is not None:
        how = "was cancelled" if detail.run.state == "cancelled" else detail.run.state
        raise NotPossible(f"{detail.run.short} has already ended: it {how}.")
    await seen.require_may_cancel(detail.run)
    return FormReply(cancel_modal(detail, reason))


async def _abilities(context: Context, user: str) -> Abilities:
    try:
        await context.member(user)
    except NotAllowed:
        return Abilities(member=False)
    except PeopleUnavailable:
        return Abilities()
    seen = context.seen_by(user)
    workflows = await seen.workflows()
    return Abilities(True, any(each.startable for each in workflows), await seen.controls_any())


async def _logs(context: Context, asker: Caller, run: str, step: str) -> Message:
    seen = await context.view_for(asker)
    detail = await seen.detail((await seen.find_run(run)).id)
    if step and step not in detail.titles:
        named = ", ".join(detail.titles)
        return command_replies.refused_answer(f"{detail.run.short} has no step {step}. It has: {named}.")
    logs = await context.engine.step_logs(detail.run.id, step or None)
    return await rendered((detail,), logs_answer, detail, logs)


async def _reassign(context: Context, asker: Caller, run: str, to: str) -> Message:
    run_record = await context.seen_by(asker.user).find_run(run)
    waiting = [
        request
        for request in await context.engine.requests(run_id=run_record.id, limit=None)
        if request.kind != "clarification"
    ]
    if len(waiting) != 1:
        if not waiting:
            return command_replies.refused_answer(
                f"{run_record.short} has no open request, so nothing can be reassigned."
            )
        text = f"{run_record.short} has {len(waiting)} open requests. Decide each of them in its own message."
        return command_replies.refused_answer(text)
    to = await context.people.reference(to)
    request = await context.engine.reassign(waiting[0].id, to, actor=slack_actor(asker.user))
    names = await names_in(context.people, request)
    who = " or ".join(map(names.plain, request.approvers))
    return command_replies.recorded_answer(f"Reassigned. {run_record.short} now waits for {who}.")


async def refused(context: Context, error: SignoffError) -> Message:
    """Return an error of the engine as a message, with the next command to type."""
    text = await with_names(context.people, str(error))
    match error:
        case UnknownWorkflow():
            return command_replies.refused_answer(text, corrected=f"{context.command} list")
        case UnknownRun():
            return command_replies.refused_answer(text, corrected=f"{context.command} runs")
    return command_replies.refused_answer(text)


async def _run(context: Context, asker: Caller, command: arguments.Run) -> Answered:
    seen, values, priority = context.seen_by(asker.user), command.values, command.priority
    if not command.workflow:
        return await starting.chooser(context, asker)
    try:
        workflow = await seen.startable(command.workflow)
    except UnknownWorkflow as error:
        meant = _nearest(command.workflow, [workflow.name for workflow in await seen.workflows()])
        again = arguments.run_command(context.command, meant, values, priority)
        return command_replies.refused_answer(
            str(error), corrected=again if meant else f"{context.command} list"
        )
    if not values and (form := await _form_if_needed(context, workflow, asker, priority)):
        return form
    try:
        return await start(context, asker, workflow, values, priority)
    except InvalidInput as error:
        field, _ = error.problems[0]
        return command_replies.refused_answer(
            *error.lines, corrected=_corrected(context, workflow, command, field)
        )


async def _form_if_needed(
    context: Context, workflow: WorkflowRecord, asker: Caller, priority: int | None
) -> FormReply | None:
    """Return a form if the workflow needs input and none was given."""
    if not (workflow.input_schema or {}).get("required"):
        return None
    view = await starting.form(context, asker.user, workflow, asker.channel, priority=priority)
    return FormReply(view) if view else None


def _corrected(context: Context, workflow: WorkflowRecord, typed: arguments.Run, field: str) -> str:
    values, priority = typed.values, typed.priority
    known = (workflow.input_schema or {}).get("properties") or {}
    top = field.split(".")[0]
    if top in known:
        rest = {key: value for key, value in values.items() if key != top}
        return f"{arguments.run_command(context.command, workflow.name, rest, priority)} {top}=…"
    meant = {key: _nearest(key, known) for key in values}
    fitting = {meant[key]: value for key, value in values.items() if meant[key]}
    return arguments.run_command(context.command, workflow.name, fitting, priority)


def _nearest(typed: str, known: Iterable[str]) -> str:
    """Return the name that was probably meant; empty if there is no guess."""
    return next(iter(difflib.get_close_matches(typed, list(known), n=1)), "")


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


async def cancel(context: Context, user: str, run_id: str, reason: str) -> Message:
    """Cancel a run. Raises the engine's errors."""
    run = await context.engine.cancel(run_id, actor=slack_actor(user), reason=reason)
    return command_replies.cancelled_answer(run)
