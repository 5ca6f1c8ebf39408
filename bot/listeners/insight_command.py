"""Subcommand insight: what a decision recommended, and what people answered."""

from datetime import datetime

from bot.listeners.context import Caller, Context
from bot.slash import dates
from bot.slash.argument_error import ArgumentError
from bot.slash.commands import InsightCommand
from bot.views.answers.insight_answer import insight_answer
from bot.views.message import Message
from engine import NotPossible, VisibleRuns, WorkflowRecord


async def insight(context: Context, asker: Caller, command: InsightCommand) -> Message:
    """Answer `insight`. Raises the engine's errors, and `ArgumentError`."""
    seen = await context.view_for(asker)
    workflow = await seen.workflow(command.workflow)
    await require_counts(seen, workflow)
    since = await _since(context, asker, command)
    figures = await context.engine.insight(workflow.name, command.step, since=since)
    return insight_answer(figures, workflow.title, command.since)


async def require_counts(seen: VisibleRuns, workflow: WorkflowRecord) -> None:
    """Raise `NotPossible` for a viewer who may not read what counts all runs of a workflow."""
    if not await seen.sees_counts(workflow):
        raise NotPossible(
            f"The answers to all runs of {workflow.name} are for its owner and the people in its may_see."
        )


async def _since(context: Context, asker: Caller, command: InsightCommand) -> datetime:
    person = await context.people.person(asker.user)
    try:
        return dates.since(command.since, context.clock.now(), person.tz)
    except dates.InvalidMoment as error:
        corrected = f"{context.command} insight {command.workflow} since=90d"
        raise ArgumentError(f"since: {error}", corrected=corrected) from None
