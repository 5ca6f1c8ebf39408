"""Options of other steps that a step of a kind does not take."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from engine import DefinitionError, DefinitionErrors, Registry
from engine.authoring.dict_form import from_dict
from engine.authoring.loader import load

POLL = "It is not checked until it is ready. Write retry=Retry(…), or a step with poll=."
EACH = "It executes once. Write a step with each=, or a child workflow with each= that contains it."


@pytest.mark.parametrize("kind", ["command", "http"])
@pytest.mark.parametrize(("option", "value", "remedy"), [("poll", "'2h'", POLL), ("each", "'a.rows'", EACH)])
def test_a_step_of_a_kind_takes_neither_poll_nor_each(
    kind: str, option: str, value: str, remedy: str, tmp_path: Path
) -> None:
    what = {"command": "['true']", "http": "'https://a.example'"}[kind]
    file = tmp_path / "flow.py"
    file.write_text(
        "from signoff import Workflow\n\nmade = Workflow('nightly', owner='@ops')\n"
        f"made.{kind}('backup', {what}, {option}={value})\n"
    )
    assert problem(file) == f"file {file}:4: {kind} has no option {option}. {remedy}"

    key = {"command": "argv", "http": "url"}[kind]
    head = f"id: nightly\nowner: '@ops'\ntasks:\n  - id: backup\n    {kind}: {{{key}: {what}"
    file = tmp_path / "flow.yaml"
    file.write_text(f"{head}}}\n    {option}: {value}\n")
    assert f"but has '{option}', which a task with '{kind}' does not take. {remedy}" in problem(file)
    file.write_text(f"{head}, {option}: {value}}}\n")
    assert f"{kind} has '{option}', which is not an option here. {remedy}" in problem(file)


def problem(file: Path) -> str:
    with pytest.raises((DefinitionError, DefinitionErrors)) as raised:
        read(file)
    return str(raised.value)


def read(file: Path) -> None:
    for found in load([file]):
        from_dict(cast(Mapping[str, Any], found.workflow), Registry())
