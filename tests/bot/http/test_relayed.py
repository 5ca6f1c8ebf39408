"""Requests over HTTP that another process relays: answers whole or refused, and marked as relayed."""

import base64
import json

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, make_mocked_request
from slack_bolt.async_app import AsyncBoltRequest

from bot.http.limits import MAX_BODY_BYTES
from bot.http.relayed import answered, local_session, sent_on
from bot.slack.relayed_requests import relayed


@pytest.mark.parametrize("size", [0, 1_000_000, 4 * MAX_BODY_BYTES, 4 * MAX_BODY_BYTES + 1])
async def test_an_answer_is_handed_on_whole_or_refused(size: int) -> None:
    async def long(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * size)

    status, body = await asked(long)
    if size > 4 * MAX_BODY_BYTES:
        assert status == 503
        assert b"the answer is too large" in body
    else:
        assert (status, len(body)) == (200, size)


async def test_a_relayed_request_says_so_whatever_its_sender_wrote() -> None:
    async def marked(request: web.Request) -> web.Response:
        return web.json_response(request.headers.getall("X-Signoff-Relayed"))

    for headers in (
        [],
        [["x-signoff-relayed", ""]],
        [["X-Signoff-Relayed", "0"], ["X-SIGNOFF-RELAYED", "no"]],
    ):
        assert json.loads((await asked(marked, headers))[1]) == ["1"]


def test_an_act_of_a_person_has_one_name_whatever_a_sender_adds() -> None:
    def named(headers: dict[str, str], **body: str) -> str:
        text = json.dumps(body)
        head = {"content-type": "application/json", **headers}
        return relayed(AsyncBoltRequest(body=text, headers=dict(head), mode="http")).name

    again = {"x-slack-retry-num": "1"}
    assert named({}, type="block_actions", trigger_id="1") == named(
        again, type="block_actions", trigger_id="1"
    )
    assert named({}, type="event_callback", event_id="1") != named(again, type="event_callback", event_id="1")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/api/approvals", ["Authorization", "Content-Type", "Host", "Idempotency-Key"]),
        ("/console/runs", ["Authorization", "Content-Type", "Cookie", "Host", "Idempotency-Key"]),
        (
            "/hooks/x",
            ["Authorization", "Content-Type", "Host", "Idempotency-Key", "X-Forwarded-For", "X-Own"],
        ),
    ],
)
async def test_a_member_relays_the_headers_that_the_leader_reads_and_no_foreign_cookie(
    path: str, names: list[str]
) -> None:
    cookies = "signoff_console=one; other_app=secret" if path.startswith("/console") else "other_app=secret"
    headers = {
        "Authorization": "Bearer x",
        "Content-Type": "application/json",
        "Host": "a.example",
        "Idempotency-Key": "k",
        "X-Own": "1",
        "X-Forwarded-For": "10.0.0.1",
        "Cookie": cookies,
    }
    kept = dict(sent_on(make_mocked_request("POST", path, headers=headers)))
    assert sorted(kept) == names
    assert kept.get("Cookie") in (None, "signoff_console=one")


async def asked(answer: object, headers: list[list[str]] | None = None) -> tuple[int, bytes]:
    """Return status and body of a relayed request."""
    app = web.Application()
    app.router.add_get("/", answer)  # type: ignore[arg-type]
    async with TestServer(app) as server, local_session() as session:
        assert isinstance(session, aiohttp.ClientSession)
        url = f"http://127.0.0.1:{server.port}"
        status, _, body = json.loads(
            await answered(session, url, json.dumps(["GET", "/", headers or [], ""]))
        )
        return status, base64.b64decode(body)
