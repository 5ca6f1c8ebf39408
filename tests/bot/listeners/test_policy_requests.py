"""A policy asks for an approval in Slack, and the step executes after it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, Decision

DEPLOYS = "C05DEPLOYS"
ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
Team = Any
FLOWS = """
from signoff import Workflow

deploy = Workflow("deploy", owner="@platform", channel="#deploys")


@deploy.step
async def build() -> dict:
    return {"version": "2.1"}


@deploy.step
async def release(build: dict) -> str:
    return build["version"]
"""
RULES = """
rules:
  - name: four-eyes
    at: step
    when: step.name == "release"
    require: {by: ["@release-managers"]}
    reason: A release manager approves each release.
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


@pytest.fixture
def more_settings(tmp_path: Path) -> Mapping[str, str]:
    rules = tmp_path / "policies.yaml"
    rules.write_text(RULES, encoding="utf-8")
    return {"SIGNOFF_POLICIES": str(rules)}


async def test_a_policy_asks_in_the_channel_and_the_step_executes_after_the_approval(team: Team) -> None:
    office, engine = team.office, team.bot.engine
    await office.say(BOB, DEPLOYS, "/workflow run deploy")
    question = await office.message(CAROL, DEPLOYS, "Execute release of deploy?", "can decide")
    shown = str(question)
    assert "asked by the policy four-eyes, run started by" in shown
    assert "A release manager approves each release." in shown
    assert "2.1" in shown
    (run,) = (await engine.runs("deploy"))[0]
    await office.click(BOB, question, "Approve")
    await office.click(CAROL, question, "Approve")
    await engine.until_ended(run.id)
    detail = await engine.seen_by(Actor("slack", ALICE)).detail(run.id)
    assert [(each.outcome, each.decisions[0].actor.id) for each in detail.requests] == [("approved", CAROL)]
    assert [step.output for step in detail.steps] == [{"version": "2.1"}, "2.1"]
    await office.message(ALICE, DEPLOYS, "Execute release of deploy?", "*Approved* by")


async def test_a_rejection_names_the_policy_and_the_person(team: Team) -> None:
    office = team.office
    await office.say(ALICE, DEPLOYS, "/workflow run deploy")
    await office.message(CAROL, DEPLOYS, "Execute release of deploy?", "can decide")
    await team.bot.engine.decide(
        (await team.bot.engine.requests())[0].id,
        Decision("reject", comment="Not today."),
        actor=Actor("slack", CAROL),
    )
    failure = await office.message(ALICE, DEPLOYS, "deploy failed at release", "four-eyes")
    assert "rejected by carol. Not today." in str(failure)
    assert CAROL not in str(failure["blocks"])
