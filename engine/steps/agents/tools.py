"""Tools of an agent: functions with typed arguments, which a model may call."""

import asyncio
import functools
import hashlib
import inspect
import json
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.errors import PydanticUserError
from pydantic_core import PydanticSerializationError, SchemaError, to_jsonable_python

from engine.authoring.approval_options import several
from engine.authoring.context import StepContext
from engine.authoring.source_digest import NO_SOURCE, has_source, source_of
from engine.exact_json import AmbiguousJson, canonical, exact, read_message
from engine.model.definition.operations import ToolSpec
from engine.model.input.input_problems import problems_in
from engine.model.people import REFERENCE
from engine.model.text.redaction import redacted
from engine.vault import VAULT

MAX_ARGUMENTS = 2500
"""Characters of arguments that need an approval. What people cannot read in full, they cannot approve."""
MAX_RESULT = 16_000
"""Characters of a result that the model gets."""
_CUT = "\n[Signoff left out the rest of the result.]"


class BadCall(Exception):
    """A call that is not executed. The text tells the model what is wrong."""


@dataclass(frozen=True)
class Tool:
    """A function that an agent may call.

    - `function`: the function. Its name, its docstring and the types of its parameters are what the model is
      told. A parameter `ctx` gets the context of the step, with an idempotency key of its own for each call.
    - `approval`: the groups and people who must approve each call, with its arguments, before it executes.
      Default: none, and the model calls it as it likes.
    """

    function: Callable[..., Any]
    approval: str | Iterable[str] | None = None

    @property
    def name(self) -> str:
        return getattr(self.function, "__name__", "")

    @property
    def approvers(self) -> tuple[str, ...]:
        return () if self.approval is None else several(self.approval)

    @property
    def description(self) -> str:
        return inspect.getdoc(self.function) or ""

    @functools.cached_property
    def arguments(self) -> type[BaseModel]:
        """The model of its arguments. Raises what Pydantic raises for types that it does not know."""
        hints = typing.get_type_hints(self.function, include_extras=True)
        fields: dict[str, Any] = {}
        for number, (name, parameter) in enumerate(_parameters(self.function).items()):
            default = ... if parameter.default is parameter.empty else parameter.default
            # The fields have names of their own: one called `copy` or `json` would hide a method.
            fields[f"argument_{number}"] = (hints.get(name, Any), Field(default, alias=name))
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)

    @property
    def schema(self) -> dict[str, Any]:
        return self.arguments.model_json_schema()

    @functools.cached_property
    def spec(self) -> ToolSpec:
        schema = json.dumps(self.schema, sort_keys=True)
        digest = hashlib.sha256(f"{source_of(self.function)}\n{schema}".encode()).hexdigest()
        return ToolSpec(name=self.name, digest=digest, approvers=self.approvers)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with it and the remedy."""
        if not callable(self.function) or not self.name.isidentifier():
            yield (
                f"tools has {self.function!r:.80}, which has no name.",
                "Give a function, or Tool(function).",
            )
            return
        if not has_source(self.function):
            yield f"The tool {self.name} has no Python code, so a change of it would go unnoticed.", NO_SOURCE
            return
        odd = [each for each in _parameters(self.function).values() if each.kind in UNNAMED]
        if odd:
            yield f"The tool {self.name} takes {odd[0]}.", "Give each argument a name and a type."
            return
        try:
            self.arguments.model_json_schema()
        except (PydanticUserError, SchemaError, NameError, TypeError) as error:
            yield (
                f"The arguments of the tool {self.name} have no JSON schema: "
                f"{str(error).splitlines()[0]:.200}",
                "Use plain types or Pydantic models.",
            )
        if self.approval is not None and not self.approvers:
            yield f"The approval of the tool {self.name} names nobody.", 'Give approval="@group".'
        for who in self.approvers:
            if not isinstance(who, str) or not REFERENCE.fullmatch(who):
                yield f"The approval of the tool {self.name} names {who!r}.", 'Give approval="@group".'

    def checked(self, given: Any) -> str:
        """Return arguments as canonical JSON with every default in it. Raises `BadCall`.

        `given`: as the model sent them. What they are read as is what people see and what is executed.
        """
        try:
            text = given if isinstance(given, str) else json.dumps(given or {})
            read = exact(read_message(text or "{}"))
            text = self._canonical(self.arguments.model_validate(read))
            # A validator that changes what it gave would let something else execute than people approve.
            if self._canonical(self.arguments.model_validate_json(text)) != text:
                raise BadCall("The arguments change when they are read again. Correct their types.")
            return text
        except AmbiguousJson as error:
            raise BadCall(str(error)) from None
        except ValidationError as error:
            where, problem = problems_in(error, None, {})[0]
            raise BadCall(f"{where or 'arguments'}: {problem}") from None
        except (ValueError, PydanticSerializationError) as error:
            raise BadCall(f"The arguments are not JSON ({error}).") from None

    def _canonical(self, values: BaseModel) -> str:
        return canonical(exact(read_message(values.model_dump_json(by_alias=True))))

    async def execute(self, arguments: str, ctx: StepContext) -> str:
        """Execute a call and return its result as text. `arguments`: canonical JSON of `checked`."""
        values = self.arguments.model_validate_json(arguments)
        fields = type(values).model_fields.items()
        named = {field.alias or name: getattr(values, name) for name, field in fields}
        if "ctx" in inspect.signature(self.function).parameters:
            named["ctx"] = ctx
        if inspect.iscoroutinefunction(self.function):
            result = await self.function(**named)
        else:
            result = await asyncio.to_thread(self.function, **named)
        return as_text(result)


UNNAMED = (
    inspect.Parameter.VAR_POSITIONAL,
    inspect.Parameter.VAR_KEYWORD,
    inspect.Parameter.POSITIONAL_ONLY,
)


def tools_of(declared: Iterable[Any]) -> tuple[Tool, ...]:
    """Return the tools; a function alone is one that needs no approval."""
    return tuple(each if isinstance(each, Tool) else Tool(each) for each in declared)


def _parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(function).parameters
    return {name: each for name, each in parameters.items() if name != "ctx"}


def as_text(result: Any) -> str:
    """Return the result of a tool as a model gets it."""
    text = result if isinstance(result, str) else json.dumps(to_jsonable_python(result), ensure_ascii=False)
    return text if len(text) <= MAX_RESULT else text[: MAX_RESULT - len(_CUT)] + _CUT


def hidden(text: str) -> str:
    """Return a text without known secrets and without what looks like a credential."""
    return redacted(text, getattr(VAULT.get(), "known", ()))
