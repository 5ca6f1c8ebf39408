"""Pure: the roles that a workflow gives to people, as references. Every door reads them here.

| role | the references that have it |
|---|---|
| operate | the owner and `may_operate` |
| cancel | these and `may_cancel` |
| see all its runs | the owner, `may_operate` and `may_see` |
| see that it exists | these and `may_run`, where `may_see` names people; otherwise every full member |

A person also sees the runs in which they take part. Who decides is said by each approval.
"""

from collections.abc import Mapping
from typing import Protocol

from engine.model.definition.spec import ChildSpec, Definition


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


def shown_children(workflows: Mapping[str, Definition]) -> list[str]:
    """Return a sentence for each workflow that names a private child to people who may not see it."""
    found = []
    for name, parent in workflows.items():
        for node in parent.nodes:
            child = workflows.get(node.workflow) if isinstance(node, ChildSpec) else None
            if child is None or child is parent or not is_private(child):
                continue
            if hides_from(child, parent):
                readers, remedy = "Everybody who sees", f"may_see={list(child.may_see)!r}"
            elif parent.channel and not _same_channel(parent, child):
                readers, remedy = f"Everybody in {_reference(parent.channel)}, the channel of", "no channel"
            else:
                continue
            found.append(
                f"{readers} {name} reads in its messages that it runs {child.name}, which is private. "
                f"Give {name} {remedy}, or leave may_see out of {child.name}."
            )
    return list(dict.fromkeys(found))


def _same_channel(parent: Definition, child: Definition) -> bool:
    """Return whether the readers of the parent's channel read of the child anyway."""
    told = {_reference(child.channel)} if child.channel else set()
    return _reference(parent.channel or "") in {*told, *watching(child)}


def _reference(channel: str) -> str:
    return f"#{channel.removeprefix('#')}"


def _once(*references: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(references))
