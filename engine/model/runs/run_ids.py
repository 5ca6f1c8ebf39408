"""Ids of runs as people read them."""

import re

_FIRE = re.compile(r"(?P<workflow>.+)-(?:cron|every|once)-.+-[0-9]{4}(?P<moment>[0-9]{4}T[0-9]{6}Z)")
"""The id of a run that the clock started. The trigger and the year are left out of its short form."""


def short_run_id(run_id: str, *, readable: bool) -> str:
    """Return the short form of a run's id, by which people find the run too.

    `readable`: the id does not end in random characters. It is shown whole, unless a schedule made it.
    """
    if fire := _FIRE.fullmatch(run_id):
        return f"{fire['workflow']}-{fire['moment']}"
    name, _, tail = run_id.rpartition("-")
    return run_id if readable or not name else f"{name}-{tail[-4:]}"
