"""Moving time on, where the server was started with a clock that can be moved."""

from localslack.clock import MovableClock
from localslack.errors import ControlError
from localslack.slack import Slack
from localslack.workspace.records import Json

_MOST_SECONDS = 31 * 86_400


def reading(slack: Slack) -> Json:
    """Return the time, and by how many seconds it was moved on; null if it cannot be moved."""
    clock = slack.clock
    return {"now": clock.now(), "moved_by": clock.moved_by if isinstance(clock, MovableClock) else None}


async def move(slack: Slack, body: Json) -> Json:
    """Move time on for everything here, and for a bot that shares the clock."""
    seconds = body.get("seconds")
    if not isinstance(slack.clock, MovableClock):
        raise ControlError("clock_is_fixed", "only the demo can move time on: its bot shares the clock")
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds <= _MOST_SECONDS:
        raise ControlError("invalid_seconds", f"seconds {seconds!r} must be 1 to {_MOST_SECONDS}")
    slack.clock.move(seconds)
    told = reading(slack)
    slack.live.publish("clock", lambda viewer: True, lambda viewer: told)
    return told
