"""Line that says who muted a failure and until when, and the button for it."""

from datetime import datetime

from bot.views import button_values
from bot.views.blocks import Element, Ids, button, section, select
from bot.views.message import Block, Names
from bot.views.wording import icons
from bot.views.wording.text import safe
from bot.views.wording.times import moment
from engine import FailureCard, Mute, RequestRecord

MUTE_SPANS = {
    "mute": "Mute for 1 h",
    "mute-8h": "Mute for 8 h",
    "mute-morning": "Mute until tomorrow morning",
    "mute-week": "Mute for a week",
}
"""The words of the values of the menu, and what people read there."""


def mute_line(mute: Mute | None, names: Names, now: datetime, ids: Ids) -> Block | None:
    """Return the line that says so; None while the failure is not muted."""
    if mute is None or mute.until <= now:
        return None
    what = "" if mute.step else f"It concerns every failure of {safe(mute.workflow, 80)}. "
    text = f"{icons.MUTED} Muted by {names.actor(mute.by)} until {moment(mute.until, now)}."
    rest = "Signoff counts new failures here, and tells nobody about them."
    return section(
        f"{text} {what}{rest}", ids(f"mute:{mute.at.timestamp():.0f}:{mute.until.timestamp():.0f}")
    )


def mute_button(leader: RequestRecord, card: FailureCard | None, now: datetime) -> list[Element]:
    """Return the button; none for a failure that cannot be muted."""
    if card is None:
        return []
    if card.mute is not None and card.mute.until > now:
        value = button_values.encode(leader.id, "unmute")
        return [button("Unmute", f"{button_values.MUTE}:end", value, label="Unmute this failure")]
    options = {label: button_values.encode(leader.id, word) for word, label in MUTE_SPANS.items()}
    menu = select("Mute…", options, f"{button_values.MUTE}:span")
    if menu is not None:
        return [menu]
    value = button_values.encode(leader.id, "mute")
    return [button("Mute 1 h", f"{button_values.MUTE}:hour", value, label="Mute this failure for 1 hour")]


def version_of(card: FailureCard | None) -> int:
    """Return a number that changes with the mute, so that each rendering has block ids of its own."""
    return 0 if card is None or card.mute is None else int(card.mute.until.timestamp())
