"""The App Home of one person, published again when they open it or act in it."""

import logging
from typing import Any

from bot.listeners.context import Context, slack_actor
from bot.listeners.reading import visible_workflows
from bot.off_the_loop import rendered
from bot.slack.web_api import Sent
from bot.views.home import closed_view, home_view
from engine import NotAllowed, PeopleUnavailable

log = logging.getLogger(__name__)

_MAX_RUNS = 10


async def publish(context: Context, user: str) -> None:
    """Show what waits for this person, their runs, and what they can start."""
    try:
        await context.member(user)
        view = await _view(context, user)
    except (NotAllowed, PeopleUnavailable) as error:
        view = closed_view(str(error))
    outcome = await context.api.write("views.publish", {"user_id": user, "view": view})
    if not isinstance(outcome, Sent):
        log.warning("a Home could not be published: %s", outcome)


async def _view(context: Context, user: str) -> dict[str, Any]:
    engine = context.engine
    try:
        waiting = await engine.waiting_for(user)
    except PeopleUnavailable:
        waiting = None
    runs, total = await engine.runs(limit=_MAX_RUNS, actor=slack_actor(user))
    workflows, now = await visible_workflows(context, context.seen_by(user)), context.clock.now()
    return await rendered(
        (*(waiting or ()), *runs), home_view, waiting, runs, workflows, now, context.command,
        total_runs=total, all_seen=await context.all_seen(),
    )  # fmt: skip
