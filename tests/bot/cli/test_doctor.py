"""`signoff doctor` names what is wrong, with the remedy; `signoff manifest` prints the manifest."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bot.cli.doctor.block_checks import block_findings
from bot.cli.doctor.diagnosis import diagnose
from bot.cli.doctor.finding import Finding
from bot.cli.doctor.machine_checks import machine_findings
from bot.cli.doctor.slack_checks import clock_finding
from bot.cli.main import main
from bot.cli.target import Target
from bot.demo.mail_sink import MailSink, listening
from bot.settings.config import read_settings
from bot.settings.database_url import DatabaseLocation
from bot.slack.call_results import Rejected
from bot.slack.subscriptions import THREAD_EVENTS
from engine.model.people import StaticPeople
from engine.testing import Harness
from localslack import Config, Server, start
from tests.engine import tampering

ROOT = Path(__file__).resolve().parents[3]
FLOWS = """
from signoff import Escalate, Workflow

good = Workflow("good", owner="@platform", channel="#deploys")


@good.step
async def act() -> None: ...


bad = Workflow("bad", owner="@platform", channel="#nowhere")
bad.approval(
    "sure", ask="Sure?", approvers=["@release-managers"], expires="4h", advisory=True,
    escalate=[Escalate(after="1h", to="@nobodies")], veto=["@nowhere"], reassign_to=["@none"],
)
"""


@dataclass(frozen=True, slots=True)
class Installation:
    slack: Server
    environ: dict[str, str]
    folder: Path

    def target(self, **more: str) -> Target:
        return Target(DatabaseLocation.of_file(self.folder / "signoff.db"), {**self.environ, **more})


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    flows = tmp_path / "flows.py"
    flows.write_text(FLOWS, encoding="utf-8")
    async with installed(tmp_path, ROOT / "manifest.yaml") as installation:
        yield installation


@asynccontextmanager
async def installed(tmp_path: Path, manifest: Path) -> AsyncIterator[Installation]:
    slack = await start(Config(data=tmp_path / "slack", manifest=manifest))
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'signoff.db'}",
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SIGNOFF_WORKFLOWS": str(tmp_path / "flows.py"),
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
    assert [each.text for each in found["scopes"]] == [
        "The app has every scope of the manifest, and no other."
    ]
    assert found["clock"][0].level == "ok"
    assert found["database"][0].level == "warning"
    assert found["process"][0].remedy == "Start it: signoff serve."
    channels = {each.level: each for each in found["channels"]}
    assert channels["ok"].text == "The bot can post in #deploys (good)."
    assert channels["problem"].text == "#nowhere (bad): the bot sees no such channel."
    assert "/invite @" in channels["problem"].remedy
    people = {each.text: each.remedy for each in found["people"]}
    for option, ref in (("escalate", "@nobodies"), ("veto", "@nowhere"), ("reassign_to", "@none")):
        text = next(each for each in people if each.startswith(f"bad, sure: {option}: "))
        assert f"There is no group called {ref}" in text
        assert people[text] == "Name another person or group."


async def test_doctor_names_places_of_alerts_and_may_notify_that_do_not_exist(
    installation: Installation,
) -> None:
    places = 'alerts=Alerts(to=["#lost"]), may_notify=["#gone", "@nobodies", "#plant"]'
    flows = f"from signoff import Alerts\n{FLOWS}".replace(
        'channel="#deploys"', f'channel="#deploys", {places}'
    )
    (installation.folder / "flows.py").write_text(flows, encoding="utf-8")
    found = await findings(installation.target())
    channels = [each.text for each in found["channels"] if each.level == "problem"]
    assert "#gone (good): the bot sees no such channel." in channels
    assert "#lost (good): the bot sees no such channel." in channels
    assert "#plant" not in str(channels)
    assert "good: Its alerts go to #lost." in str(found["people"])
    assert "good: Its steps may post to @nobodies. There is no group" in str(found["people"])


async def test_doctor_checks_the_mail_server_and_the_addresses_of_workflows(
    installation: Installation, tmp_path: Path
) -> None:
    flows = FLOWS.replace('channel="#deploys"', 'channel="#deploys", may_notify=["mailto:ops@example.com"]')
    (installation.folder / "flows.py").write_text(flows, encoding="utf-8")
    unset = await findings(installation.target())
    assert "mail" not in unset
    assert "good may not reach mailto:ops@example.com" in unset["outside"][0].text
    async with listening(MailSink(tmp_path / "mail")) as sink:
        mail = {"SIGNOFF_SMTP_URL": f"smtp://127.0.0.1:{sink.port}", "SIGNOFF_SMTP_FROM": "a@example.com"}
        found = await findings(installation.target(**mail))
        assert found["mail"][0].text == "The mail server 127.0.0.1 answers."
        assert "outside" not in found
    (problem,) = (await findings(installation.target(**mail)))["mail"]
    assert (problem.level, problem.text) == (
        "problem",
        "The mail server could not be reached (Connection refused).",
    )


async def test_doctor_checks_the_places_that_settings_name(installation: Installation) -> None:
    written, missing = installation.folder / "copies", installation.folder / "lost"
    written.mkdir()
    targets = installation.folder / "targets.yaml"
    lines = [
        f"- {{name: t{number}, to: {folder}/log, events: [run], workflows: [{'god' if number else 'good'}]}}"
        for number, folder in enumerate((written, missing))
    ]
    targets.write_text("targets:\n" + "\n".join(lines), encoding="utf-8")
    target = installation.target(
        SIGNOFF_REVIEW_CHANNEL="#gone",
        SIGNOFF_CHECKPOINT_TO=f"#deploys,{written},{missing}",
        SIGNOFF_EVENTS_TO=str(targets),
    )
    found = await findings(target)
    channels = [each.text for each in found["channels"]]
    assert "The bot can post in #deploys (SIGNOFF_CHECKPOINT_TO, good)." in channels
    assert "#gone (SIGNOFF_REVIEW_CHANNEL): the bot sees no such channel." in channels
    assert [(each.level, each.text) for each in found["checkpoints"]] == [
        ("ok", f"Signed checkpoints of the log go to {written}."),
        ("problem", f"The folder {missing} does not exist."),
    ]
    assert "correct SIGNOFF_CHECKPOINT_TO" in found["checkpoints"][1].remedy
    assert [(each.level, each.text) for each in found["events"]] == [
        ("ok", f"The events of t0 go to {written}/log."),
        ("problem", f"The folder {missing} does not exist."),
        (
            "warning",
            "The event target t1 names the workflow 'god', which is not loaded, so it gets none of its "
            "events. Did you mean good?",
        ),
    ]


async def fault(installation: Installation, **more: Any) -> None:
    async with aiohttp.ClientSession() as http:
        body = {"method": "blocks.validate", **more}
        async with http.post(f"{installation.slack.url}/control/fault", json=body) as answer:
            assert (await answer.json())["ok"]


async def test_doctor_has_slack_check_a_sample_of_each_kind_of_message(installation: Installation) -> None:
    (found,) = (await findings(installation.target()))["messages"]
    assert (found.level, found.text) == (
        "ok",
        "Slack accepts a sample of each of the 14 kinds of messages and windows.",
    )


async def test_doctor_names_a_refused_message_with_the_remedy(installation: Installation) -> None:
    await fault(installation, kind="error", error="invalid_message", times=2)
    plan, run = (await findings(installation.target()))["messages"]
    assert plan.level == "warning"
    assert plan.text == "Slack refuses the message of a run, with Slack's plan (invalid_message)."
    assert "plainer blocks" in plan.remedy
    assert run.level == "problem"
    assert run.text == "Slack refuses the message of a run: invalid_message."
    assert "maintainers" in run.remedy


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("unknown_method", "Slack does not offer blocks.validate here (unknown_method), so no message"),
        ("fatal_error", "Slack did not answer, so 0 of 14 kinds of messages were checked."),
        ("invalid_auth", "Slack refused blocks.validate (invalid_auth), so 0 of 14 kinds"),
        ("accesslimited", "Slack refused blocks.validate (accesslimited), so 0 of 14 kinds"),
    ],
)
async def test_doctor_says_why_no_message_was_checked(
    installation: Installation, error: str, said: str
) -> None:
    await fault(installation, kind="error", error=error)
    (found,) = (await findings(installation.target()))["messages"]
    assert found.level == ("ok" if error == "unknown_method" else "warning")
    assert found.text.startswith(said)
    assert bool(found.remedy) == (found.level != "ok")


@pytest.mark.parametrize(
    ("method", "area"), [("conversations.list", "channels"), ("usergroups.list", "people")]
)
async def test_what_could_not_be_looked_up_has_a_remedy(
    installation: Installation, method: str, area: str
) -> None:
    await fault(installation, method=method, kind="error", error="fatal_error", times=50)
    found = (await findings(installation.target()))[area]
    warnings = [each for each in found if each.level == "warning"]
    assert warnings
    assert {each.remedy for each in warnings} == {"Run signoff doctor again when Slack answers."}


@pytest.mark.parametrize(
    ("seconds", "level"), [(-2, "ok"), (20, "warning"), (-20, "warning"), (90, "problem")]
)
async def test_a_clock_that_differs_is_told_with_its_remedy(seconds: int, level: str) -> None:
    class Slack:
        async def read_with_headers(self, method: str) -> tuple[dict[str, Any], dict[str, str]]:
            told = datetime.now(UTC) + timedelta(seconds=seconds)
            return {}, {"date": format_datetime(told, usegmt=True)}

    finding = await clock_finding(Slack())
    assert finding.level == level
    assert ("deadlines depend on it" in finding.remedy) == (level != "ok")


@pytest.mark.parametrize(
    ("errors", "problems"),
    [("[/blocks/0/text] too long; still; [/blocks/2] unknown", 2), ("", 1)],
)
async def test_each_refused_block_has_a_line_of_its_own(errors: str, problems: int) -> None:
    class Refusing:
        async def write(self, method: str, arguments: Any) -> Rejected:
            return Rejected("invalid_message", errors)

    found = await block_findings(Refusing(), datetime(2026, 1, 5, tzinfo=UTC))
    listed = [each.text for each in found if each.text.startswith("Slack refuses the list of runs: ")]
    assert len(listed) == problems


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


@asynccontextmanager
async def drifted(tmp_path: Path, change: Callable[[Any], None]) -> AsyncIterator[Installation]:
    """An installation whose app has another manifest than that of this release."""
    content = yaml.safe_load((ROOT / "manifest.yaml").read_text("utf-8"))
    change(content)
    (tmp_path / "app.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    (tmp_path / "flows.py").write_text(FLOWS, encoding="utf-8")
    async with installed(tmp_path, tmp_path / "app.yaml") as installation:
        yield installation


def told(found: dict[str, list[Finding]], area: str) -> list[tuple[str, str]]:
    return [(each.level, each.text) for each in found[area]]


async def test_doctor_names_each_missing_and_each_needless_scope(tmp_path: Path) -> None:
    def change(manifest: Any) -> None:
        granted = manifest["oauth_config"]["scopes"]["bot"]
        granted.remove("files:write")
        granted += ["reactions:write", "channels:join", "users:read.email"]

    async with drifted(tmp_path, change) as installation:
        found = await findings(installation.target())
    reason = "to put pictures and logs into a run's thread"
    assert told(found, "scopes") == [
        ("problem", f"The app lacks files:write, which Signoff needs {reason}."),
        ("warning", "The app has channels:join, which Signoff does not use."),
        ("warning", "The app has reactions:write, which Signoff does not use."),
    ]
    assert "Add it on the app's page" in found["scopes"][0].remedy
    assert "Remove it on the app's page" in found["scopes"][1].remedy


async def test_doctor_says_what_a_bot_token_cannot_show(installation: Installation) -> None:
    (finding,) = (await findings(installation.target()))["manifest"]
    assert finding.level == "warning"
    assert "unknown whether the buttons work" in finding.text
    assert "SLACK_CONFIG_TOKEN" in finding.remedy


async def test_a_decision_in_slack_proves_that_the_buttons_work(installation: Installation) -> None:
    people = StaticPeople(groups={"release-managers": ["U03CAROL"], "nobodies": [], "platform": ["U01ALICE"]})
    flows = installation.folder / "flows.py"
    async with Harness(flows, people=people, folder=installation.folder) as harness:
        await harness.start("bad")
        await harness.run_until_idle()
        await harness.decide("sure", "approve", as_user="U03CAROL")
    (finding,) = (await findings(installation.target()))["manifest"]
    assert finding.level == "ok"
    assert "a person decided in Slack on 05 January 2026" in finding.text


async def test_doctor_compares_the_app_with_the_manifest(installation: Installation) -> None:
    target = installation.target(SLACK_CONFIG_TOKEN=installation.slack.config_token)
    found = await findings(target)
    assert told(found, "manifest") == [("ok", "The app's manifest has all that Signoff needs.")]
    assert told(found, "scopes")[0][0] == "ok"


async def test_doctor_names_the_events_without_which_no_thread_is_read(installation: Installation) -> None:
    token = installation.slack.config_token
    found = await findings(installation.target(SLACK_CONFIG_TOKEN=token, SIGNOFF_READ_THREADS="on"))
    assert told(found, "manifest") == [
        ("problem", f"The app does not get the event {event}, which Signoff needs {reason}.")
        for event, reason in THREAD_EVENTS.items()
    ]


async def test_doctor_names_every_difference_of_the_app(tmp_path: Path) -> None:
    def change(manifest: Any) -> None:
        features, settings = manifest["features"], manifest["settings"]
        features["slash_commands"][0]["command"] = "/flow"
        features["shortcuts"] = features["shortcuts"][:2]
        features["app_home"] |= {"home_tab_enabled": False, "messages_tab_read_only_enabled": True}
        settings["interactivity"]["is_enabled"] = False
        settings["token_rotation_enabled"] = True
        events = settings["event_subscriptions"]["bot_events"]
        events.remove("user_change")
        events.append("reaction_added")

    async with drifted(tmp_path, change) as installation:
        token = installation.slack.config_token
        found = await findings(installation.target(SLACK_CONFIG_TOKEN=token, SIGNOFF_MODE="http"))
    assert told(found, "manifest") == [
        (
            "problem",
            "The app has no slash command /workflow. It has /flow: SIGNOFF_COMMAND must name the same.",
        ),
        ("warning", "The app lacks the message shortcut Run with this message."),
        ("problem", "Interactivity is off, so no button and no form reaches Signoff."),
        ("problem", "Socket Mode is on for the app, so Slack sends nothing over HTTP."),
        ("problem", "Token rotation is on, so the bot token expires within 12 hours."),
        ("warning", "The Home tab is off, so nobody sees what waits for them there."),
        ("warning", "The Messages tab is off or read-only, so nobody can write to Signoff."),
        (
            "problem",
            "The app does not get the event user_change, which Signoff needs to ask for other approvers when "
            "a person leaves the workspace.",
        ),
        ("warning", "The app gets the event reaction_added, which Signoff does not use."),
    ]


async def test_doctor_names_what_the_doors_of_slack_lack(tmp_path: Path) -> None:
    def change(manifest: Any) -> None:
        manifest["mcp_servers"] = {"signoff": {"url": "https://s.example/slack/mcp", "auth_type": "none"}}

    async with drifted(tmp_path, change) as installation:
        token = installation.slack.config_token
        off = await findings(installation.target(SLACK_CONFIG_TOKEN=token))
        on = {"SIGNOFF_AGENT_VIEW": "on", "SIGNOFF_SLACKBOT": "on", "SIGNOFF_MODE": "http"}
        found = await findings(installation.target(SLACK_CONFIG_TOKEN=token, **on))
    called = "Slackbot calls https://s.example/slack/mcp, and SIGNOFF_SLACKBOT is off, so it gets no answer."
    assert ("warning", called) in told(off, "manifest")
    lacking = [each for each in found["scopes"] if each.level == "problem"]
    assert [each.text.split(",")[0] for each in lacking] == [
        "The app lacks assistant:write",
        "The app lacks mcp:connect",
    ]
    assert all("install the app again" in each.remedy for each in lacking)
    texts = {each.text: each.remedy for each in found["manifest"]}
    assert "The app has no agent view, so Slack shows no session of a run." in texts
    wrong = (
        "Slackbot does not call https://s.example/slack/mcp with the identity that Slack signs "
        "(slack_identity_auth)."
    )
    assert "signoff manifest --http ADDRESS" in texts[wrong]


async def test_doctor_names_a_missing_server_for_slackbot(installation: Installation) -> None:
    token = installation.slack.config_token
    on = {"SIGNOFF_SLACKBOT": "on", "SIGNOFF_MODE": "http", "SLACK_CONFIG_TOKEN": token}
    found = await findings(installation.target(**on))
    missing = "The app has no MCP server with the path /slack/mcp, so Slackbot does not call Signoff."
    assert ("problem", missing) in told(found, "manifest")


async def test_doctor_checks_the_targets_of_ci(tmp_path: Path) -> None:
    (tmp_path / "flows.py").write_text("""from signoff import Gate

gate = Gate("release", owner="U1", approvers=["U2"], expires="1h")
""")
    target = (
        "{name: NAME, kind: github, project: a/b, workflow: w.yml, ref: main, private: true, gates: [GATE]"
    )
    near, far = (
        target.replace("NAME", name) + f", token: {token}, api: {api}}}"
        for name, token, api in (
            ("near", "CI_TOKEN", "http://127.0.0.1:9"),
            ("far", "NONE", "https://gone.invalid"),
        )
    )
    lines = [near.replace("GATE", "release"), far.replace("GATE", "relaese")]
    (tmp_path / "ci.yaml").write_text("targets:\n" + "".join(f"- {line}\n" for line in lines))
    environ = {
        "SIGNOFF_WORKFLOWS": str(tmp_path / "flows.py"),
        "SIGNOFF_DATA_DIR": str(tmp_path / "data"),
        "SIGNOFF_CI": str(tmp_path / "ci.yaml"),
        "CI_TOKEN": "a token of a target",
    }
    location = DatabaseLocation.of_file(tmp_path / "signoff.db")
    found = await findings(Target(location, environ))
    assert told(found, "ci")[0] == ("ok", "The target near has a token, and 127.0.0.1 can be found.")
    first, second, third = (each.text for each in found["ci"][1:])
    assert first == "The target far has no token: the secret NONE is not set."
    assert second.startswith("The host gone.invalid of the target far cannot be found (")
    assert third == "The target far names the gate 'relaese', which is not loaded."
    assert all("SIGNOFF_CI" in each.remedy for each in found["ci"][1:])
    (tmp_path / "ci.yaml").unlink()
    (finding,) = (await findings(Target(location, environ)))["settings"]
    assert (finding.level, "ci.yaml, which cannot be read" in finding.text) == ("problem", True)


async def test_doctor_says_why_a_configuration_token_shows_nothing(installation: Installation) -> None:
    target = installation.target(SLACK_CONFIG_TOKEN="xoxe.xoxp-1-gone-away")
    (finding,) = (await findings(target))["manifest"]
    assert (finding.level, "invalid_auth" in finding.text) == ("problem", True)
    assert "Generate a new one" in finding.remedy
    refresh = await findings(installation.target(SLACK_CONFIG_TOKEN="xoxe-1-refresh"))
    assert "SLACK_CONFIG_TOKEN" in refresh["settings"][0].text


def test_doctor_ends_with_one_where_something_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'signoff.db'}")
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SIGNOFF_WORKFLOWS"):
        monkeypatch.delenv(name, raising=False)
    assert main(["doctor", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)["findings"]
    assert {"SLACK_BOT_TOKEN is not set, so Slack is not checked."} <= {each["text"] for each in printed}


def test_manifest_is_the_one_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest"]) == 0
    assert capsys.readouterr().out == (ROOT / "manifest.yaml").read_text("utf-8")


@pytest.mark.parametrize("by", ["option", "setting"])
def test_manifest_reads_threads_on_demand(
    by: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGNOFF_READ_THREADS", "on" if by == "setting" else "off")
    assert main(["manifest", *(["--read-threads"] if by == "option" else [])]) == 0
    printed = yaml.safe_load(capsys.readouterr().out)["settings"]["event_subscriptions"]["bot_events"]
    assert {"message.channels", "message.groups"} <= set(printed)


def test_manifest_over_http_has_the_address_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "--http", "https://signoff.example.com/"]) == 0
    text = capsys.readouterr().out
    assert "set socket_mode_enabled" not in text
    printed = yaml.safe_load(text)
    address = "https://signoff.example.com/slack/events"
    assert printed["features"]["slash_commands"][0]["url"] == address
    assert printed["settings"]["interactivity"]["request_url"] == address
    assert printed["settings"]["event_subscriptions"]["request_url"] == address
    assert printed["settings"]["socket_mode_enabled"] is False
    assert main(["manifest", "--http", "signoff"]) == 1


REMOVED_OR_CHANGED = {
    "DELETE FROM log": "its seal was removed by another program. Restore the newest backup",
    "UPDATE log SET key = x'00'": "the row of its table log was changed. Run signoff audit verify.",
    "UPDATE log SET digest = 'x'": "its seal does not fit. Run signoff audit verify.",
    "DELETE FROM event WHERE seq = 2": "1 event is missing. Run signoff audit verify.",
    "DELETE FROM installation": "was removed",
    "INSERT INTO installation VALUES ('paused', '{')": "the fact paused was inserted",
    "DELETE FROM definition": "its definition was removed",
    "UPDATE tombstone SET workflow = 'x'": "the tombstone flow-",
    "DELETE FROM schedule": "the schedule flow cron:0 3 * * * was removed",
    "DROP TABLE tombstone": "does not have the tables of this release: the table tombstone is missing.",
    "DELETE FROM alembic_version": "does not say which release wrote it",
    "UPDATE alembic_version SET version_num = '9999'": "was written by a newer release",
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tampering.installed(tmp_path_factory.mktemp("doctor"))


@pytest.mark.parametrize("statement", ["", *REMOVED_OR_CHANGED])
def test_doctor_names_what_a_start_or_the_audit_finds_beside_runs(
    filled: Path, tmp_path: Path, statement: str
) -> None:
    database = tampering.copied(filled, tmp_path)
    if statement:
        tampering.execute(database, statement)
    settings = read_settings({"DATABASE_URL": f"sqlite:///{database}"}, None)
    found = next(machine_findings(settings))
    assert found.level == ("problem" if statement else "ok")
    assert REMOVED_OR_CHANGED.get(statement, "has 3 runs in ") in found.text


def test_doctor_misses_the_keys_of_a_database_and_makes_none(filled: Path, tmp_path: Path) -> None:
    database = tampering.copied(filled, tmp_path)
    (tmp_path / "keys" / "log.key").unlink()
    found = next(machine_findings(read_settings({"DATABASE_URL": f"sqlite:///{database}"}, None)))
    assert found.level == "problem"
    assert "The key that seals its log is missing" in found.text
    assert not (tmp_path / "keys" / "log.key").exists()
