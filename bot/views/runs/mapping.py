"""A mapped step in one line: a bar, and how many of its elements have ended."""

from collections.abc import Mapping

from bot.views.runs.progress import brief_words
from engine import ElementCounts, Progress

_CELLS = 10
_MAX_EXECUTING = 3
"""Elements whose own progress fits into the line. With more, the bar alone tells how far the step is."""


def progress(counts: ElementCounts) -> str:
    """`▓▓▓▓░░░░░░ 412 of 10,000, 3 failed`."""
    return f"{bar(counts)} {tally(counts)}"


def executing(step: str, counts: ElementCounts, reported: Mapping[str, Progress]) -> list[str]:
    """Return `element 3: 40%` for each element that tells how far it is; none where many execute."""
    if counts.running > _MAX_EXECUTING:
        return []
    return [f"element {index}: {brief_words(each)}" for index, each in of_elements(step, reported)]


def of_elements(step: str, reported: Mapping[str, Progress]) -> list[tuple[int, Progress]]:
    """Return the progress of the elements of a step, with their indexes, in the order of the list."""
    own = {name.partition("[")[2]: each for name, each in reported.items() if name.startswith(f"{step}[")}
    return sorted(((int(index[:-1]), each) for index, each in own.items()), key=lambda pair: pair[0])


def tally(counts: ElementCounts) -> str:
    """`412 of 10,000, 3 failed`: elements that failed for good have ended too."""
    return f"{counts.ended:,} of {counts.total:,}{_without_output(counts)}"


def bar(counts: ElementCounts) -> str:
    """Cells that are full only when everything has ended."""
    full = counts.ended * _CELLS // counts.total if counts.total else _CELLS
    return "▓" * full + "░" * (_CELLS - full)


def summary(counts: ElementCounts) -> str:
    """`10,000 elements, 3 failed`, of a step that has ended."""
    elements = "1 element" if counts.total == 1 else f"{counts.total:,} elements"
    return f"{elements}{_without_output(counts)}"


def _without_output(counts: ElementCounts) -> str:
    """`, 3 failed, 1 skipped`; empty for none of them."""
    failed = f", {counts.failed:,} failed" if counts.failed else ""
    return f"{failed}, {counts.skipped:,} skipped" if counts.skipped else failed
