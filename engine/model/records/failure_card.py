"""One failure that many runs share: the requests that people see as one card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.model.notices.mute import Mute
from engine.model.people import Actor
from engine.model.records.records import RequestRecord

MAX_VERDICTS = 50


@dataclass(frozen=True, slots=True)
class CardVerdict:
    """A choice that a person made about runs on a card."""

    outcome: str
    actor: Actor
    on_behalf: str
    """User id of the approver for whom the person decided as a delegate; empty: for themselves."""
    runs: int


@dataclass(frozen=True, slots=True)
class FailureCard:
    """The same failure of the same step in several runs. Each run keeps a request of its own."""

    leader: RequestRecord
    """The first request: the card is its message."""
    open: tuple[RequestRecord, ...]
    """The newest open requests, as many as were asked for."""
    open_count: int
    runs: int
    """Number of runs that failed so, answered or not."""
    oldest_open: str = ""
    """Id of the request whose reminders are told for all; empty when none is open."""
    newest_place: int = 0
    """The place of the newest open request on the card. A click decides nothing that came after it."""
    last_failed_at: datetime | None = None
    outcomes: Mapping[str, int] = field(default_factory=dict)
    """Number of requests by outcome, of those that are no longer open."""
    verdicts: tuple[CardVerdict, ...] = ()
    """The choices of people behind these outcomes, the earliest first; at most `MAX_VERDICTS`."""
    unanswered: Mapping[str, int] = field(default_factory=dict)
    """Number of requests by outcome, of those that nobody answered in time."""
    recovered_run: str = ""
    """The first run whose step succeeded after the last failure; empty: none has.

    Where the failure came from the input of its run, only the runs on the card count.
    """
    recovered_at: datetime | None = None
    likeness: str = ""
    """Digest that the failures on the card share."""
    retried: RequestRecord | None = None
    """The request about the same step of the newest open run, which a person answered with a retry."""
    failed_again: int = 0
    """Number of requests that were answered with a retry, and whose step then failed again."""
    mute: Mute | None = None
    """The mute that silences it now."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """Inputs of the runs of the requests in `open`, by the id of the run."""
    readable: frozenset[str] = frozenset()
    """Ids of the runs that everybody who reads the card's message may see."""
    is_awaited: bool = False
    """A person retried one of its runs and waits for the answer: neither a mute nor quiet hours hold it."""

    @property
    def claimer(self) -> str:
        """User id of the approver who took over its oldest known open run; empty where nobody did.

        Later runs join the card quietly. They still ask the owner, who may decide them too.
        """
        first = self.leader if self.leader.state == "open" else self.open[-1] if self.open else None
        if first is None or not first.people.handovers:
            return ""
        claim = first.people.handovers[-1]
        took_over = (claim.by.as_user or claim.by.id) == claim.to and first.approvers == (claim.to,)
        return claim.to if took_over else ""

    @property
    def is_shared(self) -> bool:
        """Return whether the card stands for more than one run."""
        return self.runs > 1
