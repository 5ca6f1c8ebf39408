"""Pure: what runs under way need of the code, in words, and what of it people were not told yet."""

from collections.abc import Iterable, Sequence

from engine.model.missing_code import MissingCode

REMEDY = (
    "Put it back, or cancel the runs. A cancelled run can be forked, and the fork executes the loaded code."
)
GONE_REMEDY = "Put its file back, or cancel the runs."


def sentence(missing: MissingCode) -> str:
    """Return what the runs need."""
    runs = "1 run" if missing.runs == 1 else f"{missing.runs} runs"
    waits = "waits" if missing.runs == 1 else "wait"
    file = missing.file or missing.workflow
    if missing.lack == "workflow":
        what = f"of {missing.workflow} {waits} for that workflow, which is not loaded"
    elif missing.lack == "step":
        what = f"of {missing.workflow} {waits} for the step {missing.step}, which is no longer in {file}"
    else:
        what = f"of {missing.workflow} {waits} for the earlier types of the step {missing.step} in {file}"
    left_out = missing.runs - len(missing.named)
    more = f" and {left_out:,} more" if left_out > 0 else ""
    return f"{runs} {what}: {', '.join(missing.named)}{more}."


def remedy(missing: MissingCode) -> str:
    return GONE_REMEDY if missing.lack == "workflow" else REMEDY


def text(found: Sequence[MissingCode], limit: int = 5) -> str:
    """Return all of it in some sentences, for the log and for health checks; empty for nothing."""
    if not found:
        return ""
    left_out = len(found) - limit
    more = [f"{left_out} more steps are missing."] if left_out > 0 else []
    remedies = dict.fromkeys(map(remedy, found[:limit]))
    return " ".join([*map(sentence, found[:limit]), *more, *remedies])


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
