"""Troubles of a trigger: what keeps it from starting runs."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """Problem of a trigger's source, and the facts in a row that did not fit. Empty as a rule."""

    problem: str = ""
    """Why the source cannot be read; empty while it is read."""
    since: datetime | None = None
    """Since when it cannot be read; None where nothing tried, because a variable is not set."""
    told: bool = False
    """People were told of it."""
    restored_at: datetime | None = None
    """When people were last told that it is read again."""
    misfits: int = 0
    """Facts in a row that started no run because they do not fit."""
    misfit: str = ""
    """Why the last of them does not fit."""
    misfit_since: datetime | None = None
    """When the first of them came."""
    misfit_at: datetime | None = None
    skipped_at: datetime | None = None
    """When its newest fact was skipped because runs of the workflow overlap; no problem of its own."""


NO_TROUBLE = Trouble()
