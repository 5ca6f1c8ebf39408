"""Every kind of mistake in a workflow file is named with its file, its line and the remedy.

`docs/reference/mistakes.md` is made from what is said, by `python -m tests.engine.authoring.test_mistakes`.
"""

import html
import re
import tempfile
from pathlib import Path

import pytest

from bot.cli.workflow_files import PUBLIC_NAMES
from engine import DefinitionError, DefinitionErrors, Registry, Workflow
from engine.authoring.dict_form import from_dict
from engine.authoring.loader import load
from engine.compiler import compile_workflow
from tests.engine.mistakes import MISTAKES, SUBJECTS, Mistake

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "mistakes.md"
FORBIDDEN = (
    r"(?<!here )is (?:no |not right)|M[e]nd|fault of Signoff|wrong type|0x[0-9a-f]{6}|signoff_workflow_|"
    r"1 validation"
)
HEAD = """# Mistakes

`signoff check` names all mistakes of a workflow file at once, each with its file, its line, its step and the
remedy. It exits with 1, and a file with a mistake is never served.

This page lists mistakes by subject, with the message for each. A test writes it.
"""


def said_to(mistake: Mistake, folder: Path) -> list[DefinitionError]:
    """Return the errors that the command reports for a file with that mistake."""
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


def message(error: DefinitionError, folder: Path) -> str:
    """Return what is said, with its line and its step, as Markdown shows it."""
    line = (error.file or "").rpartition(":")[2]
    place = f"line {line}, step {error.step}" if error.step else f"line {line}"
    text = f"{place}: {error.problem} {error.remedy}".replace(f"{folder}/", "").replace("\n", " ")
    return re.sub(r"([\\`*_\[\]|])", r"\\\1", html.escape(text, quote=False))


def row(mistake: Mistake, errors: list[DefinitionError], folder: Path) -> str:
    messages = dict.fromkeys(message(error, folder) for error in errors)
    return f"| {mistake.what} | {'<br>'.join(messages)} |"


def page() -> str:
    parts = [HEAD]
    for subject, mistakes in SUBJECTS.items():
        parts.append(f"\n## {subject}\n\n| mistake | message |\n|---|---|\n")
        for mistake in mistakes:
            with tempfile.TemporaryDirectory() as folder:
                parts.append(row(mistake, said_to(mistake, Path(folder)), Path(folder)) + "\n")
    return "".join(parts)


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
