"""Filter of a list of runs, and the pages of lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.model.people import Actor
from engine.model.records.failure_card import FailureCard
from engine.model.records.records import RequestRecord, RunRecord
from engine.model.text.wording import in_words

OPEN_FAILURE = "open failure"
"""Among the states of a filter: runs under way with a failed step that waits for a decision."""
_MAX_SEARCHED_CHARACTERS = 20_000
"""Characters of an input that are searched for a text."""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """The runs that a list shows. Every test holds; an empty one holds for every run.

    `states`: names of states, and `OPEN_FAILURE`. `actor`: who started it. `since`: the earliest start.
    `text`: a part of the id, the input or the reason, whatever its case.
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
class Backlog:
    """Runs, requests and messages that have not ended.

    `runs`: workflow, state and number. `requests`: workflow, kind and number. `messages`: not sent yet.
    """

    runs: tuple[tuple[str, str, int], ...]
    requests: tuple[tuple[str, str, int], ...]
    messages: int


@dataclass(frozen=True, slots=True)
class StartedRuns:
    """The runs that a source, a person, a token or a trigger started.

    `started_by`: a source (`webhook`), or a source and an id (`webhook:alerts`); empty for all. `since`: the
    earliest start.
    """

    started_by: str = ""
    workflow: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Place in a list of runs or requests. The next page begins after it.

    `created_at`: when it was opened, for a request. `id`: of the last one that was listed; empty where the
    viewer may not see that one.
    """

    created_at: datetime
    id: str = ""

    def __str__(self) -> str:
        return f"{self.created_at.isoformat()}/{self.id}"


def place_in_list(text: str) -> ListPlace | None:
    """Return the place that a text stands for; None for any other text."""
    moment, slash, run_id = text.partition("/")
    try:
        created_at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return ListPlace(created_at, run_id) if slash and created_at.tzinfo is not None else None


@dataclass(frozen=True, slots=True)
class FoundRuns:
    """One page of a list, newest first.

    `next`: the place where the next page begins; None where no older run is left to search.
    """

    runs: tuple[RunRecord, ...]
    next: ListPlace | None = None


@dataclass(frozen=True, slots=True)
class FoundRequests:
    """One page of the requests that wait for a person, oldest first.

    `total`: how many wait for them behind the place where the page begins, as far as requests were searched.
    `cards`: by id of a request that stands for every run on its card, that card, without its open requests.
    `next`: the place where the search goes on; None where no newer request is left to search.
    `cards`: by id of a request that stands for every open failure on its card, that card.
    `user`: the id of the person; empty where it does not matter.
    """

    requests: tuple[RequestRecord, ...]
    total: int
    next: ListPlace | None = None
    cards: Mapping[str, FailureCard] = field(default_factory=dict)
    user: str = ""
