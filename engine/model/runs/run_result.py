"""Result of a run, and the links that its steps produced."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a run that succeeded: the author's text, or the output of its last step."""

    text: str = ""
    """The workflow's `result` with its values. Empty: the workflow has none, or a value is missing."""
    missing: str = ""
    """The sentence that says which value of `result` is missing."""
    step: str = ""
    """The step that gave `value`. Empty where the workflow has a `result`."""
    value: Any = None


@dataclass(frozen=True, slots=True)
class ProducedLink:
    """An http or https address in the output of a step."""

    step: str
    url: str
    withheld: bool = False
    """It holds a credential, which `url` leaves out, so people get no link."""
