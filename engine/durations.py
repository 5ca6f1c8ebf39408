"""Durations as people write them: `30s`, `10m`, `4h`, `3d`, `1h30m`, or a timedelta."""

import re
from datetime import timedelta

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhd])")


def seconds(value: str | timedelta) -> float:
    """In seconds. Raises `ValueError` with a plain sentence for anything that is not a positive duration."""
    if isinstance(value, timedelta):
        found = value.total_seconds()
    elif isinstance(value, str):
        text = value.strip().lower().replace(" ", "")
        if not text or _PART.sub("", text):
            raise ValueError(f"{value!r} is not a duration; write it like 30s, 10m, 4h, 3d or 1h30m.")
        found = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"{value!r} has no unit; write {value}s, {value}m, {value}h or {value}d in quotes.")
    else:
        raise ValueError(f"{value!r} is not a duration; write it like 30s, 10m, 4h, 3d or 1h30m.")
    if not 0 < found < 100 * 365 * _UNITS["d"]:
        raise ValueError(f"{value!r} is not a duration that can be waited; it must be more than zero.")
    return found


def spoken(value: float) -> str:
    """Seconds as people read them: `40 s`, `7 min`, `3 h 20 min`."""
    whole = int(value)
    if whole < 60:
        return f"{whole} s"
    minutes = whole // 60
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
