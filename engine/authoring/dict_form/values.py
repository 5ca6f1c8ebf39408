"""The values of options in a dict: each is written as a dict with the keywords of its Python class."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any, TypeVar

from engine.authoring.alerts import Alerts, QuietHours
from engine.authoring.dict_form.options import NAMES, WHEN
from engine.authoring.dict_form.problems import Problems, one_of
from engine.authoring.display import Diff, Image, Link, Table
from engine.authoring.keywords import keywords_of
from engine.authoring.options import (
    AskOwner,
    BreakGlass,
    Choose,
    Escalate,
    Form,
    Grants,
    Retry,
    Stage,
    Window,
    WorkingHours,
)
from engine.authoring.resources import Breaker, Resource
from engine.model.definition.conditions import AllOf, AnyOf, Compare, Condition, Leaf, Not, OutcomeIs, StateIs
from engine.model.states import OUTCOME_TESTS
from engine.model.values.comparison import AsText

T = TypeVar("T")
DISPLAY = {"link": Link, "image": Image, "table": Table, "diff": Diff}
_SINGLE: tuple[tuple[str, type], ...] = (
    ("form", Form), ("choose", Choose), ("grants", Grants), ("break_glass", BreakGlass), ("window", Window),
)  # fmt: skip
STATES = ("succeeded", "failed", "skipped")
OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "in")


class Values:
    """Reads the values of one workflow. Raises `DefinitionError`; what is inside them is the compiler's."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def on_failure(self, declared: Any, task: str | None = None) -> Any:
        if declared is None or declared == "fail" or isinstance(declared, AskOwner):
            return declared
        if not isinstance(declared, Mapping):
            raise self.problems.error(
                f"on_failure is {declared!r}.", 'Write "fail" or {"expires": "8h"}.', task
            )
        return self.value(AskOwner, declared, task)

    def value(self, kind: type[T], declared: Any, task: str | None) -> T:
        """Return the value of that class, for a dict with its keywords or for the value itself."""
        if isinstance(declared, kind):
            return declared
        what = NAMES[kind]
        arguments = self.problems.keys(declared, keywords_of(kind), what, task, kind.__name__)
        for each in fields(kind):  # type: ignore[arg-type]
            if each.name not in arguments and each.default is MISSING and each.default_factory is MISSING:
                raise self.problems.error(f"{what} has no {each.name!r}.", f'Give "{each.name}": ….', task)
        return kind(**arguments)

    def optional(self, kind: type[T], declared: Any, task: str | None) -> T | None:
        return None if declared is None else self.value(kind, declared, task)

    def retry(self, declared: Any, task: str) -> Retry | None:
        if isinstance(declared, Mapping):
            declared = {
                key: tuple(value) if key.endswith("_on") and isinstance(value, list) else value
                for key, value in declared.items()
            }
        return self.optional(Retry, declared, task)

    def resource(self, declared: Any, task: str | None) -> Resource:
        resource = self.value(Resource, declared, task)
        if isinstance(resource.breaker, Mapping):
            return replace(resource, breaker=self.value(Breaker, resource.breaker, task))
        return resource

    def alerts(self, declared: Any, task: str | None = None) -> Alerts | None:
        alerts = self.optional(Alerts, declared, task)
        if alerts is not None and isinstance(alerts.quiet_hours, Mapping):
            return replace(alerts, quiet_hours=self.value(QuietHours, alerts.quiet_hours, task))
        return alerts

    def policy(self, options: dict[str, Any], task: str) -> dict[str, Any]:
        """The options of an approval, with the classes that Python has for them."""
        for name, kind in (("stages", Stage), ("escalate", Escalate)):
            if name in options:
                options[name] = [self.value(kind, item, task) for item in self._listed(options, name, task)]
        if options.get("working_hours") is not None:
            options["working_hours"] = self.value(WorkingHours, options["working_hours"], task)
        for name, single in _SINGLE:
            if isinstance(options.get(name), Mapping):
                options[name] = self.value(single, options[name], task)
        if isinstance(options.get("show"), list | tuple):
            options["show"] = [self._shown(item, task) for item in options["show"]]
        return options

    def _listed(self, options: Mapping[str, Any], name: str, task: str) -> Any:
        declared = options[name]
        if isinstance(declared, Mapping | Stage | Escalate):
            return [declared]
        if not isinstance(declared, list | tuple):
            raise self.problems.error(
                f"The approval's {name} is {declared!r}.", "Write a list of dicts.", task
            )
        return declared

    def _shown(self, declared: Any, task: str) -> Any:
        """`{"type": "link", "label": …, "source": …}` for what Python writes as `Link(…)`."""
        if not isinstance(declared, Mapping) or "type" not in declared:
            return tuple(declared) if isinstance(declared, list) else declared
        kind = DISPLAY.get(declared["type"])
        if kind is None:
            raise self.problems.error(
                f"show has the type {declared['type']!r}.", one_of(tuple(DISPLAY)), task
            )
        known = [each.name for each in fields(kind)]
        arguments = dict(self.problems.keys(declared, ("type", *known), "show", task))
        del arguments["type"]
        for name in known:
            self.problems.text(arguments, name, "show", task)
        return kind(**arguments)

    def condition(self, declared: Any, last: str | None, task: str) -> Condition:
        """A condition on the output of the task before, or of `task`, or on how that ended, or several."""
        if isinstance(declared, Leaf | AllOf | AnyOf | Not):
            return declared
        if isinstance(declared, str):
            return self.problems.expression(declared, "when", task)
        test = self.problems.keys(declared, WHEN, "when", task)
        for word, many in (("all", True), ("any", True), ("not", False)):
            if word in test:
                self.problems.keys(test, (word,), "when", task)
                parts = test[word] if many else [test[word]]
                if not isinstance(parts, list | tuple) or not parts:
                    raise self.problems.error(f"when's {word} is {parts!r}.", "Write a list of dicts.", task)
                return combined(word, [self.condition(part, last, task) for part in parts])
        step = last if "task" not in test else self.problems.text(test, "task", "when", task)
        if step is None:
            raise self.problems.error(
                "when tests the task before, but this is the first task.", "Put a task before it.", task
            )
        if "is" in test:
            if test["is"] in OUTCOME_TESTS:
                return OutcomeIs(step=step, outcome=test["is"])
            if test["is"] in STATES:
                return StateIs(step=step, state=test["is"])
            remedy = one_of((*OUTCOME_TESTS, *STATES))
            raise self.problems.error(f"when has the outcome {test['is']!r}.", remedy, task)
        path = tuple(self.problems.text(test, "field", "when", task).split("."))
        op = test.get("op", "==")
        if op not in OPERATORS:
            raise self.problems.error(f"when's op is {op!r}.", one_of(OPERATORS), task)
        return Compare(step=step, path=path, op=op, value=as_data(test.get("value")))


def combined(word: str, parts: list[Condition]) -> Condition:
    if word == "not":
        return ~parts[0]
    combined = parts[0]
    for part in parts[1:]:
        combined = combined & part if word == "all" else combined | part
    return combined


def as_data(value: Any) -> Any:
    """Texts as those of data: data has no other way to write a date or a Decimal."""
    if isinstance(value, list | tuple):
        return [as_data(each) for each in value]
    return AsText(value) if isinstance(value, str) else value
