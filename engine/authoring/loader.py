"""Workflow files by path: what is in them, and what is wrong with them."""

import ast
import importlib
import importlib.util
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from engine.authoring.dict_form import location_in, name_of
from engine.authoring.import_guard import READING_SECONDS, OutOfBounds, bounded
from engine.authoring.load_errors import PublicNames, problem_of, remedy_of
from engine.authoring.local_modules import PUBLIC, WORKFLOW_MODULE_PREFIX, module_beside, prepare
from engine.authoring.mistakes import Mistakes
from engine.authoring.secrets import NAMED
from engine.authoring.triggers import variables_of
from engine.authoring.workflow import CREATED, Workflow
from engine.authoring.yaml_form import Made, read_documents, resolve
from engine.errors import DefinitionError, DefinitionErrors, SignoffError
from engine.regular_files import expanded

YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Found:
    """A workflow, or the dict form of one, and the file it stands in."""

    workflow: Workflow | Mapping[str, Any]
    file: Path
    module: ModuleType
    secrets: frozenset[str] = frozenset()
    """The secrets that its file, and what this imports, name with `secret()`."""

    @property
    def name(self) -> str:
        if isinstance(self.workflow, Workflow):
            return str(self.workflow.name)
        return name_of(self.workflow)

    @property
    def variables(self) -> frozenset[str]:
        """The environment variables that its triggers name."""
        if isinstance(self.workflow, Workflow):
            triggers: tuple[Any, ...] = self.workflow.options.triggers
        else:
            listed = self.workflow.get("triggers")
            triggers = (self.workflow.get("trigger"), *(listed if isinstance(listed, list | tuple) else ()))
        return frozenset().union(*map(variables_of, triggers))

    @property
    def left_out(self) -> tuple[str, ...]:
        """The options of its dict form that the operator's settings give."""
        if isinstance(self.workflow, Workflow):
            return ()
        return tuple(option for option in ("owner", "channel") if not self.workflow.get(option))

    @property
    def location(self) -> str:
        """The line that makes it."""
        return self.location_of(None)

    def location_of(self, step: str | None) -> str:
        """The line that declares a step; that of the workflow for None."""
        if isinstance(self.workflow, Workflow):
            locations = {node.name: node.location for node in self.workflow.nodes}
            return locations.get(step or "") or self.workflow.location or f"{self.file}:1"
        return location_in(str(self.file), step or self.name, self.workflow) or f"{self.file}:1"


def load(
    paths: Iterable[str | Path],
    *,
    seconds: float = READING_SECONDS,
    public: PublicNames = MappingProxyType({}),
) -> list[Found]:
    """Return every workflow in these files and folders, sorted by file.

    Raises `DefinitionErrors` with all that is wrong; otherwise as `load_all`.
    """
    workflows, errors = load_all(paths, seconds=seconds, public=public)
    if errors:
        raise DefinitionErrors(errors)
    return workflows


def load_all(
    paths: Iterable[str | Path],
    *,
    seconds: float = READING_SECONDS,
    public: PublicNames = MappingProxyType({}),
) -> tuple[list[Found], list[DefinitionError]]:
    """Return the workflows of the files that can be read, each name once, and the mistakes of the others.

    In a folder each `*.py` is read, private files (`_*.py`) and tests aside, and each `*.yaml` and `*.yml`
    with tasks; one without a workflow is taken for a helper, but a file named by itself must hold one. A file
    may import modules beside it.
    `seconds`: how long the reading of one file may take. `public`: the names that remedies suggest.
    """
    workflows: list[Found] = []
    errors: list[DefinitionError] = []
    seen: set[Path] = set()
    made: Made = {}
    for path in paths:
        files, named = _files(Path(path), errors)
        for file in files:
            if file in seen:
                continue
            seen.add(file)
            try:
                here = _workflows(file, seconds, public, made)
            except DefinitionErrors as several:
                errors.extend(several.errors)
                continue
            except DefinitionError as error:
                errors.append(error)
                continue
            if named and not here:
                errors.append(
                    DefinitionError(
                        "The file has no workflow.",
                        remedy="Make one at the top level of the file: my_flow = Workflow(…).",
                        file=_nowhere(file),
                    )
                )
            workflows.extend(here)
    errors.extend(_hidden({file.parent for file in seen}))
    workflows, repeated = _each_name_once(workflows)
    return workflows, [*errors, *repeated]


def _files(path: Path, errors: list[DefinitionError]) -> tuple[list[Path], bool]:
    try:
        path = real_path(path)
    except DefinitionError as error:
        errors.append(error)
        return [], True
    if path.is_dir():
        return sorted(file for file in path.iterdir() if _is_of_folder(file)), False
    if path.is_file() and path.suffix in (".py", *YAML):
        return [path], True
    problem = (
        "The path is not a Python or YAML file." if path.exists() else "There is no such file or folder."
    )
    errors.append(
        DefinitionError(problem, remedy="Check SIGNOFF_WORKFLOWS, or the path you gave.", file=str(path))
    )
    return [], True


def real_path(path: str | Path) -> Path:
    """Return the absolute path without links. Raises `DefinitionError` for one that no file can have."""
    try:
        real = expanded(path).resolve()
        real.exists()
    except (OSError, RuntimeError, ValueError) as error:
        shown = str(path)[:200].replace("\0", "")
        why = {RuntimeError: "its links lead in a circle", ValueError: "it has a character that no path has"}
        raise DefinitionError(
            f"The path cannot be used: {why.get(type(error), getattr(error, 'strerror', ''))}.",
            remedy="Give the path of a Python or YAML file.",
            file=shown,
        ) from None
    return real


def _is_of_folder(file: Path) -> bool:
    """A workflow file, or what may be one; YAML only where it has tasks, since other tools use it too.

    Reading a pipe or a device might never end.
    """
    if not file.is_file():
        return False
    if file.suffix in YAML:
        return not file.name.startswith("_") and _has_tasks(file)
    return file.suffix == ".py" and not _is_apart(file.name)


def _has_tasks(file: Path) -> bool:
    return bool(re.search(rb"^tasks[ \t]*:", file.read_bytes(), re.MULTILINE))


def _is_apart(name: str) -> bool:
    """No workflow file: private, or a test beside the workflows."""
    return name.startswith(("_", "test_")) or name.endswith("_test.py") or name == "conftest.py"


def _workflows(file: Path, seconds: float, public: PublicNames, made: Made) -> list[Found]:
    if file.suffix in YAML:
        return _of_yaml(file, seconds, public, made)
    return _of_python(file, seconds, public)


def _of_yaml(file: Path, seconds: float, public: PublicNames, made: Made) -> list[Found]:
    """The workflows of a YAML file. Its services are offered by a module that stands for the file."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DefinitionError(
            "The file is not valid UTF-8.", remedy="Save it as UTF-8.", file=f"{file}:{line}"
        ) from None
    documents = read_documents(text, str(file))
    module = ModuleType(_module_name(file))
    module.__file__ = str(file)
    services: dict[str, Any] = {}
    mistakes = Mistakes()
    named: list[str] = []
    naming = NAMED.set(named)
    try:
        with bounded(seconds):
            for document in documents:
                services |= resolve(document, file, public, made, mistakes)
    except OutOfBounds as error:
        raise DefinitionError(
            f"Importing what the file names {error}.",
            remedy="Let the module only define things when it is imported.",
            file=f"{file}:1:1",
        ) from error
    finally:
        NAMED.reset(naming)
    mistakes.tell()
    vars(module)["services"] = services
    return [Found(document, file, module, frozenset(named)) for document in documents]


def _of_python(file: Path, seconds: float, public: PublicNames) -> list[Found]:
    created: list[Workflow] = []
    named: list[str] = []
    token, naming = CREATED.set(created), NAMED.set(named)
    try:
        with bounded(seconds):
            module = _import(file, public)
    finally:
        CREATED.reset(token)
        NAMED.reset(naming)
    by_id: dict[int, Found] = {}
    for value in vars(module).values():
        own = isinstance(value, Workflow) and (
            Path(value.file).resolve() == file or not _is_imported(value, module)
        )
        if own or _is_dict_form(value):
            by_id.setdefault(id(value), Found(value, file, module, frozenset(named)))
    lost = [
        DefinitionError(
            f"The workflow {workflow.name!r} is not at the top level of the file, so it would never run.",
            remedy="Assign it to its own variable at the top level of the file: my_flow = Workflow(…).",
            file=workflow.location,
        )
        for workflow in created
        if id(workflow) not in by_id and Path(workflow.file).resolve() == file
    ]
    if lost:
        raise DefinitionErrors(lost)
    return list(by_id.values())


def _is_imported(workflow: Workflow, into: ModuleType) -> bool:
    """Return whether it is at the top of another module too; one that a helper's function made is not."""
    others = [each for each in list(sys.modules.values()) if each is not into]
    return any(workflow is value for each in others for value in list(getattr(each, "__dict__", {}).values()))


def _nowhere(file: Path) -> str:
    """The first line that would make a workflow if it were executed; else the first of the file."""
    tree = ast.parse(file.read_bytes())
    calls = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Workflow", "Gate")
    ]
    return f"{file}:{min(calls, default=1)}"


def _is_dict_form(value: Any) -> bool:
    return isinstance(value, dict) and ("tasks" in value or {"id", "owner"} <= value.keys())


def _import(file: Path, public: PublicNames) -> ModuleType:
    name = _module_name(file)
    try:
        if not name.startswith(WORKFLOW_MODULE_PREFIX):
            return importlib.import_module(name)
        if str(file.parent) not in sys.path:
            sys.path.append(str(file.parent))  # last, so that no module beside it hides an installed one
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        prepare(module, file.parent)
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    except DefinitionError as error:
        location = error.file or _error_location(file, error)
        raise DefinitionError(
            error.problem, remedy=error.remedy, workflow=error.workflow, step=error.step, file=location
        ) from error
    except SyntaxError as error:
        raise DefinitionError(
            f"The file is not valid Python: {(error.msg or '').rstrip('.?')}.",
            remedy="Correct that line.",
            file=f"{error.filename or file}:{error.lineno or 1}",
        ) from error
    except SignoffError:
        raise
    except OutOfBounds as error:
        raise DefinitionError(
            f"Reading the file {error}.",
            remedy="Correct that line; a workflow file should only define things when Signoff reads it.",
            file=_error_location(file, error),
        ) from error
    except (Exception, SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        if isinstance(error, KeyboardInterrupt) and not _raised_in(file, error):
            raise
        raise DefinitionError(
            problem_of(error),
            remedy=remedy_of(error, public),
            file=_error_location(file, error),
        ) from error
    return module


def _module_name(file: Path) -> str:
    """Its real name where it is part of a package that can be imported; else one made of its path."""
    if (file.parent / "__init__.py").exists():
        package = file.parent.name
        spec = importlib.util.find_spec(package)
        if spec and spec.origin and Path(spec.origin).resolve() == file.parent / "__init__.py":
            return f"{package}.{file.stem}"
    path = "_".join(file.with_suffix("").parts[1:])
    return WORKFLOW_MODULE_PREFIX + path.replace("-", "_").replace(".", "_")


def _error_location(file: Path, error: BaseException) -> str:
    """The last line of the file, or of a helper beside it, that led to the error."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.lineno]
    near = [frame for frame in frames if Path(frame.filename).resolve().parent == file.parent]
    if near:  # the file itself, or a helper beside it
        return f"{Path(near[-1].filename).resolve()}:{near[-1].lineno}"
    return f"{file}:1"


def _raised_in(file: Path, error: BaseException) -> bool:
    """Return whether the file itself raises KeyboardInterrupt, and nobody pressed Ctrl-C."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return Path(last.filename).resolve() == file and "KeyboardInterrupt" in (last.line or "")


def _hidden(folders: Iterable[Path]) -> list[DefinitionError]:
    """A module beside the workflows that none of them can import."""
    return [
        DefinitionError(
            f"Workflow files import the package {PUBLIC}, so they can never import a module of that name.",
            remedy="Rename this file.",
            file=f"{file}:1",
        )
        for folder in sorted(folders)
        if (file := module_beside(folder, PUBLIC))
    ]


def _each_name_once(workflows: list[Found]) -> tuple[list[Found], list[DefinitionError]]:
    """Return the first workflow of each name, and a mistake for each further one."""
    first: dict[str, Found] = {}
    errors = []
    for workflow in workflows:
        other = first.setdefault(workflow.name.lower().replace("_", "-"), workflow)
        if other is not workflow:
            errors.append(
                DefinitionError(
                    f"Another workflow is already called {other.name}, in {other.location}.",
                    remedy="Give one of them another name.",
                    workflow=workflow.name,
                    file=workflow.location,
                )
            )
    return list(first.values()), errors
