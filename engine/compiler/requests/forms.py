"""The form of an approval: a model, or a few options, as the schema that is stored and what checks it."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PydanticUserError, TypeAdapter, create_model
from pydantic_core import SchemaError

from engine.authoring.approval_options import ApprovalOptions
from engine.authoring.nodes import Node
from engine.authoring.options import Choose, Form
from engine.authoring.outcomes import Outcome
from engine.authoring.refs import Field as DataField
from engine.authoring.refs import Ref
from engine.compiler.definition.checks import Checks, first_line
from engine.compiler.requests.form_schema import form_schema
from engine.model.definition.spec import FormSpec

_SOLE = "choice"


def form_spec(
    checks: Checks, node: Node, options: ApprovalOptions
) -> tuple[FormSpec, TypeAdapter[Any]] | None:
    """None where there is none, or where something is wrong with it."""
    if not _well_typed(checks, node, options):
        return None
    model = _model(checks, node, options)
    if model is None:
        return None
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(model)
        schema = form_schema(adapter)
    except (PydanticUserError, SchemaError, TypeError) as error:
        checks.error(
            f"The form {model!r} can't be checked ({first_line(error)}).", "Use a Pydantic model.", node
        )
        return None
    sole = _SOLE if options.choose else ""
    sources = option_paths(options)
    for field in sources:
        if not _takes_texts((schema.get("properties") or {}).get(field, {})):
            checks.error(
                f"options names {field!r}, which is not a text field of the form.",
                "Name a field of str or list[str].",
                node,
            )
    defaults_from = (options.form and options.form.defaults_from) or ""
    return FormSpec(fields=schema, defaults_from=defaults_from, sole=sole, options=sources), adapter


def option_paths(options: ApprovalOptions) -> dict[str, str]:
    """By field: the earlier step, or its field, that has the options."""
    chosen = options.choose.options if options.choose else None
    if isinstance(chosen, Ref):
        return {_SOLE: chosen.name}
    if isinstance(chosen, str):
        return {_SOLE: chosen}
    fields: Any = options.form.options if options.form else {}
    return dict(fields) if isinstance(fields, Mapping) else {}


def _takes_texts(schema: dict[str, Any]) -> bool:
    items = schema.get("items", {}) if schema.get("type") == "array" else schema
    return isinstance(items, dict) and items.get("type") == "string"


def outcome_type(options: ApprovalOptions) -> Any:
    """Return the type that steps get from the approval."""
    if options.form is not None and isinstance(options.form.model, type):
        with suppress(PydanticUserError):  # `form_spec` names what is wrong with it
            return Outcome[options.form.model]  # type: ignore[name-defined]
    if options.choose is not None:
        return Outcome[list[str]] if options.choose.multiple else Outcome[str]
    return Outcome


def outcome_value(kind: Any) -> Any:
    """T of `Outcome[T]`, `Any` of a plain `Outcome`; None for anything else."""
    if kind is Outcome:
        return Any
    meta: dict[str, Any] = getattr(kind, "__pydantic_generic_metadata__", None) or {}
    return meta["args"][0] if meta.get("origin") is Outcome and meta.get("args") else None


def _model(checks: Checks, node: Node, options: ApprovalOptions) -> type[BaseModel] | None:
    if options.form is not None and options.choose is not None:
        checks.error("The approval has both form= and choose=.", "Make the choice a field of the form.", node)
        return None
    if options.choose is not None:
        return _of_options(checks, node, options.choose)
    if options.form is None:
        return None
    model = options.form.model
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        checks.error(f"form is {model!r}.", "Give a Pydantic model.", node)
        return None
    if not model.model_fields:
        checks.error(f"The form {model.__name__} has no fields.", "Give it fields, or leave form= out.", node)
        return None
    return model


def _well_typed(checks: Checks, node: Node, options: ApprovalOptions) -> bool:
    """Return whether the options of the form and of the choice have their types; report those that do not."""
    before = len(checks.errors)
    if options.form is not None:
        _check_form(checks, node, options.form)
    if options.choose is not None:
        checks.flag(options.choose.multiple, "Choose's multiple", node)
        if not isinstance(options.choose.options, Ref | str | list | tuple):
            checks.error(
                f"choose is {options.choose.options!r}.",
                _source(options.choose.options, "choose=")
                if isinstance(options.choose.options, DataField)
                else 'Write a list of texts: choose=["eu", "us"].',
                node,
            )
    return len(checks.errors) == before


def _check_form(checks: Checks, node: Node, form: Form) -> None:
    """Refuse sources of defaults and options that are neither a step nor `step.field`."""
    if form.defaults_from is not None and not isinstance(form.defaults_from, str):
        remedy = _source(form.defaults_from, "defaults_from=")
        checks.error(f"defaults_from is {form.defaults_from!r}.", remedy, node)
    if not isinstance(form.options, Mapping):
        checks.error(
            f"The form's options are {form.options!r}.",
            'Write options={"field of the form": "step.field"}.',
            node,
        )
        return
    for field, source in form.options.items():
        if not isinstance(field, str) or not isinstance(source, str):
            checks.error(
                f"The form's options have {field!r}: {source!r}.",
                'Write options={"field of the form": "step.field"}; fixed options are a Literal in the form.',
                node,
            )


def _source(source: Any, option: str) -> str:
    if isinstance(source, DataField):
        return f'Write {option}"{repr(source).replace(".output", "", 1)}".'
    return f'Name the step that has the values: {option}build or {option}"build.field".'


def _of_options(checks: Checks, node: Node, choose: Choose) -> type[BaseModel] | None:
    if isinstance(choose.options, Ref | str):  # an earlier step says which there are
        text: Any = Annotated[list[str], Field(min_length=1)] if choose.multiple else str
        late: dict[str, Any] = {_SOLE: (text, ...)}
        return create_model(_SOLE.capitalize(), **late)
    options = tuple(choose.options)
    if (
        len(options) < 2
        or not all(isinstance(option, str) and option.strip() for option in options)
        or len({option.strip() for option in options}) < len(options)
    ):
        blank = any(isinstance(option, str) and not option.strip() for option in options)
        remedy = f"Give at least two different texts{', none of them empty' if blank else ''}."
        checks.error(f"choose has {list(options)!r}.", remedy, node)
        return None
    option_type: Any = Literal[options]
    kind = Annotated[list[option_type], Field(min_length=1)] if choose.multiple else option_type
    fields: dict[str, Any] = {_SOLE: (kind, ...)}
    return create_model(_SOLE.capitalize(), **fields)
