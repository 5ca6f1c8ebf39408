"""Direct message to an approver who is not in the channel of the question."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.views.blocks import Element, actions, grey, link, section
from bot.views.message import Message, Names, message
from bot.views.requests import quorum, request_summary
from bot.views.wording import channels, icons
from bot.views.wording.text import question_line, safe
from engine import RequestRecord, RunDetail


def absent_approver_message(
    request: RequestRecord,
    detail: RunDetail,
    names: Names,
    now: datetime,
    data: Mapping[str, Any],
    url: str | None = None,
) -> Message:
    """The question in a sentence, and the way to decide it; later that it is no longer open.

    `data`: `channel`, the id of the channel if the person can open it, and `theirs`, whether the person is
    still asked. `url`: the permalink of the question.
    """
    ask, run = question_line(request.ask, 500), safe(detail.run.short, 150)
    if request.state != "open":
        ended = request_summary.ending(request, detail, names, now).splitlines()[0]
        return message(
            f"No longer open: {ask} · {ended}", section(f"*No longer open:* {ask}\n{ended}"), grey(run)
        )
    who = quorum.who_may(request, names, notify=False)
    if not data["theirs"]:
        text = f"*No longer waiting for you:* {ask}"
        return message(f"No longer waiting for you: {ask}", section(text), grey(who, run))
    place = channels.reference(data["channel"]) if data["channel"] else channels.PRIVATE
    asked = f"You can decide. You are not in {place}, where it is asked"
    how = "" if data["channel"] else " Decide in the Home of Signoff."
    buttons: list[Element] = [link("Open the message", url)] if url and data["channel"] else []
    silence = request_summary.silence_approves(request, now)
    return message(
        f"{icons.PEOPLE} {ask} · {asked}.{how}" + (f" {silence}" if silence else ""),
        section(f"{icons.PEOPLE} *{ask}*\n{asked}.{how}"),
        section(silence) if silence else None,
        actions(buttons),
        grey(who, request_summary.until(request, now), run),
    )
