"""Pure: what runs under way need of the code, in words, and what of it people were not told yet."""

from collections.abc import Iterable, Sequence

from engine.model.text.wording import count
from engine.model.versions.missing_code import MissingCode


def text(found: Sequence[MissingCode], limit: int = 5) -> str:
    """Return all of it in some sentences, for the log and for health checks; empty for nothing."""
    if not found:
        return ""
    left_out = len(found) - limit
    more = [f"{count(left_out, 'more step is', 'more steps are')} missing."] if left_out > 0 else []
    remedies = dict.fromkeys(missing.remedy for missing in found[:limit])
    return " ".join([*(missing.sentence for missing in found[:limit]), *more, *remedies])


def untold(found: Iterable[MissingCode], told: Iterable[Sequence[str]]) -> dict[str, list[MissingCode]]:
    """Return what people have to be told, by workflow: everything of one that lacks something new."""
    known = {tuple(key) for key in told}
    by_workflow: dict[str, list[MissingCode]] = {}
    for missing in found:
        by_workflow.setdefault(missing.workflow, []).append(missing)
    return {
        name: lacking
        for name, lacking in by_workflow.items()
        if not known.issuperset(tuple(missing.key) for missing in lacking)
    }
