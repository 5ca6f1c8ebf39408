"""Steps of a run as people count them. Every number of steps, and every list under one, comes from here.

| step of the definition | counts as |
|---|---|
| agent, however many turns and calls it has | one |
| mapped step, however many elements it has | one |
| step with an alternative | one, whichever of the two does its work |
| undo of a step | none: the step itself counts as undone |
"""

from bot.views.runs.undoing import alternative_of, is_attached
from engine import RunDetail, StepRecord, folded


def rows(detail: RunDetail) -> list[StepRecord]:
    """Return the steps to list, in the order of the graph: those that count, and each undo after its step.

    While the alternative of a step executes or waits, the row is the alternative's.
    """
    steps = folded(detail).steps
    by_name = {step.step: step for step in steps}
    merged = {name for name in by_name if alternative_of(name) in by_name}
    return [_row(step, by_name) for step in steps if step.step not in merged]


def _row(step: StepRecord, by_name: dict[str, StepRecord]) -> StepRecord:
    other = by_name.get(f"{step.step}.alternative")
    if other is None:
        return step
    return other if step.state == "waiting" and other.state in _UNDER_WAY else step


_UNDER_WAY = frozenset({"running", "retrying", "waiting"})


def counted(detail: RunDetail) -> list[StepRecord]:
    """Return the steps that count."""
    shown = rows(detail)
    return [step for step in shown if alternative_of(step.step) or not is_attached(step.step)]
