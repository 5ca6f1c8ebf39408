"""The texts that people are asked with: `{input.service}`, `{build.version}`, filled in with JSON values."""

import re
from collections.abc import Mapping
from typing import Any

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
    """Fill in the values; what isn't there shows as a dash. Always one line."""
    filled = _FIELD.sub(lambda match: as_text(value_at(match[1], scope)), template)
    return " ".join(filled.split())


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
    """A JSON value in words: no quotes around texts, lists with commas, yes and no."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}"
        case list():
            return ", ".join(map(as_text, value)) or "–"
        case dict():
            return ", ".join(f"{key} {as_text(each)}" for key, each in value.items()) or "–"
    return str(value)
