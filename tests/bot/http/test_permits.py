"""Permits over HTTP: one for a use of an approval, verified by the functions that ship, redeemed once."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.tool_calls.tool_call import Server, ToolCall, question_of
from engine import Actor
from engine.permits.verify_permit import PermitRefused, redeem_at, tool_audience, verify_permit
from tests.bot.http.test_api import MOST_CALLS, Outside
from tests.bot.http.test_api import outside as outside

QUESTION = {"gate": "release-gate", "question": "Ship 1.4.2?", "details": "12 commits"}
ARGUMENTS = '{"count":1,"name":"orders"}'
CALL = ToolCall(Server("db", ("db-server",)), "drop_table", ARGUMENTS, "It drops.")
GIVEN = {"server": "db", "command": ["db-server"], "tool": "drop_table", "arguments": ARGUMENTS}


async def used(
    outside: Outside, question: dict[str, str], permit: dict[str, Any], key: str = "one"
) -> tuple[int, dict[str, Any]]:
    """Ask, approve and use."""
    asked = await outside.ask(**question)
    if asked["state"] == "open":
        await outside.answer(asked["id"], "approve")
    return await use(outside, asked["id"], question, permit, key)


async def use(
    outside: Outside, id_: str, question: dict[str, str], permit: dict[str, Any], key: str = "one"
) -> tuple[int, dict[str, Any]]:
    keyed = {"Idempotency-Key": key}
    return await outside.call("POST", f"/{id_}/use", json={**question, "permit": permit}, headers=keyed)


async def keys(outside: Outside) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http, http.get(f"{outside.url}/api/permits/keys") as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def redeem(outside: Outside, permit: str, key: str) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession(headers={"Idempotency-Key": key}) as http,
        http.post(f"{outside.url}/api/permits/redeem", json={"permit": permit}) as answer,
    ):
        return answer.status, await answer.json()


async def events(outside: Outside, id_: str, type_: str) -> int:
    return [event.type for event in await outside.engine.events.of_run(id_)].count(type_)


async def test_a_permit_of_a_gate_says_who_approved_what_and_is_redeemed_once(outside: Outside) -> None:
    status, answer = await used(outside, QUESTION, {"expires": 60})
    assert status == 200, answer
    found = await keys(outside)

    def verified() -> dict[str, Any]:
        return verify_permit(
            answer["permit"],
            keys=found,
            issuer=found["issuer"],
            audience="gate:release-gate",
            arguments=json.dumps({"details": "12 commits", "question": "Ship 1.4.2?"}),
            redeem=redeem_at(outside.url),
            now=outside.clock.now().timestamp(),
        )

    claims = await asyncio.to_thread(verified)
    assert (claims["sub"], claims["approvers"], claims["gate"]) == ("api:ci", ["U1"], "release-gate")
    assert (claims["jti"], claims["exp"] - claims["iat"]) == (answer["id"], 60)
    for _ in range(2):
        with pytest.raises(PermitRefused) as refused:
            await asyncio.to_thread(verified)
        assert refused.value.reason == "used"
    assert await events(outside, answer["id"], "request.redeemed") == 1
    assert await events(outside, answer["id"], "request.redemption_refused") == 1


async def test_a_permit_is_redeemed_once_however_many_try(outside: Outside) -> None:
    _, answer = await used(outside, QUESTION, {})
    answers = await asyncio.gather(*(redeem(outside, answer["permit"], f"try-{n}") for n in range(8)))
    assert sorted(status for status, _ in answers) == [200] + [409] * 7


async def test_the_same_redemption_sent_again_is_the_same_redemption(outside: Outside) -> None:
    _, answer = await used(outside, QUESTION, {})
    assert [(await redeem(outside, answer["permit"], "one"))[0] for _ in range(2)] == [200, 200]
    assert (await redeem(outside, answer["permit"], "two"))[0] == 409


async def test_an_approval_has_one_permit(outside: Outside) -> None:
    _, answer = await used(outside, QUESTION, {})
    status, again = await use(outside, answer["id"], QUESTION, {})
    assert (status, again["permit"]) == (200, answer["permit"])
    assert (await use(outside, answer["id"], QUESTION, {}, "two"))[0] == 409


async def test_a_permit_of_a_call_is_for_what_approvers_read(outside: Outside) -> None:
    question = question_of(CALL, "release-gate")
    asked = await outside.ask(**question)
    await outside.answer(asked["id"], "approve")
    for changed in (
        {"arguments": '{"count":2,"name":"orders"}'},
        {"tool": "drop_all"},
        {"server": "prod"},
        {"command": ["other"]},
        {"url": "https://mcp.example.com"},
        {"reason": "It reads."},
    ):
        wanted = {"call": {**GIVEN, "reason": "It drops.", **changed}}
        status, answer = await use(outside, asked["id"], question, wanted)
        assert (status, answer["error"]["field"]) == (409, "permit.call")
    for odd in ({"tool": "a\nb"}, {"arguments": "[1"}, {"arguments": '{"a":1,"a":2}'}, {"more": 1}):
        assert (await use(outside, asked["id"], question, {"call": {**GIVEN, **odd}}))[0] == 400
    assert (await outside.call("GET", f"/{asked['id']}"))[1]["used_at"] is None
    status, answer = await use(outside, asked["id"], question, {"call": {**GIVEN, "reason": "It drops."}})
    assert status == 200, answer
    found = await keys(outside)
    claims = verify_permit(
        answer["permit"],
        keys=found,
        issuer=found["issuer"],
        audience=tool_audience("db", "drop_table"),
        arguments='{ "name": "orders", "count": 1.0 }',
        redeem=lambda claims, permit: True,
        now=outside.clock.now().timestamp(),
    )
    assert claims["exp"] - claims["iat"] == 300


async def test_what_nobody_approved_has_no_permit(outside: Outside) -> None:
    asked = await outside.ask(**QUESTION)
    for choice in ("", "reject"):
        if choice:
            await outside.answer(asked["id"], choice, "no")
        status, answer = await use(outside, asked["id"], QUESTION, {})
        assert (status, "permit" in answer) == (409, False)


async def test_a_permit_is_refused_when_forged_expired_or_revoked(outside: Outside) -> None:
    _, answer = await used(outside, QUESTION, {"expires": 60})
    head, payload, signature = answer["permit"].split(".")
    for forged in (f"{head}.{payload[:-2]}AA.{signature}", f"{head}.{payload}.", "x", f"{head}.{payload}"):
        assert (await redeem(outside, forged, "one"))[0] == 400
    await outside.engine.principals.remove("ci", Actor("cli", "root"))
    status, refused = await redeem(outside, answer["permit"], "one")
    assert (status, "was revoked" in refused["error"]["message"]) == (400, True)
    outside.clock.advance(timedelta(seconds=60))
    assert (await redeem(outside, answer["permit"], "one"))[0] == 410
    assert await events(outside, answer["id"], "request.redeemed") == 0


async def test_permits_that_come_too_often_are_refused_and_the_token_can_still_ask(outside: Outside) -> None:
    _, answer = await used(outside, QUESTION, {})
    assert [(await redeem(outside, answer["permit"], f"try-{n}"))[0] for n in range(3)] == [200, 409, 409]
    assert await events(outside, answer["id"], "request.redemption_refused") == 1
    for _ in range(MOST_CALLS - 3):
        await outside.engine.call_limits.count(Actor("api", "ci permits"))
    status, refused = await redeem(outside, answer["permit"], "one")
    assert (status, "Nothing was done" in refused["error"]["message"]) == (429, True)
    assert (await redeem(outside, "forged", "one"))[0] == 400
    await outside.ask(**QUESTION)
    outside.clock.advance(timedelta(seconds=1))
    assert (await redeem(outside, answer["permit"], "one"))[0] == 409


async def test_the_command_prints_a_permit_of_the_answer_that_it_waited_for(outside: Outside) -> None:
    asks = outside.signoff(
        "release-gate", "Ship 1.4.2?", "--details", "12 commits", "--wait", "--permit", "1m"
    )
    command = asyncio.create_task(asks)
    await outside.answer(await outside.opened(), "approve")
    code, said, _ = await command
    state, permit = said.splitlines()
    assert (code, state) == (0, "approved by U1")
    found = await keys(outside)
    claims = verify_permit(
        permit,
        keys=found,
        issuer=found["issuer"],
        audience="gate:release-gate",
        arguments='{"details":"12 commits","question":"Ship 1.4.2?"}',
        redeem=lambda claims, permit: True,
        now=outside.clock.now().timestamp(),
    )
    assert claims["exp"] - claims["iat"] == 60
    assert (await redeem(outside, permit, "one"))[0] == 200


async def test_a_permit_stays_valid_when_the_key_is_rotated(outside: Outside) -> None:
    _, answer = await used(outside, QUESTION, {})
    await outside.engine.receipts.rotate()
    assert len((await keys(outside))["keys"]) == 2
    assert (await redeem(outside, answer["permit"], "one"))[0] == 200


@pytest.mark.parametrize("wanted", [[], {"expires": 0}, {"expires": 3601}, {"expires": True}, {"for": "x"}])
async def test_a_wrong_wish_for_a_permit_uses_nothing(outside: Outside, wanted: Any) -> None:
    asked = await outside.ask(**QUESTION)
    await outside.answer(asked["id"], "approve")
    status, answer = await use(outside, asked["id"], QUESTION, wanted)
    assert (status, answer["error"]["field"].partition(".")[0]) == (400, "permit")
    assert (await outside.call("GET", f"/{asked['id']}"))[1]["used_at"] is None
