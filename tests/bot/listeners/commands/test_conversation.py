"""Answers to what people write to the bot: they show what waits, and decide nothing."""

from typing import Any

import pytest

from bot.slash.arguments import COMMANDS
from bot.views.conversation import DECISION_WORDS, asks_what_waits, conversation_answer
from bot.views.message import Message

DEPLOYS = "C05DEPLOYS"
ALICE, CAROL, GUEST, BOT = "U01ALICE", "U03CAROL", "U07GUEST", "U0SIGNOFF"
Team = Any


async def asked(team: Team) -> Any:
    await team.office.say(ALICE, DEPLOYS, "/workflow run ship service=billing")
    return await team.office.message(CAROL, DEPLOYS, "Ship", "can decide")


async def with_the_bot(team: Team, person: str) -> str:
    """Return the direct conversation of this person with the bot."""
    return str((await team.office.do("dm/open", user=BOT, **{"as": person}))["channel"]["id"])


async def told(team: Team, person: str, *words: str, channel: str = DEPLOYS) -> Any:
    """Wait for an answer that only this person sees."""
    answer = await team.office.message(person, channel, *words)
    assert answer["ephemeral_to"] == person
    return answer


@pytest.mark.parametrize("mode", ["socket", "http"], indirect=True)
async def test_approve_after_a_mention_says_how_to_decide_and_decides_nothing(team: Team) -> None:
    await asked(team)
    await team.office.say(CAROL, DEPLOYS, f"<@{BOT}> Approve!")
    answer = await told(team, CAROL, "Writing decides nothing", "1 request waits for you")
    (request,) = await team.bot.engine.requests()
    assert request.state == "open"
    assert (await team.office.click(CAROL, answer, "Approve"))["ok"]
    await team.office.message(CAROL, DEPLOYS, "Approved", "by carol")


async def test_a_mention_in_a_thread_is_answered_in_the_thread(team: Team) -> None:
    request = await asked(team)
    await team.office.do(
        "message", text=f"<@{BOT}> yes", channel=DEPLOYS, thread_ts=request["ts"], **{"as": CAROL}
    )

    async def find() -> Any:
        replies = await team.office.replies(CAROL, request)
        return next((reply for reply in replies if "Writing decides nothing" in reply["text"]), None)

    assert (await team.office.until(CAROL, find))["ephemeral_to"] == CAROL


async def test_a_direct_message_is_answered_with_what_waits(team: Team) -> None:
    await asked(team)
    direct = await with_the_bot(team, CAROL)
    await team.office.say(CAROL, direct, "what is up?")
    await team.office.message(CAROL, direct, "/workflow help", "1 request waits for you")


async def test_a_request_is_decided_in_the_list_of_a_direct_message(team: Team) -> None:
    await asked(team)
    await asked(team)

    async def both_asked() -> bool | None:
        return len(await team.bot.engine.requests()) == 2 or None

    await team.office.until(CAROL, both_asked)
    direct = await with_the_bot(team, CAROL)
    await team.office.say(CAROL, direct, "what waits?")
    listed = await team.office.message(CAROL, direct, "2 requests wait for you")
    assert (await team.office.click(CAROL, listed, "Approve"))["ok"]
    again = await team.office.message(CAROL, direct, "1 request waits for you")
    assert again["ts"] == listed["ts"]
    assert len(await team.bot.engine.requests()) == 1
    assert (await team.office.click(CAROL, again, "Approve"))["ok"]
    await team.office.message(CAROL, direct, "No request waits for you")
    said = str(await team.office.messages(CAROL, direct))
    assert "no longer lets" not in said
    assert "waits for you" in said
    assert "Approve" not in said


async def test_a_list_is_refreshed_after_a_window_that_it_opened(team: Team) -> None:
    office = team.office
    await asked(team)
    direct = await with_the_bot(team, CAROL)
    await office.say(CAROL, direct, "waiting")
    listed = await office.message(CAROL, direct, "1 request waits for you")
    await office.click(CAROL, listed, "Reject")
    window = await office.modal(CAROL, "Reject")
    assert (await office.submit(CAROL, window, comment={"value": "not today"}))["result"] == "closed"
    again = await office.message(CAROL, direct, "No request waits for you")
    assert again["ts"] == listed["ts"]


async def test_a_command_without_its_slash_is_given_back_as_one(team: Team) -> None:
    await team.office.say(ALICE, DEPLOYS, f"<@{BOT}> run ship service=billing")
    await told(team, ALICE, "`/workflow run ship service=billing`")
    runs, _ = await team.bot.engine.runs()
    assert runs == []


async def test_a_guest_is_told_no_more(team: Team) -> None:
    direct = await with_the_bot(team, GUEST)
    await team.office.say(GUEST, direct, "approve")
    answer = await team.office.message(GUEST, direct, "Only full, active members")
    assert "waits" not in answer["text"]


@pytest.mark.parametrize("word", sorted(DECISION_WORDS))
def test_each_word_of_a_decision_is_explained(word: str) -> None:
    answer = conversation_answer(
        f"<@{BOT}> {word}, please", Message("Nothing waits for you."), "/workflow", ()
    )
    assert answer.text == "*Writing decides nothing.* Press a button on the request that you mean.\n" + (
        "Nothing waits for you."
    )


@pytest.mark.parametrize("typed", ["run `x` <!channel> *b*", "/workflow run &lt;!here&gt;"])
def test_what_was_written_is_shown_literally(typed: str) -> None:
    answer = conversation_answer(typed, Message("Nothing waits for you."), "/workflow", ("run",))
    assert "<!" not in answer.text
    assert answer.text.count("`") == 4


@pytest.mark.parametrize("typed", ["retry ship-8f3k", "Retry ship-8f3k build", "/workflow retry ship-8f3k"])
def test_retry_with_a_run_is_given_back_as_a_command(typed: str) -> None:
    answer = conversation_answer(typed, Message("Nothing waits for you."), "/workflow", ("retry", "run"))
    assert "`/workflow" in answer.text
    assert "etry ship-8f3k" in answer.text
    assert "decides nothing" not in answer.text


@pytest.mark.parametrize("typed", ["retry", "Retry!", "retry, please"])
def test_retry_alone_is_a_decision(typed: str) -> None:
    answer = conversation_answer(typed, Message("Nothing waits for you."), "/workflow", ("retry", "run"))
    assert "Writing decides nothing" in answer.text


@pytest.mark.parametrize(
    "typed", ["what is up?", "", "anything open", "approve!", "aprove", "approvals", "👍?"]
)
def test_a_question_about_what_waits_is_answered_with_the_list(typed: str) -> None:
    assert asks_what_waits(f"<@{BOT}> {typed}", "/workflow", COMMANDS)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("hello", "Send `/workflow help` to see what Signoff can do"),
        ("bottling", "Send `/workflow show bottling` to see this workflow, or `/workflow run bottling`"),
        ("run machine_watch?", "Send `/workflow run machine_watch?`"),
        ("Machine_watch, please", "Send `/workflow show machine-watch` to see this workflow"),
        ("show b379", "Send `/workflow show b379`."),
        ("botling", "Send `/workflow show bottling`, `/workflow run bottling`, or `/workflow help`"),
        ("Run machne_watch", "Send `/workflow Run machne_watch`"),
        ("please mashine_watch", "Send `/workflow show machine-watch`, `/workflow run machine-watch`, or"),
        ("x" * 10_000, "Send `/workflow help` to see what Signoff can do"),
        ("shedules please", "Send `/workflow schedules`, or `/workflow help`"),
    ],
)
def test_another_sentence_gets_a_short_answer_with_the_nearest_command(typed: str, said: str) -> None:
    assert not asks_what_waits(typed, "/workflow", COMMANDS)
    answer = conversation_answer(typed, None, "/workflow", COMMANDS, ["bottling", "machine-watch"])
    assert said in answer.text
    assert len(answer.blocks) == 1


async def test_a_greeting_in_a_direct_message_does_not_list_what_waits(team: Team) -> None:
    await asked(team)
    direct = await with_the_bot(team, CAROL)
    await team.office.say(CAROL, direct, "hello, ship")
    answer = await team.office.message(CAROL, direct, "`/workflow show ship`")
    assert "waits for you" not in str(answer)
