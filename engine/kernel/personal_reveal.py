"""Pure: the personal data of a run in pages, and who may read it. Every door that reveals it asks here."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.kernel.transition import Transition
from engine.model.definition.spec import Definition
from engine.model.people import any_of
from engine.model.records.change import Change
from engine.model.records.personal_values import Door
from engine.model.records.records import RunRecord, StepRecord
from engine.model.text.personal import sealed_values

PAGE_SIZE = 40
"""Values that one reveal opens: as many as a window in Slack shows."""


def readers(definitions: Iterable[Definition | None]) -> tuple[tuple[str, ...] | None, ...]:
    """Return the references of which a reader needs one in each group; an empty group or None admits nobody.

    `definitions`: of the run, and of its workflow as it is now, so that a person who was removed from either
    reads nothing. None: the workflow is not loaded, so nobody knows who was removed.
    """
    return tuple(dict.fromkeys(each.may_see_personal if each is not None else None for each in definitions))


def refusal(refs: tuple[str, ...] | None, run: RunRecord) -> str:
    """Return what a person is told who is in none of the references."""
    if refs is None:
        return (
            f"Nobody may read the personal data of {run.short} here, because {run.workflow} is not loaded, "
            "and only its file says who may. Ask the operator to load it, or to run signoff show --reveal."
        )
    if not refs:
        return (
            f"Nobody may read the personal data of {run.short} here, because {run.workflow} names nobody in "
            "may_see_personal. Ask its author to name people, or the operator to run signoff show --reveal."
        )
    return f"Only {any_of(refs)} can read the personal data of {run.short}. Ask one of them."


def sealed_fields(run: RunRecord, steps: Mapping[str, StepRecord]) -> Iterator[tuple[str, str]]:
    """Yield the place and the sealed value of each field, in a fixed order: `input.email`, `create.owner`."""
    yield from sealed_values(run.input, "input")
    for name in sorted(steps):
        yield from sealed_values(steps[name].output, name)


def record(transition: Transition, opened: list[str], erased: list[str], door: Door, reason: str) -> Change:
    """Record who reads which fields through which door. No value is part of it."""
    data: dict[str, Any] = {"fields": opened, "erased": erased, "door": door}
    transition.event("run.revealed", **data, **({"reason": reason} if reason else {}))
    return transition.finish()
