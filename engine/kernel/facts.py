"""Rules for facts of triggers: the filter, the input of the run and its id. Pure.

A fact's scope holds its parts by name, as JSON: `payload` and `headers` of a webhook, for instance.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from engine.errors import CannotAsk, InvalidInput
from engine.model.definition.conditions import Condition, Undecidable, evaluate
from engine.model.text.template import paths, value_at
from engine.model.values.ids import encode
from engine.model.values.json_safe import storage_problem

Scope = Mapping[str, Any]
_FIELD = re.compile(r"\{([^{}?]*)(\??)\}")
_LEFT_OUT = object()


class Unfit(InvalidInput):
    """The fact has not what the trigger needs of it. `problems`: (field, what is wrong)."""


def template_paths(template: str) -> list[str]:
    """The paths that a template names. Raises `ValueError` for a text that is not a path."""
    return paths(_FIELD.sub(lambda match: "{" + match[1] + "}", template))


def templates_in(value: Any) -> Iterator[str]:
    """Every text within an input mapping."""
    match value:
        case str():
            yield value
        case Mapping():
            for each in value.values():
                yield from templates_in(each)
        case list() | tuple():
            for each in value:
                yield from templates_in(each)


def mapped_input(workflow: str, mapping: Mapping[str, Any] | str, scope: Scope) -> Any:
    """The input of a run, not checked against its model yet. Raises `Unfit`, which names the fields."""
    if isinstance(mapping, str):
        whole = _filled(workflow, "", mapping, scope)
        if not isinstance(whole, Mapping):
            raise Unfit(workflow, [("", f"{mapping} is not an object, so it cannot be the input.")])
        return dict(whole)
    filled = {field: _filled(workflow, field, value, scope) for field, value in mapping.items()}
    return {field: value for field, value in filled.items() if value is not _LEFT_OUT}


def _filled(workflow: str, field: str, value: Any, scope: Scope) -> Any:
    match value:
        case str():
            return _text_filled(workflow, field, value, scope)
        case Mapping():
            filled = {key: _filled(workflow, f"{field}.{key}", each, scope) for key, each in value.items()}
            return {key: each for key, each in filled.items() if each is not _LEFT_OUT}
        case list() | tuple():
            listed = [_filled(workflow, f"{field}.{place}", each, scope) for place, each in enumerate(value)]
            return [each for each in listed if each is not _LEFT_OUT]
    return value


def _text_filled(workflow: str, field: str, template: str, scope: Scope) -> Any:
    """The value itself where the text is one path, else the text with the values filled in."""
    try:
        if (sole := _FIELD.fullmatch(template)) is not None:
            return _value(sole, scope, _LEFT_OUT)
        return _FIELD.sub(lambda match: _worded(workflow, field, _value(match, scope, "")), template)
    except CannotAsk as error:
        raise Unfit(workflow, [(field, str(error))]) from None


def _value(match: re.Match[str], scope: Scope, missing: Any) -> Any:
    try:
        return value_at(match[1], scope)
    except CannotAsk:
        if match[2]:
            return missing
        raise


def _worded(workflow: str, field: str, value: Any) -> str:
    """A value as part of a text. Raises `Unfit` for one that cannot be stored."""
    if problem := storage_problem(value):
        raise Unfit(workflow, [(field, f"can't be stored: {problem}.")])
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def filled_text(workflow: str, field: str, template: str, scope: Scope) -> str:
    """The template with the values filled in. Raises `Unfit` where one is missing."""
    found = _text_filled(workflow, field, template, scope)
    return "" if found is _LEFT_OUT else _worded(workflow, field, found)


def passes(workflow: str, condition: Condition | None, scope: Scope) -> bool:
    """Return whether the fact meets the filter. Raises `Unfit` where it lacks what the filter compares."""
    if condition is None:
        return True
    try:
        return evaluate(condition, {name: ("succeeded", value) for name, value in scope.items()})
    except Undecidable as error:
        raise Unfit(workflow, [("filter", str(error))]) from None


def fact_name(kind: str, value: str) -> str:
    """The name by which the rows of a trigger know a fact, or what facts have in common."""
    # Names of files can have half a character.
    return f"{kind}:{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


def element_key(key: str, index: int) -> str:
    """The key of an element of the list that a fact holds."""
    return f"{key}|{index}"


def run_id(workflow: str, trigger_key: str, *fact: str) -> str:
    """The id of the run that this fact starts: the same fact has the same id in every process."""
    digest = hashlib.sha256(orjson.dumps([trigger_key, *fact])).digest()
    return f"{workflow}-{encode(int.from_bytes(digest[:9], 'big') >> 2, 14)}"
