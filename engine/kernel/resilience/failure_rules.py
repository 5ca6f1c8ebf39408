"""Pure: what an author says about an error: try again, use the alternative, ask the owner, or fail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, cast, get_args

from engine.errors import OperationFailed
from engine.kernel.resilience.failures import failure_of
from engine.model.values.durations import InvalidDuration, seconds

Action = Literal["retry", "alternative", "ask", "fail"]
Classes = tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class Consequence:
    """Consequence of an error.

    `action` None: as for every error. `after`: seconds to the next attempt. `note`: why the author's rule
    could not be followed, in a sentence for people.
    """

    action: Action | None = None
    after: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class FailureRules:
    """The rules of one step: a function, and error classes by action."""

    classify: Callable[[Exception], Any] | None = None
    classes: tuple[tuple[Action, Classes], ...] = ()

    def consequence(self, error: Exception) -> Consequence:
        """Return what the function says about the error; otherwise the error itself, and then the classes."""
        said = self._said(error)
        if said is not None:
            return said
        after = error.after if isinstance(error, OperationFailed) else None
        if isinstance(error, OperationFailed) and error.action in get_args(Action):
            return Consequence(cast(Action, error.action), after)
        for action, classes in self.classes:
            if isinstance(error, classes):
                return Consequence(action, after)
        return Consequence(None, after)

    def _said(self, error: Exception) -> Consequence | None:
        """Return the function's consequence. Where it gives none that can be followed, people decide."""
        if self.classify is None:
            return None
        try:
            said = self.classify(error)
            if said is None:
                return None
            if said in get_args(Action):
                return Consequence(cast(Action, said))
            if isinstance(said, str | timedelta):
                return Consequence("retry", seconds(said, 0.001))
            note = f"Retry's classify returned {said!r:.80}, which is neither an action nor a duration."
        except InvalidDuration:
            note = f"Retry's classify returned {said!r:.80}, which is neither an action nor a duration."
        except BaseException as trouble:  # an author's function must not keep the failure from being recorded
            failure = failure_of(trouble)
            note = f"Retry's classify failed for this error with {failure.kind}: {failure.message[:300]}."
        return Consequence("ask", note=f"{note} The step is not tried again until a person decides.")
