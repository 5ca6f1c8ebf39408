"""The person who is back and their delegate are told once that an absence ended."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.absence_news import MAX_AGE
from engine import Actor, Workflow
from tests.bot.outbox.alert_office import AlertOffice, office

Local = Any
ALICE, BOB = "U01ALICE", "U02BOB"


def flow() -> Workflow:
    workflow = Workflow("ship", owner="@platform", channel="#deploys")
    workflow.approval("go", ask="Ship?", approvers=[ALICE], expires="30d", advisory=True)
    return workflow


async def away(opened: AlertOffice, user: str, to: str, days: float = 1) -> None:
    until = opened.harness.clock.now() + timedelta(days=days)
    await opened.engine.delegations.away(Actor("slack", user), to, until)


async def told(opened: AlertOffice, user: str) -> list[str]:
    return [text for text in await opened.local.direct(user) if "absence" in text or "is back" in text]


async def test_the_end_by_time_is_told_once_to_both(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, flow()) as opened:
        await away(opened, ALICE, BOB)
        await opened.advance("23h")
        assert (await told(opened, ALICE), await told(opened, BOB)) == ([], [])
        await opened.advance("1h")
        for _ in range(2):
            assert await told(opened, ALICE) == ["Your absence has ended. bob no longer decides for you."]
            assert await told(opened, BOB) == ["alice is back. You no longer decide for them."]
            await opened.restart_outbox()
            await opened.advance("2d")


async def test_the_end_by_command_is_told_to_the_delegate(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, flow()) as opened:
        await away(opened, ALICE, BOB)
        await opened.advance("1h")
        assert await opened.engine.delegations.back(Actor("slack", ALICE))
        await opened.advance("2d")
        assert await told(opened, ALICE) == [], "the command was answered"
        assert await told(opened, BOB) == ["alice is back. You no longer decide for them."]


@pytest.mark.parametrize(("late", "news"), [(timedelta(), 1), (MAX_AGE, 0)])
async def test_an_end_while_nobody_served_is_told_while_it_is_news(
    local: Local, tmp_path: Path, late: timedelta, news: int
) -> None:
    async with office(local, tmp_path, flow()) as opened:
        await away(opened, ALICE, BOB)
        await opened.advance("1h")
        clock = opened.harness.clock
    clock.advance(timedelta(days=1) + late)
    async with office(local, tmp_path, flow(), at=clock.now().isoformat()) as opened:
        await opened.advance("1h")
        assert len(await told(opened, ALICE)) == len(await told(opened, BOB)) == news
        backs = [e for e in await opened.engine.events.read(0, 500) if e.type == "person.back"]
        assert [event.actor.source for event in backs] == ["engine"], "the log has it once"
