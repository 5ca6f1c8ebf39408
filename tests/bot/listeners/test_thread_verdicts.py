"""With SIGNOFF_READ_THREADS=on, a verdict that a person types in the thread of a request gets one answer."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.application import run_bot
from bot.cli.handlers import handlers
from bot.cli.workflow_files import load
from bot.listeners.thread_verdicts import ThreadVerdicts
from bot.settings.config import read_settings
from bot.slack.app_manifest import COMMAND, manifest_text
from bot.views.conversation import DECISION_WORDS, looks_like_verdict, run_verdict_answer
from engine import Actor
from engine.clock import FakeClock
from localslack import Config, start
from tests.bot.listeners.conftest import FLOWS as SHIP
from tests.bot.listeners.test_responses import FLOWS
from tests.conftest import spoken

Team = Any
ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
DEPLOYS = "C05DEPLOYS"


@pytest.fixture(params=[(), ("deploys",)], ids=["public", "private"])
def private_channels(request: pytest.FixtureRequest) -> Collection[str]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def app_manifest(tmp_path: Path) -> Path:
    file = tmp_path / "manifest.yaml"
    file.write_text(manifest_text(COMMAND, read_threads=True), encoding="utf-8")
    return file


@pytest.fixture
def more_settings() -> Mapping[str, str]:
    return {"SIGNOFF_READ_THREADS": "on"}


async def reply(team: Team, person: str, parent: Any, text: str) -> Any:
    place = {"channel": parent["channel"], "thread_ts": parent["ts"]}
    return await team.office.do("message", text=text, **place, **{"as": person})


async def told(team: Team, person: str, parent: Any) -> list[str]:
    replies = await team.office.replies(person, parent)
    return [spoken(each) for each in replies if each.get("ephemeral_to") == person]


async def asked(team: Team) -> Any:
    await team.office.say(ALICE, DEPLOYS, "/workflow run ship service=billing")
    question = await team.office.message(BOB, DEPLOYS, 'Ship "billing x2"?', "can decide")
    await team.bot.outbox.settled()
    return question


async def quiet(team: Team, question: Any) -> None:
    """Return when the bot has taken every event so far: a mention after them has its answer."""
    await reply(team, BOB, question, "<@U0SIGNOFF> what is open?")

    async def answered() -> bool:
        return any("decid" in text or "wait" in text for text in await told(team, BOB, question))

    await team.office.until(BOB, answered)


async def test_a_typed_verdict_is_answered_once_and_decides_nothing(team: Team) -> None:
    question = await asked(team)
    (request,) = await team.bot.engine.requests()
    for text in ("approve", "yes", "LGTM!"):
        await reply(team, BOB, question, text)

    async def answer() -> list[str]:
        return await told(team, BOB, question)

    said = await team.office.until(BOB, answer)
    await reply(team, ALICE, question, "reject it")

    async def other() -> list[str]:
        return await told(team, ALICE, question)

    await team.office.until(ALICE, other)
    assert await told(team, BOB, question) == said
    assert len(said) == 1
    assert "Writing decides nothing" in said[0]
    assert f"/archives/{DEPLOYS}/p{question['ts'].replace('.', '')}" in said[0]
    assert (await team.bot.engine.request(request.id)) == request


async def test_a_verdict_in_the_thread_of_a_run_is_answered_with_what_waits_for_the_person(
    team: Team,
) -> None:
    question = await asked(team)
    await team.office.say(ALICE, DEPLOYS, "/workflow run ship service=shop")
    await team.office.message(BOB, DEPLOYS, 'Ship "shop x2"?', "can decide")
    await team.bot.outbox.settled()
    run = await team.office.message(BOB, DEPLOYS, "*ship*", "billing", "waiting for")
    requests = await team.bot.engine.requests()
    await reply(team, CAROL, run, "approve")
    await reply(team, CAROL, run, "yes")

    async def answer() -> list[str]:
        return await told(team, CAROL, run)

    (said,) = await team.office.until(CAROL, answer)
    assert said.startswith("*Writing decides nothing.* Press a button on the message of this request:")
    assert "billing x2" in said
    assert "shop x2" not in said
    assert f"/archives/{DEPLOYS}/p{question['ts'].replace('.', '')}" in said
    await quiet(team, question)
    assert await told(team, CAROL, run) == [said]
    assert await team.bot.engine.requests() == requests


def test_an_answer_in_the_thread_of_a_run_counts_what_it_leaves_out() -> None:
    said = run_verdict_answer([("*Ship* <!channel>?", "https://x/p1"), ("Go?", "")], 7).text
    assert said.splitlines()[0].endswith("Press a button on the message of one of these requests:")
    assert "<!channel>" not in said
    assert " · <https://x/p1|Open>" in said
    assert said.splitlines()[2:] == ["• Go?", "• 5 more requests"]


async def test_a_request_that_was_decided_gets_no_answer(team: Team) -> None:
    question = await asked(team)
    await team.office.click(CAROL, question, "Approve")
    await team.office.message(BOB, DEPLOYS, "Approved")
    await team.bot.outbox.settled()
    await reply(team, ALICE, question, "approve")
    await quiet(team, question)
    assert not await told(team, ALICE, question)


@pytest.mark.parametrize(
    "odd",
    [
        {"subtype": "message_changed"}, {"subtype": "bot_message"}, {"bot_id": "B1"}, {"user": ""},
        {"thread_ts": None}, {"thread_ts": "2.0"}, {"channel_type": "mpim"}, {"text": None},
    ],
    ids=str,
)  # fmt: skip
def test_events_of_other_kinds_concern_nobody(odd: dict[str, Any]) -> None:
    event = {"user": BOB, "text": "approve", "ts": "2.0", "thread_ts": "1.0", "channel_type": "channel"}
    verdicts = ThreadVerdicts(SimpleNamespace(read_threads=True, spent=None, clock=FakeClock()))  # type: ignore[arg-type]
    assert verdicts.concerns(event)
    assert verdicts.concerns(event | {"subtype": "thread_broadcast"})
    assert not verdicts.concerns(event | odd)


async def test_nobody_is_answered_again_after_a_restart(
    tmp_path: Path, office_at: Callable[[str], Any]
) -> None:
    (tmp_path / "flows.py").write_text(SHIP, encoding="utf-8")
    manifest = tmp_path / "read-threads.yaml"
    manifest.write_text(manifest_text(COMMAND, read_threads=True), encoding="utf-8")
    slack = await start(Config(manifest=manifest))
    settings = read_settings(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'signoff.db'}",
            "SIGNOFF_DATA_DIR": str(tmp_path / "data"),
            "SIGNOFF_WORKFLOWS": str(tmp_path / "flows.py"),
            "SIGNOFF_PORT": "0",
            "SIGNOFF_READ_THREADS": "on",
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
        }
    )
    office = office_at(slack.url)

    @asynccontextmanager
    async def serving() -> AsyncIterator[Team]:
        async with run_bot(settings, load(settings), handlers) as bot:

            async def connected() -> bool:
                return bool((await office.read("health"))["connected"])

            await office.until(BOB, connected)
            yield SimpleNamespace(office=office, bot=bot)

    try:
        async with serving() as team:
            question = await asked(team)
            await reply(team, BOB, question, "approve")

            async def answer() -> list[str]:
                return await told(team, BOB, question)

            said = await office.until(BOB, answer)
        async with serving() as team:
            await reply(team, BOB, question, "yes")
            await reply(team, ALICE, question, "approve")

            async def other() -> list[str]:
                return await told(team, ALICE, question)

            await office.until(ALICE, other)
            assert await told(team, BOB, question) == said
    finally:
        await slack.close()


async def test_other_texts_and_other_threads_get_no_answer(team: Team) -> None:
    question = await asked(team)
    (request,) = await team.bot.engine.requests()
    other = await team.office.do("message", text="Lunch?", channel=DEPLOYS, **{"as": ALICE})
    place = {"channel": DEPLOYS, "ts": other["ts"]}
    run = await team.office.message(BOB, DEPLOYS, "ship", "waiting for")
    await reply(team, BOB, place, "approve")
    await reply(team, ALICE, run, "approve")
    for text in ("I would like to approve this, but only after lunch", "<@U01ALICE> ok?", "what is it"):
        await reply(team, BOB, question, text)
    await team.office.say(BOB, DEPLOYS, "approve")
    await quiet(team, question)
    assert await told(team, BOB, place) == []
    assert await told(team, ALICE, run) == []
    assert not [text for text in await told(team, BOB, question) if "at the top of this thread" in text]
    assert (await team.bot.engine.request(request.id)) == request


@pytest.mark.parametrize("more_settings", [{}], ids=["off"])
@pytest.mark.parametrize("private_channels", [()], ids=["public"])
async def test_without_the_setting_nothing_is_read(team: Team) -> None:
    question = await asked(team)
    await reply(team, BOB, question, "approve")
    await quiet(team, question)
    assert not [text for text in await told(team, BOB, question) if "at the top of this thread" in text]


@given(st.sampled_from(sorted(DECISION_WORDS)), st.sampled_from(["", "!", ".", " please", " thanks, bob"]))
def test_every_word_of_decision_is_a_verdict(word: str, rest: str) -> None:
    assert looks_like_verdict(f"{word}{rest}")
    assert looks_like_verdict(f"{word}{rest}".upper())


@given(st.text(max_size=60))
def test_a_verdict_is_short_and_speaks_to_nobody(text: str) -> None:
    assert not looks_like_verdict(f"approve {text} <@U01ALICE>")
    assert not looks_like_verdict("approve " + "x " * 4 + text)
    assert not looks_like_verdict(f"approve {'x' * 33}{text}")


@pytest.mark.parametrize("private_channels", [()], ids=["public"])
@pytest.mark.parametrize("workflows", [FLOWS], ids=["talk"])
async def test_a_verdict_is_told_of_respond_where_it_is_offered(team: Team) -> None:
    office = team.office
    await team.bot.engine.start("talk-gate", {"question": "Which region?"}, actor=Actor("slack", BOB))
    question = await office.message(CAROL, DEPLOYS, "Which region?", "can decide")
    await team.bot.outbox.settled()
    place = {"channel": question["channel"], "thread_ts": question["ts"]}
    await office.do("message", text="respond eu", **place, **{"as": CAROL})

    async def told() -> list[str]:
        replies = await office.replies(CAROL, question)
        return [str(each) for each in replies if each.get("ephemeral_to") == CAROL]

    (answer,) = await office.until(CAROL, told)
    assert "With *Respond*, you answer with a text and neither approve nor reject." in answer
