"""A graph as SVG or PNG. The optional package mmdr draws the Mermaid text, without any program beside it."""

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
    return text


def png(graph: JSON) -> bytes:
    """Raises `NoRenderer`."""
    return png_of(_THEME + mermaid(graph, spaced=True))


def png_of(text: str) -> bytes:
    """Draw Mermaid text. Raises `NoRenderer`."""
    picture: bytes = _diagram(text).png(width=_PNG_WIDTH, background="#ffffff")
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
