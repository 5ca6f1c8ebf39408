"""The protocol of a kind of step that Signoff executes."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from engine.authoring.context import StepContext
from engine.model.definition.operations import OperationSpec


class StepKind(Protocol):
    """One operation, as its author declared it. `spec` shows approvers what it will do."""

    @property
    def output(self) -> Any:
        """The type of what it returns."""

    @property
    def spec(self) -> OperationSpec:
        """The operation as data. Only for one without problems."""

    @property
    def paths(self) -> list[str]:
        """The paths that it names, right or wrong."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with it and the remedy. Checked when its file is loaded."""

    async def execute(self, values: Mapping[str, Any], ctx: StepContext) -> Any:
        """Execute one attempt. `values`: by node that its paths name.

        A cancellation is the end of the attempt: its time is over, or its run has ended.
        """
