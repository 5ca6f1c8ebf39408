"""The health of a trigger's source: what is kept of it, and when people are told."""

from dataclasses import replace
from datetime import datetime, timedelta

from engine.model.notices.trouble import Trouble

TELL_AFTER = timedelta(minutes=1)
"""A shorter problem is shown in lists, and people are not told."""
_UNSTEADY = timedelta(hours=1)
_TELL_UNSTEADY_AFTER = timedelta(minutes=15)
"""For a source that failed within the last hour already, so that one that comes and goes floods nobody."""
_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
MAX_REASON = 500


def failing(before: Trouble, problem: str, now: datetime) -> Trouble:
    """Return the trouble of a source that cannot be read. It becomes `told` when people are to be told."""
    since = before.since or now
    unsteady = before.restored_at is not None and since - before.restored_at < _UNSTEADY
    patience = _TELL_UNSTEADY_AFTER if unsteady else TELL_AFTER
    told = before.told or now - since >= patience
    return replace(before, problem=problem[:MAX_REASON], since=since, told=told)


def reading(before: Trouble, now: datetime) -> Trouble:
    """Return the trouble of a source that is read."""
    if not before.problem:
        return before
    restored_at = now if before.told else before.restored_at
    return replace(before, problem="", since=None, told=False, restored_at=restored_at)


def next_try(since: datetime | None, now: datetime) -> datetime:
    """Return when a fact is tried again that a limit keeps from starting its run since then.

    The delay grows with the time that it has waited already.
    """
    waited = now - since if since is not None else timedelta()
    return now + min(max(waited, _SHORTEST_WAIT), _LONGEST_WAIT)


def misfit(before: Trouble, reason: str, now: datetime) -> Trouble:
    """Return the trouble after a fact that does not fit."""
    since = before.misfit_since or before.misfit_at or now  # an earlier release kept the newest time alone
    return replace(
        before, misfits=before.misfits + 1, misfit=reason[:MAX_REASON], misfit_at=now, misfit_since=since
    )


def fitting(before: Trouble) -> Trouble:
    """Return the trouble after a fact that fits."""
    return replace(before, misfits=0, misfit="", misfit_at=None, misfit_since=None, skipped_at=None)


def skipped(before: Trouble, now: datetime) -> Trouble:
    """Return the trouble after a fact whose run `overlap="skip"` skips."""
    return replace(before, skipped_at=now)
