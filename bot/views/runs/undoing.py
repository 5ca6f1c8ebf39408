"""Sentences about steps that are undone when a run fails or is cancelled."""

from engine import RunDetail


def effect_of_skip(step: str) -> str:
    """Say what follows when a person skips this step run."""
    if is_undo(step):
        return "The step stays done. Signoff still undoes the steps before it."
    return "Steps that need its result are skipped too. All other steps continue."


def fate_of_done_steps(detail: RunDetail) -> str:
    """Say what becomes of the steps that are done when the run ends now."""
    count = len(detail.undoes)
    if not count:
        return "Steps that are done stay done."
    return f"{steps_that_succeeded(count)} will be undone first. All other steps that are done stay done."


def steps_that_succeeded(count: int) -> str:
    """`1 step that succeeded`, `3 steps that succeeded`."""
    return f"{count} step{'' if count == 1 else 's'} that succeeded"


def is_attached(step: str) -> bool:
    """Return whether a step run belongs to another one: its undo step, or its alternative."""
    return "." in step


def alternative_of(step: str) -> str:
    """Return the step in whose place this one executes; empty for every other step."""
    return step.removesuffix(".alternative") if step.endswith(".alternative") else ""


def is_undo(step: str) -> bool:
    """Return whether a step run undoes another one, by its name."""
    return step.endswith(".undo")
