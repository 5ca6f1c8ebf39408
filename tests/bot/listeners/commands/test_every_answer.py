"""Every subcommand answers through the local Slack, also the ones that no other test types."""

from typing import Any

import pytest

from bot.listeners.subcommands import SUBCOMMANDS
from bot.slash.arguments import COMMANDS
from tests.bot.listeners.commands.test_reading import ALICE, BOB, DEPLOYS, answer, read

Team = Any
FLOWS = """
from signoff import Alternative, Cron, Fatal, Resource, Workflow

press = Resource("press", at_once=1)
deploy = Workflow("deploy", owner="@platform", channel="#deploys", triggers=[Cron("0 2 * * *")])
go = deploy.approval("go", ask="May we?", approvers=["@platform"], expires="4h")


@deploy.step(when=go.approved, uses=[press])
async def act() -> str:
    return "done"


shaky = Workflow("shaky", owner="@platform", channel="#deploys")


def around() -> str:
    return "by the other way"


@shaky.step(alternative=Alternative(around, ask=True))
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
    "reroute": ("reroute {waiting}", "No failed step of"),
    "rerun": ("rerun {ended} copies=2", "it takes no input"),
    "fork": ("fork {ended} wrok", "Did you mean work?"),
    "priority": ("priority {waiting} 3", "has the priority 3 now"),
    "subscribe": ("subscribe quick", "#deploys gets the news of *quick*"),
    "unsubscribe": ("unsubscribe quick", "This channel gets no news of quick."),
    "subscriptions": ("subscriptions", "#deploys gets no news of any workflow."),
    "approvals": ("approvals", "May we?"),
    "reassign": ("reassign {waiting} <@U02BOB|bob>", "now waits for bob"),
    "away": ("away", "You have no delegate"),
    "resources": ("resources", "*press*"),
    "canary": ("canary quick", "quick has no canary"),
    "workers": ("workers", "There are no workers"),
    "grants": ("grants", "No grant that you can see is in force."),
}
"""By subcommand: what Bob types, and words of the answer."""
CONFIRMED = {
    "cancel": ("cancel {waiting}", "Cancel this run?", "open requests are withdrawn"),
    "skip": ("skip {waiting} act", "Skip this step?", "never executes in this run"),
    "retry": ("retry {failed}", "Retry this step?", "may be done twice"),
    "reroute": ("reroute {failed}", "Reroute this step?", "The alternative executes instead"),
    "rerun": ("rerun {ended}", "Run again?", "may be done twice"),
    "fork": ("fork {ended} work", "Start a new run?", "may be done twice"),
}
"""By subcommand that nobody can take back: what Bob types, the title of the window, and words of it."""
TAKEN_BACK = {
    "run": "cancel", "pause": "resume", "resume": "pause", "mute": "unmute", "unmute": "mute",
    "subscribe": "unsubscribe", "unsubscribe": "subscribe", "priority": "priority",
    "reassign": "reassign", "away": "away", "canary": "canary",
}  # fmt: skip
"""By subcommand that changes something at once: the one that takes it back."""
ONLY_SHOW = {"help", "approvals", "grants", "resources", "workers", "subscriptions"}
"""Subcommands that change nothing, beside those whose answers can be shared."""


@pytest.fixture
def workflows() -> str:
    return FLOWS


def test_every_subcommand_is_typed_here() -> None:
    assert set(ANSWERS) == set(COMMANDS)


def test_every_subcommand_that_changes_something_is_confirmed_or_can_be_taken_back() -> None:
    usages = [usage for each in SUBCOMMANDS.values() if each.shareable for usage in each.usages]
    shared = {usage.written.split()[0] for usage in usages}
    assert sorted([*CONFIRMED, *TAKEN_BACK, *ONLY_SHOW, *shared]) == sorted(COMMANDS)
    assert set(TAKEN_BACK.values()) <= set(COMMANDS)


async def run_of(team: Team, name: str, state: str) -> str:
    await answer(team, ALICE, f"run {name}")

    async def found() -> str | None:
        runs, _ = await team.bot.engine.runs(name, [state])
        return runs[0].short if runs else None

    return str(await team.office.until(ALICE, found))


async def three_runs(team: Team) -> dict[str, str]:
    return {
        "waiting": await run_of(team, "deploy", "waiting"),
        "ended": await run_of(team, "quick", "succeeded"),
        "failed": await run_of(team, "shaky", "waiting"),
    }


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_subcommand_answers_in_slack(team: Team, name: str) -> None:
    typed, words = ANSWERS[name]
    told = await read(team, BOB, typed.format(**await three_runs(team)))
    assert words in told
    assert "went wrong" not in told


@pytest.mark.parametrize("name", CONFIRMED)
async def test_a_subcommand_asks_before_it_does_what_nobody_can_take_back(team: Team, name: str) -> None:
    typed, title, words = CONFIRMED[name]
    runs = await three_runs(team)
    before = [(run.short, run.state, run.version) for run in (await team.bot.engine.runs())[0]]
    await team.office.say(BOB, DEPLOYS, f"/workflow {typed.format(**runs)}")
    window = await team.office.modal(BOB, title)
    assert words in str(window["blocks"])
    after = [(run.short, run.state, run.version) for run in (await team.bot.engine.runs())[0]]
    assert after == before
