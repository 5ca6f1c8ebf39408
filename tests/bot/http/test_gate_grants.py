"""A grant at a gate: it approves what the same token asks again in the same words, and nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.http.listening import listening
from bot.http.server import build_server
from engine import Actor, Engine, EngineSettings, Gate, Grants, Person
from engine.clock import FakeClock
from tests.bot.http.test_api import Directory, Outside

GIVER = Actor("slack", "U1")
QUESTION = {"gate": "release-gate", "question": "Scale api to 3?", "details": "replicas: 3"}


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    clock = FakeClock()
    people = Directory([Person("ci", "A principal")], {"managers": ["U1", "U2"]})
    engine = await Engine.open(
        tmp_path / "signoff.db", clock=clock, people=people, settings=EngineSettings(tmp_path / "data")
    )
    engine.register(
        Gate(
            "release-gate", owner="@managers", approvers=["@managers"], expires="1h",
            grants=Grants(uses=3, within="30m"),
        )
    )  # fmt: skip
    await engine.serve()

    async def problems() -> dict[str, str]:
        return {}

    token = await engine.principals.add("ci", ["release-gate"], Actor("cli", "root"))
    app = build_server(problems=problems, clock=clock, engine=engine)
    async with listening(app, "127.0.0.1", 0) as port:
        yield Outside(engine, clock, people, f"http://127.0.0.1:{port}", token)
    await engine.close(grace=0)


async def given(outside: Outside, uses: int) -> str:
    asked = await outside.ask(**QUESTION)
    request = f"{asked['id']}.decision"
    reply = await outside.engine.grant(request, uses, timedelta(minutes=30), actor=GIVER)
    assert reply.grant is not None
    return reply.grant.id


async def answer(outside: Outside, **changed: Any) -> dict[str, Any]:
    """Return what the asker reads within a second."""
    asked = await outside.ask(**QUESTION | changed)
    _, found = await outside.call("GET", f"/{asked['id']}?wait=1")
    return found


async def test_a_grant_approves_the_same_question_of_the_same_token_so_many_times(outside: Outside) -> None:
    grant = await given(outside, 2)
    answers = [await answer(outside) for _ in range(2)]
    assert [(each["state"], each["by"]) for each in answers] == [("approved", ["U1"])] * 2
    assert f"By grant {grant} of U1, use 2 of 2, ends " in answers[1]["comment"]
    asked = await outside.ask(**QUESTION)
    assert asked["state"] == "open"
    assert len(await outside.engine.requests()) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"question": "Scale api to 4?"},
        {"details": "replicas: 33"},
        {"details": "replicas: 3\u200b"},
        {"link": "https://example.com/other"},
        {"on_behalf_of": "ann"},
    ],
)
async def test_another_question_is_asked(outside: Outside, changed: dict[str, str]) -> None:
    await given(outside, 3)
    asked = await outside.ask(**QUESTION | changed)
    await outside.engine.grants.settle(f"{asked['id']}.decision")
    assert len(await outside.engine.requests()) == 1
    assert (await answer(outside))["state"] == "approved"


async def test_another_token_is_asked(outside: Outside) -> None:
    await given(outside, 3)
    outside.token = await outside.engine.principals.add("cd", ["release-gate"], Actor("cli", "root"))
    asked = await outside.ask(**QUESTION)
    await outside.engine.grants.settle(f"{asked['id']}.decision")
    assert len(await outside.engine.requests()) == 1


async def test_an_approval_by_a_grant_is_used_once_as_any_other(outside: Outside) -> None:
    await given(outside, 1)
    approved = await answer(outside)
    statuses = []
    for key in ("one", "two"):
        keyed = {"Idempotency-Key": key}
        status, _ = await outside.call("POST", f"/{approved['id']}/use", json=QUESTION, headers=keyed)
        statuses.append(status)
    assert statuses == [200, 409]


async def grants_call(outside: Outside, method: str, id_: str = "") -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {outside.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.request(method, f"{outside.url}/api/grants{id_}") as answer,
    ):
        return answer.status, await answer.json()


async def test_a_program_reads_its_own_grants_and_gives_them_back(outside: Outside) -> None:
    grant, own = await given(outside, 3), outside.token
    await answer(outside)
    status, found = await grants_call(outside, "GET")
    (listed,) = found["grants"]
    assert (status, listed["id"], listed["by"]) == (200, grant, "U1")
    assert (listed["uses"], listed["used"], listed["question"].strip('"')) == (3, 1, "Scale api to 3?")
    outside.token = await outside.engine.principals.add("cd", ["release-gate"], Actor("cli", "root"))
    assert await grants_call(outside, "GET") == (200, {"grants": []})
    assert (await grants_call(outside, "DELETE", f"/{grant}"))[0] == 404
    outside.token = "wrong"
    assert (await grants_call(outside, "GET"))[0] == 401
    outside.token = own
    assert (await grants_call(outside, "DELETE", f"/{grant}"))[0] == 200
    assert (await grants_call(outside, "DELETE", f"/{grant}"))[0] == 404
    assert (await outside.ask(**QUESTION))["state"] == "open"


async def test_a_grant_is_listed_and_given_back_after_its_run_was_deleted(outside: Outside) -> None:
    grant = await given(outside, 3)
    assert (await answer(outside))["state"] == "approved"
    outside.clock.advance(timedelta(minutes=1))
    assert await outside.engine._parts.timing.retention.sweep(outside.clock.now()) == 2
    assert await outside.engine.runs() == ([], 0)
    _, found = await grants_call(outside, "GET")
    assert [(each["id"], each["used"]) for each in found["grants"]] == [(grant, 1)]
    assert (await answer(outside))["state"] == "approved"
    own, outside.token = (
        outside.token,
        await outside.engine.principals.add("cd", ["release-gate"], Actor("cli", "root")),
    )
    assert await grants_call(outside, "GET") == (200, {"grants": []})
    outside.token = own
    assert (await grants_call(outside, "DELETE", f"/{grant}"))[0] == 200
    assert await grants_call(outside, "GET") == (200, {"grants": []})


async def test_a_token_of_an_earlier_name_has_none_of_its_grants(outside: Outside) -> None:
    grant = await given(outside, 3)
    await outside.engine.principals.remove("ci", Actor("cli", "root"))
    outside.token = await outside.engine.principals.add("ci", ["release-gate"], Actor("cli", "root"))
    assert await grants_call(outside, "GET") == (200, {"grants": []})
    assert (await grants_call(outside, "DELETE", f"/{grant}"))[0] == 404
    asked = await outside.ask(**QUESTION)
    await outside.engine.grants.settle(f"{asked['id']}.decision")
    assert len(await outside.engine.requests()) == 1
