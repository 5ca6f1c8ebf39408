"""Where words go: what was asked for on stdout, everything else on stderr. With --json, JSON alone."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.terminal import printed, printed_json


class CommandError(Exception):
    """What a command can't do, in one plain line with the remedy. `more`: further lines."""

    def __init__(self, text: str, *more: str) -> None:
        self.lines = (text, *more)
        super().__init__("\n".join(self.lines))


class Output:
    """One command's words. `as_json`: only `data` reaches stdout."""

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        # A pipe has no width of its own: wide enough that nothing is cut there.
        width = None if sys.stdout.isatty() else 200
        self._console = Console(highlight=False, markup=False, emoji=False, width=width)

    def data(self, value: Any) -> None:
        if self.as_json:
            print(printed_json(value))

    def line(self, text: str | Text = "", style: str = "") -> None:
        if not self.as_json:
            self._console.print(_fit(text), style=style, soft_wrap=True)

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
        if self.as_json:
            return
        table = Table(*headers, box=None, pad_edge=False, header_style="bold", show_edge=False)
        for row in rows:
            table.add_row(*map(_fit, row))
        self._console.print(table)


def _fit(text: str | Text) -> Text:
    """One line; a text that is styled keeps its styles where nothing in it needs a mark."""
    given = text.plain if isinstance(text, Text) else text
    line = printed(given)
    if isinstance(text, Text):
        return text if line == given else Text(line, style=text.style)
    return Text(line)


def note(text: str) -> None:
    """Something worth knowing that is not what was asked for."""
    print(printed(text), file=sys.stderr)


def error(text: str, *more: str) -> None:
    print("\n".join([f"error: {printed(text)}", *map(printed, more)]), file=sys.stderr)
