"""A named approver who is not in the channel of a question gets one direct message."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from engine import Actor, Alerts, AskOwner, Escalate, Form, Workflow
from tests.bot.outbox.alert_office import AlertOffice, office
from tests.spoken import without_runs

Local = Any
BOB, CAROL, ERIN, FRANK = "U02BOB", "U03CAROL", "U05ERIN", "U06FRANK"
DEPLOYS = "C05DEPLOYS"
WAITS_FOR_OTHERS = "No longer waiting for you: Ship 1.4?"


class Target(BaseModel):
    host: str


def ship(approvers: list[str], channel: str = "#deploys", **options: Any) -> Workflow:
    wf = Workflow("ship", owner="@platform", channel=channel)
    wf.approval("go", ask="Ship 1.4?", approvers=approvers, expires="4h", advisory=True, **options)
    return wf


async def begin(team: AlertOffice) -> str:
    """Start a run in an outbox that writes to absent approvers."""
    team.parts = {"direct": True}
    await team.restart_outbox()
    run = await team.harness.start("ship")
    await team.advance()
    return str(run)


async def test_only_the_absent_get_the_question_with_a_link(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship(["@platform", CAROL, ERIN])) as team:
        await begin(team)
        (word,) = await local.direct(ERIN)
        assert "Ship 1.4?" in word
        assert f"You can decide. You are not in <#{DEPLOYS}>, where it is asked." in word
        assert [await local.direct(who) for who in ("U01ALICE", BOB, CAROL)] == [[], [], []]
        (post,) = [each for each in await local.calls("chat.postMessage") if "not in" in str(each)]
        assert "Open the message" in str(post)


async def test_members_of_a_small_group_get_it_and_it_says_when_the_request_ended(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, ship(["@grants-board", "U01ALICE"])) as team:
        await begin(team)
        assert [len(await local.direct(who)) for who in (ERIN, FRANK)] == [1, 1]
        await team.harness.decide("go", "approve", as_user="U01ALICE")
        await team.advance()
        for who in (ERIN, FRANK):
            (word,) = await local.direct(who)
            assert word.startswith("No longer open: Ship 1.4? · ✅ *Approved* by")


async def test_reminders_and_restarts_send_nothing_twice(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship([ERIN, "U01ALICE"], remind_every="30m")) as team:
        await begin(team)
        await team.advance("65m")
        await team.restart_outbox()
        await team.advance()
        assert len(await local.direct(ERIN)) == 1


async def test_people_of_an_escalation_hear_of_it_when_it_comes_to_them(local: Local, tmp_path: Path) -> None:
    escalate = Escalate(after="1h", to=[ERIN])
    async with office(local, tmp_path, ship(["U01ALICE"], escalate=escalate)) as team:
        await begin(team)
        assert await local.direct(ERIN) == []
        await team.advance("61m")
        assert len(await local.direct(ERIN)) == 1


async def test_a_reassignment_says_that_the_question_waits_for_others(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship([BOB], channel="#grants")) as team:
        await begin(team)
        (request,) = [each for each in await team.harness.requests() if each.step == "go"]
        await team.engine.reassign(request.id, "U01ALICE", actor=Actor("slack", BOB))
        await team.advance()
        assert without_runs(await local.direct(BOB)) == [WAITS_FOR_OTHERS]
        assert await local.direct("U01ALICE") == []


async def test_nobody_is_lost_or_told_twice_while_slack_cannot_say_who_is_in_the_channel(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, ship([ERIN, CAROL])) as team:
        await local.fault("conversations.members", "http_500", times=200)
        await begin(team)
        assert [await local.direct(who) for who in (ERIN, CAROL)] == [[], []]
        await local.control("faults/clear")
        await team.advance("2m")
        assert [len(await local.direct(who)) for who in (ERIN, CAROL)] == [1, 0]


async def test_a_private_channel_is_not_named_and_has_no_link(local: Local, tmp_path: Path) -> None:
    made = await local.control("channel/create", name="board", private=True, **{"as": "U01ALICE"})
    await local.control("channel/invite", channel=made["channel"]["id"], user="U0SIGNOFF")
    async with office(local, tmp_path, ship([ERIN], channel="#board")) as team:
        await begin(team)
        (word,) = await local.direct(ERIN)
        assert "You are not in a private channel, where it is asked. Decide in the Home of Signoff." in word
        assert "board" not in word


async def test_an_owner_who_hears_of_a_failure_by_an_alert_is_not_told_twice(
    local: Local, tmp_path: Path
) -> None:
    wf = Workflow("ship", owner=ERIN, channel="#deploys", on_failure=AskOwner(), alerts=Alerts(to=[ERIN]))

    @wf.step
    async def load() -> str:
        raise ConnectionError("no answer")

    async with office(local, tmp_path, wf) as team:
        await begin(team)
        assert len(await local.direct(ERIN)) == 1


async def test_a_question_that_ended_before_it_was_looked_at_tells_nobody(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, ship([ERIN, "U01ALICE"])) as team:
        await team.outbox.close(grace=0)
        await team.harness.start("ship")
        await team.harness.decide("go", "approve", as_user="U01ALICE")
        team.parts = {"direct": True}
        await team.restart_outbox()
        await team.advance()
        assert await local.direct(ERIN) == []


async def test_a_further_requester_does_not_read_that_they_can_decide(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship([BOB, ERIN], channel="#grants")) as team:
        first = await team.harness.start("ship", as_user=BOB)
        await team.engine.cancel(first.id, actor=Actor("slack", BOB))
        team.parts = {"direct": True}
        await team.restart_outbox()
        await team.engine.control.rerun(first.id, {}, actor=Actor("slack", "U01ALICE"))
        await team.harness.run_until_idle()
        await team.advance()
        assert [len(await local.direct(who)) for who in (BOB, CAROL)] == [0, 0]
        refused = await team.harness.try_decide("go", "approve", as_user=BOB)
        assert refused.code == "self_approval"


async def test_an_approver_is_asked_again_when_the_values_that_they_approved_were_changed(
    local: Local, tmp_path: Path
) -> None:
    wf = ship([ERIN, "U01ALICE", FRANK], quorum=2, form=Form(Target))
    async with office(local, tmp_path, wf) as team:
        await begin(team)
        await team.harness.decide("go", "approve", as_user=ERIN, value={"host": "staging"})
        await team.advance()
        assert without_runs(await local.direct(ERIN)) == [WAITS_FOR_OTHERS]
        await team.harness.decide("go", "approve", as_user="U01ALICE", value={"host": "production"})
        await team.advance()
        (word,) = await local.direct(ERIN)
        assert "You can decide." in word


async def test_a_delegate_is_not_asked_for_an_approver_who_has_answered(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship([BOB, "U01ALICE"], quorum=2)) as team:
        await begin(team)
        await team.harness.decide("go", "approve", as_user=BOB)
        until = team.harness.clock.now() + timedelta(days=1)
        await team.engine.delegations.away(Actor("slack", BOB), ERIN, until)
        await team.advance()
        assert await local.direct(ERIN) == []


async def people_of_board(local: Local, number: int) -> list[str]:
    """Make a group of this many people, none of them in a channel."""
    people = [await local.control("user/create", real_name=f"Board {each}") for each in range(number)]
    users = [str(each["user"]["id"]) for each in people]
    await local.control("group", id="S04GRANTS", users=users)
    return users


async def test_a_group_that_grows_beyond_the_bound_still_reads_that_it_can_decide(
    local: Local, tmp_path: Path
) -> None:
    users = await people_of_board(local, 10)
    async with office(local, tmp_path, ship(["@grants-board", "U01ALICE"], remind_every="30m")) as team:
        await begin(team)
        await local.control("group", id="S04GRANTS", users=[*users, ERIN])
        await team.advance("31m")
        words = [word for user in users for word in await local.direct(user)]
        assert ["You can decide." in word for word in words] == [True] * 10
        assert await local.direct(ERIN) == []


async def test_members_of_a_group_that_cannot_be_looked_up_keep_their_message(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, ship(["@grants-board", "U01ALICE"], remind_every="30m")) as team:
        await begin(team)
        await local.control("group", id="S04GRANTS", disabled=True)
        await team.advance("31m")
        assert "You can decide." in (await local.direct(ERIN))[0]
        await local.control("group", id="S04GRANTS", disabled=False, users=[FRANK])
        await team.advance("16m")
        assert without_runs(await local.direct(ERIN)) == [WAITS_FOR_OTHERS]
        assert "You can decide." in (await local.direct(FRANK))[0]


async def test_an_absent_approver_who_can_decide_as_member_of_a_channel_keeps_their_message(
    local: Local, tmp_path: Path
) -> None:
    escalate = Escalate(after="1h", to=["#grants"], replace=True)
    async with office(local, tmp_path, ship([ERIN], escalate=escalate)) as team:
        await begin(team)
        await team.advance("61m")
        assert "You can decide." in (await local.direct(ERIN))[0]


async def test_a_card_of_several_failures_waits_for_an_absent_owner_until_each_is_answered(
    local: Local, tmp_path: Path
) -> None:
    wf = Workflow("ship", owner=ERIN, channel="#deploys", on_failure=AskOwner())

    @wf.step
    async def load() -> str:
        raise ConnectionError("no answer")

    async with office(local, tmp_path, wf) as team:
        await begin(team)
        await team.harness.start("ship")
        await team.advance()
        first, second = await team.harness.requests()
        await team.harness.decide(first, "skip", as_user=ERIN)
        await team.advance()
        (word,) = await local.direct(ERIN)
        assert "You can decide." in word
        await team.engine.reassign(second.id, "U01ALICE", actor=Actor("slack", ERIN))
        await team.advance()
        (word,) = await local.direct(ERIN)
        assert word.startswith("No longer waiting for you:")
        await team.harness.decide(second, "skip", as_user="U01ALICE")
        await team.advance()
        (word,) = await local.direct(ERIN)
        assert word.startswith("No longer open:")
