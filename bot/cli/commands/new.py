"""`signoff new`: a workflow file with its test and settings for pytest."""

import keyword
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import CommandError, Output

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")
_RESERVED = ("signoff", "conftest")


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the workflow, such as deploy.")],
) -> None:
    """Write a workflow, its test and settings for pytest into this folder.

    The command never overwrites a file.
    """
    if not _NAME.fullmatch(name):
        raise CommandError(
            f"{name!r} cannot be a workflow's name. Begin with a letter; use letters, digits, _ and -."
        )
    module = name.replace("-", "_")
    if keyword.iskeyword(module) or module in _RESERVED or module in sys.stdlib_module_names:
        raise CommandError(f"{module}.py would hide a name of Python or Signoff. Choose another name.")
    folder = Path.cwd()
    files = {
        f"{module}.py": _WORKFLOW.format(name=name, module=module),
        f"test_{module}.py": _TEST.format(name=name, module=module),
    }
    if not any((folder / settings).exists() for settings in _SETTINGS_OF_PYTEST):
        files["pytest.ini"] = _PYTEST
    if existing := [file for file in files if (folder / file).exists()]:
        raise CommandError(f"{', '.join(existing)} already exists. Nothing was written. Choose another name.")
    for file, text in files.items():
        with (folder / file).open("x", encoding="utf-8") as opened:
            opened.write(text)
    output = Output()
    output.line(f"Wrote {', '.join(files)}.")
    output.line(f"Check it:  signoff check {module}.py")
    output.line("Test it:   pytest")
    output.line(f"Try it:    SIGNOFF_WORKFLOWS={module}.py signoff demo")


_SETTINGS_OF_PYTEST = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "pytest.toml")
"""Where one of these is, pytest has its settings already. Signoff's tests need none."""
_PYTEST = """[pytest]
addopts = -q
testpaths = .
asyncio_default_fixture_loop_scope = function
"""
_WORKFLOW = '''"""The workflow {name}: prepare, ask people, carry out."""

from pydantic import BaseModel
from signoff import Outcome, Retry, Workflow


class Request(BaseModel):
    subject: str
    count: int = 1


class Plan(BaseModel):
    summary: str


{module} = Workflow("{name}", input=Request, owner="@owners", channel="#{name}")


@{module}.step(retry=Retry(attempts=3))
async def prepare(input: Request) -> Plan:
    return Plan(summary=f"{{input.count}} × {{input.subject}}")


go = {module}.approval(
    "go",
    ask="Carry out {{prepare.summary}}?",
    show=[("Plan", "prepare.summary")],
    approvers=["@approvers"],
    expires="1d",
)


@{module}.step
async def carry_out(prepare: Plan, go: Outcome) -> str:
    return f"done: {{prepare.summary}}"


@{module}.step(when=go.rejected | go.expired)
async def stand_down() -> str:
    return "not done"
'''
_TEST = '''"""Tests of the workflow {name}, on the real engine with a clock that the test moves."""

from {module} import {module}
from signoff.testing import Harness, StaticPeople

PEOPLE = StaticPeople(groups={{"approvers": ["U1"], "owners": ["U2"]}})


async def test_an_approved_plan_is_carried_out() -> None:
    async with Harness({module}, people=PEOPLE) as harness:
        run = await harness.start("{name}", {{"subject": "lamp"}})
        await harness.decide("go", "approve", as_user="U1")
        assert await harness.output(run, "carry_out") == "done: 1 × lamp"


async def test_a_rejected_plan_is_not_carried_out() -> None:
    async with Harness({module}, people=PEOPLE) as harness:
        run = await harness.start("{name}", {{"subject": "lamp"}})
        await harness.decide("go", "reject", as_user="U1", comment="not now")
        assert await harness.output(run, "stand_down") == "not done"


async def test_a_day_without_an_answer_ends_the_wait() -> None:
    async with Harness({module}, people=PEOPLE) as harness:
        run = await harness.start("{name}", {{"subject": "lamp"}})
        await harness.advance("1d")
        assert (await harness.step(run, "carry_out")).state == "skipped"
'''
