"""The values that the engine hands to steps."""

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypeVar as TypeVarWithDefault

from engine.model.states import ApprovalOutcome

T = TypeVar("T")
V = TypeVarWithDefault("V", default=Any)


UserId = Annotated[str, Field(json_schema_extra={"format": "user-id"})]
"""A field of a form in which people choose a person; the id."""
ChannelId = Annotated[str, Field(json_schema_extra={"format": "channel-id"})]
"""A field of a form in which people choose a channel; the id."""
MessageText = Annotated[str, Field(json_schema_extra={"format": "message-text"})]
"""A field of an input that takes the text of a message, where a run is started from one."""
MessageLink = Annotated[str, Field(json_schema_extra={"format": "message-link"})]
"""A field of an input that takes the address of that message."""


class Outcome(BaseModel, Generic[V]):
    """Outcome of an approval. Write `Outcome[TheForm]` where it has a form."""

    model_config = ConfigDict(frozen=True)

    outcome: ApprovalOutcome
    by: tuple[str, ...] = ()
    """Ids of the people whose decisions made the outcome; empty when it expired."""
    comment: str = ""
    at: datetime
    value: V | None = None
    """The approved values of its form or its choice; None without a form, or unless approved."""

    @property
    def approved(self) -> bool:
        return self.outcome == "approved"

    @property
    def rejected(self) -> bool:
        return self.outcome == "rejected"

    @property
    def expired(self) -> bool:
        return self.outcome == "expired"

    @property
    def responded(self) -> bool:
        """An approver answered with a text, which is `comment`. Nothing was approved or rejected."""
        return self.outcome == "responded"


class Settled(BaseModel, Generic[T]):
    """Result of a step, however it ended. A parameter of this type accepts a failure and a skip too."""

    model_config = ConfigDict(frozen=True)

    state: Literal["succeeded", "failed", "skipped", "cancelled"]
    value: T | None = None
    error: str | None = None
    """The reason for the failure or the skip."""
