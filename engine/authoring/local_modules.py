"""Lets the modules beside a workflow file bear the names of Signoff's own packages.

`import engine` finds Signoff's package, which is loaded already, and never a user's `engine.py`. A module in
a folder with such a file therefore gets an import function of its own, which finds the file beside it.
"""

import builtins
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

PUBLIC = "signoff"
PACKAGES = ("engine", "bot", "localslack", "workflows", "bench")
"""Everything else that can be imported beside this package; `bench` in a clone only."""
_HOME = Path(__file__).resolve().parents[2]
WORKFLOW_MODULE_PREFIX = "signoff_workflow_"
"""Begins the name of a workflow file's module; its path follows."""
_PREFIX = f"{WORKFLOW_MODULE_PREFIX}beside"


def names_beside(folder: Path) -> frozenset[str]:
    """Return the names of Signoff's packages that modules in this folder bear."""
    return frozenset(name for name in PACKAGES if module_beside(folder, name))


def module_beside(folder: Path, name: str) -> Path | None:
    """Return the file of a module or package in this folder, None for one of Signoff's own."""
    if folder == _HOME:
        return None
    files = (folder / f"{name}.py", folder / name / "__init__.py")
    return next((file for file in files if file.is_file()), None)


def prepare(module: ModuleType, folder: Path) -> None:
    """Let this module, which is about to be executed, import what lies in the folder. Helpers follow."""
    if not (names := names_beside(folder)):
        return
    find_beside({})
    vars(module)["__builtins__"] = {**vars(builtins), "__import__": _import_for(folder, names)}


def find_beside(loaded: Mapping[str, ModuleType]) -> None:
    """Prepare every module that is imported from now on from a folder with such a name.

    `loaded`: a user's modules that had the place of Signoff's package until now, by name.
    """
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    for name, module in loaded.items():
        if module.__spec__ and (folder := _folder_of(module.__spec__)):
            sys.modules[f"{alias_of(folder)}.{name}"] = module


def alias_of(folder: Path) -> str:
    """Return the name of the package that holds the modules of this folder."""
    name = _PREFIX + re.sub(r"\W", "_", str(folder))
    if name not in sys.modules:
        package = sys.modules[name] = ModuleType(name)
        package.__path__ = [str(folder)]
    return name


def without_workflow_folder(module: str) -> str:
    """Return a module's name without the path of a workflow's folder; empty for a workflow file itself."""
    return module.partition(".")[2] if module.startswith(WORKFLOW_MODULE_PREFIX) else module


def _import_for(folder: Path, names: frozenset[str]) -> Callable[..., ModuleType]:
    package = alias_of(folder)

    def import_beside(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        head = name.partition(".")[0]
        if level or head not in names:
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = builtins.__import__(f"{package}.{name}", globals, locals, fromlist or (), 0)
        # Without a list of names `import a.b` returns a, which is the folder's package here.
        return module if fromlist else sys.modules[f"{package}.{head}"]

    return import_beside


class _Finder(MetaPathFinder):
    """Prepares the modules that are imported from a folder with such a name."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            if spec := finder.find_spec(fullname, path, target):
                folder = _folder_of(spec)
                if spec.loader and folder and names_beside(folder):
                    spec.loader = _PreparingLoader(spec.loader, folder)
                return spec
        return None


class _PreparingLoader(Loader):
    """A loader that prepares the module before it executes it."""

    def __init__(self, loader: Loader, folder: Path) -> None:
        self._loader, self._folder = loader, folder

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        prepare(module, self._folder)
        self._loader.exec_module(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


def _folder_of(spec: ModuleSpec) -> Path | None:
    """Return the folder that holds the module, or the top of its package."""
    if not spec.has_location or spec.origin is None:
        return None
    depth = spec.name.count(".") + (spec.submodule_search_locations is not None)
    depth -= spec.name.startswith(f"{_PREFIX}_")
    above = Path(spec.origin).resolve().parents
    return above[depth] if 0 <= depth < len(above) else None
