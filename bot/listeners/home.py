"""The App Home of one person, made anew whenever they open it or act in it."""

import logging

from bot.listeners import answering
from bot.listeners.context import Context, slack_actor
from bot.slackapi import Sent
from bot.views.home import home_view
from engine import PeopleUnavailable

log = logging.getLogger(__name__)

_RUNS = 10


async def publish(context: Context, user: str) -> None:
    """Show what waits for this person, their runs, and what they can start."""
    engine = context.engine
    try:
        waiting = await engine.waiting_for(user)
    except PeopleUnavailable:
        waiting = None
    runs, _ = await engine.runs(limit=_RUNS, actor=slack_actor(user))
    view = home_view(waiting, runs, await answering.loaded(context), context.clock.now(), context.command)
    outcome = await context.api.write("views.publish", {"user_id": user, "view": view})
    if not isinstance(outcome, Sent):
        log.warning("a Home could not be published: %s", outcome)
