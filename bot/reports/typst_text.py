"""A report as the text of a Typst document, from which the optional package typst makes a PDF.

Every text from outside is a string there, and Typst reads no markup in strings.
"""

from collections.abc import Iterable

from bot.reports.document import Facts, Heading, Lines, Paragraph, Part, Picture, Report, Table

GRAPH = "graph.svg"
"""The file of the graph, beside the document."""
_LONG_WORD, _DIGEST = 24, 64
"""Characters of a word that is set smaller, and of the longest one that is not broken."""
_TOP = """
#set page(paper: "a4", margin: 2cm, numbering: "1 / 1")
#set text(size: 10pt)
#set heading(numbering: none)
#show heading: set block(above: 16pt, below: 10pt)
#show raw: set text(size: 8.5pt)
#let facts(..rows) = grid(columns: (4.5cm, 1fr), column-gutter: 8pt, row-gutter: 7pt, ..rows)
#set table(stroke: (x: none, y: 0.4pt + gray), inset: (x: 3pt, y: 4pt))
#let rows(width, ..cells) = table(columns: width, ..cells)
""".strip()


def typst_text(report: Report) -> str:
    """Return the document. Its picture is the file `GRAPH`, if the report has one."""
    title = _string(report.title)
    head = f"#set document(title: {title})\n{_TOP}\n#heading(level: 1, {title})"
    return "\n\n".join([head, *filter(None, map(_part, report.parts))]) + "\n"


def graph_of(report: Report) -> str:
    """Return the picture of the report as SVG; empty where it has none."""
    return next((part.svg for part in report.parts if isinstance(part, Picture)), "")


def _part(part: Part) -> str:
    match part:
        case Heading(text, level):
            return f"#heading(level: {level}, {_string(text)})"
        case Paragraph(text):
            return f"#par({_string(text)})"
        case Facts(rows):
            cells = ", ".join(f"strong({_string(name)}), {_lines(value)}" for name, value in rows)
            return f"#facts({cells})"
        case Table(head, rows):
            top = ", ".join(f"strong({_string(cell)})" for cell in head)
            body = "".join(f", {_breakable(cell)}" for row in rows for cell in row)
            return f"#rows({len(head)}, table.header({top}){body})"
        case Lines(name, lines):
            return f"#text({_string(name + ':')})\n{_raw(lines)}"
        case Picture(svg, words):
            picture = f'#figure(image("{GRAPH}", width: 90%))\n' if svg else ""
            return picture + "\n".join(f"#list.item({_string(line)})" for line in words)


def _lines(text: str) -> str:
    return _raw(text.split("\n")).removeprefix("#") if "\n" in text else _breakable(text)


def _raw(lines: Iterable[str]) -> str:
    text = "\n".join(" ".join(map(_in_pieces, line.split(" "))) for line in lines)
    return f"#raw(block: true, {_string(text)})"


def _breakable(text: str) -> str:
    """Return a text whose long words may break anywhere: an id or a digest is wider than its cell."""
    words = text.split(" ")
    size = "size: 8.5pt, " if any(len(word) > _LONG_WORD for word in words) else ""
    return f"text({size}{_string(' '.join(map(_in_pieces, words)))})"


def _in_pieces(word: str) -> str:
    """A digest fits a line of facts as it is, so that it can be copied."""
    if len(word) <= _DIGEST:
        return word
    return "\u200b".join(word[at : at + _LONG_WORD] for at in range(0, len(word), _LONG_WORD))


def _string(text: str) -> str:
    """Return a string literal of Typst."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
