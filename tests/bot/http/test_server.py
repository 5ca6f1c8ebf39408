"""The web application over real sockets: what isn't Slack's reaches nobody, and is not logged."""

import asyncio
import hashlib
import hmac
import io
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncApp

from bot.http.limits import MAX_BODY_BYTES
from bot.http.server import PATH, build_server
from bot.slack.bolt_app import WENT_WRONG, build_app
from bot.slack.preflight import preflight
from bot.slack.web_api import SlackApi
from engine.clock import FakeClock

SECRET, BEFORE = "local-signing-secret", "the-secret-before"
Local = Any


class Site:
    """The application under test, a signer of requests, and what its listeners saw."""

    def __init__(self, server: TestServer, http: aiohttp.ClientSession, clock: FakeClock) -> None:
        self.server, self.http, self.clock = server, http, clock
        self.problems: dict[str, str] = {}
        self.seen: list[str] = []

    def sign(self, body: bytes, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
        timestamp = f"{at if at is not None else self.clock.now().timestamp():.0f}"
        digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={digest}",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    async def post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        async with self.http.post(self.server.make_url(PATH), data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.http.get(self.server.make_url(path)) as answer:
            return answer.status, await answer.json()


@pytest.fixture(name="site")
async def site_under_test(local: Local) -> AsyncIterator[Site]:
    clock = FakeClock()
    async with (
        SlackApi(local.server.bot_token, base_url=local.server.api_url) as api,
        aiohttp.ClientSession() as http,
    ):

        def register(app: AsyncApp) -> None:
            @app.command("/workflow")
            async def command(ack: Any, command: Mapping[str, Any], client: Any) -> None:
                site.seen.append(command["text"])
                if command["text"] == "explode":
                    raise RuntimeError("a secret detail")
                await ack("done")

        async def problems() -> Mapping[str, str]:
            return site.problems

        dispatch = build_app(api, await preflight(api), register).async_dispatch
        web_app = build_server(
            problems=problems, clock=clock, signing_secrets=[SECRET, BEFORE], dispatch=dispatch
        )
        server = TestServer(web_app)
        site = Site(server, http, clock)
        await server.start_server()
        yield site
        await server.close()


def command(text: str = "list", more: str = "") -> bytes:
    who = "team_id=T0LOCAL&user_id=U01ALICE&channel_id=C05DEPLOYS&trigger_id=1.2.abc"
    return f"command=%2Fworkflow&text={text}&{who}{more}".encode()


async def test_a_signed_command_is_answered(site: Site) -> None:
    body = command()
    assert await site.post(body, site.sign(body)) == (200, "done")
    assert site.seen == ["list"]


@pytest.mark.parametrize("seconds", [-299, 299])
async def test_a_request_may_be_almost_five_minutes_off(site: Site, seconds: int) -> None:
    body = command()
    headers = site.sign(body, at=site.clock.now().timestamp() + seconds)
    assert (await site.post(body, headers))[0] == 200


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "12e3"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "1" * 400},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "1"},
    ],
)
async def test_a_bad_signature_is_refused_and_its_body_not_logged(
    site: Site, change: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    body = command("swordfish")
    with caplog.at_level(logging.DEBUG, "bot"):
        status, _ = await site.post(body, {**site.sign(body), **change})
    assert status == 401
    assert site.seen == []
    assert "swordfish" not in caplog.text


async def test_old_other_and_changed_requests_are_refused(site: Site) -> None:
    body = command()
    assert (await site.post(body, site.sign(body, at=site.clock.now().timestamp() - 301)))[0] == 401
    assert (await site.post(body, site.sign(body, secret="other")))[0] == 401
    assert (await site.post(body + b"&x=1", site.sign(body)))[0] == 401
    assert (await site.post(body, {}))[0] == 401
    assert site.seen == []


async def test_a_body_that_is_too_large_is_not_read(site: Site) -> None:
    body = b"x" * (MAX_BODY_BYTES + 1)
    headers = site.sign(body)
    async with site.http.post(site.server.make_url(PATH), data=io.BytesIO(body), headers=headers) as answer:
        assert answer.status == 413


async def test_signed_bytes_that_are_not_text_are_refused(site: Site) -> None:
    body = b"\xff\xfe"
    assert (await site.post(body, site.sign(body)))[0] == 400


async def test_slack_asks_whether_the_address_is_ours(site: Site) -> None:
    body = b'{"type": "url_verification", "challenge": "abc"}'
    headers = {**site.sign(body), "Content-Type": "application/json"}
    status, text = await site.post(body, headers)
    assert (status, "abc" in text) == (200, True)


async def test_a_listener_that_fails_tells_the_person_and_keeps_the_details(
    site: Site, local: Local, caplog: pytest.LogCaptureFixture
) -> None:
    async with site.http.get(f"{local.server.url}/control/health") as answer:
        assert answer.status == 200
    heard: list[Any] = []
    response = aiohttp.web.Application()

    async def hear(request: aiohttp.web.Request) -> aiohttp.web.Response:
        heard.append(await request.json())
        return aiohttp.web.Response(text="ok")

    response.router.add_post("/respond", hear)
    ear = TestServer(response)
    await ear.start_server()
    body = command("explode", f"&response_url={ear.make_url('/respond')}")
    status, text = await site.post(body, site.sign(body))
    await ear.close()
    assert (status, text) == (200, "")
    assert heard[0]["text"] == WENT_WRONG
    assert "a secret detail" not in str(heard)
    assert "a secret detail" in caplog.text


async def test_a_failing_listener_without_a_way_to_answer_is_an_error_to_slack(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    body = command("explode")
    assert await site.post(body, site.sign(body)) == (500, "")
    assert "A listener failed on the command /workflow" in caplog.text


async def test_an_event_without_a_listener_is_not_logged_in_full(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    body = command("swordfish").replace(b"workflow", b"other")
    with caplog.at_level(logging.INFO):
        assert (await site.post(body, site.sign(body)))[0] == 404
    assert "swordfish" not in caplog.text
    assert "/other" in caplog.text


async def test_health_is_always_answered_and_readiness_names_the_problems(site: Site) -> None:
    assert await site.get("/healthz") == (200, {"ok": True})
    assert await site.get("/readyz") == (200, {"ok": True, "leads": True, "problems": {}})
    site.problems["slack"] = "not connected"
    assert await site.get("/readyz") == (
        503,
        {"ok": False, "leads": True, "problems": {"slack": "not connected"}},
    )
    assert (await site.get("/healthz"))[0] == 200


async def test_readiness_does_not_wait_for_a_database_that_does_not_answer() -> None:
    async def problems() -> Mapping[str, str]:
        return {"database": "no answer"}

    async def warnings() -> Mapping[str, str]:
        await asyncio.Event().wait()
        raise AssertionError

    server = TestServer(build_server(problems=problems, warnings=warnings, clock=FakeClock()))
    await server.start_server()
    try:
        async with aiohttp.ClientSession() as http, http.get(server.make_url("/readyz")) as answer:
            assert (answer.status, (await answer.json())["problems"]) == (503, {"database": "no answer"})
    finally:
        await server.close()


async def test_a_signed_request_counts_once(site: Site) -> None:
    body = command("once")
    headers = site.sign(body)
    assert (await site.post(body, headers))[0] == 200
    site.clock.advance(timedelta(minutes=4))
    status, said = await site.post(body, headers)
    assert (status, "already handled this command" in said) == (200, True)
    assert site.seen == ["once"]
    assert (await site.post(body, site.sign(body)))[0] == 200


@pytest.mark.parametrize("more", [{}, {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}])
async def test_a_repetition_gets_the_same_status_whatever_it_says_of_itself(
    site: Site, more: dict[str, str]
) -> None:
    body = command("once")
    headers = site.sign(body)
    first = await site.post(body, headers)
    again = await site.post(body, headers | more)
    assert (first[0], again[0], site.seen) == (200, 200, ["once"])
    assert again[1] != "done", "a party that recorded the request reads nothing of its answer"


async def test_a_request_that_comes_twice_at_once_has_one_effect(site: Site) -> None:
    body = command("once")
    headers = site.sign(body)
    answers = await asyncio.gather(*(site.post(body, headers) for _ in range(8)))
    assert [status for status, _ in answers] == [200] * 8
    assert site.seen == ["once"]


async def test_a_request_that_is_signed_with_both_secrets_counts_once(site: Site) -> None:
    body = command("once")
    assert (await site.post(body, site.sign(body)))[0] == 200
    assert (await site.post(body, site.sign(body, secret=BEFORE)))[0] == 200
    assert site.seen == ["once"]


async def test_a_request_that_failed_may_be_sent_again(site: Site) -> None:
    body = command("explode")
    headers = site.sign(body)
    assert (await site.post(body, headers))[0] == 500
    assert (await site.post(body, headers))[0] == 500
    assert site.seen == ["explode", "explode"]


async def test_the_signing_secret_before_is_taken_while_slack_changes_over(site: Site) -> None:
    for number, secret in enumerate((SECRET, BEFORE, "another")):
        body = command(f"n{number}")
        status, _ = await site.post(body, site.sign(body, secret=secret))
        assert status == (401 if secret == "another" else 200)


async def test_bolt_does_not_warn_of_the_token_that_the_settings_name(
    local: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", local.server.bot_token)
    async with SlackApi(local.server.bot_token, base_url=local.server.api_url) as api:
        identity = await preflight(api)
        caplog.clear()
        build_app(api, identity, lambda _: None)
    assert [one.getMessage() for one in caplog.records if one.levelname == "WARNING"] == []
