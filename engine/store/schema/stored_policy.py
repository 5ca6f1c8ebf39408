"""The JSON of `request.policy`: the names and types of what releases write there."""

from collections.abc import Mapping
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict

_MISSING: Any = None
"""No value of a name that is missing. It is not checked, and an explicit null is refused."""


class _StoredPolicy(BaseModel):
    """Every name that a release wrote."""

    model_config = ConfigDict(strict=True, defer_build=True)
    choices: list[str] = _MISSING
    stages: list[dict[str, Any]] = _MISSING
    approvers: list[str] = _MISSING
    rejections: int = _MISSING
    veto: list[str] = _MISSING
    stage: int = _MISSING
    self_approval: bool = _MISSING
    comment: dict[str, Literal["optional", "required"]] = _MISSING
    on_expiry: str | None = None
    remind_every: float | None = None
    form: dict[str, Any] | None = None
    escalations: list[dict[str, Any]] = _MISSING
    escalated: int = _MISSING
    hours: dict[str, Any] | None = None
    undo: float | None = None
    risk: Literal["low", "normal", "high"] = _MISSING
    confirm: str = _MISSING
    one_time_code: bool = _MISSING
    binding: dict[str, Any] | None = None
    digest: str = _MISSING
    again: str = _MISSING
    superseded: str = _MISSING
    about: str = _MISSING
    questions: int = _MISSING
    held_since: int | None = None
    held_for: float = _MISSING
    returned: float = _MISSING
    moved: int = _MISSING
    stand_ins: list[list[Any]] = _MISSING
    alert: dict[str, Any] | None = None
    further_requesters: str = _MISSING
    entered: list[Any] = _MISSING
    lost: dict[str, list[str]] = _MISSING
    handovers: list[dict[str, Any]] = _MISSING
    revision: dict[str, Any] | None = None
    claim: dict[str, Any] | None = None
    grants: dict[str, Any] | None = None
    grant: dict[str, Any] | None = None
    window: dict[str, str] | None = None
    break_glass: dict[str, Any] | None = None
    glass: dict[str, str] | None = None


def read_policy(text: str) -> Mapping[str, Any]:
    """Return the stored policy. Raises `ValueError` where a value is of another type."""
    stored: Mapping[str, Any] = orjson.loads(text)
    _StoredPolicy.model_validate(stored)
    return stored
