"""An approval decides about the candidate of a canary: its steps call the command line."""

import sys
from pathlib import Path
from typing import Any

import pytest

from engine import Actor

Team = Any
BOB, CAROL, DEPLOYS = "U02BOB", "U03CAROL", "C05DEPLOYS"
FLOWS = """
import asyncio
import os
from asyncio.subprocess import PIPE, STDOUT
from signoff import Fatal, Outcome, Workflow

quick = Workflow("quick", owner="@platform", channel="#deploys")


@quick.step
async def only() -> str:
    return "current"


decide = Workflow("decide", owner="@platform", channel="#deploys")


async def cli(*arguments: str) -> str:
    environment = os.environ | {{"DATABASE_URL": "sqlite:///{folder}/signoff.db"}}
    command = ["{python}", "-m", "bot", *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=PIPE, stderr=STDOUT, env=environment, cwd="{root}"
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise Fatal(output.decode())
    return " ".join(output.decode().split())


@decide.step
async def compare() -> str:
    return await cli("canary", "show", "quick")


go = decide.approval("go", ask="Promote it?", show=compare, approvers=["@release-managers"], expires="1d")


@decide.step(when=go.approved)
async def promote(go: Outcome) -> str:
    return await cli("canary", "promote", "quick", "--reason", f"approved by {{', '.join(go.by)}}")
"""


@pytest.fixture
def workflows(tmp_path: Path) -> str:
    root = Path(__file__).resolve().parents[3]
    return FLOWS.format(folder=tmp_path, python=sys.executable, root=root)


async def test_an_approved_candidate_is_promoted(team: Team, tmp_path: Path) -> None:
    office, canaries = team.office, team.bot.engine.canaries
    candidate = tmp_path / "next.py"
    candidate.write_text(
        "from signoff import Workflow\n\nquick = Workflow('quick', owner='@platform', channel='#deploys')\n\n"
        "@quick.step\nasync def only() -> str:\n    return 'next'\n",
        encoding="utf-8",
    )
    await canaries.start("quick", candidate, 100, actor=Actor("cli", "ops"))
    await office.say(BOB, DEPLOYS, "/workflow run decide")
    question = await office.message(CAROL, DEPLOYS, "Promote it?", "can decide")
    assert "next.py" in str(question["blocks"])
    await office.click(CAROL, question, "Approve")

    await office.message(CAROL, DEPLOYS, "*decide*", "done after")
    report = await canaries.report("quick")
    assert (report.canary.state, report.canary.reason) == ("promoted", f"approved by {CAROL}")
