"""How far an executing step has got, in words and as a bar."""

from bot.views.wording.text import cut, one_line
from bot.views.wording.visible import Visible
from engine import Progress

_CELLS = 10


def progress_words(progress: Progress) -> list[str]:
    """`▰▰▰▱▱▱▱▱▱▱ 30%`, `300 of 1,000` and the step's own words: plain text."""
    words = []
    if progress.share is not None:
        # Rounded down: a step that still executes is not shown as done.
        filled, percent = int(progress.share * _CELLS), int(progress.share * 100)
        words.append(f"{'▰' * filled}{'▱' * (_CELLS - filled)} {percent}%")
    done = _number(progress.done)
    words.append(f"{done} of {_number(progress.of)}" if progress.of is not None else f"{done} done")
    if progress.text:
        words.append(cut(one_line(progress.text), 80))
    return [Visible(word) for word in words]


def brief_words(progress: Progress) -> str:
    """`30%`, or `300 done` where the whole is not known."""
    return f"{int(progress.share * 100)}%" if progress.share is not None else f"{_number(progress.done)} done"


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}".removesuffix(".0")
