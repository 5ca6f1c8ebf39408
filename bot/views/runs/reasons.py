"""The reasons that people gave for what they did to a run."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.views.message import Names
from bot.views.wording.acts import did
from bot.views.wording.text import safe
from bot.views.wording.times import at
from engine import ReasonedAct
from engine.text import count

_MAX_ACTS = 8
"""Each takes up to 350 characters, and a section 3,000."""


def reasons_of(acts: Sequence[ReasonedAct], titles: Mapping[str, str], names: Names, now: datetime) -> str:
    """Return a line for each of the newest acts, oldest first; mrkdwn."""
    shown = acts[-_MAX_ACTS:]
    earlier = len(acts) - len(shown)
    lines = [f"… and {count(earlier, 'earlier act')}: `signoff show`"] if earlier else []
    return "\n".join([*lines, *(_line(act, titles, names, now) for act in shown)])


def _line(act: ReasonedAct, titles: Mapping[str, str], names: Names, now: datetime) -> str:
    done = safe(did(act.act, titles.get(act.step or "", act.step or ""), act.priority), 100)
    return f"{done} by {names.actor(act.actor)} {at(act.at, now)}: {safe(act.reason, 200)}"
