"""Time zones of people."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC = "Etc/UTC"
_LINK = Path("/etc/localtime")


def is_zone(name: str) -> bool:
    """Return whether this is a name of the IANA database, such as `Europe/Berlin`."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def machine_zone(link: Path = _LINK) -> str:
    """Return the zone of this machine: that of `TZ`, else of the link; Etc/UTC where neither names one."""
    given = os.environ.get("TZ", "").removeprefix(":")
    linked = str(link.resolve()).rpartition("zoneinfo/")[2]
    return next((name for name in (given, linked) if name and is_zone(name)), UTC)


def offset(zone: str, now: float) -> int:
    """Return the seconds by which a zone is ahead of UTC. `now`: seconds since 1970."""
    ahead = datetime.fromtimestamp(now, ZoneInfo(zone)).utcoffset()
    return int(ahead.total_seconds()) if ahead is not None else 0


def label(zone: str, now: float) -> str:
    """Return the name of the time there, such as CEST; the zone's own where that has no letters."""
    name = datetime.fromtimestamp(now, ZoneInfo(zone)).tzname() or ""
    return name if name.isalpha() else zone
