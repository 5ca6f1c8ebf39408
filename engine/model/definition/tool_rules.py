"""Rules about calls of tools that agents make: data."""

from dataclasses import dataclass
from typing import Literal

ToolEffect = Literal["allow", "deny", "ask"]


@dataclass(frozen=True, slots=True)
class ToolRule:
    """One rule. `tools`: patterns of names, in which `*` is any text. `when`: CEL; empty: always.

    `reason`: of the effect, for people and agents. `line`: in the file.
    """

    tools: tuple[str, ...]
    effect: ToolEffect
    reason: str
    when: str
    line: int


@dataclass(frozen=True, slots=True)
class ToolRules:
    """The rules of a file, in order. The first that fits decides; without one, `default` does."""

    rules: tuple[ToolRule, ...] = ()
    default: ToolEffect = "ask"


@dataclass(frozen=True, slots=True)
class ToolRuling:
    """Decision about a call. `line`: of the rule; 0: no rule fits."""

    effect: ToolEffect
    reason: str
    line: int = 0
