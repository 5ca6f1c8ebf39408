"""Something else than Slack may answer: a proxy, a login page, a broken gateway. That is never taken for
Slack's word."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.slack.call_results import Ambiguous
from bot.slack.operator_messages import Operator
from bot.slack.preflight import PreflightFailed, preflight
from bot.slack.web_api import CallTimeouts, SlackApi, SlackBusy, SlackUnreachable

QUICK = CallTimeouts(connect=1, answer=1, first_retry=0.01)


class Portal:
    """Answers every method in the same way."""

    def __init__(self) -> None:
        self.body, self.kind, self.status = b'{"ok": true}', "application/json", 200
        self.headers: dict[str, str] = {}

    async def answer(self, request: web.Request) -> web.Response:
        await request.read()
        headers = {"Content-Type": self.kind, **self.headers}
        return web.Response(body=self.body, status=self.status, headers=headers)


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
async def api(portal: Portal) -> AsyncIterator[SlackApi]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", portal.answer)
    async with (
        TestServer(application) as server,
        SlackApi("xoxb-1", base_url=str(server.make_url("/api/")), timeouts=QUICK) as api,
    ):
        yield api


BODIES = [
    (b'{"ok": true}', "application/json"),
    (b'{"ok": "yes"}', "application/json"),
    (b'{"ok": true, "team_id": 5, "user_id": null}', "application/json"),
    (b"{}", "application/json"),
    (b"[]", "application/json"),
    (b"null", "application/json"),
    (b'"ok"', "application/json"),
    (b"[" * 100_000, "application/json"),
    (b'{"ok": true}', "application/json; charset=klingon"),
    (b'{"ok": false, "error": "x", "response_metadata": "oops", "errors": 5}', "application/json"),
    (b'{"ok": false, "response_metadata": "oops"}', "application/json"),
    (b"<html>Sign in to the guest network</html>", "text/html"),
    (bytes(range(256)), "application/octet-stream"),
    (bytes(range(256)), "application/json"),
]


@pytest.mark.parametrize(("body", "kind"), BODIES)
async def test_an_answer_that_is_not_slacks_introduces_nobody(
    api: SlackApi, portal: Portal, body: bytes, kind: str
) -> None:
    portal.body, portal.kind = body, kind
    with pytest.raises(PreflightFailed):
        await preflight(api, "xapp-1")


@pytest.mark.parametrize(("body", "kind"), BODIES)
async def test_an_answer_that_is_not_slacks_ends_nothing_and_the_message_is_kept(
    api: SlackApi, portal: Portal, body: bytes, kind: str
) -> None:
    portal.body, portal.kind = body, kind
    operator = Operator(api, "U01ALICE")
    await operator.tell("database", "The disk is full")
    await operator.check()


@pytest.mark.parametrize(
    "method",
    ["usergroups.users.list", "conversations.members", "users.info", "users.list", "conversations.history"],
)
async def test_a_missing_list_is_not_an_empty_one(api: SlackApi, method: str) -> None:
    with pytest.raises(SlackUnreachable, match="something that is not Slack answered"):
        await api.read(method)


async def test_a_post_whose_answer_is_not_slacks_may_have_happened(api: SlackApi) -> None:
    assert isinstance(await api.write("chat.postMessage", {"channel": "C1", "text": "hi"}), Ambiguous)


@pytest.mark.parametrize(("said", "seconds"), [("nan", 5), ("1e400", 5), ("-7", 0.5), ("99999999", 600)])
async def test_a_wait_that_cannot_be_meant_is_bounded(
    api: SlackApi, portal: Portal, said: str, seconds: float
) -> None:
    portal.status, portal.headers = 429, {"Retry-After": said}
    with pytest.raises(SlackBusy) as raised:
        await api.read("auth.test")
    assert raised.value.seconds == seconds


async def test_an_invalid_address_counts_as_unreachable_not_as_a_strange_answer() -> None:
    async with SlackApi("xoxb-1", base_url="http://user:pw@127.0.0.1:9/", timeouts=QUICK) as api:
        with pytest.raises(SlackUnreachable, match="credentials encoded in URL"):
            await api.read("auth.test")
