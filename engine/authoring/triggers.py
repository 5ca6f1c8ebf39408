"""Triggers as an author writes them: what starts the runs of a workflow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal

from engine.authoring.options import Duration
from engine.authoring.refs import Field
from engine.authoring.secrets import Secret, name_of_secret
from engine.model.definition.conditions import Condition
from engine.model.definition.trigger_spec import SignatureStyle

Catchup = Literal["skip", "latest", "all"]
TriggerInput = Mapping[str, Any] | str


@dataclass(frozen=True, slots=True)
class Cron:
    """Starts a run by a cron expression of five fields, with standard weekdays: 0 and 7 are Sunday.

    - `tz`: the time zone of the expression, as in `Europe/Berlin`.
    - `catchup`: which of the fires that were missed while no process ran start a run later: none (`skip`),
      the `latest`, or `all`.
    - `catchup_limit`: with `catchup="all"`, the newest fires that start a run, at most 1000.
    - `input`: the input of its runs, for a workflow that takes input. Texts may hold parts of the fire, as in
      `{fire.date}`: `at`, `date`, `year`, `month`, `day`, `weekday`, `hour` and `minute` in the zone.
    - `filter`: a condition on `fact.fire`, such as `fact.fire.day <= 7`. A fire that does not meet it starts
      no run.
    - `dedup`: a template such as `{fire.date}`: fires with the same value start one run.
    - `enabled`: whether a new trigger is on. Operators switch it afterwards.
    - `quiet`: people hear of its runs only when a run asks, fails or is cancelled.
    - `slow_down`: the longest interval between two fires while its runs keep failing. False: it keeps its
      interval, however often its runs fail.
    """

    expr: str
    tz: str = "UTC"
    catchup: Catchup = "latest"
    catchup_limit: int = 10
    input: Mapping[str, Any] = field(default_factory=dict)
    filter: Condition | None = None
    dedup: str = ""
    enabled: bool = True
    quiet: bool = False
    slow_down: Duration | Literal[False] = "1h"


@dataclass(frozen=True, slots=True)
class Every:
    """Starts a run at every multiple of the interval since 1970-01-01 UTC, so that two processes agree.

    The other options are those of `Cron`. Parts of a fire are in UTC.
    """

    interval: Duration
    catchup: Catchup = "latest"
    catchup_limit: int = 10
    input: Mapping[str, Any] = field(default_factory=dict)
    filter: Condition | None = None
    dedup: str = ""
    enabled: bool = True
    quiet: bool = False
    slow_down: Duration | Literal[False] = "1h"


@dataclass(frozen=True, slots=True)
class Once:
    """Starts one run at a moment, also later where no process ran then.

    - `at`: the date and time, as in `2026-12-01T09:00`, or an aware `datetime`.
    - `tz`: the time zone of a text without an offset.

    `input`, `enabled` and `quiet` are those of `Cron`.
    """

    at: str | datetime
    tz: str = "UTC"
    input: Mapping[str, Any] = field(default_factory=dict)
    enabled: bool = True
    quiet: bool = False


class _Fact:
    """The fact that a trigger observed. Comparing a value of it makes a condition."""

    def __getattr__(self, name: str) -> Field:
        if name.startswith("_"):
            raise AttributeError(name)
        return Field(name)

    def __repr__(self) -> str:
        return "fact"


fact = _Fact()
"""For a filter, the fact that the trigger observed: `fact.payload.status == "firing"`."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Starts a run when another program posts to `/hooks/NAME` on the HTTP server of Signoff.

    The same delivery sent again starts nothing and is answered with the run of the first one.

    - `name`: the last part of the address. No other webhook of the installation has it.
    - `secret`: the secret that the sender shares, as in `secret("ALERTS_SECRET")`, or its name.
    - `signature`: how the sender proves its identity: `bearer` (the secret in `Authorization`), `github`,
      `stripe`, `slack`, `grafana`, `pagerduty`, `sentry`, or `hmac` (HMAC-SHA256 in hex).
    - `header`: the header with the signature. Default: that of the style; `X-Signature` for `hmac`.
    - `timestamp_header`: the header with the signed time. Default: that of the style. With `hmac` the text
      `TIME.BODY` is signed, with `grafana` `TIME:BODY`.
    - `replay`: how old a signed time may be.
    - `max_bytes`: the largest body that is read.
    - `idempotency_key`: what identifies a delivery: a path such as `{headers.x_request_id}` or
      `{payload.id}`. Default: the id that the style signs, else the header `Idempotency-Key` with `bearer`,
      else the body.
    - `equal_bodies`: whether deliveries with the same signature count as several if a header says that they
      differ. Default: they count as one. No style signs its headers, so a person who captured a delivery
      could send it again with another id.
    - `input`: the input of the run by field: constants, and texts with `{payload.field}` and
      `{headers.name}`. A path that ends with `?` leaves the field out if the value is missing. `"{payload}"`
      takes the whole body. Default: no values.
    - `filter`: a condition on `fact.payload` and `fact.headers`. Without it every delivery
      starts a run.
    - `each`: the path of a list of at most 100 elements, as in `payload.alerts`. Each element is a fact of
      its own, which `input`, `filter` and `dedup` call `element`. Default: the delivery is one fact.
    - `dedup`: a template such as `{payload.fingerprint}`: deliveries with the same value start one run.
    - `dedup_within`: for how long, from the delivery that started a run. Default: forever.
    - `debounce`: a run starts when no further delivery has arrived for this time, with the newest one's
      input. With `dedup`, each value has its own wait. Default: each delivery starts its run at once.
    - `enabled`: whether a new webhook is on. Operators switch it afterwards.
    - `quiet`: people hear of its runs only when a run asks, fails or is cancelled.
    """

    name: str
    secret: Secret | str
    signature: SignatureStyle = "bearer"
    header: str = ""
    timestamp_header: str = ""
    replay: Duration = "5m"
    max_bytes: int = 1048576
    idempotency_key: str = ""
    equal_bodies: bool = False
    input: TriggerInput = field(default_factory=dict)
    filter: Condition | None = None
    each: str = ""
    dedup: str = ""
    dedup_within: Duration | None = None
    debounce: Duration | None = None
    enabled: bool = True
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class OnEvent:
    """Starts a run when something happens to a run of another workflow.

    A workflow is never started by events of its own runs, nor by a chain of events that began with one.

    - `event`: the type of the event, as in `run.failed`, or a list of types.
    - `workflow`: the workflow whose runs count, or its name. Default: every other workflow.
    - `input`: as for `Webhook`, with `{event.data.field}`, `{run.id}`, `{run.workflow}`, `{run.state}`,
      `{run.reason}`, `{run.input.field}` and `{steps.step.field}`.
    - `filter`: a condition on `fact.event`, `fact.run` and `fact.steps`.
    - `dedup`: a template such as `{run.workflow}`: events with the same value start one run.
    - `dedup_within`: for how long, from the event that started a run. Default: forever.
    - `each`, `enabled`, `quiet`: those of `Webhook`.
    """

    event: str | Iterable[str]
    workflow: Any = None
    input: TriggerInput = field(default_factory=dict)
    filter: Condition | None = None
    each: str = ""
    dedup: str = ""
    dedup_within: Duration | None = None
    enabled: bool = True
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class AfterRun:
    """Starts a run when a run of another workflow has ended.

    - `workflow`: the other workflow, or its name.
    - `state`: how the run ended: `succeeded`, `failed` or `cancelled`, or a list of these.

    The other options are those of `OnEvent`.
    """

    workflow: Any
    state: str | Iterable[str] = "succeeded"
    input: TriggerInput = field(default_factory=dict)
    filter: Condition | None = None
    each: str = ""
    dedup: str = ""
    dedup_within: Duration | None = None
    enabled: bool = True
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class FileArrival:
    """Starts a run for each file that arrives in a folder, once it no longer changes.

    Files that arrived while no process ran start their runs at the next start. A file that changes afterwards
    counts as another one. Hidden files are left alone unless the pattern names them.

    - `folder`: the folder, as an absolute path. Folders within it are left alone.
    - `pattern`: the names that count, as in `*.csv`.
    - `settle`: how long a file must stay unchanged.
    - `input`: as for `Webhook`, with `{file.path}`, `{file.name}`, `{file.stem}`, `{file.folder}`,
      `{file.size}` and `{file.modified_at}`.
    - `filter`: a condition on `fact.file`.
    - `dedup`, `dedup_within`, `debounce`, `enabled`, `quiet`: those of `Webhook`.
    """

    folder: str
    pattern: str = "*"
    settle: Duration = "2s"
    input: TriggerInput = field(default_factory=dict)
    filter: Condition | None = None
    dedup: str = ""
    dedup_within: Duration | None = None
    debounce: Duration | None = None
    enabled: bool = True
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class QueryChange:
    """Starts a run for each row that a query finds beyond the last one.

    - `url`: the name of the environment variable that holds the database URL for SQLAlchemy.
    - `sql`: the query, with `:cursor` for the last value, in the order of that column, as in
      `SELECT id, total FROM orders WHERE id > :cursor ORDER BY id`.
    - `cursor`: the column whose value grows with each row, and that no two rows share.
    - `start`: the value after which a new trigger begins.
    - `every`: the time between two queries.
    - `input`: as for `Webhook`, with `{row.column}`.
    - `filter`: a condition on `fact.row`.
    - `each`, `dedup`, `dedup_within`, `enabled`, `quiet`: those of `Webhook`.
    """

    url: Secret | str
    sql: str
    cursor: str
    start: int | str = 0
    every: Duration = "30s"
    input: TriggerInput = field(default_factory=dict)
    filter: Condition | None = None
    each: str = ""
    dedup: str = ""
    dedup_within: Duration | None = None
    enabled: bool = True
    quiet: bool = False


Trigger = Cron | Every | Once | Webhook | OnEvent | AfterRun | FileArrival | QueryChange


def variables_of(trigger: Any) -> frozenset[str]:
    """The environment variables that a trigger names, as its author wrote it, in Python or as a dict."""
    named = trigger.get if isinstance(trigger, Mapping) else partial(getattr, trigger)
    values = (name_of_secret(named(option, None)) for option in ("secret", "url"))
    return frozenset(name for name in values if isinstance(name, str))
