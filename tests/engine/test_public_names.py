"""The public names of the engine: complete, typed, and light where a command line needs them."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import engine

ROOT = Path(__file__).resolve().parents[2]
MODULES = {module.name: module.ispkg for module in pkgutil.iter_modules(engine.__path__)}
LIGHT = ("durations", "errors", "forms", "text")


def declares_names(name: str) -> bool:
    tree = ast.parse((ROOT / "engine" / f"{name}.py").read_text("utf-8"))
    return any(
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" for node in tree.body
    )


PUBLIC = sorted(name for name, is_package in MODULES.items() if not is_package and declares_names(name))


def test_every_public_name_is_there() -> None:
    assert [name for name in engine.__all__ if not hasattr(engine, name)] == []
    assert set(engine.__all__) <= set(dir(engine))


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_module_has_the_names_that_it_declares(name: str) -> None:
    module = importlib.import_module(f"engine.{name}")
    assert [public for public in module.__all__ if not hasattr(module, public)] == []


def test_type_checkers_see_the_names_that_exist() -> None:
    tree = ast.parse((ROOT / "engine/__init__.py").read_text("utf-8"))
    imports = {
        f"{node.module}.{alias.name}"
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imports == {f"{module}.{name}" for name, module in engine._MODULE_OF.items()}


def test_an_unknown_name_is_an_error_that_names_it() -> None:
    with pytest.raises(ImportError, match="cannot import name 'Workflo' from 'engine'"):
        exec("from engine import Workflo")
    with pytest.raises(AttributeError, match="'engine' has no attribute 'Workflo'"):
        engine.Workflo  # noqa: B018


@pytest.mark.parametrize("name", ["", *(f".{name}" for name in LIGHT)])
def test_a_light_module_imports_no_database_and_no_runtime(name: str) -> None:
    code = f"import sys, engine{name}; print(*sorted(sys.modules))"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT).split()
    heavy = ("sqlalchemy", "sqlite3", "pydantic", "engine.store", "engine.runtime", "engine.compiler")
    assert [module for module in loaded if module.startswith(heavy)] == []


def test_a_start_imports_no_library_that_describes_tables_or_migrates_them() -> None:
    """Together they take longer than half of the bot's own modules."""
    code = "import sys, bot.application; print(*sorted(sys.modules))"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT).split()
    assert "engine.store.schema.statements" in loaded
    assert [module for module in loaded if module in ("sqlalchemy", "sqlmodel", "alembic")] == []
