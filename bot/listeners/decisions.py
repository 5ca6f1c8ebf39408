"""Decisions from Slack: every button, list and modal records its decision here."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from bot.listeners.context import Context, slack_actor
from bot.listeners.surface import Surface
from bot.slack.web_api import SlackRefused, SlackUnreachable
from engine import Altered, Decision, DecisionResult, GrantReply, NotAllowed
from engine.text import without_folders


async def decide(context: Context, user: str, request_id: str, decision: Decision) -> DecisionResult:
    """Decide a request, and refuse an approval of what its approvers could not read in full."""
    if decision.choice == "approve" and (refusal := await lacking(context, user, request_id)):
        return refusal
    return for_people(await context.engine.decide(request_id, decision, actor=slack_actor(user)))


async def grant(
    context: Context, user: str, request_id: str, uses: int, lasts: timedelta, seen: str
) -> GrantReply:
    """Approve a request and further ones, unless its approvers could not read it in full."""
    if refusal := await lacking(context, user, request_id):
        return GrantReply(refusal)
    reply = await context.engine.grant(request_id, uses, lasts, actor=slack_actor(user), seen_request=seen)
    return replace(reply, result=for_people(reply.result))


async def check(context: Context, user: str, request_id: str, decision: Decision) -> DecisionResult | None:
    """Return why a decision would be refused now, to be told before a window asks for it."""
    result = await context.engine.check_decision(request_id, decision, actor=slack_actor(user))
    return for_people(result) if result else None


def for_people(result: DecisionResult) -> DecisionResult:
    """Return an answer without the paths of the server, which the reason of a failed store may name."""
    if result.code != "unavailable":
        return result
    return replace(result, text=without_folders(result.text))


async def lacking(context: Context, user: str, request_id: str) -> DecisionResult | None:
    """Return why nobody can approve the request yet; the engine refuses a person who may not see it."""
    with suppress(Altered, NotAllowed):
        if why := await context.lacking(request_id):
            request = await context.seen_by(user).request(request_id)
            return DecisionResult("unavailable", why, request) if request else None
    return None


async def decide_all(
    context: Context, user: str, request_id: str, decision: Decision, last_place: int
) -> list[DecisionResult]:
    """Decide the open requests that the card of a failure counted, each for its own run."""
    cards = context.engine.failure_cards
    actor = slack_actor(user)
    results = await cards.decide_all(request_id, decision, actor=actor, last_place=last_place)
    return [for_people(result) for result in results]


async def approve_together(context: Context, user: str, seen: Mapping[str, str]) -> list[DecisionResult]:
    """Approve several requests at once, each checked as if alone. `seen`: their digests, by id."""
    results = []
    for request_id, digest in seen.items():
        if refusal := await lacking(context, user, request_id):
            results.append(refusal)
        else:
            decided = await context.engine.approve_together({request_id: digest}, actor=slack_actor(user))
            results += [for_people(result) for result in decided]
    return results


async def is_stale(context: Context, surface: Surface) -> bool:
    """Return whether the clicked message is out of date, because Slack no longer lets Signoff update it."""
    if surface.view is not None or surface.ephemeral or surface.listed or surface.channel is None:
        return False
    return not await context.engine.deliveries.has_ref(surface.channel, surface.ts)


async def where(context: Context, surface: Surface, request_id: str) -> str:
    """Return the address of the current message; empty if it is unknown."""
    return await message_url(context, request_id, surface.channel)


async def message_url(context: Context, request_id: str, channel: str | None = None) -> str:
    """Return the address of a request's message; empty if it is unknown. `channel`: preferred."""
    rows = await context.engine.deliveries.find(subject=request_id, kind="request")
    rows.sort(key=lambda row: bool(row.ref) and row.ref["channel"] == channel, reverse=True)
    ref = next((row.ref for row in rows if row.ref), None)
    if ref is None:
        return ""
    message = {"channel": ref["channel"], "message_ts": ref["ts"]}
    try:
        return str((await context.api.read("chat.getPermalink", message))["permalink"])
    except (SlackRefused, SlackUnreachable, KeyError):
        return ""  # an answer without a link is better than none
