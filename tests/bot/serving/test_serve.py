"""Putting it together: schedules on the first day, missing scopes, names that do not exist."""

import logging
from pathlib import Path
from typing import Any

import pytest

from bot.cli.workflow_files import load
from bot.errors import ConfigError
from bot.settings.config import read_settings
from bot.settings.engine_settings import engine_settings, register
from bot.slack.operator_messages import Operator
from bot.slack.preflight import preflight
from bot.slack.web_api import SlackApi
from bot.slack.workspace import tell_lacking
from engine import DefinitionErrors, Engine
from engine.clock import FakeClock
from localslack import Config, start

ROOT = Path(__file__).resolve().parents[3]
REAL = {"SLACK_BOT_TOKEN": "xoxb-123456789-abc", "SLACK_APP_TOKEN": "xapp-1-A1-123-abc"}
FLOW = """
from signoff import Every, Workflow

tick = Workflow("tick", owner="@platform", channel="#general", triggers=[Every("1h")])


@tick.step
async def work() -> str:
    return "done"
"""


def test_the_examples_start_nothing_by_themselves_in_a_real_workspace(tmp_path: Path) -> None:
    settings = read_settings(REAL)
    loaded = load(settings)
    assert engine_settings(settings, loaded).quiet == loaded.names()
    local = read_settings({**REAL, "SLACK_API_URL": "http://127.0.0.1:1/api/"})
    assert engine_settings(local, loaded).quiet == frozenset()
    (tmp_path / "tick.py").write_text(FLOW, encoding="utf-8")
    own = read_settings({**REAL, "SIGNOFF_WORKFLOWS": str(tmp_path)})
    assert engine_settings(own, load(own)).quiet == frozenset()


def test_a_schedule_setting_that_names_nothing_is_refused() -> None:
    settings = read_settings({**REAL, "SIGNOFF_SCHEDULES": "deploy,nightli"})
    with pytest.raises(ConfigError, match="names nightli, which is not loaded"):
        engine_settings(settings, load(settings))


async def test_everything_wrong_with_all_files_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(FLOW.replace('"1h"', '"soon"'), encoding="utf-8")
    (tmp_path / "two.py").write_text(
        FLOW.replace("tick", "tock").replace("work()", "work(wrok)"), encoding="utf-8"
    )
    settings = read_settings({**REAL, "SIGNOFF_WORKFLOWS": str(tmp_path)})
    engine = await Engine.open(tmp_path / "signoff.db", clock=FakeClock())
    with pytest.raises(DefinitionErrors) as found:
        register(engine, load(settings))
    await engine.close()
    assert [error.workflow for error in found.value.errors] == ["tick", "tock"]


async def test_scopes_that_are_missing_are_told_with_the_remedy(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, office_at: Any
) -> None:
    manifest = ROOT / "manifest.yaml"
    less = tmp_path / "manifest.yaml"
    less.write_text(
        manifest.read_text(encoding="utf-8").replace("      - usergroups:read\n", ""), encoding="utf-8"
    )
    slack = await start(Config(manifest=less))
    async with SlackApi(slack.bot_token, base_url=slack.api_url) as api:
        identity = await preflight(api)
        with caplog.at_level(logging.WARNING):
            await tell_lacking(Operator(api, "U01ALICE"), identity)
    (told,) = await office_at(slack.url).direct("U01ALICE")
    await slack.close()
    assert "lacks usergroups:read (to see who is in a group of approvers)" in caplog.text
    assert "install the app to the workspace again" in told["text"]
