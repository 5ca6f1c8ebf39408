"""Readings of a machine that doesn't exist: three weeks up to now, and the last hours are hot."""

import math
import random
from datetime import datetime, timedelta
from pathlib import Path

_DAYS, _HOT = 21, timedelta(hours=3)


def write(file: Path, now: datetime) -> None:
    """Write the file, unless it is there. A reading every five minutes, in degrees Fahrenheit."""
    if file.exists():
        return
    chance = random.Random(7)  # noqa: S311 - varied, not secret
    lines = ["timestamp,value"]
    at = now - timedelta(days=_DAYS)
    while at <= now:
        daily = 3 * math.sin(2 * math.pi * at.hour / 24)
        heat = 40 * max(0.0, 1 - (now - at) / _HOT)
        lines.append(f"{at.isoformat(timespec='seconds')},{85 + daily + heat + chance.gauss(0, 2):.2f}")
        at += timedelta(minutes=5)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")
    unfinished.replace(file)
