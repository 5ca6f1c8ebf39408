"""Modules of workflow folders are imported again, and stay where that fails."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import DefinitionErrors
from engine.authoring.fresh_modules import fresh_modules, module_files
from engine.authoring.loader import load

FLOW = """
import lib
from signoff import Workflow

WORD = lib.WORD
flow = Workflow("flow", owner="@ops")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "__init__.py").write_text("from lib.words import WORD\n", encoding="utf-8")
    (tmp_path / "lib" / "words.py").write_text("WORD = 1\n", encoding="utf-8")
    (tmp_path / "flow.py").write_text(FLOW, encoding="utf-8")
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "lib"]:
        del sys.modules[name]
    sys.path.remove(str(tmp_path))


def test_packages_below_the_folder_are_imported_again(folder: Path) -> None:
    (found,) = load([folder / "flow.py"])
    assert found.module.WORD == 1
    assert {file.name for file in module_files([folder])} == {"flow.py", "__init__.py", "words.py"}
    (folder / "lib" / "words.py").write_text("WORD = 2\n", encoding="utf-8")
    with fresh_modules([folder]):
        (found,) = load([folder / "flow.py"])
    assert found.module.WORD == 2
    assert sys.modules["lib"].WORD == 2


def test_earlier_modules_are_back_where_the_body_raises(folder: Path) -> None:
    load([folder / "flow.py"])
    before = sys.modules["lib"], sys.modules["lib.words"]
    (folder / "lib" / "words.py").write_text("WORD = 2\n", encoding="utf-8")
    (folder / "flow.py").write_text("import lib\n\nraise ValueError('no')\n", encoding="utf-8")
    with pytest.raises(DefinitionErrors, match="no"), fresh_modules([folder]):
        load([folder / "flow.py"])
    assert (sys.modules["lib"], sys.modules["lib.words"]) == before


def test_signoff_and_libraries_are_never_imported_again() -> None:
    root = Path(sys.modules["engine"].__file__ or "").parents[1]
    before = dict(sys.modules)
    with fresh_modules([root]):
        assert sys.modules["engine"] is before["engine"]
        assert sys.modules["pydantic"] is before["pydantic"]
