"""Every kind of mistake in a workflow file is named with its file, its line and the remedy.

`docs/reference/mistakes.md` is made from what is said: `python -m tests.engine.test_mistakes` writes it.
"""

import re
import tempfile
from pathlib import Path

import pytest

from bot.cli.workflow_files import PUBLIC_NAMES
from engine import DefinitionError, DefinitionErrors, Registry, Workflow
from engine.authoring.dict_form import from_dict
from engine.authoring.loader import load
from engine.compiler import compile_workflow
from tests.engine.mistakes import MISTAKES, Mistake

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "mistakes.md"
FORBIDDEN = (
    r"(?<!here )is no |is not right|Mend|fault of Signoff|wrong type|0x[0-9a-f]{6}|signoff_workflow_|"
    r"1 validation"
)
HEAD = """# Mistakes, and what `signoff check` says

Each row is a workflow file with that one mistake; the number is the line in that file. `signoff check` names
all mistakes of a file at once and exits with 1, and such a file is never served. A test makes this page.

| mistake | line | step | what is said |
|---|---|---|---|
"""


def said_to(mistake: Mistake, folder: Path) -> list[DefinitionError]:
    """What the command says to a file with that mistake."""
    file = folder / "flow.py"
    file.write_text(mistake.file, encoding="utf-8")
    try:
        for found in load([file], public=PUBLIC_NAMES):
            if isinstance(found.workflow, Workflow):
                compile_workflow(found.workflow, str(file))
                continue
            registry = Registry()
            for name, service in getattr(found.module, "services", {}).items():
                registry.add(name, service)
            compile_workflow(from_dict(found.workflow, registry, str(file)))
    except DefinitionErrors as several:
        return several.errors
    except DefinitionError as one:
        return [one]
    return []


def line_of(error: DefinitionError) -> str:
    found = re.search(r":(\d+)$", error.file or "")
    return found[1] if found else "–"


def row(mistake: Mistake, errors: list[DefinitionError], folder: Path) -> str:
    cells = [
        mistake.what,
        ", ".join(dict.fromkeys(map(line_of, errors))),
        ", ".join(dict.fromkeys(error.step or "–" for error in errors)),
        " ".join(f"{error.problem} {error.remedy}" for error in errors).replace(f"{folder}/", ""),
    ]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def page() -> str:
    rows = []
    for mistake in MISTAKES:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(row(mistake, said_to(mistake, Path(folder)), Path(folder)))
    return HEAD + "\n".join(rows) + "\n"


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what)
def test_a_mistake_is_named_with_its_file_its_line_and_the_remedy(mistake: Mistake, tmp_path: Path) -> None:
    errors = said_to(mistake, tmp_path)
    assert errors
    for error in errors:
        assert re.fullmatch(re.escape(f"{tmp_path}/flow.py:") + r"\d+", error.file or "")
        assert error.remedy.endswith((".", "?"))
        assert not re.search(FORBIDDEN, str(error))
    expected = row(mistake, errors, tmp_path)
    assert expected in PAGE.read_text(encoding="utf-8").splitlines()


def test_no_kind_of_mistake_is_listed_twice() -> None:
    assert len({mistake.what for mistake in MISTAKES}) == len(MISTAKES) > 88


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
