"""Names of steps as people type them."""

from collections.abc import Mapping

from engine.errors import NotPossible
from engine.model.text.wording import shortened
from engine.runtime.workflows.workflow_names import nearest, plain

_MAX_NAMED = 30


def step_called(titles: Mapping[str, str], typed: str, run: str) -> str:
    """Return the step that a person means: by its name, or by the title that messages show.

    `titles`: by name of the step. `run`: its run's short id. Raises `NotPossible`, with the nearest title.
    """
    wanted = _plain(typed)
    for names in ({name: name for name in titles}, titles):
        for name, text in names.items():
            if _plain(text) == wanted:
                return name
    shown = list(titles.values())
    if close := nearest(typed, shown):
        suggestion = f"Did you mean {close}?"
    else:
        more = [f"{len(shown) - _MAX_NAMED} more"] if len(shown) > _MAX_NAMED else []
        suggestion = f"Its steps are {', '.join([*shown[:_MAX_NAMED], *more])}."
    raise NotPossible(f"{run} has no step {shortened(typed)}. {suggestion}")


def _plain(name: str) -> str:
    return plain(name).replace(" ", "-").strip("-")
