"""Imports the modules of workflow folders again, beside those that are at work.

What executes keeps the modules that it was made of. A step that imports a module while it executes gets the
newest one.
"""

import importlib
import secrets
import site
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from engine.authoring.local_modules import PACKAGES, PUBLIC, WORKFLOW_MODULE_PREFIX

_OWN = frozenset({PUBLIC, "signoff_command", "pytest_signoff", "tests", *PACKAGES}) - {"workflows"}
"""Signoff's own packages, which may lie below a folder with workflows. The bundled examples are workflows."""


@contextmanager
def fresh_modules(folders: Collection[Path]) -> Iterator[None]:
    """Import what lies in these folders from its source again. If the body raises, nothing has changed."""
    before = _loaded(folders)
    for name in before:
        del sys.modules[name]
    importlib.invalidate_caches()
    try:
        with _without_bytecode():
            yield
    except BaseException:
        for name in _loaded(folders):
            del sys.modules[name]
        sys.modules.update(before)
        raise


def module_files(folders: Collection[Path]) -> frozenset[Path]:
    """Return the files of the loaded modules in these folders: of workflows, and of their helpers."""
    files = (getattr(module, "__file__", None) for module in _loaded(folders).values())
    return frozenset(Path(file).resolve() for file in files if file)


@contextmanager
def _without_bytecode() -> Iterator[None]:
    """Compile every source: bytecode counts as new within the same second if the length is the same."""
    before = sys.pycache_prefix, sys.dont_write_bytecode
    nowhere = Path(tempfile.gettempdir()) / f"signoff-{secrets.token_hex(8)}"
    sys.pycache_prefix, sys.dont_write_bytecode = str(nowhere), True
    try:
        yield
    finally:
        sys.pycache_prefix, sys.dont_write_bytecode = before


def _loaded(folders: Collection[Path]) -> dict[str, ModuleType]:
    return {name: module for name, module in list(sys.modules.items()) if _is_in(name, module, folders)}


def _is_in(name: str, module: ModuleType, folders: Collection[Path]) -> bool:
    file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
    if not isinstance(file, str) or name == "__main__" or name.partition(".")[0] in _OWN:
        return False
    path = Path(file)
    if not any(path.is_relative_to(folder) for folder in folders):
        return False
    return name.startswith(WORKFLOW_MODULE_PREFIX) or not any(map(path.is_relative_to, _installed()))


def _installed() -> list[str]:
    """The folders of libraries, which may lie below a folder with workflows."""
    return [sys.prefix, sys.base_prefix, *site.getsitepackages(), site.getusersitepackages()]
