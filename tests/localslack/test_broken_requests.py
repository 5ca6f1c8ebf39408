"""Requests that cannot be read: they are refused, and nothing is logged of them."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from localslack import Server
from tests.localslack.conftest import AppSocket, People, plain

HOST = b"Host: 127.0.0.1:%(port)d\r\nConnection: close\r\n"
LOGGED = pytest.LogCaptureFixture


@pytest.fixture
def bot_headers(server: Server) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.bot_token}", "Content-Type": "application/json"}


async def answered(server: Server, request: bytes, *, goes: bool = False) -> bytes:
    """Return the first line of the answer. `goes`: the caller is gone before it comes."""
    port = int(server.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.replace(b"%(port)d", b"%d" % port))
    if goes:
        writer.write_eof()
    first = await reader.readline()
    writer.close()
    return first


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", b"400"),
        (b"GET / HTTP/1.0\r\n\r\n", b"403"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"\x00\x16\x03\x01\r\n\r\n", b"400"),
        (b"GET http://[::1 HTTP/1.1\r\n" + HOST + b"\r\n", b"400"),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n" + HOST + b"\r\n", b"400"),
        (b"GET /page/%00 HTTP/1.1\r\n" + HOST + b"\r\n", b"404"),
        (b"GET /page/" + b"x" * 3000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", b"404"),
        (b"POST /control/read HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (
            b"POST /api/auth.test HTTP/1.1\r\n"
            + HOST
            + b"Content-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
            b"200",
        ),
    ],
    ids=range(11),
)
async def test_a_request_that_cannot_be_read_is_answered_and_not_logged(
    server: Server, request_: bytes, status: bytes, caplog: LOGGED
) -> None:
    assert (await answered(server, request_)).split()[1] == status
    assert not caplog.records


@pytest.mark.parametrize("path", [b"/control/read", b"/api/chat.postMessage", b"/response/x"])
@pytest.mark.parametrize(
    "body", [b"Content-Length: 99\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"]
)
async def test_a_caller_who_goes_within_the_body_is_not_logged(
    server: Server, path: bytes, body: bytes, caplog: LOGGED
) -> None:
    await answered(server, b"POST " + path + b" HTTP/1.1\r\n" + HOST + body, goes=True)
    async with aiohttp.ClientSession() as http, http.get(server.url + "/control/health") as answer:
        assert answer.status == 200
    assert not caplog.records


BLOCK = {"type": "section", "text": plain("x")}


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("/api/chat.postMessage", {"channel": "C02INCIDENTS", "text": "\ud800"}, "invalid_json"),
        ("/api/chat.postMessage", {"channel": "C02INCIDENTS", "text": float("nan")}, "invalid_json"),
        ("/api/blocks.validate", {"blocks": [BLOCK | {"type": []}]}, "invalid_blocks"),
        ("/api/conversations.history", {"channel": "C02INCIDENTS", "cursor": "١٢"}, "invalid_cursor"),
        ("/api/users.list", {"cursor": "from:" + "9" * 5000}, "invalid_cursor"),
        ("/control/message", {"as": "U01ALICE", "channel": "C02INCIDENTS", "text": "\udfff"}, "invalid_json"),
    ],
)
async def test_values_that_nothing_could_keep_are_refused(
    server: Server, bot_headers: dict[str, str], path: str, body: Any, error: str, caplog: LOGGED
) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(server.url + path, data=json.dumps(body), headers=bot_headers) as answer,
    ):
        assert answer.status < 500
        assert (await answer.json())["error"] == error
    assert not caplog.records


async def test_a_home_with_a_title_of_another_shape_is_shown_without_it(
    server: Server, bot_headers: dict[str, str], people: People
) -> None:
    view = {"type": "home", "title": "x", "submit": [1], "blocks": [BLOCK]}
    body = json.dumps({"user_id": "U01ALICE", "view": view})
    async with people.http.post(f"{server.api_url}views.publish", data=body, headers=bot_headers) as answer:
        assert (await answer.json())["ok"]
    assert (await people.get("home", as_="U01ALICE"))["view"]["title"] is None


@pytest.mark.parametrize("path", ["calls?after=", "messages?as=U01ALICE&channel=C02INCIDENTS&limit="])
async def test_a_number_of_thousands_of_digits_is_refused(server: Server, people: People, path: str) -> None:
    async with people.http.get(f"{server.url}/control/{path}{'9' * 5000}") as answer:
        assert answer.status == 400


async def test_the_page_follows_from_now_on_after_a_cursor_of_thousands_of_digits(
    server: Server, people: People
) -> None:
    socket = await people.http.ws_connect(f"{server.url}/control/live?as=U01ALICE&cursor={'9' * 5000}")
    await people.say("U03CAROL", "C02INCIDENTS", "hi")
    assert (await socket.receive_json())["type"]
    await socket.close()


async def test_an_app_that_acknowledges_oddly_stays_connected(
    server: Server, people: People, app_socket: AppSocket
) -> None:
    app = await app_socket(server)
    for ack in ("[", "[" * 100_000, "null", '{"envelope_id": []}', '{"envelope_id": {}}', "\x00", "1e999"):
        await app.send_str(ack)
    await app.send_bytes(b"\xff")
    sent = asyncio.create_task(people.say("U01ALICE", "C02INCIDENTS", "/workflow list"))
    envelope = await app.receive_json()
    await app.send_json({"envelope_id": envelope["envelope_id"]})
    assert (await sent)["ok"]
