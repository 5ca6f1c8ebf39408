"""Every door in Slack answers an outsider about a private workflow as about a name that does not exist.

The tables are held against the code: a new subcommand, button, window or shortcut without an entry is red.
"""

import re
from collections.abc import Collection
from typing import Any

import pytest

from bot.slash.arguments import COMMANDS
from engine import Actor
from tests.conftest import spoken

DEPLOYS, GENERAL = "C05DEPLOYS", "C01GENERAL"
BOB, CAROL, DAVE, FRANK = "U02BOB", "U03CAROL", "U04DAVE", "U06FRANK"
Team = Any
FLOWS = """
from pydantic import BaseModel

from signoff import Cron, Fatal, Objectives, Outcome, Resource, Workflow


class Sum(BaseModel):
    note: str


bakery = Workflow("bakery", owner="@platform", channel="#general")


@bakery.step
async def only() -> str:
    return "done"


treasury = Workflow(
    "treasury", title="Planted title", input=Sum, owner="U02BOB", channel="#deploys", may_see=["U03CAROL"],
    may_operate=["U04DAVE"], description="Planted description",
    triggers=[Cron("0 2 * * *", input={"note": "x"})],
    resources=[Resource("planted-vault", at_once=1)], objectives=Objectives(success="99%"),
)


@treasury.step
async def count(input: Sum) -> str:
    return f"planted output {input.note}"


pay = treasury.approval("pay", ask="Planted question {count}?", approvers=["U03CAROL"], expires="4h")


@treasury.step(when=pay.approved)
async def act(pay: Outcome) -> str:
    return "done"


leak = Workflow("leak", title="Planted leak", owner="U02BOB", channel="#deploys", may_see=["U03CAROL"])


@leak.step
async def fall() -> str:
    raise Fatal("planted failure")
"""
PLANTED = ("treasury", "planted", "leak")
"""Words of which an outsider reads none, in any case of the letters."""
NAME, UNKNOWN = "treasury", "treasure"
TARGETS = {
    "run": ["run {name}", "run {name} note=x"],
    "show": ["show {name}", "show {run}"],
    "runs": ["runs {name}", "runs {name} failed", "runs {name} since=2d", "runs text={name}", "runs"],
    "history": ["history {name}"],
    "schedules": ["schedules {name}", "schedules"],
    "triggers": ["triggers {name}", "triggers"],
    "health": ["health {name}", "health"],
    "insight": ["insight {name}"],
    "graph": ["graph {name}", "graph {run}"],
    "report": ["report {run}"],
    "logs": ["logs {run} count"],
    "cancel": ["cancel {run} because"],
    "pause": ["pause {run} because", "pause {name} because"],
    "resume": ["resume {run}", "resume {name}"],
    "mute": ["mute {name} for=2h", "mute {run} for=2h"],
    "unmute": ["unmute {name}", "unmute {run}"],
    "skip": ["skip {run} act"],
    "retry": ["retry {run} fall"],
    "reroute": ["reroute {run} fall"],
    "rerun": ["rerun {run}", "rerun {run} note=x"],
    "fork": ["fork {run} act"],
    "priority": ["priority {run} 3"],
    "subscribe": ["subscribe {name}"],
    "unsubscribe": ["unsubscribe {name}"],
    "reassign": ["reassign {run} <@U06FRANK|frank>"],
    "canary": ["canary {name}", "canary {name} promote"],
    "list": ["list"],
    "help": ["help"],
    "approvals": ["approvals"],
    "away": ["away", "away until fri to <@U03CAROL|carol>"],
    "resources": ["resources"],
    "workers": ["workers"],
    "subscriptions": ["subscriptions"],
}
"""By subcommand: what an outsider types. `{name}` is a workflow, and `{run}` a run."""


@pytest.fixture
def workflows() -> str:
    return FLOWS


@pytest.fixture
def private_channels() -> Collection[str]:
    return ["deploys"]


@pytest.fixture
async def run(team: Team) -> str:
    """The id of a private run at an open approval; another one waits at a failure."""
    await team.office.say(BOB, DEPLOYS, "/workflow run leak")
    await team.office.say(BOB, DEPLOYS, "/workflow run treasury note=planted")

    async def both() -> Any:
        requests = await team.bot.engine.requests()
        return requests if len(requests) == 2 else None

    requests = await team.office.until(BOB, both)
    # It was subscribed while everybody in the channel could see the workflow.
    await team.bot.engine.subscriptions.add(GENERAL, NAME, actor=Actor("cli", "root"))
    return next(str(each.run_id) for each in requests if each.workflow == "treasury")


def unlike(run: str) -> str:
    return run[:-4] + "zzzz"


def without(text: str, *words: str) -> str:
    """Return an answer without the ids that Slack gives, and with one word for what was typed."""
    text = re.sub(r"'block_id': '[^']*'", "", text)
    for word in words:
        text = text.replace(word, "TARGET")
    return text


def tells_nothing(said: str) -> None:
    """Hold that none of the planted words is in what an outsider reads."""
    assert not [word for word in PLANTED if word in said.casefold()], said


async def heard(team: Team, person: str, command: str) -> str:
    await team.office.say(person, GENERAL, f"/workflow {command}")
    message = await team.office.heard(person, GENERAL)
    return f"{spoken(message)} {message['blocks']}"


def test_every_subcommand_is_a_door_of_the_table() -> None:
    assert set(TARGETS) == set(COMMANDS)


async def test_every_subcommand_answers_about_a_private_workflow_as_about_no_workflow(
    team: Team, run: str
) -> None:
    short = (await team.bot.engine.detail(run)).run.short
    for typed in [each for commands in TARGETS.values() for each in commands]:
        said = []
        for name, ids in ((NAME, [run, short]), (UNKNOWN, [unlike(run), unlike(short)])):
            for id_ in ids if "{run}" in typed else ids[:1]:
                answer = await heard(team, FRANK, typed.format(name=name, run=id_))
                said.append(without(answer, id_, name))
        assert len(set(said)) == 1, (typed, said)
        tells_nothing(said[0])
        assert await team.office.view(FRANK) is None, typed
    assert (await team.bot.engine.detail(run)).run.state == "waiting"


@pytest.mark.parametrize("typed", ["treasur", "Treasury", "leek", "lea"])
async def test_no_suggestion_names_a_private_workflow(team: Team, typed: str) -> None:
    for command in ("run", "show", "runs", "history", "pause", "graph", "subscribe", "canary"):
        said = without(await heard(team, FRANK, f"{command} {typed}"), typed)
        tells_nothing(said)


@pytest.mark.parametrize("person", [BOB, CAROL, DAVE, "U05ERIN"])
async def test_people_with_a_role_see_it(team: Team, run: str, person: str) -> None:
    assert "treasury" in await heard(team, person, "list")
    assert "waiting for carol at pay" in await heard(team, person, f"show {run}")
    assert run[-4:] in await heard(team, person, "runs treasury")


async def test_an_operator_of_a_workflow_steers_it_and_decides_nothing(team: Team, run: str) -> None:
    assert "Paused" in await heard(team, DAVE, f"pause {run} checking")
    assert "onti" in await heard(team, DAVE, f"resume {run}")
    assert "has the priority 3 now" in await heard(team, DAVE, f"priority {run} 3")
    assert "are muted until" in await heard(team, DAVE, "mute treasury for=2h")
    assert "Only" in await heard(team, CAROL, "pause treasury checking")
    assert (await team.bot.engine.detail(run)).run.state == "waiting"
