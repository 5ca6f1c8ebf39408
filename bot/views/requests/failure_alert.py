"""A word about a failed step to people and channels that its workflow alerts besides the owner's message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.views.blocks import Element, actions, grey, link, section
from bot.views.message import Message, Names, message
from bot.views.requests.failure import sentence
from bot.views.wording import icons
from bot.views.wording.text import safe, safe_lines
from bot.views.wording.times import at
from engine import Failure, RequestRecord, RunDetail

_SEVERITY = {"low": "Low severity", "normal": "", "high": "High severity"}


def failure_alert(
    event: Mapping[str, Any], detail: RunDetail, names: Names, now: datetime, url: str | None = None
) -> Message | None:
    """`event`: the step that failed, or the question about it. `url`: the message where it is answered.

    None where the question was answered before anybody was told.
    """
    request = next((each for each in detail.requests if each.id == event["request_id"]), None)
    if request is not None and request.state != "open":
        return None
    failure = request.failure if request is not None else _failure(event)
    workflow = safe(detail.run.workflow.replace("_", "-"), 80)
    title = safe(detail.titles.get(event["step"] or "", event["step"] or "the run"), 60)
    head, why = f"{icons.FAILED} *{workflow}* failed at *{title}*", sentence(failure)
    buttons: list[Element] = [link("Open the message", url)] if url else []
    return message(
        f"{icons.FAILED} {workflow} failed at {title}: {safe(why, 400)} ({safe(detail.run.short, 150)})",
        section(f"{head}\n{safe_lines(why, 900)}"),
        actions(buttons),
        grey(*_facts(event, detail, names, now, request)),
    )


def _facts(
    event: Mapping[str, Any],
    detail: RunDetail,
    names: Names,
    now: datetime,
    request: RequestRecord | None,
) -> list[str]:
    owner = names.ref(detail.owner)
    decides = f"{owner} decides" if request is not None else f"The run failed with it. Owner: {owner}"
    failed = f"failed {at(datetime.fromisoformat(event['at']), now)}"
    return [_SEVERITY.get(event.get("severity", ""), ""), decides, failed, safe(detail.run.short, 150)]


def _failure(event: Mapping[str, Any]) -> Failure:
    failure = event["data"].get("failure") or {}
    return Failure(str(failure.get("kind", "")), str(failure.get("message", "")))
