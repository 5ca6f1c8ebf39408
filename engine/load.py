"""Workflow files by path: what is in them, and what is wrong with them."""

import difflib
import importlib
import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from engine import definition
from engine.definition import Workflow
from engine.errors import DefinitionError, DefinitionErrors, SignoffError


@dataclass(frozen=True, slots=True)
class Found:
    """A workflow, or the dict form of one, and the file it stands in."""

    workflow: Workflow | Mapping[str, Any]
    file: Path
    module: ModuleType

    @property
    def name(self) -> str:
        if isinstance(self.workflow, Workflow):
            return self.workflow.name
        return str(self.workflow.get("id"))


def load(paths: Iterable[str | Path]) -> list[Found]:
    """Every workflow in these files and folders, sorted by file.

    In a folder each `*.py` is read, private files (`_*.py`) and tests aside; one without a workflow is taken
    for a helper, but a file named by itself must hold one. A file may import modules beside it.
    Raises `DefinitionErrors` with all that is wrong.
    """
    found: list[Found] = []
    errors: list[DefinitionError] = []
    seen: set[Path] = set()
    for path in paths:
        files, named = _files(Path(path), errors)
        for file in files:
            if file in seen:
                continue
            seen.add(file)
            try:
                here = _workflows(file)
            except DefinitionErrors as several:
                errors.extend(several.errors)
                continue
            except DefinitionError as error:
                errors.append(error)
                continue
            if named and not here:
                errors.append(
                    DefinitionError(
                        "There is no workflow in it.",
                        remedy="Make one at the top of the file: my_flow = Workflow(…).",
                        file=str(file),
                    )
                )
            found.extend(here)
    errors.extend(_twice(found))
    if errors:
        raise DefinitionErrors(errors)
    return found


def _files(path: Path, errors: list[DefinitionError]) -> tuple[list[Path], bool]:
    path = path.expanduser().resolve()
    if path.is_dir():
        return sorted(file for file in path.glob("*.py") if not _is_apart(file.name)), False
    if path.is_file() and path.suffix == ".py":
        return [path], True
    problem = "It is not a Python file." if path.exists() else "There is no such file or folder."
    errors.append(
        DefinitionError(problem, remedy="Check SIGNOFF_WORKFLOWS, or the path you gave.", file=str(path))
    )
    return [], True


def _is_apart(name: str) -> bool:
    """No workflow file: private, or a test beside the workflows."""
    return name.startswith(("_", "test_")) or name.endswith("_test.py") or name == "conftest.py"


def _workflows(file: Path) -> list[Found]:
    module = _import(file)
    found: dict[int, Found] = {}
    for value in vars(module).values():
        own = isinstance(value, Workflow) and Path(value.file).resolve() == file
        if own or _is_dict_form(value):
            found.setdefault(id(value), Found(value, file, module))
    return list(found.values())


def _is_dict_form(value: Any) -> bool:
    return isinstance(value, dict) and "id" in value and "tasks" in value


def _import(file: Path) -> ModuleType:
    name = _module_name(file)
    try:
        if not name.startswith("signoff_workflow_"):
            return importlib.import_module(name)
        if str(file.parent) not in sys.path:
            sys.path.append(str(file.parent))  # last, so that no module beside it hides an installed one
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    except DefinitionError as error:
        place = error.file or _place(file, error)
        raise DefinitionError(
            error.problem, remedy=error.remedy, workflow=error.workflow, step=error.step, file=place
        ) from error
    except SyntaxError as error:
        raise DefinitionError(
            f"It is not valid Python: {error.msg}.",
            remedy="Correct that line.",
            file=f"{error.filename or file}:{error.lineno or 1}",
        ) from error
    except SignoffError:
        raise
    except (Exception, SystemExit) as error:
        raise DefinitionError(
            f"Reading it raised {type(error).__name__}: {error}.",
            remedy=_remedy(error),
            file=_place(file, error),
        ) from error
    return module


def _module_name(file: Path) -> str:
    """Its real name where it is part of a package that can be imported; else one made of its path."""
    if (file.parent / "__init__.py").exists():
        package = file.parent.name
        found = importlib.util.find_spec(package)
        if found and found.origin and Path(found.origin).resolve() == file.parent / "__init__.py":
            return f"{package}.{file.stem}"
    return "signoff_workflow_" + "_".join(file.with_suffix("").parts[1:]).replace("-", "_").replace(".", "_")


def _place(file: Path, error: BaseException) -> str:
    """The last line of the file itself that led to the error."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).resolve() == file and frame.lineno
    ]
    return f"{file}:{lines[-1]}" if lines else str(file)


def _remedy(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"Install {error.name}, or correct the import."
    if isinstance(error, NameError | AttributeError):
        return "Look for a typing mistake in that line."
    if isinstance(error, TypeError):
        return _unknown_option(str(error)) or "Check the names and the number of the arguments in that line."
    return "Correct that line; a workflow file should only define things when it is read."


_UNKNOWN = re.compile(r"(\w+)\.(\w+)\(\) got an unexpected keyword argument '(\w+)'")
_MAKERS: dict[str, Any] = {
    one.__name__: one.__init__
    for one in (
        Workflow, definition.Retry, definition.AskOwner, definition.Cron, definition.Every,
        definition.Escalate, definition.Hours, definition.Choose, definition.Stage,
    )
}  # fmt: skip


def _unknown_option(problem: str) -> str:
    """For a keyword that one of our functions does not have: the nearest that it has. Empty for others."""
    found = _UNKNOWN.search(problem)
    if found is None:
        return ""
    owner, method, option = found.groups()
    function = getattr(Workflow, method, None) if owner == "Workflow" else _MAKERS.get(owner)
    if function is None:
        return ""
    known = [name for name in inspect.signature(function).parameters if name not in ("self", "function")]
    close = difflib.get_close_matches(option, known, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known)}."


def _twice(found: list[Found]) -> list[DefinitionError]:
    errors = []
    first: dict[str, Found] = {}
    for each in found:
        other = first.setdefault(each.name.lower().replace("_", "-"), each)
        if other is not each:
            errors.append(
                DefinitionError(
                    f"Another workflow is called {other.name} already, in {other.file}.",
                    remedy="Give one of them another name.",
                    workflow=each.name,
                    file=str(each.file),
                )
            )
    return errors
