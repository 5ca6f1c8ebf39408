"""Subcommands that read: show, runs, history, schedules, triggers, graph."""

import asyncio
import logging
from dataclasses import asdict, replace
from datetime import datetime

from bot.graphs import pictures
from bot.listeners.context import Caller, Context, slack_actor
from bot.outbox.file_sharing import share_file
from bot.outbox.reconcile import Destination
from bot.rendering import rendered
from bot.slack.display_names import names_in
from bot.slack.web_api import Sent, SlackRefused, SlackUnreachable
from bot.slash import dates
from bot.slash.argument_error import ArgumentError
from bot.slash.reading import STATES, Graph, Reading, Runs, Show, Triggers
from bot.views import command_replies
from bot.views.answers.runs_answer import PAGE, Listing, runs_page
from bot.views.answers.trigger_answers import triggers_answer
from bot.views.answers.workflow_answer import WorkflowFacts, workflow_answer
from bot.views.message import Message
from bot.views.requests.full import File
from engine import (
    Drawing,
    RunFilter,
    RunRecord,
    TriggerRecord,
    UnknownRun,
    UnknownWorkflow,
    VisibleRuns,
    WorkflowRecord,
)

log = logging.getLogger(__name__)

_HEALTH_RUNS = 20


async def read(context: Context, asker: Caller, command: Reading) -> Message:
    """Answer a subcommand that changes nothing. Raises `ArgumentError` and the engine's errors."""
    match command:
        case Show(target):
            return await _show(context, asker, target)
        case Runs():
            return await _runs(context, asker, command)
        case Triggers(workflow, timed):
            return await _triggers(context, asker, workflow, timed=timed)
        case Graph(target):
            return await _graph(context, asker, target)


async def _show(context: Context, asker: Caller, target: str | None) -> Message:
    if target is None:
        return await _runs(context, asker, Runs())
    seen = await context.view_for(asker)
    if workflow := await _workflow_named(context, seen, target):
        facts = await _facts(context, seen, workflow.name)
        drawing = context.engine.drawing(workflow.name)
        return workflow_answer(workflow, drawing, facts, context.clock.now())
    detail = await seen.detail((await _run_named(seen, target)).id)
    names = await names_in(context.people, detail)
    return command_replies.run_answer(detail, context.clock.now(), names)


async def _workflow_named(context: Context, seen: VisibleRuns, name: str) -> WorkflowRecord | None:
    """Return a workflow of this view, with its triggers as they stand; None without one."""
    try:
        workflow = await seen.workflow(name)
    except UnknownWorkflow:
        return None
    for visible in await visible_workflows(context, seen):
        if visible.name == workflow.name:
            return visible
    return None


async def visible_workflows(context: Context, seen: VisibleRuns) -> list[WorkflowRecord]:
    """Return the workflows of this view, with their triggers as they stand now."""
    triggers = await context.engine.schedules()
    return [
        replace(
            workflow, triggers=tuple(trigger for trigger in triggers if trigger.workflow == workflow.name)
        )
        for workflow in await seen.workflows()
    ]


async def _run_named(seen: VisibleRuns, target: str) -> RunRecord:
    try:
        return await seen.find_run(target)
    except UnknownRun as error:
        raise UnknownRun(f"{error} There is no workflow of that name either.") from None


async def _facts(context: Context, seen: VisibleRuns, workflow: str) -> WorkflowFacts:
    found = await seen.find(RunFilter(workflow=workflow), _HEALTH_RUNS)
    usual = await context.engine.usual_seconds(workflow)
    return WorkflowFacts(found.runs, found.next is not None, usual, context.engine.pause_text(workflow))


async def _runs(context: Context, asker: Caller, command: Runs) -> Message:
    seen, now = await context.view_for(asker), context.clock.now()
    workflow = (await seen.workflow(command.workflow)).name if command.workflow else None
    wanted = RunFilter(
        workflow,
        STATES.get(command.state),
        slack_actor(asker.user) if command.mine else None,
        await _since(context, asker.user, command.since),
        command.text,
    )
    before = await seen.find_run(command.before) if command.before else None
    found = await seen.find(wanted, PAGE, before)
    listing = Listing(
        workflow or "",
        command.state,
        command.mine,
        command.since,
        command.text,
        command.before,
        found.next.id if found.next else "",
    )
    facts = await _facts(context, seen, workflow) if command.history and workflow else None
    return await rendered(found.runs, runs_page, found.runs, listing, now, context.command, facts)


async def _since(context: Context, user: str, text: str) -> datetime | None:
    if not text:
        return None
    person = await context.people.person(user)
    try:
        return dates.since(text, context.clock.now(), person.tz)
    except dates.InvalidMoment as error:
        raise ArgumentError(f"since: {error}", corrected=f"{context.command} runs since=2d") from None


async def _triggers(context: Context, asker: Caller, name: str, *, timed: bool) -> Message:
    seen = await context.view_for(asker)
    workflows = await visible_workflows(context, seen)
    if name:
        chosen = (await seen.workflow(name)).name
        workflows = [workflow for workflow in workflows if workflow.name == chosen]
    shown: list[TriggerRecord] = [
        trigger for workflow in workflows for trigger in workflow.triggers if trigger.timed or not timed
    ]
    return triggers_answer(shown, context.clock.now(), timed=timed)


async def _graph(context: Context, asker: Caller, target: str) -> Message:
    if not pictures.available():
        text = "Signoff cannot draw here: the package mmdr is missing. Ask the operator to install it."
        return command_replies.refused_answer(text)
    seen = await context.view_for(asker)
    if workflow := await _workflow_named(context, seen, target):
        name, drawing = workflow.name, context.engine.drawing(workflow.name)
    else:
        run = await _run_named(seen, target)
        detail = await seen.detail(run.id)
        name, drawing = detail.run.short, await context.engine.run_drawing(run.id)
    place = asker.channel if asker.public else None
    context.background.start(_share_graph(context, asker.user, place, name, drawing), "share a graph")
    where = "in this conversation" if place else "in your direct messages with Signoff"
    return command_replies.recorded_answer(f"The graph of {name} appears {where} in a few seconds.")


async def _share_graph(context: Context, user: str, channel: str | None, name: str, drawing: Drawing) -> None:
    picture = await asyncio.to_thread(pictures.png, asdict(drawing))
    try:
        if channel is None:
            opened = await context.api.read("conversations.open", {"users": user})
            channel = str(opened["channel"]["id"])
        file = File(f"{name}.png", f"Graph of {name}", picture)
        place = Destination(channel, None, context.clock.now().timestamp())
        outcome = await share_file(context.api, place, file)
        problem = "" if isinstance(outcome, Sent) else str(outcome)
    except (SlackRefused, SlackUnreachable) as error:
        problem = str(error)
    if problem:
        log.warning("the graph of %s could not be shared: %s", name, problem)
        text = f"The graph of {name} could not be shared in Slack ({problem})."
        await context.api.write("chat.postMessage", {"channel": user, "text": text})
