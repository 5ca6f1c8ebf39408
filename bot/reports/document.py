"""Parts of a report, in plain text. Each format writes them so that no text is read as markup."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a section, or of a part of one (`level` 3)."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text on one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values. A value may have several lines."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each with as many cells as the head; a cell has one line."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines as they were written, such as a log."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The graph as SVG, and what it shows in words."""

    svg: str
    words: tuple[str, ...]


Part = Heading | Paragraph | Facts | Table | Lines | Picture


@dataclass(frozen=True, slots=True)
class Report:
    """The title, and the parts in order."""

    title: str
    parts: tuple[Part, ...]
