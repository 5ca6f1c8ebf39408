"""Buttons, menus and modals, clicked by people in a local Slack."""

from typing import Any

DEPLOYS, INCIDENTS = "C05DEPLOYS", "C02INCIDENTS"
ALICE, BOB, CAROL, DAVE, GUEST = "U01ALICE", "U02BOB", "U03CAROL", "U04DAVE", "U07GUEST"
Team = Any


async def asked(team: Team, by: str = BOB) -> dict[str, Any]:
    """The question of a new run."""
    await team.office.say(by, DEPLOYS, "/workflow run ship service=billing")
    found: dict[str, Any] = await team.office.message(CAROL, DEPLOYS, 'Ship "billing x2"?', "can decide")
    return found


async def test_a_person_who_may_not_decide_is_told_why(team: Team) -> None:
    question = await asked(team)
    assert (await team.office.click(BOB, question, "Approve"))["ok"]
    told = await team.office.message(BOB, DEPLOYS, "Only @release-managers can decide this")
    assert told["ephemeral_to"] == BOB
    assert [one.state for one in await team.bot.engine.requests(state=None)] == ["open"]


async def test_the_requester_cannot_approve(team: Team) -> None:
    question = await asked(team, by=ALICE)
    await team.office.click(ALICE, question, "Approve")
    await team.office.message(ALICE, DEPLOYS, "You requested this approval")


async def test_an_approver_who_left_the_group_a_moment_ago_is_refused(team: Team) -> None:
    question = await asked(team)
    await team.office.do("group", id="S02RELEASE", users=[ALICE])
    await team.office.click(CAROL, question, "Approve")
    await team.office.message(CAROL, DEPLOYS, "you are not one of them")


async def test_a_deactivated_approver_is_refused(team: Team) -> None:
    question = await asked(team)
    await team.office.do("user", id=CAROL, deleted=True)
    await team.office.click(CAROL, question, "Approve")
    assert [one.state for one in await team.bot.engine.requests(state=None)] == ["open"]


async def test_a_second_click_and_a_late_one_get_an_answer(team: Team) -> None:
    question = await asked(team)
    await team.office.click(CAROL, question, "Approve")
    await team.office.message(CAROL, DEPLOYS, "Approved")
    # Their pages still show the buttons.
    again = await team.office.do("redeliver", last="interaction")
    assert again["outcome"] == "ok"
    await team.office.message(CAROL, DEPLOYS, "Your answer was already recorded")
    (request,) = await team.bot.engine.requests(state=None)
    assert [(one.actor.id, one.choice) for one in request.decisions] == [(CAROL, "approve")]


async def test_rejecting_asks_why_and_the_reason_is_shown(team: Team) -> None:
    office = team.office
    question = await asked(team)
    await office.click(CAROL, question, "Reject")
    modal = await office.modal(CAROL, "Reject")
    empty = await office.submit(CAROL, modal, comment={"value": "   "})
    assert empty["result"] == "errors"
    assert (await office.submit(CAROL, modal, comment={"value": "not <now> & *never*"}))["result"] == "closed"
    record = await office.message(CAROL, DEPLOYS, "Rejected", "by carol")
    assert ">`not &lt;now&gt; &amp; *never*`" in str(record["blocks"])


async def test_a_reason_that_comes_too_late_says_so(team: Team) -> None:
    office = team.office
    question = await asked(team)
    await office.click(CAROL, question, "Reject")
    modal = await office.modal(CAROL, "Reject")
    await office.click(ALICE, question, "Approve")
    late = await office.submit(CAROL, modal, comment={"value": "no"})
    assert late["result"] == "updated"
    assert "This request is already approved." in str(late["view"])


async def test_details_of_the_question_and_of_the_run(team: Team) -> None:
    office = team.office
    question = await asked(team)
    await office.click(BOB, question, "Details")
    details = await office.modal(BOB, "Details")
    assert "Who can decide" in str(details)
    run = await office.message(BOB, DEPLOYS, "*ship*", "waiting for")
    await office.click(BOB, run, "menu", selected_option=option(run, "Details"))
    details = str(await office.modal(BOB, "Details"))
    assert "Trace" in details
    assert "waiting for" in details
    assert "waits for people" not in details, "the headline names them"


def option(message: dict[str, Any], label: str) -> dict[str, Any]:
    menu = next(block["accessory"] for block in message["blocks"] if "accessory" in block)
    found: dict[str, Any] = next(one for one in menu["options"] if one["text"]["text"] == label)
    return found


async def test_a_guest_sees_no_details(team: Team) -> None:
    await team.office.do("channel/invite", channel=DEPLOYS, user=GUEST)
    question = await asked(team)
    await team.office.click(GUEST, question, "Details")
    await team.office.message(GUEST, DEPLOYS, "Only full, active members")
    assert await team.office.view(GUEST) is None


async def test_the_menu_of_a_run_shows_the_log_to_the_person_alone(team: Team) -> None:
    office = team.office
    await team.office.do("channel/invite", channel=DEPLOYS, user=GUEST)
    await asked(team)
    run = await office.message(BOB, DEPLOYS, "*ship*", "waiting for")
    await office.click(BOB, run, "menu", selected_option=option(run, "Show log"))
    log = await office.message(BOB, DEPLOYS, "Log of ship-", "building billing")
    assert log["ephemeral_to"] == BOB
    await office.click(GUEST, run, "menu", selected_option=option(run, "Show log"))
    await office.message(GUEST, DEPLOYS, "Only full, active members")


async def test_cancelling_by_the_menu_asks_first(team: Team) -> None:
    office = team.office
    await asked(team)
    run = await office.message(BOB, DEPLOYS, "*ship*", "waiting for")
    await office.click(BOB, run, "menu", selected_option=option(run, "Cancel this run"))
    modal = await office.modal(BOB, "Cancel this run?")
    refused = await office.submit(BOB, modal, comment={"value": "\U0001f525" * 501})
    assert refused["errors"]["comment"].startswith("The reason has 1,002 characters. Write at most 1,000")
    assert (await office.submit(BOB, modal, comment={"value": "not needed"}))["result"] == "closed"
    cancelled = await office.message(BOB, DEPLOYS, "*ship*", "cancelled")
    assert "not needed" in str(cancelled["blocks"])


async def test_the_list_of_what_waits_is_answered_in_place(team: Team) -> None:
    office = team.office
    await asked(team)
    await office.say(CAROL, INCIDENTS, "/workflow approvals")
    listed = await office.heard(CAROL, INCIDENTS)
    await office.click(CAROL, listed, "Approve")
    after = await office.message(CAROL, INCIDENTS, "No request waits for you")
    assert after["ts"] == listed["ts"]


async def test_the_home_shows_what_waits_and_takes_the_answer(team: Team) -> None:
    office = team.office
    await asked(team)
    await office.do("home/open", **{"as": CAROL})
    home = await office.until(CAROL, lambda: office.home(CAROL))
    assert 'Ship "billing x2"?' in str(home)
    await office.click_in_view(CAROL, home, "Approve")

    async def nothing_waits() -> bool:
        return "No request waits for you" in str(await office.home(CAROL))

    await office.until(CAROL, nothing_waits)
    await office.message(CAROL, DEPLOYS, "Approved")


async def test_a_guest_has_no_home(team: Team) -> None:
    await asked(team)
    await team.office.do("home/open", **{"as": GUEST})
    home = await team.office.until(GUEST, lambda: team.office.home(GUEST))
    assert "Only full, active members" in str(home)
    assert "ship" not in str(home)


async def test_the_home_tells_a_refusal_in_a_window(team: Team) -> None:
    office = team.office
    await asked(team)
    await office.do("home/open", **{"as": CAROL})
    home = await office.until(CAROL, lambda: office.home(CAROL))
    await office.do("group", id="S02RELEASE", users=[ALICE])
    await office.click_in_view(CAROL, home, "Approve")
    assert "you are not one of them" in str(await office.modal(CAROL, "Signoff"))


async def test_a_failure_is_told_with_its_buttons_and_retried(team: Team) -> None:
    office = team.office
    await office.say(ALICE, INCIDENTS, "/workflow run shaky")
    alert = await office.message(BOB, INCIDENTS, "failed at", "Retry", "Skip step", "Abort")
    assert "&lt;gateway&gt; &amp; its" in str(alert["blocks"])
    marker = team.folder / "data" / "repaired"
    marker.parent.mkdir(exist_ok=True)
    marker.touch()
    await office.click(CAROL, alert, "Retry")
    await office.message(CAROL, INCIDENTS, "Only @on-call can decide this")
    await office.click(BOB, alert, "Retry")
    await office.message(BOB, INCIDENTS, "Retried", "by bob")
    await office.message(BOB, INCIDENTS, "*shaky*", "done after")


async def test_skip_and_abort_end_it(team: Team) -> None:
    office = team.office
    for label, answered, end in (
        ("Skip step", "*Step skipped* by bob", "ended with skipped steps after"),
        ("Abort", "*Aborted* by bob", "failed after"),
    ):
        await office.say(ALICE, INCIDENTS, "/workflow run shaky")
        alert = await office.message(BOB, INCIDENTS, "failed at", "can decide")
        await office.click(BOB, alert, label)
        await office.message(BOB, INCIDENTS, "failed at", answered)
        await office.message(BOB, INCIDENTS, "*shaky*", end)


async def test_a_channel_that_opens_gets_what_waited(team: Team) -> None:
    office = team.office
    await office.do("channel/kick", channel=INCIDENTS, user="U0SIGNOFF")
    await office.do("fault", method="chat.postMessage", kind="error", error="not_in_channel", times=1)
    await office.say(ALICE, INCIDENTS, "/workflow run shaky")
    await office.do("channel/invite", channel=INCIDENTS, user="U0SIGNOFF")
    await office.message(BOB, INCIDENTS, "failed at", "can decide")


async def test_one_click_retries_every_run_on_a_card(team: Team) -> None:
    office = team.office
    for _ in range(3):
        await office.say(ALICE, INCIDENTS, "/workflow run shaky")
    card = await office.message(BOB, INCIDENTS, "failed at *fall* in 3 runs", "Retry all (3)")
    await office.click(CAROL, card, "Retry all (3)")
    await office.message(CAROL, INCIDENTS, "Only @on-call can decide this")
    marker = team.folder / "data" / "repaired"
    marker.parent.mkdir(exist_ok=True)
    marker.touch()
    await office.click(BOB, card, "Retry all (3)")
    await office.message(BOB, INCIDENTS, "*Retried* in 3 runs", "Every run is answered")
