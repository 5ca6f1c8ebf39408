"""The tools that the server has, as it lists them: their names, and the schemas of their arguments."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema import SchemaError, ValidationError
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

from bot.terminal import printed, printed_json
from bot.tool_calls.tool_call import TOOL_NAME

_MAX_SHOWN = 200


class UnusableCall(Exception):
    """The tool cannot be called like this. The text says what is wrong, with the remedy."""


class ToolCatalog:
    """Tools by name. One with an odd name, or a name that is there twice, cannot be called."""

    def __init__(self, tools: Iterable[Any]) -> None:
        named = [tool for tool in tools if has_plain_name(tool)]
        counts = Counter(tool["name"].casefold() for tool in named)
        self._schemas: dict[str, Any] = {
            tool["name"]: tool.get("inputSchema") for tool in named if counts[tool["name"].casefold()] == 1
        }

    def __contains__(self, tool: str) -> bool:
        return tool in self._schemas

    def check(self, tool: str, arguments: Mapping[str, Any]) -> None:
        """Raise `UnusableCall` if the server has no such tool, or the arguments do not fit its schema."""
        if tool not in self._schemas:
            raise UnusableCall(
                f"The server has no tool {printed_json(tool[:80], indent=None)}. Use a name from tools/list, "
                "letter for letter."
            )
        schema = self._schemas[tool]
        if not isinstance(schema, dict):
            raise UnusableCall(f"{tool} has no schema of its arguments, so they cannot be checked.")
        validator = validator_for(schema)
        try:
            validator.check_schema(schema)
            # An empty registry: nothing is fetched from an address that the server names.
            error = next(validator(schema, registry=Registry()).iter_errors(arguments), None)
        except (SchemaError, Unresolvable, RecursionError, re.error):
            raise UnusableCall(
                f"{tool} has an invalid schema of its arguments, so they cannot be checked."
            ) from None
        if error is not None:
            raise UnusableCall(
                f"{_place(error)}: {printed(error.message)[:_MAX_SHOWN]}. Correct the arguments."
            )


def has_plain_name(tool: Any) -> bool:
    """Return whether a listed tool has a name that the protocol allows."""
    return (
        isinstance(tool, dict)
        and isinstance(tool.get("name"), str)
        and bool(TOOL_NAME.fullmatch(tool["name"]))
    )


def _place(error: ValidationError) -> str:
    return printed(".".join(["arguments", *map(str, error.absolute_path)]))[:_MAX_SHOWN]
