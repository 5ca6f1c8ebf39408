"""Break-glass in Slack: the button, what everybody concerned is told, and the verdict of the reviewers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.views import button_values
from bot.views.blocks import Element, button, grey, section
from bot.views.message import Message, Names, message
from bot.views.wording import icons
from bot.views.wording.text import question_line, quote, safe
from bot.views.wording.times import at
from engine import RequestRecord, RunDetail


def break_glass_button(request: RequestRecord) -> Element:
    """Return the button that opens the window. Only people who may break glass are shown it."""
    value = button_values.encode(request.id, "open")
    word = "Break glass…"
    return button(word, button_values.BREAK_GLASS, value, style="danger", label=f"{word}: {request.ask}")


def used_message(event: Mapping[str, Any], detail: RunDetail, names: Names, now: datetime) -> Message:
    """Return what approvers, the owner and the workflow's channel are told."""
    data = event["data"]
    who, workflow = names.person(str(data["by"])), safe(detail.run.workflow.replace("_", "-"), 80)
    request = next((each for each in detail.requests if each.id == data["request"]), None)
    ask = question_line(request.ask, 300) if request else safe(str(data["request"]), 200)
    head = f"{icons.AT_RISK} *Break-glass:* {who} approved this of *{workflow}* alone: {ask}"
    when = at(datetime.fromisoformat(event["at"]), now)
    review = f"The approvers of {safe(str(data['gate']), 80)} review it"
    reason = quote(str(data["reason"]), 900)
    return message(head, section(f"{head}\n{reason}"), grey(when, review, safe(detail.run.short, 150)))


def unreviewed_message(event: Mapping[str, Any], detail: RunDetail, names: Names) -> Message:
    """Return what the owner and the person are told when nobody can be asked to review."""
    data = event["data"]
    who, workflow = names.person(str(data["by"])), safe(detail.run.workflow.replace("_", "-"), 80)
    gate = safe(str(data["gate"]), 80)
    head = f"{icons.AT_RISK} Nobody can be asked to review the break-glass of {who} at *{workflow}*"
    remedy = (
        f"Until it is reviewed, {who} cannot break glass again. Ask the operator to load the gate {gate} "
        "again: Signoff then asks its approvers by itself."
    )
    return message(head, section(f"{head}\n{quote(str(data['problem']), 900)}"), section(remedy))


def reviewed_line(event: Mapping[str, Any], names: Names) -> Message:
    """Return the verdict, in the thread of the request."""
    data = event["data"]
    people = [names.person(str(each)) for each in data["reviewers"]]
    sign = icons.DONE if data["verdict"] == "justified" else icons.AT_RISK
    who = names.person(str(data["by"]))
    head = f"{sign} The break-glass of {who} was *{safe(str(data['verdict']), 40)}*: {' and '.join(people)}"
    comment = quote(str(data["comment"]), 900) if str(data["comment"]).strip() else ""
    return message(head, section("\n".join(filter(None, [head, comment]))))
