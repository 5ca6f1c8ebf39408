"""Direct messages: the outcome to whoever asked, and to an owner what keeps messages from arriving."""

import re
from datetime import datetime

from bot.views import record, signs
from bot.views.message import Message, Names, message
from bot.views.parts import Element, actions, grey, link, section
from bot.views.run import headline_of
from bot.views.text import safe
from engine import RequestRecord, RunDetail

_CHANNEL_ID = re.compile(r"(?<![\w@#<])[CG][A-Z0-9]{7,}(?!\w)")

_BLOCKED = {
    "request": "A question of *{run}* can't be posted, so nobody is asked yet.",
    "full": "The full text of a question of *{run}* can't be posted, so nobody can approve it in Slack yet.",
    "line": "A line in the thread of *{run}* can't be posted. The run goes on.",
}


def outcome_message(
    request: RequestRecord, detail: RunDetail, names: Names, now: datetime, url: str | None = None
) -> Message:
    """To the requester: one line, the reason, and the way to the message. `url`: its permalink."""
    outcome = record.ending(request, detail, names, now)
    ask = safe(request.ask, 500)
    first, *reason = outcome.split("\n")
    buttons: list[Element] = [link("Open the message", url)] if url else []
    return message(
        f"{first} · {ask}",
        section("\n".join([first, ask, *reason])),
        actions(buttons),
        grey(record.waited(request), safe(detail.run.short, 150)),
    )


def blocked_message(detail: RunDetail, remedy: str, names: Names, now: datetime, *, kind: str) -> Message:
    """To the owner: what can't be posted, and the remedy, a plain sentence or two.

    `kind`: of the delivery: `request`, `full`, `line`, or `run` for the run's own message.
    """
    run = safe(detail.run.short, 150)
    what = _BLOCKED.get(kind, "The message of *{run}* can't be posted. The run goes on.").format(run=run)
    return message(
        f"{signs.AT_RISK} {what} {_linked(remedy)}",
        section(f"{signs.AT_RISK} {what}\n*What to do:* {_linked(remedy)}"),
        grey(headline_of(detail, names), run),
        grey("It is tried again by itself; once mended, it appears within minutes."),
    )


def _linked(remedy: str) -> str:
    """Ids of channels become links; commands become code, so that they can be copied."""
    text = _CHANNEL_ID.sub(lambda found: f"<#{found[0]}>", safe(remedy, 1500))
    return re.sub(r"/invite @[\w.-]+", lambda found: f"`{found[0]}`", text)
