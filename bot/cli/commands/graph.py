"""`signoff graph`: the graph of a workflow or a run, as text or as a picture."""

import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import heavy
from bot.cli.connection import ask
from bot.cli.document_files import write_file
from bot.cli.options import Data
from bot.cli.output import CommandError, note
from bot.cli.target import find_target
from bot.graphs.dot import dot
from bot.graphs.mermaid import mermaid
from bot.graphs.pictures import NoRenderer, png, svg
from bot.terminal import printed_json

JSON = dict[str, Any]


class Format(StrEnum):
    """The formats of a graph."""

    mermaid = "mermaid"
    dot = "dot"
    svg = "svg"
    png = "png"
    json = "json"


_TEXTS: Mapping[Format, Callable[[JSON], str]] = {
    Format.mermaid: mermaid, Format.dot: dot, Format.svg: svg,
    Format.json: lambda drawn: printed_json(drawn) + "\n",
}  # fmt: skip


def graph(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a workflow, or id of a run.")],
    format_: Annotated[
        Format,
        typer.Option(
            "--format", metavar="FORMAT", help="Format of the graph: mermaid, dot, svg, png or json."
        ),
    ] = Format.mermaid,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="File to write. Default: print the graph.")
    ] = None,
    data: Data = None,
) -> None:
    """Draw a workflow, or a run with the state of each step.

    SVG and PNG need the package mmdr: pip install mmdr.
    """
    drawn = _drawn(name, data)
    try:
        content = png(drawn) if format_ is Format.png else _TEXTS[format_](drawn).encode()
    except NoRenderer as error:
        raise CommandError(str(error)) from None
    if to is not None:
        write_file(content, to, replace=True)
        note(f"Wrote {to}.")
    elif format_ is Format.png and sys.stdout.isatty():
        raise CommandError("A PNG is not for a terminal. Name a file: --to graph.png.")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()


def _drawn(name: str, data: Path | None) -> JSON:
    """Return the drawing. Where there is no database yet, the workflow files alone are read."""
    target = find_target(data)
    if not target.database.is_missing:
        return ask(data, "graph", workflows=True, target=name)
    return heavy.draw_workflow(name, target)
