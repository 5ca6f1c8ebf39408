"""Grants in Slack: the button that gives one, and the lines in the thread of its question."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.views import button_values
from bot.views.blocks import Element, Ids, action_rows, button, confirm, section
from bot.views.message import Message, Names, message
from bot.views.wording import icons
from bot.views.wording.text import exact, safe
from bot.views.wording.times import moment
from engine import GrantUse, RequestRecord


def grant_button(request: RequestRecord) -> list[Element]:
    """Return the button that opens the window; none where the author allows no grants."""
    if request.kind != "approval" or request.state != "open" or request.policy.grants is None:
        return []
    value = button_values.encode(request.id, "give")
    word = "Approve more…"
    return [button(word, button_values.GRANT, value, label=f"{word}: {request.ask}")]


def given_line(event: Mapping[str, Any], names: Names, now: datetime) -> Message:
    """Return the line in the thread of the question, with the button that ends the grant."""
    data = event["data"]
    until = moment(datetime.fromisoformat(data["until"]), now)
    times = "one more request" if data["uses"] == 1 else f"{data['uses']} more requests"
    text = (
        f"{icons.DONE} {names.person(data['by'])} also approved up to {times} like this one, until {until}."
    )
    grant = str(data["grant"])
    rows = action_rows([revoke_button(grant, "revoke")], Ids("grant", 1), grant)
    return message(text, section(text), *rows)


def revoke_button(grant: str, word: str) -> Element:
    """Return the button that ends a grant. `word`: `revoke-listed` in a list, which is shown again."""
    sure = confirm("Revoke?", f"Grant {grant} approves nothing any more.", "Revoke")
    value = button_values.encode(grant, word)
    return button(
        "Revoke", button_values.GRANT, value, style="danger", confirm=sure, label=f"Revoke: {grant}"
    )


def use_words(use: GrantUse, now: datetime) -> str:
    """`Grant 1f0c2a9b, use 2 of 3, ends 14:30`."""
    return f"Grant {safe(use.grant, 20)}, use {use.number} of {use.uses}, ends {moment(use.until, now)}"


def used_line(event: Mapping[str, Any], names: Names, now: datetime) -> Message:
    data = event["data"]
    until = moment(datetime.fromisoformat(data["until"]), now)
    text = (
        f"{icons.DONE} The grant of {names.person(data['by'])} approved {exact(str(data['approved']), 120)}: "
        f"use {data['used']} of {data['uses']}, ends {until}."
    )
    return message(text, section(text))


def ended_line(event: Mapping[str, Any], names: Names) -> Message:
    data, actor = event["data"], event["actor"]
    why = {"revoked": "was revoked", "time": "has ended: its time is over"}.get(
        str(data["why"]), f"has ended: {safe(str(data['why']), 200)}"
    )
    by = f" by {names.person(actor[1])}" if data["why"] == "revoked" and actor[0] == "slack" else ""
    used = f"It was used {data['used']} of {data['uses']} times."
    text = f"{icons.DONE} The grant of {names.person(data['by'])} {why}{by}. {used}"
    return message(text, section(text))
