"""Ids of runs as people read them."""

import re
from datetime import datetime

from engine.text import short_run_id

_UNREADABLE = re.compile(r"[0-9a-z]{14}")


def short_id(run_id: str, near: datetime) -> str:
    """Return `deploy-8f3k`, where the run's id is one that nobody reads; plain text.

    `near`: a time near the run's start.
    """
    readable = not _UNREADABLE.fullmatch(run_id.rpartition("-")[2])
    return short_run_id(run_id, readable=readable, near=near)
