"""Pure: the roles that a workflow gives to people, as references. Every door reads them here.

| role | the references that have it |
|---|---|
| operate | the owner and `may_operate` |
| cancel | these and `may_cancel` |
| see all its runs | the owner, `may_operate` and `may_see` |
| see that it exists | these and `may_run`, where `may_see` names people; otherwise every full member |

A person also sees the runs in which they take part. Who decides is said by each approval.
"""

from typing import Protocol


class HasRoles(Protocol):
    """A definition of a workflow, or the record of one that is loaded."""

    @property
    def owner(self) -> str: ...
    @property
    def may_run(self) -> tuple[str, ...]: ...
    @property
    def may_cancel(self) -> tuple[str, ...]: ...
    @property
    def may_operate(self) -> tuple[str, ...]: ...
    @property
    def may_see(self) -> tuple[str, ...]: ...


def is_private(workflow: HasRoles) -> bool:
    """Return whether only people with a role learn that the workflow exists."""
    return bool(workflow.may_see)


def operating(workflow: HasRoles) -> tuple[str, ...]:
    """Return who may pause and mute the workflow, skip steps, change priorities, and end its canaries."""
    return _once(workflow.owner, *workflow.may_operate)


def cancelling(workflow: HasRoles) -> tuple[str, ...]:
    """Return who may pause and cancel runs that others started."""
    return _once(*workflow.may_cancel, *operating(workflow))


def watching(workflow: HasRoles) -> tuple[str, ...]:
    """Return who sees every run, whatever channel it is in."""
    return _once(*operating(workflow), *workflow.may_see)


def listing(workflow: HasRoles) -> tuple[str, ...]:
    """Return who learns that a private workflow exists."""
    return _once(*watching(workflow), *workflow.may_run)


def hides_from(workflow: HasRoles, other: HasRoles) -> bool:
    """Return whether people who read of `other` may not read of a workflow that is related to it.

    They may where it is not private, or where it shows itself to everybody to whom a private `other` does.
    """
    if not is_private(workflow):
        return False
    return not (is_private(other) and set(watching(other)) <= set(watching(workflow)))


def _once(*references: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(references))
