"""The week before the first start of a demo."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.workflow_files import load
from bot.demo.demo import demo_settings
from bot.demo.past_week import WORKFLOW, execute_past_week
from bot.settings.engine_settings import engine_settings, register
from engine import Engine, StaticPeople

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def test_a_new_demo_has_the_real_runs_of_a_week_and_leaves_other_schedules_on(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path)
    loaded = load(settings)
    await execute_past_week(settings, loaded, NOW)
    await execute_past_week(settings, loaded, NOW)  # the folder has a database now
    chosen = replace(engine_settings(settings, loaded), schedules=None, quiet=frozenset())
    engine = await Engine.open(settings.database.address, people=StaticPeople(), settings=chosen)
    try:
        register(engine, loaded)
        await engine.serve()
        runs, _ = await engine.runs(limit=50)
        assert {run.workflow for run in runs} == {WORKFLOW}
        days = [run.created_at.date().isoformat() for run in runs if run.state == "succeeded"]
        assert days == [f"2026-03-0{day}" for day in (2, 1)] + [f"2026-02-{day}" for day in range(28, 23, -1)]
        (failed,) = (run for run in runs if run.state != "succeeded")
        assert (failed.state, failed.created_at.date().isoformat()) == ("failed", "2026-02-25")
        off = [
            schedule.key for schedule in await engine.schedules() if schedule.timed and not schedule.enabled
        ]
        assert off == []
    finally:
        await engine.close()


async def test_a_demo_of_own_workflows_begins_without_a_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "own.py"
    file.write_text(
        "from signoff import Workflow\n\nown = Workflow('own', owner='@platform', channel='#deploys')\n\n\n"
        "@own.step\nasync def work() -> None: ...\n"
    )
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", str(file))
    settings = demo_settings(tmp_path / "demo")
    await execute_past_week(settings, load(settings), NOW)
    assert settings.database.is_missing
