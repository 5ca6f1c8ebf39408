"""Pure: figures about the recommendations of a decision and the answers to them."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from engine.kernel.insight.figures import (
    GroupFigures,
    Insight,
    OutcomeFigures,
    Share,
    ThresholdFigures,
    VersionFigures,
    WeekFigures,
)
from engine.model.definition.decisions import DecisionSpec
from engine.model.records.recommendation import Answer, Recommendation

MAX_VALUES = 20
"""Values of one field that are told, those of most runs first."""
MAX_VERSIONS = 10
MAX_THRESHOLDS = 12
"""Scores at which the worth of one outcome is told, besides its threshold."""
RECENT = timedelta(days=28)
OTHER_VALUES = "(all other values)"
_MEANS: Mapping[str, Answer] = {"approve": "approved", "reject": "rejected"}


def insight(
    workflow: str,
    step: str,
    approvals: Sequence[str],
    spec: DecisionSpec,
    found: Sequence[Recommendation],
    since: datetime,
    now: datetime,
    *,
    more: bool = False,
) -> Insight:
    """Return the figures of these recommendations. `more`: older ones are missing."""
    runs = list({each.run_id: each for each in found}.values())
    answered = {each.run_id for each in found if each.answer}
    begin = now - RECENT
    is_recent = [each.answered_at is not None and each.answered_at >= begin for each in found]
    return Insight(
        workflow,
        step,
        tuple(approvals),
        since,
        len(runs),
        len(runs) - len(answered),
        agreement(spec, found),
        agreement(spec, (each for each, recent in zip(found, is_recent, strict=True) if recent)),
        agreement(spec, (each for each, recent in zip(found, is_recent, strict=True) if not recent)),
        tuple(_outcomes(spec, runs, found)),
        tuple(_weeks(spec, found)),
        tuple(_versions(spec, found)),
        tuple(_groups(spec, found)),
        tuple(_thresholds(spec, found)),
        more,
    )


def agreement(spec: DecisionSpec, found: Iterable[Recommendation]) -> Share:
    """Return the answers that are the recommended one, of all answers to a recommendation."""
    verdicts = [agrees for each in found if (agrees := agrees_with(spec, each)) is not None]
    return Share(sum(verdicts), len(verdicts))


def agrees_with(spec: DecisionSpec, each: Recommendation) -> bool | None:
    """Return whether people answered as recommended; None without an answer or a recommendation.

    An approval with changed values agrees with no recommendation.
    """
    recommended = spec.recommends.get(each.outcome)
    if recommended is None or each.answer is None:
        return None
    return each.answer == _MEANS[recommended]


def _outcomes(
    spec: DecisionSpec, runs: Sequence[Recommendation], found: Sequence[Recommendation]
) -> Iterator[OutcomeFigures]:
    given = Counter(each.outcome for each in runs)
    answers = Counter((each.outcome, each.answer) for each in found if each.answer)
    recommended = [each.answer for each in found if each.answer and each.outcome in spec.recommends]
    total = Counter(recommended)
    for outcome in dict.fromkeys([*spec.outcomes, *sorted(given)]):
        approved, changed, rejected = (
            answers[outcome, answer] for answer in ("approved", "changed", "rejected")
        )
        word = spec.recommends.get(outcome)
        meant = answers[outcome, _MEANS[word]] if word else 0
        whole = approved + changed + rejected
        yield OutcomeFigures(
            outcome,
            word,
            given[outcome],
            approved,
            changed,
            rejected,
            Share(meant, whole) if word else Share(),
            Share(meant, total[_MEANS[word]]) if word else Share(),
        )


def _weeks(spec: DecisionSpec, found: Iterable[Recommendation]) -> Iterator[WeekFigures]:
    """Yield every week from the first answer to the last one, also those without an answer."""
    weeks: defaultdict[date, list[bool]] = defaultdict(list)
    for each in found:
        if each.answered_at is not None and (agrees := agrees_with(spec, each)) is not None:
            day = each.answered_at.date()
            weeks[day - timedelta(days=day.weekday())].append(agrees)
    if not weeks:
        return
    monday = min(weeks)
    while monday <= max(weeks):
        here = weeks.get(monday, [])
        yield WeekFigures(monday, Share(sum(here), len(here)))
        monday += timedelta(days=7)


def _versions(spec: DecisionSpec, found: Iterable[Recommendation]) -> list[VersionFigures]:
    """Return the newest versions, the newest first."""
    by_version: defaultdict[str, list[Recommendation]] = defaultdict(list)
    for each in found:
        by_version[each.version].append(each)
    figures = [
        VersionFigures(
            version,
            min(each.at for each in those),
            max(each.at for each in those),
            len({each.run_id for each in those}),
            agreement(spec, those),
        )
        for version, those in by_version.items()
    ]
    return sorted(figures, key=lambda each: (each.last, each.version), reverse=True)[:MAX_VERSIONS]


def _groups(spec: DecisionSpec, found: Sequence[Recommendation]) -> Iterator[GroupFigures]:
    for place, field in enumerate(spec.groups):
        by_value: defaultdict[str, list[Recommendation]] = defaultdict(list)
        for each in found:
            by_value[each.groups[place]].append(each)
        order = sorted(by_value, key=lambda value: (-len(by_value[value]), value))
        for value in order[:MAX_VALUES]:
            yield _group(spec, field, value, by_value[value])
        if rest := [each for value in order[MAX_VALUES:] for each in by_value[value]]:
            yield _group(spec, field, OTHER_VALUES, rest)


def _group(spec: DecisionSpec, field: str, value: str, those: Sequence[Recommendation]) -> GroupFigures:
    outcomes = {each.run_id: each.outcome for each in those}
    against = sum(spec.recommends.get(outcome) == "reject" for outcome in outcomes.values())
    return GroupFigures(field, value, len(outcomes), Share(against, len(outcomes)), agreement(spec, those))


def _thresholds(spec: DecisionSpec, found: Iterable[Recommendation]) -> Iterator[ThresholdFigures]:
    """Yield what each outcome with a threshold would be worth at other scores.

    A probability is that of the most probable outcome alone, so other thresholds cannot be told from it.
    """
    if spec.form == "score" and spec.margin is None:
        return
    scored = [(each.score, each.answer) for each in found if each.score is not None and each.answer]
    everything = sorted(score for score, _ in scored)
    for outcome, current in spec.thresholds.items():
        if outcome not in spec.recommends or not scored:
            continue
        meant = _MEANS[spec.recommends[outcome]]
        agreed = sorted(score for score, answer in scored if answer == meant)
        for threshold in _candidates(everything, current):
            part = len(agreed) - bisect_left(agreed, threshold)
            whole = len(everything) - bisect_left(everything, threshold)
            yield ThresholdFigures(
                outcome, threshold, threshold == current, Share(part, whole), Share(part, len(agreed))
            )


def _candidates(scores: Sequence[float], current: float) -> list[float]:
    """Return scores that occurred, evenly by rank, and the current threshold; ascending."""
    distinct = sorted(set(scores))
    step = max(1, -(-len(distinct) // MAX_THRESHOLDS))
    return sorted({*distinct[::step], float(current)})
