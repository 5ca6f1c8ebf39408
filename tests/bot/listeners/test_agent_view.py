"""The agent view: a session for each run that a person started, Slack's stop button, and conversations."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.slack.app_manifest import COMMAND, manifest_text
from bot.views.forms import modals
from engine import Actor
from tests.bot.listeners.conftest import FLOWS, Team

ALICE, BOB, CAROL, VOTER = "U01ALICE", "U02BOB", "U03CAROL", "U200"
DEPLOYS = "C05DEPLOYS"
SET_STATUS = "agents.sessions.setStatus"


@pytest.fixture
def workflows() -> str:
    return (
        FLOWS
        + """
slow = Workflow("slow", owner="@platform", channel="#deploys")
slow.sleep("work", "2h")
"""
    )


@pytest.fixture
def app_manifest(tmp_path: Path) -> Path:
    file = tmp_path / "manifest.yaml"
    file.write_text(manifest_text(COMMAND, agent=True), encoding="utf-8")
    return file


@pytest.fixture
def more_settings() -> Mapping[str, str]:
    return {"SIGNOFF_AGENT_VIEW": "on"}


async def session(team: Team, status: str, *, of: str = "") -> dict[str, Any]:
    """Wait for a session with this status. `of`: a part of its title."""

    async def found() -> dict[str, Any] | None:
        sessions = (await team.office.read("sessions"))["sessions"]
        return next((each for each in sessions if each["status"] == status and of in each["title"]), None)

    known: dict[str, Any] = await team.office.until(ALICE, found)
    return known


async def calls(team: Team) -> list[dict[str, Any]]:
    found = (await team.office.read("calls", method=SET_STATUS))["calls"]
    return [call for call in found if call["ok"]]


async def reply(team: Team, person: str, place: Mapping[str, Any], words: str) -> dict[str, Any]:
    """Wait for an answer in the thread of a session."""
    message = {"channel": place["channel"], "ts": place["thread_ts"]}

    async def found() -> dict[str, Any] | None:
        replies = await team.office.replies(person, message)
        return next((each for each in replies if words in each["text"]), None)

    answer: dict[str, Any] = await team.office.until(person, found)
    return answer


async def stop(team: Team, person: str, known: Mapping[str, Any]) -> None:
    place = {"channel": known["channel"], "thread_ts": known["thread_ts"]}
    await team.office.do("session/stop", **place, **{"as": person})


async def test_a_session_follows_its_run_and_is_suspended_while_people_are_awaited(team: Team) -> None:
    await team.office.say(ALICE, DEPLOYS, "/workflow run ship service=billing")
    question = await team.office.message(BOB, DEPLOYS, "Ship", "can decide")
    waiting = await session(team, "suspended")
    run = (await team.bot.engine.runs("ship"))[0][0]
    assert (waiting["title"], waiting["initiator"], waiting["channel"]) == (run.short, ALICE, DEPLOYS)
    await team.office.click(CAROL, question, "Approve")
    await session(team, "closed")
    statuses = [call["args"]["status"] for call in await calls(team)]
    assert statuses[-2:] == ["suspended", "closed"]
    assert statuses.count("closed") == 1


async def test_stop_asks_before_it_cancels_and_only_those_who_may_cancel(team: Team) -> None:
    """The form is that of `/workflow cancel`, so the event has the person and the reason."""
    await team.office.say(ALICE, DEPLOYS, "/workflow run slow")
    known = await session(team, "processing")
    before = len(await calls(team))
    await stop(team, VOTER, known)
    refused = await reply(team, VOTER, known, "cancel")
    assert "Cancel run" not in str(refused["blocks"])
    await stop(team, ALICE, known)
    asked = await reply(team, ALICE, known, "It goes on until you confirm")
    run = (await team.bot.engine.runs("slow"))[0][0]
    assert run.ended_at is None
    await team.office.click(ALICE, asked, "Cancel run…")
    window = await team.office.modal(ALICE, "Cancel this run?")
    typed = {"type": "plain_text_input", "value": "wrong machine"}
    await team.office.submit(ALICE, window, **{modals.COMMENT: typed})
    await session(team, "closed")
    cancelled = [
        event for event in await team.bot.engine.events.of_run(run.id) if event.type == "run.cancelled"
    ]
    assert [(event.actor.id, event.data["reason"]) for event in cancelled] == [(ALICE, "wrong machine")]
    # Slack waits for a status after each press of its button.
    assert len([call for call in await calls(team) if call["args"]["status"] == "processing"]) >= before + 1


async def test_runs_that_no_person_started_in_slack_have_no_session(team: Team) -> None:
    await team.bot.engine.start("quick", None, actor=Actor("cli", "root"))
    await team.office.say(ALICE, DEPLOYS, "/workflow run quick")
    await session(team, "closed")
    sessions = (await team.office.read("sessions"))["sessions"]
    assert len(sessions) == 1


async def test_a_conversation_is_answered_in_its_thread_and_ends_active(team: Team) -> None:
    dm = await with_the_bot(team)
    for text, words in (
        ("What waits for me?", "waits for you"),
        ("My runs", "visible here"),
        ("Run a workflow", "Choose a workflow"),
    ):
        sent = await team.office.do("message", channel=dm, text=text, **{"as": ALICE})
        known = await session(team, "active", of=text)
        assert known["thread_ts"] == sent["ts"]
        answer = await reply(team, ALICE, known, words)
    await team.office.click(ALICE, answer, "Run a workflow…")
    assert "Which workflow?" in str(await team.office.modal(ALICE, "Run a workflow"))


async def with_the_bot(team: Team) -> str:
    opened = await team.office.do("dm/open", user="U0SIGNOFF", **{"as": ALICE})
    return str(opened["channel"]["id"])
