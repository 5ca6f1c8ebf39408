"""Options of a node that waits: for a duration, a moment or a signal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.authoring.options import Duration, OnFailure
from engine.model.text.template import sole_path


@dataclass(frozen=True, slots=True)
class WaitOptions:
    """A wait as its author declared it, not checked yet. One of `duration`, `at` and `signal` is given."""

    duration: Duration | None = None
    at: str | datetime | None = None
    signal: str | None = None
    model: type[Any] | None = None
    expires: Duration | None = None
    on_expiry: str = "fail"
    on_failure: OnFailure | None = None

    @property
    def gives(self) -> Any:
        """The type of what it gives the steps after it."""
        return (self.model or type(None)) if self.signal is not None else datetime

    @property
    def path(self) -> str | None:
        """The path to the moment; None where `at` is the moment itself."""
        return sole_path(self.at) if isinstance(self.at, str) else None
