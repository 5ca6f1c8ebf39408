"""Answers to `subscribe`, `unsubscribe` and `subscriptions`."""

from collections.abc import Sequence

from bot.views.blocks import section
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.text import safe, some
from engine import Subscription

_MAX_LISTED = 50


def subscribed(subscription: Subscription, channel: str, command: str) -> Message:
    name = safe(subscription.workflow, 80)
    text = f"{icons.DONE} #{safe(channel, 80)} gets the news of *{name}*: {_kinds(subscription)}."
    return message(text, section(f"{text}\n`{safe(command, 40)} unsubscribe {name}` ends that."))


def ended(workflow: str, channel: str) -> Message:
    text = f"{icons.DONE} #{safe(channel, 80)} no longer gets the news of *{safe(workflow, 80)}*."
    return message(text, section(text))


def listed(subscriptions: Sequence[Subscription], channel: str, command: str) -> Message:
    place = f"#{safe(channel, 80)}"
    if not subscriptions:
        text = f"{place} gets no news of any workflow."
        return message(text, section(f"{text} `{safe(command, 40)} subscribe NAME` adds one."))
    lines = [f"• *{safe(each.workflow, 80)}*: {_kinds(each)}" for each in subscriptions[:_MAX_LISTED]]
    if len(subscriptions) > _MAX_LISTED:
        lines.append(f"• and {len(subscriptions) - _MAX_LISTED} more")
    head = f"{place} gets the news of"
    named = some([safe(each.workflow, 80) for each in subscriptions], 5)
    return message(f"{head} {named}.", section("\n".join([head, *lines])))


def _kinds(subscription: Subscription) -> str:
    return ", ".join(subscription.kinds)
