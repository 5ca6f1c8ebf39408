"""Plans as data: the actions that a plan may use, the check of a plan, and the step that executes it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from engine.model.values.frozen import Frozen

Risk = Literal["low", "normal", "high"]
RISKS: tuple[Risk, ...] = ("low", "normal", "high")
"""In order: a plan has the highest risk of its actions."""


class ActionSpec(Frozen):
    """A function that a plan may use."""

    name: str
    digest: str
    """SHA-256 of its source, of that of its undo function, and of the types of its inputs."""
    risk: Risk
    """The lowest risk that an item with this action has."""


class _PlanPart(Frozen):
    actions: tuple[ActionSpec, ...]

    @property
    def secrets(self) -> Collection[str]:
        """Names of the secrets that it needs."""
        return ()

    @property
    def argument_places(self) -> Collection[str]:
        """No text makes an argument."""
        return ()

    def shown(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> Iterator[tuple[str, Any]]:
        """Return nothing: the approval of a plan shows all its items as a table."""
        return iter(())


class PlanSpec(_PlanPart):
    """The check of a proposed plan."""

    kind: Literal["plan"] = "plan"
    proposal: str
    """Path of the proposed plan, such as `propose` or `propose.plan`."""
    max_items: int

    @property
    def templates(self) -> Iterator[tuple[str, str]]:
        """Every text with paths in it, with the option that has it."""
        yield "proposal", f"{{{self.proposal}}}"


class ActionsSpec(_PlanPart):
    """The step that executes the items of a checked plan, one after the other."""

    kind: Literal["actions"] = "actions"

    @property
    def templates(self) -> Iterator[tuple[str, str]]:
        """Every text with paths in it, with the option that has it."""
        return iter(())
