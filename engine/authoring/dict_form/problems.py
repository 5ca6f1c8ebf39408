"""Mistakes in a dict, each with its line and the remedy."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from engine.authoring.dict_form.locations import location_in, task_names
from engine.authoring.dict_form.marks import Mark, MarkedDict, place_of, value_place
from engine.authoring.expressions import ExpressionError, read_condition
from engine.authoring.keywords import remedy_for
from engine.authoring.mistakes import Mistakes
from engine.errors import DefinitionError, DefinitionErrors
from engine.model.definition.conditions import Condition

_REMEDIES = {
    "approval": {"gate": 'Write "advisory": True instead of "gate": False, and leave "gate": True out.'},
    "Workflow": {
        "steps": "Write tasks instead.",
        "schedule": 'Write "trigger": {"type": "schedule", "cron": …}.',
        "cron": 'Write "trigger": {"type": "schedule", "cron": …}.',
    },
}
"""Remedies that only the dict form has, by the Python name that takes the option."""


def one_of(options: Sequence[str]) -> str:
    """Return the remedy for a word that is none of these."""
    return f"Use {', '.join(options[:-1])} or {options[-1]}."


class Problems:
    """Checks that name the workflow, the task and the line."""

    def __init__(
        self, workflow: str, file: str | None, data: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        self.workflow, self.file, self.data = workflow, file, data
        self.task_names = task_names(data)
        self.mistakes = Mistakes()
        self._part: MarkedDict | Mark | None = None

    @contextmanager
    def reading(self, part: MarkedDict | Mark | None) -> Iterator[None]:
        """Place mistakes in this part of a YAML file: a task may have no name, or that of another."""
        outer, self._part = self._part, part
        try:
            yield
        finally:
            self._part = outer

    def location(self, task: str | None = None, problem: str = "") -> str | None:
        """Return the line of the file that names a task, or the workflow; the file where no line does.

        `problem`: in YAML, the place is the option or the value that it is about.
        """
        if self._part is None:
            return location_in(self.file, task or self.workflow, self.data, problem)
        mark = place_of(problem, self._part) if isinstance(self._part, MarkedDict) else self._part
        return mark.of(self.file or "")

    def error(
        self, problem: str, remedy: str, task: str | None = None, inside: Any = None
    ) -> DefinitionError:
        """Return the mistake with its place. `inside`: the part of a YAML file that it is about."""
        if isinstance(inside, MarkedDict):
            file: str | None = place_of(problem, inside).of(self.file or "")
        else:
            file = self.location(task, problem)
        return DefinitionError(problem, remedy=remedy, workflow=self.workflow, step=task, file=file)

    def expression(self, text: str, what: str, task: str | None = None) -> Condition:
        """Return the condition that a text in CEL is: of tasks, or without a task, of a fact."""
        try:
            return read_condition(text, self.task_names if task is not None else None)
        except ExpressionError as error:
            file, place = self.location(task, what), f", column {error.column}"
            mark = value_place(text, self.data) if isinstance(self.data, MarkedDict) else None
            if mark is not None:
                shift = 0 if mark.text_begins is None else mark.text_begins + error.column - 1
                file = mark._replace(column=mark.column + shift).of(self.file or "")
                place = place if mark.text_begins is None else ""
            problem = f"{what}{place}: {error.problem}"
            raise DefinitionError(
                problem, remedy=error.remedy, workflow=self.workflow, step=task, file=file
            ) from None

    def mapping(self, value: Any, what: str, task: str | None = None) -> Mapping[str, Any]:
        """Raise `DefinitionError` for what is not a dict."""
        if not isinstance(value, Mapping):
            raise self.error(f"{what} is {value!r}.", "Write it as a dict.", task)
        return value

    def keys(
        self, value: Any, known: Iterable[str], what: str, task: str | None = None, owner: str = ""
    ) -> Mapping[str, Any]:
        """Raise `DefinitionError` for what is not a dict, and `DefinitionErrors` for keys that are not known.

        `owner`: the Python function or class whose earlier names are answered with the new ones.
        """
        known, unknown = list(known), list[DefinitionError]()
        for key in self.mapping(value, what, task):
            if key not in known:
                remedy = _REMEDIES.get(owner, {}).get(str(key)) or remedy_for(owner, str(key), known)
                unknown.append(self.error(f"{what} has {key!r}, which is not an option here.", remedy, task))
        if unknown:
            raise DefinitionErrors(unknown)
        return dict(value)

    def text(self, data: Mapping[str, Any], key: str, what: str, task: str | None = None) -> str:
        """Return a text that must be there."""
        value = data.get(key)
        if value is not None and not isinstance(value, str):
            raise self.error(
                f"{what} has the {key} {value!r}, which is not a text.", f'Give "{key}": "…".', task
            )
        if not value:
            raise self.error(f"{what} has no {key!r}.", f'Give "{key}": "…".', task)
        return value
