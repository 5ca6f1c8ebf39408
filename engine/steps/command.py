"""Commands: a program that executes as a step, without a shell, as its author declares it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from engine.authoring.context import StepContext
from engine.errors import CannotAsk, Fatal
from engine.model.definition.operations import ISOLATED, CommandSpec, ExitAction, Place, parts, paths_of
from engine.model.text.redaction import redacted
from engine.steps.container import InContainer
from engine.steps.execution import MAX_OUTPUT_KB, CommandResult, Execution
from engine.steps.tmux import InTmux

MAX_MEMORY_MB = 1_000_000
_IMAGE = re.compile(r"(?:[a-z0-9][\w./:-]*@)?sha256:[0-9a-f]{64}")
_OUTLIVING: Mapping[str, type[Execution]] = {"tmux": InTmux, "container": InContainer}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Command:
    """A command as its author declared it."""

    argv: Any
    env: Any
    cwd: Any
    stdin: Any
    result: Any
    exit_codes: Any
    memory_mb: Any
    output_kb: Any
    where: Any = "process"
    image: Any = None
    reads: Any = ()
    network: Any = False
    secret_env: Any = None

    @property
    def output(self) -> Any:
        return CommandResult if self.result is None else self.result

    @cached_property
    def spec(self) -> CommandSpec:
        return CommandSpec(
            argv=tuple(self.argv),
            env=tuple(self.env),
            secret_env=dict(self.secret_env or {}),
            cwd=self.cwd or "",
            stdin=self.stdin or "",
            exit_codes={str(code): action for code, action in (self.exit_codes or {}).items()},
            memory_mb=self.memory_mb,
            output_kb=self.output_kb,
            where=self.where,
            image=self.image or "",
            reads=tuple(self.reads),
            network=self.network,
        )

    @property
    def paths(self) -> list[str]:
        texts = [*(self.argv if isinstance(self.argv, list | tuple) else ()), self.stdin]
        found: list[str] = []
        for text in texts:
            with suppress(ValueError, TypeError):
                found += paths_of(text)
        return found

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from self._argv_problems()
        yield from self._env_problems()
        yield from self._secret_problems()
        for option, value in (("cwd", self.cwd), ("stdin", self.stdin)):
            if value is not None and not (isinstance(value, str) and value and "\0" not in value):
                yield f"{option} is {value!r}.", "Give a text, or leave it out."
        if isinstance(self.cwd, str) and "{" in self.cwd:
            yield f"cwd is {self.cwd!r}, and a value cannot choose the folder.", "Write the name of a folder."
        if isinstance(self.stdin, str) and (problem := _template_problem(self.stdin)):
            yield f"stdin is {self.stdin!r:.80}: a brace holds no path.", problem
        if self.result is not None and not isinstance(self.result, type):
            yield f"output is {self.result!r}.", "Give a Pydantic model of the JSON that the program prints."
        yield from self._number_problems()
        yield from self._place_problems()
        if self.exit_codes is not None and not isinstance(self.exit_codes, Mapping):
            yield f"exit_codes is {self.exit_codes!r}.", 'Write exit_codes={3: "retry", 5: "ask"}.'
            return
        for code, action in (self.exit_codes or {}).items():
            if not (str(code).isdecimal() and 0 < int(code) < 256) or isinstance(code, bool):
                yield f"exit_codes names {code!r}.", "Give whole numbers from 1 to 255."
            if action not in get_args(ExitAction):
                yield f"exit_codes has {action!r} for {code}.", "Use ok, retry, ask or fail."

    def _argv_problems(self) -> Iterator[tuple[str, str]]:
        if not isinstance(self.argv, list | tuple) or not self.argv:
            yield (
                f"argv is {self.argv!r}.",
                'Write program and arguments as argv=["pg_dump", "orders"].',
            )
            return
        for number, text in enumerate(self.argv):
            if not isinstance(text, str) or "\0" in text:
                yield f"argv[{number}] is {text!r}.", "Give texts."
            elif problem := _template_problem(text):
                yield f"argv[{number}] is {text!r:.80}: a brace holds no path.", problem
            elif redacted(text) != text:
                yield (
                    f"argv[{number}] has a credential in it, which other users of the machine could read.",
                    'Give it in a variable: secret_env={"TOKEN": "NAME"}.',
                )
        program = self.argv[0]
        if isinstance(program, str) and (not program or "{" in program):
            yield f"argv[0] is {program!r}, and a value cannot choose the program.", "Write its name."

    def _env_problems(self) -> Iterator[tuple[str, str]]:
        if not isinstance(self.env, list | tuple):
            yield f"env is {self.env!r}.", 'Write env=["PATH", "LANG=C.UTF-8"].'
            return
        for entry in self.env:
            name = entry.partition("=")[0] if isinstance(entry, str) else ""
            if not _VARIABLE.fullmatch(name) or "\0" in entry:
                yield f"env names {entry!r}.", 'Write "NAME" for a variable of the bot, or "NAME=value".'
            elif redacted(entry) != entry:
                yield f"env has a credential for {name}.", f'Name it: secret_env={{"{name}": "NAME"}}.'

    def _secret_problems(self) -> Iterator[tuple[str, str]]:
        example = 'secret_env={"PGPASSWORD": "ORDERS_DB_PASSWORD"}'
        if self.secret_env is not None and not isinstance(self.secret_env, Mapping):
            yield f"secret_env is {type(self.secret_env).__name__}.", f"Write {example}."
            return
        for variable, name in (self.secret_env or {}).items():
            if not isinstance(variable, str) or not _VARIABLE.fullmatch(variable):
                yield f"secret_env names {variable!r}.", f"Write {example}."
            elif not isinstance(name, str) or not _VARIABLE.fullmatch(name):
                # The value may be the secret itself, so no message shows it.
                yield f"secret_env has no name of a secret for {variable}.", f"Write {example}."
        if self.secret_env and self.where in _OUTLIVING:
            yield (
                f"secret_env is given, and where is {self.where!r}, which keeps its variables in a file.",
                'Write where="process" or where="sandbox".',
            )

    def _place_problems(self) -> Iterator[tuple[str, str]]:
        if self.where not in (places := get_args(Place)):
            yield f"where is {self.where!r}.", f"Use {', '.join(places[:-1])} or {places[-1]}."
            return
        yield from self._image_problems()
        if not isinstance(self.network, bool):
            yield f"network is {self.network!r}.", "Write True or False."
        paths = self.reads if isinstance(self.reads, list | tuple) else [self.reads]
        for path in paths:
            if not isinstance(path, str) or not path.startswith("/") or "\0" in path:
                yield f"reads has {path!r}.", 'Give absolute paths, as in reads=["/srv/models"].'
            elif self.where == "container" and "," in path:
                yield (
                    f"reads has {path!r}, and a container takes no comma.",
                    "Rename it, or make a link.",
                )
        if self.where in ISOLATED and isinstance(self.cwd, str) and _leads_out(self.cwd):
            yield (
                f"cwd is {self.cwd!r}, and a {self.where} writes to the folder of its run alone.",
                "Name a folder in it, or leave cwd out.",
            )
        for option, given in (("reads", self.reads), ("network", self.network)):
            if given and self.where not in ISOLATED:
                yield (
                    f"{option} is given, and where is {self.where!r}.",
                    'Write where="sandbox" or where="container", or leave it out.',
                )

    def _image_problems(self) -> Iterator[tuple[str, str]]:
        if self.where != "container":
            if self.image is not None:
                yield f"image is given, and where is {self.where!r}.", 'Write where="container".'
            return
        if not isinstance(self.image, str) or not _IMAGE.fullmatch(self.image):
            # A tag can become another image between the approval and the step.
            yield (
                f"image is {self.image!r}, and a container needs the digest of one.",
                'Write image="registry.example.com/train@sha256:…", or the id of a local image.',
            )
        if self.stdin:
            yield (
                "stdin is given, and a container that goes on without Signoff cannot read it.",
                "Give the text as an argument, or write it to a file in an earlier step.",
            )

    def _number_problems(self) -> Iterator[tuple[str, str]]:
        if self.memory_mb is not None and not is_count(self.memory_mb, MAX_MEMORY_MB):
            yield f"memory_mb is {self.memory_mb!r}.", f"Give a whole number from 1 to {MAX_MEMORY_MB:,}."
        if not is_count(self.output_kb, MAX_OUTPUT_KB):
            yield f"output_kb is {self.output_kb!r}.", f"Give a whole number from 1 to {MAX_OUTPUT_KB:,}."

    async def execute(self, values: Mapping[str, Any], ctx: StepContext) -> Any:
        try:
            argv, given = self.spec.arguments(values), self.spec.input_text(values)
        except CannotAsk as error:
            raise Fatal(str(error)) from None
        made = _OUTLIVING.get(self.spec.where, Execution)
        return await made(self.spec, argv, given, ctx).result(self.result)


def _leads_out(folder: str) -> bool:
    return folder.startswith("/") or ".." in folder.split("/")


def _template_problem(text: str) -> str:
    try:
        parts(text)
    except ValueError as error:
        return str(error)
    return ""


def is_count(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
