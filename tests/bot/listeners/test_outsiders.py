"""One rule at every door: guests, people of other companies, deactivated accounts and bots do nothing here.

All of them are in the channel, and in the groups of approvers and owners: only the rule stands between.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from bot.cli.handlers import handlers
from bot.errors import NotAsked
from bot.http.client import Client
from engine import Actor, NotAllowed, NotPossible
from tests.bot.listeners.conftest import FLOWS, Team
from tests.conftest import spoken

ALICE, BOB, DAVE, DEPLOYS = "U01ALICE", "U02BOB", "U04DAVE", "C05DEPLOYS"
OUTSIDERS = (
    ("U41GUEST", "is_restricted"),
    ("U42SINGLE", "is_ultra_restricted"),
    ("U43PARTNER", "is_stranger"),
    ("U44LEFT", "deleted"),
    ("U45ROBOT", "is_bot"),
    ("U46HIDDEN", "is_hidden"),
)
"""Every kind of user who may not act, by the flag with which Slack says so."""
IDS = [who for who, _ in OUTSIDERS]
REFUSED = ("Only full, active members of this workspace can", "No member of this workspace has the id")
CLIENT, HIDDEN = "1234567890.0987654321", "local-client-secret"
GATES = """

from signoff import Gate

gate = Gate("ship-gate", owner="@platform", channel="#deploys", approvers=["@release-managers"], expires="4h")
"""

pytestmark = pytest.mark.parametrize("mode", ["http"], indirect=True)


@pytest.fixture
def outsiders() -> tuple[tuple[str, str], ...]:
    return OUTSIDERS


@pytest.fixture
def console_url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


@pytest.fixture
def workflows() -> str:
    return FLOWS + GATES


@pytest.fixture
def more_settings() -> dict[str, str]:
    return {"SLACK_CLIENT_ID": CLIENT, "SLACK_CLIENT_SECRET": HIDDEN, "SIGNOFF_CLI_DECIDES": "true"}


async def asked(team: Team) -> dict[str, Any]:
    """Let Bob start a run; return its question."""
    await team.office.say(BOB, DEPLOYS, "/workflow run ship service=billing")
    found: dict[str, Any] = await team.office.message(ALICE, DEPLOYS, 'Ship "billing x2"?', "can decide")
    return found


async def told(team: Team, person: str, before: int) -> None:
    """Wait until the person got one more message that only they see, and hold that it refuses them."""

    async def find() -> str:
        own = [each for each in await team.office.messages(person, DEPLOYS) if each["ephemeral_to"] == person]
        return spoken(own[-1]) if len(own) > before else ""

    said = await team.office.until(person, find)
    assert any(words in said for words in REFUSED), (person, said)


async def own_messages(team: Team, person: str) -> int:
    return sum(each["ephemeral_to"] == person for each in await team.office.messages(person, DEPLOYS))


async def refused(team: Team, person: str, act: Callable[[], Awaitable[object]]) -> None:
    before = await own_messages(team, person)
    await act()
    await told(team, person, before)


async def nothing_happened(team: Team, runs: int = 1) -> None:
    assert [one.state for one in await team.bot.engine.requests(state=None)] == ["open"] * bool(runs)
    found, total = await team.bot.engine.runs()
    assert (total, {run.state for run in found} - {"waiting"}) == (runs, set())


@pytest.mark.parametrize("text", ["list", "status", "run quick", "approvals", "show ship", "cancel ship"])
async def test_no_outsider_uses_the_slash_command(team: Team, text: str) -> None:
    await asked(team)
    for person in IDS:
        await refused(team, person, partial(team.office.say, person, DEPLOYS, f"/workflow {text}"))
    await nothing_happened(team)


async def test_no_outsider_uses_a_button(team: Team) -> None:
    question = await asked(team)
    for person in IDS:
        for label in ("Approve", "Reject", "Details"):
            await refused(team, person, partial(team.office.click, person, question, label))
        assert await team.office.view(person) is None
    await nothing_happened(team)


@pytest.mark.parametrize("flag", ["is_restricted", "is_ultra_restricted", "is_stranger", "deleted"])
async def test_a_person_who_becomes_an_outsider_submits_no_window(team: Team, flag: str) -> None:
    question = await asked(team)
    await team.office.do("group", id="S02RELEASE", users=[DAVE, "U03CAROL"])
    await team.office.click(DAVE, question, "Reject")
    window = await team.office.modal(DAVE, "Reject")
    await team.office.do("user", id=DAVE, **{flag: True})
    block = next(each["block_id"] for each in window["blocks"] if "element" in each)
    await team.office.submit(DAVE, window, **{block: {"type": "plain_text_input", "value": "No."}})
    view = await team.office.view(DAVE)
    assert REFUSED[0] in str(view["blocks"]), view["blocks"]
    await nothing_happened(team)


@pytest.mark.parametrize("shortcut", ["signoff:run", "signoff:waiting"])
async def test_no_outsider_uses_a_shortcut(team: Team, shortcut: str) -> None:
    for person in IDS:
        await team.office.shortcut(person, shortcut)
        shown = str(await team.office.modal(person, "Signoff"))
        assert any(words in shown for words in REFUSED), (person, shown)


async def test_no_outsider_gets_an_answer_about_runs_to_a_mention(team: Team) -> None:
    await asked(team)
    for person in IDS:
        what = "<@U0SIGNOFF> what waits for me?"
        await refused(team, person, partial(team.office.say, person, DEPLOYS, what))


async def test_the_home_of_an_outsider_shows_nothing(team: Team) -> None:
    await asked(team)
    for person in IDS:
        await team.office.do("home/open", **{"as": person})

        async def find(who: str = person) -> str:
            return str(await team.office.home(who) or "")

        shown = await team.office.until(person, find)
        assert any(words in shown for words in REFUSED), (person, shown)
        assert "ship" not in shown


async def test_a_link_that_an_outsider_shares_shows_nothing(team: Team, console_url: str) -> None:
    await asked(team)
    (run,), _ = await team.bot.engine.runs()
    link, shared = f"{console_url}/console/runs/{run.id}", {}
    for person in [*IDS, ALICE]:
        sent = await team.office.do("message", text=f"Look: {link}", channel=DEPLOYS, **{"as": person})
        shared[person] = sent["ts"]

    async def shown(person: str) -> list[Any]:
        found = await team.office.read("messages", channel=DEPLOYS, **{"as": ALICE})
        message = next(each for each in found["messages"] if each["ts"] == shared[person])
        return list(message["attachments"] or ())

    assert await team.office.until(ALICE, lambda: shown(ALICE))
    assert [await shown(person) for person in IDS] == [[]] * len(IDS)


@pytest.mark.parametrize("half", [0, 1])
async def test_no_outsider_signs_in_to_the_console(team: Team, console_url: str, half: int) -> None:
    for person in [*IDS[half::2], ALICE]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            async with http.get(f"{console_url}/console/sign-in/slack", allow_redirects=False) as answer:
                query = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
            form = f"{team.slack.url}/openid/connect/authorize"
            async with http.post(form, data=query | {"as": person}, allow_redirects=False) as answer:
                back = answer.headers["Location"]
            async with http.get(back) as answer:
                assert answer.status == (200 if person == ALICE else 403), await answer.text()
            async with http.get(f"{console_url}/console") as answer:
                assert answer.status == (200 if person == ALICE else 401), person


async def test_nobody_decides_as_an_outsider_on_the_command_line(team: Team) -> None:
    await asked(team)
    (request,) = await team.bot.engine.requests()
    decide = handlers(team.bot.engine)["decide"]
    for person in IDS:
        values = {"request": request.id, "choice": "reject", "comment": "No.", "as_user": person}
        result = await decide(values, "root")
        assert not result["accepted"], result
        assert any(words in result["text"] for words in REFUSED), result
    await nothing_happened(team)


async def test_a_token_of_an_outsider_opens_nothing(team: Team, console_url: str) -> None:
    create = handlers(team.bot.engine)["add_principal"]
    for person in IDS:
        values = {"name": person.lower(), "gates": ["ship-gate"], "person": person}
        with pytest.raises(NotPossible, match="--person U4"):
            await create(values, "root")
        # A token from the time when its person was a member.
        token = await team.bot.engine.principals.add(
            person.lower(), ["ship-gate"], Actor("cli", "root"), person, console=True
        )
        client = Client(console_url, token, patience=0)  # as `signoff ask` and the MCP server use it
        with pytest.raises(NotAsked) as no:
            await asyncio.to_thread(client.ask, {"gate": "ship-gate", "question": "Ship it?"}, "key-1")
        assert any(words in str(no.value) for words in REFUSED), no.value
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            await http.post(f"{console_url}/console/sign-in", data={"token": token})
            async with http.get(f"{console_url}/console") as answer:
                assert answer.status in (401, 403), await answer.text()
    await nothing_happened(team, runs=0)


async def test_no_outsider_acts_through_the_engine(team: Team) -> None:
    """The doors ask first, and the engine asks again."""
    await asked(team)
    (run,), _ = await team.bot.engine.runs()
    for person in IDS:
        actor = Actor("slack", person)
        engine = team.bot.engine
        for act in (
            partial(engine.start, "quick", actor=actor),
            partial(engine.cancel, run.id, actor=actor),
            partial(engine.control.pause_run, run.id, actor=actor),
        ):
            with pytest.raises(NotAllowed, match="|".join(REFUSED)):
                await act()
    await nothing_happened(team)
