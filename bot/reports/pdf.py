"""A report as PDF, by the optional package typst. It needs no program and no font of the machine."""

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.reports.typst_text import GRAPH

INSTALL = "pip install typst"
"""Installs the package, in the environment that Signoff runs in."""


class NoPdf(Exception):
    """The package is missing. `str()` says how to install it."""


def pdf(document: str, svg: str) -> bytes:
    """Return the file. `document`: the text of `typst_text`. Raises `NoPdf`."""
    try:
        typst: Any = import_module("typst")
    except ImportError:
        raise NoPdf(
            f"PDF needs the package typst. Install it: {INSTALL}, or write --html and print that page."
        ) from None
    with tempfile.TemporaryDirectory(prefix="signoff-report-") as folder:
        # Typst reads no file outside of this folder.
        main = Path(folder, "report.typ")
        main.write_text(document, "utf-8")
        if svg:
            Path(folder, GRAPH).write_text(svg, "utf-8")
        content: bytes = typst.compile(str(main), root=folder)
    return content
