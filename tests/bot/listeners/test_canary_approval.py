"""The approvers of a gate decide in Slack about the candidate of a canary."""

from pathlib import Path
from typing import Any

import pytest

from engine import Actor, CanaryRules

Team = Any
ALICE, BOB, CAROL, DEPLOYS = "U01ALICE", "U02BOB", "U03CAROL", "C05DEPLOYS"
FLOWS = """
from signoff import Gate, Workflow

quick = Workflow("quick", owner="@platform", channel="#deploys")
release_gate = Gate(
    "release-gate", owner="@platform", channel="#deploys", approvers=["@release-managers"], expires="1d"
)


@quick.step
async def only() -> str:
    return "current"
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def test_an_approved_candidate_is_promoted(team: Team, tmp_path: Path) -> None:
    office, canaries = team.office, team.bot.engine.canaries
    candidate = tmp_path / "next.py"
    candidate.write_text(
        "from signoff import Workflow\n\nquick = Workflow('quick', owner='@platform', channel='#deploys')\n\n"
        "@quick.step\nasync def only() -> str:\n    return 'next'\n",
        encoding="utf-8",
    )
    rules = CanaryRules(min_runs=1, max_failures=50, promote_after=1)
    starter = Actor("slack", ALICE)
    await canaries.start("quick", candidate, 50, actor=starter, rules=rules, ask="release-gate")

    async def asked() -> bool:
        await team.bot.engine.start("quick", actor=Actor("cli", "ops"))
        return bool((await canaries.report("quick")).question)

    await office.until(CAROL, asked)
    question = await office.message(CAROL, DEPLOYS, "Promote the candidate of quick?", "can decide")
    shown = str(question["blocks"])
    report = await canaries.report("quick")
    assert "next.py" in shown
    assert "0.0% failed" in shown
    assert report.canary.code in shown
    await office.say(BOB, DEPLOYS, "/workflow canary quick")
    assert f"Asked: `{report.question}`." in str(await office.heard(BOB, DEPLOYS))

    await office.click(CAROL, question, "Approve")

    async def promoted() -> bool:
        state: str = (await canaries.report("quick")).canary.state
        return state == "promoted"

    await office.until(CAROL, promoted)
    assert (await canaries.report("quick")).canary.reason == f"approved by {CAROL} in {report.question}"


async def test_a_canary_that_its_rules_end_is_told_in_the_channel_and_to_the_owner(
    team: Team, tmp_path: Path
) -> None:
    candidate = tmp_path / "next.py"
    candidate.write_text(
        "from signoff import Workflow\n\nquick = Workflow('quick', owner='@platform', channel='#deploys')\n\n"
        "@quick.step\nasync def only() -> str:\n    return 'next'\n",
        encoding="utf-8",
    )
    engine, rules = team.bot.engine, CanaryRules(min_runs=1, max_failures=50, promote_after=1)
    await engine.canaries.start("quick", candidate, 50, actor=Actor("slack", ALICE), rules=rules)

    async def promoted() -> bool:
        await engine.start("quick", actor=Actor("cli", "ops"))
        state: str = (await engine.canaries.report("quick")).canary.state
        return state == "promoted"

    await team.office.until(CAROL, promoted)
    told = await team.office.message(CAROL, DEPLOYS, "The candidate of *quick* was promoted by its rules")
    assert "stayed within the bounds. New runs execute the candidate." in told["text"]
    assert "<!subteam^" in told["text"] or "@platform" in told["text"]
