"""The details of an event as a target still reads them: mappings by type of event. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from engine.mappings import Unfit, mapped_input, template_paths, templates_in

DETAILS = "details"
"""Name of the details of the newest form in a mapping."""
_REMEDY = "Name a field of the details, as in {details.state}"


class Untransformed(Exception):
    """The details of an event lack what a mapping names. The text is the rest of a sentence."""


def check_transform(type_: str, mapping: Mapping[str, Any], *, with_input: bool) -> None:
    """Check a mapping of one type of event. Raises `ValueError`, which names the template and the remedy."""
    if not mapping:
        raise ValueError(f"the mapping of {type_} is empty. Name at least one field")
    try:
        json.dumps(mapping, allow_nan=False)
    except (TypeError, ValueError):
        raise ValueError(
            f"the mapping of {type_} has a value that JSON has not. Put it into quotes"
        ) from None
    for template in templates_in(mapping):
        for path in _paths(type_, template):
            first, *rest = path.split(".")
            if first != DETAILS or not rest:
                raise ValueError(f"the mapping of {type_} names {{{path[:100]}}}. {_REMEDY}")
            if rest[0] == "input" and not with_input:
                raise ValueError(
                    f"the mapping of {type_} names {{{path[:100]}}}, and the target gets no inputs. "
                    "Write input: true"
                )


def _paths(type_: str, template: str) -> list[str]:
    try:
        return template_paths(template)
    except ValueError:
        raise ValueError(
            f"the mapping of {type_} has {template[:100]!r}, which is not a template. {_REMEDY}"
        ) from None


def transformed(details: Mapping[str, Any], mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details as the target reads them. Raises `Untransformed`, which shows no value."""
    try:
        return dict(mapped_input("", mapping, {DETAILS: details}))
    except Unfit as error:
        field, problem = error.problems[0]
        raise Untransformed(f"the field {field}: {problem.rstrip('.')}") from None
