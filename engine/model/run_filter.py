"""Filter of a list of runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.model.people import Actor
from engine.model.records import RunRecord
from engine.model.wording import in_words

_MAX_SEARCHED_CHARACTERS = 20_000
"""Characters of an input that are searched for a text."""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """The runs that a list shows. Every test holds; an empty one holds for every run.

    `actor`: who started it. `since`: the earliest start. `text`: a part of the id, the input or the reason,
    whatever its case.
    """

    workflow: str | None = None
    states: Sequence[str] | None = None
    actor: Actor | None = None
    since: datetime | None = None
    text: str = ""

    def fits(self, run: RunRecord) -> bool:
        """Return whether the text is in what people see of the run."""
        if not self.text:
            return True
        searched = f"{run.id}\n{run.reason}\n{in_words(run.input, _MAX_SEARCHED_CHARACTERS)}"
        return self.text.casefold() in searched.casefold()


@dataclass(frozen=True, slots=True)
class FoundRuns:
    """One page of a list, newest first.

    `next`: the run behind which the next page begins; None where no older run is left to search.
    """

    runs: tuple[RunRecord, ...]
    next: RunRecord | None = None
