"""The texts that people are asked with: `{input.service}`, `{build.version}`, filled in with JSON values."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.errors import CannotAsk
from engine.model.text.wording import in_prose

_FIELD = re.compile(r"\{([^{}]*)\}")
PATH = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_]*)*")


def paths(template: str) -> list[str]:
    """The dotted paths a template names, in order. Raises `ValueError` for braces that hold none."""
    bare = _FIELD.sub("", template)
    if "{" in bare or "}" in bare:
        raise ValueError("a brace is not closed; write {step.field}")
    inner_paths = []
    for inside in _FIELD.findall(template):
        if not PATH.fullmatch(inside):
            raise ValueError(f"{{{inside}}} is not a path like {{input.service}} or {{build.version}}")
        inner_paths.append(inside)
    return inner_paths


def sole_path(text: str) -> str | None:
    """The path where a text is nothing but `{step.field}`."""
    match = _FIELD.fullmatch(text)
    return match[1] if match else None


def render(template: str, scope: Mapping[str, Any], worded: Callable[[Any], str] = in_prose) -> str:
    """Fill in the values; the template's own line breaks and spaces become single spaces.

    Raises `CannotAsk` for a value that is missing.
    """
    line = " ".join(template.split())
    return _FIELD.sub(lambda match: worded(value_at(match[1], scope)), line)


def filled(template: Any, scope: Mapping[str, Any]) -> Any:
    """JSON with the values in place of the paths; a text that is one path alone becomes the value itself.

    Raises `CannotAsk` for a value that is missing.
    """
    match template:
        case str():
            path = sole_path(template)
            if path is not None:
                return value_at(path, scope)
            return _FIELD.sub(lambda match: _as_text(value_at(match[1], scope)), template)
        case Mapping():
            return {key: filled(value, scope) for key, value in template.items()}
        case list():
            return [filled(value, scope) for value in template]
    return template


def texts_in(template: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every text in JSON, with its place, such as `input.release.0`."""
    match template:
        case str():
            yield where, template
        case Mapping():
            for key, value in template.items():
                yield from texts_in(value, f"{where}.{key}")
        case list():
            for index, value in enumerate(template):
                yield from texts_in(value, f"{where}.{index}")


def value_at(path: str, scope: Mapping[str, Any]) -> Any:
    """The JSON value at a dotted path; numbers index lists. Raises `CannotAsk` where it is missing."""
    value: Any = scope
    names = path.split(".")
    for depth, name in enumerate(names):
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            raise CannotAsk(
                f"{{{path}}} is missing. {_available_text('.'.join(names[:depth]), names[0], value)}"
            )
    return value


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _available_text(before: str, step: str, value: Any) -> str:
    if not before:
        return f"{step} has no output: it was skipped, or it failed."
    match value:
        case Mapping() if value:
            keys = [str(key)[:40] for key in value]
            more = f" and {len(keys) - 10} more" if len(keys) > 10 else ""
            return f"{before} has {', '.join(keys[:10])}{more}."
        case list():
            return f"{before} is a list of {len(value)}, counted from 0."
    return f"{before} is {json_type_name(value)}, which has no fields."


def json_type_name(value: Any) -> str:
    """Return the name of a JSON value's type, for people."""
    match value:
        case None:
            return "None"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
    return "an object" if value else "an empty object"


def short_repr(value: Any) -> str:
    """A value as an error names it."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
