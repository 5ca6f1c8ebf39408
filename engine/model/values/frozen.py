"""Base of everything that a definition is made of: frozen data with one canonical JSON."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer


class Frozen(BaseModel):
    """A value of a definition. Its canonical JSON is part of the digest of the definition."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )
    # An alias is the stored name of a field. Digests and runs under way depend on it, so it never changes.

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset()
    """Stored names of fields that earlier releases do not have: at their default they are left out, so that
    the digest of a definition that does not use them stays as it was."""

    @model_serializer(mode="wrap")
    def _without_unused_fields(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        values: dict[str, Any] = dump(self)
        for name, field in type(self).model_fields.items():
            stored = field.alias or name
            if stored in self.left_out_when_empty and getattr(self, name) == field.get_default(
                call_default_factory=True
            ):
                values.pop(stored, None)
        return values
