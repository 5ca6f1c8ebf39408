"""Triggers as data: what starts the runs of a workflow. Durations are seconds."""

from typing import Annotated, Any, Literal

from pydantic import Field

from engine.model.frozen import Frozen


class CronSpec(Frozen):
    kind: Literal["cron"] = "cron"
    key: str
    """Unique in the workflow and stable: `cron:0 2 * * *@Europe/Berlin`."""
    expr: str
    tz: str = "UTC"
    catchup: Literal["skip", "latest", "all"] = Field("latest", alias="missed")
    catchup_limit: int = Field(10, alias="bound")
    """With `catchup="all"`: at most this many of the newest missed fires."""
    input: dict[str, Any] = Field(default_factory=dict)
    quiet: bool = False
    """Its runs are told of only when they need people or end badly."""


class EverySpec(Frozen):
    kind: Literal["every"] = "every"
    key: str
    """`every:300`."""
    seconds: float
    catchup: Literal["skip", "latest", "all"] = Field("latest", alias="missed")
    catchup_limit: int = Field(10, alias="bound")
    input: dict[str, Any] = Field(default_factory=dict)
    quiet: bool = False


TriggerSpec = Annotated[CronSpec | EverySpec, Field(discriminator="kind")]
