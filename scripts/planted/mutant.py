"""One planted bug."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`old` stands in `file`; with `new` in its place that is the bug."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ("tests/engine", "tests/lives")
