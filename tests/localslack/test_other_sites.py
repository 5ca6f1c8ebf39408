"""Pages of other sites reach the local Slack through a browser: they can neither act, read nor frame."""

import aiohttp
import pytest

from localslack import Server

PAGE = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}


async def status(server: Server, path: str, method: str = "GET", **headers: str) -> int:
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, server.url + path, headers=headers) as answer,
    ):
        return answer.status


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost", ""]
)
@pytest.mark.parametrize("path", ["/", "/control/bootstrap?as=U01ALICE", "/api/auth.test", "/socket"])
async def test_a_request_for_a_rebound_host_is_refused(server: Server, host: str, path: str) -> None:
    port = server.url.rpartition(":")[2]
    assert await status(server, path, Host=host.format(port=port)) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
async def test_a_page_of_another_site_cannot_act(server: Server, headers: dict[str, str]) -> None:
    assert await status(server, "/control/message", "POST", **headers) == 403


@pytest.mark.parametrize(
    "path",
    [
        "/api/chat.postMessage?token=xoxb-local-signoff&channel=C02INCIDENTS&text=EVIL",
        "/control/bootstrap?as=U01ALICE",
        "/files/F1/report.html",
        "/page/app.js",
        "/socket",
    ],
)
async def test_a_link_of_another_site_leads_to_the_page_alone(server: Server, path: str) -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert await status(server, path, **followed) == 403
    assert await status(server, "/archives/C02INCIDENTS/p1", **followed) == 200


async def test_its_own_page_a_link_and_a_bot_are_answered(server: Server) -> None:
    assert await status(server, "/", **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}) == 200
    assert await status(server, "/control/bootstrap?as=U01ALICE", Origin=server.url, **PAGE) == 200
    assert await status(server, "/api/auth.test", "POST") == 200


@pytest.mark.parametrize("path", ["/", "/page/nothing", "/control/nothing", "/archives/C1/p1"])
async def test_no_page_may_be_framed(server: Server, path: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(server.url + path) as answer:
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
