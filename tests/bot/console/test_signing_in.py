"""Sign in with Slack for real: the console, and the local Slack that speaks OpenID Connect."""

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr

from bot.console.addresses import bounded
from bot.console.parts import ConsoleSettings
from localslack import Config, ManualClock, Server, start
from tests.bot.console.site import Site, site

CLIENT, HIDDEN = "1234567890.0987654321", "local-client-secret"

TIME = ManualClock()


class Browser:
    """A browser with one jar of cookies, which follows no redirect by itself."""

    def __init__(self, console: Site, slack: Server) -> None:
        self.console, self.slack = console, slack

    async def begin(self, place: str = "") -> str:
        """Return Slack's address, to which the console sends."""
        query = f"?{urlencode({'next': place})}" if place else ""
        async with self.console.http.get(
            f"{self.console.url}/console/sign-in/slack{query}", allow_redirects=False
        ) as answer:
            assert answer.status == 303, await answer.text()
            return answer.headers["Location"]

    async def allow(self, address: str, person: str = "U01ALICE", **changed: str) -> str:
        """Choose a person on Slack's page; return the address to which Slack sends back."""
        asked = {**dict(parse_qsl(urlsplit(address).query)), "as": person, **changed}
        async with self.console.http.get(address) as page:
            assert page.status == 200, await page.text()
            assert "asks who you are" in await page.text()
        form = f"{self.slack.url}/openid/connect/authorize"
        async with self.console.http.post(form, data=asked, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            return answer.headers["Location"]

    async def end(self, address: str) -> tuple[int, str]:
        async with self.console.http.get(address, allow_redirects=False) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def slack() -> AsyncIterator[Server]:
    server = await start(Config(clock=TIME))
    yield server
    await server.close()


@pytest.fixture
async def browser_(tmp_path: Path, slack: Server) -> AsyncIterator[Browser]:
    settings = ConsoleSettings("on", None, slack.client_id, SecretStr(slack.client_secret), slack.api_url)
    async with site(tmp_path, settings, team="T0LOCAL") as here:
        TIME.advance(here.clock.now().timestamp() - TIME.now())
        yield Browser(here, slack)


async def test_a_person_signs_in_with_slack(browser_: Browser) -> None:
    run = await browser_.console.run()
    status, text = await browser_.end(
        await browser_.allow(await browser_.begin(f"/console/runs/{run}"), "U01ALICE")
    )
    assert (status, f"url=/console/runs/{run}" in unescape(text)) == (200, True)
    status, text = await browser_.console.get("/approvals")
    assert (status, "Alice Okafor" in text, "Waiting for you" in text) == (200, True, True)
    assert (await browser_.console.get("/events"))[0] == 403


async def test_a_guest_is_refused_though_slack_knows_them(browser_: Browser) -> None:
    status, _ = await browser_.end(await browser_.allow(await browser_.begin(), "U07GUEST"))
    assert status == 403
    assert (await browser_.console.get())[0] == 401


async def test_an_answer_works_once_and_in_its_own_browser_only(browser_: Browser) -> None:
    address = await browser_.allow(await browser_.begin())
    kept = browser_.console.cookie("signoff_sign_in")
    other = aiohttp.ClientSession()
    async with other.get(address, allow_redirects=False) as answer:
        assert answer.status == 401
    await other.close()
    assert (await browser_.end(address))[0] == 200
    async with browser_.console.http.get(
        address, headers={"Cookie": f"signoff_sign_in={kept}"}, allow_redirects=False
    ) as answer:
        assert answer.status == 401


@pytest.mark.parametrize("change", ["state", "no state", "code", "no code", "error"])
async def test_an_answer_of_another_sign_in_is_refused(browser_: Browser, change: str) -> None:
    address = await browser_.allow(await browser_.begin())
    query = dict(parse_qsl(urlsplit(address).query))
    match change:
        case "state":
            query["state"] = "x" * len(query["state"])
        case "no state" | "no code":
            del query[change.removeprefix("no ")]
        case "code":
            query["code"] = "guess"
        case "error":
            query["error"] = "access_denied"
    status, text = await browser_.end(f"{address.partition('?')[0]}?{urlencode(query)}")
    assert (status, "did not say who you are" in text) == (401, True)
    assert (await browser_.console.get())[0] == 401


async def test_an_identity_for_another_nonce_is_refused(browser_: Browser) -> None:
    address = await browser_.allow(await browser_.begin(), nonce="of-another-sign-in")
    assert (await browser_.end(address))[0] == 401


FORGED: dict[str, dict[str, Any]] = {
    "issuer": {"iss": "https://evil.example"},
    "audience": {"aud": "another-app"},
    "team": {"https://slack.com/team_id": "T0OTHER"},
    "expired": {"exp": 1},
    "no user": {"https://slack.com/user_id": None},
}


@pytest.mark.parametrize("what", [*FORGED, "key", "HMAC"])
async def test_an_identity_that_is_not_for_this_app_and_workspace_is_refused(
    browser_: Browser, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    openid = browser_.slack._openid
    honest = openid._claims

    def claims(*arguments: Any) -> dict[str, Any]:
        stated = {**honest(*arguments), **FORGED.get(what, {})}
        return {name: value for name, value in stated.items() if value is not None}

    monkeypatch.setattr(openid, "_claims", claims)
    if what == "key":
        other = RSAKey.generate_key(2048)
        head = {"alg": "RS256", "kid": openid.key.kid}
        monkeypatch.setattr(openid, "_signed", lambda body: jwt.encode(head, body, other))
    if what == "HMAC":
        known = OctKey.import_key(str(openid.key.as_dict(private=False)))
        monkeypatch.setattr(openid, "_signed", lambda body: jwt.encode({"alg": "HS256"}, body, known))
    assert (await browser_.end(await browser_.allow(await browser_.begin())))[0] == 401


async def test_slack_out_of_reach_lets_nobody_in(browser_: Browser) -> None:
    address = await browser_.allow(await browser_.begin())
    await browser_.slack.close()
    assert (await browser_.end(address))[0] == 401


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/console",
        "//evil.example/console",
        "/console//evil.example",
        "/console/../api",
        "/console\\evil",
        "/consoleX",
        "/console/runs/x\n",
        "javascript:alert(1)",
        "/console/" + "a" * 2_000,
    ],
)
def test_a_sign_in_leads_to_a_page_of_the_console_only(place: str) -> None:
    assert bounded(place) == "/console"


@pytest.mark.parametrize(
    "place", ["/console", "/console/runs/deploy-8f3k", "/console/runs?state=failed&text=a%20b"]
)
def test_a_sign_in_leads_to_the_page_that_was_asked_for(place: str) -> None:
    assert bounded(place) == place
