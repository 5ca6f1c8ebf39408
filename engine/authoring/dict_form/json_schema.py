"""The JSON Schema of workflows in YAML, made of the options that the reader takes."""

import ast
import collections.abc
import inspect
import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from engine.authoring.approval_options import ApprovalPolicy
from engine.authoring.dict_form import notify_tasks, operation_tasks, options, wait_tasks
from engine.authoring.dict_form.trigger_forms import FORMS
from engine.authoring.dict_form.values import DISPLAY, OPERATORS, STATES
from engine.authoring.keywords import keywords_of
from engine.authoring.options import Retry, Undo
from engine.authoring.refs import Field, Ref
from engine.authoring.secrets import Secret
from engine.authoring.workflow import Workflow
from engine.model.definition.conditions import Condition
from engine.model.states import OUTCOME_TESTS
from engine.steps.plans import Action

JSON = dict[str, Any]
_OBJECT = r"^[A-Za-z_]\w*(\.\w+)*:[A-Za-z_]\w*(\.\w+)*$"
_PYTHON = {"type": "string", "pattern": _OBJECT, "description": "A Python object as module:name."}
_TEXT: JSON = {"type": "string"}
_LISTS = (collections.abc.Iterable, collections.abc.Sequence, list, tuple)
_PLAIN: Mapping[Any, JSON] = {
    str: _TEXT, int: {"type": "integer"}, float: {"type": "number"}, bool: {"type": "boolean"},
    type(None): {"type": "null"}, datetime: _TEXT, date: _TEXT,
}  # fmt: skip


def workflow_schema() -> JSON:
    """Return the schema of one workflow; a YAML file may hold several, as documents."""
    defs = {
        "task": _with_name(_object(options.TASK, Workflow.step, _task())),
        "approval": _object(options.APPROVAL, Workflow.approval, _approval(), required=("ask", "expires")),
        "trigger": {"anyOf": [*map(_trigger, FORMS), {"type": "object", "required": ["type"],
            "properties": {"type": {"const": "manual"}}, "additionalProperties": False}]},
        "condition": _condition("condition", options.WHEN),
        "filter": _condition("filter", options.FILTER),
        "shown": _shown(),
        **{kind.__name__: _value(kind) for kind in options.NAMES},
    }  # fmt: skip
    workflow = _with_name(
        _object((*options.WORKFLOW, "services"), Workflow, _workflow(), required=("tasks",))
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Signoff workflow",
        **workflow,
        "$defs": defs,
    }


def _workflow() -> JSON:
    return {
        "id": _said("The name in commands and logs."),
        "name": _said("The name that people read."),
        "trigger": {"$ref": "#/$defs/trigger"},
        "triggers": {"type": "array", "items": {"$ref": "#/$defs/trigger"}},
        "tasks": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/task"}},
        "services": {"type": "object", "additionalProperties": _PYTHON},
        "input": _PYTHON,
    }


def _task() -> JSON:
    return {
        "id": _said("The name in conditions, commands and logs."),
        "name": _said("The name that people read."),
        **{kind: _said("The name of an object in services.") for kind in options.KINDS},
        "action": _said("The method of the service."),
        "approval": {"$ref": "#/$defs/approval"},
        "sleep": _said("How long the run waits here, such as 2h."),
        "until": _said("The moment until which the run waits, such as 2026-12-01T09:00."),
        "wait_for": {
            **_object(
                wait_tasks.SIGNAL, Workflow.wait_for, {"model": _PYTHON}, required=("signal", "expires")
            ),
            "description": "The signal for which the run waits.",
        },
        "child": {
            **_object(
                wait_tasks.CHILD, Workflow.child, {"workflow": _TEXT, "input": {}}, required=("workflow",)
            ),
            "description": "The workflow that runs here, as a separate run.",
        },
        "notify": {
            **_object(notify_tasks.MESSAGE, Workflow.notify, {"table": _TEXT}, required=("to", "text")),
            "description": "The message that is posted here.",
        },
        **{key: _operation(form) for key, form in operation_tasks.FORMS.items()},
        "undo": {"anyOf": [{"$ref": "#/$defs/Undo"}, {"type": "null"}]},
    }


def _operation(form: operation_tasks.OperationForm) -> JSON:
    special: JSON = {"output": _PYTHON}
    if form.declare is Workflow.plan:
        special = {**_approval(), "actions": {"type": "array", "minItems": 1, "items": _action()}}
    shape = _object(form.known, form.declare, special, required=form.required)
    return {**shape, "description": f"The task {form.what}."}


def _action() -> JSON:
    services = {word: _said("The name of an object in services.") for word in options.KINDS}
    undo = _object(options.ACTION_UNDO, Undo, {**services, "action": _said("The method that undoes it.")})
    special = {**services, "action": _said("The method of the service."), "undo": undo}
    return _object(options.ACTION, Action, special, required=("action",))


def _approval() -> JSON:
    return {
        "ask": _TEXT,
        "show": {"anyOf": [_TEXT, {"type": "array", "items": {"$ref": "#/$defs/shown"}}]},
        "form": {"anyOf": [_PYTHON, {"$ref": "#/$defs/Form"}, {"type": "null"}]},
    }


def _trigger(kind: str) -> JSON:
    form = FORMS[kind]
    special = {"type": {"const": kind}, "filter": {"$ref": "#/$defs/filter"}, form.first: _first(form.made)}
    return _object(("type", *form.known), form.made, special, required=(form.first,))


def _first(made: Callable[..., Any]) -> JSON:
    """Return the schema of the option that comes first in Python."""
    return _of(next(iter(inspect.signature(made).parameters.values())).annotation)


def _condition(name: str, known: Iterable[str]) -> JSON:
    again = {"$ref": f"#/$defs/{name}"}
    properties: JSON = {
        "task": _TEXT, "field": _TEXT, "op": {"enum": list(OPERATORS)}, "value": {},
        "is": {"enum": [*OUTCOME_TESTS, *STATES]},
        "all": {"type": "array", "minItems": 1, "items": again},
        "any": {"type": "array", "minItems": 1, "items": again},
        "not": again,
    }  # fmt: skip
    return {
        "anyOf": [
            {"type": "string", "description": "A condition in CEL."},
            {
                "type": "object",
                "properties": {key: properties[key] for key in known},
                "additionalProperties": False,
            },
        ]
    }


def _shown() -> JSON:
    pair = {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}
    kinds = [
        _object(("type", *keywords_of(kind)), kind, {"type": {"const": word}}, required=("type",))
        for word, kind in DISPLAY.items()
    ]
    return {"anyOf": [_TEXT, pair, *kinds]}


def _value(kind: type) -> JSON:
    if kind is Undo:
        texts = {word: _said("The name of an object in services.") for word in options.KINDS}
        return _object(options.UNDO, kind, {**texts, "action": _said("The method that undoes the task.")})
    special: JSON = {}
    if "model" in keywords_of(kind):
        special["model"] = _PYTHON
    if kind is Retry:
        # The errors of Python itself have no module.
        errors = {"type": "array", "items": _TEXT}
        special |= {option: errors for option in keywords_of(kind) if option.endswith("_on")}
        special["classify"] = _PYTHON
    return _object(keywords_of(kind), kind, special)


def _object(
    known: Iterable[str], function: Callable[..., Any], special: JSON, required: Iterable[str] = ()
) -> JSON:
    """Return the schema of a mapping with these keys, the options of a function."""
    annotations, texts = _annotations(function), _texts(function)
    properties = {}
    for key in known:
        schema = special[key] if key in special else _of(annotations.get(key, Any))
        described = key in texts and "description" not in schema
        properties[key] = {**schema, "description": texts[key]} if described else schema
    shape: JSON = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**shape, "required": list(required)} if required else shape


def _with_name(schema: JSON) -> JSON:
    return {**schema, "anyOf": [{"required": ["id"]}, {"required": ["name"]}]}


def _annotations(function: Callable[..., Any]) -> dict[str, Any]:
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            for unpacked in get_args(parameter.annotation):
                found.update(unpacked.__annotations__)
        else:
            found[name] = parameter.annotation
    return found


def _texts(function: Callable[..., Any]) -> dict[str, str]:
    """Return what the docstring says of each option."""
    texts: dict[str, str] = {}
    lines = inspect.cleandoc(function.__doc__ or "")
    for names, text in re.findall(r"^- ((?:`\w+`(?:, )?)+): ((?:.+\n?(?:  .*\n?)*))", lines, re.MULTILINE):
        texts |= dict.fromkeys(re.findall(r"`(\w+)`", names), " ".join(text.split()))
    policy = _policy_texts() if function in (Workflow.approval, Workflow.plan) else {}
    return {**policy, **texts}


def _policy_texts() -> dict[str, str]:
    (declared,) = ast.parse(inspect.getsource(ApprovalPolicy)).body
    assert isinstance(declared, ast.ClassDef)
    pairs = zip(declared.body, declared.body[1:], strict=False)
    return {
        option.target.id: " ".join(str(text.value.value).split())
        for option, text in pairs
        if isinstance(option, ast.AnnAssign)
        and isinstance(option.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }


def _said(text: str) -> JSON:
    return {**_TEXT, "description": text}


def _of(annotation: Any) -> JSON:
    """Return the schema of the values that YAML can write for a type."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if annotation == Condition or annotation is Condition:
        return {"$ref": "#/$defs/condition"}
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, types.UnionType):
        return _union(parts)
    if origin is type or (inspect.isclass(annotation) and issubclass(annotation, BaseModel)):
        return _PYTHON
    if origin in _LISTS:
        return {"type": "array", "items": _of(parts[0]) if parts else {}}
    if origin is collections.abc.Mapping:
        return {"type": "object", "additionalProperties": _of(parts[1])}
    if annotation in options.NAMES:
        return {"$ref": f"#/$defs/{annotation.__name__}"}
    return {}


def _union(parts: Iterable[Any]) -> JSON:
    """Return the alternatives, without those that only Python can write."""
    left_out = (Ref, Field, Secret, timedelta)
    schemas: list[JSON] = []
    for part in parts:
        if part in left_out or (is_dataclass(part) and part not in options.NAMES):
            continue
        if (schema := _of(part)) not in schemas:
            schemas.append(schema)
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
