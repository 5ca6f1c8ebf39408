"""Base of the checks of a workflow: its declaration, and the mistakes found so far."""

import difflib
import re
import types
from collections.abc import Iterable
from typing import Annotated, Any, Union, get_args, get_origin

from engine.authoring.nodes import Node
from engine.authoring.personal import PersonalMark
from engine.authoring.refs import Field, Ref
from engine.authoring.workflow import Workflow
from engine.compiler.paths import NoSuchField, fields_of, is_list, personal_at, type_at
from engine.compiler.types.declared_types import holds_personal
from engine.errors import DefinitionError
from engine.model.definition.spec import AlertSpec
from engine.model.people import REFERENCE
from engine.model.values.durations import InvalidDuration, seconds

_CHANNEL = re.compile(r"#[\w-]+|[CG][A-Z0-9]{2,}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_MAX_NAME_LENGTH = 100
MAX_COUNT = 10_000
"""Runs, steps or answers that an option can ask for."""
_MODULE = re.compile(r"\bsignoff_workflow_\w+\.")
_AS_WRITTEN = (
    (re.compile(r"<(?:class|enum) '([\w.<>]*?)(\w+)'>"), r"the class \2"),
    (re.compile(r"<function <lambda> at 0x[0-9a-f]+>"), "a lambda"),
    (re.compile(r"<function (?:[\w.<>]*\.)?(\w+) at 0x[0-9a-f]+>"), r"the function \1"),
    (re.compile(r"<built-in function (\w+)>"), r"the function \1"),
    (re.compile(r"<step ([\w-]+)>"), r"the step \1"),
    (re.compile(r" object at 0x[0-9a-f]+"), " object"),
)


class Checks:
    """`returns`: what each step gives, as its annotation says."""

    def __init__(self, workflow: Workflow, file: str | None) -> None:
        self.options, self.nodes, self.file = workflow.options, workflow.nodes, file
        self.location = workflow.location
        self.names = [node.name for node in workflow.nodes]
        self.errors: list[DefinitionError] = []
        self.returns: dict[str, Any] = {}
        self.alerts: AlertSpec | None = None
        """The workflow's, on which those of its steps build."""

    def error(self, problem: str, remedy: str, node: Node | None = None) -> None:
        self.errors.append(
            DefinitionError(
                replacement_for(problem),
                remedy=replacement_for(remedy),
                workflow=str(self.options.name),
                step=str(node.name) if node else None,
                file=(node.location if node else self.location) or self.file,
            )
        )

    def refs(self, refs: Iterable[str], what: str, node: Node | None = None) -> None:
        for ref in refs:
            if not isinstance(ref, str) or not REFERENCE.fullmatch(ref) or ref in _EVERYONE_WORDS:
                self.error(
                    f"{what} names {ref!r}, which is not a group, a channel or a person.",
                    _meant_reference(ref),
                    node,
                )

    def channel(self, channel: str | None, node: Node | None = None) -> None:
        if channel is not None and not (
            isinstance(channel, str) and re.fullmatch(r"#[\w-]+|[CG][A-Z0-9]{2,}", channel)
        ):
            self.error(
                f"channel is {channel!r}, which is not a channel.",
                "Write it as #name or as the channel's id (C…).",
                node,
            )

    def duration(self, value: Any, what: str, node: Node | None, at_least: float = 0.001) -> float | None:
        if value is None:
            return None
        try:
            return seconds(value, at_least)
        except InvalidDuration as error:
            self.error(f"{what} {error.problem}.", error.remedy, node)
            return None

    def flag(self, value: Any, what: str, node: Node | None = None) -> None:
        """Refuse what is not True or False: "no" would count as true."""
        if not isinstance(value, bool):
            self.error(f"{what} is {value!r}.", "Use True or False.", node)

    def title(self, value: Any, node: Node | None = None) -> None:
        if value is not None and not (isinstance(value, str) and value.strip() and value.isprintable()):
            self.error(f"title is {value!r}.", "Give one line of text, or leave it out.", node)

    def name(self, value: Any, what: str, remedy: str, node: Node | None = None) -> None:
        """Names stand in commands, addresses and messages."""
        if not isinstance(value, str) or not _NAME.fullmatch(value) or len(value) > _MAX_NAME_LENGTH:
            self.error(f"{_short(value)} can't be a {what}'s name.", remedy, node)

    def path(
        self, node: Node | None, step: str, path: tuple[str, ...], where: str, *, personal: bool = False
    ) -> Any:
        """The type at the end of a path; `Any` where the types cannot tell, or where it is wrong."""
        kind = self.options.input if step == "input" else self.returns.get(step, Any)
        return self.path_in(kind, node, step, path, where, personal=personal)

    def path_in(
        self,
        kind: Any,
        node: Node | None,
        step: str,
        path: tuple[str, ...],
        where: str,
        *,
        personal: bool = False,
    ) -> Any:
        """As `path`, in a value of this type. `step`: what the path calls it.

        `personal`: the value is handed on sealed, so that it may be personal data.
        """
        try:
            found = personal_at(kind, path)
            if found == "inside" or (found and not personal):
                full = ".".join((step, *path))
                self.error(f"{where} names {full}, which is or holds personal data.", PERSONAL_REMEDY, node)
                return Any
            end = type_at(kind, path)
            return Annotated[end, PersonalMark()] if found and not holds_personal(end) else end
        except NoSuchField as error:
            full_path, giver = ".".join((step, *path)), "the input" if step == "input" else step
            if error.name == "output" and path[:1] == ("output",):
                has = "has no field output"
                remedy = f"Leave out output: write {'.'.join((step, *path[1:]))}."
            elif is_list(error.kind) and error.known:
                has, remedy = f"has no item {error.name}", f"Count its items from 0, as in {step}.0."
            elif error.known:
                has, remedy = f"has no field {error.name}", did_you_mean(error.name, error.known)
            else:
                has = "has no fields"
                remedy = _beside(kind, step, path) or (
                    f"Name {step} alone, or let {giver} be a model with that field."
                )
            self.error(f"{where} names {full_path}, but {type_name(error.kind)} {has}.", remedy, node)
            return Any


_MAX_BESIDE = 10
PERSONAL_REMEDY = (
    "Name a field that is not personal. A function step can take personal data, as can the input of another "
    "workflow whose field is marked with Personal."
)


def _beside(kind: Any, step: str, path: tuple[str, ...]) -> str:
    """Return the remedy where a path goes on after a plain field: that field, and those beside it."""
    depth = next(depth for depth in range(len(path)) if not _reaches(kind, path[: depth + 1]))
    if not depth:
        return ""
    owner = ".".join((step, *path[: depth - 1]))
    alone = f"Name {owner}.{path[depth - 1]} alone"
    beside = [*(fields_of(type_at(kind, path[: depth - 1])) or ())]
    more = f" and {len(beside) - _MAX_BESIDE} more" if len(beside) > _MAX_BESIDE else ""
    return (
        f"{alone}, or a field of {owner}: {', '.join(beside[:_MAX_BESIDE])}{more}." if beside else f"{alone}."
    )


def _reaches(kind: Any, path: tuple[str, ...]) -> bool:
    try:
        type_at(kind, path)
    except NoSuchField:
        return False
    return True


def is_count(value: Any) -> bool:
    """Return whether an option is a whole number of runs, steps or answers."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_COUNT


_EVERYONE_WORDS = ("@here", "@channel", "@everyone")
_REFERENCES = (
    "Write a group as @handle, everybody in a channel as #name, and a person as the member id (U…), "
    "never by display name."
)


def _meant_reference(ref: Any) -> str:
    """The remedy for what names nobody."""
    if isinstance(ref, Ref):
        return f'Write "{{{ref.name}}}", or the field that says who.'
    if isinstance(ref, Field):
        return f'Write "{{{str(repr(ref)).replace(".output", "", 1)}}}".'
    if not isinstance(ref, str):
        return _REFERENCES
    if ref in _EVERYONE_WORDS:
        return "Name a user group, or the channel as #name."
    if "{" in ref or "}" in ref:
        return 'Write "{step.field}" with nothing beside it; the field says who.'
    parts = [part for part in re.split(r"[,;\s]+", ref.replace("@", " @")) if part]
    if len(parts) > 1 and all(REFERENCE.fullmatch(part) for part in parts):
        return "Write them as a list: [" + ", ".join(f'"{part}"' for part in parts) + "]."
    if match := re.fullmatch(r"<[@#!](?:subteam\^)?([A-Z0-9]+)(?:\|.*)?>", ref):
        return f"Write {match[1]}." if match[1][0] in "UW" else _REFERENCES
    if REFERENCE.fullmatch(ref.strip()):
        return f"Did you mean {ref.strip()}?"
    if re.fullmatch(r"u[a-z0-9]{6,}", ref) and any(map(str.isdigit, ref)):
        return f"Did you mean {ref.upper()}?"
    if re.fullmatch(r"[a-z][a-z0-9_-]*", ref):
        return f"Did you mean the group @{ref}? {_REFERENCES}"
    return _REFERENCES


def replacement_for(text: str) -> str:
    """Without the names that modules and objects have in memory only."""
    text = _MODULE.sub("", text)
    for pattern, replacement in _AS_WRITTEN:
        text = pattern.sub(replacement, text)
    return text


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def did_you_mean(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known) or 'none'}."


def without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [member for member in get_args(annotation) if member is not type(None)]
        return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007 - made at run time
    return annotation


_MODULES = re.compile(r"(?<![\w.'\"])(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_])")


def type_name(kind: Any) -> str:
    """Return a type as its author writes it, without the modules in which its parts are defined."""
    return kind.__name__ if isinstance(kind, type) and not get_args(kind) else _MODULES.sub("", str(kind))


def first_line(error: Exception) -> str:
    """Return the text of an error, in one line and without addresses of other people's pages."""
    return replacement_for(str(error).strip().splitlines()[0]) if str(error).strip() else type(error).__name__
