"""Operations that Signoff itself executes as steps, as data. They are part of a workflow's version."""

import json
import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from engine.errors import CannotAsk
from engine.model.text.template import PATH, json_type_name, short_repr, value_at
from engine.model.values.frozen import Frozen

ExitAction = Literal["ok", "retry", "ask", "fail"]
_PART = re.compile(rf"(\{{\{{|\}}\}})|\{{({PATH.pattern.replace('(', '(?:')})\}}|([^{{}}]+)|(.)")


def parts(template: str) -> list[tuple[str, bool]]:
    """Return the texts and the paths of a template, in order; with each, whether it is a path.

    `{{` and `}}` are braces. Raises `ValueError` for a brace that holds no path.
    """
    found = []
    for brace, path, text, stray in _PART.findall(template):
        if stray:
            raise ValueError("Write {step.field} for a value, and {{ or }} for a brace.")
        found.append((path or text or brace[0], bool(path)))
    return found


def paths_of(template: str) -> list[str]:
    """Return the paths that a template names. Raises `ValueError`."""
    return [part for part, is_path in parts(template) if is_path]


class CommandSpec(Frozen):
    """A program that a step executes, without a shell."""

    kind: Literal["command"] = "command"
    argv: tuple[str, ...]
    """Templates. Each makes exactly one argument."""
    env: tuple[str, ...] = ()
    """`NAME` of a variable that is passed on, or `NAME=value`."""
    cwd: str = ""
    """Working folder, from the folder of the run; empty: that folder."""
    stdin: str = ""
    """Template."""
    exit_codes: dict[str, ExitAction] = Field(default_factory=dict)
    memory_mb: int | None = None
    output_kb: int = 64

    @property
    def templates(self) -> Iterator[tuple[str, str]]:
        """Every text with paths in it, with the option that has it."""
        yield from ((f"argv[{number}]", text) for number, text in enumerate(self.argv))
        yield "stdin", self.stdin

    @property
    def argument_places(self) -> Collection[str]:
        """The options whose values must be texts or numbers."""
        return [f"argv[{number}]" for number in range(len(self.argv))]

    def arguments(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> list[str]:
        """Return the program and its arguments. Raises `CannotAsk` for a value that makes no argument.

        `later`: nodes whose values are not known yet; their paths stay as they are written.
        """
        arguments = []
        for number, template in enumerate(self.argv):
            place = f"argv[{number}]"
            if "--" not in self.argv[1:number]:
                _refuse_option(place, template, scope, later)
            arguments.append(_text(place, template, scope, later))
        return arguments

    def input_text(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> str:
        """Return the text that the program reads. Raises `CannotAsk` for a value that is missing."""
        return _filled("stdin", self.stdin, scope, later, _as_json)

    def shown(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> Iterator[tuple[str, str]]:
        """Return what approvers see of it: labels and texts. Raises `CannotAsk`."""
        yield "executes", shlex.join(self.arguments(scope, later))
        if self.stdin:
            yield "reads", self.input_text(scope, later)


OperationSpec = CommandSpec


def _refuse_option(place: str, template: str, scope: Mapping[str, Any], later: Collection[str]) -> None:
    """Raise `CannotAsk` for a value that the program could read as an option."""
    path, is_path = next(iter(parts(template)), ("", False))
    if not is_path or path.split(".")[0] in later:
        return
    value = value_at(path, scope)
    if isinstance(value, str) and value.startswith("-"):
        raise CannotAsk(
            f"{place} begins with {{{path}}}, which is {short_repr(value)}: the program could read it as an "
            'option. Put "--" before it in argv, or a text such as "./" in front of it.'
        )


def _text(place: str, template: str, scope: Mapping[str, Any], later: Collection[str]) -> str:
    text = _filled(place, template, scope, later, _as_argument)
    if "\0" in text:
        raise CannotAsk(f"{place} is {template!r}: a value in it has a NUL character.")
    return text


def _filled(place: str, template: str, scope: Mapping[str, Any], later: Collection[str], worded: Any) -> str:
    filled = []
    for part, is_path in parts(template):
        if not is_path:
            filled.append(part)
        elif part.split(".")[0] in later:
            filled.append(f"{{{part}}}")
        else:
            filled.append(worded(place, part, value_at(part, scope)))
    return "".join(filled)


def _as_argument(place: str, path: str, value: Any) -> str:
    if value is None or isinstance(value, Mapping | list):
        raise CannotAsk(f"{place}: {{{path}}} is {json_type_name(value)}. Name a text or a number.")
    return _as_json(place, path, value)


def _as_json(place: str, path: str, value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
