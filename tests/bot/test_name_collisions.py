"""A user's modules may bear the names of Signoff's packages. By the real command line, in a real folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.authoring.local_modules import PACKAGES, PUBLIC

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).resolve().parents[2]
SIGNOFF = Path(sys.executable).with_name("signoff")
SHIP = """
{imports}
from signoff import Workflow

ship = Workflow("ship", owner="@ops")


@ship.step
async def name_it() -> str:
    {late}
    return {name}
"""


def signoff(folder: Path, *arguments: str, path: str = "") -> subprocess.CompletedProcess[str]:
    """`path`: PYTHONPATH, where Python looks before it looks for Signoff."""
    environment = {**os.environ, "SIGNOFF_WORKFLOWS": "flows", "PYTHONPATH": path}
    return subprocess.run(
        [str(SIGNOFF), *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


def flows(tmp_path: Path, **files: str) -> Path:
    """Write these modules of the user into `flows`; `__` in a name stands for a folder."""
    for name, text in files.items():
        file = tmp_path / "flows" / f"{name.replace('__', '/')}.py"
        file = file.with_name("__init__.py") if file.name == "init.py" else file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def output(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_importable_package_of_the_project_may_be_a_users_name() -> None:
    packages = {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert packages == {*PACKAGES, PUBLIC}


def test_modules_with_the_names_of_packages_are_found_beside_the_workflow(tmp_path: Path) -> None:
    """By name and by module, by the workflow file and a helper, when read and inside a step."""
    ship = SHIP.format(
        imports="\n".join(
            [
                "import helper",
                *(f"import {name}\nfrom {name} import OWN as own_{name}" for name in PACKAGES),
                *(f"assert {name}.OWN == own_{name} == helper.{name}() == '{name}'" for name in PACKAGES),
            ]
        ),
        late="\n    ".join(f"import {name} as late_{name}" for name in PACKAGES),
        name=" + ".join(f"late_{name}.OWN" for name in PACKAGES),
    )
    helper = "\n".join(
        f"def {name}() -> str:\n    from {name} import OWN\n    return OWN\n" for name in PACKAGES
    )
    flows(tmp_path, ship=ship, helper=helper, **{name: f"OWN = '{name}'\n" for name in PACKAGES})
    assert "ship" in output(signoff(tmp_path, "check", "flows", path="flows"))
    said = output(signoff(tmp_path, "run", "ship"))
    assert "succeeded" in said
    assert "".join(PACKAGES) in output(signoff(tmp_path, "show", said.split()[0], "--json"))


def test_a_package_with_such_a_name_has_its_own_submodules_and_relative_imports(tmp_path: Path) -> None:
    flows(
        tmp_path,
        ship=SHIP.format(imports="import bot.talk\nfrom bot.talk import name", late="pass", name="name()")
        + "\nassert bot.talk.name() == bot.NAME == 'Robo'\n",
        bot__init="NAME = 'Robo'\n",
        bot__talk="import bot, engine\nfrom . import NAME\n\ndef name():\n    return bot.NAME\n",
        engine="GEAR = 5\n",
    )
    output(signoff(tmp_path, "check", "flows"))


def test_an_older_file_that_imports_from_engine_still_loads(tmp_path: Path) -> None:
    flows(tmp_path, ship=SHIP.format(imports="from engine import Retry", late="pass", name="Retry.__name__"))
    output(signoff(tmp_path, "check", "flows"))


def test_an_older_import_beside_a_module_of_that_name_says_where_to_import_from(tmp_path: Path) -> None:
    old = SHIP.format(imports="from engine import Retry", late="pass", name="Retry.__name__")
    flows(tmp_path, ship=old, engine="GEAR = 5\n")
    done = signoff(tmp_path, "check", "flows")
    assert done.returncode == 1
    assert "flows/ship.py:2: " in done.stdout
    words = "cannot import name 'Retry' from 'engine'. Import it from signoff: from signoff import Retry."
    assert words in done.stdout


@pytest.mark.parametrize("name", ["signoff", "signoff__init"])
def test_a_module_called_signoff_is_refused_with_its_file(tmp_path: Path, name: str) -> None:
    flows(tmp_path, ship=SHIP.format(imports="", late="pass", name="''"), **{name: "OWN = 1\n"})
    done = signoff(tmp_path, "check", "flows")
    assert done.returncode == 1
    file = "signoff/__init__.py" if name.endswith("init") else "signoff.py"
    assert done.stdout.startswith(f"flows/{file}:1: Workflow files import the package signoff"), done.stdout
    assert "Rename this file." in done.stdout
