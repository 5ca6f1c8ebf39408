"""Socket Mode: with slack_sdk's client, and on the bare websocket."""

import asyncio
from pathlib import Path

import aiohttp
from aiohttp import WSMsgType
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from localslack import ManualClock, Server
from tests.localslack.conftest import AppSocket, ClientOf, Connect, Json, People, PeopleOf

INCIDENTS = "C02INCIDENTS"


async def test_a_socket_says_hello_and_brings_commands_in_envelopes(
    server: Server, app_socket: AppSocket, people: People
) -> None:
    socket = await app_socket(server)
    writing = asyncio.create_task(people.say("U01ALICE", INCIDENTS, "/workflow run x @bob #plant"))
    envelope = await socket.receive_json()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    payload = envelope["payload"]
    assert payload["text"] == "run x <@U02BOB> <#C03PLANT|plant>"
    assert (payload["command"], payload["user_id"], payload["channel_name"]) == (
        "/workflow",
        "U01ALICE",
        "incidents",
    )
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "on it"}})
    assert (await writing)["kind"] == "command"
    assert await people.texts("U01ALICE", INCIDENTS) == ["on it"]
    assert await people.texts("U02BOB", INCIDENTS) == []


async def test_a_ticket_is_for_one_connection(
    server: Server, client: AsyncWebClient, http: aiohttp.ClientSession
) -> None:
    url = (await client.apps_connections_open(app_token=server.app_token))["url"]
    first = await http.ws_connect(url)
    assert (await first.receive_json())["num_connections"] == 1
    async with http.get(url.replace("ws:", "http:")) as response:
        assert response.status == 403


async def test_ten_connections_each_payload_to_one(
    server: Server, app_socket: AppSocket, people: People
) -> None:
    sockets = [await app_socket(server) for _ in range(10)]
    eleventh = await _raw(server, people)
    assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
    writing = asyncio.create_task(people.say("U01ALICE", INCIDENTS, "/workflow help"))
    receivers = [asyncio.create_task(socket.receive_json()) for socket in sockets]
    done, waiting = await asyncio.wait(receivers, return_when=asyncio.FIRST_COMPLETED)
    (only,) = done
    other = sockets[(receivers.index(only) + 1) % 10]
    await other.send_json({"envelope_id": only.result()["envelope_id"]})
    await writing
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await people.texts("U01ALICE", INCIDENTS) == []


async def _raw(server: Server, people: People) -> aiohttp.ClientWebSocketResponse:
    headers = {"Authorization": f"Bearer {server.app_token}"}
    async with people.http.post(f"{server.api_url}apps.connections.open", headers=headers) as response:
        return await people.http.ws_connect((await response.json())["url"])


async def test_no_ack_in_three_seconds(
    still: Server, app_socket: AppSocket, people_of: PeopleOf, clock: ManualClock
) -> None:
    people = people_of(still)
    socket = await app_socket(still)
    writing = asyncio.create_task(people.say("U01ALICE", INCIDENTS, "/workflow help"))
    envelope = await socket.receive_json()
    clock.advance(3)
    await writing
    assert await people.texts("U01ALICE", INCIDENTS) == [
        '/workflow failed with the error "operation_timeout"'
    ]
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "late"}})
    again = asyncio.create_task(people.say("U01ALICE", INCIDENTS, "/workflow help"))
    await socket.receive_json()
    clock.advance(3)
    await again
    assert "late" not in await people.texts("U01ALICE", INCIDENTS)


async def test_a_command_without_a_connection_fails_as_in_slack(people: People) -> None:
    await people.say("U01ALICE", INCIDENTS, "/workflow help")
    assert await people.texts("U01ALICE", INCIDENTS) == ['/workflow failed with the error "dispatch_failed"']


async def test_warning_leaves_the_socket_open(server: Server, app_socket: AppSocket, people: People) -> None:
    socket = await app_socket(server)
    assert (await people.post("socket/disconnect", reason="warning"))["connections"] == 1
    assert (await socket.receive_json())["reason"] == "warning"
    assert (await people.get("health"))["connected"] is True
    await people.post("socket/disconnect", reason="link_disabled")
    assert (await socket.receive_json())["reason"] == "link_disabled"
    assert (await socket.receive()).type == WSMsgType.CLOSE
    assert (await people.get("health"))["connected"] is False


async def test_a_refreshed_socket_gets_nothing_more(
    still: Server, app_socket: AppSocket, people_of: PeopleOf, clock: ManualClock
) -> None:
    people = people_of(still)
    old = await app_socket(still)
    await people.post("socket/disconnect", reason="refresh_requested")
    assert (await old.receive_json())["reason"] == "refresh_requested"
    assert (await people.get("health"))["connected"] is False
    new = await app_socket(still)
    writing = asyncio.create_task(people.say("U01ALICE", INCIDENTS, "/workflow help"))
    await new.send_json({"envelope_id": (await new.receive_json())["envelope_id"]})
    await writing
    clock.advance(10)
    assert (await old.receive()).type == WSMsgType.CLOSE


async def test_bolt_reconnects_after_a_refresh_and_after_a_cut(
    server: Server, connect: Connect, people: People
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    def register(app: AsyncApp) -> None:
        @app.command("/workflow")
        async def command(ack: AsyncAck, body: Json) -> None:
            await ack(f"heard {body['text']}")
            heard.put_nowait(body["text"])

    await connect(server, register)
    live = await people.live("U01ALICE")
    await people.post("socket/disconnect", reason="refresh_requested")
    while not ((told := await live.receive_json())["type"] == "bot" and told["connected"]):
        pass
    await people.say("U01ALICE", INCIDENTS, "/workflow two")
    assert await heard.get() == "two"
    await people.post("socket/drop")
    assert (await people.get("health"))["connected"] is False
    await live.close()


async def test_socket_mode_off_in_the_manifest(tmp_path: Path, client_of: ClientOf) -> None:
    import pytest

    from localslack import Config, StartError, start

    path = tmp_path / "manifest.yaml"
    path.write_text("display_information: {name: A}\nsettings: {socket_mode_enabled: false}\n")
    with pytest.raises(StartError, match="socket_mode_enabled is off"):
        await start(Config(manifest=path))
