"""A mapped step in one line: a bar, and how many of its elements have ended."""

from engine import ElementCounts

_CELLS = 10


def progress(counts: ElementCounts) -> str:
    """`▓▓▓▓░░░░░░ 412 of 10,000, 3 failed`."""
    return f"{bar(counts)} {tally(counts)}"


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
