"""Line that says who muted a failure and until when, and the choices for it."""

from datetime import datetime

from bot.views import button_values
from bot.views.blocks import Element, Ids, button, section
from bot.views.message import Block, Names
from bot.views.wording import icons
from bot.views.wording.text import safe
from bot.views.wording.times import moment
from engine import FailureCard, Mute, RequestRecord

LONGER_SPANS = {
    "mute-8h": "Mute for 8 h",
    "mute-morning": "Mute until tomorrow morning",
    "mute-week": "Mute for a week",
}
"""The words of the values in the menu, and what people read there. The button mutes for an hour."""


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
    if _is_muted(card, now):
        value = button_values.encode(leader.id, "unmute")
        return [button("Unmute", f"{button_values.MUTE}:end", value, label="Unmute this failure")]
    value = button_values.encode(leader.id, "mute")
    return [button("Mute 1 h", f"{button_values.MUTE}:hour", value, label="Mute this failure for 1 hour")]


def mute_options(leader: RequestRecord, card: FailureCard | None, now: datetime) -> dict[str, str]:
    """Return the longer spans for the menu of the message; none where the button does not mute."""
    if card is None or _is_muted(card, now):
        return {}
    return {label: button_values.encode(leader.id, word) for word, label in LONGER_SPANS.items()}


def _is_muted(card: FailureCard, now: datetime) -> bool:
    return card.mute is not None and card.mute.until > now


def version_of(card: FailureCard | None) -> int:
    """Return a number that changes with the mute, so that each rendering has block ids of its own."""
    return 0 if card is None or card.mute is None else int(card.mute.until.timestamp())
