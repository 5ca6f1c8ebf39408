"""A word about a failed step to people and channels that its workflow alerts besides the owner's message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.views.blocks import Element, Ids, actions, grey, link, section
from bot.views.message import Message, Names, message
from bot.views.requests import quorum, request_summary
from bot.views.requests.failure import recovery, sentence
from bot.views.requests.failure_card import outcomes, version_of
from bot.views.wording import icons
from bot.views.wording.text import safe, safe_lines
from bot.views.wording.times import at
from engine import Failure, FailureCard, RequestRecord, RunDetail
from engine.text import count

_SEVERITY = {"low": "Low severity", "normal": "", "high": "High severity"}


def failure_alert(
    event: Mapping[str, Any],
    detail: RunDetail,
    names: Names,
    now: datetime,
    url: str | None = None,
    card: FailureCard | None = None,
) -> Message:
    """`event`: the step that failed, or the question about it. `url`: the message where it is answered.

    `card`: the card of the question, which other runs may share.
    """
    request = next((each for each in detail.requests if each.id == event["request_id"]), None)
    failure = request.failure if request is not None else _failure(event)
    workflow = safe(detail.run.workflow.replace("_", "-"), 80)
    title = safe(detail.titles.get(event["step"] or "", event["step"] or "the run"), 60)
    runs = f" in {card.runs:,} runs" if card is not None and card.is_shared else ""
    why, outcome = sentence(failure, names), _outcome(request, detail, names, now, card)
    head = f"{icons.FAILED} *{workflow}* failed at *{title}*{runs}"
    told = f"{icons.FAILED} {workflow} failed at {title}{runs}: {safe(why, 400)}"
    if outcome and not is_open(request, card):
        told = f"{outcome.splitlines()[0]} · {workflow} failed at {title}{runs}"
    ids = Ids("alert", version_of(card) if card else request.version if request else 1)
    buttons: list[Element] = [link("Open the message", url)] if url else []
    return message(
        f"{told} ({safe(detail.run.short, 150)})",
        section(f"{head}\n{safe_lines(why, 900)}", ids("head")),
        recovery(card, now, ids) if card else None,
        section(outcome, ids("outcome")) if outcome else None,
        actions(buttons),
        grey(*_facts(event, detail, names, now, request, card), block_id=ids("facts")),
    )


def is_open(request: RequestRecord | None, card: FailureCard | None) -> bool:
    """Return whether people are still asked about the failure, in this run or in another one on the card."""
    if card is not None and card.is_shared:
        return card.open_count > 0
    return request is not None and request.state == "open"


def _outcome(
    request: RequestRecord | None, detail: RunDetail, names: Names, now: datetime, card: FailureCard | None
) -> str:
    """Return what people answered, in the words of the message with the buttons; mrkdwn."""
    if card is not None and card.is_shared:
        return outcomes(card, names)
    if request is None or request.state == "open":
        return ""
    return request_summary.ending(request, detail, names, now)


def _facts(
    event: Mapping[str, Any],
    detail: RunDetail,
    names: Names,
    now: datetime,
    request: RequestRecord | None,
    card: FailureCard | None,
) -> list[str]:
    failed = f"failed {at(datetime.fromisoformat(event['at']), now)}"
    severity = _SEVERITY.get(event.get("severity", ""), "")
    return [severity, _decides(detail, names, request, card), failed, safe(detail.run.short, 150)]


def _decides(detail: RunDetail, names: Names, request: RequestRecord | None, card: FailureCard | None) -> str:
    """Return who decides, or how long people took to decide; mrkdwn."""
    if request is None:
        return f"The run failed with it. Owner: {names.ref(detail.owner)}"
    if card is not None and card.is_shared:
        if not card.open_count:
            return "Every run is answered"
        asked = card.open[0] if card.open else request
        return f"{quorum.who_may(asked, names, notify=False)} {count(card.open_count, 'run')}"
    if request.state == "open":
        return quorum.who_may(request, names, notify=False)
    return request_summary.waited(request)


def _failure(event: Mapping[str, Any]) -> Failure:
    failure = event["data"].get("failure") or {}
    return Failure(str(failure.get("kind", "")), str(failure.get("message", "")))
