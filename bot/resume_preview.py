"""What a paused installation would do, in lines for whoever runs it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.views.text import count

if TYPE_CHECKING:
    from engine import Prospect

Json = dict[str, Any]
_MOST = 10
_WAITS = {
    "retry": "retries", "remind": "reminders", "escalate": "escalations", "expire": "expiries",
    "effect": "approvals that take effect",
}  # fmt: skip
_MESSAGES = {
    "run": "messages about runs",
    "request": "questions",
    "line": "lines in threads",
    "full": "full texts of questions",
    "outcome": "direct messages about outcomes",
    "notice": "notices to owners",
}


def as_json(found: "Prospect", why: str) -> Json:
    """`why`: it is paused; empty when it isn't."""
    return {
        "paused": why,
        "executing": found.executing,
        "waiting": found.waiting,
        "due": found.due,
        "schedules": [
            {"workflow": row.workflow, "key": row.key, "due": row.next_fire_at.isoformat()}
            for row in found.schedules
            if row.next_fire_at
        ],
        "messages": found.messages,
        "untold": found.untold,
    }


def lines(found: Json) -> list[str]:
    """One fact a line, what happens first at the top."""
    due = [f"{number} {_WAITS.get(kind, kind)}" for kind, number in sorted(found["due"].items())]
    messages = [f"{number} {_MESSAGES.get(kind, kind)}" for kind, number in sorted(found["messages"].items())]
    told = [
        f"Would go on executing: {count(found['executing'], 'run')}.",
        f"Would wait on: {count(found['waiting'], 'run')}"
        + (f", of whose waits {' and '.join(due)} are due." if due else "."),
        f"Would fire at once: {count(len(found['schedules']), 'schedule')}.",
        *(f"  {one['workflow']} {one['key']}, due {_when(one['due'])}" for one in found["schedules"][:_MOST]),
    ]
    if len(found["schedules"]) > _MOST:
        told.append(f"  and {len(found['schedules']) - _MOST} more")
    told.append(f"Would post or change: {', '.join(messages) if messages else 'no message'}.")
    if found["untold"]:
        told.append(f"Would look at {count(found['untold'], 'event')} that nobody was told of yet.")
    return told


def _when(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC"
