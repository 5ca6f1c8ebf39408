"""The console, links to runs and the API tell an outsider nothing of a private workflow."""

import re
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from bot.console import routes
from bot.http import approvals_api
from engine import Actor
from tests.bot.listeners.visibility import test_doors as doors

FRANK, CAROL, GRANTS = doors.FRANK, doors.CAROL, doors.GRANTS
NAME, UNKNOWN = doors.NAME, doors.UNKNOWN
Team = Any
PAGES = {
    "": [""],
    "/": ["/"],
    "/workflows/{name}": ["/workflows/{name}"],
    "/workflows/{name}/graph.svg": ["/workflows/{name}/graph.svg"],
    "/runs": ["/runs", "/runs?workflow={name}", "/runs?text={name}", "/runs?before={run}"],
    "/runs/{id}": ["/runs/{run}"],
    "/runs/{id}/graph.svg": ["/runs/{run}/graph.svg"],
    "/runs/{id}/personal": ["/runs/{run}/personal"],
    "/approvals": ["/approvals"],
    "/approvals/{id}/receipt.json": ["/approvals/{request}/receipt.json"],
    "/approvals/{id}": ["/approvals/{request}"],
    "/insight": ["/insight"],
    "/insight/{workflow}/{step}": ["/insight/{name}-odds/guess", "/insight/{name}/guess"],
    "/policies": ["/policies"],
    "/events/export.{form}": ["/events/export.jsonl", "/events/export.csv"],
    "/events": ["/events", "/events?run={run}"],
}
"""By page of the console: addresses that an outsider opens."""
API = {
    "/api/approvals": [("POST", "")],
    "/api/approvals/{id}": [("GET", "/{run}"), ("DELETE", "/{run}")],
    "/api/approvals/{id}/use": [("POST", "/{run}/use")],
}
pytestmark = pytest.mark.parametrize("mode", ["http"], indirect=True)
GATE = """

from signoff import Gate, Rule

odds = Workflow(
    "treasury-odds", title="Planted odds", owner="U02BOB", channel="#deploys", input=Sum,
    may_see=["U03CAROL"], may_run=["U04DAVE"],
)
planted = Rule("input.note != ''", points=9, reason="planted")
odds.decision("guess", rules=[planted], thresholds={"low": 5}, default="high")
go = odds.approval("go", ask="Go on with {guess.outcome}?", approvers=["U03CAROL"], expires="4h")


@odds.step
async def act_on(go: Outcome) -> str:
    return "done"


gate = Gate("door", owner="@platform", channel="#general", approvers=["@platform"], expires="4h")
"""


@pytest.fixture
def console_url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


@pytest.fixture
def workflows() -> str:
    return doors.FLOWS + GATE


@pytest.fixture
def private_channels() -> Collection[str]:
    return ["deploys"]


@pytest.fixture
def more_settings() -> dict[str, str]:
    return {"SLACK_CLIENT_ID": "1234567890.0987654321", "SLACK_CLIENT_SECRET": "local-client-secret"}


run = doors.run


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def sign_in(team: Team, http: aiohttp.ClientSession, console_url: str, person: str) -> None:
    http.cookie_jar.clear()
    async with http.get(f"{console_url}/console/sign-in/slack", allow_redirects=False) as answer:
        query = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    form = f"{team.slack.url}/openid/connect/authorize"
    async with http.post(form, data=query | {"as": person}, allow_redirects=False) as answer:
        back = answer.headers["Location"]
    async with http.get(back) as answer:
        assert answer.status == 200, await answer.text()


async def got(http: aiohttp.ClientSession, address: str) -> tuple[int, str]:
    async with http.get(address) as answer:
        return answer.status, await answer.text()


def test_every_page_of_the_console_is_a_door_of_the_table(mode: str) -> None:
    written = Path(routes.__file__).read_text("utf-8")
    assert set(PAGES) == set(re.findall(r'^        "([^"]*)": console\.', written, re.MULTILINE))


def test_every_address_of_the_api_is_a_door_of_the_table(mode: str) -> None:
    written = Path(approvals_api.__file__).read_text("utf-8")
    paths = re.findall(r'add_\w+\(PATH(?: \+ "([^"]*)")?,', written)
    assert set(API) == {f"/api/approvals{path}" for path in paths}


async def test_every_page_tells_an_outsider_what_it_tells_of_no_workflow(
    team: Team, run: str, http: aiohttp.ClientSession, console_url: str
) -> None:
    await sign_in(team, http, console_url, FRANK)
    both = await doors.targets(team, run)
    for address in [each for addresses in PAGES.values() for each in addresses]:
        said = []
        for part in both:
            status, text = await got(http, f"{console_url}/console{address.format(**part)}")
            for word in doors.values_of(part):
                text = text.replace(word, "TARGET")
            said.append((status, re.sub(r'datetime="[^"]*"', "", text)))
        assert said[0] == said[1], address
        doors.tells_nothing(said[0][1])
    await sign_in(team, http, console_url, CAROL)
    status, text = await got(http, f"{console_url}/console/workflows/{NAME}")
    assert (status, "Planted title" in text) == (200, True)
    assert "Planted odds" in (await got(http, f"{console_url}/console/insight"))[1]
    assert (await got(http, f"{console_url}/console/insight/treasury-odds/guess"))[0] == 200
    # Dave may start the workflow, and does not see all of its runs.
    await sign_in(team, http, console_url, doors.DAVE)
    assert (await got(http, f"{console_url}/console/workflows/treasury-odds"))[0] == 200
    assert "Planted odds" not in (await got(http, f"{console_url}/console/insight"))[1]
    status, text = await got(http, f"{console_url}/console/insight/treasury-odds/guess")
    assert (status, "are for its owner and the people in its may_see" in text) == (409, True)
    assert (await got(http, f"{console_url}/console/runs/{run}"))[0] == 200


async def test_a_link_to_a_private_run_shows_nothing(team: Team, run: str, console_url: str) -> None:
    link = f"{console_url}/console/runs/{run}"
    for person in (FRANK, CAROL):
        place = GRANTS if person == FRANK else "C02INCIDENTS"
        await team.office.do("message", text=f"Look: {link}", channel=place, **{"as": person})
    # A link to a run that everybody may see comes later, so the earlier ones are answered when it is shown.
    await team.office.say(FRANK, GRANTS, "/workflow run bakery")
    runs, _ = await team.bot.engine.runs("bakery")
    open_link = f"{console_url}/console/runs/{runs[0].id}"
    await team.office.do("message", text=f"Look: {open_link}", channel=GRANTS, **{"as": FRANK})

    async def shown() -> Any:
        found = await team.office.read("messages", channel=GRANTS, **{"as": FRANK})
        return [each["attachments"] for each in found["messages"] if each.get("attachments")]

    doors.tells_nothing(str(await team.office.until(FRANK, shown)))
    for person, place in ((FRANK, GRANTS), (CAROL, "C02INCIDENTS")):
        found = await team.office.read("messages", channel=place, **{"as": person})
        private = [each for each in found["messages"] if link in str(each.get("text"))]
        assert private
        assert not any(each.get("attachments") for each in private)


async def test_a_token_reads_no_private_run_and_opens_no_private_workflow(
    team: Team, run: str, http: aiohttp.ClientSession, console_url: str
) -> None:
    token = await team.bot.engine.principals.add("ci", ["door"], Actor("cli", "root"))
    both = await doors.targets(team, run)
    for method, path in [each for calls in API.values() for each in calls]:
        said = []
        for part in both:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
            body = {"gate": part["name"], "question": "May we?"}
            address = f"{console_url}/api/approvals{path.format(**part)}"
            async with http.request(method, address, headers=headers, json=body) as answer:
                text = await answer.text()
            for word in doors.values_of(part):
                text = text.replace(word, "TARGET")
            said.append((answer.status, text))
        assert said[0] == said[1], (method, path)
        assert said[0][0] >= 400, (method, path, said)
        doors.tells_nothing(said[0][1])
