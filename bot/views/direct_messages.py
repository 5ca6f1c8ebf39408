"""Direct message to the requester: the outcome of what they asked for."""

from datetime import datetime

from bot.views.blocks import Element, actions, grey, link, section
from bot.views.message import Message, Names, message
from bot.views.requests import request_summary
from bot.views.wording.text import question_line, safe
from engine import RequestRecord, RunDetail


def outcome_message(
    request: RequestRecord, detail: RunDetail, names: Names, now: datetime, url: str | None = None
) -> Message:
    """To the requester: one line, the reason, and the way to the message. `url`: its permalink."""
    outcome = request_summary.ending(request, detail, names, now)
    ask = question_line(request.ask, 500)
    first, *reason = outcome.split("\n")
    buttons: list[Element] = [link("Open the message", url)] if url else []
    return message(
        f"{first} · {ask}",
        section("\n".join([first, ask, *reason])),
        actions(buttons),
        grey(request_summary.waited(request), safe(detail.run.short, 150)),
    )
