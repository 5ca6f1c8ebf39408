"""A graph as SVG or PNG. The optional package mmdr draws the Mermaid text, without any program beside it."""

import re
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from bot.graphs.looks import JSON
from bot.graphs.mermaid import mermaid

_THEME = (
    '%%{init: {"theme": "base", "themeVariables": {"primaryColor": "#f8fafc", '
    '"primaryBorderColor": "#334155", "primaryTextColor": "#111827", '
    '"edgeLabelBackground": "#ffffff"}}}%%\n'
)
_PNG_WIDTH = 1200
_BACKGROUND = "#ffffff"
_VIEW_BOX = re.compile(r'<svg\b[^>]*\bviewBox="(\S+) (\S+) (\S+) (\S+)"[^>]*>')
INSTALL = "pip install mmdr"
"""Installs the package, in the environment that Signoff runs in."""


class NoRenderer(Exception):
    """The optional package is missing. `str()` says how to install it."""


def available() -> bool:
    """Return whether the package that draws is installed."""
    return find_spec("mmdr") is not None


def svg(graph: JSON) -> str:
    """Raises `NoRenderer`."""
    text: str = _diagram(_THEME + mermaid(graph, spaced=True)).svg()
    return _VIEW_BOX.sub(_with_size_and_background, text, count=1)


def _with_size_and_background(opened: re.Match[str]) -> str:
    """Return the start of an SVG with its size and a background.

    Without a size, a page enlarges a small graph to its own width. Lines and labels are dark, and a page may
    be too.
    """
    x, y, width, height = opened.groups()
    size = f'width="{width}" height="{height}"'
    start = opened[0].replace('width="100%"', size, 1)
    return f'{start}<rect x="{x}" y="{y}" {size} fill="{_BACKGROUND}"/>'


def png(graph: JSON) -> bytes:
    """Raises `NoRenderer`."""
    return png_of(_THEME + mermaid(graph, spaced=True))


def png_of(text: str) -> bytes:
    """Draw Mermaid text. Raises `NoRenderer`."""
    picture: bytes = _diagram(text).png(width=_PNG_WIDTH, background=_BACKGROUND)
    return picture


def _diagram(text: str) -> Any:
    try:
        renderer = import_module("mmdr")
    except ImportError:
        raise NoRenderer(
            f"SVG and PNG need the package mmdr. Install it: {INSTALL}, "
            "or use --format mermaid or --format dot."
        ) from None
    return renderer.render(text)
