"""Muting from Slack: the button on the card, and the commands."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.listeners.muting import next_morning
from tests.bot.listeners.commands.test_reading import menu
from tests.bot.listeners.test_assigning import clicking

Team = Any
ALICE, BOB, CAROL, ERIN = "U01ALICE", "U02BOB", "U03CAROL", "U05ERIN"
INCIDENTS, GRANTS = "C02INCIDENTS", "C04GRANTS"


async def typed(team: Team, person: str, text: str, channel: str = INCIDENTS) -> str:
    await team.office.say(person, channel, text)
    return str(await team.office.heard(person, channel))


async def fallen(team: Team) -> dict[str, Any]:
    await team.office.say(BOB, INCIDENTS, "/workflow run shaky")
    card: dict[str, Any] = await team.office.message(BOB, INCIDENTS, "failed at", "Mute 1 h")
    return card


@pytest.mark.parametrize(
    ("label", "hours"), [("Mute for 8 h", 8), ("Mute for a week", 168), ("Mute until tomorrow morning", None)]
)
async def test_the_menu_mutes_for_the_chosen_time(team: Team, label: str, hours: int | None) -> None:
    await menu(team, BOB, await fallen(team), label)
    await team.office.message(ALICE, INCIDENTS, "failed at", "Muted by bob until")
    (found,) = await team.bot.engine.mutes.all()
    zone = ZoneInfo((await team.office.read("bootstrap", **{"as": BOB}))["me"].get("tz") or "UTC")
    lasts, until = found.until - found.at, found.until.astimezone(zone)
    assert lasts == timedelta(hours=hours) if hours else (until.hour, until.minute) == (8, 0)


def test_the_next_morning_is_that_of_the_next_day_in_the_persons_zone() -> None:
    zone = ZoneInfo("Europe/Berlin")
    late = datetime(2026, 3, 28, 23, 30, tzinfo=zone)
    assert next_morning(late).isoformat() == "2026-03-29T08:00:00+02:00"


async def test_the_owner_mutes_a_failure_by_its_button_and_unmutes_it(team: Team) -> None:
    card = await fallen(team)
    await team.office.click(BOB, card, "Mute 1 h")
    card = await team.office.message(ALICE, INCIDENTS, "failed at", "Muted by bob until")
    await team.office.click(ALICE, card, "Unmute")
    await team.office.message(BOB, INCIDENTS, "failed at", "Mute 1 h")


@pytest.mark.parametrize("word", ["mute", "mute-8h", "mute-morning", "mute-week"])
async def test_the_menu_of_a_message_of_an_earlier_release_mutes(team: Team, word: str) -> None:
    await fallen(team)
    (request,) = await team.bot.engine.requests()
    async with clicking(team) as click:
        await click("signoff:mute:span", f"1|{request.id}|{word}")
    (found,) = await team.bot.engine.mutes.all()
    assert found.by.id == BOB


async def test_a_message_can_be_muted_again_for_the_same_time(team: Team) -> None:
    card = await fallen(team)
    for _ in range(2):
        await menu(team, BOB, card, "Mute for 8 h")
        card = await team.office.message(ALICE, INCIDENTS, "failed at", "Muted by bob until")
        assert "Mute for 8 h" not in str(card["blocks"])
        await team.office.click(BOB, card, "Unmute")
        card = await team.office.message(ALICE, INCIDENTS, "failed at", "Mute 1 h")
        assert "static_select" not in str(card["blocks"])


async def test_a_person_who_does_not_answer_for_the_workflow_may_not_mute(team: Team) -> None:
    card = await fallen(team)
    await menu(team, CAROL, card, "Mute for a week")
    await team.office.message(CAROL, INCIDENTS, "Only the owner, @on-call, can mute failures of shaky.")
    assert await team.bot.engine.mutes.all() == []


async def test_the_commands_mute_a_workflow_and_a_run_with_a_span(team: Team) -> None:
    answer = await typed(team, BOB, "/workflow mute shaky for=2h")
    assert "Failures of *shaky* are muted until" in str(answer)
    (mute,) = await team.bot.engine.mutes.all()
    assert ((mute.until - mute.at).total_seconds(), mute.by.id) == (7200, BOB)
    assert "no longer muted" in (await typed(team, ERIN, "/workflow unmute shaky", GRANTS))
    await fallen(team)
    (request,) = await team.bot.engine.requests()
    short = (await team.bot.engine.find_run(request.run_id)).short
    assert "This failure of" in (await typed(team, ALICE, f"/workflow mute {short} 30 m"))


async def test_what_is_typed_wrong_is_answered_with_the_command_corrected(team: Team) -> None:
    assert "Which workflow or run?" in (await typed(team, BOB, "/workflow mute"))
    wrong = await typed(team, BOB, "/workflow mute shaky for=2x")
    assert "for: “2x” is not a duration." in wrong
    assert "/workflow mute shaky for=2h" in wrong
    assert "There is no run nothing" in (await typed(team, BOB, "/workflow mute nothing"))
    assert "Only the owner" in (await typed(team, CAROL, "/workflow mute shaky"))
    assert "None of its failures is muted" in (await typed(team, BOB, "/workflow unmute shaky"))
