"""A report as Markdown. Text that Markdown would read as markup has backslashes."""

import re

from bot.reports.document import Facts, Heading, Lines, Paragraph, Part, Picture, Report, Table

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&])")
_AT_START = re.compile(r"^(\d+(?=[.)])|(?=[-+=]))")
"""Signs that begin a list, or a line below a head."""
_FENCE = re.compile(r"`{3,}")


def markdown(report: Report) -> str:
    """Return the text of the file."""
    return "\n\n".join([f"# {_text(report.title)}", *filter(None, map(_part, report.parts))]) + "\n"


def _part(part: Part) -> str:
    match part:
        case Heading(text, level):
            return f"{'#' * level} {_text(text)}"
        case Paragraph(text):
            return _start(text)
        case Facts(rows):
            return "\n".join(_fact(name, value) for name, value in rows)
        case Table(head, rows):
            return "\n".join([_row(head), _row(("---",) * len(head), raw=True), *map(_row, rows)])
        case Lines(name, lines):
            return f"{_text(name)}:\n\n{_fenced(lines)}"
        case Picture(_, words):
            return "\n".join(f"- {_start(line)}" for line in words)


def _fact(name: str, value: str) -> str:
    if "\n" not in value:
        return f"- **{_text(name)}:** {_text(value)}"
    fenced = _fenced(value.split("\n")).replace("\n", "\n  ")
    return f"- **{_text(name)}:**\n\n  {fenced}"


def _row(cells: tuple[str, ...], *, raw: bool = False) -> str:
    return f"| {' | '.join(cells if raw else map(_text, cells))} |"


def _text(text: str) -> str:
    """One line, literally."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split("\n")))


def _start(text: str) -> str:
    """The same at the start of a block."""
    return _AT_START.sub(r"\1\\", _text(text))


def _fenced(lines: tuple[str, ...] | list[str]) -> str:
    """Return lines in a fence that none of them can close."""
    longest = max((len(found) for line in lines for found in _FENCE.findall(line)), default=2)
    fence = "`" * (longest + 1)
    return "\n".join([fence, *lines, fence])
