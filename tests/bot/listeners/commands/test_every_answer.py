"""Every subcommand answers through the local Slack, also the ones that no other test types."""

from typing import Any

import pytest

from bot.slash.arguments import COMMANDS
from tests.bot.listeners.commands.test_reading import ALICE, BOB, answer, read

Team = Any
FLOWS = """
from signoff import Cron, Fatal, Resource, Workflow

press = Resource("press", at_once=1)
deploy = Workflow("deploy", owner="@platform", channel="#deploys", triggers=[Cron("0 2 * * *")])
go = deploy.approval("go", ask="May we?", approvers=["@platform"], expires="4h")


@deploy.step(when=go.approved, uses=[press])
async def act() -> str:
    return "done"


shaky = Workflow("shaky", owner="@platform", channel="#deploys")


@shaky.step
async def fall() -> str:
    raise Fatal("the gateway is gone")


quick = Workflow("quick", owner="@platform", channel="#deploys")


@quick.step
async def work() -> str:
    return "done"
"""
ANSWERS = {
    "help": ("help", "What you can do with /workflow"),
    "list": ("list", "*3 workflows*"),
    "run": ("run quick", "Started *quick-"),
    "show": ("show deploy", "asks people"),
    "runs": ("runs", "waiting"),
    "history": ("history quick", "1 done"),
    "schedules": ("schedules", "*1 schedule*"),
    "triggers": ("triggers", "*1 trigger*"),
    "health": ("health", "judged by its last runs"),
    "insight": ("insight quick", "quick has no decision"),
    "graph": ("graph deploy", "The graph of deploy appears"),
    "report": ("report {waiting}", "appears in your direct messages"),
    "logs": ("logs {waiting}", "logged nothing"),
    "cancel": ("cancel {ended}", "has already ended"),
    "pause": ("pause {waiting}", "Paused *deploy-"),
    "resume": ("resume deploy", "deploy is not paused"),
    "mute": ("mute shaky for=2h", "Failures of *shaky* are muted until"),
    "unmute": ("unmute shaky", "None of its failures is muted."),
    "skip": ("skip {waiting}", "Which step of"),
    "retry": ("retry {waiting}", "No failed step of"),
    "reroute": ("reroute {failed}", "has no alternative"),
    "rerun": ("rerun {ended} copies=2", "it takes no input"),
    "fork": ("fork {ended} wrok", "Did you mean work?"),
    "priority": ("priority {waiting} 3", "priority"),
    "subscribe": ("subscribe quick", "quick"),
    "unsubscribe": ("unsubscribe quick", "quick"),
    "subscriptions": ("subscriptions", "news"),
    "approvals": ("approvals", "May we?"),
    "reassign": ("reassign {waiting} <@U03CAROL|carol>", "carol"),
    "away": ("away", "delegate"),
    "resources": ("resources", "*press*"),
    "canary": ("canary quick", "quick"),
    "workers": ("workers", "worker"),
}
"""By subcommand: what Bob types, and words of the answer."""


@pytest.fixture
def workflows() -> str:
    return FLOWS


def test_every_subcommand_is_typed_here() -> None:
    assert set(ANSWERS) == set(COMMANDS) - {"back"}


async def run_of(team: Team, name: str, state: str) -> str:
    await answer(team, ALICE, f"run {name}")

    async def found() -> str | None:
        runs, _ = await team.bot.engine.runs(name, [state])
        return runs[0].short if runs else None

    return str(await team.office.until(ALICE, found))


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_subcommand_answers_in_slack(team: Team, name: str) -> None:
    typed, words = ANSWERS[name]
    runs = {
        "waiting": await run_of(team, "deploy", "waiting"),
        "ended": await run_of(team, "quick", "succeeded"),
        "failed": await run_of(team, "shaky", "waiting"),
    }
    told = await read(team, BOB, typed.format(**runs))
    assert words in told
    assert "went wrong" not in told
