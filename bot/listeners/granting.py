"""Grants: the window that gives one, the list, and the button that ends one."""

from bot.listeners import home
from bot.listeners.context import Caller, Context, slack_actor
from bot.listeners.surface import Surface
from bot.slack.display_names import names_in
from bot.slash import commands
from bot.views.answers.grants_answer import grants_answer
from bot.views.button_values import ButtonValue
from bot.views.message import Message


async def answer(context: Context, asker: Caller, command: commands.GrantsCommand) -> Message:
    """Return the grants that this person may see. Raises the engine's errors."""
    actor, grants = slack_actor(asker.user), context.engine.grants
    listed = [(each, await grants.may_revoke(each, actor=actor)) for each in await grants.all(actor=actor)]
    people = [actor for grant, _ in listed for actor in (grant.giver, grant.requester)]
    return grants_answer(listed, await names_in(context.people, *people), context.clock.now())


async def revoke(context: Context, surface: Surface, value: ButtonValue) -> Message | None:
    """End a grant, and return the list again where it was clicked in one. A line in the thread says so."""
    await context.engine.grants.revoke(value.id, actor=slack_actor(surface.user))
    if surface.view == "home":
        context.background.start(home.publish(context, surface.user), "publish a Home")
        return None
    if value.word != "revoke-listed":
        return None
    asker = Caller(surface.user, surface.channel, surface.trigger)
    return await answer(context, asker, commands.GrantsCommand())
