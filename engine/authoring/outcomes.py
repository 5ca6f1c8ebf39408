"""The values that the engine hands to steps."""

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypeVar as TypeVarWithDefault

T = TypeVar("T")
V = TypeVarWithDefault("V", default=Any)


UserId = Annotated[str, Field(json_schema_extra={"format": "user-id"})]
"""A field of a form in which people choose a person; the id."""
ChannelId = Annotated[str, Field(json_schema_extra={"format": "channel-id"})]
"""A field of a form in which people choose a channel; the id."""


class Outcome(BaseModel, Generic[V]):
    """What people, or time, decided at an approval; of one with a form, `Outcome[TheForm]`."""

    model_config = ConfigDict(frozen=True)

    outcome: Literal["approved", "rejected", "expired"]
    by: tuple[str, ...] = ()
    """Ids of those whose decisions made it; empty where time did."""
    comment: str = ""
    at: datetime
    value: V | None = None
    """What was approved, as people filled it in or chose it; None without a form, or unless approved."""

    @property
    def approved(self) -> bool:
        return self.outcome == "approved"

    @property
    def rejected(self) -> bool:
        return self.outcome == "rejected"

    @property
    def expired(self) -> bool:
        return self.outcome == "expired"


class Settled(BaseModel, Generic[T]):
    """How a step ended, whatever the end: as a parameter's type it takes failure and skip too."""

    model_config = ConfigDict(frozen=True)

    state: Literal["succeeded", "failed", "skipped", "cancelled"]
    value: T | None = None
    error: str | None = None
    """Why it failed or was skipped."""
