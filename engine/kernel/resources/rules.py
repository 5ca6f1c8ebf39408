"""Pure: whether an attempt that uses a resource may begin, and what its begin and its end change."""

from dataclasses import dataclass
from datetime import datetime

from engine.model.records import evolve
from engine.model.resources import Attempt, Resource, ResourceSpec


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, wait until a moment, or no. A `no` ends when another attempt ends."""

    reason: str = ""
    """Why not, for people: `4 of 4 in use`. Empty: yes."""
    until: datetime | None = None

    @property
    def yes(self) -> bool:
        return not self.reason


YES = Answer()


def allowed(resource: Resource, now: datetime) -> Answer:
    """Return whether one more attempt may begin now."""
    at_once = resource.spec.at_once
    if at_once is not None and len(resource.holders) >= at_once:
        return Answer(f"{len(resource.holders)} of {at_once} in use")
    return YES


def take(resource: Resource, attempt: Attempt, now: datetime) -> Resource:
    """Return the resource with an attempt that begins."""
    return evolve(resource, holders=resource.holders | {attempt})


def give(resource: Resource, attempt: Attempt) -> Resource:
    """Return the resource without an attempt that has ended."""
    return evolve(resource, holders=resource.holders - {attempt})


def limits_text(spec: ResourceSpec) -> str:
    """Return the limits as an author writes them: `at_once=4`."""
    given = [f"{name}={value!r}" for name, value in _limits(spec).items() if value is not None]
    return ", ".join(given) or "no limits"


def _limits(spec: ResourceSpec) -> dict[str, object]:
    return {"at_once": spec.at_once}
