"""Lines with styles and tables on a terminal, drawn by Rich."""

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.output import Line

_PIPE_WIDTH = 200
"""A pipe has no width of its own: wide enough that nothing is cut there."""


def print_line(line: Line) -> None:
    text = Text(style=line.style)
    for part, style in line.parts:
        text.append(part, style=style)
    _console().print(text, soft_wrap=True)


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*headers, box=None, pad_edge=False, header_style="bold", show_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    _console().print(table)


def _console() -> Console:
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(highlight=False, markup=False, emoji=False, width=width)
