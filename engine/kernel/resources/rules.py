"""Pure: whether an attempt that uses a resource may begin, and what its begin and its end change."""

import shlex
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.model.records.records import evolve
from engine.model.runs.resources import Attempt, RateSpec, Resource, ResourceSpec
from engine.model.values.durations import format_duration

_RESET = "signoff resources reset"
_GROUPS = 60
"""Attempts that begin within one sixtieth of the window count as one group, at the time of its last."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, wait until a moment, or no. A `no` ends when another attempt ends."""

    reason: str = ""
    """Why not, for people: `4 of 4 in use`. Empty: yes."""
    until: datetime | None = None
    is_open: bool = False
    """Its circuit breaker is open, or half-open."""

    @property
    def yes(self) -> bool:
        return not self.reason


YES = Answer()


def allowed(resource: Resource, now: datetime) -> Answer:
    """Return whether one more attempt may begin now."""
    if resource.is_unreadable:
        return Answer(
            f"another program changed its row. Reset it: {_RESET} {shlex.quote(resource.spec.name)}"
        )
    if resource.opened_at is not None:
        answer = _while_open(resource, now)
        if not answer.yes:
            return answer
    at_once = resource.spec.at_once
    if at_once is not None and len(resource.holders) >= at_once:
        return Answer(f"{len(resource.holders)} of {at_once} in use")
    return YES if resource.spec.rate is None else _by_rate(resource.spec.rate, resource, now)


def _while_open(resource: Resource, now: datetime) -> Answer:
    if resource.probe is not None:
        return Answer("its circuit breaker is half-open, and an attempt probes it", is_open=True)
    until = resource.half_opens_at
    if until is not None and now < until:
        return Answer(f"its circuit breaker is open until {until:%Y-%m-%d %H:%M} UTC", until, is_open=True)
    return YES


def _by_rate(rate: RateSpec, resource: Resource, now: datetime) -> Answer:
    window = timedelta(seconds=rate.window)
    used = sum(count for at, count in resource.begun if at + window > now)
    if used < rate.count:
        return YES
    until = min(at + window for at, _ in resource.begun if at + window > now)
    return Answer(f"{rate_text(rate)} used, the next one at {until:%Y-%m-%d %H:%M:%S} UTC", until)


def take(resource: Resource, attempt: Attempt, now: datetime) -> Resource:
    """Return the resource with an attempt that begins. While the breaker is open, it is the probe."""
    begun = resource.begun
    if resource.spec.rate is not None:
        begun = _counted(resource.spec.rate, begun, now)
    probe = attempt if resource.opened_at is not None else None
    return evolve(resource, holders=resource.holders | {attempt}, begun=begun, probe=probe)


def _counted(
    rate: RateSpec, begun: tuple[tuple[datetime, int], ...], now: datetime
) -> tuple[tuple[datetime, int], ...]:
    """Add an attempt, and forget those that no longer count.

    A group counts at the time of its last attempt, so that never too many begin in any window.
    """
    window = timedelta(seconds=rate.window)
    kept = tuple(group for group in begun if group[0] + window > now)
    if kept and _same_group(kept[-1][0], now, window):
        return (*kept[:-1], (now, kept[-1][1] + 1))
    return (*kept, (now, 1))


def _same_group(one: datetime, other: datetime, window: timedelta) -> bool:
    length = window.total_seconds() / _GROUPS
    return one.timestamp() // length == other.timestamp() // length


def give(resource: Resource, attempt: Attempt) -> Resource:
    """Return the resource without an attempt that has ended. A probe that ended so says nothing."""
    probe = None if resource.probe == attempt else resource.probe
    return evolve(resource, holders=resource.holders - {attempt}, probe=probe)


def answered(resource: Resource, attempt: Attempt) -> Resource:
    """Return the resource after an attempt that it answered: a probe closes the breaker."""
    if resource.probe != attempt:
        return resource
    return evolve(closed(resource), probe=attempt)


def closed(resource: Resource) -> Resource:
    """Return the resource with its breaker closed, and no failure that counts."""
    return evolve(
        resource, opened_at=None, opened_by="", half_opens_at=None, probe=None, failed=(), is_unreadable=False
    )


def refused(resource: Resource, attempt: Attempt, now: datetime) -> Resource:
    """Return the resource after an attempt that failed because of it.

    One failure too many opens the breaker; a failed probe keeps it open for as long again.
    """
    breaker = resource.spec.breaker
    if breaker is None:
        return resource
    if resource.opened_at is not None:
        if resource.probe != attempt:
            return resource  # it began before the breaker opened
        return evolve(resource, half_opens_at=now + timedelta(seconds=breaker.open_for))
    within = timedelta(seconds=breaker.within)
    failed = (*(at for at in resource.failed if at + within > now), now)
    if len(failed) < breaker.failures:
        return evolve(resource, failed=failed)
    half_opens_at = now + timedelta(seconds=breaker.open_for)
    return evolve(resource, failed=(), opened_at=now, opened_by=attempt[0], half_opens_at=half_opens_at)


def breaker_state(resource: Resource, now: datetime) -> str:
    """Return `closed`, `open`, `half-open` or `unreadable`; empty for a resource without a breaker."""
    if resource.is_unreadable:
        return "unreadable"
    if resource.spec.breaker is None:
        return ""
    if resource.opened_at is None:
        return "closed"
    half_opens_at = resource.half_opens_at
    is_open = resource.probe is None and half_opens_at is not None and now < half_opens_at
    return "open" if is_open else "half-open"


def used_of_rate(resource: Resource, now: datetime) -> int:
    """Return how many attempts count towards the rate now."""
    rate = resource.spec.rate
    if rate is None:
        return 0
    return sum(count for at, count in resource.begun if at + timedelta(seconds=rate.window) > now)


def rate_text(rate: RateSpec) -> str:
    """Return a rate as an author writes it: `100/m`."""
    window = format_duration(rate.window)
    return f"{rate.count}/{window[1:] if window[0] == '1' and not window[1].isdecimal() else window}"


def moved(resource: Resource, by: timedelta) -> Resource:
    """Return the resource after a jump of the clock: what counts towards its limits does so for as long."""
    return evolve(
        resource,
        begun=tuple((at + by, count) for at, count in resource.begun),
        failed=tuple(at + by for at in resource.failed),
        opened_at=resource.opened_at and resource.opened_at + by,
        half_opens_at=resource.half_opens_at and resource.half_opens_at + by,
    )


def limits_text(spec: ResourceSpec) -> str:
    """Return the limits as an author writes them: `at_once=4, rate="100/m"`."""
    parts = [] if spec.at_once is None else [f"at_once={spec.at_once}"]
    if spec.rate is not None:
        parts.append(f'rate="{rate_text(spec.rate)}"')
    if (breaker := spec.breaker) is not None:
        within, open_for = format_duration(breaker.within), format_duration(breaker.open_for)
        parts.append(
            f'breaker=Breaker(failures={breaker.failures}, within="{within}", open_for="{open_for}")'
        )
    return ", ".join(parts) or "no limits"
