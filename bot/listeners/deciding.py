"""The one way to a decision from Slack, whichever button, list or window it comes by."""

from collections.abc import Sequence
from typing import Any

from bot.listeners.context import Context, slack_actor
from engine import Answer


async def decide(context: Context, user: str, request_id: str, choice: str, **more: Any) -> Answer:
    """As `Engine.decide`; an approval of what its approvers could not read in full is refused."""
    if choice == "approve" and (why := await context.lacking(request_id)):
        return Answer("unavailable", why, await context.engine.request(request_id))
    return await context.engine.decide(request_id, choice, actor=slack_actor(user), **more)


async def approve_together(context: Context, user: str, request_ids: Sequence[str]) -> list[Answer]:
    """Several at once, each checked as if alone."""
    answers = []
    for request_id in request_ids:
        if why := await context.lacking(request_id):
            answers.append(Answer("unavailable", why, await context.engine.request(request_id)))
        else:
            answers += await context.engine.approve_together([request_id], actor=slack_actor(user))
    return answers
