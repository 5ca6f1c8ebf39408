"""Starting, ending, and what outlives a restart."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from localslack import Config, Server, StartError, start
from tests.localslack.conftest import AppSocket, Button, ClientOf, PeopleOf

INCIDENTS = "C02INCIDENTS"
Restart = Callable[..., Awaitable[Server]]


@pytest.fixture
def restart(tmp_path: Path) -> Restart:
    """A function that ends the local Slack on tmp_path and starts it again."""
    servers: list[Server] = []

    async def run(**more: Any) -> Server:
        if servers:
            await servers.pop().close()
        servers.append(await start(Config(data=tmp_path, **more)))
        return servers[-1]

    return run


async def test_a_page_begins_with_the_same_person_after_a_restart(
    restart: Restart, people_of: PeopleOf
) -> None:
    first = await people_of(await restart()).get("bootstrap")
    server = await restart()
    again = await people_of(server).get("bootstrap")
    await server.close()
    assert (first["me"]["id"], again["me"]["id"]) == ("U03CAROL", "U03CAROL")


async def test_the_workspace_outlives_a_restart(
    restart: Restart, client_of: ClientOf, people_of: PeopleOf, app_socket: AppSocket, button: Button
) -> None:
    server = await restart()
    client, people = client_of(server), people_of(server)
    metadata = {"event_type": "run", "event_payload": {"id": "1"}}
    posted = await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[button()], metadata=metadata)
    ts = posted["ts"]
    await client.chat_postMessage(channel=INCIDENTS, text="r", thread_ts=ts)
    await client.chat_postEphemeral(channel=INCIDENTS, user="U01ALICE", text="gone")
    direct = (await client.conversations_open(users="U01ALICE"))["channel"]["id"]
    await client.views_publish(user_id="U01ALICE", view={"type": "home", "blocks": []})
    await client.files_upload_v2(filename="a.txt", content="kept", channel=INCIDENTS)
    await people.post("group", id="S01ONCALL", users=["U04DAVE"])
    await people.post("channel/invite", channel="C01GENERAL", user="U0SIGNOFF")

    server = await restart()
    client, people = client_of(server), people_of(server)
    seen = await people.read("U01ALICE", INCIDENTS)
    assert [message["text"] for message in seen] == ["q", ""]
    assert seen[0]["reply_count"] == 1
    assert (await client.conversations_open(users="U01ALICE"))["channel"]["id"] == direct
    assert (await people.get("home", as_="U01ALICE"))["view"]["blocks"] == []
    assert (await client.usergroups_users_list(usergroup="S01ONCALL"))["users"] == ["U04DAVE"]
    assert (await client.chat_postMessage(channel="C01GENERAL", text="x"))["ts"] > ts
    async with people.http.get(seen[1]["files"][0]["url"]) as response:
        assert await response.text() == "kept"
    bot = await app_socket(server)
    clicking = asyncio.create_task(people.click("U02BOB", INCIDENTS, ts, "b1", "go"))
    envelope = await bot.receive_json()
    assert envelope["payload"]["message"]["metadata"] == metadata
    await bot.send_json({"envelope_id": envelope["envelope_id"]})
    assert (await clicking)["ok"]
    await server.close()


WORKSPACE = """
users:
  - {{id: U1, name: ann, real_name: {name}}}
groups: [{{id: S1, handle: ops, name: Ops, users: [U1]}}]
channels: [{{id: C1, name: one, members: [U1, U0SIGNOFF]}}]
"""


async def test_a_changed_workspace_file_counts_and_nothing_else_is_lost(
    restart: Restart, tmp_path: Path, people_of: PeopleOf
) -> None:
    file = tmp_path / "workspace.yaml"
    file.write_text(WORKSPACE.format(name="Ann"))
    people = people_of(await restart(workspace=file))
    await people.post("group", id="S1", users=[])
    file.write_text(WORKSPACE.format(name="Anna"))
    server = await restart(workspace=file)
    seen = await people_of(server).get("bootstrap", as_="U1")
    assert (seen["me"]["real_name"], seen["groups"][0]["users"]) == ("Anna", [])
    await server.close()


async def test_two_on_one_file(restart: Restart, tmp_path: Path) -> None:
    server = await restart()
    with pytest.raises(StartError, match="another local Slack has it open"):
        await start(Config(data=tmp_path))
    await server.close()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("users: [", "is not valid YAML"),
        ("[]", "is a mapping"),
        ("users: []\nchannels: []", "users"),
        (
            "users: [{id: U1, name: ann}]\nchannels: [{id: C1, name: a}]",
            "users.0.real_name is missing; add it",
        ),
        ("users: [{id: X1, name: ann, real_name: A}]\nchannels: [{id: C1, name: a}]", "users.0.id 'X1'"),
        (
            "users: [{id: U1, name: ann, real_name: A, shoe: 1}]\nchannels: [{id: C1, name: a}]",
            "users.0.shoe",
        ),
        ("users: [{id: U1, name: ann, real_name: A}]\nchannels: [{id: C1, name: a, members: [U9]}]", "'U9'"),
        (
            "users: [{id: U1, name: ann, real_name: A}]\nchannels: [{id: C1, name: a}, {id: C1, name: b}]",
            "twice",
        ),
    ],
)
async def test_a_wrong_workspace_file(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "workspace.yaml"
    file.write_text(text)
    with pytest.raises(StartError) as caught:
        await start(Config(workspace=file))
    assert says in str(caught.value)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "features: {slash_commands: [{command: workflow, description: x}]}",
            "slash_commands.0.command 'workflow'",
        ),
        ("features: {slash_commands: [{command: /workflow}]}", "description of /workflow is missing"),
        ("settings: [1]", "settings [1] must be a mapping"),
        ("oauth_config: {scopes: {bot: chat}}", "oauth_config.scopes.bot 'chat' must be a list"),
    ],
)
async def test_a_mistake_in_the_manifest_ends_the_start_with_its_place(
    tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "manifest.yaml"
    file.write_text(text)
    with pytest.raises(StartError) as caught:
        await start(Config(manifest=file))
    assert says in str(caught.value)
    assert str(file) in str(caught.value)


async def test_a_feature_that_the_manifest_switches_off_is_refused(
    tmp_path: Path, client_of: ClientOf, people_of: PeopleOf, button: Button
) -> None:
    file = tmp_path / "manifest.yaml"
    home = "{home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: true}"
    file.write_text(f"features: {{app_home: {home}}}\noauth_config: {{scopes: {{bot: ['chat:write']}}}}")
    server = await start(Config(manifest=file, http_url="http://127.0.0.1:9/"))
    client, people = client_of(server), people_of(server)
    with pytest.raises(SlackApiError, match="not_enabled"):
        await client.views_publish(user_id="U01ALICE", view={"type": "home", "blocks": []})
    with pytest.raises(SlackApiError, match="socket_mode_not_enabled"):
        await client.apps_connections_open(app_token=server.app_token)
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[button()]))["ts"]
    clicked = await people.click("U01ALICE", INCIDENTS, ts, "b1", "go")
    assert clicked["error"] == "interactivity_disabled"
    direct = (await people.post("dm/open", as_="U01ALICE", user="U0SIGNOFF"))["channel"]["id"]
    assert (await people.say("U01ALICE", direct, "x"))["error"] == "messages_tab_disabled"
    await server.close()


async def test_an_invalid_setting_ends_the_start_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="no such workspace file"):
        await start(Config(workspace=tmp_path / "none.yaml"))
    with pytest.raises(StartError, match="http_url 'localhost:3000'"):
        Config(http_url="localhost:3000")
    with pytest.raises(StartError, match="port 70000 is out of range"):
        Config(port=70_000)
    (tmp_path / "workspace.sqlite3").write_text(
        "not a database, but a text that is long enough to be read as one"
    )
    with pytest.raises(StartError, match="is not a workspace file"):
        await start(Config(data=tmp_path))


async def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            StartError, match=f"port {port} of 127.0.0.1 can't be used .Address already in use.; .*--port"
        ):
            await start(Config(port=port))


async def test_secrets_are_not_repeated_in_errors(tmp_path: Path) -> None:
    file = tmp_path / "workspace.yaml"
    file.write_text(
        "app: {bot_token: hunter2}\nusers: [{id: U1, name: a, real_name: A}]\nchannels: [{id: C1, name: a}]"
    )
    with pytest.raises(StartError) as caught:
        await start(Config(workspace=file))
    assert "hunter2" not in str(caught.value)


async def launch(*arguments: str) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "localslack", "--port", "0", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    line = (await process.stdout.readline()).decode().strip()
    return process, line.removeprefix("Local Slack at ")


async def test_the_process_prints_its_address_and_ends_on_sigterm(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    process, url = await launch("--data", str(tmp_path))
    live = await http.ws_connect(f"{url}/control/live?as=U01ALICE")
    process.send_signal(signal.SIGTERM)
    assert (await live.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.crash
async def test_a_message_that_was_answered_survives_a_kill(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    process, url = await launch("--data", str(tmp_path))
    headers = {"Authorization": "Bearer xoxb-local-signoff"}
    answered = []
    for number in range(20):
        body = {"channel": INCIDENTS, "text": str(number)}
        async with http.post(f"{url}/api/chat.postMessage", json=body, headers=headers) as response:
            answered.append((await response.json())["ts"])
    process.kill()
    await process.communicate()
    with sqlite3.connect(tmp_path / "workspace.sqlite3") as file:
        kept = [row[0] for row in file.execute("SELECT id FROM records WHERE kind = 'message' ORDER BY id")]
    file.close()
    assert kept == [f"{INCIDENTS}/{ts}" for ts in answered]


async def test_help_and_errors_of_the_command() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "localslack", "--workspace", "none.yaml",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert b"none.yaml: there is no such workspace file" in errors
    assert b"Traceback" not in errors
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "localslack", "--help", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    assert b"--manifest" in out


def open_to_others(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


async def test_the_data_folder_is_readable_by_this_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        server = await start(Config(data=tmp_path / "deep" / "slack"))
        assert open_to_others(tmp_path / "deep") == []
        await server.close()
    finally:
        os.umask(before)
