"""The texts that people are asked with: `{input.service}`, `{build.version}`, filled in with JSON values."""

import re
from collections.abc import Mapping
from typing import Any

from engine.wording import in_prose

_FIELD = re.compile(r"\{([^{}]*)\}")
_PATH = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_]*)*")


def paths(template: str) -> list[str]:
    """The dotted paths a template names, in order. Raises `ValueError` for braces that hold none."""
    bare = _FIELD.sub("", template)
    if "{" in bare or "}" in bare:
        raise ValueError("a brace is not closed; write {step.field}")
    found = []
    for inside in _FIELD.findall(template):
        if not _PATH.fullmatch(inside):
            raise ValueError(f"{{{inside}}} is not a path like {{input.service}} or {{build.version}}")
        found.append(inside)
    return found


def sole_path(text: str) -> str | None:
    """The path where a text is nothing but `{step.field}`."""
    found = _FIELD.fullmatch(text)
    return found[1] if found else None


def render(template: str, scope: Mapping[str, Any]) -> str:
    """Fill in the values as they are; the template's own line breaks and spaces become single spaces."""
    line = " ".join(template.split())
    return _FIELD.sub(lambda match: as_text(value_at(match[1], scope)), line)


def value_at(path: str, scope: Mapping[str, Any]) -> Any:
    """The JSON value at a dotted path; None where there is none. Numbers index lists."""
    value: Any = scope
    for name in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def as_text(value: Any) -> str:
    """A JSON value as it stands in a question: exact, a text as it is, all else in words."""
    return in_prose(value)
