"""Models of what comes from outside, such as a run's input: classes with named fields."""

import typing
from typing import Any

from pydantic import TypeAdapter
from pydantic.errors import PydanticUserError
from pydantic_core import SchemaError

from engine.authoring.nodes import Node
from engine.compiler.definition.checks import Checks, first_line, type_name
from engine.compiler.definition.round_trip_checks import check_round_trip


def input_adapter(
    checks: Checks, option: str, kind: Any, node: Node | None = None
) -> TypeAdapter[Any] | None:
    """Return what checks the values; None when something is wrong with it. `option`: where it is given."""
    if not isinstance(kind, type) and typing.get_origin(kind) is None:
        checks.error(f"{option} is {kind!r}.", f"Give a class: {option}=Order, a Pydantic model.", node)
        return None
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        schema = adapter.json_schema(by_alias=False)
    except (PydanticUserError, SchemaError, TypeError) as error:
        checks.error(
            f"The {option} {type_name(kind)} can't be checked ({first_line(error)}).",
            "Use a Pydantic model.",
            node,
        )
        return None
    check_round_trip(checks, f"The {option}", kind, node)
    if schema.get("type") != "object":
        checks.error(
            f"The {option} {type_name(kind)} has no named fields.",
            "Use a Pydantic model, so that people can type field=value.",
            node,
        )
    return adapter
