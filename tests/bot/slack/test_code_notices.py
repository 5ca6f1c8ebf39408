"""Wrong one-time codes: the person and the operator hear of them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.code_notices import CodeNotices
from bot.slack.operator_messages import Operator
from bot.slack.web_api import SlackApi
from engine.audit.keys import Keyring
from engine.clock import FakeClock
from engine.model.people import Actor
from engine.runtime.access.one_time_codes import OneTimeCodes, WrongCodes
from engine.runtime.process.steady_time import SteadyTime

Local = Any


@pytest.mark.parametrize(
    ("by", "to_person", "to_operator"),
    [
        (
            Actor("slack", "U02BOB"),
            "another person uses your Slack account.",
            "entered by <@U02BOB>. Signoff accepts no code from this person for 15 min. If it was another "
            "person, end the sessions of this account in Slack.",
        ),
        (
            Actor("cli", "root", "U02BOB"),
            "another person uses the operating-system account root.",
            "entered in the name of <@U02BOB>, with the operating-system account root. Signoff accepts no "
            "code from this person for 15 min. If it was another person, find out who uses that account.",
        ),
    ],
)
async def test_the_person_and_the_operator_are_told(
    local: Local, tmp_path: Any, by: Actor, to_person: str, to_operator: str
) -> None:
    codes = OneTimeCodes(None, FakeClock(), SteadyTime(FakeClock()), Keyring(tmp_path))  # type: ignore[arg-type]
    async with SlackApi(local.server.bot_token, base_url=local.server.api_url) as api:
        codes.alarms.put_nowait(WrongCodes("U02BOB", timedelta(minutes=15), by))
        notices = asyncio.create_task(CodeNotices(codes, api, Operator(api, "U05ERIN")).run())
        async with asyncio.timeout(10):
            while not await local.direct("U02BOB"):
                await asyncio.sleep(0)
        notices.cancel()
        await asyncio.gather(notices, return_exceptions=True)
    (person,), (operator,) = await local.direct("U02BOB"), await local.direct("U05ERIN")
    assert "Five wrong one-time codes were entered in your name" in person
    assert "Signoff accepts no code from you for 15 min" in person
    assert person.endswith(to_person)
    assert f"Five wrong one-time codes were {to_operator}" in operator
