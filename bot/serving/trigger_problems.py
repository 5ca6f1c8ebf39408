"""Problems of triggers for the operator: sources that cannot be read, and facts that do not fit."""

from collections.abc import Iterable, Mapping

from bot.views.wording.text import count
from engine import TriggerRecord


def unread_sources(triggers: Iterable[TriggerRecord]) -> Mapping[str, str]:
    """Return a sentence for each source that cannot be read, by a name for the problem."""
    return {
        f"trigger {each.workflow} {each.key}": (
            f"The trigger {each.key} of {each.workflow} starts no runs: {each.trouble.problem}. "
            "Signoff keeps trying."
        )
        for each in triggers
        if each.trouble.problem and each.trouble.since is not None
    }


def misfits(triggers: Iterable[TriggerRecord]) -> list[str]:
    """Return a sentence for each trigger whose newest facts do not fit."""
    return [
        f"The trigger {each.key} of {each.workflow} started no run for {count(each.trouble.misfits, 'fact')} "
        f"in a row: {each.trouble.misfit}"
        for each in triggers
        if each.trouble.misfits
    ]
