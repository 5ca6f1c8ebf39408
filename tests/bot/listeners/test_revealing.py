"""Personal data in Slack and on the console: for people whom the workflow names, and for nobody else."""

import json
import logging
import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import aiohttp
import pytest

from engine import Actor
from tests.bot.listeners.test_clicks import option
from tests.bot.listeners.visibility.test_web_doors import sign_in
from tests.planted_personal import VALUE, found_below, found_in

BOB, CAROL, DEPLOYS = "U02BOB", "U03CAROL", "C05DEPLOYS"
Team = Any
pytestmark = pytest.mark.parametrize("mode", ["http"], indirect=True)
LABEL = "Reveal personal data"


@pytest.fixture
def workflows() -> str:
    return """
from pydantic import BaseModel
from signoff import Personal, Workflow


class Signup(BaseModel):
    email: Personal[str]


flow = Workflow("signup", owner="U03CAROL", channel="#deploys", input=Signup, may_see_personal=["U02BOB"])


@flow.step
async def greet(input: Signup) -> str:
    return "hello"
"""


@pytest.fixture
def console_url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


@pytest.fixture
def more_settings() -> dict[str, str]:
    return {"SLACK_CLIENT_ID": "1234567890.0987654321", "SLACK_CLIENT_SECRET": "local-client-secret"}


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def ended(team: Team) -> str:
    engine = team.bot.engine
    run = await engine.start("signup", {"email": VALUE}, actor=Actor("slack", CAROL))
    await engine.until_ended(run.id)
    return str(run.id)


async def doors(team: Team, run: str) -> list[tuple[str, str]]:
    events = await team.bot.engine.events.of_run(run)
    return [(each.actor.id, each.data["door"]) for each in events if each.type == "run.revealed"]


async def details(team: Team, person: str) -> Any:
    message = await team.office.message(person, DEPLOYS, "signup", "done")
    await team.office.click(person, message, "menu", selected_option=option(message, "Details"))
    return await team.office.modal(person, "Details")


async def test_a_named_person_reads_the_values_in_a_window_of_their_own(
    team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office, run = team.office, await ended(team)
    assert LABEL not in str(await details(team, CAROL))
    window = await details(team, BOB)
    assert LABEL in str(window)
    assert found_in(str(window).encode()) == []
    await office.click_in_view(BOB, window, LABEL)
    opened = await office.modal(BOB, "Personal data")
    assert VALUE in str(opened)
    assert await doors(team, run) == [(BOB, "slack")]
    calls = (await office.read("calls"))["calls"]
    with_values = {call["method"] for call in calls if found_in(json.dumps(call).encode())}
    assert with_values <= {"views.push", "views.open"}
    assert found_in(caplog.text.encode()) == []
    assert [place for place in found_below(team.folder) if not place.startswith("slack")] == []


async def test_a_named_person_reads_the_values_on_the_console(
    team: Team, http: aiohttp.ClientSession, console_url: str
) -> None:
    run = await ended(team)
    page = f"{console_url}/console/runs/{run}"
    own = {"Origin": console_url, "Sec-Fetch-Site": "same-origin"}

    async def read() -> str:
        async with http.get(page) as answer:
            return await answer.text()

    async def send(token: str, **more: str) -> tuple[int, str, str]:
        headers = {**own, **more}
        async with http.post(f"{page}/personal", data={"token": token}, headers=headers) as answer:
            return answer.status, await answer.text(), answer.headers["Cache-Control"]

    await sign_in(team, http, console_url, BOB)
    text = await read()
    assert (LABEL in text, found_in(text.encode())) == (True, [])
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found is not None
    token = unescape(found[1])
    for wrong, more in (
        ("", {}),
        (token + "x", {}),
        (token, {"Sec-Fetch-Site": "cross-site", "Origin": "http://x"}),
    ):
        status, text, _ = await send(wrong, **more)
        assert (status, found_in(text.encode())) == (403, [])
    status, text, _ = await send(token, **{"X-Signoff-Relayed": "1"})
    assert (status, found_in(text.encode())) == (409, [])
    assert await doors(team, run) == []
    status, text, cached = await send(token)
    assert (status, VALUE in unescape(text), cached) == (200, True, "no-store")
    assert await doors(team, run) == [(BOB, "console")]
    await sign_in(team, http, console_url, CAROL)
    assert LABEL not in await read()
    status, text, _ = await send(token)
    assert (status, found_in(text.encode())) == (403, [])
    assert await doors(team, run) == [(BOB, "console")]
