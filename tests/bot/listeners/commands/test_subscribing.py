"""Subscribing a channel to a workflow from Slack, where a private workflow stays private."""

from typing import Any

import pytest

from engine import Actor

Team = Any
ALICE, BOB, CAROL, GUEST = "U01ALICE", "U02BOB", "U03CAROL", "U07GUEST"
INCIDENTS, DEPLOYS, PLANT = "C02INCIDENTS", "C05DEPLOYS", "C03PLANT"
WORKFLOWS = """
from signoff import Workflow

quick = Workflow("quick", owner="@platform", channel="#deploys")


@quick.step
async def only() -> str:
    return "done"


secret = Workflow("secret", owner="@platform", channel="#deploys", may_see=["@platform"])


@secret.step
async def hidden() -> str:
    return "done"
"""


@pytest.fixture
def workflows() -> str:
    return WORKFLOWS


async def typed(team: Team, person: str, text: str, channel: str = INCIDENTS) -> str:
    await team.office.say(person, channel, f"/workflow {text}")
    return str((await team.office.heard(person, channel))["text"])


async def test_a_channel_subscribes_gets_news_and_ends_it(team: Team) -> None:
    answer = await typed(team, CAROL, "subscribe quick done,failed")
    assert "#incidents gets the news of *quick*: done, failed." in answer
    await typed(team, ALICE, "run quick", DEPLOYS)
    await team.office.message(BOB, INCIDENTS, "*quick* is done")
    assert "gets the news of quick." in await typed(team, BOB, "subscriptions")
    assert "no longer gets the news of *quick*" in await typed(team, BOB, "unsubscribe quick")
    assert "gets no news of any workflow" in await typed(team, BOB, "subscriptions")
    assert "This channel gets no news of quick" in await typed(team, BOB, "unsubscribe quick")


async def test_the_news_of_a_private_workflow_does_not_come_to_others(team: Team) -> None:
    refused = await typed(team, ALICE, "subscribe secret")
    assert "Not everybody who reads <#C02INCIDENTS> may see the runs of secret" in refused
    assert "secret" not in await typed(team, CAROL, "subscriptions")
    # A subscription from before the workflow became private tells nothing either.
    subscriptions, owner = team.bot.engine.subscriptions, Actor("slack", ALICE)
    await subscriptions.add(INCIDENTS, "secret", (), actor=owner)
    await subscriptions.add(INCIDENTS, "quick", ("done",), actor=owner)
    await typed(team, ALICE, "run secret", DEPLOYS)
    await typed(team, ALICE, "run quick", DEPLOYS)
    await team.office.message(BOB, INCIDENTS, "*quick* is done")
    assert "*secret*" not in str(await team.office.messages(BOB, INCIDENTS))


async def test_no_news_comes_to_a_channel_with_a_guest(team: Team) -> None:
    await typed(team, CAROL, "subscribe quick done")
    await team.office.do("channel/invite", channel=INCIDENTS, user=GUEST, **{"as": ALICE})
    assert "Not everybody who reads <#C02INCIDENTS> may see" in await typed(
        team, CAROL, "subscribe quick done"
    )
    await typed(team, ALICE, "run quick", DEPLOYS)
    await team.office.message(BOB, DEPLOYS, "*quick*", "done")
    await team.bot.outbox.settled()
    # A guest who is in the channel of the run reads it there.
    await team.office.do("channel/invite", channel=DEPLOYS, user=GUEST, **{"as": ALICE})
    assert "gets the news of *quick*: done" in await typed(team, CAROL, "subscribe quick done")
    await typed(team, ALICE, "run quick", DEPLOYS)
    await team.office.message(BOB, INCIDENTS, "*quick* is done")
    assert str(await team.office.messages(BOB, INCIDENTS)).count("*quick* is done") == 2  # text and block


async def test_what_is_typed_wrong_is_answered_with_the_command_corrected(team: Team) -> None:
    assert "Which workflow?" in await typed(team, BOB, "subscribe")
    wrong = await typed(team, BOB, "subscribe quick done begun")
    assert "There is no kind of news called “begun”" in wrong
    assert "/workflow subscribe quick done" in wrong
    assert "There is no workflow" in await typed(team, BOB, "subscribe nothing")
