"""`/workflow canary`: compare a candidate, promote it, roll it back."""

from bot.listeners.context import Caller, Context, FormReply, slack_actor
from bot.slash.commands import CanaryCommand
from bot.views import command_replies
from bot.views.forms.canary_form import canary_modal
from bot.views.message import Message
from bot.views.runs.canary import canary_answer, canary_stamp
from engine import NotPossible


async def answer(context: Context, asker: Caller, command: CanaryCommand) -> Message | FormReply:
    """Return how a candidate does. Raises the engine's errors.

    A typed act is confirmed in a window. A button has asked already, and names its canary by `since`.
    """
    seen = context.seen_by(asker.user)
    workflow = await seen.workflow(command.workflow)
    name = workflow.name
    if not await seen.sees_counts(workflow):
        raise NotPossible(
            f"Only people who see all runs of {name} can compare them with those of a candidate."
        )
    if not command.act:
        report = await context.engine.canaries.report(name, viewer=slack_actor(asker.user))
        return canary_answer(report, context.clock.now())
    if command.since is not None:
        return await end(context, asker.user, name, command.act, command.since, command.reason)
    canary = await context.engine.canaries.check(name, command.act, actor=slack_actor(asker.user))
    return FormReply(canary_modal(canary, command.act, command.reason))


async def end(context: Context, user: str, name: str, act: str, since: int, reason: str) -> Message:
    """Promote a candidate or roll it back. `since`: the stamp of the canary that was asked about."""
    canaries, actor = context.engine.canaries, slack_actor(user)
    if since != canary_stamp((await canaries.report(name, viewer=actor)).canary):
        text = f"This question is about an earlier canary of {name}. Nothing was changed."
        return command_replies.refused_answer(text, corrected=f"{context.command} canary {name}")
    report = await (canaries.promote if act == "promote" else canaries.roll_back)(
        name, actor=actor, reason=reason
    )
    return canary_answer(report, context.clock.now())
