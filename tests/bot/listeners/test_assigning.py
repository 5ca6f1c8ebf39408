"""`Assign all to me` on the card of a failure that many runs share."""

from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.background import BackgroundTasks
from bot.listeners import Context
from bot.listeners.button_clicks import act
from bot.listeners.surface import Surface
from bot.slack.people import SlackPeople
from engine import Actor, Decision
from engine.clock import SystemClock
from tests.bot.listeners.commands.test_reading import answer_of, menu, option
from tests.bot.listeners.test_other_releases import Listening
from tests.present import present

DEPLOYS = "C05DEPLOYS"
ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
Team = Any
FLOWS = """
from signoff import Fatal, Workflow

flow = Workflow("flow", owner="@platform", channel="#deploys")


@flow.step
async def load() -> str:
    raise Fatal("the database is away")
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def card_of(team: Team, runs: int) -> dict[str, Any]:
    """Start runs that fail alike and return their card."""
    await fail(team, runs)
    return dict(await team.office.message(ALICE, DEPLOYS, f"failed at *load* in {runs} runs"))


async def fail(team: Team, runs: int) -> None:
    for _ in range(runs):
        await team.bot.engine.start("flow", {}, actor=Actor("cli", "tests"))


async def assigned_to(team: Team, person: str) -> int:
    requests = await team.bot.engine.requests(limit=None)
    return sum(request.approvers == (person,) for request in requests)


async def test_a_limit_ends_the_assignment_of_a_card_and_the_answer_counts_both(team: Team) -> None:
    card = await card_of(team, 25)
    await menu(team, BOB, card, "Assign all to me")
    said = await answer_of(team, BOB, "assigned to you")
    assert "20 runs are assigned to you. Only you can decide them now." in said
    assert " 5 runs are not assigned: You have made 20 reassignments within a minute" in said
    assert "Try again in" in said
    assert "click “Assign all to me” again." in said
    assert await assigned_to(team, BOB) == 20


@pytest.mark.long
async def test_a_card_that_is_taken_over_says_so_in_one_line_for_all_its_runs(team: Team) -> None:
    card = await card_of(team, 3)
    await menu(team, BOB, card, "Assign all to me")
    await answer_of(team, BOB, "3 runs are assigned to you.")
    assert await team.office.line(BOB, card, "took over") == "⏸️ bob took over 3 runs of flow"
    assert (
        sum("reassigned" in line or "took over" in line for line in await team.office.thread(BOB, card)) == 1
    )
    first = (await team.bot.engine.requests(limit=None))[0]
    await team.bot.engine.reassign(first.id, ALICE, actor=Actor("slack", BOB))
    line = await team.office.line(BOB, card, "reassigned 1")
    assert "⏸️ bob reassigned 1 run of flow to <@U01ALICE>" in line


async def test_runs_of_a_card_that_are_assigned_already_are_counted_as_such(team: Team) -> None:
    card = await card_of(team, 3)
    first = (await team.bot.engine.requests(limit=None))[0]
    await team.bot.engine.reassign(first.id, BOB, actor=Actor("slack", BOB))
    await menu(team, BOB, card, "Assign all to me")
    said = await answer_of(team, BOB, "assigned to you")
    assert "2 runs are assigned to you." in said
    assert "1 was assigned to you before." in said
    card = await team.office.message(ALICE, DEPLOYS, "failed at *load*", "<@U02BOB> can decide")
    await menu(team, BOB, card, "Assign all to me")
    await answer_of(team, BOB, "Every open run on this card is already assigned to you.")


async def test_a_person_to_whom_nothing_may_be_assigned_reads_that_nothing_was(team: Team) -> None:
    card = await card_of(team, 3)
    await menu(team, CAROL, card, "Assign all to me")
    said = await answer_of(team, CAROL, "No run was assigned to you.")
    assert "3 runs are not assigned: Only @platform can reassign" in said
    assert "decide them now" not in said


async def test_a_card_without_an_open_run_assigns_nothing_and_says_so(team: Team) -> None:
    card, engine = await card_of(team, 3), team.bot.engine
    first = (await engine.requests(limit=None))[0]
    chosen = option(card, "Assign all to me")["value"]
    await engine.failure_cards.decide_all(first.id, Decision("abort"), actor=Actor("slack", ALICE))
    # Alice's answer takes the menu off the card, so this click is sent as from a client that still shows it.
    async with clicking(team) as click:
        await click("signoff:failure", chosen)
        (said,) = await click.ended()
    assert "Every run on this card is answered. Nothing changed." in said


@pytest.mark.parametrize("seen", ["", "@", "@soon", f"@{'9' * 40}"])
@pytest.mark.parametrize(
    ("action_id", "word"), [("signoff:failure", "assign-all"), ("signoff:decide-all:retry", "retry")]
)
async def test_a_button_without_a_readable_place_changes_nothing_and_says_so(
    team: Team, seen: str, action_id: str, word: str
) -> None:
    await card_of(team, 3)
    first = (await team.bot.engine.requests(limit=None))[0]
    async with clicking(team) as click:
        await click(action_id, f"1|{first.id}|{word}{seen}")
        (said,) = await click.ended()
    assert "does not say which runs it is for, so nothing changed" in said
    assert await assigned_to(team, BOB) == 0
    assert len(await team.bot.engine.requests(limit=None)) == 3


LATER = [(1, "1 later failure waits for a decision."), (2, "2 later failures wait for a decision.")]


@pytest.mark.parametrize(("later", "words"), LATER)
async def test_failures_after_a_click_for_all_are_counted_as_later_ones(
    team: Team, later: int, words: str
) -> None:
    await card_of(team, 3)
    first = (await team.bot.engine.requests(limit=None))[0]
    place = present(await team.bot.engine.failure_cards.of(first.id)).newest_place
    await fail(team, later)
    await team.office.message(ALICE, DEPLOYS, f"failed at *load* in {3 + later} runs")
    for action_id, word, answer in (
        ("signoff:decide-all:abort", "abort", "3 runs have a decision now."),
        ("signoff:decide-all:abort", "abort", "Every run that this card counted is answered."),
        ("signoff:failure", "assign-all", "Every run that this card counted is answered."),
    ):
        async with clicking(team) as click:
            await click(action_id, f"1|{first.id}|{word}@{place}")
            (said,) = await click.ended()
        assert answer in said
        assert words in said
        assert "click again" not in said


@pytest.mark.parametrize(("word", "state"), [("skip", "decided"), ("assign", "open")])
async def test_the_menu_of_one_run_in_a_message_of_an_earlier_release_still_acts(
    team: Team, word: str, state: str
) -> None:
    await card_of(team, 2)
    first, _ = await team.bot.engine.requests(limit=None)
    async with clicking(team) as click:
        await click("signoff:failure:one", f"1|{first.id}|{word}")
        await click.ended()
    changed = present(await team.bot.engine.request(first.id))
    assert (changed.state, changed.approvers == (BOB,)) == (state, word == "assign")


async def test_a_click_is_acknowledged_before_the_runs_of_a_card_are_assigned(team: Team) -> None:
    await card_of(team, 3)
    first = (await team.bot.engine.requests(limit=None))[0]
    async with clicking(team) as click:
        await click("signoff:failure", f"1|{first.id}|assign-all@999")
        assert await assigned_to(team, BOB) == 0
        (said,) = await click.ended()
    assert "3 runs are assigned to you." in said


class Later(BackgroundTasks):
    """Keeps work until a test lets it begin."""

    def __init__(self) -> None:
        super().__init__()
        self.works: list[Coroutine[Any, Any, object]] = []

    def start(self, work: Coroutine[Any, Any, object], what: str) -> None:
        self.works.append(work)


class Click:
    """A click of Bob, before the work that follows it."""

    def __init__(self, team: Team, api: Listening) -> None:
        self._api, self._later, clock = api, Later(), SystemClock()
        people = SlackPeople(api, clock, team_id="T0LOCAL")
        self._context = Context(
            team.bot.engine, api, people, clock, self._later, "/workflow", lambda channel: None, _complete
        )

    async def __call__(self, action_id: str, value: str) -> None:
        surface = Surface(self._api, BOB, DEPLOYS, "trigger", "http://127.0.0.1:1/response", False, None)
        await act(self._context, surface, {"action_id": action_id, "value": value})

    async def ended(self) -> list[str]:
        """Do the work and return what is answered."""
        for work in self._later.works:
            await work
        return self._api.told


@asynccontextmanager
async def clicking(team: Team) -> AsyncIterator[Click]:
    async with Listening(team.slack.bot_token, base_url=team.slack.api_url) as api:
        yield Click(team, api)


async def _complete(request_id: str) -> str:
    return ""
