"""Settings: what is wrong is named with its remedy, all at once, and no secret is ever printed."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticCustomError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo import demo
from bot.errors import ConfigError
from bot.settings.config import Settings, read_settings
from bot.settings.config_validators import check_metrics
from engine import WorkflowRecord
from engine.model.records.records import TriggerRecord
from localslack import StartError

BOT, APP = "xoxb-1234567890-abcdef", "xapp-1-A0123-4567-abcdef"
GOOD = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}


def problems(*, serving: bool = False, **environ: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as raised:
        read_settings(environ, serving=serving)
    text = str(raised.value)
    for name, value in environ.items():
        if name.startswith("SLACK_") and name != "SLACK_API_URL" and len(value.strip()) > 5:
            assert value.strip() not in text
    return dict(raised.value.problems)


def test_nothing_set_is_enough_for_everything_but_serving() -> None:
    settings = read_settings({})
    assert settings.database.place == Path(".signoff/signoff.db").absolute()
    assert settings.command == "/workflow"
    assert settings.mode == "socket"
    assert problems(serving=True).keys() == {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}


def test_secrets_do_not_show() -> None:
    settings = read_settings(GOOD, serving=True)
    assert BOT not in repr(settings)
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == BOT


def test_a_setting_cannot_be_changed_after_reading() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings({}).port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1234567890-abcdef", "a user token; this one starts with xoxb-"),
        ("SLACK_BOT_TOKEN", APP, "belongs in SLACK_APP_TOKEN"),
        ("SLACK_APP_TOKEN", BOT, "belongs in SLACK_BOT_TOKEN"),
        ("SLACK_BOT_TOKEN", BOT + "\n", "a space or a line break"),
        ("SLACK_BOT_TOKEN", "xoxb-12 34567", "a space or a line break"),
        ("SLACK_APP_TOKEN", "abcdefgh", "is not a token; this one starts with xapp-"),
        ("SLACK_BOT_TOKEN", "xoxb-…", "too short"),
        ("SLACK_SIGNING_SECRET", "abcdef\r\n", "a space or a line break"),
        ("SLACK_SIGNING_SECRET", BOT, "is a token, not the signing secret"),
        ("SLACK_API_URL", "slack.com/api", "is not an address"),
        ("SLACK_API_URL", "http://slack.example/api/", "over the network unencrypted. Write https://"),
        ("DATABASE_URL", "mysql://user:secret@host/db", "'mysql' databases are not supported"),
        ("DATABASE_URL", "/srv/signoff.db", "'/srv/signoff.db' names no SQLite file"),
        ("DATABASE_URL", "sqlite:///", "'sqlite:///' names no SQLite file"),
        ("DATABASE_URL", "sqlite:///:memory:", "'sqlite:///:memory:' names no SQLite file"),
        ("SIGNOFF_PORT", "http", "'http' is not a whole number from 0 to 65535"),
        ("SIGNOFF_PORT", "70000", "from 0 to 65535"),
        ("SIGNOFF_PARALLEL", "0", "from 1 to 10000"),
        ("SIGNOFF_MODE", "https", "must be one of 'socket' or 'http'"),
        ("SIGNOFF_COMMAND", "workflow", "cannot be a slash command"),
        ("SIGNOFF_GROUPS", "{on-call: U1}", "is not JSON"),
        ("SIGNOFF_GROUPS", '["U1"]', "must say who is in which group"),
        (
            "SIGNOFF_GROUPS",
            '{"on-call": ["@bob"]}',
            "has '@bob' in the group on-call, which is not a user id",
        ),
        ("SIGNOFF_GROUPS", '{"a": ["U1A"], "a": ["U2A"]}', "lists the group a twice"),
        ("SIGNOFF_GROUPS", '{"a": ["U1A"], "@a": ["U2A"]}', "lists the group a twice"),
        ("SIGNOFF_GROUPS", '{"a": {"b": ["U1A"]}}', "needs a list of user ids for the group a"),
        ("SIGNOFF_CLI_USERS", '{"a": "U1A", "a": "U2A"}', "maps a twice"),
        ("SIGNOFF_CLI_USERS", '{" ops": "U1A"}', "maps ' ops', and no operating-system user has that name"),
        ("SIGNOFF_CLI_USERS", '{"": "U1A"}', "maps '', and no operating-system user has that name"),
        ("SIGNOFF_GROUPS", '{"On Call": ["U012"]}', "names a group 'On Call'"),
        ("SIGNOFF_GROUPS", '{"on-call": []}', "needs a list of user ids"),
        ("SIGNOFF_OPERATOR", "@bob", "is not a user id"),
        ("SIGNOFF_OWNER", "platform", "'platform' is not a group or a person. Write @group, or a member id"),
        ("SIGNOFF_OWNER", "#deploys", "'#deploys' is not a group or a person."),
        ("SIGNOFF_CHANNEL", "grants", "'grants' is not a channel. Write #name, or a channel id"),
        ("SIGNOFF_REVIEW_CHANNEL", "ops", "'ops' is not a channel. Write #name, or a channel id"),
        ("SIGNOFF_CLI_DECIDES", "maybe", "must be true or false"),
        ("SIGNOFF_LOG_LEVEL", "loud", "must be one of"),
        ("SIGNOFF_WORKFLOWS", "/nowhere/flows.py", "names /nowhere/flows.py, but there is no such"),
        ("SIGNOFF_COMAND", "/x", "Did you mean SIGNOFF_COMMAND?"),
        ("SIGNOFF_XYZZY", "1", "There are SIGNOFF_AGENT_VIEW, SIGNOFF_CALLBACK_HOSTS"),
    ],
)
def test_each_invalid_setting_is_named_with_its_remedy(name: str, value: str, says: str) -> None:
    setting: dict[str, Any] = {name: value}
    found = problems(**setting)
    assert says in found[name]
    assert found.keys() == {name}


def test_the_password_of_a_database_is_not_printed() -> None:
    assert "secret" not in str(problems(DATABASE_URL="mysql://user:secret@host/db"))


def test_everything_wrong_is_said_at_once() -> None:
    assert len(problems(SIGNOFF_PORT="x", SIGNOFF_MODE="y", SIGNOFF_COMAND="z", SLACK_BOT_TOKEN="q")) == 4


def test_the_mode_goes_by_what_is_there() -> None:
    assert read_settings({"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": "abc"}, serving=True).mode == "http"
    assert read_settings({**GOOD, "SLACK_SIGNING_SECRET": "abc"}, serving=True).mode == "socket"
    assert read_settings({**GOOD, "SIGNOFF_MODE": "http", "SLACK_SIGNING_SECRET": "abc"}).mode == "http"
    assert "SLACK_SIGNING_SECRET" in problems(serving=True, **GOOD, SIGNOFF_MODE="http")


def test_an_environment_file_fills_in_what_the_environment_leaves_out(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"SLACK_BOT_TOKEN={BOT}\nSIGNOFF_PORT=4000\nSLACK_APP_TOKEN=\nOTHER=1\n")
    settings = read_settings({"SIGNOFF_PORT": "5000"}, file)
    assert settings.port == 5000
    assert settings.bot_token is not None
    assert settings.app_token is None
    assert read_settings({}, tmp_path / "absent").bot_token is None
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="Write a text file with lines like NAME=value"):
        read_settings({}, file)


def test_paths_divided_by_commas_or_as_the_system_does(tmp_path: Path) -> None:
    first, second, third = tmp_path / "a.py", tmp_path / "b.py", tmp_path / "flows"
    first.touch()
    second.touch()
    third.mkdir()
    text = f"{first}{os.pathsep}{second}, {third}"
    assert read_settings({"SIGNOFF_WORKFLOWS": text}).workflows == (first, second, third)


def test_groups_are_read_without_the_at_sign() -> None:
    assert read_settings({"SIGNOFF_GROUPS": '{"@on-call": ["U012"]}'}).groups == {"on-call": ("U012",)}


def test_reading_asks_nobody_but_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNOFF_PORT", "9999")
    assert read_settings({}).port == 3000
    assert isinstance(read_settings({}), Settings)


def test_the_settings_of_ask_do_not_stop_the_other_commands() -> None:
    assert read_settings({**GOOD, "SIGNOFF_TOKEN": "t", "SIGNOFF_URL": "http://127.0.0.1:3000"}, serving=True)


def test_the_demo_takes_groups_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNOFF_GROUPS", '{"finance": ["U01ALICE"]}')
    groups = demo.demo_settings(tmp_path).groups
    assert groups["finance"] == ("U01ALICE",)
    assert "on-call" in groups


async def test_the_demo_takes_a_workspace_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    file, folder = tmp_path / "people.yaml", tmp_path / "demo"
    file.write_text(
        "users: [{id: U01ANN, name: ann, real_name: Ann}]\n"
        "groups: [{id: S1, handle: auditors, name: Auditors, users: [U01ANN]}]\n"
        "channels: [{id: C1, name: work, members: [U01ANN, U0SIGNOFF]}]\n"
    )
    async with demo.workspace(0, folder, file):
        pass
    file.unlink()
    async with demo.workspace(0, folder):
        assert demo.demo_settings(folder).groups == {"auditors": ("U01ANN",)}


async def test_people_of_the_demo_are_in_the_zone_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    async with demo.workspace(0, tmp_path) as (_, url, _):
        web = AsyncWebClient("xoxb-local-signoff", f"{url}/api/")
        alice = (await web.users_info(user="U01ALICE"))["user"]
    assert (alice["tz"], alice["tz_offset"]) == ("Asia/Kolkata", 19_800)


async def test_the_demo_refuses_a_wrong_workspace_before_it_keeps_anything(tmp_path: Path) -> None:
    file, folder = tmp_path / "people.yaml", tmp_path / "demo"
    file.write_text("users: [{id: U01ANN, name: ann, real_name: Ann}]\nchannles: []\n")
    with pytest.raises(StartError, match=r"people.yaml: channles is not a field"):
        async with demo.workspace(0, folder, file):
            pass
    assert not folder.exists()


def test_the_demo_takes_secrets_of_webhooks_and_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", "local")
    monkeypatch.setenv("SIGNOFF_COMMAND", "/other")
    settings = demo.demo_settings(tmp_path)
    assert settings.variables(["HOOK_SECRET", "SIGNOFF_COMMAND"]) == {"HOOK_SECRET": "local"}
    assert settings.command == "/workflow"


def test_the_demo_does_not_print_a_secret_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = TriggerRecord("incident-response", "webhook:incidents", "webhook /hooks/incidents", True, None)
    name = demo.EXAMPLE
    record = WorkflowRecord(name, name, "d", "@on-call", "#incidents", ("a",), (hook,), None, (), ())
    assert '"Authorization: Bearer demo"' in demo.greeting("http://x", tmp_path, "http://y", [record])
    monkeypatch.setenv("INCIDENTS_SECRET", "hush-hush")
    told = demo.greeting("http://x", tmp_path, "http://y", [record])
    assert "hush-hush" not in told
    assert '"Authorization: Bearer $INCIDENTS_SECRET"' in told


class Channels:
    """A workspace with these channels, and what is posted there."""

    def __init__(self, *channels: dict[str, Any]) -> None:
        self.channels, self.posted = channels, list[Any]()

    async def read(self, method: str, arguments: Any) -> dict[str, Any]:
        if method == "conversations.list":
            return {"channels": list(self.channels)}
        return {"messages": []}

    async def write(self, method: str, arguments: Any) -> None:
        self.posted.append(arguments["channel"])


@pytest.mark.parametrize(
    ("channels", "name", "posted"),
    [
        ([], "", []),
        ([{"id": "C9", "name": "plant", "is_member": False}], "", []),
        ([{"id": "C9", "name": "plant", "is_member": True}], "plant", ["C9"]),
        (
            [
                {"id": "C9", "name": "plant", "is_member": True},
                {"id": "C7", "name": "incidents", "is_member": True},
            ],
            "incidents",
            ["C7"],
        ),
    ],
)
async def test_the_demo_starts_in_a_channel_that_there_is(
    channels: list[dict[str, Any]], name: str, posted: list[str]
) -> None:
    slack: Any = Channels(*channels)
    assert await demo.welcome(slack, "U0", []) == name
    assert slack.posted == posted
    told = demo.greeting("http://x", Path("demo"), "http://y", [], name)
    assert f"In {f'#{name}' if name else 'a channel'} type   /workflow help" in told


async def test_the_demo_starts_in_the_channel_of_the_first_workflow_and_names_it() -> None:
    order = WorkflowRecord("order", "Order <now>", "d", "@buyers", "#plant", ("a",), (), None, (), ())
    gate = replace(order, name="ask", gate=True)
    slack: Any = Channels(
        {"id": "C7", "name": "incidents", "is_member": True},
        {"id": "C9", "name": "plant", "is_member": True},
    )
    assert await demo.welcome(slack, "U0", [gate, order]) == "plant"
    assert slack.posted == ["C9"]
    hello = demo.welcome_text(order)
    assert "Type `/workflow run order` to start *Order &lt;now&gt;*." in hello
    assert demo.EXAMPLE not in hello
    assert "In #plant type   /workflow run order" in demo.greeting(
        "http://x", Path("demo"), "http://y", [gate, order], "plant"
    )


def test_the_demo_proposes_a_workflow_that_asks_people() -> None:
    alone = WorkflowRecord("alone", "Alone", "d", "@buyers", "#plant", ("a",), (), None, (), ())
    order = replace(alone, name="order", asks=True)
    assert demo.first_workflow([alone, order, replace(order, name="ship")]) == order
    example = replace(alone, name=demo.EXAMPLE)
    assert demo.first_workflow([alone, order, example]) == example
    assert demo.first_workflow([alone]) == alone
    assert demo.first_workflow([replace(order, gate=True)]) is None


def test_the_demo_names_its_folder_in_the_commands_that_need_it() -> None:
    told = demo.greeting("http://x", Path("other place"), "http://y", [])
    assert "runs --data 'other place'   and" in told
    assert "show RUN --data 'other place'\n" in told
    assert "--data" not in demo.greeting("http://x", Path(".signoff-demo"), "http://y", [])


@pytest.mark.parametrize(
    ("mode", "host", "token", "refused"),
    [
        ("on", "0.0.0.0", None, True),
        ("on", "127.0.0.1", None, False),
        ("on", "0.0.0.0", SecretStr("t" * 30), False),
        ("off", "0.0.0.0", None, False),
        ("on", "127.0.0.1", SecretStr(" "), True),
    ],
)
def test_metrics_are_open_on_this_machine_alone(
    mode: str, host: str, token: SecretStr | None, refused: bool
) -> None:
    if not refused:
        check_metrics(mode, host, token)
        return
    with pytest.raises(PydanticCustomError, match="SIGNOFF_METRICS"):
        check_metrics(mode, host, token)
