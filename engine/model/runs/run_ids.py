"""Ids of runs as people read them."""

import re
from datetime import datetime

_FIRE = re.compile(
    r"(?P<workflow>.+)-(?:cron|every|once)-.+-(?P<year>[0-9]{4})(?P<moment>[0-9]{4}T[0-9]{6}Z)"
)
"""The id of a run that the clock started. The trigger is left out of its short form."""


def short_run_id(run_id: str, *, readable: bool, near: datetime) -> str:
    """Return the short form of a run's id, by which people find the run too.

    `readable`: the id does not end in random characters. It is shown whole, unless a schedule made it.
    `near`: a time near the run's start. The form has the year if it is another one, as in a backfill.
    """
    if fire := _FIRE.fullmatch(run_id):
        year = "" if int(fire["year"]) == near.year else fire["year"]
        return f"{fire['workflow']}-{year}{fire['moment']}"
    name, _, tail = run_id.rpartition("-")
    return run_id if readable or not name else f"{name}-{tail[-4:]}"
