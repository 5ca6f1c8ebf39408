"""Pure: options of a form that an earlier step provides, in the form and in its answers."""

from collections.abc import Mapping
from typing import Any

from engine.errors import CannotAsk
from engine.model.definition.spec import FormSpec
from engine.model.input.json_schema import without_descriptions, without_own_formats
from engine.model.text.template import json_type_name, short_repr, value_at


def with_options(form: FormSpec, scope: Mapping[str, Any]) -> FormSpec:
    """Return the form as people get it when the request opens. `scope`: outputs by step, and the input.

    Raises `CannotAsk` where there are no options.
    """
    if not form.options:
        return form
    properties = dict(form.fields.get("properties") or {})
    for name, path in form.options.items():
        texts = _option_texts(name, path, scope)
        properties[name] = _with_enum(properties[name], list(dict.fromkeys(texts)))
    return form.model_copy(update={"fields": {**form.fields, "properties": properties}})


def _option_texts(field: str, path: str, scope: Mapping[str, Any]) -> list[str]:
    try:
        value = value_at(path, scope)
    except CannotAsk as error:
        raise CannotAsk(f"options of {field}: {error}") from None
    if not isinstance(value, list) or not value:
        kind = "an empty list" if value == [] else json_type_name(value)
        raise CannotAsk(f"options of {field}: {{{path}}} is {kind}, and people need texts to choose among.")
    for option in value:
        if isinstance(option, list | dict | None) or option == "":
            raise CannotAsk(f"options of {field}: {{{path}}} has {short_repr(option)}, which is not a text.")
    return [str(option) for option in value]


def invalid_options(form: FormSpec, value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the fields whose value is not one of the offered options, each with the problem."""
    problems = []
    for name in form.options:
        options = allowed_options(form.fields["properties"][name])
        answer = value.get(name)
        for option in answer if isinstance(answer, list) else [answer]:
            if option is not None and str(option) not in options:
                there = ", ".join(options[:20]) or "none: the step that provides them returned no list"
                problems.append((name, f"{str(option)!r} is not one of the options; there are {there}."))
    return problems


def allowed_options(schema: Mapping[str, Any]) -> list[str]:
    items = schema.get("items") if schema.get("type") == "array" else schema
    return list((items or {}).get("enum") or ())


def takes_same_values(here: FormSpec, asked: FormSpec) -> bool:
    """Return whether both forms take the same values, apart from the options of the moment of asking."""
    return _without_options(here) == _without_options(asked)


def _without_options(form: FormSpec) -> FormSpec:
    properties = {
        name: _with_enum(each, []) if name in form.options else each
        for name, each in (form.fields.get("properties") or {}).items()
    }
    fields = without_descriptions(without_own_formats({**form.fields, "properties": properties}))
    return form.model_copy(update={"fields": fields})


def _with_enum(schema: Mapping[str, Any], options: list[str]) -> dict[str, Any]:
    if schema.get("type") == "array":
        return {**schema, "items": {**(schema.get("items") or {}), "enum": options}}
    return {**schema, "enum": options}
