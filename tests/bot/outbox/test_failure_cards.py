"""One message for a failure that many runs share, before a real local Slack."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.outbox.projector import request_shown
from bot.outbox.renderer import Renderer
from bot.outbox.service import Outbox, OutboxParts
from bot.slack.people import SlackPeople
from bot.slack.web_api import CallTimeouts, SlackApi
from bot.views import button_values
from bot.views.message import MENTIONED
from bot.views.requests.details import request_details
from bot.views.requests.failure import History, failure_message
from bot.views.requests.failure_card import card_message
from engine import Actor, Alternative, AskOwner, Decision, Fatal, Retry, StaticPeople, Workflow
from engine.model.people import Person
from engine.testing import Harness
from tests.conftest import text_of
from tests.engine.runtime.requests.test_failure_cards import Gateway, sync
from tests.present import present

Local = Any


class Device(BaseModel):
    n: int


class Firmware(BaseModel):
    device: str
    port: int


PEOPLE = StaticPeople(groups={"platform": ["U01ALICE"]})
ALICE = Actor("slack", "U01ALICE")


@pytest.fixture
async def api(local: Local) -> AsyncIterator[SlackApi]:
    timeouts = CallTimeouts(connect=2, answer=2, first_retry=0.01)
    async with SlackApi(local.server.bot_token, base_url=local.server.api_url, timeouts=timeouts) as api:
        yield api


class Team:
    """Engine, outbox and Slack under one virtual clock."""

    def __init__(self, harness: Harness, gateway: Gateway, api: SlackApi) -> None:
        self.harness, self.gateway = harness, gateway
        engine, clock = harness.engine, harness.clock
        book = SlackPeople(api, clock, team_id="T0LOCAL")
        cards = engine.failure_cards
        renders = Renderer(engine, engine.deliveries, book, api, clock, "signoff", cards)
        self.outbox = Outbox(
            OutboxParts(engine.events, engine.deliveries, engine, book, api, renders, clock, cards=cards)
        )

    async def advance(self, minutes: int) -> None:
        for _ in range(minutes):
            await self.harness.advance("50s")
            for _ in range(5):
                await self.harness.advance(2)
                async with asyncio.timeout(10):
                    await self.outbox.settled()


@pytest.fixture
async def team(api: SlackApi, tmp_path: Path) -> AsyncIterator[Team]:
    gateway = Gateway()
    async with Harness(sync(gateway), people=PEOPLE, folder=tmp_path) as harness:
        team = Team(harness, gateway, api)
        await team.outbox.start()
        yield team
        await team.outbox.close(grace=0)


async def test_a_dependency_that_is_down_for_two_hours_is_one_card(team: Team, local: Local) -> None:
    await team.advance(120)
    run, card, slowed = await local.messages("C05DEPLOYS")
    failed = team.gateway.calls
    assert failed == len(await team.harness.requests()) == 9
    assert f"failed at fetch in {failed} runs" in card["text"]
    assert f"Retry all ({failed})" in str(card["blocks"])
    assert sum(block["block_id"].split(":")[2] == "run" for block in card["blocks"]) == 9
    asked = [block["type"] for block in card["blocks"] if "can decide" in str(block)]
    assert asked == ["section"], "Slack surely notifies of a mention in a section"
    assert "waiting" in run["text"]
    assert "failed 5 times in a row, so it is slowed down" in slowed["text"]
    assert await local.thread("C05DEPLOYS", card["ts"]) == []


async def test_reminders_come_once_for_the_card(team: Team, local: Local) -> None:
    await team.advance(15)
    await team.harness.engine.set_schedule("sync", None, False, actor=ALICE)
    await team.harness.advance("4h")
    await team.advance(5)
    _, card = await local.messages("C05DEPLOYS")
    (reminder,) = await local.thread("C05DEPLOYS", card["ts"])
    assert "Still waiting for" in reminder


async def test_the_card_tells_that_the_step_works_again(team: Team, local: Local) -> None:
    await team.advance(10)
    team.gateway.problem = ""
    await team.advance(15)
    _, card = await local.messages("C05DEPLOYS")
    assert "It works again" in card["text"]
    assert "passed this step" in str(card["blocks"])
    (line,) = await local.thread("C05DEPLOYS", card["ts"])
    assert "*fetch* works again" in line


async def test_the_card_counts_the_answers_and_ends_with_them(team: Team, local: Local) -> None:
    await team.advance(15)
    first, *_ = await team.harness.requests()
    await team.harness.decide(first, "skip", as_user="U01ALICE")
    await team.advance(1)
    _, card = await local.messages("C05DEPLOYS")
    assert "*Step skipped* in 1 run by alice" in str(card["blocks"])
    assert "Retry all (2)" in str(card["blocks"])
    await team.harness.engine.failure_cards.decide_all(first.id, Decision("abort"), actor=ALICE)
    await team.advance(1)
    card = next(one for one in await local.messages("C05DEPLOYS") if one["ts"] == card["ts"])
    assert "*Aborted* in 2 runs by alice" in str(card["blocks"])
    assert "*Aborted* in 2 runs by alice" in card["text"]
    assert "Retry all" not in str(card["blocks"])


@pytest.fixture
async def claimed(api: SlackApi, tmp_path: Path) -> AsyncIterator[Team]:
    """A team whose member Bob took over the first run on the card, before further runs joined it."""
    gateway, bob = Gateway(), Person("U02BOB", "bob")
    people = StaticPeople([bob], {"platform": ["U01ALICE", "U02BOB"]})
    async with Harness(sync(gateway), people=people, folder=tmp_path) as harness:
        team = Team(harness, gateway, api)
        await team.outbox.start()
        await team.advance(6)
        (first,) = await harness.requests()
        await harness.engine.reassign(first.id, "U02BOB", actor=Actor("slack", "U02BOB"))
        await team.advance(10)
        yield team
        await team.outbox.close(grace=0)


async def test_a_further_run_joins_a_claimed_card_without_mentioning_the_owner(
    claimed: Team, local: Local
) -> None:
    _, card = await local.messages("C05DEPLOYS")
    assert "failed at fetch in 3 runs" in card["text"]
    assert "bob took over: Retry, Skip step or Abort." in card["text"]
    assert "Later runs: @platform can decide" in str(card["blocks"])
    assert "<!subteam" not in f"{card['text']}{card['blocks']}"
    await claimed.harness.engine.set_schedule("sync", None, False, actor=ALICE)
    await claimed.harness.advance("4h")
    await claimed.advance(5)
    took_over, reminder = await local.thread("C05DEPLOYS", card["ts"])
    assert "bob reassigned this to <@U02BOB>" in took_over
    assert "Still waiting for <@U02BOB>" in reminder
    assert await local.direct("U01ALICE") == []


async def test_the_owner_is_asked_about_a_card_again_when_the_claimed_runs_are_answered(
    claimed: Team, local: Local
) -> None:
    first, *_, newest = await claimed.harness.requests()
    await claimed.harness.decide(first, "skip", as_user="U02BOB")
    await claimed.advance(1)
    card = present(await claimed.harness.engine.failure_cards.of(first.id))
    assert (card.claimer, request_shown(card.leader, card).id) == ("", newest.id)
    _, message = await local.messages("C05DEPLOYS")
    assert "<!subteam^S05PLATFORM> can decide" in message["text"]


async def test_a_claimed_run_stands_for_its_card_after_the_first_one_is_answered(claimed: Team) -> None:
    engine, bob = claimed.harness.engine, Actor("slack", "U02BOB")
    first, second, *_ = await claimed.harness.requests()
    await engine.reassign(second.id, "U02BOB", actor=bob)
    await claimed.harness.decide(first, "skip", as_user="U02BOB")
    card = present(await engine.failure_cards.of(first.id))
    assert (card.claimer, request_shown(card.leader, card).id) == ("U02BOB", second.id)


async def test_a_run_that_was_handed_to_a_colleague_claims_no_card(claimed: Team) -> None:
    engine = claimed.harness.engine
    first, second, *_ = await claimed.harness.requests()
    await engine.reassign(second.id, "U02BOB", actor=ALICE)
    await claimed.harness.decide(first, "skip", as_user="U02BOB")
    assert present(await engine.failure_cards.of(first.id)).claimer == ""


async def test_a_run_on_a_card_opens_a_window_of_its_own(team: Team, local: Local) -> None:
    await team.advance(15)
    _, card = await local.messages("C05DEPLOYS")
    everyone, *runs = [block["accessory"] for block in card["blocks"] if block.get("accessory")]
    newest = (await team.harness.requests())[-1]
    options = [option["text"]["text"] for option in everyone["options"]]
    assert options == [
        "Assign all to me", "Mute for 8 h", "Mute until tomorrow morning", "Mute for a week"
    ]  # fmt: skip
    assert (runs[0]["type"], text_of(runs[0]["text"])) == ("button", "This run…")
    value = button_values.decode(runs[0]["value"])
    assert (value.id, value.choice) == (newest.id, "details")


async def test_a_card_leaves_out_no_button_and_says_what_was_tried() -> None:
    flow = Workflow("flow", owner="@platform", on_failure=AskOwner())

    async def by_hand() -> str:
        raise ConnectionError("nobody is there")

    @flow.step(retry=Retry(attempts=2, delay="1s"), alternative=Alternative(by_hand, ask=True))
    async def label() -> str:
        raise ConnectionError("the printer is away")

    async with Harness(flow, people=PEOPLE) as harness:
        runs = [await harness.start("flow") for _ in range(3)]
        await harness.advance("10s")
        card = present(await harness.engine.failure_cards.of((await harness.requests())[0].id))
        now = harness.clock.now()
        history = History(last_success=now - timedelta(days=1))
        detail = await harness.state(runs[0])
        said = card_message(card, detail, MENTIONED, now, history)
    rows = [block["elements"] for block in said.blocks if block["type"] == "actions"]
    words = [[text_of(each["text"]) for each in row] for row in rows]
    assert words == [
        ["Retry all (3)", "Reroute all (3)", "Skip step in all (3)", "Abort all (3)", "Details"],
        ["Mute 1 h"],
    ]
    asked = [[text_of(each["text"]) for each in row if "confirm" in each] for row in rows]
    assert asked == [words[0][:4], []]
    one = failure_message(card.open[0], detail, MENTIONED, now)
    (row,) = [block["elements"] for block in one.blocks if block["type"] == "actions"]
    asked_alone = [text_of(each["text"]) for each in row if "confirm" in each]
    assert asked_alone == ["Retry", "Reroute", "Skip step", "Abort"]
    assert "*Last success*" in str(said.blocks)
    assert "twice in the newest run" in str(said.blocks)
    listed = str(request_details(card.leader, detail, now, card=card))
    assert "Runs with this failure: 3" in listed
    assert all(run.short in listed for run in runs)


def printer(expires: str) -> Workflow:
    flow = Workflow("flow", owner="@platform", on_failure=AskOwner(expires=expires))

    async def by_hand() -> str:
        return "by hand"

    @flow.step(alternative=Alternative(by_hand, ask=True))
    async def label() -> str:
        raise ConnectionError("the printer is away")

    return flow


@pytest.mark.parametrize(
    ("choice", "word"),
    [
        ("retry", "Retried, failed again"),
        ("reroute", "Rerouted"),
        ("skip", "Step skipped"),
        ("abort", "Aborted"),
    ],
)
async def test_a_card_names_everybody_who_chose_an_outcome(choice: str, word: str) -> None:
    people = StaticPeople([], {"platform": ["U01ALICE", "U02BOB"]})
    async with Harness(printer("4h"), people=people) as harness:
        runs = [await harness.start("flow") for _ in range(4)]
        await harness.run_until_idle()
        first, second, third, _ = await harness.requests()
        for request, who in ((first, "U01ALICE"), (second, "U02BOB"), (third, "U02BOB")):
            await harness.decide(request, choice, as_user=who)
        await harness.run_until_idle()
        card = present(await harness.engine.failure_cards.of(first.id))
        detail, now = await harness.state(runs[0]), harness.clock.now()
    assert [(each.actor.id, each.runs) for each in card.verdicts] == [("U01ALICE", 1), ("U02BOB", 2)]
    said = str(card_message(card, detail, MENTIONED, now).blocks)
    assert f"*{word}* in 3 runs by <@U01ALICE> and <@U02BOB>" in said


async def test_a_card_says_in_how_many_runs_nobody_answered() -> None:
    async with Harness(printer("1h"), people=PEOPLE) as harness:
        runs = [await harness.start("flow") for _ in range(2)]
        await harness.run_until_idle()
        first, _ = await harness.requests()
        await harness.decide(first, "abort", as_user="U01ALICE")
        await harness.advance("2h")
        card = present(await harness.engine.failure_cards.of(first.id))
        detail, now = await harness.state(runs[0]), harness.clock.now()
    said = str(card_message(card, detail, MENTIONED, now).blocks)
    assert "*Aborted* in 2 runs by <@U01ALICE>; nobody answered in time in 1 run" in said


async def test_an_answered_card_says_its_outcome_and_counts_no_waiting_runs() -> None:
    async with Harness(update(channel="#deploys"), people=PEOPLE) as harness:
        for device in ("plc-west", "plc-east"):
            await harness.engine.start("update", {"device": device, "port": 7}, actor=ALICE)
            await harness.run_until_idle()
        requests = await harness.requests()
        for count, request in enumerate(requests):
            card = present(await harness.engine.failure_cards.of(requests[0].id))
            detail = await harness.engine.detail(card.leader.run_id)
            shown = str(card_message(card, detail, MENTIONED, harness.clock.now()).blocks)
            assert f"*Waiting*\\n{2 - count} run" in shown, shown
            await harness.engine.decide(request.id, Decision("abort"), actor=ALICE)
            await harness.run_until_idle()
        card = present(await harness.engine.failure_cards.of(requests[0].id))
        answered = card_message(card, detail, MENTIONED, harness.clock.now())
    assert "*Aborted* in 2 runs" in str(answered.blocks)
    assert "Waiting" not in str(answered.blocks)


def update(**options: Any) -> Workflow:
    flow = Workflow("update", owner="@platform", input=Firmware, on_failure=AskOwner(), **options)

    @flow.step
    async def flash(input: Firmware) -> None:
        raise RuntimeError(f"port {input.port} is closed on it")

    return flow


async def shared_card(harness: Harness, channel: str | None) -> tuple[str, str]:
    """The message of a card of two runs, and its Details."""
    for device, port in (("plc-west", 7), ("plc-east", 9)):
        given = {"device": device, "port": port}
        run = await harness.engine.start("update", given, actor=ALICE, channel=channel)
        await harness.run_until_idle()
    card = present(await harness.engine.failure_cards.of((await harness.requests())[0].id))
    detail, now = await harness.state(run), harness.clock.now()
    said = card_message(card, detail, MENTIONED, now)
    return str(said.blocks), str(request_details(card.leader, detail, now, card=card))


async def test_runs_on_a_card_say_their_input_and_the_error_once() -> None:
    async with Harness(update(channel="#deploys"), people=PEOPLE) as harness:
        for shown in await shared_card(harness, None):
            assert 'input "plc-west"' in shown
            assert 'input "plc-east"' in shown
            assert shown.count("is closed on it") == 1


@pytest.mark.parametrize(
    ("options", "channel"),
    [({}, "#security"), ({"may_see": ["@platform"]}, None)],
    ids=["channel", "may_see"],
)
async def test_a_card_shows_no_input_in_a_channel_that_may_not_see_the_runs(
    options: dict[str, Any], channel: str | None
) -> None:
    async with Harness(update(channel="#deploys", **options), people=PEOPLE) as harness:
        said, window = await shared_card(harness, channel)
    assert "plc-" not in said
    assert 'input "plc-west"' in window


async def test_a_long_card_lists_ten_runs_and_counts_all(team: Team, local: Local) -> None:
    await team.harness.engine.set_schedule("sync", None, False, actor=ALICE)
    for _ in range(14):
        await team.harness.start("sync")
    await team.advance(1)
    messages = await local.messages("C05DEPLOYS")
    (card,) = [message for message in messages if "failed at fetch" in message["text"]]
    assert "Retry all (14)" in str(card["blocks"])
    assert "and 4 older runs" in str(card["blocks"])


async def test_the_channel_is_told_once_that_a_schedule_is_back_to_normal(team: Team, local: Local) -> None:
    await team.advance(40)
    team.gateway.problem = ""
    await team.advance(30)
    texts = await local.texts("C05DEPLOYS")
    assert sum("is slowed down" in text for text in texts) == 1
    assert sum("its schedule is back to normal" in text for text in texts) == 1


@pytest.mark.parametrize(("error", "works_again"), [(ConnectionError, True), (Fatal, False)])
async def test_a_failure_of_one_runs_input_does_not_work_again_since_another_run_passes(
    error: type[Exception], works_again: bool
) -> None:
    flow = Workflow("flow", owner="@platform", input=Device)

    @flow.step
    async def check(input: Device) -> int:
        if input.n == 7:
            raise error("unknown device pump-7")
        return 1

    async with Harness(flow, people=PEOPLE) as harness:
        await harness.start("flow", {"n": 7})
        (request,) = await harness.requests()
        await harness.advance("1s")
        await harness.start("flow", {"n": 1})
        card = present(await harness.engine.failure_cards.of(request.id))
        assert bool(card.recovered_run) is works_again


async def test_a_card_tells_who_tried_again_and_that_it_failed_again(team: Team, local: Local) -> None:
    await team.advance(15)
    await team.harness.engine.set_schedule("sync", None, False, actor=ALICE)
    first, *_ = await team.harness.requests()
    await team.harness.engine.failure_cards.decide_all(first.id, Decision("retry"), actor=ALICE)
    await team.advance(2)
    _, card = await local.messages("C05DEPLOYS")
    shown = str(card["blocks"])
    assert "*Tried*\\ntried again by alice at <!date" in shown
    assert ", failed again" in shown
    assert "🔴 *Retried, failed again* in 3 runs" in shown
    assert "🔵" not in shown
