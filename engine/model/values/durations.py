"""Durations as people write them: `30s`, `10m`, `4h`, `3d`, `1h30m`, or a timedelta."""

import re
from datetime import timedelta

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
MAX_SECONDS = 366 * _UNITS["d"]
"""Longer ones are mistakes, and the end of a long stretch of working hours may lie beyond every calendar."""
MIN_SECONDS = 1.0
"""Of what people are asked, told or reminded by, and of what starts runs."""
_MAX_LENGTH = 50
"""Length of a text: the patterns below take a time that grows with its square."""
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhd])")


_WORDS = {
    "": "", "ms": "", "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "d": "d", "day": "d", "days": "d",
}  # fmt: skip
_FORM = 'Write it like "30s", "10m", "4h", "3d" or "1h30m", or as a timedelta.'


class InvalidDuration(ValueError):
    """Not a duration. `problem`: what the value is, to stand after the name of what has it; `remedy`."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(f"{problem}. {remedy}")


def seconds(value: str | timedelta, at_least: float = 0.001, at_most: float = MAX_SECONDS) -> float:
    """In seconds. Raises `InvalidDuration` for anything that is not a duration within these bounds."""
    if isinstance(value, timedelta):
        total = value.total_seconds()
    elif isinstance(value, str):
        text = value.strip().lower().replace(" ", "")
        if len(text) > _MAX_LENGTH:
            raise InvalidDuration(f"has {len(text):,} characters, which is not a duration", _FORM)
        if not text or _PART.sub("", text):
            meant = _suggested_duration(text)
            raise InvalidDuration(
                f"is {value!r}, which is not a duration", f'Write "{meant}".' if meant else _FORM
            )
        total = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 < value < 1e9:
            raise InvalidDuration(f"is {value!r}, which is not a duration", _FORM)
        raise InvalidDuration(
            f"is {value!r}, which has no unit", f'Write "{value}s", "{value}m", "{value}h" or "{value}d".'
        )
    else:
        raise InvalidDuration(f"is {value!r}, which is not a duration", _FORM)
    if total <= 0:
        raise InvalidDuration(f"is {_plain(value)}, which is not more than zero", _FORM)
    if total < at_least:
        raise InvalidDuration(
            f"is {_plain(value)}, which is too short", f'Give at least "{format_duration(at_least)}".'
        )
    if total > at_most:
        raise InvalidDuration(
            f"is {_plain(value)}, which is too long", f'Give at most "{format_duration(at_most)}".'
        )
    return total


def format_duration(value: float) -> str:
    """As an author writes it: `0.001s`, `1m`, `366d`."""
    size, unit = next((size, unit) for unit, size in reversed(_UNITS.items()) if value >= size or unit == "s")
    return f"{value / size:g}{unit}"


def _suggested_duration(text: str) -> str:
    """The duration that a text may mean: `4 hours`, `1h30`, `1w`, `P1D`; empty for none."""
    if match := re.fullmatch(r"(\d{1,2})(?:w|week|weeks)", text):
        return f"{int(match[1]) * 7}d"
    if match := re.fullmatch(r"p(?:(\d+)d)?(?:t(\d+h)?(\d+m)?(\d+s)?)?", text):
        return "".join([f"{match[1]}d" if match[1] else "", *(part or "" for part in match.groups()[1:])])
    if match := re.fullmatch(r"(\d+h)(\d+)", text):
        return f"{match[1]}{match[2]}m"
    parts = re.findall(r"(\d+(?:\.\d+)?)([a-z]+)", text)
    if not parts or re.sub(r"\d+(?:\.\d+)?[a-z]+(?:and|,)?", "", text):
        return ""
    units = [_WORDS.get(unit.removesuffix("and"), "") for _, unit in parts]
    return (
        "".join(number + unit for (number, _), unit in zip(parts, units, strict=True)) if all(units) else ""
    )


def _plain(value: str | timedelta) -> str:
    return repr(value) if isinstance(value, str) else str(value)


def spoken_duration(value: float) -> str:
    """Seconds as people read them: `40 s`, `7 min`, `3 h 20 min`."""
    total = int(value)
    if total < 60:
        return f"{total} s"
    minutes = total // 60
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
