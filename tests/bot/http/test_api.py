"""Asking from outside, over real HTTP: tokens, gates, waiting, and the command for scripts."""

import asyncio
import io
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.errors import NotAsked
from bot.http.client import MAX_ANSWER_BYTES, Client
from bot.http.listening import listening
from bot.http.refusal import Refusal
from bot.http.server import build_server
from engine import (
    Actor,
    CallRates,
    Decision,
    Engine,
    EngineSettings,
    FakeClock,
    Gate,
    NotPossible,
    PeopleUnavailable,
    Person,
    StartLimits,
    StaticPeople,
    Workflow,
)

ROOT = Path(__file__).resolve().parents[3]
HOSTS = ("127.0.0.1", "ci.example.com")


class Directory(StaticPeople):
    """People whom nobody can look up while it does not answer."""

    answers = True

    async def person(self, user_id: str) -> Person:
        if not self.answers:
            raise PeopleUnavailable("Slack does not answer.")
        return await super().person(user_id)


MOST_CALLS = 400


class Outside:
    """A principal's view of an installation."""

    def __init__(self, engine: Engine, clock: FakeClock, people: Directory, url: str, token: str) -> None:
        self.engine, self.clock, self.people, self.url, self.token = engine, clock, people, url, token

    async def call(self, method: str, path: str = "", **more: Any) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        async with (
            aiohttp.ClientSession(headers=headers) as http,
            http.request(method, f"{self.url}/api/approvals{path}", **more) as answer,
        ):
            return answer.status, await answer.json()

    async def ask(self, gate: str = "release-gate", **body: Any) -> dict[str, Any]:
        status, found = await self.call("POST", json={"gate": gate, "question": "Ship 1.4.2?", **body})
        assert status == 201, found
        return found

    async def answer(self, id_: str, choice: str, comment: str = "") -> None:
        actor = Actor("slack", "U1")
        result = await self.engine.decide(f"{id_}.decision", Decision(choice, comment=comment), actor=actor)
        assert result.accepted, result

    async def signoff(self, *arguments: str) -> tuple[int, str, str]:
        """The command as a script runs it."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "ask", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "SIGNOFF_URL": self.url, "SIGNOFF_TOKEN": self.token, "PYTHONPATH": str(ROOT)},
        )
        said, complained = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode().strip(), complained.decode().strip()

    async def opened(self) -> str:
        """The id of the next question that is opened."""
        place = 0
        while not (requests := await self.engine.requests()):
            await self.engine.events.wait(place)
            place = await self.engine.events.newest()
        return requests[0].run_id


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    clock = FakeClock()
    people = Directory([Person("ci", "A person called like a principal")], {"managers": ["U1", "U2"]})
    settings = EngineSettings(
        tmp_path / "data",
        limits=StartLimits(per_minute=20, open_runs=500),
        calls=CallRates(per_token=MOST_CALLS),
    )
    engine = await Engine.open(tmp_path / "signoff.db", clock=clock, people=people, settings=settings)
    for name in ("release-gate", "money-gate"):
        engine.register(Gate(name, owner="@managers", approvers=["@managers"], expires="1h"))
    engine.register(Gate("plan-gate", owner="@managers", approvers=["@managers"], expires="1h", rounds=2))
    talk = Gate("talk-gate", owner="@managers", approvers=["@managers"], expires="1h", quorum=2, respond=True)
    engine.register(talk)
    other = Workflow("other", owner="@managers")

    @other.step
    async def act() -> None: ...

    engine.register(other)
    await engine.serve()

    async def problems() -> dict[str, str]:
        return {}

    token = await engine.principals.add(
        "ci", ["release-gate", "plan-gate", "talk-gate"], Actor("cli", "root")
    )
    app = build_server(problems=problems, clock=clock, engine=engine, callback_hosts=HOSTS)
    async with listening(app, "127.0.0.1", 0) as port:
        yield Outside(engine, clock, people, f"http://127.0.0.1:{port}", token)
    await engine.close(grace=0)


@pytest.mark.parametrize(
    ("choice", "state", "by", "comment"),
    [("approve", "approved", ["U1"], ""), ("reject", "rejected", ["U1"], "not today")],
)
async def test_a_question_is_asked_and_answered(
    outside: Outside, choice: str, state: str, by: list[str], comment: str
) -> None:
    asked = await outside.ask(details="12 commits", link="https://example.com/1.4.2", on_behalf_of="ann")
    assert (asked["state"], asked["gate"], asked["by"]) == ("open", "release-gate", [])
    (request,) = await outside.engine.requests()
    assert [(one.label, one.value) for one in request.shown] == [
        ("Details", "12 commits"),
        ("Link", "https://example.com/1.4.2"),
        ("On behalf of, unverified", "ann"),
    ]
    waits = asyncio.create_task(outside.call("GET", f"/{asked['id']}?wait=30"))
    await outside.answer(asked["id"], choice, comment)
    status, found = await waits
    assert (status, found["state"], found["by"], found["comment"]) == (200, state, by, comment)


@pytest.mark.parametrize("sent_again", [False, True])
async def test_an_answer_that_was_changed_in_the_file_is_given_to_no_token(
    outside: Outside, tmp_path: Path, sent_again: bool
) -> None:
    key: dict[str, Any] = {"headers": {"Idempotency-Key": "one"}}
    question = {"gate": "release-gate", "question": "Ship 1.4.2?"}
    _, asked = await outside.call("POST", json=question, **key)
    await outside.answer(asked["id"], "reject", "no")
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as file, file:
        file.execute("UPDATE request SET outcome = 'approved'")
        file.execute("UPDATE decision SET choice = 'approve'")
    if sent_again:
        status, found = await outside.call("POST", json=question, **key)
    else:
        status, found = await outside.call("GET", f"/{asked['id']}")
    assert status == 409
    assert "was changed by another program" in found["error"]["message"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE installation SET value = replace(value, 'release-gate', 'money-gate')",
        "UPDATE installation SET value = 'no JSON'",
        "DELETE FROM installation",
        "INSERT OR REPLACE INTO installation (name, value) VALUES ('principals', '{}')",
        "UPDATE definition SET canonical = replace(canonical, '@managers', '@others')",
        "UPDATE definition SET canonical = 'no JSON'",
        "UPDATE run SET further_requesters = '[1]'",
        "UPDATE run SET input = 'no JSON'",
        "UPDATE request SET policy = 'no JSON'",
        "DELETE FROM log",
        "DELETE FROM request",
        "DELETE FROM run",
    ],
)
async def test_a_changed_row_is_refused_in_words_at_every_address(
    outside: Outside, tmp_path: Path, change: str
) -> None:
    asked = (await outside.ask())["id"]
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as file, file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        file.execute(change)
    question = {"gate": "release-gate", "question": "And 1.4.3?"}
    for method, path, more in (
        ("GET", f"/{asked}", {}),
        ("GET", f"/{asked}?wait=0.01", {}),
        ("POST", "", {"json": question}),
        ("DELETE", f"/{asked}", {}),
    ):
        status, found = await outside.call(method, path, **more)
        assert status < 500, (method, path, found)
        assert status < 400 or found["error"]["message"], (method, path)
    async with aiohttp.ClientSession() as http, http.get(f"{outside.url}/readyz") as ready:
        assert (await ready.json())["ok"] is True


async def test_the_command_says_that_what_is_stored_of_tokens_was_changed(
    outside: Outside, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as file, file:
        file.execute("UPDATE installation SET value = replace(value, 'release-gate', 'money-gate')")
    code, _, complained = await outside.signoff("release-gate", "Ship?")
    told = "error: What is stored of principals was changed by another program."
    assert (code, complained.startswith(told)) == (1, True), complained


async def test_silence_expires_and_cancelling_withdraws(outside: Outside) -> None:
    first, second = await outside.ask(), await outside.ask()
    await outside.engine.cancel(second["id"], actor=Actor("cli", "root"))
    outside.clock.advance(timedelta(hours=1))
    assert (await outside.call("GET", f"/{first['id']}?wait=30"))[1]["state"] == "expired"
    assert (await outside.call("GET", f"/{second['id']}"))[1]["state"] == "withdrawn"


async def test_the_same_key_opens_one_question(outside: Outside) -> None:
    body, headers = {"gate": "release-gate", "question": "Ship?"}, {"Idempotency-Key": "build-7"}
    answers = await asyncio.gather(*(outside.call("POST", json=body, headers=headers) for _ in range(5)))
    assert {status for status, _ in answers} == {201}
    assert len({found["id"] for _, found in answers}) == 1
    status, found = await outside.call("POST", json={**body, "question": "Something else?"}, headers=headers)
    assert (status, found["error"]["field"]) == (409, "Idempotency-Key")


@pytest.mark.parametrize(
    ("body", "status", "field", "words"),
    [
        (
            {"gate": "money-gate", "question": "?"},
            403,
            "gate",
            "It may ask at: plan-gate, release-gate, talk-gate.",
        ),
        ({"gate": "other", "question": "?"}, 403, "gate", "ci may not ask at 'other'."),
        ({"question": "?"}, 403, "gate", "ci may not ask at None."),
        ({"gate": "release-gate"}, 400, "question", "is missing. Give it a value."),
        ({"gate": "release-gate", "question": ""}, 400, "question", "An empty value is too short."),
        ({"gate": "release-gate", "question": "?", "approvers": ["U9"]}, 400, "approvers", "no such field"),
        (
            {"gate": "release-gate", "question": "?", "link": "javascript:1"},
            400,
            "link",
            "Give: An http address.",
        ),
        (
            {"gate": "release-gate", "question": "?", "callback": None},
            400,
            "callback",
            "It has no value. Give a text. Or leave it out.",
        ),
        ([], 400, "", "The body is not an object."),
        ({"gate": ["release-gate"], "question": "?"}, 403, "gate", "may not ask at ['release-gate']"),
        ({"gate": {}, "question": "?"}, 403, "gate", "may not ask at {}"),
        (
            {"gate": "release-gate", "question": "?", "callback": "https://elsewhere.example.com/"},
            400,
            "callback",
            "not in SIGNOFF_CALLBACK_HOSTS",
        ),
        (
            {"gate": "release-gate", "question": "?", "callback": "http://ci.example.com/x"},
            400,
            "callback",
            "has to begin with https://",
        ),
        (
            {"gate": "release-gate", "question": "?", "callback": "file:///etc/passwd"},
            400,
            "callback",
            "not an address",
        ),
        (
            {"gate": "release-gate", "question": "?", "callback": "https://u:p@ci.example.com/"},
            400,
            "callback",
            "not an address",
        ),
    ],
)
async def test_each_mistake_gets_an_error_that_names_it(
    outside: Outside, body: Any, status: int, field: str, words: str
) -> None:
    got, found = await outside.call("POST", json=body)
    assert (got, found["error"]["field"]) == (status, field)
    assert words in found["error"]["message"]
    assert await outside.engine.requests() == []


async def test_odd_bodies_are_answered_in_json(outside: Outside) -> None:
    headers = {"Content-Type": "application/json; charset=nothing-known"}
    status, found = await outside.call("POST", data=b'{"gate": "\xff"}', headers=headers)
    assert (status, "not JSON in UTF-8" in found["error"]["message"]) == (400, True)
    status, found = await outside.call("POST", data=io.BytesIO(b" " * (1024 * 1024 + 1)))
    assert (status, "too large" in found["error"]["message"]) == (413, True)


async def test_a_key_used_for_less_is_used_for_another_question(outside: Outside) -> None:
    headers = {"Idempotency-Key": "build-8"}
    body = {"gate": "release-gate", "question": "Ship?", "details": "12 commits"}
    assert (await outside.call("POST", json=body, headers=headers))[0] == 201
    del body["details"]
    assert (await outside.call("POST", json=body, headers=headers))[0] == 409


async def test_only_the_asking_token_withdraws_its_request(outside: Outside) -> None:
    asked = await outside.ask()
    own, outside.token = (
        outside.token,
        await outside.engine.principals.add("agent", ["release-gate"], Actor("cli", "root")),
    )
    assert (await outside.call("DELETE", f"/{asked['id']}"))[0] == 404
    outside.token = own
    status, found = await outside.call("DELETE", f"/{asked['id']}")
    assert (status, found["state"]) == (200, "withdrawn")
    assert (await outside.call("DELETE", f"/{asked['id']}"))[0] == 409


async def test_a_wrong_or_revoked_token_opens_nothing(outside: Outside) -> None:
    right = outside.token
    for outside.token in ("", "signoff_wrong", right[:-1]):
        status, found = await outside.call("POST", json={"gate": "release-gate", "question": "?"})
        assert (status, "signoff token create" in found["error"]["message"]) == (401, True)
    outside.token = right
    await outside.engine.principals.remove("ci", Actor("cli", "root"))
    assert (await outside.call("POST", json={"gate": "release-gate", "question": "?"}))[0] == 401
    assert right not in (await outside.engine.events.read(0))[-1].data.values()


async def test_requests_of_other_tokens_are_not_shown(outside: Outside) -> None:
    asked = await outside.ask()
    outside.token = await outside.engine.principals.add("agent", ["release-gate"], Actor("cli", "root"))
    assert (await outside.call("GET", f"/{asked['id']}"))[0] == 404
    assert (await outside.call("GET", "/release-gate-nothing"))[0] == 404


async def test_a_token_never_decides(outside: Outside) -> None:
    asked = await outside.ask()
    for name, code in (("ci", "not_allowed"), ("U1", "unknown")):
        result = await outside.engine.decide(
            f"{asked['id']}.decision", Decision("approve"), actor=Actor("api", name)
        )
        assert result.code == code


@pytest.mark.parametrize(
    ("choice", "code", "said"),
    [("approve", 0, "approved by U1"), ("reject", 3, "rejected by U1: not today"), (None, 4, "expired")],
)
async def test_a_script_waits_for_the_answer(
    outside: Outside, choice: str | None, code: int, said: str
) -> None:
    script = asyncio.create_task(outside.signoff("release-gate", "Ship 1.4.2?", "--wait"))
    id_ = await outside.opened()
    if choice:
        await outside.answer(id_, choice, "not today" if choice == "reject" else "")
    else:
        outside.clock.advance(timedelta(hours=1))
    assert (await script)[:2] == (code, said)


async def test_a_script_that_may_not_ask_is_told_why(outside: Outside) -> None:
    code, _, complained = await outside.signoff("money-gate", "Pay?", "--wait")
    assert (code, "ci may not ask at 'money-gate'" in complained) == (1, True)
    outside.url = "http://127.0.0.1:9"
    code, _, complained = await outside.signoff("release-gate", "Ship?")
    assert (code, "Is signoff serve running there?" in complained) == (1, True)
    outside.token = ""
    code, _, complained = await outside.signoff("release-gate", "Ship?")
    assert (code, "SIGNOFF_TOKEN is not set" in complained) == (1, True)


async def test_a_script_waits_while_the_server_is_restarted(tmp_path: Path) -> None:
    """Nobody is there for a moment, or nobody is ready, or the token waits too often; then it answers."""
    question = {"id": "x", "by": [], "comment": ""}
    waits: list[str] = []
    answers: list[int | dict[str, Any]] = [
        503,
        502,
        {**question, "state": "open"},
        429,
        {**question, "state": "open"},
        {**question, "state": "approved"},
    ]

    async def read(request: web.Request) -> web.Response:
        waits.append(request.query["wait"])
        found = answers.pop(0)
        if not isinstance(found, int):
            return web.json_response(found)
        refused = {"error": {"field": "wait", "message": "ci already waits for 50 answers."}}
        return web.json_response(refused, status=found, headers={"Retry-After": "0"})

    app = web.Application()
    app.router.add_get("/api/approvals/x", read)
    async with listening(app, "127.0.0.1", 0) as port:
        url = f"http://127.0.0.1:{port}"
        decided = await asyncio.to_thread(Client(url, "t", between=0.0).until_decided, "x")
        assert decided["state"] == "approved"
        assert waits == ["50", "50", "50", "50", "0", "50"]
    with pytest.raises(NotAsked, match="Is signoff serve running there"):
        Client(url, "t", patience=0.0, between=0.0).until_decided("x")


@pytest.mark.parametrize(
    ("status", "kind", "body", "said"),
    [
        (200, "text/html", "<html>Welcome</html>", "answered 200, but not as Signoff would"),
        (200, "application/json", "{}", "answered 200, but not as Signoff would"),
        (
            200,
            "application/json",
            '{"state": "open", "id": 5, "by": [], "comment": ""}',
            "not as Signoff would",
        ),
        (
            200,
            "application/json",
            '{"state": "fine", "id": "x", "by": [], "comment": ""}',
            "not as Signoff would",
        ),
        (200, "application/json", "[1]", "not as Signoff would"),
        (200, "application/json", "", "not as Signoff would"),
        (200, "application/octet-stream", "\ufffd", "not as Signoff would"),
        (404, "text/html", "<html>", "answered 404, but not as Signoff would"),
        (404, "application/json", '{"error": "gone"}', "answered 404, but not as Signoff would"),
        (400, "application/json", '{"error": {"message": 5}}', "answered 400, but not as Signoff would"),
        (500, "text/plain", "oops", "answered 500, but not as Signoff would"),
        (302, "text/plain", "", "redirects to https://login.example.com/"),
        (429, "text/html", "<html>", "takes no more calls for now"),
        (503, "text/html", "<html>", "is not ready (it answered 503)"),
    ],
)
async def test_an_address_that_is_not_signoffs_is_named_with_the_remedy(
    status: int, kind: str, body: str, said: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        headers = {"Location": "https://login.example.com/"} if status == 302 else {}
        return web.Response(status=status, body=body.encode(), content_type=kind, headers=headers)

    app = web.Application()
    app.router.add_post("/api/approvals", answer)
    async with listening(app, "127.0.0.1", 0) as port:
        client = Client(f"http://127.0.0.1:{port}", "t")
        with pytest.raises(NotAsked) as caught:
            await asyncio.to_thread(client.ask, {"gate": "g", "question": "?"}, "key")
    told = str(caught.value)
    assert f"http://127.0.0.1:{port}/api/approvals" in told
    assert said in told
    assert status in (429, 503) or "Check --url or SIGNOFF_URL" in told


async def test_an_answer_without_an_end_is_not_read() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        endless = web.StreamResponse()
        await endless.prepare(request)
        for _ in range(MAX_ANSWER_BYTES // 65_536 + 2):
            await endless.write(b" " * 65_536)
        return endless

    app = web.Application()
    app.router.add_get("/api/approvals/x", answer)
    async with listening(app, "127.0.0.1", 0) as port:
        with pytest.raises(NotAsked, match="has no end"):
            await asyncio.to_thread(Client(f"http://127.0.0.1:{port}", "t").read, "x")


@pytest.mark.parametrize("url", ["nowhere", "http://", "https://127.0.0.1:9", "ftp://example.com"])
def test_an_address_that_can_not_be_asked_is_named_with_the_remedy(url: str) -> None:
    with pytest.raises(NotAsked, match="Check --url or SIGNOFF_URL"):
        Client(url, "t").ask({"gate": "g", "question": "?"}, "key")


@pytest.mark.parametrize("token", ["", "secret token", "s\ncret", "tökén"])
def test_a_token_that_no_header_can_carry_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(
        NotAsked, match="The token is empty or has a character that tokens do not have"
    ) as caught:
        Client("http://127.0.0.1:9", token)
    assert not token or token not in str(caught.value)


async def test_a_token_that_asks_too_much_is_answered_429_with_the_time_to_wait(outside: Outside) -> None:
    for _ in range(20):
        await outside.ask()
    body = {"gate": "release-gate", "question": "Ship?"}
    headers = {"Authorization": f"Bearer {outside.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{outside.url}/api/approvals", json=body) as answer,
    ):
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
        told = (await answer.json())["error"]["message"]
    assert told.startswith("The token ci has started 20 requests within a minute")


async def new_token(outside: Outside) -> str:
    await outside.engine.principals.remove("ci", Actor("cli", "root"))
    return await outside.engine.principals.add("ci", ["release-gate"], Actor("cli", "root"))


async def test_a_reused_token_name_inherits_nothing(outside: Outside) -> None:
    body, key = {"gate": "release-gate", "question": "Ship?"}, {"Idempotency-Key": "build-7"}
    _, with_key = await outside.call("POST", json=body, headers=key)
    without_key = await outside.ask()
    secret = await outside.engine.principals.callback_secret("ci")
    outside.token = await new_token(outside)
    for earlier in (with_key, without_key):
        assert (await outside.call("GET", f"/{earlier['id']}"))[0] == 404
        assert (await outside.call("DELETE", f"/{earlier['id']}"))[0] == 404
    status, again = await outside.call("POST", json=body, headers=key)
    assert (status, again["id"] != with_key["id"]) == (201, True)
    assert await outside.engine.principals.callback_secret("ci") != secret


async def test_a_long_poll_ends_with_its_token(outside: Outside) -> None:
    asked = await outside.ask()
    waits = asyncio.create_task(outside.call("GET", f"/{asked['id']}?wait=60"))
    async with asyncio.timeout(10):
        while not outside.engine._effects._ends:
            await asyncio.sleep(0)
        await new_token(outside)
        assert (await waits)[0] == 401


async def test_two_tokens_are_valid_while_one_is_rotated(outside: Outside) -> None:
    asked = await outside.ask()
    before = outside.token
    outside.token = await outside.engine.principals.rotate("ci", timedelta(hours=1), Actor("cli", "root"))
    assert (await outside.call("GET", f"/{asked['id']}"))[0] == 200
    outside.token, after = before, outside.token
    assert (await outside.call("GET", f"/{asked['id']}"))[0] == 200
    outside.clock.advance(timedelta(hours=1))
    assert (await outside.call("GET", f"/{asked['id']}"))[0] == 401
    outside.token = after
    assert (await outside.call("GET", f"/{asked['id']}"))[0] == 200


async def test_a_long_poll_ends_with_the_time_of_a_rotated_token(outside: Outside) -> None:
    asked = await outside.ask()
    await outside.engine.principals.rotate("ci", timedelta(seconds=10), Actor("cli", "root"))
    waits = asyncio.create_task(outside.call("GET", f"/{asked['id']}?wait=40"))
    async with asyncio.timeout(10):
        while not outside.engine._effects._ends:
            await asyncio.sleep(0)
        outside.clock.advance(timedelta(seconds=10))
        assert (await waits)[0] == 401


@pytest.mark.parametrize("token", ["tökén", "\udcff", "x" * 5000, ""])
async def test_a_token_of_any_bytes_is_refused_in_words(outside: Outside, token: str) -> None:
    outside.token = token
    reader, writer = await asyncio.open_connection("127.0.0.1", int(outside.url.rpartition(":")[2]))
    head = "GET /api/approvals/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer "
    writer.write(f"{head}{token}\r\n\r\n".encode(errors="surrogateescape"))
    assert b" 401 " in await reader.readline()
    writer.close()


@pytest.mark.parametrize("id_", ["../healthz", "a/../../readyz", "a?wait=9", "a#b", "", "é", "x" * 300])
async def test_a_client_asks_no_other_address(outside: Outside, id_: str) -> None:
    with pytest.raises(NotAsked, match="is not the id of a request"):
        Client(outside.url, outside.token).read(id_)


def test_a_refusal_names_no_folder_of_the_server() -> None:
    refusal = Refusal.of(409, NotPossible("/srv/my data/keys/secrets.key is missing"), "id")
    assert (refusal.status, refusal.field, refusal.message) == (409, "id", "secrets.key is missing")


async def test_changes_are_requested_at_a_gate_and_the_caller_asks_again(outside: Outside) -> None:
    first = await outside.ask("plan-gate", details="at noon")
    assert (first["state"], first["round"], first["rounds"]) == ("open", 1, 2)
    await outside.answer(first["id"], "request_changes", "At night, please.")
    status, found = await outside.call("GET", f"/{first['id']}")
    assert (status, found["state"], found["by"], found["comment"]) == (
        200, "changes_requested", ["U1"], "At night, please.",
    )  # fmt: skip
    second = await outside.ask("plan-gate", details="at night", revises=first["id"])
    assert (second["state"], second["round"], second["revises"]) == ("open", 2, first["id"])
    again = await outside.ask("plan-gate", details="at night", revises=first["id"])
    assert again["id"] == second["id"]
    status, found = await outside.call(
        "POST", json={"gate": "plan-gate", "question": "Another?", "revises": first["id"]}
    )
    assert (status, found["error"]["field"]) == (409, "revises")
    (asked,) = await outside.engine.requests()
    assert asked.revision is not None
    assert (asked.revision.previous, asked.revision.feedback[0].comment) == (
        f"{first['id']}.decision", "At night, please.",
    )  # fmt: skip
    assert asked.policy.choices == ("approve", "reject")
    refused = await outside.engine.decide(
        asked.id, Decision("request_changes", comment="Later."), actor=Actor("slack", "U1")
    )
    assert refused.text.startswith("This is round 2 of 2, so changes can no longer be requested.")
    late = await outside.engine.decide(
        f"{first['id']}.decision", Decision("approve"), actor=Actor("slack", "U1")
    )
    assert late.code == "already_decided"
    await outside.answer(second["id"], "approve")
    assert (await outside.call("GET", f"/{second['id']}"))[1]["state"] == "approved"


async def test_only_the_callers_own_request_that_was_sent_back_is_asked_again(outside: Outside) -> None:
    open_ = await outside.ask("plan-gate")
    other = await outside.ask("release-gate")
    refused = [
        (open_["id"], "plan-gate", 409, f"Nobody requested changes of {open_['id']}."),
        ("plan-gate-0", "plan-gate", 404, "ci has no request with the id 'plan-gate-0'."),
        (3, "plan-gate", 400, "3 is not the id of a request."),
        (other["id"], "plan-gate", 400, f"{other['id']} was asked at another gate."),
        (other["id"], "release-gate", 409, f"Nobody requested changes of {other['id']}."),
    ]
    for revises, gate, status, words in refused:
        body = {"gate": gate, "question": "Again?", "revises": revises}
        answered, found = await outside.call("POST", json=body)
        assert (answered, found["error"]["field"]) == (status, "revises")
        assert found["error"]["message"].startswith(words)
    token, outside.token = (
        outside.token,
        await outside.engine.principals.add("spy", ["plan-gate"], Actor("cli", "root")),
    )
    await outside.answer(open_["id"], "request_changes", "More.")
    answered, _ = await outside.call(
        "POST", json={"gate": "plan-gate", "question": "Again?", "revises": open_["id"]}
    )
    assert answered == 404
    outside.token = token


async def test_a_gate_that_takes_no_changes_has_no_such_answer(outside: Outside) -> None:
    asked = await outside.ask()
    assert asked["rounds"] is None
    refused = await outside.engine.decide(
        f"{asked['id']}.decision", Decision("request_changes", comment="More."), actor=Actor("slack", "U1")
    )
    assert refused.text.startswith("Changes cannot be requested at this approval")


async def test_a_script_learns_what_to_change_and_asks_again(outside: Outside) -> None:
    script = asyncio.create_task(outside.signoff("plan-gate", "Ship?", "--wait"))
    first = await outside.opened()
    await outside.answer(first, "request_changes", "At night.")
    code, said, _ = await script
    assert code == 5
    assert said.splitlines() == [
        "changes requested by U1: At night.",
        f'Ask again: signoff ask plan-gate "…" --revises {first}',
    ]
    script = asyncio.create_task(outside.signoff("plan-gate", "Ship at night?", "--wait", "--revises", first))
    second = await outside.opened()
    await outside.answer(second, "approve")
    assert (await script)[:2] == (0, "approved by U1")


async def test_a_round_at_a_gate_outlives_a_restart(tmp_path: Path) -> None:
    """Also where the workflow is paused, so that people are asked after it."""
    gate = Gate("plan-gate", owner="@managers", approvers=["@managers"], expires="1h", rounds=3)
    person, by = Actor("slack", "U1"), Actor("slack", "U2")
    people = StaticPeople([], {"managers": ["U1", "U2"]})
    clock = FakeClock()

    async def opened() -> Engine:
        settings = EngineSettings(tmp_path / "data")
        engine = await Engine.open(tmp_path / "signoff.db", clock=clock, people=people, settings=settings)
        engine.register(gate)
        await engine.serve()
        return engine

    engine = await opened()
    first = await engine.start("plan-gate", {"question": "Ship?"}, actor=by)
    await engine.decide(f"{first.id}.decision", Decision("request_changes", comment="Later."), actor=person)
    await engine.control.pause_workflow("plan-gate", actor=person)
    second = await engine.start("plan-gate", {"question": "Now?", "revises": first.id}, actor=by)
    await engine.close(grace=0)
    engine = await opened()
    await engine.control.resume_workflow("plan-gate", actor=person)
    await engine.activity.idle()
    (asked,) = await engine.requests()
    assert asked.run_id == second.id
    assert asked.revision is not None
    assert (asked.revision.round, asked.revision.ask) == (2, '"Ship?"')
    assert (await engine.audit()).findings == []
    await engine.close(grace=0)


async def test_a_token_that_calls_too_often_is_told_when_to_try_again(outside: Outside) -> None:
    headers = {"Authorization": f"Bearer {outside.token}"}
    url = f"{outside.url}/api/approvals"
    async with aiohttp.ClientSession(headers=headers) as http:
        for _ in range(MOST_CALLS):
            async with http.get(f"{url}/release-gate-1") as answer:
                assert answer.status == 404
        for method, path in (("POST", ""), ("GET", "/release-gate-1"), ("DELETE", "/x"), ("POST", "/x/use")):
            question = {"gate": "release-gate", "question": "Ship?"} if method == "POST" else None
            async with http.request(method, url + path, json=question) as answer:
                assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
                said = (await answer.json())["error"]["message"]
                assert said.startswith(f"Signoff accepts {MOST_CALLS} requests of one token a minute.")
    assert await outside.engine.runs() == ([], 0)
    outside.clock.advance(timedelta(seconds=1))
    await outside.ask()


async def test_a_response_at_a_gate_is_neither_yes_nor_no(outside: Outside) -> None:
    """One approver is enough for it, also where two must approve. Nothing is permitted by it."""
    asked = await outside.ask("talk-gate")
    await outside.answer(asked["id"], "approve")
    empty = await outside.engine.decide(
        f"{asked['id']}.decision", Decision("respond", comment=" \u200b"), actor=Actor("slack", "U2")
    )
    assert (empty.code, empty.text) == ("comment_required", "Write your response.")
    result = await outside.engine.decide(
        f"{asked['id']}.decision", Decision("respond", comment="Use staging."), actor=Actor("slack", "U2")
    )
    assert result.accepted
    status, found = await outside.call("GET", f"/{asked['id']}")
    assert (status, found["state"], found["by"], found["comment"]) == (
        200, "responded", ["U2"], "Use staging.",
    )  # fmt: skip
    body = {"gate": "talk-gate", "question": asked["question"]}
    used = await outside.call("POST", f"/{asked['id']}/use", json=body, headers={"Idempotency-Key": "a-key"})
    assert (used[0], used[1]["error"]["field"]) == (409, "id")
    status, found = await outside.call("POST", json={**body, "revises": asked["id"]})
    assert (status, found["error"]["field"]) == (409, "revises")
    late = await outside.engine.decide(
        f"{asked['id']}.decision", Decision("approve"), actor=Actor("slack", "U2")
    )
    assert late.code == "already_decided"
    assert late.text.startswith("An approver already responded to this request.")
    assert (await outside.engine.audit()).findings == []


async def test_only_an_approver_responds_and_only_where_the_author_allows_it(outside: Outside) -> None:
    asked = await outside.ask("talk-gate")
    stranger = await outside.engine.decide(
        f"{asked['id']}.decision", Decision("respond", comment="Hm."), actor=Actor("slack", "ci")
    )
    assert (stranger.accepted, stranger.code) == (False, "unknown")
    assert (await outside.call("GET", f"/{asked['id']}"))[1]["state"] == "open"
    plain = await outside.ask()
    refused = await outside.engine.decide(
        f"{plain['id']}.decision", Decision("respond", comment="Hm."), actor=Actor("slack", "U1")
    )
    assert refused.text.startswith("Nobody can respond to this request with a text: its author does not")
    assert (await outside.call("GET", f"/{plain['id']}"))[1]["state"] == "open"


async def test_a_script_gets_the_text_of_a_response_and_an_exit_code_of_its_own(outside: Outside) -> None:
    script = asyncio.create_task(outside.signoff("talk-gate", "Which region?", "--wait"))
    await outside.answer(await outside.opened(), "respond", "eu, after 22:00\nand tell \x1b[31mBob")
    code, said, _ = await script
    assert code == 6
    assert said.startswith("responded by U1: eu, after 22:00")
    assert "\x1b" not in said
