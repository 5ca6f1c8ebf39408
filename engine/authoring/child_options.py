"""Options of a node that runs another workflow."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from engine.authoring.options import OnFailure
from engine.authoring.refs import Field, Ref
from engine.model.definition.elements import ELEMENT
from engine.model.text.template import paths, texts_in

if TYPE_CHECKING:
    from engine.authoring.workflow import Workflow


@dataclass(frozen=True, slots=True)
class ChildOptions:
    """A child workflow as its author declared it, not checked yet."""

    workflow: "Workflow | str"
    input: Any = None
    output: Ref | str | None = None
    on_failure: OnFailure | None = None
    each: Ref | Field | str | None = None
    """The list for whose elements it runs."""
    at_once: int = 8
    tolerate: int | str | None = None

    @property
    def name(self) -> Any:
        """The name of the other workflow."""
        return self.workflow if isinstance(self.workflow, str) else getattr(self.workflow, "name", None)

    @property
    def paths(self) -> list[str]:
        """The paths that its input names, right or wrong."""
        found: list[str] = []
        for _, text in texts_in(self.template, ""):
            with suppress(ValueError):
                found += paths(text)
        return [path for path in found if self.each is None or path.split(".")[0] != ELEMENT]

    @property
    def template(self) -> Any:
        """The input as JSON. Without one, an element is the input of its run."""
        if self.input is None and self.each is not None:
            return f"{{{ELEMENT}}}"
        return input_template(self.input)


def input_template(value: Any) -> Any:
    """The input as JSON, with `{step.field}` for a step and a field of its output."""
    match value:
        case Ref():
            return f"{{{value.name}}}"
        case Field():
            return f"{{{repr(value).replace('.output', '', 1)}}}"
        case BaseModel():
            return value.model_dump(mode="json")
        case Mapping():
            return {key: input_template(each) for key, each in value.items()}
        case list() | tuple():
            return [input_template(each) for each in value]
    return value
