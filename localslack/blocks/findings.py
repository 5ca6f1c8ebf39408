"""Findings of a check: errors in Slack's words, and warnings where the rule is uncertain."""

from dataclasses import dataclass, field
from typing import Any

from localslack.blocks.limits import LIMITS


@dataclass
class Findings:
    """errors: Slack's messages with a JSON pointer; warnings: the same for uncertain rules."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    too_long: bool = False

    def error(self, pointer: str, text: str) -> None:
        self.errors.append(f"[ERROR] {text} [json-pointer:{pointer}]")

    def warning(self, pointer: str, text: str) -> None:
        self.warnings.append(f"[WARN] {text} [json-pointer:{pointer}]")

    def _over(self, rule: str, pointer: str, text: str) -> None:
        if LIMITS[rule].sure:
            self.error(pointer, text)
        else:
            self.warning(pointer, text)

    def length(self, rule: str, pointer: str, text: str) -> None:
        """The text has at most the characters that `rule` allows."""
        most = LIMITS[rule].most
        if len(text) > most:
            self._over(rule, pointer, f"must be less than {most + 1} characters")

    def count(self, rule: str, pointer: str, items: list[Any]) -> None:
        """The list has at most the items that `rule` allows."""
        most = LIMITS[rule].most
        if len(items) > most:
            self._over(rule, pointer, f"no more than {most} items allowed")

    def total(self, rule: str, pointer: str, amount: int, what: str) -> None:
        """A sum over several places stays within `rule`."""
        most = LIMITS[rule].most
        if amount > most:
            self._over(rule, pointer, f"{what}: {amount} is more than {most}")

    def listing(self, rule: str, pointer: str, value: Any, *, least: int = 1) -> list[Any]:
        """Check a list and its bounds; any other value counts as empty after the error."""
        if not isinstance(value, list):
            self.error(pointer, "must provide an array" if value is not None else "missing required field")
            return []
        if len(value) < least:
            self.error(pointer, f"must have at least {least} item{'s' if least > 1 else ''}")
        self.count(rule, pointer, value)
        return value

    def string(self, rule: str, pointer: str, value: Any, *, required: bool = False) -> str:
        """A string with its length; "" when it is absent or wrong."""
        if value is None:
            if required:
                self.error(pointer, "missing required field")
            return ""
        if not isinstance(value, str):
            self.error(pointer, "must be a string")
            return ""
        if required and not value:
            self.error(pointer, "must be more than 0 characters")
        self.length(rule, pointer, value)
        return str(value)
