"""Messages that concern people on call: questions, gaps, and alerts that must not go to nobody."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.oncall.schedules import OnCall
from engine import Alerts, StaticPeople, Workflow
from engine.clock import SystemClock
from tests.bot.outbox.alert_office import office

Local = Any
DEPLOYS = "C05DEPLOYS"
ALICE, BOB, ERIN = "U01ALICE", "U02BOB", "U05ERIN"


class Roster:
    def __init__(self, *people: str) -> None:
        self.people = people

    async def on_call(self, at: datetime) -> Sequence[str]:
        return self.people


def on_call(*people: str) -> dict[str, Any]:
    static = StaticPeople(groups={"platform": [ALICE]}, on_call={"primary": people})
    return {"people": static, "on_call": OnCall({"primary": Roster(*people)}, {}, SystemClock())}


def ship() -> Workflow:
    wf = Workflow("ship", owner="@platform", channel="#deploys")
    wf.approval("go", ask="Ship 1.4?", approvers=["oncall:primary"], expires="4h", advisory=True)
    return wf


def failing() -> Workflow:
    wf = Workflow("nightly", owner="@platform", channel="#deploys", alerts=Alerts(to=["oncall:primary"]))

    @wf.step
    async def load() -> str:
        raise ConnectionError("no answer from the warehouse")

    return wf


async def test_a_question_mentions_the_person_on_call(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship(), **on_call(ERIN)) as team:
        team.parts = {"direct": True}
        await team.restart_outbox()
        await team.harness.start("ship")
        await team.advance()
        (question,) = [each for each in await local.messages(DEPLOYS) if "Ship 1.4?" in each["text"]]
        assert "People on call for primary (<@U05ERIN>) can decide" in str(question["blocks"])
        (word,) = await local.direct(ERIN)
        assert "Ship 1.4?" in word


async def test_the_thread_says_that_nobody_is_on_call_and_that_the_owner_can_decide(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, ship(), **on_call()) as team:
        await team.harness.start("ship")
        await team.harness.engine.approver_review.review()
        await team.advance()
        texts = [
            line
            for message in await local.messages(DEPLOYS)
            for line in await local.thread(DEPLOYS, message["ts"])
        ]
        assert any(
            "Nobody is on call for primary now. " in line and "can decide as well" in line for line in texts
        )
        (question,) = [each for each in await local.messages(DEPLOYS) if "Ship 1.4?" in each["text"]]
        assert "People on call for primary or <!subteam^" in str(question["blocks"])


async def test_an_alert_reaches_the_person_on_call_and_in_a_gap_the_owner(
    local: Local, tmp_path: Path
) -> None:
    for number, (people, told) in enumerate([((BOB,), BOB), ((), ALICE)]):
        async with office(local, tmp_path / str(number), failing(), **on_call(*people)) as team:
            await team.harness.start("nightly")
            await team.advance()
            (word,) = await local.direct(told)
            assert "nightly failed at load: no answer from the warehouse." in word
