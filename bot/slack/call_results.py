"""Outcomes of a call to Slack: done, refused, perhaps done, or not now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sent:
    """It happened."""

    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rejected:
    """It did not happen: Slack said no. `needed`: the scope that is missing."""

    code: str
    detail: str = ""
    needed: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """It may or may not have happened."""

    why: str


@dataclass(frozen=True, slots=True)
class Limited:
    """It did not happen: too many calls of this method. `seconds` until another one is welcome."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unreached:
    """It did not happen: no connection to Slack could be made."""

    why: str


CallResult = Sent | Rejected | Ambiguous | Limited | Unreached
