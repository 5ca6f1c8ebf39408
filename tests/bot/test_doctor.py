"""`signoff doctor` names what is wrong, with the remedy; `signoff manifest` prints the manifest."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.cli.doctor.diagnosis import diagnose
from bot.cli.doctor.finding import Finding
from bot.cli.main import main
from bot.cli.target import Target
from localslack import Config, Server, start

ROOT = Path(__file__).resolve().parents[2]
FLOWS = """
from signoff import Escalate, Workflow

good = Workflow("good", owner="@platform", channel="#deploys")


@good.step
async def act() -> None: ...


bad = Workflow("bad", owner="@platform", channel="#nowhere")
bad.approval(
    "sure", ask="Sure?", approvers=["@release-managers"], expires="4h", advisory=True,
    escalate=[Escalate(after="1h", to="@nobodies")],
)
"""


@dataclass(frozen=True, slots=True)
class Installation:
    slack: Server
    environ: dict[str, str]
    folder: Path

    def target(self, **more: str) -> Target:
        return Target(self.folder / "signoff.db", {**self.environ, **more})


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    flows = tmp_path / "flows.py"
    flows.write_text(FLOWS, encoding="utf-8")
    slack = await start(Config(data=tmp_path / "slack", manifest=ROOT / "manifest.yaml"))
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'signoff.db'}",
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SIGNOFF_WORKFLOWS": str(flows),
        "SIGNOFF_DATA_DIR": str(tmp_path / "data"),
    }
    try:
        yield Installation(slack, environ, tmp_path)
    finally:
        await slack.close()


async def findings(target: Target) -> dict[str, list[Finding]]:
    by_area: dict[str, list[Finding]] = {}
    for finding in await asyncio.to_thread(diagnose, target):
        by_area.setdefault(finding.area, []).append(finding)
    return by_area


async def test_doctor_names_each_problem_with_its_remedy(installation: Installation) -> None:
    found = await findings(installation.target())
    assert [each.level for each in found["tokens"]] == ["ok"]
    assert [each.text for each in found["scopes"]] == ["The app has every scope of the manifest."]
    assert found["clock"][0].level == "ok"
    assert found["database"][0].level == "warning"
    assert found["process"][0].remedy == "Start it: signoff serve."
    channels = {each.level: each for each in found["channels"]}
    assert channels["ok"].text == "The bot can post in #deploys (good)."
    assert channels["problem"].text == "#nowhere (bad): the bot sees no such channel."
    assert "/invite @" in channels["problem"].remedy
    assert "bad, sure: it escalates to @nobodies." in str(found["people"])


async def test_doctor_finds_channels_by_their_id(installation: Installation) -> None:
    flows = FLOWS.replace("#nowhere", "C0GONEAWAY").replace("#deploys", "C05DEPLOYS")
    (installation.folder / "flows.py").write_text(flows, encoding="utf-8")
    channels = {each.level: each.text for each in (await findings(installation.target()))["channels"]}
    assert channels == {
        "ok": "The bot can post in C05DEPLOYS (good).",
        "problem": "C0GONEAWAY (bad): the bot sees no such channel.",
    }


async def test_doctor_tells_wrong_tokens_and_settings(installation: Installation) -> None:
    found = await findings(installation.target(SLACK_BOT_TOKEN="xoxb-wrong-token"))
    assert found["tokens"][0].level == "problem"
    assert "SLACK_BOT_TOKEN" in found["tokens"][0].text
    found = await findings(installation.target(SIGNOFF_PORT="many"))
    assert "SIGNOFF_PORT" in found["settings"][0].text


def test_doctor_ends_with_one_where_something_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'signoff.db'}")
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SIGNOFF_WORKFLOWS"):
        monkeypatch.delenv(name, raising=False)
    assert main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["findings"]
    assert {"SLACK_BOT_TOKEN is not set, so Slack is not checked."} <= {each["text"] for each in told}


def test_manifest_is_the_one_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest"]) == 0
    assert capsys.readouterr().out == (ROOT / "manifest.yaml").read_text("utf-8")


def test_manifest_over_http_has_the_address_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "--http", "https://signoff.example.com/"]) == 0
    printed = yaml.safe_load(capsys.readouterr().out)
    address = "https://signoff.example.com/slack/events"
    assert printed["features"]["slash_commands"][0]["url"] == address
    assert printed["settings"]["interactivity"]["request_url"] == address
    assert printed["settings"]["event_subscriptions"]["request_url"] == address
    assert printed["settings"]["socket_mode_enabled"] is False
    assert main(["manifest", "--http", "signoff"]) == 1
