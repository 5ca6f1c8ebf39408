"""A line about a run in a channel that subscribed to its workflow."""

from collections.abc import Mapping
from typing import Any

from bot.views.blocks import section
from bot.views.message import Message, Names, message
from bot.views.requests.failure import sentence
from bot.views.runs.run import refusal_words, refused_approval
from bot.views.wording import icons
from bot.views.wording.text import escape, question_line, safe
from engine import Failure, RequestRecord, RunDetail

_SIGNS = {
    "started": icons.RUNNING,
    "waiting": icons.PEOPLE,
    "done": icons.DONE,
    "failed": icons.FAILED,
}


def news_message(
    event: Mapping[str, Any], detail: RunDetail, names: Names, url: str | None = None
) -> Message | None:
    """`url`: the run's message. It mentions nobody, since it concerns nobody who must act.

    None for a question that was answered before anybody was told.
    """
    kind = str(event["news"])
    workflow = safe(detail.run.workflow.replace("_", "-"), 80)
    short = safe(detail.run.short, 150)
    request = next((each for each in detail.requests if each.id == event["request_id"]), None)
    if kind == "waiting" and request is not None and request.state != "open":
        return None
    refused = refused_approval(detail) if kind == "done" else None
    sign = icons.SKIPPED if refused else _SIGNS[kind]
    words = _refusal(refused, detail) if refused else _words(kind, event, detail, names, request)
    said = f"{sign} *{workflow}* {words}"
    shown = f"<{escape(url)}|{short}>" if url else short
    return message(f"{said} · {short}", section(f"{said} · {shown}"))


def _refusal(refused: RequestRecord, detail: RunDetail) -> str:
    title = safe(detail.titles.get(refused.step, refused.step), 60)
    return f"ended: *{title}* was {refusal_words(refused)}"


def _words(
    kind: str, event: Mapping[str, Any], detail: RunDetail, names: Names, request: RequestRecord | None
) -> str:
    if kind == "started":
        return f"was started by {names.actor(detail.run.actor)}"
    if kind == "done":
        return "ended with skipped steps" if detail.run.reason else "is done"
    if kind == "waiting":
        return f"asks: {question_line(request.ask, 300)}" if request else "asks people"
    if request is None:
        return f"failed: {safe(detail.run.reason, 300)}" if detail.run.reason else "failed"
    title = safe(detail.titles.get(request.step, request.step), 60)
    why = sentence(request.failure or Failure("", ""), names)
    return f"failed at *{title}*: {safe(why, 300)}"
