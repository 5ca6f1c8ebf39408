"""Requests over HTTP that a member takes, and the leader answers at its own port."""

import base64
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from bot.console.parts import PATH as CONSOLE
from bot.console.parts import RELAYED
from bot.console.sessions import SESSION, SIGN_IN
from bot.http.approvals_api import MAX_WAIT_SECONDS
from bot.http.approvals_api import PATH as APPROVALS
from bot.http.limits import MAX_BODY_BYTES, Bodies, BodyRefused
from bot.http.refusal import Refusal
from engine.relay import RelayState, Wish

log = logging.getLogger(__name__)

_PATHS = (APPROVALS, APPROVALS + "/{rest:.*}", "/hooks/{rest:.*}", CONSOLE, CONSOLE + "/{rest:.*}")
_OF_ONE_CONNECTION = {
    *("connection", "content-length", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization"),
    *("te", "trailer", "transfer-encoding", "upgrade"),
}
"""Headers that say something of one connection, and nothing of the request."""
_READ = frozenset(
    {
        *("authorization", "content-encoding", "content-type", "host", "idempotency-key", "origin"),
        *("sec-fetch-site", "traceparent"),
    }
)
"""The headers of a request that the approvals API and the console read. Others stay in the member."""
_COOKIES = (SESSION, SIGN_IN)
_HOOKS = "/hooks/"
_SECONDS, _LONGEST_SECONDS = 5.0, MAX_WAIT_SECONDS + 5
_MAX_ANSWER_BYTES = 4 * MAX_BODY_BYTES
_REFUSED = {
    "withdrawn": "Nothing was done: no process of Signoff leads at the moment. Try again in a few seconds.",
    "unknown": "Signoff stopped while it carried this out. Look whether it was done before you try again.",
    "unrecorded": "Signoff cannot reach its database now. Look whether it was done before you try again.",
    "busy": "Signoff is busy with too many requests. Try again in a few seconds.",
}
_TOO_LARGE = "It was carried out, and the answer is too large to be handed on. Ask the process that leads."
Ask = Callable[[Wish], Awaitable[tuple[RelayState, str]]]


def register(app: web.Application, ask: Ask, bodies: Bodies) -> None:
    """Relay what the leader answers over HTTP, besides Slack's requests."""

    async def relay(request: web.Request) -> web.StreamResponse:
        try:
            body = await bodies.read(request)
        except BodyRefused as refused:
            raise Refusal(refused.status, refused.message) from None
        text = json.dumps([request.method, request.path_qs, sent_on(request), _as_text(body)])
        state, answer = await ask(Wish(uuid4().hex, "http", text, _SECONDS, longest=_LONGEST_SECONDS))
        if state != "answered":
            raise Refusal(503, _REFUSED.get(state, ""), retry_after=5)
        status, headers, content = json.loads(answer)
        return web.Response(status=status, headers=_pairs(headers), body=base64.b64decode(content))

    for path in _PATHS:
        app.router.add_route("*", path, relay)


def sent_on(request: web.Request) -> list[list[str]]:
    """Return the headers that are relayed: those that the leader reads, and no cookie but the console's.

    A delivery to a webhook keeps its headers, since the input of a run can hold them, and has no cookies.
    """
    is_delivery = request.path.startswith(_HOOKS)
    headers = [
        [name, value]
        for name, value in _kept(request.headers)
        if name.lower() != "cookie" and (is_delivery or name.lower() in _READ)
    ]
    cookies = {} if is_delivery else {name: request.cookies.get(name, "") for name in _COOKIES}
    if text := "; ".join(f"{name}={value}" for name, value in cookies.items() if value):
        headers.append(["Cookie", text])
    return headers


async def answered(session: aiohttp.ClientSession, url: str, text: str) -> str:
    """Ask the web application of this process at `url`, and return its answer as it is relayed."""
    method, path, headers, body = json.loads(text)
    try:
        async with session.request(
            method,
            url + path,
            headers=_marked(headers),
            data=base64.b64decode(body),
            allow_redirects=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            timeout=aiohttp.ClientTimeout(total=_LONGEST_SECONDS),
        ) as answer:
            content = await _whole(answer)
            if content is None:
                return _refusal(_TOO_LARGE)
            return json.dumps([answer.status, _kept(answer.headers), _as_text(content)])
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("A relayed request over HTTP could not be answered: %s", type(error).__name__)
        return _refusal(_REFUSED["unknown"])


async def _whole(answer: aiohttp.ClientResponse) -> bytes | None:
    """Return the body; None where it is longer than what is relayed."""
    parts, size = [], 0
    async for part in answer.content.iter_any():
        size += len(part)
        if size > _MAX_ANSWER_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _refusal(message: str) -> str:
    refused = json.dumps({"error": {"field": "", "message": message}})
    return json.dumps([503, [["Content-Type", "application/json"]], _as_text(refused.encode())])


def local_session() -> aiohttp.ClientSession:
    """Return what asks the own web application: it keeps no cookies, and leaves bodies as they are."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)


def local_url(host: str, port: int) -> str:
    """Return the address at which this process reaches its own port."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    return f"http://[{own}]:{port}" if ":" in own else f"http://{own}:{port}"


def _kept(headers: Any) -> list[list[str]]:
    return [[name, value] for name, value in headers.items() if name.lower() not in _OF_ONE_CONNECTION]


def _pairs(headers: list[list[str]]) -> CIMultiDict[str]:
    return CIMultiDict((name, value) for name, value in headers)


def _marked(headers: list[list[str]]) -> CIMultiDict[str]:
    """Return the headers, with the one that says that the request was relayed."""
    marked = _pairs(headers)
    marked[RELAYED] = "1"
    return marked


def _as_text(body: bytes) -> str:
    return base64.b64encode(body).decode()
