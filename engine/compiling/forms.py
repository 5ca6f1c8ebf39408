"""The form of an approval: a model, or a few options, as the schema that is stored and what checks it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PydanticUserError, TypeAdapter, create_model

from engine.compiling.checks import Checks, first_line
from engine.definition import ApprovalOptions, Choose, Node
from engine.refs import Ref
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
        schema = adapter.json_schema(by_alias=False)
    except (PydanticUserError, TypeError) as error:
        checks.error(
            f"Its form {model!r} can't be checked ({first_line(error)}).", "Use a Pydantic model.", node
        )
        return None
    sole = _SOLE if options.choose else ""
    sources = option_paths(options)
    for field in sources:
        if not _takes_texts((schema.get("properties") or {}).get(field, {})):
            checks.error(
                f"options names {field!r}, which is not a field of texts in its form.",
                "Name a field of str or list[str].",
                node,
            )
    return FormSpec(fields=schema, proposed=options.proposed, sole=sole, options=sources), adapter


def option_paths(options: ApprovalOptions) -> dict[str, str]:
    """By field: the earlier step, or its field, that has the options."""
    chosen = options.choose.options if options.choose else None
    if isinstance(chosen, Ref):
        return {_SOLE: chosen.name}
    return {_SOLE: chosen} if isinstance(chosen, str) else dict(options.options)


def _takes_texts(schema: dict[str, Any]) -> bool:
    items = schema.get("items", {}) if schema.get("type") == "array" else schema
    return isinstance(items, dict) and items.get("type") == "string"


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
        return _of_options(checks, node, options.choose)
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


def _of_options(checks: Checks, node: Node, choose: Choose) -> type[BaseModel] | None:
    if isinstance(choose.options, Ref | str):  # an earlier step says which there are
        text: Any = Annotated[list[str], Field(min_length=1)] if choose.several else str
        late: dict[str, Any] = {_SOLE: (text, ...)}
        return create_model(_SOLE.capitalize(), **late)
    options = tuple(choose.options)
    if (
        len(options) < 2
        or len(set(options)) < len(options)
        or not all(isinstance(one, str) for one in options)
    ):
        checks.error(f"choose has {list(options)!r}.", "Give at least two different texts.", node)
        return None
    one: Any = Literal[options]
    kind = Annotated[list[one], Field(min_length=1)] if choose.several else one
    fields: dict[str, Any] = {_SOLE: (kind, ...)}
    return create_model(_SOLE.capitalize(), **fields)
