"""Operations that Signoff itself executes as steps, as data. They are part of a workflow's version."""

import json
import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from pydantic import Field

from engine.errors import CannotAsk
from engine.model.definition.decisions import DecisionSpec
from engine.model.definition.plans import ActionsSpec, PlanSpec
from engine.model.text.template import PATH, json_type_name, short_repr, texts_in, value_at
from engine.model.values.frozen import Frozen

ExitAction = Literal["ok", "retry", "ask", "fail"]
Place = Literal["process", "sandbox", "container", "tmux"]
ISOLATED = ("sandbox", "container")
"""The places that see a part of the machine alone."""
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
    secret_env: dict[str, str] = Field(default_factory=dict)
    """By variable: the name of the secret that it holds."""
    cwd: str = ""
    """Working folder, from the folder of the run; empty: that folder."""
    stdin: str = ""
    """Template."""
    exit_codes: dict[str, ExitAction] = Field(default_factory=dict)
    memory_mb: int | None = None
    output_kb: int = 64
    where: Place = "process"
    image: str = ""
    """Image of a container, by its digest."""
    reads: tuple[str, ...] = ()
    """Further paths that a sandbox or a container shows, read-only."""
    network: bool = False
    """True: a sandbox has the network of the machine, and a container that of its runtime."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"secret_env", "image"})

    @property
    def secrets(self) -> Collection[str]:
        """Names of the secrets that it needs."""
        return self.secret_env.values()

    @property
    def templates(self) -> Iterator[tuple[str, str]]:
        """Every text with paths in it, with the option that has it."""
        yield from ((f"argv[{number}]", text) for number, text in enumerate(self.argv))
        yield "stdin", self.stdin

    @property
    def argument_places(self) -> Collection[str]:
        """The options whose values must be texts or numbers."""
        return [f"argv[{number}]" for number in range(len(self.argv))]

    @property
    def place(self) -> str:
        """Where it executes, in words."""
        if self.where == "tmux":
            return "a tmux session"
        what = f"a container of {self.image}" if self.image else "a sandbox"
        network = "with the network" if self.network else "without a network"
        reads = f", which also reads {', '.join(self.reads)}" if self.reads else ""
        return f"{what} {network}{reads}"

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
        if self.where != "process":
            yield "executes in", self.place
        if self.stdin:
            yield "reads", self.input_text(scope, later)
        if self.secret_env:
            yield "gets secrets", "\n".join(f"{name}: {held}" for name, held in self.secret_env.items())


class HttpSpec(Frozen):
    """A request that a step sends over HTTP."""

    kind: Literal["http"] = "http"
    method: str
    url: str
    """Template; a value is percent-encoded, and never in front of the path."""
    payload: Any = None
    """JSON with templates; a text that is one path alone becomes the value itself."""
    body: str = ""
    """Template, instead of `payload`."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Templates by name."""
    secret_headers: dict[str, str] = Field(default_factory=dict)
    """By name: the variable that has the value, perhaps with a word such as `Bearer` before it."""
    statuses: dict[str, ExitAction] = Field(default_factory=dict)
    private: bool = False
    output_kb: int = 1000

    @property
    def secrets(self) -> Collection[str]:
        """Names of the secrets that it needs."""
        return [written.rpartition(" ")[2] for written in self.secret_headers.values()]

    @property
    def templates(self) -> Iterator[tuple[str, str]]:
        """Every text with paths in it, with the option that has it."""
        yield "url", self.url
        yield "body", self.body
        yield from texts_in(self.payload, "json")
        yield from ((f"headers.{name}", text) for name, text in self.headers.items())

    @property
    def argument_places(self) -> Collection[str]:
        """The options whose values must be texts or numbers."""
        return ["url", *(f"headers.{name}" for name in self.headers)]

    def address(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> str:
        """Return the address. Raises `CannotAsk` for a value that would make it another one."""
        address = _filled("url", self.url, scope, later, _as_address)
        before = self.url.partition("?")[0].split("/")
        for template, part in zip(before, address.partition("?")[0].split("/"), strict=True):
            if template != part and part in ("", ".", ".."):
                raise CannotAsk(f"url: {template} is {part!r}, which makes another address.")
        return address

    def content(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> str:
        """Return the body that is sent; empty for none. Raises `CannotAsk` for a value that is missing."""
        if self.payload is None:
            return _filled("body", self.body, scope, later, _as_json)
        return json.dumps(_json_of("json", self.payload, scope, later), ensure_ascii=False)

    def header_values(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> dict[str, str]:
        """Return the headers without the secret ones. Raises `CannotAsk`."""
        values = {}
        for name, template in self.headers.items():
            values[name] = _filled(f"headers.{name}", template, scope, later, _as_argument)
            if not values[name].isprintable():
                raise CannotAsk(
                    f"headers.{name} is {short_repr(values[name])}, which is not one line of text."
                )
        return values

    def shown(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> Iterator[tuple[str, str]]:
        """Return what approvers see of it: labels and texts. Raises `CannotAsk`."""
        yield "calls", f"{self.method} {self.address(scope, later)}"
        lines = [f"{name}: {value}" for name, value in self.header_values(scope, later).items()]
        lines += [f"{name}: {variable} (secret)" for name, variable in self.secret_headers.items()]
        if lines:
            yield "sends headers", "\n".join(lines)
        if content := self.content(scope, later):
            yield "sends", content


class SqlSpec(Frozen):
    """A statement that a step executes on a database."""

    kind: Literal["sql"] = "sql"
    url: str
    """Name of the secret that is the address."""
    query: str
    params: dict[str, Any] = Field(default_factory=dict)
    """JSON with templates by name; a text that is one path alone becomes the value itself."""
    write: bool = False
    max_rows: int = 1000
    output_kb: int = 1000

    @property
    def secrets(self) -> Collection[str]:
        """Names of the secrets that it needs."""
        return [self.url]

    @property
    def templates(self) -> Iterator[tuple[str, str]]:
        """Every text with paths in it, with the option that has it."""
        yield from texts_in(self.params, "params")

    @property
    def argument_places(self) -> Collection[str]:
        """The options whose values must be texts or numbers. A list is one too, as in `IN :ids`."""
        return ()

    def values(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> dict[str, Any]:
        """Return the parameters by name. Raises `CannotAsk` for a value that makes no parameter."""
        bound = {}
        for name, template in self.params.items():
            bound[name] = value = _json_of(f"params.{name}", template, scope, later)
            parts_of = value if isinstance(value, list) else [value]
            if any(isinstance(each, Mapping | list) for each in parts_of):
                raise CannotAsk(
                    f"params.{name} is {short_repr(value)}. Name a text, a number or a list of these."
                )
        return bound

    def shown(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> Iterator[tuple[str, str]]:
        """Return what approvers see of it: labels and texts. Raises `CannotAsk`."""
        yield "executes" if self.write else "reads with", self.query
        if bound := self.values(scope, later):
            lines = (f":{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in bound.items())
            yield "parameters", "\n".join(lines)
        yield "database", self.url


class ToolSpec(Frozen):
    """A function that a model may call."""

    name: str
    digest: str
    """SHA-256 of its source and of the types of its arguments."""
    approvers: tuple[str, ...] = ()
    """Groups and people who must approve each call; empty: it needs no approval."""


class BudgetSpec(Frozen):
    """Limits of an agent over all its turns; None: no limit."""

    calls: int = 20
    """Requests to the model."""
    tokens: int | None = None
    seconds: float | None = None
    money: float | None = None
    """US dollars."""


class AgentSpec(Frozen):
    """A turn of a model with tools: it goes on to the answer, or to a call that needs an approval."""

    kind: Literal["agent"] = "agent"
    model: str
    prompt: str = ""
    """Template; empty: it goes on where the turn before ended."""
    prompt_digest: str
    """SHA-256 of the template of the first turn."""
    output_digest: str
    """SHA-256 of the JSON schema of the answer."""
    tools: tuple[ToolSpec, ...] = ()
    budget: BudgetSpec = Field(default_factory=BudgetSpec)
    guards: tuple[str, ...] = ()
    """SHA-256 of the source of each function that may refuse the prompt or the answer."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"guards"})

    @property
    def secrets(self) -> Collection[str]:
        """Names of the secrets that it needs."""
        return ()

    @property
    def templates(self) -> Iterator[tuple[str, str]]:
        """Every text with paths in it, with the option that has it."""
        yield "prompt", self.prompt

    @property
    def argument_places(self) -> Collection[str]:
        """No text makes an argument."""
        return ()

    def prompt_text(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> str:
        """Return the prompt. Raises `CannotAsk` for a value that is missing."""
        return _filled("prompt", self.prompt, scope, later, _as_json)

    def shown(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> Iterator[tuple[str, str]]:
        """Return what approvers see of it: labels and texts. Raises `CannotAsk`."""
        yield "asks", self.model
        if self.prompt:
            yield "with the prompt", self.prompt_text(scope, later)
        if self.tools:
            lines = (
                f"{tool.name}, after an approval" if tool.approvers else tool.name for tool in self.tools
            )
            yield "may call", "\n".join(lines)


class ToolCallSpec(Frozen):
    """The call for which an agent's turn ended. It executes what people approved, and nothing else."""

    kind: Literal["tool"] = "tool"
    turn: str
    """The step whose output has the call."""
    tools: tuple[ToolSpec, ...]

    @property
    def secrets(self) -> Collection[str]:
        """Names of the secrets that it needs."""
        return ()

    @property
    def templates(self) -> Iterator[tuple[str, str]]:
        """Every text with paths in it, with the option that has it."""
        yield "tool", f"{{{self.turn}.tool}}"
        yield "arguments", f"{{{self.turn}.arguments}}"

    @property
    def argument_places(self) -> Collection[str]:
        """The options whose values must be texts or numbers."""
        return ("tool", "arguments")

    def call(self, scope: Mapping[str, Any]) -> tuple[str, str]:
        """Return the tool and its arguments as canonical JSON. Raises `CannotAsk`."""
        tool, arguments = (value_at(f"{self.turn}.{name}", scope) for name in ("tool", "arguments"))
        if tool not in [each.name for each in self.tools]:
            raise CannotAsk(f"tool: {short_repr(tool)} is not a tool that people may approve.")
        if not isinstance(arguments, str):
            raise CannotAsk(f"arguments: {{{self.turn}.arguments}} is {json_type_name(arguments)}.")
        return tool, arguments

    def shown(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> Iterator[tuple[str, Any]]:
        """Return what approvers see of it: labels and values. Raises `CannotAsk`."""
        tool, arguments = self.call(scope)
        yield "executes the tool", tool
        yield "with arguments", json.loads(arguments)


OperationSpec = (
    CommandSpec | HttpSpec | DecisionSpec | SqlSpec | AgentSpec | ToolCallSpec | PlanSpec | ActionsSpec
)


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


def _as_address(place: str, path: str, value: Any) -> str:
    return quote(_as_argument(place, path, value), safe="")


def _json_of(place: str, template: Any, scope: Mapping[str, Any], later: Collection[str]) -> Any:
    match template:
        case str():
            match parts(template):
                case [(path, True)] if path.split(".")[0] not in later:
                    return value_at(path, scope)
            return _filled(place, template, scope, later, _as_json)
        case Mapping():
            return {key: _json_of(place, value, scope, later) for key, value in template.items()}
        case list() | tuple():
            return [_json_of(place, value, scope, later) for value in template]
    return template


def _as_json(place: str, path: str, value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
