"""Answers to `mute` and `unmute`."""

from datetime import datetime

from bot.views.blocks import section
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.text import safe
from bot.views.wording.times import moment
from engine import Mute


def muted_answer(name: str, mute: Mute, now: datetime, command: str) -> Message:
    """`name`: of the workflow or the run that was muted."""
    shown = safe(name, 150)
    what = f"This failure of *{shown}* is" if mute.step else f"Failures of *{shown}* are"
    text = f"{icons.MUTED} {what} muted until {moment(mute.until, now)}."
    counted = "It is counted" if mute.step else "They are counted"
    rest = f"{counted}, and the owner is asked when the mute ends. Approvals are asked as always."
    return message(text, section(f"{text} {rest}\n`{safe(command, 40)} unmute {shown}` ends it."))


def unmuted_answer(name: str) -> Message:
    text = f"{icons.DONE} *{safe(name, 150)}* is no longer muted."
    return message(text, section(text))
