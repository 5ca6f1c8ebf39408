"""A figure, and how it is told."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`baseline`: the same work by the barest means, measured in the same run. `goal`: for `ratio`.

    `ratio` is value / baseline.
    """

    workload: str
    size: int
    value: float
    unit: str
    baseline: float | None = None
    goal: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float | None:
        return None if not self.baseline else self.value / self.baseline

    def line(self) -> str:
        return json.dumps({**asdict(self), "ratio": self.ratio})

    def row(self) -> str:
        against = f"{self.baseline:>12,.2f} {self.ratio:>8.2f}" if self.baseline else " " * 21
        met = {None: "", True: "met", False: "NOT MET"}[self.met]
        name = f"{self.workload:<38} {self.size:>7,}"
        return f"{name} {self.value:>12,.2f} {self.unit:<8} {against}  {self.goal} {met}"
