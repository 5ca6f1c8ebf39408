"""The quality of a step's rows: from what the author wrote to a checked spec."""

import inspect
from typing import Any, get_origin

from pydantic import TypeAdapter
from pydantic.errors import PydanticUserError
from pydantic_core import SchemaError

from engine.authoring.nodes import Node, StepOptions
from engine.authoring.quality import Quality
from engine.compiler.definition.checks import Checks, type_name
from engine.compiler.nodes.mapping import share_of
from engine.compiler.nodes.row_check import unique_problem
from engine.model.definition.spec import QualitySpec


def quality_spec(checks: Checks, node: Node, options: StepOptions) -> QualitySpec | None:
    """Return the checked quality, None for a step without; mistakes are among the checks' errors."""
    quality = options.quality
    if quality is None:
        return None
    if not isinstance(quality, Quality):
        checks.error(f"quality is {quality!r}.", 'Write quality=Quality(row=Row, reject_over="20%").', node)
        return None
    before = len(checks.errors)
    if options.each is not None:
        checks.error(
            "quality= cannot be combined with each=.",
            "Use tolerate= for elements that fail, or check the rows in the step that returns the list.",
            node,
        )
    share = share_of(quality.reject_over)
    if share is None:
        checks.error(
            f"Quality's reject_over is {quality.reject_over!r}.",
            'Give a number of rows such as 3, or a share such as "20%".',
            node,
        )
    if quality.then not in ("ask", "fail"):
        checks.error(f"Quality's then is {quality.then!r}.", "Use ask or fail.", node)
    if not isinstance(quality.unique, str):
        checks.error(f"Quality's unique is {quality.unique!r}.", 'Name a field, as in unique="id".', node)
    _check_row(checks, node, options, quality)
    if len(checks.errors) > before or share is None:
        return None
    return QualitySpec(
        count=share[0],
        percent=share[1],
        then=quality.then,
        row="" if quality.row is None else type_name(quality.row),
        unique=quality.unique,
    )


def _check_row(checks: Checks, node: Node, options: StepOptions, quality: Quality) -> None:
    if quality.row is None:
        if quality.unique:
            checks.error("Quality has unique, but no row.", "Give ctx.rows the field.", node)
        if "ctx" not in _parameters(options.function):
            checks.error(
                "Quality has no row, and the step takes no ctx with which to check its rows.",
                "Give it row=Row, or call ctx.rows(rows, Row) in the step.",
                node,
            )
        return
    try:
        TypeAdapter(quality.row)
    except (PydanticUserError, SchemaError, TypeError):
        checks.error(f"Quality's row is {quality.row!r}, which is not a type.", "Give a model.", node)
        return
    if isinstance(quality.unique, str) and (wrong := unique_problem(quality.row, quality.unique)):
        checks.error(f"Quality's {wrong.problem}", wrong.remedy, node)
    returned = getattr(options.function, "__annotations__", {}).get("return", Any)
    if (
        returned is not Any
        and not isinstance(returned, str)
        and not (returned is list or get_origin(returned) is list)
    ):
        checks.error(
            f"The step returns {type_name(returned)}, but its quality checks the rows of a list.",
            "Let it return a list, or leave row out and call ctx.rows(rows, Row).",
            node,
        )


def _parameters(function: Any) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # told by the wiring
        return ("ctx",)
