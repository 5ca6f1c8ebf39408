"""Subcommand insight: what a decision recommended, what people answered, and a better threshold."""

from datetime import datetime

from bot.listeners.context import Caller, Context, FormReply, slack_actor
from bot.slash import dates
from bot.slash.argument_error import ArgumentError
from bot.slash.commands import InsightCommand
from bot.views import command_replies
from bot.views.answers.insight_answer import insight_answer
from bot.views.forms.proposal_form import MAX_GATES, Proposal, proposal_modal
from bot.views.message import Message
from engine import NotPossible, VisibleRuns, WorkflowRecord


async def insight(context: Context, asker: Caller, command: InsightCommand) -> Message | FormReply:
    """Answer `insight`. Raises the engine's errors, and `ArgumentError`."""
    seen = await context.view_for(asker)
    workflow = await seen.workflow(command.workflow)
    await require_counts(seen, workflow)
    since = await _since(context, asker.user, command)
    if command.propose:
        return await _propose(context, asker, command, since)
    figures = await context.engine.insight(workflow.name, command.step, since=since)
    return insight_answer(figures, workflow.title, command.since)


async def require_counts(seen: VisibleRuns, workflow: WorkflowRecord) -> None:
    """Raise `NotPossible` for a viewer who may not read what counts all runs of a workflow."""
    if not await seen.sees_counts(workflow):
        raise NotPossible(
            f"The answers to all runs of {workflow.name} are for its owner and the people in its may_see."
        )


async def _propose(context: Context, asker: Caller, command: InsightCommand, since: datetime) -> FormReply:
    """Show a better threshold, and the gates whose approvers can be asked for it."""
    name, step, found = await context.engine.thresholds.proposable(
        command.workflow, command.step, since=since, actor=slack_actor(asker.user)
    )
    gates = [each for each in await context.seen_by(asker.user).workflows() if each.gate]
    if not gates:
        raise NotPossible(
            "There is no gate whose approvers could decide about a threshold. Ask the operator to add one, "
            "as the page Gates describes."
        )
    if len(gates) > MAX_GATES:
        raise NotPossible(
            f"There are {len(gates)} gates, and a menu in Slack has at most {MAX_GATES}. "
            f"Type signoff insight {name}.{step} --propose --ask GATE."
        )
    return FormReply(proposal_modal(Proposal(name, step, command.since, found.stamp), found, gates))


async def ask(context: Context, user: str, asked: Proposal, gate: str) -> Message:
    """Ask the approvers of a gate for the threshold that was shown. Raises the engine's errors."""
    seen = context.seen_by(user)
    workflow = await seen.workflow(asked.workflow)
    await require_counts(seen, workflow)
    since = await _since(context, user, InsightCommand(asked.workflow, asked.step, asked.since))
    asks = (await seen.workflow(gate)).name
    _, run = await context.engine.thresholds.propose(
        workflow.name, asked.step, asks, since=since, actor=slack_actor(user), stamp=asked.stamp
    )
    return command_replies.recorded_answer(
        f"The approvers of {asks} are asked for it: {run}. Nothing changes before they approve."
    )


async def _since(context: Context, user: str, command: InsightCommand) -> datetime:
    person = await context.people.person(user)
    try:
        return dates.since(command.since, context.clock.now(), person.tz)
    except dates.InvalidMoment as error:
        corrected = f"{context.command} insight {command.workflow} since=90d"
        raise ArgumentError(f"since: {error}", corrected=corrected) from None
