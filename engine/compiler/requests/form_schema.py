"""The JSON Schema of what people fill in, which tells apart two pairs that Pydantic describes alike."""

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from engine.model.input.json_schema import LOCAL_MOMENT, PLAIN_TEXT


def form_schema(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    """By field name. A text beside a float is not a Decimal, and a naive datetime takes no zone."""
    return adapter.json_schema(by_alias=False, schema_generator=_Distinct)


class _Distinct(GenerateJsonSchema):
    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        generated = super().datetime_schema(schema)
        return generated | {"format": LOCAL_MOMENT} if schema.get("tz_constraint") == "naive" else generated

    def union_schema(self, schema: core_schema.UnionSchema) -> JsonSchemaValue:
        generated = super().union_schema(schema)
        choices = [each[0] if isinstance(each, tuple) else each for each in schema["choices"]]
        if "float" not in {each["type"] for each in choices}:
            return generated
        members = [
            each | {"format": PLAIN_TEXT} if each == {"type": "string"} else each
            for each in generated["anyOf"]
        ]
        return generated | {"anyOf": members}
