"""Storing a value as JSON and reading it back: the value that comes back is the one that went in.

Values are stored by field name, whatever aliases their models have; they are read by name or alias. What does
not come back equal and of the same type is refused before anybody sees it.
"""

import collections
import collections.abc
import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

import orjson
from pydantic import BaseModel, RootModel, SecretBytes, SecretStr, TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from engine.authoring.personal import CONTEXT, MARK, UNMARKED, Seals, UnmarkedPersonal, seals_itself
from engine.compiler.definition.given_numbers import has_bool, without_bools
from engine.errors import SignoffError
from engine.model.input.input_problems import value_problems
from engine.model.text.personal import sealed_at
from engine.model.values.json_safe import encoding_problem, storage_problem

_ANY: TypeAdapter[Any] = TypeAdapter(Any)
_SECRETS = (SecretStr, SecretBytes)
_PLAIN_SCHEMAS = frozenset({"int", "str", "bool", "float", "none", "list", "dict", "nullable"})

_PIECE_LENGTH = 500
"""Items of a list or a dict that are checked or stored in one go."""
_REGULAR_SCHEMAS = _PLAIN_SCHEMAS | {
    "date", "datetime", "decimal", "default", "definition-ref", "definitions", "enum", "frozenset", "literal",
    "model", "model-field", "model-fields", "set", "time", "timedelta", "tuple", "uuid",
}  # fmt: skip


class Unstorable(ValueError):
    """A value that JSON does not keep. `where`: the path inside it; `str()`: why, as part of a sentence."""

    def __init__(self, where: str, why: str, value: Any = None) -> None:
        self.where, self.why, self.value = where, why, value
        super().__init__(f"at {where}, {why}" if where else why)


class Codec:
    """Stores and reads values of one type."""

    def __init__(self, adapter: TypeAdapter[Any], seals: Seals | None = None) -> None:
        self.adapter = adapter
        self.seals = seals
        """Encrypts its personal data. Without it, none is stored."""

    @cached_property
    def is_plain(self) -> bool:
        """JSON keeps every value of this type as it is."""
        return all(
            schema["type"] in _PLAIN_SCHEMAS
            and "serialization" not in schema
            and not _is_untyped(schema)
            and _has_plain_keys(schema)
            for schema in _schemas(self.adapter.core_schema)
        )

    @cached_property
    def is_loose(self) -> bool:
        """Some part of it has no type, so that JSON comes back for it: texts for dates, lists for tuples."""
        return any(_is_untyped(schema) for schema in _schemas(self.adapter.core_schema))

    @cached_property
    def has_iterator(self) -> bool:
        """Some part of it can be read only once, so it cannot be stored and used."""
        return any(schema["type"] == "generator" for schema in _schemas(self.adapter.core_schema))

    @cached_property
    def has_secret(self) -> bool:
        """Some part of it is a `SecretStr`, `SecretBytes` or `Secret` of Pydantic, or of a subclass."""
        functions = (schema.get("function") for schema in _schemas(self.adapter.core_schema))
        return any(getattr(each, "__name__", "").startswith("_serialize_secret") for each in functions)

    @cached_property
    def has_personal(self) -> bool:
        """Some part of it is marked as `Personal[...]`."""
        return holds_mark(self.adapter.core_schema)

    @cached_property
    def bares_personal(self) -> bool:
        """A serializer of the author's returns personal data instead of what seals it."""
        return self.has_personal and bares_mark(self.adapter.core_schema)

    @cached_property
    def is_regular(self) -> bool:
        """Equal values of this type are of the same types all through: no unions, nobody's own `__eq__`."""
        schemas = list(_schemas(self.adapter.core_schema))
        models = [schema["cls"] for schema in schemas if schema["type"] == "model"]
        return all(schema["type"] in _REGULAR_SCHEMAS for schema in schemas) and all(
            model.__eq__ is BaseModel.__eq__ for model in models
        )

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Names of its fields by their aliases."""
        names: dict[str, str] = {}
        for schema in _schemas(self.adapter.core_schema):
            if isinstance(schema.get("fields"), dict | list):
                for name, alias in _aliases(schema["fields"]):
                    names.setdefault(alias, name)
                break
        return names

    @cached_property
    def parts(self) -> type[list[Any]] | type[dict[Any, Any]] | None:
        """The type whose items are checked one by one, so that a large value can be taken in pieces."""
        schema: Mapping[str, Any] = self.adapter.core_schema
        if schema["type"] == "definitions":
            schema = schema["schema"]
        if {"min_length", "max_length", "fail_fast", "serialization"} & schema.keys():
            return None
        return {"list": list, "dict": dict}.get(schema["type"])  # type: ignore[return-value]

    def read(self, value: Any) -> Any:
        """A value of this type, from what was stored or what somebody gives. Raises `ValidationError`."""
        try:
            if type(value) is not self.parts or len(value) <= _PIECE_LENGTH:
                return self._validated(value)
            return _in_pieces(self._validated, value)
        except ValidationError as error:
            return _read_as_json(self.adapter, value, error, self._context)

    def read_given(self, value: Any) -> Any:
        """As `read`, for what people and programs give: true and false are not numbers."""
        if not has_bool(value):
            return self.read(value)
        try:
            return self._without_bools.validate_python(
                value, by_alias=True, by_name=True, context=self._context
            )
        except ValidationError as error:
            return _read_as_json(self._without_bools, value, error, self._context)

    @cached_property
    def _without_bools(self) -> SchemaValidator:
        return without_bools(self.adapter.core_schema)

    def _validated(self, value: Any) -> Any:
        if self.has_personal:
            return self.adapter.validate_python(value, by_alias=True, by_name=True, context=self._context)
        return self.adapter.validate_python(value, by_alias=True, by_name=True)

    @property
    def _context(self) -> dict[str, Any] | None:
        return {CONTEXT: self.seals} if self.has_personal else None

    def sealed_at(self, value: Any) -> str | None:
        """Return where a value that was read still has a sealed text, in a part that is not marked.

        A step would take the sealed text for the value. None as a rule.
        """
        if not self.has_personal:
            return None
        return sealed_at(self.adapter.dump_python(value, mode="json"))

    def store(self, value: Any) -> Any:
        """The JSON of a value of this type, its personal data sealed. Raises `Unstorable`."""
        kept = self._dumped(value, round_trip=False)
        # Untyped JSON, however large, is compared in one go; what differs is looked at part by part.
        kept_exactly = self.is_plain or (self.is_loose and type(value) in (dict, list, str) and value == kept)
        lost = None if kept_exactly else self._lost(value, kept)
        if lost is None:
            return kept
        # Without computed fields, and with the text of `Json`: for models that take nothing else.
        kept = self._dumped(value, round_trip=True)
        if self._lost(value, kept) is None:
            return kept
        raise lost

    def _dumped(self, value: Any, *, round_trip: bool) -> Any:
        try:
            if type(value) is not self.parts or len(value) <= _PIECE_LENGTH:
                kept = self._json(value, round_trip)
            else:
                kept = _in_pieces(lambda piece: self._json(piece, round_trip), value)
        except Unstorable:
            raise
        except UnicodeEncodeError:
            raise Unstorable("", "a text has half a character") from None
        except UnicodeDecodeError:
            why = (
                'bytes of it are not UTF-8 text; give their model ser_json_bytes="base64" and val_json_bytes'
            )
            raise Unstorable("", why) from None
        except SignoffError:  # a key cannot be used
            raise
        except Exception as error:  # a serializer of the author's may raise anything
            if isinstance(error.__cause__, SignoffError):  # Pydantic wraps what a serializer raises
                raise error.__cause__ from None
            if isinstance(error.__cause__, UnmarkedPersonal):
                raise Unstorable("", str(error.__cause__)) from None
            why = "it cannot be stored" if self.has_personal else encoding_problem(error)
            raise Unstorable("", why) from None
        if why := storage_problem(kept):
            raise Unstorable(_place(kept), why)
        return kept

    def _json(self, value: Any, round_trip: bool) -> Any:
        if self.has_personal and self.seals is None:
            raise Unstorable("", "it has personal data, and there is no key to seal it with")
        if self.has_personal and self.bares_personal:
            raise Unstorable("", "a serializer of its own would store its personal data as it is")
        context = self._context if self.has_personal else UNMARKED
        return self.adapter.dump_python(
            value, mode="json", by_alias=False, round_trip=round_trip, context=context
        )

    def _lost(self, value: Any, kept: Any) -> Unstorable | None:
        lost = self._difference(value, kept)
        # The values of a type with personal data are not told.
        if lost is None or not self.has_personal:
            return lost
        return Unstorable(lost.where, "it does not come back from storing as it was")

    def _difference(self, value: Any, kept: Any) -> Unstorable | None:
        try:
            back = self.read(kept)
        except ValidationError as error:
            first = value_problems(error, kept)[0]
            return Unstorable(first.path, f"it cannot be read back ({first.sentence.rstrip('.')})")
        except Exception as error:  # a validator of the author's
            return Unstorable("", f"it cannot be read back ({error})")
        if self.is_regular and back == value:
            return None
        return _Comparison(self.is_loose).difference(value, back, "")


def holds_mark(schema: Any) -> bool:
    """Return whether some part of a core schema is marked as personal data."""
    return any(MARK in (each.get("metadata") or ()) for each in _schemas(schema))


def bares_mark(schema: Any) -> bool:
    """Return whether a serializer of the author's stands where personal data is, or around it."""
    for each in _schemas(schema):
        serialization = each.get("serialization")
        if MARK in (each.get("metadata") or ()):
            if not seals_itself(serialization):
                return True
        elif _is_own(serialization) and any(_may_hold_mark(part) for part in _schemas(each)):
            return True
    return False


def _may_hold_mark(schema: Mapping[str, Any]) -> bool:
    """A reference may lead to a marked part of the schema."""
    return MARK in (schema.get("metadata") or ()) or schema["type"] == "definition-ref"


def _is_own(serialization: Any) -> bool:
    """Return whether a serialization is a function that is not one of Pydantic's."""
    function = serialization.get("function") if isinstance(serialization, Mapping) else None
    return function is not None and not str(getattr(function, "__module__", "")).startswith("pydantic.")


def _read_as_json(
    reader: TypeAdapter[Any] | SchemaValidator,
    value: Any,
    error: ValidationError,
    context: dict[str, Any] | None,
) -> Any:
    """A strict model takes a text for a date only from JSON. Raises `error` where that does not fit."""
    if not _is_stored(value):
        raise error
    try:
        return reader.validate_json(orjson.dumps(value), by_alias=True, by_name=True, context=context)
    except (ValidationError, TypeError):
        raise error from None


def _in_pieces(work: Callable[[Any], Any], value: Any) -> Any:
    """The result of `work`, which takes the lock of the interpreter for a few milliseconds at most."""
    try:
        if isinstance(value, list):
            return [each for piece in _batched(value, _PIECE_LENGTH) for each in work(piece)]
        pieces = (dict(piece) for piece in _batched(list(value.items()), _PIECE_LENGTH))
        result = {key: each for piece in pieces for key, each in work(piece).items()}
    except ValidationError:
        return work(value)  # tells the place in the whole
    return result


def _batched(values: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _place(kept: Any) -> str:
    """The path of the first part that cannot be stored."""
    parts = kept.items() if isinstance(kept, dict) else enumerate(kept) if isinstance(kept, list) else ()
    for key, each in parts:
        if storage_problem(each):
            inside = _place(each)
            return f"{key}.{inside}" if inside else str(key)
    return ""


def _is_stored(value: Any) -> bool:
    return isinstance(value, str | int | float | list | dict) or value is None


def _aliases(fields: Any) -> Iterator[tuple[str, str]]:
    """Return aliases of a model's fields by name, or of a dataclass's in order."""
    named = fields.items() if isinstance(fields, dict) else [(each["name"], each) for each in fields]
    for name, field in named:
        alias = field.get("validation_alias", [])
        paths = [[alias]] if isinstance(alias, str) else alias
        for path in paths if paths and isinstance(paths[0], list) else [paths]:
            if path and isinstance(path[0], str):
                yield name, path[0]


def _is_untyped(schema: Mapping[str, Any]) -> bool:
    cls = getattr(schema.get("cls"), "__origin__", schema.get("cls"))
    abstract = schema["type"] == "is-instance" and cls in vars(collections.abc).values()
    bare = schema["type"] in ("list", "dict") and not {"items_schema", "values_schema"} & schema.keys()
    return schema["type"] == "any" or abstract or bare


def _has_plain_keys(schema: Mapping[str, Any]) -> bool:
    """JSON has texts alone as keys: None would be stored as the text `None`."""
    return schema["type"] != "dict" or schema["keys_schema"]["type"] in ("str", "int")


def _schemas(schema: Any, seen: set[int] | None = None) -> Iterator[Mapping[str, Any]]:
    """Every node of a core schema."""
    seen = set() if seen is None else seen
    if id(schema) in seen:
        return
    if isinstance(schema, dict):
        seen.add(id(schema))
        if isinstance(schema.get("type"), str):
            yield schema
        for name, each in schema.items():
            if name not in ("metadata", "ref"):
                yield from _schemas(each, seen)
    elif isinstance(schema, list | tuple):
        for each in schema:
            yield from _schemas(each, seen)


@dataclasses.dataclass(frozen=True, slots=True)
class _Comparison:
    is_loose: bool

    def difference(self, before: Any, after: Any, where: str) -> Unstorable | None:
        """The first place at which a value came back as another one."""
        if isinstance(before, _SECRETS):
            return Unstorable(where, "a secret is stored as asterisks", before)
        if isinstance(before, float | Decimal) and not math.isfinite(before):
            return Unstorable(where, "a number is infinite or not a number", before)
        parts = _parts(before)
        if type(before) is not type(after) and not self._same_kind(before, after):
            return self._changed(before, after, where)
        others = _parts(after)
        if isinstance(before, collections.deque) and before.maxlen != getattr(after, "maxlen", None):
            return Unstorable(where, f"its maxlen={before.maxlen} is not stored", before)
        if parts is None or others is None:
            return None if _equal(before, after) else self._changed(before, after, where)
        return self._first(parts, others, before, after, where)

    def _first(
        self, parts: list[tuple[Any, Any]], others: list[tuple[Any, Any]], before: Any, after: Any, where: str
    ) -> Unstorable | None:
        by_name = dict(others) if isinstance(before, BaseModel) or dataclasses.is_dataclass(before) else None
        if len(parts) != len(others) and not (by_name and isinstance(after, dict)):
            return self._changed(before, after, where)
        for number, (key, each) in enumerate(parts):
            name, other = (key, by_name.get(key)) if by_name is not None else others[number]
            if key != name and not (self.is_loose and str(key) == name):
                return self._changed(before, after, where)
            if problem := self.difference(each, other, f"{where}.{key}" if where else str(key)):
                return problem
        return None

    def _same_kind(self, before: Any, after: Any) -> bool:
        """Types that differ in name alone, or by what an untyped part is known to become."""
        origin = getattr(type(before), "__pydantic_generic_metadata__", {}).get("origin")
        other = getattr(type(after), "__pydantic_generic_metadata__", {}).get("origin")
        if isinstance(before, BaseModel) and isinstance(after, BaseModel):
            return (origin or type(before)) is (other or type(after))
        if isinstance(before, Enum):
            return self.is_loose and self.difference(before.value, after, "") is None
        if type(after) in (str, int, float, bytes, dict, list) and isinstance(before, type(after)):
            return not isinstance(before, bool)
        if not self.is_loose or not _is_stored(after):
            return False
        if isinstance(after, dict):
            return isinstance(before, BaseModel | Mapping) or dataclasses.is_dataclass(before)
        return isinstance(after, list) and isinstance(before, tuple | collections.deque)

    def _changed(self, before: Any, after: Any, where: str) -> Unstorable | None:
        if self.is_loose and _is_stored(after) and not isinstance(before, BaseModel):
            if problem := self._unstorable_part(before, where):
                return problem
            try:
                if _ANY.dump_python(before, mode="json") == after and type(before) is not type(after):
                    return None
            except Exception:  # then it is told below
                return Unstorable(where, "it cannot be stored", before)
        return Unstorable(where, f"{_shortly(before)} comes back as {_shortly(after)}", before)

    def _unstorable_part(self, value: Any, where: str) -> Unstorable | None:
        for _, each in _parts(value) or []:
            if problem := self.difference(each, each, where) or self._unstorable_part(each, where):
                return problem
        return None


def _parts(value: Any) -> list[tuple[Any, Any]] | None:
    """Return the parts of a composite value; None for a single value."""
    if isinstance(value, RootModel):
        return [("root", value.root), *_private(value)]
    if isinstance(value, BaseModel):
        fields = [(name, getattr(value, name)) for name in type(value).model_fields]
        return [*fields, *(value.__pydantic_extra__ or {}).items(), *_private(value)]
    if dataclasses.is_dataclass(value):
        return [(each.name, getattr(value, each.name)) for each in dataclasses.fields(value)]
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list | tuple | collections.deque):
        return list(enumerate(value))
    if isinstance(value, set | frozenset):
        ordered = sorted(value, key=lambda each: (type(each).__name__, repr(each)))
        return list(enumerate(ordered))
    return None


def _private(value: BaseModel) -> list[tuple[str, Any]]:
    return list((value.__pydantic_private__ or {}).items())


def _equal(before: Any, after: Any) -> bool:
    try:
        same = bool(before == after)
    except Exception:  # an __eq__ of the author's
        return False
    if not same and type(before) is type(after) and hasattr(before, "__dict__"):
        has_own = any("__eq__" in vars(each) for each in type(before).__mro__[:-1])
        return not has_own and bool(vars(before) == vars(after))
    if same and isinstance(before, datetime | time):
        return bool(before.utcoffset() == after.utcoffset())
    return same


def _shortly(value: Any) -> str:
    try:
        text = repr(value)
    except Exception:  # a __repr__ of the author's
        text = type(value).__name__
    text = text if len(text) <= 60 else text[:59] + "…"
    return f"the {type(value).__name__} {text}"
