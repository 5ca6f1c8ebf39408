"""Lines that warn an approver: each view with a button that approves shows all of them."""

from datetime import datetime

from bot.views.message import Names
from bot.views.requests import request_summary
from bot.views.wording import icons
from bot.views.wording.text import safe, safe_fits
from engine import Actor, RequestRecord, decisions_of_leavers, unknown_requester

_MAX_AGAIN_UNITS = 600


def warnings_of(request: RequestRecord, names: Names, now: datetime) -> dict[str, str]:
    """Return the warnings of a request, mrkdwn, each with a name for its block."""
    open_, unknown = request.state == "open", unknown_requester(request)
    lines = {
        "again": _again(request) if open_ and request.coverage.again else "",
        "unmapped": _unmapped(request, unknown) if open_ and unknown else "",
        "left": request_summary.left_since(request, names) if decisions_of_leavers(request) else "",
        "reassigned": request_summary.reassigned(request, names, now) if request.people.handovers else "",
        "revoked": request_summary.revoked(request, names, now),
        "claimed": request_summary.claimed(request, names, now),
        "window": request_summary.runs_in_window(request, now),
        "silence": request_summary.silence_approves(request, now),
    }
    return {name: line for name, line in lines.items() if line}


def again_fits(request: RequestRecord) -> bool:
    """Return whether the line shows the full reason for asking again."""
    return safe_fits(request.coverage.again, _MAX_AGAIN_UNITS)


def _again(request: RequestRecord) -> str:
    return f"{icons.AT_RISK} Asked again because {safe(request.coverage.again, _MAX_AGAIN_UNITS)}."


def _unmapped(request: RequestRecord, requester: Actor) -> str:
    """Return the warning that a requester is unknown, so that they might approve their own request."""
    who = safe(requester.id, 60)
    if requester.source == "api":
        how = f"Requested with the token of {who}, which is mapped to no person"
    else:
        how = f"Started on the command line by {who}, who is mapped to no Slack user"
    then = (
        "Nobody can approve it"
        if request.policy.risk == "high"
        else "Make sure that it is not your own request"
    )
    return f"{icons.AT_RISK} {how}. {then}."
