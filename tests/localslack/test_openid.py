"""Sign in with Slack, as the local Slack speaks it."""

import aiohttp
import pytest

from localslack import Server
from tests.localslack.conftest import Json

RETURN = "http://127.0.0.1:9/return"
ASKED = {"client_id": "1234567890.0987654321", "response_type": "code", "scope": "openid"}


async def code(server: Server, **changed: str) -> tuple[int, str]:
    """Return the status and the address to which a person is sent back."""
    asked = {**ASKED, "redirect_uri": RETURN, "state": "s", "as": "U01ALICE", **changed}
    address = f"{server.url}/openid/connect/authorize"
    async with (
        aiohttp.ClientSession() as http,
        http.post(address, data=asked, allow_redirects=False) as answer,
    ):
        return answer.status, answer.headers.get("Location", "")


async def token(server: Server, **changed: str) -> Json:
    form = {"client_id": server.client_id, "client_secret": server.client_secret, "redirect_uri": RETURN}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server.api_url}openid.connect.token", data={**form, **changed}) as answer,
    ):
        found: Json = await answer.json()
        return found


async def test_a_code_gives_the_identity_of_a_person_once(server: Server) -> None:
    status, address = await code(server)
    assert (status, address.startswith(f"{RETURN}?code=")) == (302, True)
    given = address.partition("code=")[2].partition("&")[0]
    assert (await token(server, code=given))["ok"]
    assert (await token(server, code=given))["error"] == "invalid_code"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"client_secret": "guess"}, "bad_client_secret"),
        ({"code": "guess"}, "invalid_code"),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, "bad_redirect_uri"),
    ],
)
async def test_a_wrong_exchange_is_refused(server: Server, changed: dict[str, str], error: str) -> None:
    _, address = await code(server)
    given = address.partition("code=")[2].partition("&")[0]
    assert (await token(server, **{"code": given, **changed}))["error"] == error


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "other"},
        {"scope": "email"},
        {"response_type": "token"},
        {"redirect_uri": "https://evil.example/return"},
        {"as": "U0SIGNOFF"},
        {"as": "nobody"},
    ],
)
async def test_a_wrong_request_to_sign_in_leads_nowhere(server: Server, changed: dict[str, str]) -> None:
    assert await code(server, **changed) == (400, "")


async def test_the_configuration_names_every_address(server: Server) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{server.url}/.well-known/openid-configuration") as answer:
            found = await answer.json()
        async with http.get(found["jwks_uri"]) as answer:
            (key,) = (await answer.json())["keys"]
    assert (found["issuer"], key["kty"], "d" in key) == (server.url, "RSA", False)
