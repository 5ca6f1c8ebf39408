"""Where words go: what was asked for on stdout, everything else on stderr. With --json, JSON alone."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.words import plain


class CommandError(Exception):
    """What a command can't do, in one plain line with the remedy."""


class Output:
    """One command's words. `as_json`: only `data` reaches stdout."""

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        # A pipe has no width of its own: wide enough that nothing is cut there.
        width = None if sys.stdout.isatty() else 200
        self._console = Console(highlight=False, markup=False, emoji=False, width=width)

    def data(self, value: Any) -> None:
        if self.as_json:
            print(json.dumps(value, ensure_ascii=False, indent=2))

    def line(self, text: str | Text = "", style: str = "") -> None:
        if not self.as_json:
            self._console.print(plain(text) if isinstance(text, str) else text, style=style, soft_wrap=True)

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
        if self.as_json:
            return
        table = Table(*headers, box=None, pad_edge=False, header_style="bold", show_edge=False)
        for row in rows:
            table.add_row(*(Text(plain(cell)) if isinstance(cell, str) else cell for cell in row))
        self._console.print(table)


def note(text: str) -> None:
    """Something worth knowing that is not what was asked for."""
    print(plain(text), file=sys.stderr)


def error(text: str) -> None:
    print(f"error: {plain(text)}", file=sys.stderr)
