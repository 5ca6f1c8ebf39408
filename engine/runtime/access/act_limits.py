"""How often one person may do what asks or tells others, so that nobody is flooded."""

import math
from datetime import timedelta

from engine.clock import Clock
from engine.errors import TextTooLong, TooMany
from engine.kernel.schedules.start_limits import LIMITED, RecentStarts
from engine.model.people import Actor
from engine.model.text.redaction import redacted
from engine.model.text.visible_text import utf16_length, visible_or_empty

ACTS_PER_MINUTE = 20
"""Acts of one kind by one person: questions, reassignments, absences, revocations."""
MAX_REASON_LENGTH = 1_000
"""UTF-16 units, as many as the field of a window in Slack takes."""
MAX_WORDS_LENGTH = 3_000
"""UTF-16 units of a question, an answer or a comment: as many as a form in Slack takes."""


def reason_text(text: str) -> str:
    """Return a reason as it is recorded: whole, without secrets. Raises `TextTooLong`."""
    reason = visible_or_empty(text)
    if problem := _length_problem("The reason", reason, MAX_REASON_LENGTH):
        raise TextTooLong(problem)
    return redacted(reason)


class ActLimits:
    """Counts acts in memory, by a clock that only grows. The command line has no limit."""

    def __init__(self, clock: Clock, *, per_minute: int | None = ACTS_PER_MINUTE) -> None:
        self._clock, self._per_minute = clock, per_minute
        self._recent: dict[str, RecentStarts] = {}

    def count(self, actor: Actor, acts: str) -> None:
        """Count an act that the actor does now. Raises `TooMany`. `acts`: its kind, as `questions`."""
        if self._per_minute is None or actor.source not in LIMITED:
            return
        now = timedelta(seconds=self._clock.monotonic())
        recent = self._recent.setdefault(acts, RecentStarts(self._per_minute))
        if wait := recent.wait(actor, now):
            seconds = max(1, math.ceil(wait.total_seconds()))
            raise TooMany(
                f"You have made {self._per_minute} {acts} within a minute, and more are not accepted. "
                f"Try again in {seconds} s.",
                seconds,
            )
        recent.count(actor, now)


def words_problem(text: str, what: str) -> str:
    """Return the problem of a text that a person wrote, with the remedy; empty if there is none."""
    return _length_problem(what, text, MAX_WORDS_LENGTH)


def require_words(text: str, what: str) -> None:
    """Raise `TextTooLong` where a text that a person wrote is too long."""
    if problem := words_problem(text, what):
        raise TextTooLong(problem)


def _length_problem(what: str, text: str, limit: int) -> str:
    if (length := utf16_length(text)) <= limit:
        return ""
    return f"{what} has {length:,} characters. Write at most {limit:,}, or link to the text."
