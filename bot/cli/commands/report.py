"""`signoff report`: what a run was asked, what people decided and what it did, as a document."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.connection import ask
from bot.cli.document_files import write_file
from bot.cli.options import Data, RunId
from bot.cli.output import CommandError, note
from bot.reports.pdf import NoPdf, pdf


def report(
    run: RunId,
    md: Annotated[bool, typer.Option("--md", help="Write Markdown; the default.")] = False,
    html: Annotated[
        bool, typer.Option("--html", help="Write one HTML page that needs no other file.")
    ] = False,
    as_pdf: Annotated[bool, typer.Option("--pdf", help="Write PDF. It needs the package typst.")] = False,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="New file to write. Default: print the report."),
    ] = None,
    data: Data = None,
) -> None:
    """Report on a run: its input, who decided what and why, its steps, outputs and failures."""
    if md + html + as_pdf > 1:
        raise CommandError("--md, --html and --pdf exclude each other. Name one of them.")
    if as_pdf and to is None and sys.stdout.isatty():
        raise CommandError("A PDF is not for a terminal. Name a file: --to report.pdf.")
    content = _written(run, "typst" if as_pdf else "html" if html else "md", data)
    if to is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    write_file(content, to, replace=False)
    note(f"Wrote {to}.")


def _written(run: str, form: str, data: Path | None) -> bytes:
    answer = ask(data, "report", run=run, form=form)
    if form != "typst":
        return str(answer["text"]).encode()
    try:
        return pdf(answer["text"], answer["graph"])
    except NoPdf as error:
        raise CommandError(str(error)) from None
