"""People who signed in with Slack decide on the console, with the checks of Slack; nobody else does."""

import re
from collections.abc import AsyncIterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pyotp
import pytest

from engine import Actor, Decision
from tests.bot.listeners.visibility.test_web_doors import sign_in

DEPLOYS = "C05DEPLOYS"
BOB, CAROL, FRANK = "U02BOB", "U03CAROL", "U06FRANK"
Team = Any
pytestmark = pytest.mark.parametrize("mode", ["http"], indirect=True)
FLOWS = """
from datetime import datetime
from typing import Literal
from pydantic import BaseModel, Field, create_model
from signoff import Form, Outcome, Workflow


class Rollout(BaseModel):
    percent: int = Field(ge=1, le=100)
    note: str
    region: Literal["eu", "us"]
    zones: list[Literal["a", "b", "c"]]
    urgent: bool
    at: datetime
    kept: float


rollout = Workflow("rollout", owner="@platform", channel="#deploys")


@rollout.step
async def plan() -> Rollout:
    return Rollout.model_validate({
        "percent": 10, "note": "\\n <b>first</b>\\n" + "long " * 1000, "region": "eu", "zones": ["a"],
        "urgent": False, "at": "2026-10-25T02:30:00+01:00", "kept": 1234567.89,
    })


go = rollout.approval(
    "go", ask="Roll out?", form=Form(Rollout, defaults_from=plan), approvers=["U02BOB", "U03CAROL"],
    expires="4h", risk="high", confirm="roll out", one_time_code=True,
)


@rollout.step(when=go.approved)
async def act(go: Outcome[Rollout]) -> dict:
    return go.value.model_dump(mode="json")


plain = Workflow("plain", owner="@platform", channel="#deploys")
yes = plain.approval("yes", ask="Go on?", approvers=["U02BOB", "U03CAROL"], expires="4h")


@plain.step(when=yes.approved)
async def follow() -> None: ...


Wide = create_model("Wide", **{f"field_{number}": (int, 0) for number in range(501)})
wide = Workflow("wide", owner="@platform", channel="#deploys")
everything = wide.approval(
    "everything", ask="All?", form=Form(Wide), approvers=["U02BOB", "U03CAROL"], expires="4h"
)


@wide.step(when=everything.approved)
async def use(everything: Outcome[Wide]) -> None: ...


Broad = create_model("Broad", **{f"field_{number}": (int, 0) for number in range(200)})
broad = Workflow("broad", owner="@platform", channel="#deploys")
most = broad.approval(
    "most", ask="Most?", form=Form(Broad), approvers=["U02BOB", "U03CAROL"], expires="4h"
)


@broad.step(when=most.approved)
async def use_most(most: Outcome[Broad]) -> None: ...


vast = Workflow("vast", owner="@platform", channel="#deploys")


@vast.step
async def first() -> list[str]:
    return ["x" * 1000] * 600


@vast.step
async def second() -> list[str]:
    return ["y" * 1000] * 600


both = vast.approval(
    "both",
    ask="Both?",
    show=[("First", "first"), ("Second", "second")],
    approvers=["U02BOB", "U03CAROL"],
    expires="4h",
)


@vast.step(when=both.approved)
async def take() -> None: ...
"""
FIELDS = ("percent", "note", "region", "zones", "urgent", "at", "kept")


@pytest.fixture
def workflows() -> str:
    return FLOWS


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


class Page:
    """The page of a request in one browser."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self.http, self.address, self.text = http, address, ""

    async def read(self) -> int:
        async with self.http.get(self.address) as answer:
            self.text = await answer.text()
            return answer.status

    async def send(
        self, changed: Mapping[str, str | list[str]], headers: Mapping[str, str] | None = None
    ) -> int:
        """Send the form as a browser does, with these changes."""
        fields = [
            (name, value)
            for name, values in {**self.held(), **changed}.items()
            for value in ([values] if isinstance(values, str) else values)
        ]
        own = {"Origin": "/".join(self.address.split("/")[:3]), "Sec-Fetch-Site": "same-origin"}
        async with self.http.post(
            self.address, data=fields, headers=own | dict(headers or {}), allow_redirects=False
        ) as answer:
            self.text = await answer.text() if answer.status != 303 else ""
            return answer.status

    def held(self) -> dict[str, list[str]]:
        """Return what the inputs of the page hold."""
        held: dict[str, list[str]] = {}
        for tag in re.findall(r"<input [^>]*>", self.text):
            given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
            if given.get("type") not in ("radio", "checkbox") or " checked" in tag:
                held.setdefault(given.get("name", ""), []).append(unescape(given.get("value", "")))
        for name, text in re.findall(
            r'<textarea [^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', self.text, re.DOTALL
        ):
            held[name] = [unescape(text).replace("\n", "\r\n")]
        for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', self.text):
            held[name] = re.findall(r'value="([^"]*)" selected', options) or [""]
        return held


async def asked(team: Team, workflow: str, by: str = BOB) -> str:
    """Start a run; return the id of its request."""
    await team.office.say(by, DEPLOYS, f"/workflow run {workflow}")

    async def found() -> Any:
        return await team.bot.engine.requests()

    return str((await team.office.until(CAROL, found))[0].id)


async def code_of(team: Team, person: str) -> str:
    address = await team.bot.engine.one_time_codes.enrol(person, "carol", Actor("cli", "root"))
    return pyotp.TOTP(parse_qs(urlsplit(address).query)["secret"][0]).now()


async def test_an_approver_corrects_a_long_form_and_approves_it(
    team: Team, http: aiohttp.ClientSession, console_url: str
) -> None:
    engine = team.bot.engine
    request = await asked(team, "rollout")
    code = await code_of(team, CAROL)
    await sign_in(team, http, console_url, CAROL)
    page = Page(http, f"{console_url}/console/approvals/{request}")
    assert await page.read() == 200
    assert "long " * 999 in page.text  # complete, and longer than an input of Slack takes
    assert "<b>first" not in page.text
    wrong = await page.send(
        {"choice": "approve", "field:percent": "500", "confirm": "roll out", "code": code}
    )
    assert wrong == 422
    assert 'id="field:percent-error">&#34;500&#34; is too large. Give at most 100.<' in page.text
    assert 'value="500"' in page.text
    assert code not in page.text
    fine: dict[str, str | list[str]] = {"choice": "approve", "field:percent": "25", "field:zones": ["0", "2"]}
    assert await page.send({**fine, "confirm": ""}) == 422
    assert 'id="confirm-error"' in page.text
    assert await page.send({**fine, "confirm": "roll out", "code": "000000"}) == 422
    assert 'id="code-error"' in page.text
    assert (await engine.requests())[0].decisions == ()
    assert await page.send({**fine, "confirm": "roll out", "code": code}) == 303

    async def released() -> Any:
        (run, *_), _ = await engine.runs("rollout")
        steps = (await engine.detail(run.id)).steps
        return next((each.output for each in steps if each.step == "act" and each.output), None)

    assert await team.office.until(CAROL, released) == {
        "percent": 25, "note": "\n <b>first</b>\n" + "long " * 1000, "region": "eu", "zones": ["a", "c"],
        "urgent": False, "at": "2026-10-25T02:30:00+01:00", "kept": 1234567.89,
    }  # fmt: skip
    assert "Approved" in str(await team.office.message(CAROL, DEPLOYS, "Roll out?", "Approved"))
    events = await engine.events.read(0, 1000)
    (decided,) = [event for event in events if event.type == "request.decision"]
    assert (decided.actor, decided.data["door"]) == (Actor("slack", CAROL), "console")
    assert code not in str([event.data for event in events])
    assert await page.read() == 200
    assert "Record the answer" not in page.text
    assert "<h2>Decisions</h2>" in page.text


async def test_nobody_else_decides_and_no_page_that_is_out_of_date(
    team: Team, http: aiohttp.ClientSession, console_url: str
) -> None:
    engine = team.bot.engine
    request = await asked(team, "plain", by=CAROL)
    page = Page(http, f"{console_url}/console/approvals/{request}")

    async def undecided() -> bool:
        return not (await engine.requests())[0].decisions

    await sign_in(team, http, console_url, BOB)
    assert await page.read() == 200
    token = page.held()["token"]
    assert await page.send({"choice": "approve"}, {"Origin": "https://evil.example.com"}) == 403
    assert await page.send({"choice": "approve", "token": token}, {"Sec-Fetch-Site": "cross-site"}) == 403
    assert await page.send({"choice": "approve", "token": ""}) == 403
    assert await page.send({"choice": "grant", "token": token}) == 422
    assert await page.send({"choice": "", "token": token}) == 422
    assert await undecided()
    # The requester and Frank cannot decide, neither with Bob's token nor with one of their own.
    for person in (CAROL, FRANK):
        await sign_in(team, http, console_url, person)
        assert await page.read() == 200
        approves = 'value="approve"' in page.text
        assert not approves, person
        assert await page.send({"choice": "approve", "token": token}) == 403
        assert "was not opened in your session" in page.text
        assert await page.send({"choice": "approve", "token": page.held().get("token", "")}) == 403
    # An operator's token reads and decides nothing.
    secret = await engine.principals.add("ops", [], Actor("cli", "root"), console=True)
    http.cookie_jar.clear()
    async with http.post(f"{console_url}/console/sign-in", data={"token": secret}) as answer:
        assert answer.status == 200
    assert await page.read() == 200
    assert "Only people who sign in with Slack can answer here." in page.text
    assert await page.send({"choice": "approve", "token": token}) == 403
    http.cookie_jar.clear()
    assert await page.send({"choice": "approve", "token": token}) == 401
    assert await undecided()
    # An approver asked after the page was read; then the request is decided by another door.
    await sign_in(team, http, console_url, BOB)
    await page.read()
    await engine.ask_requester(request, "Which region?", actor=Actor("slack", BOB))
    assert await page.send({"choice": "approve"}) == 409
    assert "changed after it was shown to you" in page.text
    assert await undecided()
    await page.read()
    result = await engine.decide(request, Decision("approve"), actor=Actor("slack", BOB))
    assert result.accepted, result
    assert await page.send({"choice": "reject", "comment": "No."}) == 409
    found = await engine.request(request)
    assert found is not None
    assert [each.choice for each in found.decisions] == ["approve"]


@pytest.mark.parametrize(("workflow", "has_page"), [("broad", True), ("wide", False)])
async def test_slack_leads_to_the_page_where_only_that_can_show_the_form(
    team: Team, console_url: str, workflow: str, has_page: bool
) -> None:
    request = await asked(team, workflow)
    question = await team.office.message(CAROL, DEPLOYS, "?", "Approve")
    await team.office.click(CAROL, question, "Approve")
    told = str(await team.office.message(CAROL, DEPLOYS, "This form has more fields than Slack can show."))
    page = f"<{console_url}/console/approvals/{request}|Answer it on the console>"
    assert (page in told, "signoff decide" in told) == (has_page, not has_page)


@pytest.mark.parametrize(
    ("workflow", "why"),
    [
        ("wide", "The form has more fields than a page can show"),
        ("vast", "This request is too long for a page"),
    ],
)
async def test_nobody_approves_what_the_page_cannot_show_in_full(
    team: Team, http: aiohttp.ClientSession, console_url: str, workflow: str, why: str
) -> None:
    """Its defaults or its end would be used unseen."""
    request = await asked(team, workflow)
    await sign_in(team, http, console_url, CAROL)
    page = Page(http, f"{console_url}/console/approvals/{request}")
    assert await page.read() == 200
    assert 'value="approve"' not in page.text
    assert 'value="reject"' in page.text
    for text in (page.text, (await page.send({"choice": "approve"}), page.text)[1]):
        assert why in text
    assert not (await team.bot.engine.requests())[0].decisions
