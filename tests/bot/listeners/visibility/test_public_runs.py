"""Runs of a public channel: every full member can read them, as they can read the channel. Guests cannot."""

from typing import Any

from bot.slack.channels import readable
from engine import Actor
from tests.conftest import spoken

DEPLOYS, GENERAL = "C05DEPLOYS", "C01GENERAL"
BOB, CAROL, FRANK, GUEST = "U02BOB", "U03CAROL", "U06FRANK", "U07GUEST"
Team = Any


async def run_in(team: Team) -> str:
    await team.office.say(BOB, DEPLOYS, "/workflow run ship service=billing")
    await team.office.message(CAROL, DEPLOYS, 'Ship "billing x2"?', "can decide")
    (request,) = await team.bot.engine.requests()
    return str(request.run_id)


async def test_a_member_who_is_not_in_a_public_channel_sees_its_runs(team: Team) -> None:
    run = await run_in(team)
    await team.office.say(FRANK, GENERAL, f"/workflow status {run}")
    assert '*ship* input "billing"' in str(spoken(await team.office.heard(FRANK, GENERAL)))


def test_a_channel_that_is_not_known_to_be_public_is_not_readable() -> None:
    assert readable({"is_private": False})
    for record in ({}, {"is_private": None}, {"is_private": True}, {"is_private": False, "is_mpim": True}):
        assert not readable(record)


async def test_a_guest_sees_no_run_of_a_public_channel(team: Team) -> None:
    run = await run_in(team)
    view = team.bot.engine.seen_by(Actor("slack", GUEST))
    assert not await view.sees((await team.bot.engine.detail(run)).run)
