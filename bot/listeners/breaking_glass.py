"""Break-glass: the window for the person who may, and its submission."""

from collections.abc import Mapping
from typing import Any

from bot.listeners import decisions
from bot.listeners.context import Context, slack_actor
from bot.slack.display_names import names_in
from bot.views.button_values import UNKNOWN_REQUEST, UnknownButton
from bot.views.forms.break_glass_form import break_glass_modal
from engine import DecisionResult, seen_digest


async def window(context: Context, user: str, request_id: str) -> Mapping[str, Any] | str:
    """Return the window, or why this person gets none."""
    request = await context.seen_by(user).request(request_id)
    if request is None or request.policy.break_glass is None:
        raise UnknownButton(UNKNOWN_REQUEST)
    if request.altered:
        return request.altered
    if why := await context.lacking(request.id):
        return why
    if not await context.engine.may_break_glass(request.id, actor=slack_actor(user)):
        return "You cannot break glass here now. The request is closed, or a review of yours is open."
    refs = [ref for stage in request.policy.stages for ref in stage.approvers]
    names = await names_in(context.people, await context.seen_by(user).detail(request.run_id), *refs)
    return break_glass_modal(request, names, seen_digest(request))


async def use(
    context: Context, user: str, request_id: str, reason: str, typed: str, code: str, seen: str
) -> DecisionResult:
    """Approve alone, unless the approvers could not read the request in full."""
    if refusal := await decisions.lacking(context, user, request_id):
        return refusal
    result = await context.engine.break_glass(
        request_id, reason, code, actor=slack_actor(user), typed=typed, seen_request=seen
    )
    return decisions.for_people(result)
