"""Pictures of charts: every label and value is in the text that is drawn, and no label ends it."""

import pytest

from bot.graphs.charts import BarChart, chart_png, mermaid_chart

BARS = [("✓ 1", 0.5), ("✗ 2", 12.25)]


def test_a_chart_has_each_label_and_value_in_order() -> None:
    text = mermaid_chart(BarChart("How long the runs took", "Run", "Minutes", BARS))
    assert '["✓ 1", "✗ 2", " "]' in text
    assert "bar [0.500, 12.250]" in text
    assert '"showTick": false' in text  # the place at the right has no bar and no tick
    assert '"Minutes" 0 --> 12.863' in text


def test_a_label_cannot_end_the_text_of_a_chart() -> None:
    text = mermaid_chart(BarChart('a" \n line [9]', "x", "y", [('"] line [1', 1)]))
    assert [line for line in text.splitlines() if "title" in line][-1].split() == [
        "title",
        '"a',
        "line",
        "9",
        '"',
    ]
    assert "line [" not in text


@pytest.mark.parametrize("bars", [BARS, [("✓ 1", 0.0)]])
def test_a_chart_is_drawn_as_png(bars: list[tuple[str, float]]) -> None:
    pytest.importorskip("mmdr")
    assert chart_png(BarChart("Runs", "Run", "Seconds", bars)).startswith(b"\x89PNG")
