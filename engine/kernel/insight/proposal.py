"""Pure: a better threshold for a decision, and what it would have done to past runs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from engine.errors import NotPossible
from engine.kernel.decisions import outcome_at
from engine.kernel.insight.figures import Share
from engine.model.definition.decisions import DecisionSpec
from engine.model.records.recommendation import Recommendation
from engine.model.versions.threshold import ThresholdProposal

MIN_ANSWERS = 20
"""Answers below which no threshold is proposed."""
MAX_QUESTION, MAX_DETAILS = 300, 3_000
MAX_TRIED = 40
_MAX_CHANGES = 20
"""Scores that are tried as the threshold of one outcome."""


@dataclass(frozen=True, slots=True)
class Better:
    """A threshold with which people would have agreed more often.

    `changes`: by outcome before and after, the runs that it would have decided otherwise.
    """

    outcome: str
    before: float
    after: float
    now: Share
    then: Share
    runs: int
    changes: Mapping[tuple[str, str], int]

    @property
    def stamp(self) -> str:
        """Digest of the threshold and of what it would have done: a shown proposal is known again by it."""
        facts = (self.outcome, self.before, self.after, self.now, self.then, self.runs, dict(self.changes))
        return sha256(repr(facts).encode()).hexdigest()[:16]


def better(spec: DecisionSpec, found: Sequence[Recommendation]) -> Better:
    """Return the best change of one threshold. Raises `NotPossible` where none is better.

    Of equally good ones, the nearest to the present one.
    """
    if spec.form == "first" or (spec.form == "score" and spec.margin is None):
        raise NotPossible("Only a decision by points, or by a score that is a number, has such thresholds.")
    scored = [each for each in found if each.score is not None]
    now = _agreement(spec, scored)
    if now.whole < MIN_ANSWERS:
        raise NotPossible(
            f"There are {now.whole} answers to recommendations with a score. A proposal needs {MIN_ANSWERS}."
        )
    tried = [
        (then, -abs(after - before), outcome, after, changed)
        for outcome, before in spec.thresholds.items()
        for after in _tried(spec, outcome, scored)
        if (changed := with_thresholds(spec, {**spec.thresholds, outcome: after}))
        if (then := _agreement(changed, scored)).whole >= MIN_ANSWERS and then.part >= now.part
    ]
    best = max(tried, key=lambda each: (each[0].ratio or 0, each[1]), default=None)
    if best is None or (best[0].ratio or 0) <= (now.ratio or 0):
        raise NotPossible(f"No other threshold is better: people agreed with {now.part} of {now.whole}.")
    then, _, outcome, after, changed = best
    runs = list({each.run_id: each for each in scored}.values())
    moves = Counter((_outcome(spec, each), _outcome(changed, each)) for each in runs)
    changes = {pair: number for pair, number in moves.most_common() if pair[0] != pair[1]}
    return Better(outcome, spec.thresholds[outcome], after, now, then, len(runs), changes)


def with_thresholds(spec: DecisionSpec, thresholds: Mapping[str, float]) -> DecisionSpec:
    return spec.model_copy(update={"thresholds": dict(thresholds)})


def _tried(spec: DecisionSpec, outcome: str, scored: Sequence[Recommendation]) -> list[float]:
    """Return scores that occurred between the thresholds beside this one, evenly by rank."""
    before = spec.thresholds[outcome]
    others = [start for other, start in spec.thresholds.items() if other != outcome]
    least = max((start for start in others if start < before), default=float("-inf"))
    most = min((start for start in others if start > before), default=float("inf"))
    inside = sorted({each.score for each in scored if each.score is not None and least < each.score < most})
    return inside[:: max(1, -(-len(inside) // MAX_TRIED))]


def _agreement(spec: DecisionSpec, scored: Sequence[Recommendation]) -> Share:
    """Return the agreement with what these thresholds decide."""
    counted = Counter((_outcome(spec, each), each.answer) for each in scored if each.answer)
    meant = {"approve": "approved", "reject": "rejected"}
    recommended = {
        (outcome, answer): number
        for (outcome, answer), number in counted.items()
        if outcome in spec.recommends
    }
    part = sum(
        number
        for (outcome, answer), number in recommended.items()
        if answer == meant[spec.recommends[outcome]]
    )
    return Share(part, sum(recommended.values()))


def _outcome(spec: DecisionSpec, each: Recommendation) -> str:
    return outcome_at(spec, each.score or 0.0)


def exact(number: float) -> str:
    """Return all digits of a number: approvers read what is used."""
    return repr(int(number)) if number == int(number) else repr(number)


def question(proposal: ThresholdProposal, found: Better) -> dict[str, str]:
    """Return what the approvers of a gate read before a threshold changes."""
    name = f"{proposal.workflow}.{proposal.step}"
    lines = [
        f"Threshold of {proposal.outcome}: {exact(proposal.before)} now, {exact(proposal.after)} proposed",
        f"People agreed with {found.now.part} of {found.now.whole}; with it, {found.then.part} of "
        f"{found.then.whole}",
        f"Past runs that were compared: {found.runs}",
        f"It becomes setting {proposal.number} of {name}",
    ]
    changes = [f"{was} would be {then}: {number} runs" for (was, then), number in found.changes.items()]
    lines += changes[:_MAX_CHANGES]
    if left := changes[_MAX_CHANGES:]:
        lines.append(f"and {len(left)} more kinds of change")
    after, before = exact(proposal.after), exact(proposal.before)
    asked = f"Let {proposal.outcome} of {name} begin at {after} instead of {before}?"
    return {"question": asked[:MAX_QUESTION], "details": "\n".join(lines)[:MAX_DETAILS]}
