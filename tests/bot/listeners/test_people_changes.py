"""People, groups and channels change while questions are open, in a local Slack."""

from typing import Any

DEPLOYS = "C05DEPLOYS"
ALICE, BOB, CAROL, ERIN = "U01ALICE", "U02BOB", "U03CAROL", "U05ERIN"
Team = Any


async def asked(team: Team) -> dict[str, Any]:
    await team.office.say(BOB, DEPLOYS, "/workflow run ship service=billing")
    found: dict[str, Any] = await team.office.message(CAROL, DEPLOYS, 'Ship "billing x2"?', "can decide")
    return found


async def test_a_change_of_status_asks_nobody_again_and_refuses_nobody(team: Team) -> None:
    question = await asked(team)
    await team.office.do("user", id=ALICE, status="at lunch")
    before = (await team.office.read("calls", method="usergroups.list"))["calls"]
    await team.office.click(CAROL, question, "Approve")
    await team.office.message(CAROL, DEPLOYS, "Approved")
    after = (await team.office.read("calls", method="usergroups.list"))["calls"]
    assert len(after) - len(before) <= 1


async def test_a_disabled_group_is_noticed_and_brought_to_the_owner_and_the_operator_is_told(
    team: Team,
) -> None:
    question = await asked(team)
    await team.office.do("group", id="S02RELEASE", disabled=True)
    line = await team.office.until(
        BOB, lambda: _line(team, question, "Too few approvers are left to complete this")
    )
    assert "can decide as well" in line
    told = await team.office.until(ERIN, lambda: _told(team, "The owner @platform was asked as well"))
    assert "@release-managers" in told
    await team.office.click(CAROL, question, "Approve")
    assert [one.state for one in await team.bot.engine.requests(state=None)] == ["open"]


async def test_a_group_can_not_decide_for_somebody_who_is_away_and_is_named_as_a_group(team: Team) -> None:
    await team.office.say(CAROL, DEPLOYS, "/workflow away until fri to @on-call")
    heard = await team.office.heard(CAROL, DEPLOYS)
    assert "@on-call is a group. A delegate is one person. Name a colleague: @name." in heard["text"]


async def test_a_question_is_handed_on_to_a_mentioned_group(team: Team) -> None:
    await asked(team)
    (request,) = await team.bot.engine.requests()
    short = request.run_id[-6:]
    await team.office.say(CAROL, DEPLOYS, f"/workflow reassign {short} @on-call")
    (request,) = await team.bot.engine.requests()
    assert request.approvers == ("@on-call",)


async def _line(team: Team, question: dict[str, Any], words: str) -> str | None:
    said = await team.office.thread(BOB, question)
    return next((text for text in said if words in text), None)


async def _told(team: Team, words: str) -> str | None:
    said = [message["text"] for message in await team.office.direct(ERIN)]
    return next((text for text in said if words in text), None)
