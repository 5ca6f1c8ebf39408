"""Names by which the command line chooses several runs: of workflows, and of what started runs."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from engine import Engine, NotPossible, StartedRuns

_MAX_NAMES = 10


async def require_known(engine: Engine, chosen: StartedRuns) -> None:
    """Raise `NotPossible` for a name that no stored row has: it is a mistake, not an empty choice.

    The stored rows decide, since a command has no workflow files where no process serves.
    """
    if chosen.workflow is not None:
        workflows = await engine.run_workflows()
        if chosen.workflow not in workflows:
            raise NotPossible(
                f"--workflow {chosen.workflow}: there was never a run of this workflow. "
                f"{_there_are('Workflows', chosen.workflow, workflows)}"
            )
    if chosen.started_by:
        starters = await engine.run_starters()
        sources = [starter.partition(":")[0] for starter in starters]
        if chosen.started_by not in {*starters, *sources}:
            raise NotPossible(
                f"--started-by {chosen.started_by}: no stored run was started by it. "
                f"{_there_are('Starters', chosen.started_by, starters)}"
            )


def _there_are(what: str, name: str, known: Sequence[str]) -> str:
    """Return the names that exist, the nearest first."""
    if not known:
        return "There are no runs yet."
    nearest = sorted(
        known, key=lambda each: (-SequenceMatcher(None, name.lower(), each.lower()).ratio(), each)
    )
    left = len(nearest) - _MAX_NAMES
    more = f", and {left:,} more" if left > 0 else ""
    return f"{what} of runs: {', '.join(nearest[:_MAX_NAMES])}{more}."


def _likeness(name: str, other: str) -> float:
    return SequenceMatcher(None, name.lower(), other.lower()).ratio()
