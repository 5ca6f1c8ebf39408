"""The values of options in a dict: each is written as a dict with the keywords of its Python class."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from engine.authoring.dict_form.options import CRON, EVERY, NAMES, WHEN
from engine.authoring.dict_form.problems import Problems, one_of
from engine.authoring.display import Diff, Image, Link, Table
from engine.authoring.keywords import keywords_of
from engine.authoring.options import AskOwner, Choose, Cron, Escalate, Every, Form, Retry, Stage, WorkingHours
from engine.compiler.comparability import AsText
from engine.model.conditions import AllOf, AnyOf, Compare, Condition, Leaf, Not, OutcomeIs, StateIs

T = TypeVar("T")
_DISPLAY = {"link": Link, "image": Image, "table": Table, "diff": Diff}
_OUTCOMES = ("approved", "rejected", "expired", "answered")
_STATES = ("succeeded", "failed", "skipped")
_OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "in")


class Values:
    """Reads the values of one workflow. Raises `DefinitionError`; what is inside them is the compiler's."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def trigger(self, given: Any) -> Cron | Every | None:
        """None for one that says that only people start it."""
        if isinstance(given, Cron | Every):
            return given
        found = self.problems.mapping(given, "The trigger")
        kind = found.get("type", "schedule" if "cron" in found else "interval" if "every" in found else None)
        if kind not in ("schedule", "interval", "manual"):
            raise self.problems.error(f"The trigger's type is {kind!r}.", "Use schedule, interval or manual.")
        if kind == "manual":
            self.problems.keys(found, ("type",), "The trigger")
            return None
        known, owner = (CRON, "Cron") if kind == "schedule" else (EVERY, "Every")
        found = dict(self.problems.keys(found, known, "The trigger", owner=owner))
        found.pop("type", None)
        if kind == "schedule":
            self.problems.text(found, "cron", "The trigger")
            return Cron(found.pop("cron"), **found)
        if "every" not in found:
            raise self.problems.error("The trigger has no 'every'.", 'Give "every": "5m".')
        return Every(found.pop("every"), **found)

    def on_failure(self, given: Any, task: str | None = None) -> Any:
        if given is None or given == "fail" or isinstance(given, AskOwner):
            return given
        if not isinstance(given, Mapping):
            raise self.problems.error(f"on_failure is {given!r}.", 'Write "fail" or {"expires": "8h"}.', task)
        return self.value(AskOwner, given, task)

    def value(self, kind: type[T], given: Any, task: str | None) -> T:
        """Return the value of that class, for a dict with its keywords or for the value itself."""
        if isinstance(given, kind):
            return given
        what = NAMES[kind]
        found = self.problems.keys(given, keywords_of(kind), what, task, kind.__name__)
        for each in fields(kind):  # type: ignore[arg-type]
            if each.name not in found and each.default is MISSING and each.default_factory is MISSING:
                raise self.problems.error(f"{what} has no {each.name!r}.", f'Give "{each.name}": ….', task)
        return kind(**found)

    def retry(self, given: Any, task: str) -> Retry | None:
        if given is None:
            return None
        if isinstance(given, Mapping) and isinstance(given.get("retry_on"), list):
            given = {**given, "retry_on": tuple(given["retry_on"])}
        return self.value(Retry, given, task)

    def policy(self, options: dict[str, Any], task: str) -> dict[str, Any]:
        """The options of an approval, with the classes that Python has for them."""
        for name, kind in (("stages", Stage), ("escalate", Escalate)):
            if name in options:
                options[name] = [self.value(kind, one, task) for one in self._listed(options, name, task)]
        if options.get("working_hours") is not None:
            options["working_hours"] = self.value(WorkingHours, options["working_hours"], task)
        for name, single in (("form", Form), ("choose", Choose)):
            if isinstance(options.get(name), Mapping):
                options[name] = self.value(single, options[name], task)
        if isinstance(options.get("show"), list | tuple):
            options["show"] = [self._shown(one, task) for one in options["show"]]
        return options

    def _listed(self, options: Mapping[str, Any], name: str, task: str) -> Any:
        given = options[name]
        if isinstance(given, Mapping | Stage | Escalate):
            return [given]
        if not isinstance(given, list | tuple):
            raise self.problems.error(f"The approval's {name} is {given!r}.", "Write a list of dicts.", task)
        return given

    def _shown(self, given: Any, task: str) -> Any:
        """`{"type": "link", "label": …, "source": …}` for what Python writes as `Link(…)`."""
        if not isinstance(given, Mapping) or "type" not in given:
            return tuple(given) if isinstance(given, list) else given
        kind = _DISPLAY.get(given["type"])
        if kind is None:
            raise self.problems.error(f"show has the type {given['type']!r}.", one_of(tuple(_DISPLAY)), task)
        known = [each.name for each in fields(kind)]
        found = dict(self.problems.keys(given, ("type", *known), "show", task))
        del found["type"]
        for name in known:
            self.problems.text(found, name, "show", task)
        return kind(**found)

    def condition(self, given: Any, last: str | None, task: str) -> Condition:
        """A condition on the output of the task before, or of `task`, or on how that ended, or several."""
        if isinstance(given, Leaf | AllOf | AnyOf | Not):
            return given
        found = self.problems.keys(given, WHEN, "when", task)
        for word, many in (("all", True), ("any", True), ("not", False)):
            if word in found:
                self.problems.keys(found, (word,), "when", task)
                parts = found[word] if many else [found[word]]
                if not isinstance(parts, list | tuple) or not parts:
                    raise self.problems.error(f"when's {word} is {parts!r}.", "Write a list of dicts.", task)
                return _combined(word, [self.condition(part, last, task) for part in parts])
        step = last if "task" not in found else self.problems.text(found, "task", "when", task)
        if step is None:
            raise self.problems.error(
                "Its when has nothing before it to look at.", "Put a task before it.", task
            )
        if "is" in found:
            if found["is"] in _OUTCOMES:
                return OutcomeIs(step=step, outcome=found["is"])
            if found["is"] in _STATES:
                return StateIs(step=step, state=found["is"])
            remedy = one_of((*_OUTCOMES, *_STATES))
            raise self.problems.error(f"when has the outcome {found['is']!r}.", remedy, task)
        path = tuple(self.problems.text(found, "field", "when", task).split("."))
        op = found.get("op", "==")
        if op not in _OPERATORS:
            raise self.problems.error(f"when's op is {op!r}.", one_of(_OPERATORS), task)
        return Compare(step=step, path=path, op=op, value=_as_data(found.get("value")))


def _combined(word: str, parts: list[Condition]) -> Condition:
    if word == "not":
        return ~parts[0]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole & part if word == "all" else whole | part
    return whole


def _as_data(value: Any) -> Any:
    """Texts as those of data: data has no other way to write a date or a Decimal."""
    if isinstance(value, list | tuple):
        return [_as_data(each) for each in value]
    return AsText(value) if isinstance(value, str) else value
