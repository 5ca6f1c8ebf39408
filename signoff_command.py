"""The command `signoff`. It finds Signoff's own packages, whatever else bears their names in PYTHONPATH."""

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

_HOME = str(Path(__file__).resolve().parent)
_PACKAGES = frozenset({"signoff", "engine", "bot", "localslack", "workflows"})


class _PackageFinder(MetaPathFinder):
    """Finds the packages beside this module before any other of the same name."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return PathFinder.find_spec(fullname, [_HOME]) if fullname in _PACKAGES else None


def main() -> int:
    """Run the command line, and return the exit code."""
    sys.meta_path.insert(0, _PackageFinder())
    code: int = importlib.import_module("bot.__main__").main()
    return code
