"""The rows of a step that were rejected, in words and in bounds."""

from dataclasses import dataclass
from typing import Any

from engine.model.text.wording import count

MAX_REASONS = 10
"""Different reasons that a report lists; the others are counted."""
MAX_EXAMPLES = 5
"""Rejected rows that a report names."""


@dataclass(frozen=True, slots=True)
class KeptRows:
    """The rows that fit of a step with too many rejected ones, which the owner may accept: as JSON."""

    output: Any
    summary: str
    """`12 of 99 rows rejected`."""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """How many rows of a step were rejected, and why.

    `reasons`: each with its number of rows, the most frequent first. `drift`: what all rows have in common,
    in sentences.
    """

    rows: int
    rejected: int
    reasons: tuple[tuple[str, int], ...] = ()
    examples: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """`12 of 99 rows rejected`; empty where all of them fit."""
        return f"{self.rejected:,} of {count(self.rows, 'row')} rejected" if self.rejected else ""

    @property
    def details(self) -> str:
        """Return the drift, the reasons and the first rows, in sentences."""
        counted = "; ".join(f"{reason} ({count:,})" for reason, count in self.reasons[:3])
        reasons = [f"Reasons: {counted}."] if counted and not self.drift else []
        first = [f"First: {'; '.join(self.examples[:3])}."] if self.examples else []
        return " ".join([*self.drift, *reasons, *first])

    def together(self, other: "QualityReport") -> "QualityReport":
        """Return the report of the rows of both."""
        counts = dict(self.reasons)
        for reason, number in other.reasons:
            counts[reason] = counts.get(reason, 0) + number
        ranked = sorted(counts.items(), key=lambda pair: -pair[1])[:MAX_REASONS]
        return QualityReport(
            self.rows + other.rows,
            self.rejected + other.rejected,
            tuple(ranked),
            (*self.examples, *other.examples)[:MAX_EXAMPLES],
            (*self.drift, *other.drift),
        )
