"""The Home tells owners and operators what policies denied, let through, and what became of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.views.home_policies import MAX_RULES, PolicyPart, applied_rules, policy_blocks
from engine import Actor, Decision, DeniedStep, EventRecord
from engine.errors import PolicyDenied
from tests.bot.listeners.test_home import ALICE, BOB, ERIN, FRANK, home_of, opened

Team = Any
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FLOWS = """
from signoff import Workflow

deploy = Workflow("deploy", owner="U01ALICE", channel="#deploys")


@deploy.step
async def release() -> str:
    return "out"


other = Workflow("other", owner="U02BOB", channel="#deploys")


@other.step
async def act() -> str:
    return "done"
"""
RULES = """
rules:
  - name: no-release
    at: step
    when: step.name == "release"
    deny: Releases are frozen.
  - name: only-frank
    at: start
    when: workflow.name == "other"
    unless: requester.id == "U06FRANK"
    deny: Only Frank may.
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


@pytest.fixture
def console_url() -> str:
    return "https://signoff.example.com"


@pytest.fixture
def more_settings(tmp_path: Path) -> Mapping[str, str]:
    rules = tmp_path / "policies.yaml"
    rules.write_text(RULES, encoding="utf-8")
    return {"SIGNOFF_POLICIES": str(rules)}


def of_policies(view: Any) -> str:
    """Return the blocks of the section."""
    blocks = view["blocks"]
    headers = [place for place, block in enumerate(blocks) if block["type"] == "header"]
    first = next((place for place in headers if "Policies" in str(blocks[place])), None)
    if first is None:
        return ""
    return str(blocks[first : next((place for place in headers if place > first), None)])


async def test_owners_and_operators_read_what_policies_denied_and_let_through(team: Team) -> None:
    engine = team.bot.engine
    assert not of_policies(await opened(team, ALICE, "Start a run"))
    run = await engine.start("deploy", {}, actor=Actor("slack", ALICE))

    async def is_denied() -> bool:
        return any(each.kind == "failure" for each in await engine.requests(run_id=run.id))

    await team.office.until(ALICE, is_denied)
    with pytest.raises(PolicyDenied):
        await engine.start("other", {}, actor=Actor("slack", ALICE))
    await engine.start("other", {}, actor=Actor("slack", FRANK))

    alice = of_policies(await opened(team, ALICE, "Policies in the last 30 days"))
    assert "⏸️ *no-release*\\n1 denial: 1 open." in alice
    assert f"Details of {run.short}" in alice
    assert ("only-frank" in alice, "console" in alice) == (False, False)

    bob = of_policies(await opened(team, BOB, "Policies in the last 30 days"))
    assert "✅ *only-frank*\\n" in bob
    assert "1 denial: 1 closed. 1 exception for <@U06FRANK>, granted by `unless` in the policy file." in bob
    assert "release" not in bob

    assert not of_policies(await opened(team, FRANK, "Start a run"))
    operator = of_policies(await opened(team, ERIN, "Policies in the last 30 days"))
    assert "<https://signoff.example.com/console/policies|Open the policies in the console>" in operator
    assert operator.index("release") < operator.index("only-frank")

    failure = next(each for each in await engine.requests(run_id=run.id) if each.kind == "failure")
    await engine.decide(failure.id, Decision("skip", comment="Not today."), actor=Actor("slack", ALICE))
    await engine.until_ended(run.id)
    await team.office.do("home/open", **{"as": ALICE})
    remedied = of_policies(await home_of(team, ALICE, "1 remedied"))
    assert ("1 denial: 1 remedied." in remedied, "Details" in remedied) == (True, False)


def denial(rule: str, seq: int, run: str | None = "r-1") -> EventRecord:
    data = {"rules": [{"rule": rule, "effect": "deny"}], "workflow": "deploy"}
    return EventRecord(
        seq, "policy.denied", NOW, Actor("slack", BOB), run, "deploy", "release", None, None, data
    )


def test_rules_with_open_denials_come_first_and_the_section_says_what_it_leaves_out() -> None:
    closed = [(denial(f"closed-{number}", 9 - number, None), None) for number in range(4)]
    states = [DeniedStep("failed", False), DeniedStep("succeeded", True), DeniedStep("failed", True), None]
    rules = applied_rules([*closed, *((denial("mixed", 1), state) for state in states)])
    shown = str(policy_blocks(PolicyPart(rules, 30, 500), NOW))
    assert "4 denials: 1 open, 1 remedied, 1 closed, 1 of deleted runs." in shown
    assert shown.index("mixed") < shown.index("closed-0")
    assert f"{5 - MAX_RULES} more policies" in shown
    assert "Counted are the newest 500 entries of all workflows" in shown
    assert policy_blocks(PolicyPart((), 30), NOW) == []
