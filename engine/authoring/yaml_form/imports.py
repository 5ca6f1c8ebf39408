"""Python objects that a YAML file names as `module:name`: services, models and classes of errors."""

import builtins
import difflib
import importlib
import inspect
import re
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from engine.authoring.dict_form.locations import name_of
from engine.authoring.dict_form.marks import Mark, MarkedDict, MarkedList
from engine.authoring.dict_form.operation_tasks import FORMS
from engine.authoring.keywords import nearest
from engine.authoring.load_errors import PublicNames, remedy_of, said
from engine.authoring.local_modules import alias_of, find_beside, names_beside
from engine.authoring.mistakes import Mistakes
from engine.errors import DefinitionError, SignoffError

_PATH = re.compile(r"(?P<module>[A-Za-z_]\w*(?:\.\w+)*):(?P<name>[A-Za-z_]\w*(?:\.\w+)*)")
_ERRORS = ("retry_on", "alternative_on", "ask_on", "fail_on")
"""Options of `retry` that name classes of errors."""
_OWN = [
    name for name, value in vars(builtins).items() if inspect.isclass(value) and issubclass(value, Exception)
]
"""Classes of errors that need no module."""
Made = dict[type, Any]
"""Services by their class: files that name one class share its service."""


def resolve(
    data: MarkedDict, file: Path, public: PublicNames, made: Made, mistakes: Mistakes
) -> dict[str, Any]:
    """Put the objects where `data` names them; return the services. Mistakes are added to `mistakes`.

    `made`: the services that files before this one have made; those of this file are added.
    """
    imports = _Imports(data, file, public, made, mistakes)
    services = imports.services()
    imports.model(data, "input")
    for earlier in _mappings(data.get("earlier_inputs")):
        imports.model(earlier, "model")
        imports.function(earlier, "becomes")
    for task in _mappings(data.get("tasks")):
        imports.task = _name(task)
        for part in _mappings([task, task.get("alternative"), task.get("undo")]):
            if isinstance(retry := part.get("retry"), MarkedDict):
                imports.retry(retry)
        if isinstance(quality := task.get("quality"), MarkedDict):
            imports.model(quality, "row")
        if isinstance(waits_for := task.get("wait_for"), MarkedDict):
            imports.model(waits_for, "model")
        for key in FORMS:
            if isinstance(operation := task.get(key), MarkedDict):
                imports.model(operation, "output")
        for approval in _mappings([task.get("approval"), task.get("plan")]):
            form = approval.get("form")
            if isinstance(form, MarkedDict):
                imports.model(form, "model")
            else:
                imports.model(approval, "form")
    return services


class _Imports:
    def __init__(
        self, data: MarkedDict, file: Path, public: PublicNames, made: Made, mistakes: Mistakes
    ) -> None:
        self.data, self.file, self.public, self.made, self.mistakes = data, file, public, made, mistakes
        self.task: str | None = None
        """The task that is read; None for the workflow."""

    def error(self, problem: str, remedy: str, at: Mark) -> DefinitionError:
        return DefinitionError(
            problem, remedy=remedy, workflow=_name(self.data), step=self.task, file=at.of(str(self.file))
        )

    def services(self) -> dict[str, Any]:
        services: dict[str, Any] = {}
        declared = self.data.pop("services", None)
        if declared is None:
            return services
        at = self.data.values_at["services"]
        if not isinstance(declared, MarkedDict):
            problem, remedy = "services is not a mapping.", "Write Name: module:object, one a line."
            self.mistakes.found.append(self.error(problem, remedy, at))
            return services
        for name, path in declared.items():
            with self.mistakes.collecting():
                services[name] = self._service(f"services.{name}", path, declared.values_at[name])
        return services

    def _service(self, field: str, path: Any, at: Mark) -> Any:
        value = self.object(field, path, at)
        if not inspect.isclass(value):
            return value
        if value in self.made:
            return self.made[value]
        try:
            self.made[value] = value()
            return self.made[value]
        except Exception as error:
            raise self.error(
                f"{field} is {path}, a class that could not be made without arguments: {said(error)}.",
                "Make an object in the module, and name the object.",
                at,
            ) from error

    def model(self, data: MarkedDict, option: str) -> None:
        """Put the Pydantic model where a text names it."""
        declared = data.get(option)
        if declared is None:
            return
        at = data.values_at[option]
        with self.mistakes.collecting():
            value = self.object(option, declared, at)
            if not (inspect.isclass(value) and issubclass(value, BaseModel)):
                raise self.error(
                    f"{option} is {declared!r}, which is not a Pydantic model.",
                    "Name a subclass of BaseModel.",
                    at,
                )
            data[option] = value

    def function(self, data: MarkedDict, option: str) -> None:
        """Put the object where a text names it."""
        if isinstance(declared := data.get(option), str):
            with self.mistakes.collecting():
                data[option] = self.object(option, declared, data.values_at[option])

    def retry(self, retry: MarkedDict) -> None:
        """Put the classes of errors and the function where texts name them."""
        for option in _ERRORS:
            if retry.get(option) is not None:
                retry[option] = self._error_classes(option, retry[option], retry.values_at[option])
        if (classify := retry.get("classify")) is not None:
            with self.mistakes.collecting():
                retry["classify"] = self.object("classify", classify, retry.values_at["classify"])

    def _error_classes(self, option: str, declared: Any, at: Mark) -> list[Any]:
        """Return the classes of errors; those of Python need no module."""
        listed = declared if isinstance(declared, MarkedList) else [declared]
        places = declared.items_at if isinstance(declared, MarkedList) else [at]
        classes = []
        for path, place in zip(listed, places, strict=True):
            with self.mistakes.collecting():
                classes.append(self._error_class(option, path, place))
        return classes

    def _error_class(self, option: str, path: Any, at: Mark) -> Any:
        own = getattr(builtins, path, None) if isinstance(path, str) else None
        if own is None and isinstance(path, str) and (close := difflib.get_close_matches(path, _OWN, n=1)):
            raise self.error(
                f"{option} names {path!r}, which is not a class of errors.", f"Did you mean {close[0]}?", at
            )
        value = own if inspect.isclass(own) else self.object(option, path, at)
        if not (inspect.isclass(value) and issubclass(value, Exception)):
            raise self.error(
                f"{option} names {path!r}, which is not a class of errors.",
                "Name one, such as ConnectionError.",
                at,
            )
        return value

    def object(self, field: str, path: Any, at: Mark) -> Any:
        """Return what a path names. `field`: where the path is, for an error."""
        match = _PATH.fullmatch(path) if isinstance(path, str) else None
        if match is None:
            raise self.error(
                f"{field} is {path!r}, which is not the name of a Python object.",
                "Write module:name, as in ranking:Intake.",
                at,
            )
        value: Any = self._module(field, match["module"], at)
        for name in match["name"].split("."):
            if not hasattr(value, name):
                known = [each for each in dir(value) if not each.startswith("_")]
                raise self.error(f"{field} is {path}, but {name} is missing.", nearest(name, known), at)
            value = getattr(value, name)
        return value

    def _module(self, field: str, name: str, at: Mark) -> Any:
        folder, named = self.file.parent, name
        if str(folder) not in sys.path:
            sys.path.append(str(folder))  # last, so that no module beside it hides an installed one
        if name.partition(".")[0] in names_beside(folder):
            find_beside({})
            name = f"{alias_of(folder)}.{name}"
        try:
            return importlib.import_module(name)
        except SignoffError:
            raise
        except (Exception, SystemExit) as error:
            raise self.error(
                f"{field} names the module {named}, which cannot be imported: {said(error)}.",
                remedy_of(error, self.public),
                at,
            ) from error


def _mappings(values: Any) -> list[MarkedDict]:
    return [each for each in values if isinstance(each, MarkedDict)] if isinstance(values, list) else []


def _name(part: MarkedDict) -> str | None:
    return name_of(part) if part.keys() & {"id", "name"} else None
