"""The Home of the team: how workflows do, what a person asked for, and what failed of what they own."""

import time
from datetime import timedelta
from typing import Any

import pytest

from bot.listeners.home_updates import PUBLISH_INTERVAL
from bot.listeners.open_homes import MAX_PEOPLE, OPEN_SECONDS, OpenHomes
from bot.views.home import MAX_ASKED
from engine import Actor

Team = Any
Json = dict[str, Any]
DEPLOYS = "C05DEPLOYS"
INCIDENTS = "C02INCIDENTS"
ALICE, BOB, ERIN, FRANK = "U01ALICE", "U02BOB", "U05ERIN", "U06FRANK"
FLOWS = """
from pydantic import BaseModel
from signoff import Fatal, Workflow


class Load(BaseModel):
    weight: int = 1


lift = Workflow("lift", input=Load, owner="U01ALICE", channel="#deploys", on_failure="fail")


@lift.step
async def raise_it(input: Load) -> str:
    if input.weight > 3:
        raise Fatal("too heavy")
    return "up"


ask = Workflow("ask", owner="U02BOB", channel="#deploys")
go = ask.approval("go", ask="May we?", approvers=["U02BOB"], expires="4h")


@ask.step(when=go.approved)
async def act() -> str:
    return "done"


stuck = Workflow("stuck", owner="U01ALICE", channel="#deploys")


@stuck.step
async def fall() -> str:
    raise Fatal("the gateway is gone")


aside = Workflow("z-secret", owner="U01ALICE", channel="#incidents")


@aside.step
async def fall_too() -> str:
    raise Fatal("the safe is gone")


for number in range(9):
    more = Workflow(f"more-{number}", owner="U02BOB", channel="#deploys")

    @more.step
    async def one() -> str:
        return "x"

    globals()[f"more_{number}"] = more
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


@pytest.fixture
def private_channels() -> tuple[str, ...]:
    return ("incidents",)


async def home_of(team: Team, person: str, *words: str) -> Json:
    """Return the Home once it says all this."""

    async def shown() -> Json | None:
        view = await team.office.home(person)
        return view if view and all(word in str(view) for word in words) else None

    return dict(await team.office.until(person, shown))


async def opened(team: Team, person: str, *words: str) -> Json:
    await team.office.do("home/open", **{"as": person})
    return await home_of(team, person, *words)


async def run(team: Team, text: str, state: str, channel: str = DEPLOYS) -> None:
    before, _ = await team.bot.engine.runs(states=[state], limit=50)
    await team.office.say(ALICE, channel, f"/workflow run {text}")

    async def one_more() -> bool:
        return len((await team.bot.engine.runs(states=[state], limit=50))[0]) > len(before)

    await team.office.until(ALICE, one_more)


def entry(view: Json, name: str) -> str:
    return next(
        str(b) for b in view["blocks"] if str(b.get("block_id")).startswith("health:") and name in str(b)
    )


async def test_the_home_shows_the_week_of_the_runs_that_the_person_may_see(team: Team) -> None:
    for weight in (1, 1, 1, 9):
        await run(team, f"lift weight={weight}", "succeeded" if weight == 1 else "failed")
    await run(team, "z-secret", "waiting", INCIDENTS)
    secret, _ = await team.bot.engine.runs("z-secret")
    await team.bot.engine.cancel(secret[0].id, actor=Actor("slack", ALICE))
    view = str(await opened(team, ALICE, "The last 7 days"))
    assert "3 ✓  1 ✗  1 –" in view
    assert "5 runs that ended, by the day of their start" in view
    assert "The last 7 days" not in str(await opened(team, FRANK, "Start a run"))


async def test_an_owner_sees_how_their_workflows_do_and_what_failed(team: Team) -> None:
    await run(team, "lift weight=1", "succeeded")
    await run(team, "lift weight=9", "failed")
    await run(team, "stuck", "waiting")
    view = await opened(team, ALICE, "Failed in your workflows")
    assert "Failing*" not in str(view)
    assert "🔴 *lift* Failing. The last run failed" in entry(view, "lift")
    assert "🔴 *stuck* Failing. 1 failure waits for an answer" in entry(view, "stuck")
    assert "*more-0*" not in str([b for b in view["blocks"] if str(b.get("block_id")).startswith("health:")])
    failed = [b for b in view["blocks"] if str(b.get("block_id")).startswith("failed:")]
    assert len(failed) == 1
    assert "lift-" in str(failed)


async def test_a_person_sees_what_they_asked_for_until_it_is_decided(team: Team) -> None:
    await run(team, "ask", "waiting")
    view = await opened(team, ALICE, "What you asked for")
    asked = next(str(b) for b in view["blocks"] if str(b.get("block_id")).startswith("asked:"))
    assert "May we?" in asked
    assert f"waits for <@{BOB}>" in asked
    assert " · ask-" in asked, "runs that ask the same differ by their ids"
    await team.office.click_in_view(BOB, await opened(team, BOB, "May we?"), "Approve")
    await home_of(team, BOB, "No request waits for you")

    async def has_ended() -> bool:
        return bool((await team.bot.engine.runs(states=["succeeded"]))[0])

    await team.office.until(ALICE, has_ended)
    await team.office.do("home/open", **{"as": ALICE})

    async def is_gone() -> bool:
        return "What you asked for" not in str(await team.office.home(ALICE))

    await team.office.until(ALICE, is_gone)


async def test_the_home_leads_to_all_that_a_person_asked_for_where_it_shows_the_newest_alone(
    team: Team,
) -> None:
    for _ in range(MAX_ASKED):
        assert "For all:" not in str(await opened(team, ALICE, "Your runs"))
        await run(team, "ask", "waiting")
    view = await opened(team, ALICE, "Your newest 5. For all: `/workflow runs waiting mine`")
    assert sum(str(block.get("block_id")).startswith("asked:") for block in view["blocks"]) == MAX_ASKED
    await team.office.say(ALICE, DEPLOYS, "/workflow runs waiting mine")
    assert "5 runs" in (await team.office.heard(ALICE, DEPLOYS))["text"]


async def test_the_filter_and_the_page_stay_while_the_home_is_drawn_again(team: Team) -> None:
    view = await opened(team, ALICE, "*lift* No run yet.")
    await team.office.click_in_view(ALICE, view, "All")
    view = await home_of(team, ALICE, "page 1 of 2", "13 workflows")
    await team.office.click_in_view(ALICE, view, "Next")
    view = await home_of(team, ALICE, "page 2 of 2", "*more-8* No run")
    await team.office.do("home/open", **{"as": ALICE})
    await home_of(team, ALICE, "page 2 of 2")
    await team.office.click_in_view(ALICE, view, "Mine")

    async def of_mine() -> bool:
        view = str(await team.office.home(ALICE))
        return "page " not in view and "*lift* No run" in view

    await team.office.until(ALICE, of_mine)


async def test_who_owns_nothing_sees_all_without_a_filter(team: Team) -> None:
    view = await opened(team, ERIN, "page 1 of 2")
    assert "'Mine'" not in str(view)


async def test_a_workflow_of_the_home_opens_in_a_window(team: Team) -> None:
    view = await opened(team, ALICE, "*lift* No run")
    await team.office.click_in_view(ALICE, view, "Show")
    window = await team.office.modal(ALICE, "Signoff")
    assert "Last runs" in str(window)


async def test_a_paused_workflow_says_so(team: Team) -> None:
    await team.office.say(ALICE, DEPLOYS, "/workflow pause lift too many changes")
    view = await opened(team, ALICE, "too many changes")
    assert "🟠 *lift* Needs a look. 💤" in entry(view, "lift")


async def test_failures_of_runs_that_a_person_may_not_see_are_not_counted(team: Team) -> None:
    await run(team, "z-secret", "waiting", INCIDENTS)
    view = await opened(team, FRANK, "page 1 of 2")
    assert "*z-secret*" not in str(
        [b for b in view["blocks"] if str(b.get("block_id")).startswith("health:")]
    )
    await team.office.click_in_view(FRANK, view, "Next")
    view = await home_of(team, FRANK, "*z-secret* No run")
    assert "Failing" not in entry(view, "*z-secret*")
    assert "🔴 *z-secret* Failing. 1 failure waits" in entry(
        await opened(team, ALICE, "*z-secret*"), "*z-secret*"
    )


async def published(team: Team) -> list[str]:
    """Return the people whose Home was published, in order."""
    calls = (await team.office.read("calls", method="views.publish"))["calls"]
    return [call["args"]["user_id"] for call in calls]


async def test_an_open_home_follows_what_concerns_the_person_and_no_other_home_is_drawn(team: Team) -> None:
    await opened(team, BOB, "No request waits for you")
    await opened(team, ALICE)
    await run(team, "ask", "waiting")
    view = await home_of(team, BOB, "May we?")
    await home_of(team, ALICE, "What you asked for")
    await team.office.click_in_view(BOB, view, "Approve")

    async def is_gone() -> bool:
        return "What you asked for" not in str(await team.office.home(ALICE))

    await team.office.until(ALICE, is_gone)
    assert set(await published(team)) == {ALICE, BOB}


async def test_an_open_home_follows_pauses_and_mutes(team: Team) -> None:
    await opened(team, ERIN, "Start a run")
    await team.office.say(ALICE, DEPLOYS, "/workflow pause lift too many changes")
    await home_of(team, ERIN, "too many changes")
    await team.office.say(ALICE, DEPLOYS, "/workflow resume lift")

    async def is_resumed() -> bool:
        return "too many changes" not in str(await team.office.home(ERIN))

    await team.office.until(ERIN, is_resumed)


async def test_a_change_that_slack_did_not_get_is_shown_soon(team: Team) -> None:
    await opened(team, ERIN, "Start a run")
    await team.office.say(ALICE, DEPLOYS, "/workflow pause lift too many changes")
    await home_of(team, ERIN, "too many changes")
    await team.office.do("fault", method="views.publish", kind="disconnect_before", times=1)
    await team.office.say(ALICE, DEPLOYS, "/workflow pause stuck in repair")
    await home_of(team, ERIN, "in repair")


@pytest.mark.long
async def test_many_changes_draw_an_open_home_once_in_a_few_seconds(team: Team) -> None:
    begin = time.monotonic()
    await opened(team, BOB, "No request waits for you")
    drawn = 0

    async def is_drawn_in_three_rounds() -> bool:
        nonlocal drawn
        if (count := len(await published(team))) > drawn:
            drawn = count
            for _ in range(4):
                await team.bot.engine.start("ask", {}, actor=Actor("slack", ALICE))
        return drawn > 3  # once by the opening itself

    await team.office.until(BOB, is_drawn_in_three_rounds)
    assert timedelta(seconds=time.monotonic() - begin) >= 2 * PUBLISH_INTERVAL


async def test_a_home_that_has_not_changed_is_not_sent_again(team: Team) -> None:
    await opened(team, ERIN, "Start a run")
    for _ in range(3):
        await team.office.do("home/open", **{"as": ERIN})
    await team.office.say(ERIN, "C01GENERAL", "/workflow pause more-0")
    await opened(team, ERIN, "💤")
    assert await published(team) == [ERIN, ERIN]


async def test_a_home_that_may_not_have_arrived_is_sent_again(team: Team) -> None:
    await opened(team, ERIN, "Start a run")
    await team.office.do("fault", method="views.publish", kind="disconnect_after", times=99)
    await team.office.say(ERIN, "C01GENERAL", "/workflow pause more-0")
    await opened(team, ERIN, "💤")
    await team.office.say(ERIN, "C01GENERAL", "/workflow resume more-0")
    await team.office.do("faults/clear")
    await team.office.do("home/open", **{"as": ERIN})

    async def resumed() -> bool:
        return "💤" not in str(await team.office.home(ERIN))

    await team.office.until(ERIN, resumed)


def test_what_few_homes_show_is_kept_and_a_home_without_a_view_is_unknown() -> None:
    homes, views = OpenHomes(), [{"blocks": [number]} for number in range(MAX_PEOPLE + 1)]
    for number, view in enumerate(views):
        homes.published(f"U{number}", view)
    shown = [number for number, view in enumerate(views) if homes.shows(f"U{number}", view)]
    assert shown == list(range(1, MAX_PEOPLE + 1))
    assert not homes.shows("U1", views[2])
    homes.unknown("U1")
    assert not homes.shows("U1", views[1])


def test_the_people_with_an_open_home_are_few_and_forgotten_after_an_hour() -> None:
    homes = OpenHomes()
    for number in range(MAX_PEOPLE + 1):
        homes.note(f"U{number}", float(number))
    assert homes.people(600.0) == [f"U{number}" for number in range(1, MAX_PEOPLE + 1)]
    assert homes.people(OPEN_SECONDS + MAX_PEOPLE) == []
