"""Output of a command: its result on stdout, everything else on stderr. With --json, JSON alone."""

import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from bot.cli import heavy
from bot.terminal import printed, printed_json

_SHOWN = 200
_LONG_WORD = re.compile(r"\S{1000,}")


class CommandError(Exception):
    """A command cannot do what it was asked: one plain line with the remedy. `more`: further lines."""

    def __init__(self, text: str, *more: str) -> None:
        self.lines = (text, *more)
        super().__init__("\n".join(self.lines))


class Line:
    """A line of text whose parts have styles, as Rich names them: `bold`, `dim`, `red`."""

    def __init__(self, text: str = "", style: str = "") -> None:
        self.style = style
        self.parts = [(text, "")]

    def append(self, text: str, style: str = "") -> None:
        self.parts.append((text, style))

    @property
    def plain(self) -> str:
        return "".join(text for text, _ in self.parts)


class Output:
    """The output of one command. `as_json`: only `data` reaches stdout."""

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json

    def data(self, value: Any) -> None:
        if self.as_json:
            print(printed_json(value))

    def line(self, text: str | Line = "", style: str = "") -> None:
        if self.as_json:
            return
        line = _visible(text if isinstance(text, Line) else Line(text, style))
        if sys.stdout.isatty():
            heavy.print_line(line)
        else:
            print(line.plain)

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        if not self.as_json:
            heavy.print_table(headers, [[printed(cell) for cell in row] for row in rows])


def _visible(line_in: Line) -> Line:
    """Return one line; it keeps its styles if nothing in it needs a mark."""
    line = printed(line_in.plain)
    return line_in if line == line_in.plain else Line(line, line_in.style)


def note(text: str) -> None:
    """Print something worth knowing that is not what was asked for."""
    print(printed(text), file=sys.stderr)


def error(text: str, *more: str) -> None:
    lines = [_LONG_WORD.sub(_shortened, printed(line)) for line in (text, *more)]
    print("\n".join([f"error: {lines[0]}", *lines[1:]]), file=sys.stderr)


def _shortened(word: re.Match[str]) -> str:
    """Return the begin of a value that is too long to read."""
    return f"{word[0][:_SHOWN]}… ({len(word[0]):,} characters)"
