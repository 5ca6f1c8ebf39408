"""Rules of compatibility between two JSON Schemas. Pure, and strict: what they do not know counts as a break.

A field with another name than those of a schema is taken for one that nobody sends.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Schema = Mapping[str, Any]
Side = Literal["input", "output"]

_TEXTS = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment",
     "$defs", "$schema", "$id", "discriminator"}
)  # fmt: skip
"""Keywords that say nothing about which values fit."""
_LEAST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_MOST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_STRUCTURE = frozenset(
    {"type", "anyOf", "oneOf", "enum", "const", "properties", "required", "additionalProperties", "items",
     "prefixItems", "$ref"}
)  # fmt: skip
_MAX_DEPTH, _MAX_UNIONS = 60, 8
_REFERENCE = re.compile(r'"\$ref": "([^"]*)"')
_VALUES = frozenset({"const", "enum", "default"})
"""Keywords whose values are values, and not schemas."""
_NOWHERE: Schema = {"$ref": ""}
"""A schema that is missing, or that cannot be compared."""


@dataclass(frozen=True, slots=True)
class Break:
    """A change that breaks a contract. `field`: its path; empty for the whole value. `what`: what changed."""

    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.field or 'the value'}: {self.what}"


def breaks(recorded: Schema, present: Schema, side: Side) -> list[Break]:
    """Return what programs lose that rely on the recorded schema; empty if they lose nothing.

    `input`: each value that fitted must still fit. `output`: each value must fit what was recorded. Neither
    may lose a field.
    """
    found = _Comparison(recorded, present, side).run()
    return list(dict.fromkeys(found))


def same(recorded: Schema, present: Schema) -> bool:
    """Return whether two schemas differ in nothing but words."""
    return _canonical(recorded) == _canonical(present)


def _canonical(schema: Any, *, names: bool = False) -> str:
    return json.dumps(_without_texts(schema, names=names), sort_keys=True)


def _without_texts(schema: Any, *, names: bool = False) -> Any:
    if isinstance(schema, list):
        return [_without_texts(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    left_out = (
        frozenset() if names else frozenset({"title", "description", "examples", "$comment", "$schema"})
    )
    by_name = ("properties", "$defs", "patternProperties", "dependentSchemas")
    return {
        key: value
        if key in _VALUES and not names
        else _without_texts(value, names=not names and key in by_name)
        for key, value in schema.items()
        if key not in left_out
    }


class _Comparison:
    """Compares two schemas: each value of the writer's has to fit the reader's."""

    def __init__(self, recorded: Schema, present: Schema, side: Side) -> None:
        self._side = side
        self._writer, self._reader = (recorded, present) if side == "input" else (present, recorded)
        self._under_way: set[tuple[str, str]] = set()

    def run(self) -> Iterator[Break]:
        return self._fits(self._writer, self._reader, "", 0)

    def _fits(self, writer: Any, reader: Any, path: str, depth: int) -> Iterator[Break]:
        if depth > _MAX_DEPTH:
            yield Break(path, "it is nested too deeply to be compared.")
            return
        pair = (_canonical(writer), _canonical(reader))
        if pair in self._under_way:  # a type that contains itself
            return
        self._under_way.add(pair)
        try:
            writer, reader = _resolved(writer, self._writer), _resolved(reader, self._reader)
            if reader is None or writer is None:
                yield Break(path, "it refers to a definition that is missing.")
            elif _says_nothing(reader):
                return
            else:
                yield from self._compared(writer, reader, path, depth + 1)
        finally:
            self._under_way.discard(pair)

    def _compared(self, writer: Schema, reader: Schema, path: str, depth: int) -> Iterator[Break]:
        if len(options := _options(writer, self._writer)) > 1:
            for option in options:
                yield from self._fits(option, reader, path, depth)
            return
        [writer] = options
        readers = _options(reader, self._reader)
        if len(readers) == 1:
            yield from self._plain(writer, readers[0], path, depth)
            return
        if _is_exclusive(reader):
            if _canonical(writer) not in map(_canonical, readers):
                yield Break(path, "which of its alternatives fits cannot be told.")
            return
        tried = [list(self._fits(writer, option, path, depth)) for option in readers]
        if all(tried):
            closest = min(tried, key=len)
            kind = _kind(writer)
            same_kind = [
                found for found, option in zip(tried, readers, strict=True)
                if _kind(_resolved(option, self._reader) or {}) == kind
            ]  # fmt: skip
            yield from min(same_kind, key=len) if same_kind else self._narrowed(path, kind, closest)

    def _narrowed(self, path: str, kind: str, closest: list[Break]) -> Iterator[Break]:
        verb = "is no longer taken" if self._side == "input" else "was never given before"
        yield Break(path, f"{kind} {verb}.") if kind else closest[0]

    def _plain(self, writer: Any, reader: Any, path: str, depth: int) -> Iterator[Break]:
        writer, reader = _resolved(writer, self._writer), _resolved(reader, self._reader)
        if writer is None or reader is None:
            yield Break(path, "it refers to a definition that is missing.")
            return
        if "enum" in reader or "const" in reader or "enum" in writer or "const" in writer:
            yield from self._values(writer, reader, path)
            return
        if (problem := self._type(writer, reader, path)) is not None:
            yield problem
            return
        yield from self._bounds(writer, reader, path, depth)
        yield from self._object(writer, reader, path, depth)
        yield from self._array(writer, reader, path, depth)

    def _values(self, writer: Schema, reader: Schema, path: str) -> Iterator[Break]:
        given, taken = _listed(writer), _listed(reader)
        if given is None:
            yield Break(path, self._changed("any value", "one of a list"))
        elif set(reader) - _TEXTS - {"type", "enum", "const"}:
            yield Break(path, self._changed("one of a list", "limited otherwise"))
        elif taken is not None:
            kept = {json.dumps(value) for value in taken if _has_type(value, reader.get("type"))}
            for value in given:
                if json.dumps(value) not in kept:
                    gone = "is no longer taken" if self._side == "input" else "was never given before"
                    yield Break(path, f"the value {json.dumps(value, ensure_ascii=False)} {gone}.")
        elif any(not _has_type(value, reader.get("type")) for value in given):
            yield Break(path, self._changed("one of a list", str(reader.get("type"))))

    def _type(self, writer: Schema, reader: Schema, path: str) -> Break | None:
        given, taken = writer.get("type"), reader.get("type")
        if taken is None or given == taken or (given, taken) == ("integer", "number"):
            return None
        return Break(path, self._changed(str(given or "any type"), str(taken)))

    def _bounds(self, writer: Schema, reader: Schema, path: str, depth: int) -> Iterator[Break]:
        for key in sorted(reader.keys() - _TEXTS - _STRUCTURE):
            given, taken = writer.get(key), reader[key]
            if key in _LEAST and _number(given) and _number(taken) and given >= taken:
                continue
            if key in _MOST and _number(given) and _number(taken) and given <= taken:
                continue
            if key == "propertyNames":
                yield from self._fits(writer.get(key, {}), taken, f"{path} (names)".strip(), depth)
            elif key == "patternProperties":
                yield from self._patterns(given, taken, path, depth)
            elif key not in writer or not self._alike(given, taken):
                change = self._changed(_shown(given), _shown(taken)).removeprefix("it ")
                yield Break(path, f"{key} {change}")

    def _patterns(self, given: Any, taken: Schema, path: str, depth: int) -> Iterator[Break]:
        """Compare the schemas of fields whose names fit a pattern."""
        given = given or {}
        for pattern in sorted(taken):
            yield from self._fits(given.get(pattern, {}), taken[pattern], _at(path, f"/{pattern}/"), depth)

    def _alike(self, given: Any, taken: Any) -> bool:
        """Return whether two schemas are the same, with the definitions to which they refer."""
        return _meaning(given, self._writer) == _meaning(taken, self._reader)

    def _object(self, writer: Schema, reader: Schema, path: str, depth: int) -> Iterator[Break]:
        given, taken = writer.get("properties") or {}, reader.get("properties") or {}
        must, gives = set(reader.get("required") or ()), set(writer.get("required") or ())
        for name in sorted(must - gives):
            yield Break(_at(path, name), self._missing(name in given))
        for name in sorted(given.keys() - taken.keys()):
            yield from self._beside(given[name], reader, _at(path, name), depth, lost=self._side == "input")
        for name in sorted(taken.keys() - given.keys() - must):
            if self._side == "output":
                yield Break(_at(path, name), "the field was removed.")
            elif isinstance(others := writer.get("additionalProperties"), Mapping):
                yield from self._fits(others, taken[name], _at(path, name), depth)
        for name in sorted(given.keys() & taken.keys()):
            yield from self._fits(given[name], taken[name], _at(path, name), depth)
        yield from self._others(writer, reader, path, depth)

    def _missing(self, known: bool) -> str:
        if self._side == "input":
            return "it is required now." if known else "the field is new, and it is required."
        return "it is not always there now." if known else "the field was removed."

    def _beside(self, given: Any, reader: Schema, path: str, depth: int, *, lost: bool) -> Iterator[Break]:
        """Compare a field that the reader does not name."""
        others = reader.get("additionalProperties", True)
        if lost:
            yield Break(path, "the field was removed.")
        elif others is False:
            yield Break(path, "the field is new, and readers refuse new fields.")
        elif isinstance(others, Mapping):
            yield from self._fits(given, others, path, depth)

    def _others(self, writer: Schema, reader: Schema, path: str, depth: int) -> Iterator[Break]:
        given, taken = writer.get("additionalProperties", True), reader.get("additionalProperties", True)
        if taken is True or writer.get("type") not in (None, "object"):
            return
        patterns = [(each.get("patternProperties") or {}).keys() for each in (writer, reader)]
        if patterns[0] - patterns[1]:
            yield Break(path, "the fields whose names fit a pattern cannot be compared.")
        elif given is False:
            return
        elif taken is False:
            yield Break(path, "further fields are refused now." if self._side == "input" else
                        "it may have further fields now.")  # fmt: skip
        else:
            yield from self._fits({} if given is True else given, taken, f"{path}.*".lstrip("."), depth)

    def _array(self, writer: Schema, reader: Schema, path: str, depth: int) -> Iterator[Break]:
        if "prefixItems" in reader or "prefixItems" in writer:
            if not all(self._alike(writer.get(key), reader.get(key)) for key in ("prefixItems", "items")):
                yield Break(path, "the items of the tuple have changed.")
        elif "items" in reader:
            yield from self._fits(writer.get("items", {}), reader["items"], f"{path}[]", depth)

    def _changed(self, writer: str, reader: str) -> str:
        recorded, present = (writer, reader) if self._side == "input" else (reader, writer)
        return f"it was {recorded}, and is {present} now."


def _resolved(schema: Any, root: Schema) -> Schema | None:
    """Return a schema without a reference at its top; None for one that leads nowhere."""
    for _ in range(_MAX_DEPTH):
        if schema is True:
            return {}
        if not isinstance(schema, Mapping):
            return None
        if "$ref" not in schema:
            return schema
        target = root.get("$defs", {}).get(str(schema["$ref"]).rpartition("/")[2])
        if target is None:
            return None
        schema = _both(target, {key: value for key, value in schema.items() if key not in ("$ref", *_TEXTS)})
    return None


def _meaning(schema: Any, root: Schema) -> str:
    """Return a text that is the same for schemas that say the same, wherever they refer to."""
    reached: dict[str, Any] = {}
    left = [schema]
    while left:
        for name in _REFERENCE.findall(json.dumps(left.pop())):
            if name not in reached:
                reached[name] = root.get("$defs", {}).get(name.rpartition("/")[2])
                left.append(reached[name])
    return _canonical([schema, sorted(reached), [reached[name] for name in sorted(reached)]])


def _is_exclusive(schema: Schema) -> bool:
    """Return whether a value that fits two of the alternatives is refused."""
    members = [*(schema.get("anyOf") or ()), *(schema.get("oneOf") or ())]
    within = any(isinstance(each, Mapping) and _is_exclusive(each) for each in members)
    return within or ("oneOf" in schema and "discriminator" not in schema)


def _says_nothing(schema: Schema) -> bool:
    return not schema.keys() - _TEXTS


def _options(schema: Schema, root: Schema, depth: int = 0) -> list[Any]:
    """Return the alternatives of a union, each with what stands beside it; any other schema has itself."""
    for key in ("anyOf", "oneOf"):
        if key in schema:
            if depth > _MAX_UNIONS:
                return [_NOWHERE]
            beside = {name: value for name, value in schema.items() if name not in (key, *_TEXTS)}
            members = [_resolved(_both(each, beside), root) for each in schema[key]]
            return [
                option
                for each in members
                for option in _options(_NOWHERE if each is None else each, root, depth + 1)
            ]
    if isinstance(schema.get("type"), list):
        return [{**schema, "type": each} for each in schema["type"]]
    return [schema]


def _both(schema: Any, beside: Schema) -> Schema:
    """Return a schema of the values that fit both."""
    if not isinstance(schema, Mapping):
        schema = {} if schema is True else _NOWHERE
    if any(key in schema and schema[key] != value for key, value in beside.items()):
        return {"allOf": [schema, beside]}
    return {**schema, **beside}


def _kind(schema: Any) -> str:
    return str(schema.get("type", "")) if isinstance(schema, Mapping) else ""


def _listed(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return list(schema["enum"]) if "enum" in schema else None


_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "null": (type(None),),
    "object": (dict,), "array": (list,),
}  # fmt: skip


def _has_type(value: Any, name: Any) -> bool:
    if name is None:
        return True
    if isinstance(value, bool):
        return bool(name == "boolean")
    return isinstance(value, _TYPES.get(name, ()))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    return "not limited" if value is None else json.dumps(value, ensure_ascii=False)[:80]


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
