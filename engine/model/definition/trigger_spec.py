"""Triggers as data: what starts the runs of a workflow. Durations are seconds."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from engine.model.definition.conditions import Condition
from engine.model.values.frozen import Frozen

SLOW_DOWN = 3600.0
"""The longest interval of a schedule whose runs keep failing, unless its author gives another one."""


class CronSpec(Frozen):
    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"filter", "dedup", "enabled", "slow_down"})

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
    filter: Condition | None = None
    """A fire that does not meet it starts no run."""
    dedup: str = ""
    """Template: fires with one value of it start one run."""
    enabled: bool = True
    """A new trigger is on."""
    slow_down: float = SLOW_DOWN
    """The longest interval while its runs keep failing; 0: it is not slowed down."""


class EverySpec(Frozen):
    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"filter", "dedup", "enabled", "slow_down"})

    kind: Literal["every"] = "every"
    key: str
    """`every:300`."""
    seconds: float
    catchup: Literal["skip", "latest", "all"] = Field("latest", alias="missed")
    catchup_limit: int = Field(10, alias="bound")
    input: dict[str, Any] = Field(default_factory=dict)
    quiet: bool = False
    filter: Condition | None = None
    dedup: str = ""
    enabled: bool = True
    slow_down: float = SLOW_DOWN


class OnceSpec(Frozen):
    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"enabled"})

    kind: Literal["once"] = "once"
    key: str
    """`once:20261201T080000Z`."""
    at: datetime
    input: dict[str, Any] = Field(default_factory=dict)
    quiet: bool = False
    enabled: bool = True


class FactSpec(Frozen):
    """A trigger that observes facts, unlike one of the clock."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset(
        {"each", "input", "filter", "dedup", "dedup_within", "debounce", "enabled", "quiet"}
    )

    key: str
    """Unique in the workflow and stable: `webhook:alerts`."""
    each: str = ""
    """Path of the list of whose elements each is a fact, as in `payload.alerts`; empty: the fact is one."""
    input: dict[str, Any] | str = Field(default_factory=dict)
    """The input of a run: JSON whose texts are templates, or the one path that gives all of it."""
    filter: Condition | None = None
    """A fact that does not meet it starts no run. Its steps are the names of the fact's parts."""
    dedup: str = ""
    """Template: facts with one value of it are one fact."""
    dedup_within: float | None = None
    """For how long they are, from the one that started a run; None: forever."""
    debounce: float | None = None
    """A run starts when no further fact has come for so long, with the newest one's input."""
    enabled: bool = True
    """A new trigger is on."""
    quiet: bool = False


SignatureStyle = Literal["bearer", "github", "stripe", "slack", "grafana", "pagerduty", "sentry", "hmac"]


class WebhookSpec(FactSpec):
    """A request to `/hooks/NAME` starts a run."""

    left_out_when_empty: ClassVar[frozenset[str]] = FactSpec.left_out_when_empty | {
        "header", "timestamp_header", "idempotency_key", "equal_bodies",
    }  # fmt: skip

    kind: Literal["webhook"] = "webhook"
    name: str
    secret: str
    """Name of the environment variable that holds the secret."""
    signature: SignatureStyle = "bearer"
    header: str = ""
    """The header with the signature; empty: the one of the style."""
    timestamp_header: str = ""
    """The header with the time that is signed; empty: the one of the style, which may have none."""
    replay: float = 300.0
    """How far the signed time may be from now."""
    max_bytes: int = 1024 * 1024
    idempotency_key: str = ""
    """Template whose value names the delivery; empty: the body does."""
    equal_bodies: bool = False
    """Deliveries that are signed alike are several, if a header says so."""


class EventSpec(FactSpec):
    """An event of a run of another workflow starts a run."""

    kind: Literal["event"] = "event"
    events: tuple[str, ...]
    """Types of events."""
    workflow: str = ""
    """The workflow whose runs count; empty: every other one."""


class FileSpec(FactSpec):
    """A file that arrives in a folder starts a run."""

    kind: Literal["file"] = "file"
    folder: str
    pattern: str
    settle: float = 2.0
    """How long a file must stand unchanged."""


class RowSpec(FactSpec):
    """A row that a query finds beyond the last one starts a run."""

    kind: Literal["query"] = "query"
    url: str
    """Name of the environment variable that holds the address of the database."""
    sql: str
    cursor: str
    """The column whose value grows with each row."""
    start: int | str = 0
    """The place of a new trigger."""
    every: float = 30.0


TIMED = (CronSpec, EverySpec, OnceSpec)
"""The triggers of the clock."""
TimeSpec = CronSpec | EverySpec | OnceSpec
ObservedSpec = EventSpec | FileSpec | RowSpec
"""Triggers whose facts Signoff itself looks for."""
TriggerSpec = Annotated[
    CronSpec | EverySpec | OnceSpec | WebhookSpec | EventSpec | FileSpec | RowSpec,
    Field(discriminator="kind"),
]


def variable_of(spec: TriggerSpec) -> str:
    """Return the environment variable without which a trigger starts nothing; empty where there is none."""
    if isinstance(spec, WebhookSpec):
        return spec.secret
    return spec.url if isinstance(spec, RowSpec) else ""
