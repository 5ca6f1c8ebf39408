"""An approval of a gate is used once: over HTTP, by the program that asked."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.http.client import Client, NotUsable, Unreachable
from engine import Actor
from tests.bot.http.test_api import Outside
from tests.bot.http.test_api import outside as outside

QUESTION = {"gate": "release-gate", "question": "Drop users?", "details": "SHA-256: 1"}


def keyed(key: str) -> dict[str, Any]:
    return {"headers": {"Idempotency-Key": key}}


async def approved(outside: Outside) -> str:
    asked = await outside.ask(**QUESTION)
    await outside.answer(asked["id"], "approve")
    return str(asked["id"])


async def test_an_approval_is_used_once_however_many_try(outside: Outside) -> None:
    id_ = await approved(outside)
    uses = [outside.call("POST", f"/{id_}/use", json=QUESTION, **keyed(f"use-{n}")) for n in range(8)]
    answers = await asyncio.gather(*uses)
    assert sorted(status for status, _ in answers) == [200] + [409] * 7
    (used,) = [answer for status, answer in answers if status == 200]
    assert used["used_at"] is not None
    _, read = await outside.call("GET", f"/{id_}")
    assert (read["state"], read["used_at"]) == ("approved", used["used_at"])
    events = [event.type for event in await outside.engine.events.of_run(id_)]
    assert events.count("request.used") == 1


async def test_the_same_use_sent_again_is_the_same_use(outside: Outside) -> None:
    id_ = await approved(outside)
    for _ in range(2):
        status, _ = await outside.call("POST", f"/{id_}/use", json=QUESTION, **keyed("one"))
        assert status == 200


async def test_only_what_was_asked_can_be_used(outside: Outside) -> None:
    id_ = await approved(outside)
    for changed in ({"details": "SHA-256: 2"}, {"question": "Drop all?"}, {"gate": "money-gate"}):
        status, answer = await outside.call("POST", f"/{id_}/use", json=QUESTION | changed, **keyed("one"))
        assert (status, "not what was asked" in answer["error"]["message"]) == (409, True)
    assert (await outside.call("GET", f"/{id_}"))[1]["used_at"] is None


async def test_what_nobody_approved_cannot_be_used(outside: Outside) -> None:
    client = Client(outside.url, outside.token)
    asked = await outside.ask(**QUESTION)
    for choice in ("", "reject"):
        if choice:
            await outside.answer(asked["id"], choice, "no")
        with pytest.raises(NotUsable, match="not approved"):
            await asyncio.to_thread(client.use, asked["id"], QUESTION, "one")


async def test_an_approval_lapses_within_an_hour(outside: Outside) -> None:
    id_ = await approved(outside)
    outside.clock.advance(timedelta(hours=1, seconds=1))
    status, answer = await outside.call("POST", f"/{id_}/use", json=QUESTION, **keyed("one"))
    assert (status, "not used within an hour" in answer["error"]["message"]) == (409, True)


async def test_while_signoff_is_paused_an_approval_is_neither_used_nor_lost(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await approved(outside)
    client = Client(outside.url, outside.token)
    with monkeypatch.context() as while_paused:
        while_paused.setattr(outside.engine._lifecycle, "paused", "Signoff is paused.")
        status, answer = await outside.call("POST", f"/{id_}/use", json=QUESTION, **keyed("one"))
        assert (status, answer["error"]["message"]) == (503, "Signoff is paused.")
        with pytest.raises(Unreachable, match="Signoff is paused"):
            await asyncio.to_thread(client.use, id_, QUESTION, "one")
    assert (await asyncio.to_thread(client.use, id_, QUESTION, "one"))["used_at"]


async def test_a_token_does_nothing_while_nobody_can_say_who_its_person_is(outside: Outside) -> None:
    by = Actor("cli", "root")
    outside.token = await outside.engine.principals.add("bot", ["release-gate"], by, "ci")
    id_ = await approved(outside)
    outside.people.answers = False
    for method, path in (("POST", ""), ("POST", f"/{id_}/use"), ("DELETE", f"/{id_}")):
        status, answer = await outside.call(method, path, json=QUESTION, **keyed("one"))
        assert (status, answer["error"]["message"]) == (503, "Slack does not answer."), (method, path)
    status, read = await outside.call("GET", f"/{id_}")
    assert (status, read["state"], read["used_at"]) == (200, "approved", None)
