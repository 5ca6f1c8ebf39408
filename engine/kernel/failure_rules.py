"""Pure: what an author says about an error: try again, use the alternative, ask the owner, or fail."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, cast, get_args

from engine.model.durations import InvalidDuration, seconds

log = logging.getLogger(__name__)

Action = Literal["retry", "alternative", "ask", "fail"]
Classes = tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Consequence of an error. `action` None: as for every error; `after`: seconds to the next attempt."""

    action: Action | None = None
    after: float | None = None


@dataclass(frozen=True, slots=True)
class FailureRules:
    """The rules of one step: a function, and error classes by action."""

    classify: Callable[[Exception], Any] | None = None
    classes: tuple[tuple[Action, Classes], ...] = ()

    def verdict(self, error: Exception) -> Verdict:
        """Return what the function says about the error; if it says nothing, what the classes say."""
        said = self._said(error)
        if said is not None:
            return said
        for action, classes in self.classes:
            if isinstance(error, classes):
                return Verdict(action)
        return Verdict()

    def _said(self, error: Exception) -> Verdict | None:
        if self.classify is None:
            return None
        try:
            said = self.classify(error)
            if said is None:
                return None
            if said in get_args(Action):
                return Verdict(cast(Action, said))
            if isinstance(said, str | timedelta):
                return Verdict("retry", seconds(said, 0.001))
        except InvalidDuration:
            pass
        except Exception:  # an author's function must not keep the failure from being recorded
            log.exception("classify failed for %s", type(error).__name__)
            return None
        log.error("classify returned %r, which is neither an action nor a duration", said)
        return None
