"""Names of workflows as people type them."""

import difflib
import re
from collections.abc import Iterable

from engine.errors import UnknownRun, UnknownWorkflow
from engine.model.text.wording import shortened

_WORD = re.compile(r"[^\W_]{3,}")


def plain(name: str) -> str:
    """Return the name in which case, `-` and `_` do not matter."""
    return name.lower().replace("_", "-")


def unknown_workflow(name: str, known: Iterable[str]) -> UnknownWorkflow:
    """Return the error for a name that no workflow has, with the nearest of the names that may be told."""
    names = sorted(known)
    close = nearest(name, names)
    if close:
        suggestion = f"Did you mean {close}?"
    else:
        suggestion = f"There are: {', '.join(names)}." if names else "No workflow is loaded."
    text = f"There is no workflow called {shortened(name)}. {suggestion}"
    return UnknownWorkflow(text, name=name, nearest=close)


def unknown_target(run: UnknownRun, workflow: UnknownWorkflow) -> UnknownRun | UnknownWorkflow:
    """Return the error for a text that fits no run and no workflow."""
    name, close = workflow.name, workflow.nearest
    if run.several:
        return run
    if close and not plain(name).startswith(f"{plain(close)}-"):
        text = f"There is no run or workflow called {shortened(name)}. Did you mean {close}?"
        return UnknownWorkflow(text, name=name, nearest=close)
    return UnknownRun(f"{run} There is no workflow of that name either.")


def nearest(name: str, names: list[str]) -> str:
    """Return the name that was meant: nearly written, begun, or with one of its words. Empty for none."""
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    parts = {
        part.lower(): known for known in names for part in (known[: len(name) + 1], *_WORD.findall(known))
    }
    close += [parts[part] for part in difflib.get_close_matches(name.lower(), parts, n=1, cutoff=0.75)]
    return close[0] if close else ""
