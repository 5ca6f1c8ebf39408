"""Contracts that break between two versions of workflow files, from the JSON of `signoff check`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

JSON = dict[str, Any]
MAX_RUNS_NAMED = 5


def breaks(before: Mapping[str, JSON], after: Mapping[str, JSON]) -> list[str]:
    """Return what runs under way, schedules and callers lose, by workflow. The values are contracts."""
    lines = []
    for name, old in before.items():
        if name not in after:
            lines.append(f"{name}: the workflow is gone.")
            continue
        new = after[name]
        lines += [f"{name}: {line}" for line in (*_of_input(old, new), *_of_nodes(old, new))]
    return lines


def _of_input(before: JSON, after: JSON) -> Iterator[str]:
    old, new = before["input"], after["input"]
    if old == new:
        return
    if old is None:
        if new.get("required"):
            yield f"it takes input now, and needs {', '.join(new['required'])}."
        return
    if new is None:
        yield "it no longer takes input."
        return
    yield from _of_fields(old, new, "the input")


def _of_fields(old: JSON, new: JSON, what: str) -> Iterator[str]:
    fields, later = old.get("properties", {}), new.get("properties", {})
    needed, newly = set(old.get("required", ())), set(new.get("required", ()))
    for field, schema in fields.items():
        if field not in later:
            yield f"{what} no longer has the field {field}."
        elif _types(schema, old) != _types(later[field], new):
            yield f"the field {field} of {what} has another type."
        elif field in newly - needed:
            yield f"{what} needs {field} now."
    for field in sorted(newly - fields.keys()):
        yield f"{what} needs the new field {field}."


def _types(schema: Any, root: JSON) -> Any:
    """Return a schema without its texts and defaults, with what it refers to in its place."""
    if isinstance(schema, list):
        return [_types(each, root) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(reference := schema.get("$ref"), str):
        return reference, root.get("$defs", {}).get(reference.rpartition("/")[2])
    left_out = ("title", "description", "default", "examples")
    return {key: _types(value, root) for key, value in schema.items() if key not in left_out}


def _of_nodes(before: JSON, after: JSON) -> Iterator[str]:
    for name, old in before["nodes"].items():
        new = after["nodes"].get(name)
        if new is None:
            yield f"the {old['kind']} {name} is gone."
        elif new["kind"] != old["kind"]:
            yield f"{name} is a {new['kind']} now; it was a {old['kind']}."
        elif new["types"] != old["types"]:
            yield f"the types of the step {name} have changed."
        elif new["form"] != old["form"]:
            if old["form"] is None or new["form"] is None:
                yield f"the approval {name} has {'no form any more' if old['form'] else 'a form now'}."
            else:
                yield from _of_fields(old["form"], new["form"], f"the form of {name}")


def needs(unsettled: Iterable[JSON], after: Mapping[str, JSON]) -> list[str]:
    """Return what runs under way need of the newer files to go on."""
    runs: dict[str, list[str]] = {}
    for step in unsettled:
        if need := _need(step, after):
            runs.setdefault(need, []).append(step["run"])
    return [f"{_named(ids)} {need}" for need, ids in runs.items()]


def _need(step: JSON, after: Mapping[str, JSON]) -> str:
    workflow, name = step["workflow"], step["step"]
    if workflow not in after:
        return f"the workflow {workflow}. Restore it, or cancel the runs."
    node = after[workflow]["nodes"].get(name)
    if node is None or node["kind"] != "step":
        return f"the step {name} of {workflow}. Restore it, or cancel the runs."
    comparable = _rule(step["types"]) == _rule(node["types"])  # an earlier release recorded another digest
    if comparable and node["types"] != step["types"]:
        return f"the earlier types of {workflow}'s step {name}. Restore them, or cancel the runs."
    return ""


def _rule(digest: str) -> str:
    return digest.partition(":")[0] if ":" in digest else ""


def _named(ids: list[str]) -> str:
    several = list(dict.fromkeys(ids))
    more = f" and {len(several) - MAX_RUNS_NAMED} more" if len(several) > MAX_RUNS_NAMED else ""
    return f"{', '.join(several[:MAX_RUNS_NAMED])}{more} need{'s' if len(several) == 1 else ''}"
