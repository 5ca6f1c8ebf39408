"""Subcommands that read: show, runs, history, schedules, triggers, graph."""

from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from bot.listeners import graph_sharing
from bot.listeners.context import Caller, Context, slack_actor
from bot.listeners.health_reading import health_reader
from bot.listeners.targets import run_named, workflow_named
from bot.notify_out.messages import of_run
from bot.off_the_loop import rendered
from bot.slack.display_names import names_in
from bot.slash import dates
from bot.slash.argument_error import ArgumentError
from bot.slash.commands import GraphCommand, RunsCommand, ShowCommand, TriggersCommand
from bot.slash.guess import nearest
from bot.slash.reading import STATES
from bot.views import command_replies
from bot.views.answers.runs_answer import PAGE, Listing, runs_page
from bot.views.answers.trigger_answers import triggers_answer
from bot.views.answers.workflow_answer import WorkflowFacts, workflow_answer
from bot.views.message import Message
from engine import (
    Engine,
    ListPlace,
    RunFilter,
    TriggerRecord,
    UnknownWorkflow,
    VisibleRuns,
    WorkflowRecord,
    place_in_list,
)

_HEALTH_RUNS = 20


async def show(context: Context, asker: Caller, command: ShowCommand) -> Message:
    """Answer `show`. As the other functions here it raises `ArgumentError` and the engine's errors."""
    target = command.target
    if target is None:
        return await runs(context, asker, RunsCommand())
    seen = await context.view_for(asker)
    if workflow := await _workflow_named(context, seen, target):
        owned = [workflow] if await seen.owns(workflow) else []
        health = await health_reader(context.engine, seen, owned, public=asker.public)
        facts = await _facts(context, seen, workflow.name)
        facts = replace(facts, health=await health.facts(workflow, facts.runs))
        drawing = context.engine.drawing(workflow.name)
        zone = await _zone(context, asker)
        answer = workflow_answer(workflow, drawing, facts, context.clock.now(), zone)
        return await with_unreadable(context, answer)
    detail = await seen.detail((await run_named(seen, target)).id)
    acts = await context.engine.reasoned_acts(detail.run.id)
    outside = await of_run(context.engine.deliveries, context.engine, detail.run.id)
    names = await names_in(context.people, detail, *(act.actor for act in acts))
    may_cancel = asker.public or await seen.may_cancel(detail.run)  # many people read a public answer
    now = context.clock.now()
    return command_replies.run_answer(detail, now, names, acts, outside, may_cancel=may_cancel)


async def _workflow_named(context: Context, seen: VisibleRuns, name: str) -> WorkflowRecord | None:
    """Return a workflow of this view, with its triggers as they stand; None without one."""
    if (workflow := await workflow_named(seen, name)) is None:
        return None
    visible = await visible_workflows(context.engine, seen)
    return next((each for each in visible if each.name == workflow.name), None)


async def visible_workflows(engine: Engine, seen: VisibleRuns) -> list[WorkflowRecord]:
    """Return the workflows of this view, with their triggers as they stand now."""
    triggers = await engine.schedules()
    return [
        replace(
            workflow, triggers=tuple(trigger for trigger in triggers if trigger.workflow == workflow.name)
        )
        for workflow in await seen.workflows()
    ]


async def _facts(context: Context, seen: VisibleRuns, workflow: str) -> WorkflowFacts:
    found = await seen.find(RunFilter(workflow=workflow), _HEALTH_RUNS)
    counted = await seen.sees_counts(await seen.workflow(workflow))
    usual = await context.engine.usual_seconds(workflow) if counted else None
    return WorkflowFacts(found.runs, usual)


async def runs(context: Context, asker: Caller, command: RunsCommand) -> Message:
    seen, now = await context.view_for(asker), context.clock.now()
    workflow = await _listed_workflow(seen, command) if command.workflow else None
    wanted = RunFilter(
        workflow,
        STATES.get(command.state),
        slack_actor(asker.user) if command.mine else None,
        await _since(context, asker.user, command.since),
        command.text,
    )
    found = await seen.find(wanted, PAGE, await _place(seen, command.before.rpartition(",")[2]))
    listing = Listing(
        workflow or "",
        command.state,
        command.mine,
        command.since,
        command.text,
        command.before,
        str(found.next or ""),
        command.history,
    )
    facts = await _facts(context, seen, workflow) if command.history and workflow else None
    zone = await _zone(context, asker)
    approvers = {ref for run in found.runs for ref in run.failure_waits_for}
    names = await names_in(context.people, *approvers)
    page = await rendered(
        found.runs, runs_page, found.runs, listing, now, context.command, facts, zone, names
    )
    return await with_unreadable(context, page)


async def with_unreadable(context: Context, reply: Message) -> Message:
    """Return a list with how many runs cannot be read; their ids are for the operator."""
    return command_replies.with_unreadable(reply, len(await context.engine.unreadable_runs()))


async def _listed_workflow(seen: VisibleRuns, command: RunsCommand) -> str:
    """Return the workflow whose runs are listed. Raises `UnknownWorkflow`, also for a misspelled state."""
    try:
        return (await seen.workflow(command.workflow)).name
    except UnknownWorkflow as error:
        state = nearest(error.name, STATES)
        if error.nearest or not state or command.state or command.history:
            raise
        text = f"There is no workflow or state called {error.name}. Did you mean {state}?"
        raise UnknownWorkflow(text, name=error.name, nearest=state) from None


async def _zone(context: Context, asker: Caller) -> tzinfo:
    """Return the time zone of the days in a chart: the person's; UTC for an answer that many read."""
    return UTC if asker.public else dates.zone_of((await context.people.person(asker.user)).tz)


async def _place(seen: VisibleRuns, text: str) -> ListPlace | None:
    """Return where a page begins: at a place from a button, or behind a run that this person may see."""
    if not text:
        return None
    if place := place_in_list(text):
        return place
    run = await seen.find_run(text)
    return ListPlace(run.created_at, run.id)


async def _since(context: Context, user: str, text: str) -> datetime | None:
    if not text:
        return None
    person = await context.people.person(user)
    try:
        return dates.since(text, context.clock.now(), person.tz)
    except dates.InvalidMoment as error:
        raise ArgumentError(f"since: {error}", corrected=f"{context.command} runs since=2d") from None


async def triggers(context: Context, asker: Caller, command: TriggersCommand) -> Message:
    seen = await context.view_for(asker)
    workflows = await visible_workflows(context.engine, seen)
    chosen = (await seen.workflow(command.workflow)).name if command.workflow else ""
    shown: list[TriggerRecord] = [
        trigger
        for workflow in workflows
        for trigger in workflow.triggers
        if (trigger.timed or not command.timed) and chosen in ("", workflow.name)
    ]
    now = context.clock.now()
    return triggers_answer(shown, now, timed=command.timed, workflow=chosen, page=command.page)


async def graph(context: Context, asker: Caller, command: GraphCommand) -> Message:
    seen, target = await context.view_for(asker), command.target
    if workflow := await _workflow_named(context, seen, target):
        name, drawing = workflow.name, context.engine.drawing(workflow.name)
    else:
        run = await run_named(seen, target)
        name, drawing = run.short, await context.engine.run_drawing(run.id)
    if not graph_sharing.available():
        return graph_sharing.missing_renderer(name, drawing)
    place = asker.channel if asker.public else None
    if place and (problem := await graph_sharing.shut_out(context, place)):
        return graph_sharing.in_text(name, drawing, f"The graph of {name} is not shared. {problem}")
    shared = graph_sharing.share(context, asker.user, place, name, drawing)
    context.background.start(shared, "share a graph")
    where = "in this conversation" if place else "in your direct messages with Signoff"
    return command_replies.recorded_answer(f"The graph of {name} appears {where} in a few seconds.")
