"""Muting from Slack: the button on the card, and the commands."""

from typing import Any

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


async def test_the_owner_mutes_a_failure_by_its_button_and_unmutes_it(team: Team) -> None:
    card = await fallen(team)
    await team.office.click(BOB, card, "Mute 1 h")
    card = await team.office.message(ALICE, INCIDENTS, "failed at", "Muted by bob until")
    await team.office.click(ALICE, card, "Unmute")
    await team.office.message(BOB, INCIDENTS, "failed at", "Mute 1 h")


async def test_a_person_who_does_not_answer_for_the_workflow_may_not_mute(team: Team) -> None:
    card = await fallen(team)
    await team.office.click(CAROL, card, "Mute 1 h")
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
