"""The HTTP side of the Web API: bodies, tokens, scopes, faults, the log, the answer."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from localslack.api.call import Call, Method
from localslack.bodies import parse_json, read_form, read_text
from localslack.errors import SlackError
from localslack.faults import Fault
from localslack.slack import Slack
from localslack.workspace.records import Json

log = logging.getLogger("localslack")
_HANG_SECONDS = 120
_TAKING_EFFECT = ("disconnect_after", "internal_error_after", "slow")
"""Faults of calls that do what they are asked."""


class Cut(Exception):
    """The connection ends without an answer."""


class WebApi:
    """Answers /api/{method}."""

    def __init__(self, slack: Slack, methods: Mapping[str, Method]) -> None:
        self._slack = slack
        self._methods = methods
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Let go of the calls that hang by order of a fault."""
        self._closing.set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        args: Json = {}
        try:
            args = await _arguments(request)
            answer, status, headers = await self._answer(name, args, request)
        except SlackError as error:
            answer, status, headers = error.body(), error.status, error.headers
        except Cut as cut:
            self._slack.calls.add(name, args, None, str(cut))
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        self._slack.calls.add(name, args, answer)
        return web.json_response(answer, status=status, headers=headers)

    async def _answer(self, name: str, args: Json, request: web.Request) -> tuple[Json, int, dict[str, str]]:
        fault = self._slack.faults.take(name)
        if fault is not None and fault.kind != "disconnect_after":
            await self._before(fault, request)
        try:
            if fault is not None and fault.kind not in _TAKING_EFFECT:
                raise _as_error(fault)
            answer, status, headers = await self._run(name, args, request), 200, self._headers(name)
        except SlackError as error:
            answer, status, headers = error.body(), error.status, error.headers
        except Exception:
            log.exception("%s failed inside the local Slack", name)
            answer, status, headers = {"ok": False, "error": "fatal_error"}, 500, {}
        if fault is not None and fault.kind == "disconnect_after":
            raise Cut("disconnect_after")
        if fault is not None and fault.kind == "internal_error_after":
            return SlackError("internal_error").body(), 200, {}
        return answer, status, headers

    async def _before(self, fault: Fault, request: web.Request) -> None:
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "disconnect_before":
            raise Cut("disconnect_before")
        if fault.kind == "timeout":
            await self._hang(request)
            raise Cut("timeout")

    async def _hang(self, request: web.Request) -> None:
        """Until the caller gives up or the server ends."""
        for _ in range(_HANG_SECONDS * 20):
            if request.transport is None or request.transport.is_closing():
                return
            try:
                await asyncio.wait_for(self._closing.wait(), 0.05)
            except TimeoutError:
                continue
            return

    async def _run(self, name: str, args: Json, request: web.Request) -> Json:
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if method.takes is not None:
            self._authorize(method, _token(args, request))
        self._slack.rates.count(name, str(args.get("channel", "")))
        call = Call(self._slack, name, args)
        if method.scopes:
            call.need(*method.scopes)
        answer: Json = {"ok": True, **(await method.handler(call))}
        if call.warnings or call.messages:
            metadata = dict(answer.get("response_metadata") or {})
            if call.warnings:
                answer["warning"] = ",".join(call.warnings)
                metadata["warnings"] = call.warnings
            if call.messages:
                metadata["messages"] = call.messages
            answer["response_metadata"] = metadata
        return answer

    def _authorize(self, method: Method, token: str) -> None:
        app = self._slack.workspace.app
        if not token:
            raise SlackError("not_authed")
        kind = {app.bot_token: "bot", app.app_token: "app", app.config_token: "config"}.get(token)
        if kind is None:
            raise SlackError("invalid_auth")
        if kind in self._slack.refused_tokens:
            raise SlackError(self._slack.refused_tokens[kind])
        if kind != method.takes:
            raise SlackError("not_allowed_token_type")

    def _headers(self, name: str) -> dict[str, str]:
        manifest = self._slack.manifest
        headers = {"x-oauth-scopes": ",".join(manifest.scopes)}
        method = self._methods.get(name)
        if method is not None and method.scopes:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        return headers


def _as_error(fault: Fault) -> SlackError:
    if fault.kind == "ratelimited":
        return SlackError("ratelimited", status=429, headers={"Retry-After": str(fault.retry_after)})
    if fault.kind == "http_500":
        return SlackError("internal_error", status=500)
    return SlackError(fault.error if fault.kind == "error" else "internal_error")


def _token(args: Json, request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    argument = args.get("token")
    return argument if isinstance(argument, str) else ""


async def _arguments(request: web.Request) -> Json:
    """Query and body together; the body is JSON or a form."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            text = await read_text(request)
            body = parse_json(text) if text else {}
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        args.update(body)
    elif request.method == "POST":
        try:
            args.update(await read_form(request))
        except ValueError:
            raise SlackError("invalid_form_data") from None
    return args
