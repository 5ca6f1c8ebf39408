"""What every check of a declared workflow works with: the declaration, and the mistakes found so far."""

import difflib
import re
import types
from collections.abc import Iterable
from typing import Any, Union, get_args, get_origin

from engine.compiling.paths import NoSuchField, is_list, type_at
from engine.definition import Node, Workflow
from engine.durations import seconds
from engine.errors import DefinitionError
from engine.people import REFERENCE

_CHANNEL = re.compile(r"#[\w-]+|[CG][A-Z0-9]{2,}")


class Checks:
    """`returns`: what each step gives, as its annotation says."""

    def __init__(self, workflow: Workflow, file: str | None) -> None:
        self.options, self.nodes, self.file = workflow.options, workflow.nodes, file
        self.place = workflow.place
        self.names = [node.name for node in workflow.nodes]
        self.errors: list[DefinitionError] = []
        self.returns: dict[str, Any] = {}

    def error(self, problem: str, remedy: str, node: Node | None = None) -> None:
        self.errors.append(
            DefinitionError(
                problem,
                remedy=remedy,
                workflow=str(self.options.name),
                step=node.name if node else None,
                file=(node.place if node else self.place) or self.file,
            )
        )

    def refs(self, refs: Iterable[str], what: str, node: Node | None = None) -> None:
        for ref in refs:
            if not isinstance(ref, str) or not REFERENCE.fullmatch(ref):
                self.error(
                    f"{what} names {ref!r}, which is not a group, a channel or a person.",
                    "Write a group as @handle, everybody in a channel as #name, and a person as the member "
                    "id (U…), never by display name.",
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

    def duration(self, value: Any, what: str, node: Node | None) -> float | None:
        if value is None:
            return None
        try:
            return seconds(value)
        except ValueError as error:
            self.error(f"{what}: {error}", 'Give it as in "4h", or as a timedelta.', node)
            return None

    def path(self, node: Node, step: str, path: tuple[str, ...], where: str) -> Any:
        """The type at the end of a path; `Any` where the types cannot tell, or where it is wrong."""
        kind = self.options.input if step == "input" else self.returns.get(step, Any)
        try:
            return type_at(kind, path)
        except NoSuchField as error:
            whole, giver = ".".join((step, *path)), "the input" if step == "input" else step
            if is_list(error.kind):
                has, remedy = f"has no item {error.name}", f"Count its items from 0, as in {step}.0."
            elif error.known:
                has, remedy = f"has no field {error.name}", did_you_mean(error.name, error.known)
            else:
                has, remedy = (
                    "has no fields",
                    f"Name {step} alone, or let {giver} be a model with that field.",
                )
            self.error(f"{where} names {whole}, and {named(error.kind)} {has}.", remedy, node)
            return Any


def did_you_mean(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known) or 'none'}."


def without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [one for one in get_args(annotation) if one is not type(None)]
        return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007 - made at run time
    return annotation


def named(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) and not get_args(kind) else str(kind)


def first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
