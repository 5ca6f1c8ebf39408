"""Preview of what a paused installation would do, in lines for the operator."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.views.wording.text import count

if TYPE_CHECKING:
    from engine import Prospect

Json = dict[str, Any]
_MAX_LISTED = 10
_WAITS = {
    "retry": ("retry", "retries"), "remind": ("reminder", "reminders"),
    "escalate": ("escalation", "escalations"), "expire": ("expiry", "expiries"),
    "effect": ("approval that takes effect", "approvals that take effect"),
    "claim": ("claim that ends", "claims that end"),
}  # fmt: skip
_MESSAGES = {
    "run": ("message about a run", "messages about runs"),
    "request": ("question", "questions"),
    "line": ("line in a thread", "lines in threads"),
    "full": ("full text of a question", "full texts of questions"),
    "tail": ("log that follows a step", "logs that follow steps"),
    "picture": ("picture of a run", "pictures of runs"),
    "outcome": ("direct message about an outcome", "direct messages about outcomes"),
    "notice": ("notice to an owner", "notices to owners"),
}


def as_json(prospect: "Prospect", why: str) -> Json:
    """`why`: it is paused; empty when it isn't."""
    return {
        "paused": why,
        "executing": prospect.executing,
        "waiting": prospect.waiting,
        "due": prospect.due,
        "schedules": [
            {"workflow": row.workflow, "key": row.key, "due": row.next_fire_at.isoformat()}
            for row in prospect.schedules
            if row.next_fire_at
        ],
        "messages": prospect.messages,
        "untold": prospect.untold,
    }


def lines(prospect: Json) -> list[str]:
    """One fact a line, what happens first at the top."""
    due = [count(number, *_WAITS.get(kind, (kind, kind))) for kind, number in sorted(prospect["due"].items())]
    messages = [
        count(number, *_MESSAGES.get(kind, (kind, kind)))
        for kind, number in sorted(prospect["messages"].items())
    ]
    output = [
        f"Would continue: {count(prospect['executing'], 'run')}.",
        f"Would keep waiting: {count(prospect['waiting'], 'run')}"
        + (f", with {' and '.join(due)} due." if due else "."),
        f"Would fire at once: {count(len(prospect['schedules']), 'schedule')}"
        + (
            ". A schedule with a filter starts a run only if its filter lets it."
            if prospect["schedules"]
            else "."
        ),
        *(
            f"  {entry['workflow']} {entry['key']}, due {_when(entry['due'])}"
            for entry in prospect["schedules"][:_MAX_LISTED]
        ),
    ]
    if len(prospect["schedules"]) > _MAX_LISTED:
        output.append(f"  and {len(prospect['schedules']) - _MAX_LISTED} more")
    output.append(f"Would post or change: {', '.join(messages) if messages else 'no message'}.")
    if prospect["untold"]:
        output.append(f"Would read {count(prospect['untold'], 'event')} that Signoff has not posted yet.")
    return output


def _when(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC"
