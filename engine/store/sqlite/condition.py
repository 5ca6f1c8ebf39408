"""Problem that keeps the database from being read or written now, and its start."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.store.files.sqlite_errors import is_locked, problem, remedy

log = logging.getLogger(__name__)

_NOTED_SECONDS = 2.0
"""How long a problem lasts before the log says so."""
SLOW_SECONDS = 2.0
"""A click has three seconds until Slack says that Signoff does not answer."""


@dataclass(slots=True)
class _Problem:
    text: str
    remedy: str
    by_itself: bool
    since: float
    noted_at: float


class Condition:
    """Told by one or more threads; may be read from any. `effect`: what a problem means, in a clause."""

    def __init__(self, path: Path, effect: str, now: Callable[[], float]) -> None:
        self._path, self._effect, self._now = path, effect, now
        self._problem: _Problem | None = None
        self._slow: float | None = None
        self._began: float | None = None

    @property
    def well(self) -> bool:
        return self._problem is None

    @property
    def lasts(self) -> bool:
        """Return whether there is something that only another try can show to be over."""
        return self._problem is not None or self._slow is not None

    @property
    def cause(self) -> str:
        """Return the cause as a clause."""
        trouble = self._problem
        return trouble.text if trouble else f"The database {self._path} could not be written"

    @property
    def passes_by_itself(self) -> bool:
        """Return whether what is in the way ends soon without the operator, as a lock does."""
        trouble = self._problem
        return trouble is None or trouble.by_itself

    @property
    def text(self) -> str:
        """The problem, how long it lasts and the remedy; empty as a rule. Never blocks."""
        trouble, slow, began = self._problem, self._slow, self._began
        if trouble is not None:
            lasted = self._now() - trouble.since
            return (
                f"{trouble.text}, for {lasted:.0f} s now: {self._effect}. {trouble.remedy}; "
                "Signoff then continues by itself."
            )
        so_far = 0.0 if began is None else self._now() - began
        if so_far >= SLOW_SECONDS:
            return self._slow_text(f"has taken {so_far:.0f} s so far")
        return "" if slow is None else self._slow_text(f"took {slow:.1f} s")

    def _slow_text(self, how: str) -> str:
        return (
            f"A write to the database {self._path} {how}: its disk is slow, and clicks are recorded later "
            "than Slack waits for an answer. Look for what else uses the disk."
        )

    def begin(self, text: str, remedy: str, *, by_itself: bool = False) -> None:
        """Note what is in the way. by_itself: it ends soon without the operator."""
        now = self._now()
        trouble = self._problem
        if trouble is None:
            self._problem = _Problem(text, remedy, by_itself, now, now)
            return
        trouble.text, trouble.remedy, trouble.by_itself = text, remedy, by_itself
        if now - trouble.noted_at >= _NOTED_SECONDS:
            log.warning("%s", self.text)
            trouble.noted_at = now + _NOTED_SECONDS * 4

    def fail(self, error: BaseException) -> None:
        """Note an error of SQLite's that passes."""
        self.begin(problem(error, self._path), remedy(error, self._path), by_itself=is_locked(error))

    def over(self) -> None:
        """A try has succeeded."""
        trouble = self._problem
        if trouble is None:
            return
        self._problem = None
        lasted = self._now() - trouble.since
        level = logging.WARNING if lasted >= _NOTED_SECONDS else logging.INFO
        log.log(level, "the database %s is in order again after %.1f s", self._path, lasted)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Measure how long one write takes."""
        began = self._began = self._now()
        try:
            yield
        finally:
            self._began = None
        took = self._now() - began
        was, self._slow = self._slow, took if took >= SLOW_SECONDS else None
        if self._slow is not None and was is None:
            log.warning("%s", self._slow_text(f"took {took:.1f} s"))
