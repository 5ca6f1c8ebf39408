"""Loads the engine of Signoff, also where a user's own module is called `engine`."""

import importlib
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path

_HOME = Path(__file__).resolve().parents[1]


def load() -> None:
    """Give Signoff its `engine`. A user's module of that name stays what it is for the modules beside it."""
    file = getattr(sys.modules.get("engine"), "__file__", None)
    if file and Path(file).resolve().parent == _HOME / "engine":
        return
    own = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "engine"}
    spec = PathFinder.find_spec("engine", [str(_HOME)])
    assert spec is not None
    assert spec.loader is not None
    sys.modules["engine"] = engine = module_from_spec(spec)
    spec.loader.exec_module(engine)
    importlib.import_module("engine.authoring.local_modules").find_beside(own)


load()
