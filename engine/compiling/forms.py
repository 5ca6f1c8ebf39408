"""The form of an approval: a model, or a few options, as the schema that is stored and what checks it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PydanticUserError, TypeAdapter, create_model

from engine.compiling.checks import Checks, first_line
from engine.definition import ApprovalOptions, Node
from engine.spec import FormSpec
from engine.values import Outcome

_SOLE = "choice"


def form_spec(
    checks: Checks, node: Node, options: ApprovalOptions
) -> tuple[FormSpec, TypeAdapter[Any]] | None:
    """None where there is none, or where something is wrong with it."""
    model = _model(checks, node, options)
    if model is None:
        if options.proposed and options.form is None:
            checks.error("It has proposed= and no form.", "Give form=, the model of what is proposed.", node)
        return None
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(model)
        schema = adapter.json_schema()
    except (PydanticUserError, TypeError) as error:
        checks.error(
            f"Its form {model!r} can't be checked ({first_line(error)}).", "Use a Pydantic model.", node
        )
        return None
    return FormSpec(fields=schema, proposed=options.proposed, sole=_SOLE if options.choose else ""), adapter


def outcome_type(options: ApprovalOptions) -> Any:
    """What steps behind the approval are given."""
    if options.form is not None and isinstance(options.form, type):
        return Outcome[options.form]  # type: ignore[name-defined]
    if options.choose is not None:
        return Outcome[list[str]] if options.choose.several else Outcome[str]
    return Outcome


def _model(checks: Checks, node: Node, options: ApprovalOptions) -> type[BaseModel] | None:
    if options.form is not None and options.choose is not None:
        checks.error("It has a form and options to choose.", "Make the options a field of the form.", node)
        return None
    if options.choose is not None:
        return _of_options(checks, node, tuple(options.choose.options), options.choose.several)
    if options.form is None:
        return None
    if not (isinstance(options.form, type) and issubclass(options.form, BaseModel)):
        checks.error(f"Its form is {options.form!r}.", "Give a Pydantic model.", node)
        return None
    if not options.form.model_fields:
        checks.error(
            f"Its form {options.form.__name__} has no fields.", "Give it some, or leave it out.", node
        )
        return None
    return options.form


def _of_options(
    checks: Checks, node: Node, options: tuple[str, ...], several: bool
) -> type[BaseModel] | None:
    if (
        len(options) < 2
        or len(set(options)) < len(options)
        or not all(isinstance(one, str) for one in options)
    ):
        checks.error(f"choose has {list(options)!r}.", "Give at least two different texts.", node)
        return None
    one: Any = Literal[options]
    kind = Annotated[list[one], Field(min_length=1)] if several else one
    fields: dict[str, Any] = {_SOLE: (kind, ...)}
    return create_model(_SOLE.capitalize(), **fields)
