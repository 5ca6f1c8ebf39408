"""State of a run as people read it in lists and lines."""

from collections.abc import Callable

from bot.views.message import MENTIONED, Names
from bot.views.wording import icons
from engine import RunRecord


def has_failed_step(run: RunRecord) -> bool:
    """Return whether a failed step of a run waits for a decision. A paused run starts nothing before that."""
    return bool(run.failure_waits_for) and run.state != "paused"


def shown_state(run: RunRecord, names: Names = MENTIONED) -> tuple[str, str]:
    """Return the sign and the words: `🔴`, `failed, waits for @platform`; mrkdwn."""
    return _state(run, lambda refs: names.any_of(refs))


def plain_state(run: RunRecord, names: Names = MENTIONED) -> tuple[str, str]:
    """Return the same for places that take plain text only, such as the cells of a table."""
    return _state(run, lambda refs: " or ".join([names.plain(ref) for ref in refs[:3]]))


def brief_state(run: RunRecord) -> tuple[str, str]:
    """Return the same without the people, for a count of runs."""
    return _state(run, lambda refs: "an answer")


def _state(run: RunRecord, who: Callable[[tuple[str, ...]], str]) -> tuple[str, str]:
    if has_failed_step(run):
        return icons.FAILED, f"failed, waits for {who(run.failure_waits_for)}"
    return icons.run_state(run.state, run.reason, run.refusal)
