"""Grants as data: what an author allows approvers to approve in advance, and for which arguments."""

import re
from typing import Any, ClassVar, Literal

import orjson
from pydantic import Field

from engine.model.values.durations import format_duration
from engine.model.values.frozen import Frozen

MAX_USES, MAX_WITHIN = 20, 24 * 3600.0
"""The most uses, and the longest time in seconds, that an author can allow."""
MAX_REST = 100
"""Characters after the prefix of a rule."""
_REST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
"""The text that may follow a prefix: no space, control character, other script, slash or two dots."""


class GrantRule(Frozen):
    """The values of one argument that a grant covers. A value of another JSON type is never covered."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"values", "low", "high", "prefix"})

    path: str
    """Such as `input.replicas`, or `plan.count`."""
    kind: Literal["one_of", "between", "starts_with"]
    values: tuple[Any, ...] = ()
    low: int | float = 0
    high: int | float = 0
    prefix: str = ""

    def covers(self, value: Any) -> bool:
        """Return whether the rule covers a JSON value."""
        if self.kind == "one_of":
            return any(_same(value, allowed) for allowed in self.values)
        if self.kind == "between":
            return self._is_number(value) and self.low <= value <= self.high
        if not isinstance(value, str) or not value.startswith(self.prefix):
            return False
        rest = value[len(self.prefix) :]
        return len(rest) <= MAX_REST and _REST.fullmatch(rest) is not None

    def _is_number(self, value: Any) -> bool:
        """Return whether it is a number of the kind of the bounds. Neither 1.0 nor "1" is a whole number."""
        kinds = int if isinstance(self.low, int) and isinstance(self.high, int) else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool)

    @property
    def words(self) -> str:
        """The rule as people read it, literally."""
        if self.kind == "one_of":
            return f"{self.path} is one of {', '.join(orjson.dumps(each).decode() for each in self.values)}"
        if self.kind == "between":
            return f"{self.path} is from {self.low} to {self.high}"
        return f"{self.path} starts with {orjson.dumps(self.prefix).decode()}, then letters and digits"


class GrantSpec(Frozen):
    """The bounds of grants at one approval."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"rules"})

    uses: int
    """Further approvals that one grant gives at most."""
    within: float
    """Seconds for which it holds at most."""
    rules: tuple[GrantRule, ...] = Field(default=(), alias="match")
    """Arguments that may differ; all others are exactly as they were approved."""

    @property
    def words(self) -> str:
        times = "once more" if self.uses == 1 else f"{self.uses} times more"
        return f"{times} within {format_duration(self.within)}"


def without(values: Any, path: str) -> Any:
    """Return a JSON object without the value at a path. Raises `KeyError` where there is none."""
    name, _, rest = path.partition(".")
    if not isinstance(values, dict):
        raise KeyError(name)
    kept = dict(values)
    if rest:
        kept[name] = without(kept[name], rest)
    else:
        del kept[name]
    return kept


def value_at(values: Any, path: str) -> Any:
    """Return the value at a path. Raises `KeyError` where there is none."""
    for name in path.split("."):
        if not isinstance(values, dict):
            raise KeyError(name)
        values = values[name]
    return values


def _same(one: Any, other: Any) -> bool:
    """Return whether two JSON values have the same canonical bytes, so that 1, 1.0, true and "1" differ."""
    return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)
