"""Plans: actions that a workflow offers, the check of a proposed plan, and the execution of one item."""

import asyncio
import difflib
import functools
import hashlib
import inspect
import json
import operator
import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    TypeAdapter,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic.errors import PydanticUserError
from pydantic_core import CoreSchema, PydanticSerializationError, SchemaError, to_jsonable_python

from engine.authoring.approval_options import listed
from engine.authoring.context import StepContext
from engine.authoring.personal import UNMARKED, UnmarkedPersonal
from engine.authoring.source_digest import NO_SOURCE, has_source, source_of
from engine.errors import CannotAsk, DefinitionError, Fatal
from engine.exact_json import canonical
from engine.model.definition.plans import RISKS, ActionSpec, ActionsSpec, PlanSpec
from engine.model.input.input_problems import problems_in
from engine.model.text.template import json_type_name, value_at
from engine.steps.agents.tools import UNNAMED, BadCall, Tool, hidden

MAX_ITEMS = 50
"""Items of a plan. People read all of them before they decide."""
MOST_ITEMS = 20
"""Items of a plan, unless its author says otherwise."""
MAX_WHY = 500
"""Characters of a reason."""
MAX_ITEM_INPUT = 2_500
"""Characters of the input of an item, as canonical JSON."""
MAX_PLAN = 20_000
"""Characters of all inputs and reasons together. What people cannot read in full, they cannot approve."""
_MAX_PROBLEMS = 5
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_RESULT = "result"
"""The parameter of an undo function that takes what the action returned."""


class PlanItem(BaseModel):
    """One item of a plan: an action, its input, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str
    """The name of an action that the workflow offers."""
    input: dict[str, Any] = Field(default_factory=dict)
    """The arguments of the action, by name."""
    why: str = Field(min_length=1, max_length=MAX_WHY)
    """The reason, for the people who decide."""
    risk: Literal["low", "normal", "high"] = "low"
    """The proposer can raise the risk of the action, and cannot lower it."""


class Plan(BaseModel):
    """A proposed plan: its items in the order in which they execute."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: list[PlanItem] = Field(min_length=1)

    @classmethod
    def of(
        cls, actions: "Iterable[Action | Callable[..., Any]]", max_items: int = MOST_ITEMS
    ) -> "type[Plan]":
        """Return a `Plan` that takes these actions only, as the output of an agent that proposes one.

        `max_items`: as of `workflow.plan`.

        Its JSON Schema has the name, the docstring and the inputs of each action, so the model knows them. A
        plan that does not fit is an answer that does not: the model is told why, and answers again.
        """
        return _plan_of(actions_of(listed(actions)), max_items)


class PlannedAction(BaseModel):
    """An item of a checked plan, exactly as people read it and as it executes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # People read the fields in this order, and a narrow window shows the first ones.
    number: int
    action: str
    input: dict[str, Any]
    """With every default in it."""
    risk: Literal["low", "normal", "high"]
    undo: bool
    """The action has an undo."""
    why: str


class ActionResult(BaseModel):
    """An item that was executed. The output of a plan is the list of them."""

    number: int
    action: str
    input: str
    output: Any = None
    """The return value of the action, as JSON."""


@dataclass(frozen=True)
class Action:
    """A function that a plan may use.

    - `function`: the function. Its name is the name of the action, and its parameters are the input. A
      parameter `ctx` gets the context of the step.
    - `undo`: the function that undoes it. It takes the same parameters as far as it needs them, `result` for
      what the action returned, and `ctx`. `result` has the type that its annotation there or the action's
      return annotation says; without either it is JSON. Default: none, and what was done stays done.
    - `risk`: the lowest risk of an item with this action: `"low"`, `"normal"` or `"high"`. Default:
      `"normal"`.
    """

    function: Callable[..., Any]
    undo: Callable[..., Any] | None = None
    risk: Literal["low", "normal", "high"] = "normal"

    @property
    def name(self) -> str:
        return getattr(self.function, "__name__", "")

    @functools.cached_property
    def tool(self) -> Tool:
        """The function with the model of its arguments."""
        return Tool(self.function)

    @functools.cached_property
    def spec(self) -> ActionSpec:
        schema = json.dumps(self.tool.schema, sort_keys=True)
        undo = source_of(self.undo) if self.undo is not None else ""
        digest = hashlib.sha256(json.dumps([source_of(self.function), undo, schema]).encode()).hexdigest()
        # Another word is a mistake that `problems` names.
        risk = self.risk if self.risk in RISKS else "high"
        return ActionSpec(name=self.name, digest=digest, risk=risk)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with it and the remedy."""
        if not callable(self.function) or not _NAME.fullmatch(self.name):
            yield (
                f"actions has {self.function!r:.80}, which has no name that people can tell from others.",
                "Give a function whose name has only a-z, 0-9 and _, or Action(function).",
            )
            return
        yield from ((_of_action(text), _of_action(remedy)) for text, remedy in self.tool.problems())
        if self.risk not in RISKS:
            yield f"The risk of the action {self.name} is {self.risk!r}.", "Use low, normal or high."
        if self.undo is not None:
            yield from self._undo_problems(self.undo)

    def _undo_problems(self, undo: Any) -> Iterator[tuple[str, str]]:
        if not callable(undo):
            yield f"undo of the action {self.name} is {undo!r:.80}, which is not a function.", "Give one."
        elif not has_source(undo):
            problem = f"The undo of the action {self.name} has no Python code, so a change of it would go "
            yield f"{problem}unnoticed.", NO_SOURCE
        else:
            known = [*inspect.signature(self.function).parameters, _RESULT, "ctx"]
            parameters = inspect.signature(undo).parameters
            for name, parameter in parameters.items():
                if parameter.kind in UNNAMED:
                    problem = f"The undo of the action {self.name} takes {parameter}."
                    yield problem, "Give each argument a name and a type."
                elif name not in known:
                    yield (
                        f"The undo of the action {self.name} takes {name}, which the action does not take.",
                        f"It can take {', '.join(dict.fromkeys(known))}.",
                    )
            try:
                _ = self._result
            except (PydanticUserError, SchemaError, NameError, TypeError) as error:
                yield (
                    f"The result of the action {self.name} cannot be read for its undo: "
                    f"{str(error).splitlines()[0]:.200}",
                    "Use plain types or Pydantic models.",
                )

    @functools.cached_property
    def _result(self) -> TypeAdapter[Any]:
        """Reads what the action returned. Raises what Pydantic raises for types that it does not know."""
        given = typing.get_type_hints(self.function, include_extras=True).get("return", Any)
        taken = typing.get_type_hints(self.undo, include_extras=True) if self.undo is not None else {}
        declared = taken.get(_RESULT, Any)
        return TypeAdapter(given if declared is Any else declared)

    async def execute(self, input: str, ctx: StepContext) -> Any:
        """Execute it and return its result. `input`: canonical JSON of a checked plan."""
        return await _called(self.function, self._named(input), ctx)

    async def take_back(self, input: str, result: Any, ctx: StepContext) -> None:
        """Undo it. `result`: what it returned, as JSON."""
        if self.undo is None:
            ctx.log(f"{self.name} cannot be undone: it stays done.")
            return
        takes = inspect.signature(self.undo).parameters
        named = {name: value for name, value in self._named(input).items() if name in takes}
        if _RESULT in takes and _RESULT not in named:
            try:
                named[_RESULT] = self._result.validate_python(result)
            except ValidationError as error:
                _, problem = problems_in(error, result, {})[0]
                raise Fatal(f"{self.name} cannot be undone: its result does not fit: {problem}") from None
        await _called(self.undo, named, ctx)

    def _named(self, input: str) -> dict[str, Any]:
        values = self.tool.arguments.model_validate_json(input)
        fields = type(values).model_fields.items()
        return {field.alias or name: getattr(values, name) for name, field in fields}


def actions_of(declared: Iterable[Any]) -> tuple[Action, ...]:
    """Return the actions; a function alone is one of normal risk that cannot be undone."""
    return tuple(each if isinstance(each, Action) else Action(each) for each in declared)


def _of_action(text: str) -> str:
    return text.replace("The tool", "The action").replace("of the tool", "of the action")


async def _called(function: Callable[..., Any], named: dict[str, Any], ctx: StepContext) -> Any:
    if "ctx" in inspect.signature(function).parameters:
        named["ctx"] = ctx
    if inspect.iscoroutinefunction(function):
        return await function(**named)
    return await asyncio.to_thread(function, **named)


@dataclass(frozen=True)
class PlanCheck:
    """Checks a proposed plan: every item is an action that exists, with an input that it takes."""

    proposal: str
    actions: tuple[Action, ...]
    max_items: int = MOST_ITEMS

    @property
    def output(self) -> Any:
        return list[PlannedAction]

    @functools.cached_property
    def spec(self) -> PlanSpec:
        known = tuple(action.spec for action in self.actions)
        return PlanSpec(proposal=self.proposal, actions=known, max_items=self.max_items)

    @property
    def paths(self) -> list[str]:
        return [self.proposal]

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with it and the remedy."""
        if not self.actions:
            yield "The plan has no actions.", "Give actions=[a_function, …]."
        for action in self.actions:
            yield from action.problems()
        names = [action.name for action in self.actions]
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            yield f"Two actions are called {name}.", "Give one of the functions another name."
        if type(self.max_items) is not int or not 1 <= self.max_items <= MAX_ITEMS:
            yield f"max_items is {self.max_items!r}.", f"Give a whole number from 1 to {MAX_ITEMS}."

    async def execute(self, values: Mapping[str, Any], ctx: StepContext) -> Any:
        try:
            proposed = value_at(self.proposal, values)
        except CannotAsk as error:
            raise Fatal(f"proposal: {error}") from None
        items, problems = self.checked(proposed)
        if problems:
            more = len(problems) - _MAX_PROBLEMS
            shown = [*problems[:_MAX_PROBLEMS], *([f"There are {more} more."] if more > 0 else [])]
            raise Fatal(f"The plan does not fit. {' '.join(shown)}")
        return items

    def checked(self, proposed: Any) -> tuple[list[PlannedAction], list[str]]:
        """Return the items as people read them, and what is wrong with the plan, in sentences."""
        if not isinstance(proposed, Mapping):
            return [], [f"It is {json_type_name(proposed)}, and must be an object with items."]
        try:
            plan = Plan.model_validate(to_jsonable_python(proposed))
        except ValidationError as error:
            return [], [f"{path or 'plan'}: {problem}" for path, problem in problems_in(error, proposed, {})]
        if len(plan.items) > self.max_items:
            return [], [f"It has {len(plan.items):,} items, and may have {self.max_items:,}."]
        items: list[PlannedAction] = []
        problems: list[str] = []
        for number, item in enumerate(plan.items, 1):
            try:
                items.append(self._planned(number, item))
            except BadCall as error:
                problems.append(f"Item {number}, {error}")
        if (size := sum(len(canonical(item.input)) + len(item.why) for item in items)) > MAX_PLAN:
            problems.append(
                f"Its inputs and reasons have {size:,} characters, and people can read {MAX_PLAN:,}. "
                "Split the plan."
            )
        return items, problems

    def _planned(self, number: int, item: PlanItem) -> PlannedAction:
        action = next((each for each in self.actions if each.name == item.action), None)
        if action is None:
            raise BadCall(self._unknown(item.action))
        if not item.why.strip():
            raise BadCall("why: it is empty.")
        try:
            text = action.tool.checked(item.input)
        except BadCall as error:
            raise BadCall(f"input of {action.name}: {error}") from None
        if len(text) > MAX_ITEM_INPUT:
            raise BadCall(
                f"input of {action.name}: it has {len(text):,} characters, and may have {MAX_ITEM_INPUT:,}."
            )
        if hidden(text) != text or hidden(item.why) != item.why:
            raise BadCall(
                f"{action.name}: its input or its reason has a credential or a sealed value. "
                "Name the secret instead."
            )
        return PlannedAction(
            number=number,
            action=action.name,
            input=json.loads(text),
            risk=max(action.risk, item.risk, key=RISKS.index),
            undo=action.undo is not None,
            why=item.why,
        )

    def _unknown(self, name: str) -> str:
        names = [action.name for action in self.actions]
        close = difflib.get_close_matches(name, names, n=1)
        remedy = f"Did you mean {close[0]}?" if close else f"There are {', '.join(names)}."
        # Letters of other alphabets that look like these are written as their codes.
        return f"action: {ascii(name)[:80]} is not an action of this workflow. {remedy}"


def _plan_of(actions: tuple[Action, ...], max_items: int) -> type[Plan]:
    check = PlanCheck("", actions, max_items)
    for problem, remedy in check.problems():
        raise DefinitionError(f"Plan.of: {problem}", remedy=remedy)
    items: Any = (list.__class_getitem__(_item_of(actions)), Field(min_length=1))
    told = create_model("Plan", __base__=Plan, items=items)

    class PlanOf(Plan):
        @model_validator(mode="after")
        def fits(self) -> Self:
            if problems := check.checked(self.model_dump())[1]:
                raise ValueError(" ".join(problems[:_MAX_PROBLEMS]))
            return self

        @classmethod
        def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Any:
            return handler(told.__pydantic_core_schema__)

    PlanOf.__name__ = PlanOf.__qualname__ = "Plan"
    return PlanOf


def _item_of(actions: Iterable[Action]) -> Any:
    """Return the type of an item as a model is told it: one of these actions, with its input."""
    return functools.reduce(operator.or_, map(_item_model, actions))


def _item_model(action: Action) -> Any:
    back = "It can be undone." if action.undo is not None else "It cannot be undone."
    fields: dict[str, Any] = {"action": (Literal[action.name], ...), "input": (action.tool.arguments, ...)}
    doc = f"{action.tool.description}\n\n{back} Its risk is {action.risk}.".strip()
    return create_model(f"{action.name}_item", __base__=PlanItem, __doc__=doc, **fields)


@dataclass(frozen=True)
class PlanActions:
    """Executes an item of a checked plan."""

    actions: tuple[Action, ...]

    @property
    def output(self) -> Any:
        return ActionResult

    @functools.cached_property
    def spec(self) -> ActionsSpec:
        return ActionsSpec(actions=tuple(action.spec for action in self.actions))

    @property
    def paths(self) -> list[str]:
        return []

    def problems(self) -> Iterator[tuple[str, str]]:
        """The check tells them."""
        return iter(())

    async def execute(self, values: Mapping[str, Any], ctx: StepContext) -> Any:
        """`values`: the item alone, whatever the name of the parameter."""
        (item,) = values.values()
        action = self._action(item.action)
        given = canonical(item.input)
        ctx.log(f"Executes {action.name} with {given}.")
        output = self._stored(action, await action.execute(given, ctx))
        return ActionResult(number=item.number, action=item.action, input=given, output=output)

    async def take_back(self, done: ActionResult, ctx: StepContext) -> None:
        """Undo an item that was executed."""
        await self._action(done.action).take_back(done.input, done.output, ctx)

    def _stored(self, action: Action, output: Any) -> Any:
        try:
            return to_jsonable_python(output, context=UNMARKED)
        except (UnmarkedPersonal, PydanticSerializationError) as error:
            raise Fatal(f"{action.name} was executed, and its result cannot be stored: {error}") from None

    def _action(self, name: str) -> Action:
        for action in self.actions:
            if action.name == name:
                return action
        raise Fatal(f"{name} is not an action of this workflow any more.")
