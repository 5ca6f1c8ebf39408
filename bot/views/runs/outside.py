"""Messages of steps outside Slack: how those of a run stand, and the words about one that was given up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.notify_out.messages import OutsideMessage, OutsideMessages, in_words
from bot.views.blocks import grey, section
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.text import safe
from bot.views.wording.times import at
from engine import RunDetail
from engine.text import count

_SIGNS = {"sent": icons.DONE, "waiting": icons.PENDING, "given up": icons.AT_RISK}
_MAX_ERROR = 250


def outside_lines(messages: OutsideMessages, titles: Mapping[str, str], now: datetime) -> str:
    """Return a line for each message, those that were given up first; mrkdwn. Empty for none."""
    lines = [_line(each, titles, now) for each in messages.shown]
    if messages.left_out:
        lines.append(f"… and {count(messages.left_out, 'more message')} outside Slack")
    return "\n".join(lines)


def _line(sent: OutsideMessage, titles: Mapping[str, str], now: datetime) -> str:
    what = f"{in_words(sent.to)} from {titles.get(sent.step, sent.step)}"
    again = f", again {at(sent.again, now)}" if sent.again is not None and sent.tries else ""
    error = f": {safe(sent.error, _MAX_ERROR)}" if sent.error else ""
    return f"{_SIGNS[sent.state]} {safe(what, 200)} · {standing(sent.state, sent.tries)}{again}{error}"


def standing(state: str, tries: int) -> str:
    """Return `sent`, `not sent yet`, `not taken after 3 tries` or `given up after 12 tries`."""
    if state == "waiting":
        return f"not taken after {_tries(tries)}" if tries else "not sent yet"
    return f"given up after {_tries(tries)}" if state == "given up" and tries else state


def _tries(tries: int) -> str:
    return count(tries, "try", "tries")


def given_up_line(sent: OutsideMessage, detail: RunDetail) -> Message:
    """Return the line in the thread of the run."""
    text = _given_up(sent, detail)
    return message(text, section(text))


def given_up_message(notice: Mapping[str, Any], sent: OutsideMessage, detail: RunDetail) -> Message:
    """Return the direct message to the owner, or to the operator. `notice`: who gets it."""
    workflow, run = safe(detail.run.workflow.replace("_", "-"), 80), safe(detail.run.short, 150)
    as_operator = notice.get("role") == "operator"
    todo = (
        "remove the cause"
        if as_operator
        else "tell the receiver yourself, and ask the operator to remove the cause"
    )
    todo = (
        f"*What to do:* {todo}. Signoff does not send this message again. If it gives up more messages to "
        "this place today, it tells you only in the threads of their runs."
    )
    text = f"{_given_up(sent, detail)} ({run})"
    unknown = str(notice.get("owner_unknown", ""))
    why = "You get this as the operator."
    if unknown:
        why = f"{why} The owner could not be found: {safe(unknown, 300)}"
    return message(text, section(f"{text}\n{todo}"), grey(workflow, *([why] if as_operator else [])))


def _given_up(sent: OutsideMessage, detail: RunDetail) -> str:
    title = safe(detail.titles.get(sent.step, sent.step), 60)
    what = safe(in_words(sent.to), 120)
    said = f": {safe(sent.error.rstrip('.'), 600)}" if sent.error else ""
    return f"{icons.AT_RISK} The {what} from {title} was {standing(sent.state, sent.tries)}{said}."
