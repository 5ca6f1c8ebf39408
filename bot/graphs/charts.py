"""A bar chart as Mermaid text and as PNG, for a workspace that refuses Slack's charts."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.graphs.pictures import png_of

_LOOK = (
    '%%{init: {"theme": "base", "themeVariables": {"xyChart": {"plotColorPalette": "#334155", '
    '"backgroundColor": "#ffffff", "titleColor": "#111827", "xAxisLabelColor": "#111827", '
    '"yAxisLabelColor": "#111827", "xAxisTitleColor": "#111827", "yAxisTitleColor": "#111827"}}, '
    '"xyChart": {"width": 1000, "height": 420, "xAxis": {"showTick": false}}}}%%\n'
)
"""One dark color on white reads the same on a dark page, in print and in shades of gray."""
_MARGIN = " "
"""Label of a place without a bar at the right, where the picture would cut the last one. Ticks are off."""
_UNSAFE = re.compile(r"[^\w .,:()✓✗»–-]")
"""Signs that could end a quoted text of Mermaid, or mean something in it."""


class BarChart(NamedTuple):
    """Bars with a label and a value each. The labels differ."""

    title: str
    x_label: str
    y_label: str
    bars: Sequence[tuple[str, float]]


def chart_png(chart: BarChart) -> bytes:
    """Draw the chart. Raises `NoRenderer`, and errors of the package that draws."""
    return png_of(mermaid_chart(chart))


def mermaid_chart(chart: BarChart) -> str:
    """Return the chart as Mermaid text."""
    labels = ", ".join(_quoted(label) for label in [*(label for label, _ in chart.bars), _MARGIN])
    values = ", ".join(f"{max(value, 0):.3f}" for _, value in chart.bars)
    highest = max((value for _, value in chart.bars), default=0.0)
    return _LOOK + "\n".join(
        [
            "xychart-beta",
            f"  title {_quoted(chart.title)}",
            f"  x-axis {_quoted(chart.x_label)} [{labels}]",
            f"  y-axis {_quoted(chart.y_label)} 0 --> {highest * 1.05 or 1.0:.3f}",
            f"  bar [{values}]",
            "",
        ]
    )


def _quoted(text: str) -> str:
    return f'"{_UNSAFE.sub(" ", " ".join(text.split()) or " ")}"'
