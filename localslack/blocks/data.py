"""Blocks of data: charts (data_visualization) and sortable tables (data_table).

Source: docs.slack.dev/reference/block-kit/blocks (data-visualization-block, data-table-block).
"""

from collections import Counter
from typing import Any

from localslack.blocks.findings import Findings

Block = dict[str, Any]
CHARTS = ("pie", "bar", "area", "line")


def check_chart(findings: Findings, pointer: str, block: Block) -> None:
    findings.string("chart.title", f"{pointer}/title", block.get("title"), required=True)
    chart = block.get("chart")
    if not isinstance(chart, dict):
        findings.error(f"{pointer}/chart", "missing required field")
    elif chart.get("type") not in CHARTS:
        findings.error(
            f"{pointer}/chart/type", f"must be one of: {', '.join(CHARTS)}; got {chart.get('type')!r}"
        )
    elif chart["type"] == "pie":
        _pie(findings, f"{pointer}/chart", chart)
    else:
        _series(findings, f"{pointer}/chart", chart)


def _pie(findings: Findings, pointer: str, chart: Block) -> None:
    segments = findings.listing("chart.segments", f"{pointer}/segments", chart.get("segments"))
    for index, segment in enumerate(segments):
        _point(findings, f"{pointer}/segments/{index}", segment)
        value = segment.get("value") if isinstance(segment, dict) else None
        if isinstance(value, int | float) and value <= 0:
            findings.error(f"{pointer}/segments/{index}/value", "must be more than 0")


def _series(findings: Findings, pointer: str, chart: Block) -> None:
    axis = chart.get("axis_config")
    if not isinstance(axis, dict):
        findings.error(f"{pointer}/axis_config", "missing required field")
        return
    place = f"{pointer}/axis_config/categories"
    categories = findings.listing("chart.categories", place, axis.get("categories"))
    for index, category in enumerate(categories):
        findings.string("chart.label", f"{place}/{index}", category, required=True)
    _distinct(findings, place, categories, "category")
    for name in ("x_label", "y_label"):
        findings.string("chart.axis_label", f"{pointer}/axis_config/{name}", axis.get(name))
    series = findings.listing("chart.series", f"{pointer}/series", chart.get("series"))
    named = [each.get("name") for each in series if isinstance(each, dict)]
    _distinct(findings, f"{pointer}/series", named, "series")
    for index, each in enumerate(series):
        _one_series(findings, f"{pointer}/series/{index}", each, categories)


def _one_series(findings: Findings, pointer: str, series: Any, categories: list[Any]) -> None:
    if not isinstance(series, dict):
        findings.error(pointer, "must provide an object")
        return
    findings.string("chart.label", f"{pointer}/name", series.get("name"), required=True)
    points = findings.listing("chart.categories", f"{pointer}/data", series.get("data"))
    for index, point in enumerate(points):
        _point(findings, f"{pointer}/data/{index}", point)
    labels = [point.get("label") for point in points if isinstance(point, dict)]
    if sorted(map(str, labels)) != sorted(map(str, categories)):
        findings.error(f"{pointer}/data", "must have one data point for each category")


def _point(findings: Findings, pointer: str, point: Any) -> None:
    if not isinstance(point, dict):
        findings.error(pointer, "must provide an object")
        return
    findings.string("chart.label", f"{pointer}/label", point.get("label"), required=True)
    if not _is_number(point.get("value")):
        findings.error(f"{pointer}/value", "must be a number")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _distinct(findings: Findings, pointer: str, names: list[Any], what: str) -> None:
    for name in sorted(name for name, times in Counter(map(str, names)).items() if times > 1):
        findings.error(pointer, f"{what} already exists: {name}")


def check_data_table(findings: Findings, pointer: str, block: Block) -> None:
    findings.string("data_table.caption", f"{pointer}/caption", block.get("caption"), required=True)
    rows = findings.listing("data_table.rows", f"{pointer}/rows", block.get("rows"), least=2)
    widths = set()
    for index, row in enumerate(rows):
        cells = findings.listing("data_table.cells", f"{pointer}/rows/{index}", row)
        widths.add(len(cells))
        for column, cell in enumerate(cells):
            check_cell(findings, f"{pointer}/rows/{index}/{column}", cell, rich=index > 0)
    if len(widths) > 1:
        findings.error(f"{pointer}/rows", "must have rows of equal length")
    for name, least, most in (("page_size", 1, 100), ("row_header_column_index", 0, 19)):
        number = block.get(name)
        if number is not None and (type(number) is not int or not least <= number <= most):
            findings.error(f"{pointer}/{name}", f"must be a whole number from {least} to {most}")


def check_cell(findings: Findings, pointer: str, cell: Any, *, rich: bool = True) -> None:
    """A cell of either kind of table. `rich`: it may hold rich text."""
    kinds = ("raw_text", "raw_number", *(("rich_text",) if rich else ()))
    if not isinstance(cell, dict) or cell.get("type") not in kinds:
        findings.error(pointer, f"must be a cell of one of: {', '.join(kinds)}")
    elif cell["type"] == "raw_text" and not cell.get("text"):
        findings.error(f"{pointer}/text", "must be more than 0 characters")
    elif cell["type"] == "raw_number" and not _is_number(cell.get("value")):
        findings.error(f"{pointer}/value", "must be a number")
    elif cell["type"] == "rich_text" and not cell.get("elements"):
        findings.error(f"{pointer}/elements", "must have at least 1 item")
