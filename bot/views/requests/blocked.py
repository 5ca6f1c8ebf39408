"""Notices of a message that can't be delivered: to the owner, to the operator, in the run's thread."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.views.blocks import grey, section
from bot.views.message import Message, Names, message
from bot.views.requests import quorum
from bot.views.runs.run import headline_of
from bot.views.wording import channels, icons
from bot.views.wording.text import question_line, safe
from bot.views.wording.times import at
from engine import AWAITED, RequestRecord, RunDetail

_FIND_IT = "Approvers also find it with `/workflow approvals`."
_NO_PICTURES = (
    "You are told once. Later runs get their picture after the cause is fixed. SIGNOFF_PICTURES=off turns "
    "pictures off."
)
_RUN = {
    False: "The message of *{run}* can't be posted.",
    True: "The message of *{run}* can't be updated, so it shows an older state.",
}
_OTHER = {
    "notify": "A message that a step of *{run}* posts can't be posted.",
    "full": "The full text of a request of *{run}* can't be posted, so nobody can approve it in Slack yet.",
    "picture": "The picture of the graph of *{run}* can't be posted in its thread.",
    "line": "A line in the thread of *{run}* can't be posted.",
}

_CAUSE = "What was in the way"

Informed = Literal["owner", "operator", "nobody", "no operator"]
"""Recipient of the reason by direct message. `no operator`: nobody, and the settings name no operator."""
_TOLD: dict[Informed, str] = {
    "owner": "Signoff has told the owner why.",
    "operator": "Signoff could not reach the owner and has told the operator why.",
    "nobody": "Signoff could reach neither the owner nor the operator.",
    "no operator": "Signoff could not reach the owner, and SIGNOFF_OPERATOR names nobody else.",
}


@dataclass(frozen=True, slots=True)
class Blocked:
    """State of a message that Slack refused.

    `kind`: kind of its delivery. `posted`: people have seen it, perhaps in an older form. `elsewhere`: the
    same request is also in another channel. `arrived`: it was delivered later. `request`: the request that
    the message shows, if any. `arrived_at`: time of that delivery, where it is known. `was_posted`: people
    had seen an older form of it when Slack refused it.
    """

    kind: str
    posted: bool = False
    elsewhere: bool = False
    arrived: bool = False
    request: RequestRecord | None = None
    arrived_at: datetime | None = None
    was_posted: bool = False


def blocked_message(
    detail: RunDetail,
    remedy: str,
    names: Names,
    now: datetime,
    blocked: Blocked,
    *,
    owner_unknown: str = "",
    as_operator: bool = False,
) -> Message:
    """To the owner or the operator: what can't be delivered, what that means, and the remedy.

    `remedy`: a plain sentence or two. `owner_unknown`: why the workflow's owner could not be found.
    """
    run = safe(detail.run.short, 150)
    what = what_is_blocked(detail, blocked, now)
    sign = icons.DONE if blocked.arrived else icons.AT_RISK
    label = _CAUSE if blocked.arrived else "What to do"
    again = "Signoff tries again. The message appears within 15 minutes after the cause is fixed"
    find = _FIND_IT if _waits(blocked) else ""
    why = f"You get this as the operator. The owner could not be found: {safe(owner_unknown, 300)}"
    as_well = "You get this as the operator."
    return message(
        f"{sign} {what} {f'{_CAUSE}: ' if blocked.arrived else ''}{_linked(channels.sentence(remedy, 1500))}",
        section(f"{sign} {what}\n*{label}:* {_linked(channels.sentence(remedy, 1500))}"),
        grey(headline_of(detail, names), run),
        grey(why if owner_unknown else as_well) if as_operator else None,
        None if blocked.arrived else grey(_NO_PICTURES) if blocked.kind == "picture" else grey(again, find),
    )


def blocked_line(
    detail: RunDetail,
    remedy: str,
    now: datetime,
    blocked: Blocked,
    informed: Informed | None,
    *,
    shown: bool = False,
) -> Message | None:
    """In the run's thread: the question that can't be delivered, why, and who knows.

    `shown`: the line is in the thread already. None: it is not, and the question was delivered since.
    """
    if blocked.arrived and not shown:
        return None
    reason = _linked(channels.referring(remedy, 1500))
    if blocked.arrived:
        text = f"{icons.DONE} {what_is_blocked(detail, blocked, now)} {_CAUSE}: {reason}"
        return message(text, section(text))
    parts = [what_is_blocked(detail, blocked, now), reason]
    if informed is not None:
        parts.append(_TOLD[informed])
    if _waits(blocked):
        parts.append(_FIND_IT)
    text = f"{icons.AT_RISK} {' '.join(parts)}"
    return message(text, section(text))


def _waits(blocked: Blocked) -> bool:
    return blocked.request is not None and blocked.request.state in AWAITED


def what_is_blocked(detail: RunDetail, blocked: Blocked, now: datetime) -> str:
    """One or two sentences, mrkdwn: what can't be delivered, and what that means as things stand."""
    run = safe(detail.run.short, 150)
    if blocked.arrived:
        return _arrived(blocked, run, now)
    if blocked.request is not None and blocked.kind == "request":
        return _question(blocked, blocked.request, run)
    what = _OTHER.get(blocked.kind, _RUN[blocked.posted]).format(run=run)
    ended = detail.run.ended_at is not None
    _, state = icons.run_state(detail.run.state, detail.run.reason)
    goes_on = f"The run has ended ({state})." if ended else "The run continues."
    return what if blocked.kind == "full" else f"{what} {goes_on}"


def _arrived(blocked: Blocked, run: str, now: datetime) -> str:
    verb = "updated" if blocked.was_posted else "posted"
    known = blocked.arrived_at
    done = f"It is {verb} now" if known is None else f"It was {verb} {at(known, now)}"
    if blocked.request is None or blocked.kind not in ("request", "full"):
        return f"A message of *{run}* could not be {verb} at first. {done}."
    ask = f"“{question_line(blocked.request.ask, 200)}” of *{run}*"
    if blocked.was_posted:
        return f"The message of the request {ask} could not be updated at first. {done}."
    what = "full text of the request" if blocked.kind == "full" else "request"
    if not _waits(blocked):
        return f"The {what} {ask} could not be posted at first. {done}. {_ended(blocked.request)}"
    people = "can approve it in Slack" if blocked.kind == "full" else "are asked now"
    return f"The {what} {ask} could not be posted at first. {done}, and people {people}."


def _question(blocked: Blocked, request: RequestRecord, run: str) -> str:
    ask = f"“{question_line(request.ask, 200)}” of *{run}*"
    waits = _waits(blocked)
    if not blocked.posted:
        if not waits:
            return f"The request {ask} can't be posted. {_ended(request)} An answer is no longer needed."
        if blocked.elsewhere:
            return f"The request {ask} can't be posted in one of its channels. It was posted in another."
        return f"The request {ask} can't be posted, so {quorum.NOBODY_YET}."
    if waits:
        return (
            f"The message of the request {ask} can't be updated. People were asked, and the request is open."
        )
    return (
        f"The message of the request {ask} can't be updated and may still show buttons. {_ended(request)} "
        "A click on a button changes nothing."
    )


def _ended(request: RequestRecord) -> str:
    if request.state == "withdrawn":
        return "It was withdrawn."
    word = icons.OUTCOME.get(request.outcome, ("", safe(request.outcome, 40)))[1].lower()
    return f"It is decided: {word}."


def _linked(text: str) -> str:
    """Commands become code, so that they can be copied."""
    return re.sub(r"/invite @[\w.-]+", lambda match: f"`{match[0]}`", text)
