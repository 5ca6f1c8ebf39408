"""The line that tells, after a mute, which failures were muted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.views.blocks import actions, grey, link, section
from bot.views.message import Message, Names, message
from bot.views.wording import icons
from bot.views.wording.text import safe, some
from bot.views.wording.times import at
from engine import Actor, RunDetail

_MAX_STEPS = 10


def muted_alerts(
    event: Mapping[str, Any], detail: RunDetail, names: Names, now: datetime, url: str | None = None
) -> Message:
    """`detail`: the newest of the runs. `url`: its message."""
    failures: Mapping[str, int] = event["failures"]
    total = sum(failures.values())
    workflow = safe(detail.run.workflow.replace("_", "-"), 80)
    head = f"*{workflow}* failed {_times(total)} while it was muted"
    steps = [
        f"*{safe(detail.titles.get(step, step or 'the run'), 60)}* {_times(count)}"
        for step, count in failures.items()
    ]
    runs = [safe(short, 80) for short in reversed(event["runs"])]
    first, last = (datetime.fromisoformat(event[name]) for name in ("first", "at"))
    told = message(
        f"{icons.FAILED} {head}: {some(steps, _MAX_STEPS)}",
        section(f"{icons.FAILED} {head}\n{some(steps, _MAX_STEPS)}"),
        actions([link("Open the newest run", url)] if url else []),
        grey(
            f"Muted by {names.actor(Actor(*event['actor']))}",
            f"failed {at(last, now)}"
            if total == 1
            else f"first failed {at(first, now)}, last {at(last, now)}",
            f"{'Run' if total == 1 else 'Newest runs'}: {', '.join(dict.fromkeys(runs))}",
        ),
    )
    return replace(told, several_runs=True)


def _times(count: int) -> str:
    return "once" if count == 1 else "twice" if count == 2 else f"{count:,} times"
