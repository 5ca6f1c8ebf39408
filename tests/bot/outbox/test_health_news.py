"""The health of workflows in the local Slack, in virtual time: each change is told once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, Alerts, Every, Objectives, QuietHours, StepContext, Workflow
from tests.bot.outbox.alert_office import AlertOffice, office

Local = Any
BROKEN: set[str] = set()
OPERATOR = Actor("cli", "root")
DEPLOYS, GENERAL = "C05DEPLOYS", "C01GENERAL"


@pytest.fixture(autouse=True)
def whole() -> None:
    BROKEN.clear()


def flow(objectives: Objectives, name: str = "load", **options: Any) -> Workflow:
    options = {"owner": "@platform", "channel": "#deploys", "on_failure": "fail", **options}
    wf = Workflow(name, objectives=objectives, **options)

    @wf.step
    async def rows() -> str:
        if name in BROKEN:
            raise ValueError("The source is closed.")
        return "rows"

    return wf


async def told(office: AlertOffice, channel: str = DEPLOYS) -> list[str]:
    """Return the texts about health that a channel got, oldest first."""
    marks = ("objective", "far longer", "the schedule", "nobody decided", "no trigger", "triggers start")
    texts = [message["text"] for message in await office.local.messages(channel)]
    return [text for text in texts if any(mark in text for mark in marks)]


async def run(office: AlertOffice, *, broken: bool = False, name: str = "load") -> None:
    if broken:
        BROKEN.add(name)
    else:
        BROKEN.discard(name)
    await office.harness.start(name)
    await office.advance("1s")


@pytest.fixture
async def objective(local: Local, tmp_path: Path) -> AsyncIterator[AlertOffice]:
    async with office(local, tmp_path, flow(Objectives(success="90%", window="1d"))) as opened:
        yield opened


async def test_an_objective_is_told_at_risk_missed_and_met_again_each_once(objective: AlertOffice) -> None:
    for _ in range(9):
        await run(objective)
    await objective.advance("2m")
    assert await told(objective) == []
    await run(objective, broken=True)
    await objective.advance("2m")
    [risk] = await told(objective)
    assert risk.startswith("🟠 *load* may miss its objective: success 90% against a target of 90%.")
    assert "1 of 10 runs failed · 0% of its budget is left · burn rate 1.0" in risk
    await run(objective, broken=True)
    await objective.advance("2m")
    missed = (await told(objective))[1]
    assert missed.startswith("🔴 *load* misses its objective: success 81.81% against a target of 90%.")
    assert "2 of 11 runs failed · its budget is spent" in missed

    await objective.restart_outbox()
    await objective.advance("30m")
    assert len(await told(objective)) == 2

    await objective.advance("23h")
    await objective.advance("3h")
    *_, better = await told(objective)
    assert better.startswith("✅ *load* meets its objective again: success. It was missed for 1 d")
    assert len(await told(objective)) == 3
    await objective.advance("2h")
    assert len(await told(objective)) == 3


@pytest.mark.long
async def test_a_limit_that_is_crossed_often_is_told_once_each_way(objective: AlertOffice) -> None:
    await run(objective, broken=True)
    await run(objective, broken=True)
    await objective.advance("2m")
    for _ in range(30):
        await run(objective)
    await objective.advance("10m")
    assert [text[:1] for text in await told(objective)] == ["🔴"]
    await run(objective, broken=True)
    await run(objective, broken=True)
    await objective.advance("10m")
    assert [text[:1] for text in await told(objective)] == ["🔴"]


async def test_a_run_far_over_its_usual_time_is_told_once(local: Local, tmp_path: Path) -> None:
    wf = Workflow("slow", owner="@platform", channel="#deploys", objectives=Objectives(p95="1h"))
    naps = [50]

    @wf.step
    async def work(ctx: StepContext) -> str:
        for seconds in naps:
            await ctx.sleep(seconds)
        return "done"

    async with office(local, tmp_path, wf) as opened:
        for _ in range(3):
            await opened.harness.start("slow")
            await opened.advance("70s")
        naps.extend([50] * 60)
        await opened.harness.start("slow")
        await opened.advance("5m")
        assert await told(opened) == []
        await opened.advance("20m")
        [text] = await told(opened)
        assert text.startswith("🟠 *slow* takes far longer than usual: slow-")
        assert "Usually a run takes 50 s" in text


async def test_an_approval_that_nobody_decides_in_time_is_told(local: Local, tmp_path: Path) -> None:
    objectives = Objectives(decide="4h")
    wf = Workflow("ship", owner="@platform", channel="#deploys", objectives=objectives)
    go = wf.approval("go", ask="Ship?", approvers=["@on-call"], expires="3d")

    @wf.step(when=go.approved)
    async def release() -> str:
        return "out"

    async with office(local, tmp_path, wf) as opened:
        await opened.harness.start("ship")
        await opened.advance("3h50m")
        assert await told(opened) == []
        await opened.advance("20m")
        texts = await told(opened)
        assert [text[:40] for text in texts if "nobody decided" in text] == [
            "🔴 *ship*: nobody decided *go* of ship-"
        ] or "nobody decided *go*" in texts[-1]
        await opened.advance("5h")
        assert sum("nobody decided" in text for text in await told(opened)) == 1


async def test_silent_triggers_are_told_and_told_again_when_they_start_runs(
    local: Local, tmp_path: Path
) -> None:
    wf = flow(Objectives(start_every="2h"), "poll", triggers=[Every("1h")])
    async with office(local, tmp_path, wf) as opened:
        await opened.advance("65m")
        await opened.engine.set_schedule("poll", None, False, actor=OPERATOR)
        await opened.advance("2h")
        [silent] = await told(opened)
        assert silent.startswith("🔴 *poll*: no trigger started a run for 2 h")
        assert "One is expected at least every 2 h." in silent
        await opened.engine.set_schedule("poll", None, True, actor=OPERATOR)
        await opened.advance("61m")
        assert (await told(opened))[1:] == ["✅ *poll*: its triggers start runs again."]


async def test_a_schedule_that_did_not_fire_is_told(local: Local, tmp_path: Path) -> None:
    wf = flow(Objectives(success="99%"), "poll", triggers=[Every("1h")])
    async with office(local, tmp_path, wf) as opened:
        await opened.engine._parts.timing.alarm.close()
        await opened.advance("66m")
        [late] = await told(opened)
        assert late.startswith("🔴 *poll*: the schedule every 1 h did not fire. It was due on ")


async def test_alerts_route_the_news_and_quiet_hours_hold_what_is_only_a_risk(
    local: Local, tmp_path: Path
) -> None:
    alerts = Alerts(
        to={"high": ["#general", "U02BOB"], "normal": "#deploys"},
        quiet_hours=QuietHours("08:00", "12:00", tz="UTC"),
    )
    wf = flow(Objectives(success="90%", window="1d"), alerts=alerts)
    async with office(local, tmp_path, wf) as opened:
        for _ in range(9):
            await run(opened)
        await run(opened, broken=True)
        await opened.advance("5m")
        assert await told(opened) == []
        await run(opened, broken=True)
        await opened.advance("5m")
        assert [text[:1] for text in await told(opened, GENERAL)] == ["🔴"]
        assert any("misses its objective" in text for text in await local.direct("U02BOB"))
        await opened.advance("3h")
        assert [text[:1] for text in await told(opened)] == ["🟠"]
