"""Wrong one-time codes: the person and the operator hear of them."""

import asyncio
from datetime import timedelta
from typing import Any

from bot.slack.code_notices import CodeNotices
from bot.slack.operator_messages import Operator
from bot.slack.web_api import SlackApi
from engine.audit.keys import Keyring
from engine.clock import FakeClock
from engine.runtime.access.one_time_codes import OneTimeCodes, WrongCodes
from engine.runtime.process.steady_time import SteadyTime

Local = Any


async def test_the_person_and_the_operator_are_told(local: Local, tmp_path: Any) -> None:
    codes = OneTimeCodes(None, FakeClock(), SteadyTime(FakeClock()), Keyring(tmp_path))  # type: ignore[arg-type]
    async with SlackApi(local.server.bot_token, base_url=local.server.api_url) as api:
        codes.alarms.put_nowait(WrongCodes("U02BOB", timedelta(minutes=15)))
        notices = asyncio.create_task(CodeNotices(codes, api, Operator(api, "U05ERIN")).run())
        async with asyncio.timeout(10):
            while not await local.direct("U02BOB"):
                await asyncio.sleep(0)
        notices.cancel()
        await asyncio.gather(notices, return_exceptions=True)
    (person,), (operator,) = await local.direct("U02BOB"), await local.direct("U05ERIN")
    assert "Five wrong one-time codes were entered in your name" in person
    assert "Signoff accepts no code from you for 15 min" in person
    assert "Five wrong one-time codes were entered by <@U02BOB>" in operator
