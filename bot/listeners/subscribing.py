"""Subscriptions of channels: `subscribe`, `unsubscribe` and `subscriptions`."""

from collections.abc import Collection

from bot.listeners.context import Caller, Context, slack_actor
from bot.slash import commands
from bot.views.answers import subscription_answers as answers
from bot.views.message import Message
from engine import NotPossible

Command = commands.SubscribeCommand | commands.UnsubscribeCommand | commands.SubscriptionsCommand


async def answer(context: Context, asker: Caller, command: Command) -> Message:
    """Raises the engine's errors."""
    channel, name = await _channel(context, asker)
    actor, subscriptions = slack_actor(asker.user), context.engine.subscriptions
    places = [channel, f"#{name}"]
    if isinstance(command, commands.SubscriptionsCommand):
        found = [each for each in await subscriptions.all() if each.channel in places]
        seen = {workflow.name for workflow in await context.seen_by(asker.user).workflows()}
        return answers.listed([each for each in found if each.workflow in seen], name, context.command)
    if isinstance(command, commands.UnsubscribeCommand):
        subscribed = command.workflow
        if not await _subscribed(context, places, subscribed) or _loaded(context, subscribed):
            subscribed = (await context.seen_by(asker.user).workflow(subscribed)).name
        await subscriptions.remove(places, subscribed, actor=actor)
        return answers.ended(subscribed, name)
    workflow = await context.seen_by(asker.user).workflow(command.workflow)
    if not await context.engine.may_read_news(channel, workflow.name):
        raise NotPossible(
            f"Not everybody who reads #{name} may see the runs of {workflow.name}, so its news cannot come "
            "here. Subscribe from a channel whose members may all see them."
        )
    added = await subscriptions.add(channel, workflow.name, command.kinds, actor=actor)
    return answers.subscribed(added, name, context.command)


async def _subscribed(context: Context, places: Collection[str], name: str) -> bool:
    subscriptions = await context.engine.subscriptions.all()
    return any(each.channel in places and each.workflow == name for each in subscriptions)


def _loaded(context: Context, name: str) -> bool:
    """Return whether a workflow has this name, seen or not: a subscription can outlive its workflow."""
    return any(each.name == name for each in context.engine.workflows())


async def _channel(context: Context, asker: Caller) -> tuple[str, str]:
    """Return the id and the name of the channel. Raises `NotPossible` where the bot cannot post news."""
    record = await context.people.channels.by_id(asker.channel) if asker.channel else {}
    if asker.channel is None or asker.channel.startswith("D"):
        raise NotPossible("News goes to channels. Send the command in the channel that should get it.")
    if not record.get("name"):
        raise NotPossible("Signoff is not in this channel. Type /invite @signoff here, then try again.")
    return asker.channel, str(record["name"])
