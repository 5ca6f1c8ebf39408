"""Triggers as an author writes them: what starts the runs of a workflow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from engine.authoring.options import Duration
from engine.authoring.refs import Field
from engine.model.conditions import Condition
from engine.model.trigger_spec import SignatureStyle

Catchup = Literal["skip", "latest", "all"]
TriggerInput = Mapping[str, Any] | str


@dataclass(frozen=True, slots=True)
class Cron:
    """Starts a run by a cron expression of five fields, with standard weekdays: 0 and 7 are Sunday.

    - `tz`: the time zone of the expression, as in `Europe/Berlin`.
    - `catchup`: which of the fires that were missed while no process ran start a run later: none (`skip`),
      the `latest`, or `all`.
    - `catchup_limit`: with `catchup="all"`, the newest fires that start a run, at most 1000.
    - `input`: the input of its runs, for a workflow that takes input.
    - `quiet`: people hear of its runs only when a run asks, fails or is cancelled.
    """

    expr: str
    tz: str = "UTC"
    catchup: Catchup = "latest"
    catchup_limit: int = 10
    input: Mapping[str, Any] = field(default_factory=dict)
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """Starts a run at every multiple of the interval since 1970-01-01 UTC, so that two processes agree.

    `catchup`, `catchup_limit`, `input` and `quiet` are those of `Cron`.
    """

    interval: Duration
    catchup: Catchup = "latest"
    catchup_limit: int = 10
    input: Mapping[str, Any] = field(default_factory=dict)
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
    - `secret`: the name of the environment variable that holds the shared secret.
    - `signature`: how the sender proves itself: `bearer` (the secret in `Authorization`), `github`, `stripe`,
      `slack`, `grafana`, `pagerduty`, `sentry`, or `hmac` (HMAC-SHA256 in hex).
    - `header`: the header with the signature. Default: that of the style; `X-Signature` for `hmac`.
    - `timestamp_header`: the header with the signed time. Default: that of the style. With `hmac` the text
      `TIME.BODY` is signed, with `grafana` `TIME:BODY`.
    - `replay`: how old a signed time may be.
    - `max_bytes`: the largest body that is read.
    - `idempotency_key`: what names a delivery: a path such as `{headers.x_request_id}` or `{payload.id}`.
      Default: the id that the style signs, else the header `Idempotency-Key` with `bearer`, else the body.
    - `input`: the input of the run by field: constants, and texts with `{payload.field}` and
      `{headers.name}`. A path that ends with `?` leaves the field out where the value is missing.
      `"{payload}"` takes the whole body. Default: no values.
    - `filter`: a condition on `fact.payload` and `fact.headers`. Without it every delivery
      starts a run.
    - `enabled`: whether a new webhook is on. Operators switch it afterwards.
    - `quiet`: people hear of its runs only when a run asks, fails or is cancelled.
    """

    name: str
    secret: str
    signature: SignatureStyle = "bearer"
    header: str = ""
    timestamp_header: str = ""
    replay: Duration = "5m"
    max_bytes: int = 1048576
    idempotency_key: str = ""
    input: TriggerInput = field(default_factory=dict)
    filter: Condition | None = None
    enabled: bool = True
    quiet: bool = False


Trigger = Cron | Every | Webhook


def variables_of(trigger: Any) -> frozenset[str]:
    """The environment variables that a trigger names, as its author wrote it, in Python or as a dict."""
    named = trigger.get if isinstance(trigger, Mapping) else partial(getattr, trigger)
    return frozenset(name for option in ("secret",) if isinstance(name := named(option, None), str))
