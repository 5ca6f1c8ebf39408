"""The pytest plugin: tests of workflows run in any folder, without configuration.

A module of its own and not part of `signoff`, because pytest loads it in every project of an environment: it
imports no more than the standard library until a test imports Signoff.
"""

import asyncio
import importlib
import inspect
import re
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

import pytest

_HOME = str(Path(__file__).resolve().parent)
_OTHER_PLUGINS = ("anyio", "asyncio", "curio", "trio", "twisted")
"""Marks by which other plugins run a test."""
_USES_SIGNOFF = re.compile(r"^\s*(?:from|import) signoff\b", re.MULTILINE)


def pytest_configure() -> None:
    sys.meta_path.insert(0, _SignoffFinder())


def pytest_unconfigure() -> None:
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _SignoffFinder)]


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an async test that no other plugin runs, in an event loop of its own."""
    function = pyfuncitem.obj
    if type(pyfuncitem) is not pytest.Function or not inspect.iscoroutinefunction(function):
        return None
    if any(pyfuncitem.get_closest_marker(mark) for mark in _OTHER_PLUGINS):
        return None
    fixtures = pyfuncitem.funcargs
    arguments = {name: fixtures[name] for name in inspect.signature(function).parameters if name in fixtures}
    # With a factory, the runner leaves the current event loop of the thread as it is.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(function(**arguments))
    return True


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Import Signoff before a test whose folder uses it and has a module called `engine`."""
    folder = module_path.parent
    if "signoff" in sys.modules or not any(
        file.is_file() for file in (folder / "engine.py", folder / "engine" / "__init__.py")
    ):
        return
    if any(_USES_SIGNOFF.search(file.read_text("utf-8", "replace")) for file in folder.glob("*.py")):
        importlib.import_module("signoff")


class _SignoffFinder(MetaPathFinder):
    """Finds Signoff beside this plugin, although pytest puts the folder of a test first in the path."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return PathFinder.find_spec(fullname, [_HOME]) if fullname == "signoff" else None
