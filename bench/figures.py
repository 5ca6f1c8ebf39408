"""A figure, and how it is told."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True, slots=True)
class Figure:
    """`baseline`: the same work by other means, `against` says which, measured in the same run.

    `ratio` is value / baseline. `goal` is said in words; `met` is the answer to it. `slope`: by which
    power of the size the value grows over the sizes that were measured.
    """

    workload: str
    size: int
    value: float
    unit: str
    baseline: float | None = None
    against: str = ""
    goal: str = ""
    met: bool | None = None
    slope: float | None = None

    @property
    def ratio(self) -> float | None:
        return None if not self.baseline else self.value / self.baseline

    def line(self) -> str:
        return json.dumps({**asdict(self), "ratio": self.ratio})

    def row(self) -> str:
        cells = (
            self.workload,
            f"{self.size:,}",
            f"{_short(self.value)} {self.unit}",
            f"{_short(self.baseline)} ({self.against})" if self.baseline else "",
            _short(self.ratio),
            "" if self.slope is None else f"{self.slope:.2f}",
            self.goal,
            {None: "", True: "met", False: "**not met**"}[self.met],
        )
        return f"| {' | '.join(cells)} |"


HEADER = (
    "| workload | size | value | baseline | ratio | slope | goal | |\n|---|---:|---:|---:|---:|---:|---|---|"
)


def _short(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def with_slopes(figures: list[Figure]) -> list[Figure]:
    """Each workload's slope, where it was measured at two sizes or more."""
    names = {figure.workload for figure in figures}
    slopes = {name: _slope([figure for figure in figures if figure.workload == name]) for name in names}
    return [replace(figure, slope=slopes[figure.workload]) for figure in figures]


def _slope(figures: list[Figure]) -> float | None:
    """Least squares through the logarithms."""
    points = [
        (math.log(figure.size), math.log(figure.value))
        for figure in figures
        if figure.size > 0 and figure.value > 0
    ]
    if len({x for x, _ in points}) < 2:
        return None
    mean_x, mean_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return float(sum((x - mean_x) * (y - mean_y) for x, y in points) / spread)
