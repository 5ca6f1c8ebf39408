"""Workflow files by path: what is found in them, and what is said of those that can't be read."""

import os
import re
import sys
from pathlib import Path

import pytest

from bot.cli.workflow_files import PUBLIC_NAMES
from engine import DefinitionErrors, Workflow
from engine.authoring.loader import load
from engine.compiler import compile_workflow
from engine.model.definition.spec import StepSpec
from engine.runtime.workflows.candidates import candidate_path

FLOW = """
from signoff import Workflow

{name} = Workflow("{name}", owner="@platform")


@{name}.step
async def work() -> int:
    return 1
"""


def write(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def test_workflows_are_loaded_from_files_and_folders_once_each(tmp_path: Path) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    write(folder / "one.py", FLOW.format(name="one"))
    write(folder / "two.py", FLOW.format(name="two"))
    write(folder / "helpers.py", "def helps(): ...\n")
    write(folder / "_hidden.py", FLOW.format(name="hidden"))
    single = write(tmp_path / "three.py", FLOW.format(name="three"))
    assert [found.name for found in load([folder, single, single])] == ["one", "two", "three"]


def test_a_workflow_imported_from_another_file_belongs_to_that_file(tmp_path: Path) -> None:
    write(tmp_path / "first_flow.py", FLOW.format(name="first"))
    text = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nfrom first_flow import first\n"
    second = write(tmp_path / "second.py", text + FLOW.format(name="second"))
    assert [found.name for found in load([second])] == ["second"]


FACTORY = """
from signoff import Workflow

def ask(name: str) -> Workflow:
    flow = Workflow(name, owner="@platform")
    flow.approval("go", ask="Go?", approvers=["@ops"], expires="1h", advisory=True)
    return flow
"""


def test_a_workflow_that_a_helper_makes_is_of_the_file_that_names_it(tmp_path: Path) -> None:
    write(tmp_path / "factory_of_asks.py", FACTORY)
    text = "from factory_of_asks import ask\none = ask('one')\ntwo = ask('two')\n"
    file = write(tmp_path / "asks_flow.py", text)
    importing = write(tmp_path / "more.py", "from asks_flow import one\nimport factory_of_asks\n"
                      "three = factory_of_asks.ask('three')\n")  # fmt: skip
    assert [found.name for found in load([file])] == ["one", "two"]
    assert [found.name for found in load([importing])] == ["three"]
    assert [found.name for found in load([tmp_path])] == ["one", "two", "three"]


def test_a_dict_form_is_found_too(tmp_path: Path) -> None:
    file = write(tmp_path / "data.py", 'pipeline = {"id": "Daily", "tasks": []}\n')
    assert [found.name for found in load([file])] == ["Daily"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("x = (1,\n", 1, "The file is not valid Python: '(' was never closed. Correct that line."),
        ("import nowhere_to_be_found\n", 1, "Install nowhere_to_be_found, or correct the import."),
        ("\nflow = Workflw('x')\n", 2, "name 'Workflw' is not defined. Did you mean Workflow?"),
        (
            "from signoff import Workflow\nWorkflow('x')\n",
            2,
            "Workflow needs owner. Give owner=",
        ),
        (
            "from signoff import Workflow\nWorkflow('x', ownr='@a')\n",
            2,
            "Workflow has no option ownr. Did you mean owner?",
        ),
        ("raise SystemExit(3)\n", 1, "a workflow file should only define things when Signoff reads it"),
        (
            FLOW.format(name="a") + "\n@a.step(when=work.succeeded and work.failed)\nasync def b(): ...\n",
            11,
            "Combine conditions with &, | and ~",
        ),
        ("x = 1\n", 1, "The file has no workflow."),
    ],
)
def test_a_file_that_can_not_be_read(tmp_path: Path, text: str, line: int | None, words: str) -> None:
    file = write(tmp_path / "flow.py", text)
    with pytest.raises(DefinitionErrors) as found:
        load([file], public=PUBLIC_NAMES)
    (error,) = found.value.errors
    assert words in str(error)
    assert error.file == (f"{file}:{line}" if line else str(file))


def test_missing_paths_are_reported(tmp_path: Path) -> None:
    with pytest.raises(DefinitionErrors) as found:
        load([tmp_path / "none.py", write(tmp_path / "notes.txt", "x")])
    assert [error.problem for error in found.value.errors] == [
        "There is no such file or folder.",
        "The path is not a Python or YAML file.",
    ]


def test_two_files_with_one_workflow_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.py", FLOW.format(name="night_job"))
    write(tmp_path / "b.py", FLOW.format(name="night_job").replace('"night_job"', '"Night-Job"'))
    with pytest.raises(DefinitionErrors, match="Another workflow is already called night_job"):
        load([tmp_path])


def test_tests_beside_workflows_are_not_loaded_as_workflows(tmp_path: Path) -> None:
    write(tmp_path / "ship.py", FLOW.format(name="ship"))
    for name in ("test_ship.py", "ship_test.py", "conftest.py"):
        write(tmp_path / name, "raise RuntimeError('read as a workflow file')\n")
    assert [found.name for found in load([tmp_path])] == ["ship"]


def test_a_workflow_file_imports_a_module_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "beside_shipping.py", "OWNER = '@platform'\n")
    write(tmp_path / "shipping.py", "import beside_shipping\n" + FLOW.format(name="shipping"))
    assert [found.name for found in load([tmp_path])] == ["shipping"]


CATCHES = """
while True:
    try:
        x = 1
    except Exception:
        pass
"""


@pytest.mark.parametrize(
    "body",
    ["while True:\n    pass\n", "import time\ntime.sleep(999)\n", CATCHES],
    ids=["loop", "sleep", "catches"],
)
def test_a_file_whose_reading_does_not_end_is_given_up(tmp_path: Path, body: str) -> None:
    file = tmp_path / "flow.py"
    file.write_text(body, encoding="utf-8")
    with pytest.raises(DefinitionErrors) as raised:
        load([file], seconds=0.1)
    (error,) = raised.value.errors
    assert error.problem == "Reading the file had not ended after 0.1 s."
    assert re.fullmatch(r".*flow\.py:\d", error.file or "")


def test_an_exit_that_a_file_imports_still_ends_the_process_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "flow.py"
    file.write_text(
        "import os\nfrom os import _exit as leave\nfrom signoff import Workflow\n"
        "flow = Workflow('flow', owner='@ops')\nchild = os.fork()\nif child == 0:\n    os._exit(7)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7\n",
        encoding="utf-8",
    )
    before = os._exit
    (found,) = load([file])
    assert os._exit is before
    child = os.fork()
    if child == 0:
        found.module.leave(5)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5


def test_a_module_beside_a_workflow_may_have_the_name_of_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real command line does the same in tests/bot/test_name_collisions.py."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "path", list(sys.path))
    write(tmp_path / "engine.py", "GEAR = 5\n")
    write(tmp_path / "gears_of_engine.py", "import engine\nGEARS = [engine.GEAR]\n")
    text = "import engine\nfrom gears_of_engine import GEARS\nassert GEARS == [engine.GEAR]\n"
    file = write(tmp_path / "flow.py", text + FLOW.format(name="one"))
    assert [found.name for found in load([file])] == ["one"]
    assert sys.modules["engine"].__doc__


def test_a_module_called_signoff_beside_a_workflow_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "flow.py", FLOW.format(name="one"))
    write(tmp_path / "signoff.py", "")
    with pytest.raises(DefinitionErrors, match=r"signoff\.py:1: .*Rename this file\."):
        load([tmp_path])


RETRYING = """
from signoff import Retry, Workflow

sync = Workflow("sync", owner="@platform")


class Flaky(Exception): ...


@sync.step(retry=Retry(3, retry_on=(Flaky, ConnectionError)))
async def pull() -> int:
    return 1
"""


def test_a_workflow_file_that_moves_to_another_folder_keeps_its_version(tmp_path: Path) -> None:
    definitions = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (found,) = load([write(tmp_path / name / "sync.py", RETRYING)])
        assert isinstance(found.workflow, Workflow)
        definitions.append(compile_workflow(found.workflow).definition)
    first, second = definitions
    assert first.digest() == second.digest()
    (node,) = first.nodes
    assert isinstance(node, StepSpec)
    assert node.retry.retry_on == ("Flaky", "builtins.ConnectionError")


def test_a_pipe_in_a_folder_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "flow.py", FLOW.format(name="flow"))
    for name in ("pipe.py", "pipe.yaml"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "zero.py").symlink_to("/dev/zero")
    (tmp_path / "folder.py").mkdir()
    assert len(load([tmp_path])) == 1


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("loop.py", "its links lead in a circle"),
        ("nul\0.py", "it has a character that no path has"),
        ("x" * 5000, "File name too long"),
    ],
)
def test_a_path_that_cannot_be_used_is_refused(tmp_path: Path, path: str, why: str) -> None:
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    with pytest.raises(DefinitionErrors, match=f"The path cannot be used: {why}. Give the path"):
        load([f"{tmp_path}/{path}"])
    with pytest.raises(DefinitionErrors, match=f"The path cannot be used: {why}. Give the path"):
        candidate_path(f"{tmp_path}/{path}")
