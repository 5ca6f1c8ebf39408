"""Earlier versions of a workflow's input: their checks, and what makes a value of one a value of the next."""

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.authoring.earlier_inputs import EarlierInput
from engine.compiler.definition.checks import Checks, type_name
from engine.compiler.definition.round_trip import Codec
from engine.compiler.requests.form_schema import form_schema
from engine.compiler.types.model_adapters import input_adapter
from engine.kernel.facts import template_paths, templates_in
from engine.model.definition.spec import EarlierInputSpec

MAX_EARLIER = 20
OLD = "old"
"""Name of the value in a mapping."""
_WRITE = "Write earlier_inputs=[EarlierInput(version=1, model=BillV1, becomes=to_bill)]."


@dataclass(frozen=True)
class EarlierVersion:
    """One version that the workflow still takes. `by`: the name of the function; empty for a mapping."""

    version: int
    codec: Codec
    schema: Mapping[str, Any]
    becomes: Callable[[Any], Any] | Mapping[str, Any]
    by: str

    @property
    def spec(self) -> EarlierInputSpec:
        return EarlierInputSpec(version=self.version, by=self.by)


def earlier_versions(checks: Checks) -> tuple[EarlierVersion, ...]:
    """Return the earlier versions of the input, oldest first. Mistakes go to the checks."""
    declared = checks.options.earlier_inputs
    if not declared or not _listed(checks, declared):
        return ()
    in_order = sorted(declared, key=lambda each: each.version)
    versions = []
    for each, following in zip(in_order, [*in_order[1:], None], strict=True):
        following_model = checks.options.input if following is None else following.model
        if (version := _version(checks, each, following_model)) is not None:
            versions.append(version)
    return tuple(versions)


def _listed(checks: Checks, declared: tuple[Any, ...]) -> bool:
    """Return whether the list as a whole is as it should be."""
    before = len(checks.errors)
    for each in declared:
        if not isinstance(each, EarlierInput):
            checks.error(f"earlier_inputs has {each!r}, which is not an EarlierInput.", _WRITE)
        elif not isinstance(each.version, int) or isinstance(each.version, bool) or each.version < 1:
            checks.error(
                f"The version of an earlier input is {each.version!r}.", "Give a whole number from 1 on."
            )
    if len(checks.errors) > before:
        return False
    numbers = [each.version for each in declared]
    for number in sorted({each for each in numbers if numbers.count(each) > 1}):
        checks.error(f"earlier_inputs has the version {number} twice.", "Remove one of them.")
    if len(declared) > MAX_EARLIER:
        checks.error(f"earlier_inputs has {len(declared)} versions.", f"Keep at most {MAX_EARLIER}.")
    if checks.options.input is None:
        checks.error("earlier_inputs is given, but runs take no input.", "Give input=, or leave it out.")
    if any(getattr(each, "debounce", None) for each in checks.options.triggers):
        checks.error(
            "earlier_inputs is given, and a trigger has debounce=.",
            "Remove one of them: of a burst, the log would not say which version its input had.",
        )
    return len(checks.errors) == before


def _version(checks: Checks, declared: EarlierInput, following: Any) -> EarlierVersion | None:
    what = f"model of earlier_inputs version {declared.version}"
    before = len(checks.errors)
    adapter = input_adapter(checks, what, declared.model)
    if isinstance(declared.becomes, Mapping):
        by = ""
        _check_mapping(checks, declared, declared.becomes, following)
    else:
        by = getattr(declared.becomes, "__name__", "")
        _check_function(checks, declared, following)
    if adapter is None or len(checks.errors) > before:
        return None
    return EarlierVersion(declared.version, Codec(adapter), form_schema(adapter), declared.becomes, by)


def _check_mapping(
    checks: Checks, declared: EarlierInput, becomes: Mapping[str, Any], following: Any
) -> None:
    known = list(getattr(following, "model_fields", becomes))
    for name in becomes:
        if name not in known:
            checks.error(
                f"becomes of version {declared.version} gives {name!r}, which the next version has not.",
                f"Its fields are: {', '.join(known)}.",
            )
    for template in templates_in(becomes):
        for path in _paths(checks, declared, template):
            first, *rest = path.split(".")
            if first != OLD or not rest:
                checks.error(
                    f"becomes of version {declared.version} names {{{path}}}.",
                    "Name a field of the earlier input, as in {old.customer}.",
                )
            else:
                checks.path_in(declared.model, None, OLD, tuple(rest), "becomes", personal=True)


def _paths(checks: Checks, declared: EarlierInput, template: str) -> list[str]:
    try:
        return template_paths(template)
    except ValueError:
        checks.error(
            f"becomes of version {declared.version} has {template!r}, which is not a template.",
            "Name a field of the earlier input, as in {old.customer}.",
        )
        return []


def _check_function(checks: Checks, declared: EarlierInput, following: Any) -> None:
    function, version = declared.becomes, declared.version
    if not inspect.isfunction(function) or inspect.iscoroutinefunction(function):
        kind = "an async function" if inspect.iscoroutinefunction(function) else repr(function)
        checks.error(
            f"becomes of version {version} is {kind}.",
            "Give a plain function (def), or a mapping with {old.field}.",
        )
        return
    parameters = list(inspect.signature(function).parameters.values())
    if len(parameters) != 1 or parameters[0].kind is parameters[0].KEYWORD_ONLY:
        checks.error(
            f"{function.__name__}, the becomes of version {version}, takes {len(parameters)} parameters.",
            "Let it take one: the value of the earlier version.",
        )
        return
    try:
        hints = typing.get_type_hints(function)
    except (NameError, TypeError):  # names of types that are known where the function was written alone
        hints = {}
    taken, returned = hints.get(parameters[0].name, Any), hints.get("return", Any)
    for kind, wanted, verb in ((taken, declared.model, "takes"), (returned, following, "returns")):
        if inspect.isclass(kind) and inspect.isclass(wanted) and kind not in (wanted, dict, Any):
            checks.error(
                f"{function.__name__}, the becomes of version {version}, {verb} {type_name(kind)}.",
                f"It has to {verb.removesuffix('s')} {type_name(wanted)}.",
            )
