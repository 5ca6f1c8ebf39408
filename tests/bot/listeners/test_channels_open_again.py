"""Messages that wait for a channel are delivered as soon as the channel can be posted in again."""

from typing import Any

import pytest

from engine import Actor

Team = Any
ALICE, BOB = "U01ALICE", "U02BOB"
DEPLOYS, GENERAL = "C05DEPLOYS", "C01GENERAL"
SOON = 20
"""Seconds; without the event a message is tried again after 30."""


@pytest.fixture(params=[False, True], ids=["public", "private"])
def private_channels(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return ("deploys",) if request.param else ()


async def test_a_withdrawn_question_loses_its_buttons_when_the_channel_is_unarchived(team: Team) -> None:
    await team.office.say(ALICE, DEPLOYS, "/workflow run ship service=billing")
    question = await team.office.message(BOB, DEPLOYS, 'Ship "billing x2"?', "can decide")
    await team.office.do("channel/archive", channel=DEPLOYS)
    (run,), _ = await team.bot.engine.runs("ship")
    await team.bot.engine.cancel(run.id, actor=Actor("slack", ALICE))

    async def owner_told() -> bool:
        return any("is archived" in word["text"] for word in await team.office.direct(ALICE))

    await team.office.until(ALICE, owner_told)
    await team.office.do("channel/unarchive", channel=DEPLOYS)

    async def without_buttons() -> bool:
        messages = await team.office.messages(BOB, DEPLOYS)
        shown = next(each for each in messages if each["ts"] == question["ts"])
        return not any(block["type"] == "actions" for block in shown["blocks"])

    await team.office.until(BOB, without_buttons, SOON)
