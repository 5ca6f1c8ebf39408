"""Refuses an option or argument that was given with an empty value.

`--workflow "$NAME"` with an unset variable would otherwise mean all workflows, and `--data ""` the folder
in which the command runs.
"""

from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperGroup

_TEXTS = ("reason", "comment")
"""Texts that may be empty."""


def refuse_empty_values(group: TyperGroup) -> None:
    """Let every command of the group refuse empty values before it does anything."""
    for command in group.commands.values():
        if isinstance(command, TyperGroup):
            refuse_empty_values(command)
            continue
        for parameter in command.params:
            if parameter.name not in _TEXTS:
                _refuse_empty(parameter)


def _refuse_empty(parameter: Any) -> None:
    consume = parameter.consume_value

    def checked(context: Any, given: Mapping[str, Any]) -> Any:
        value = given.get(parameter.name)
        if value == "" or (isinstance(value, list | tuple) and "" in value):
            if parameter.param_type_name == "argument":
                raise typer.BadParameter("it is empty. Give it a value.")
            raise typer.BadParameter(f"{parameter.opts[0]} is empty. Give it a value, or leave it out.")
        return consume(context, given)

    parameter.consume_value = checked
