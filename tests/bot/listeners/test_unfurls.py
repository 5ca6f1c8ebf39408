"""Links to runs: in the bot's messages, and below the links that people share."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.views.runs.page_link import RunPages
from tests.bot.listeners.conftest import FLOWS, Team
from tests.conftest import spoken

Json = dict[str, Any]
ALICE, DEPLOYS, GENERAL, INCIDENTS, PLANT = (
    "U01ALICE", "C05DEPLOYS", "C01GENERAL", "C02INCIDENTS", "C03PLANT",
)  # fmt: skip
CONSOLE = "https://runs.example.test"
SECRET = """

secret = Workflow("secret", owner="@platform", channel="#deploys", may_see=["@platform"])


@secret.step
async def hide() -> str:
    return "hidden"
"""


@pytest.fixture
def console_url() -> str:
    return CONSOLE


@pytest.fixture
def workflows() -> str:
    return FLOWS + SECRET


def link(run_id: str) -> str:
    return f"{CONSOLE}/console/runs/{run_id}"


async def started(team: Team, workflow: str = "ship") -> str:
    """Start a run, and return its id once it asks people."""
    what = "ship service=billing" if workflow == "ship" else workflow
    await team.office.say(ALICE, DEPLOYS, f"/workflow run {what}")
    runs, _ = await team.bot.engine.runs(workflow)
    if workflow != "secret":
        await team.office.message(ALICE, DEPLOYS, runs[0].short, "can decide")
    return runs[0].id


async def unfurled(team: Team, channel: str, text: str) -> list[Json]:
    """Share a text, and return what stands below it as soon as something does."""
    sent = await team.office.do("message", text=text, channel=channel, **{"as": ALICE})

    async def find() -> list[Json] | None:
        found = await team.office.read("messages", channel=channel, **{"as": ALICE})
        message = next(each for each in found["messages"] if each["ts"] == sent["ts"])
        shown: list[Json] | None = message["attachments"]
        return shown

    shown: list[Json] = await team.office.until(ALICE, find)
    return shown


async def test_messages_of_runs_and_approvals_link_to_the_page(team: Team) -> None:
    run = await started(team)
    for words in ("1 of 3 steps done", "can decide"):
        message = await team.office.message(ALICE, DEPLOYS, words)
        assert f"<{link(run)}|Open in the console>" in spoken(message), words


async def test_the_card_of_a_failure_links_to_the_page(team: Team) -> None:
    await team.office.say(ALICE, INCIDENTS, "/workflow run shaky")
    message = await team.office.message(ALICE, INCIDENTS, "failed at")
    runs, _ = await team.bot.engine.runs("shaky")
    assert f"<{link(runs[0].id)}|Open in the console>" in spoken(message)


async def test_a_link_to_a_run_shows_its_state_in_words(team: Team) -> None:
    run = await started(team)
    (shown,) = await unfurled(team, PLANT, f"look at {link(run)}")
    assert shown["from_url"] == link(run)
    assert "*ship*" in spoken(shown | {"text": ""})
    assert "waiting for @release-managers" in spoken(shown | {"text": ""})
    assert "waiting for @release-managers" in shown["fallback"]


@pytest.mark.parametrize(
    "foreign",
    [
        lambda _: link("ship-unknown00000000"),
        lambda _: f"{CONSOLE}/console/runs",
        lambda _: f"{CONSOLE}/other/runs/x",
        lambda run: f"https://other.example.test/console/runs/{run}",
        lambda run: f"http://runs.example.test/console/runs/{run}",
        lambda run: f"{CONSOLE}.evil.example/console/runs/{run}",
        lambda run: f"{CONSOLE}/console/runs/{run}/graph.svg",
    ],
)
async def test_another_or_an_unknown_link_shows_nothing(team: Team, foreign: Callable[[str], str]) -> None:
    run = await started(team)
    shown = await unfurled(team, PLANT, f"{foreign(run)} {link(run)}")
    assert [each["from_url"] for each in shown] == [link(run)]


async def test_a_link_shows_nothing_where_not_everybody_may_see_the_run(team: Team) -> None:
    private, run = await started(team, "secret"), await started(team)
    shown = await unfurled(team, PLANT, f"{link(private)} {link(run)}")
    assert [each["from_url"] for each in shown] == [link(run)]


async def test_a_link_shows_nothing_where_a_guest_reads(team: Team) -> None:
    run = await started(team)
    assert not await team.bot.engine.audience.may_read(GENERAL, run)
    await team.office.do("message", text=link(run), channel=GENERAL, **{"as": ALICE})
    assert await unfurled(team, PLANT, link(run))
    calls = (await team.office.read("calls", method="chat.unfurl"))["calls"]
    assert {call["args"]["channel"] for call in calls} == {PLANT}


async def test_a_refused_unfurl_stops_nothing(team: Team) -> None:
    run = await started(team)
    await team.office.do("fault", method="chat.unfurl", kind="error", error="cannot_unfurl_url")
    for text in (f"one {link(run)}", f"two {link(run)}"):
        await team.office.do("message", text=text, channel=PLANT, **{"as": ALICE})

    async def find() -> list[Json]:
        """Slack refuses one of the two."""
        found = await team.office.read("messages", channel=PLANT, **{"as": ALICE})
        return [message for message in found["messages"] if message["attachments"]]

    assert len(await team.office.until(ALICE, find)) == 1


@pytest.mark.parametrize(
    ("url", "run_id"),
    [
        ("/console/runs/ship-8f3k", "ship-8f3k"),
        ("/console/runs/ship-8f3k?x=1#y", "ship-8f3k"),
        ("/console/runs/a%20b", "a b"),
        ("/console/runs/", ""),
        ("/console/runs/a/b", ""),
        ("/console/runs/" + "a" * 300, ""),
        ("/console", ""),
    ],
)
def test_a_link_names_a_run(url: str, run_id: str) -> None:
    assert RunPages(CONSOLE).run_in(f"{CONSOLE}{url}") == run_id
    assert RunPages().run_in(url) == ""
