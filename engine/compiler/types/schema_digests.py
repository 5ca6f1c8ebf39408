"""Pure: digests of the types at a step's edges. While a digest fits, values that are stored still fit.

A digest begins with the number of the rule that made it; one without a number is of rule 1. A rule never
changes, because runs that wait hold its digests. A digest is compared under its own rule alone.

Rule 1: the whole JSON Schemas, with all descriptions and with the fields of the engine's own types.
Rule 2: what of the JSON Schemas decides which values fit. Words for people and the order of fields do not
count, and the engine's own types stand by name and version.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from engine.authoring.outcomes import Outcome, Settled
from engine.compiler.nodes.step_code import StepCode
from engine.model.input.json_schema import OWN_TYPE, without_descriptions

_RULE = "2"
_VERSIONS: Mapping[type, int] = {Outcome: 1, Settled: 1}
"""The engine's own types. A version rises only when values stored before no longer fit."""

_APPROVAL = {
    "at": {"format": "date-time", "title": "At", "type": "string"},
    "by": {"default": [], "items": {"type": "string"}, "title": "By", "type": "array"},
    "comment": {"default": "", "title": "Comment", "type": "string"},
    "outcome": {"enum": ["approved", "rejected", "expired"], "title": "Outcome", "type": "string"},
}


def schema_digest(code: StepCode) -> str:
    """By the newest rule: `2:` and the digest."""
    return f"{_RULE}:{_sha256(_each(code, _essence_of))}"


def first_rule_digests(code: StepCode) -> frozenset[str]:
    """By rule 1: one for each form that the engine's own types had under it."""
    return frozenset(_sha256(_each(code, _whole_by(form))) for form in (_FirstForms, _SecondForms))


def rule_of(digest: str) -> str:
    """The number of the rule that made it."""
    rule, colon, _ = digest.partition(":")
    return rule if colon else "1"


def _essence_of(adapter: TypeAdapter[Any], mode: JsonSchemaMode) -> Any:
    schema = adapter.json_schema(mode=mode, schema_generator=_NamedForms)
    return _numbered(without_descriptions(schema))


def _numbered(schema: Mapping[str, Any]) -> Any:
    """References by the order in which they are met, so that a class may have another name."""
    definitions = schema.get("$defs", {})
    numbers: dict[str, int] = {}
    pending: list[str] = []

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(each) for each in value]
        if not isinstance(value, dict):
            return value
        ref = value.get("$ref")
        if isinstance(ref, str) and (name := ref.rsplit("/", 1)[-1]) in definitions:
            if name not in numbers:
                numbers[name] = len(numbers)
                pending.append(name)
            return {**{key: renamed(each) for key, each in value.items()}, "$ref": numbers[name]}
        return {key: renamed(each) for key, each in value.items()}

    schemas = [renamed({key: each for key, each in schema.items() if key != "$defs"})]
    while pending:
        schemas.append(renamed(definitions[pending.pop(0)]))
    return schemas


def _each(code: StepCode, digested: Any) -> Any:
    return {
        "output": digested(code.output.adapter, "serialization"),
        "parameters": {
            name: digested(codec.adapter, "validation") for name, codec in code.parameters.items()
        },
        "input": digested(code.input.adapter, "validation") if code.input else None,
    }


def _whole_by(form: type[GenerateJsonSchema]) -> Any:
    return lambda adapter, mode: adapter.json_schema(mode=mode, schema_generator=form)


def _sha256(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _own(schema: core_schema.ModelSchema) -> type | None:
    """Which of the engine's types it is, whatever it holds."""
    cls = schema["cls"]
    origin = getattr(cls, "__pydantic_generic_metadata__", {}).get("origin") or cls
    return origin if origin in _VERSIONS else None


def _said(generated: JsonSchemaValue, description: str) -> JsonSchemaValue:
    """The description under rule 1; a type such as `Settled[int]` had none."""
    return {"description": description} if "description" in generated else {}


class _NamedForms(GenerateJsonSchema):
    """Rule 2."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        generated = super().model_schema(schema)
        own = _own(schema)
        if own is None:
            return generated
        return {
            OWN_TYPE: f"{own.__name__}/{_VERSIONS[own]}",
            "items": generated["properties"]["value"],
        }


class _SecondForms(GenerateJsonSchema):
    """Rule 1, with `Outcome` since it has a value. Written out, so that later releases do not change it."""

    outcome_says = "What people, or time, decided at an approval; of one with a form, `Outcome[TheForm]`."

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        generated = super().model_schema(schema)
        own = _own(schema)
        if own is Outcome:
            return self.outcome(generated)
        if own is Settled:
            return self.settled(generated)
        return generated

    def outcome(self, generated: JsonSchemaValue) -> JsonSchemaValue:
        return {
            **_said(generated, self.outcome_says),
            "properties": {**_APPROVAL, "value": generated["properties"]["value"]},
            "required": ["outcome", "at"],
            "title": generated["title"],
            "type": "object",
        }

    def settled(self, generated: JsonSchemaValue) -> JsonSchemaValue:
        error = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None, "title": "Error"}
        states = ["succeeded", "failed", "skipped", "cancelled"]
        return {
            **_said(
                generated,
                "How a step ended, whatever the end: as a parameter's type it takes failure and skip too.",
            ),
            "properties": {
                "error": error,
                "state": {"enum": states, "title": "State", "type": "string"},
                "value": generated["properties"]["value"],
            },
            "required": ["state"],
            "title": generated["title"],
            "type": "object",
        }


class _FirstForms(_SecondForms):
    """Rule 1, with `Outcome` as the first release had it."""

    outcome_says = "What people, or time, decided at an approval."

    def outcome(self, generated: JsonSchemaValue) -> JsonSchemaValue:
        first = super().outcome(generated)
        first["properties"] = _APPROVAL
        return first
