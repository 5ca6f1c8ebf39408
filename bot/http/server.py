"""The web application: Slack over signed HTTP, and what those who run the bot ask of it.

Bolt answers 500 to a timestamp that is not a number and writes the whole body of a badly signed request
into the log, so a request reaches it only after it was found to come from Slack.
"""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from aiohttp import web
from slack_bolt import BoltResponse
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncBoltRequest

from bot.ci.specs import NO_TARGETS, PREFIX, CiTargets
from bot.console import routes as console_routes
from bot.console.parts import Parts as ConsoleParts
from bot.http import approvals_api, callbacks, hooks, permits_api, relayed, slackbot
from bot.http.forms import payload_text
from bot.http.health import Problems, readiness
from bot.http.limits import MAX_BODY_BYTES, Bodies, BodyRefused
from bot.http.metrics import PATH as METRICS_PATH
from bot.http.metrics import MetricsDoor
from bot.http.refusal import in_words
from bot.http.spent import Spent
from engine import Clock, Engine

log = logging.getLogger(__name__)

Dispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]

PATH = "/slack/events"
_MAX_AGE_SECONDS = 300.0
_REMEMBERED_SECONDS = 2 * _MAX_AGE_SECONDS
"""A request can be signed for five minutes later, too."""
_FORM = "application/x-www-form-urlencoded"
_HANDLED = "Signoff has already handled this command. Nothing was done again."
_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


def build_server(
    *,
    problems: Problems,
    clock: Clock,
    warnings: Problems | None = None,
    signing_secrets: Sequence[str] = (),
    dispatch: Dispatch | None = None,
    engine: Engine | None = None,
    callback_hosts: Iterable[str] = (),
    ci: CiTargets = NO_TARGETS,
    console: ConsoleParts | None = None,
    relay: relayed.Ask | None = None,
    metrics: MetricsDoor | None = None,
    leads: bool = True,
    spent: Spent | None = None,
    slackbot_parts: Callable[[slackbot.Signed], slackbot.SlackbotParts] | None = None,
) -> web.Application:
    """The application; Slack's requests are taken where `signing_secrets` and `dispatch` are given, and
    questions from outside where there is an engine. `callback_hosts`, `ci`: where their answers may be told.
    `console`: of the pages for people, and `metrics`; None: there are none.
    `relay`: asks the process that leads instead. `leads`: this process is the one. `spent`: what counts once,
    also after a restart. `slackbot_parts`: of the door of Slackbot; None: there is none."""
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[in_words])
    bodies = Bodies()
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _Ready(problems, warnings, leads).answer)
    if engine is not None:
        hosts = frozenset(callback_hosts)
        approvals_api.register(app, engine, partial(_callback_problem, hosts, ci), bodies)
        permits_api.register(app, engine, bodies)
        hooks.register(app, engine, bodies, clock)
    if metrics is not None:
        app.router.add_get(METRICS_PATH, metrics.answer)
    if console is not None:
        console_routes.register(app, console, bodies)
    if relay is not None:
        relayed.register(app, relay, bodies)
    if slackbot_parts is not None:
        slackbot.register(app, slackbot_parts(_signed(signing_secrets, clock)), bodies)
    if signing_secrets and dispatch:
        app.router.add_post(
            PATH, _Slack(signing_secrets, dispatch, clock, bodies, spent or Spent(clock)).take
        )
    return app


def _callback_problem(hosts: frozenset[str], ci: CiTargets, callback: str, gate: str) -> str:
    """Return why an answer of this gate may not be told there, in a sentence; empty if it may."""
    if not callback.startswith(PREFIX):
        return callbacks.refused(callback, hosts)
    found = ci.find(callback, gate)
    return found if isinstance(found, str) else ""


def genuine(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> bool:
    """Return whether Slack signed this within five minutes of `now` (seconds since the epoch).

    https://docs.slack.dev/authentication/verifying-requests-from-slack/
    """
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if not signature.isascii() or abs(now - int(timestamp)) > _MAX_AGE_SECONDS:
        return False
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={digest}", signature)


def _signed(secrets: Sequence[str], clock: Clock) -> slackbot.Signed:
    def signed(headers: Mapping[str, str], body: bytes) -> bool:
        now = clock.now().timestamp()
        return any(genuine(headers, body, secret, now) for secret in secrets)

    return signed


async def _healthz(_: web.Request) -> web.Response:
    return web.json_response({"ok": True})


class _Ready:
    """200 when the engine serves, Slack is connected and messages go out; else 503 and why."""

    def __init__(self, problems: Problems, warnings: Problems | None, leads: bool) -> None:
        self._problems, self._warnings, self._leads = problems, warnings, leads

    async def answer(self, _: web.Request) -> web.Response:
        body = await readiness(self._problems, self._warnings, leads=self._leads)
        return web.json_response(body, status=200 if body["ok"] else 503)


class _Slack:
    """Takes each signed request once. The same one again is answered, and has no effect.

    Each delivery of Slack's has a time and a signature of its own. A second one with both is a repetition.
    The headers of a repetition are not signed, so they tell nothing.
    """

    def __init__(
        self, secrets: Sequence[str], dispatch: Dispatch, clock: Clock, bodies: Bodies, spent: Spent
    ) -> None:
        self._secrets, self._dispatch, self._clock, self._bodies = secrets, dispatch, clock, bodies
        self._spent = spent
        self._under_way: dict[str, asyncio.Future[int]] = {}

    async def take(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await self._bodies.read(request)
        except BodyRefused as refused:
            return _refused(refused.status, refused.message)
        now = self._clock.now().timestamp()
        if not any(genuine(request.headers, body, secret, now) for secret in self._secrets):
            log.warning("A request that Slack did not sign was refused")
            return _refused(401, "not signed by Slack")
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return _refused(400, "not UTF-8")
        # Two secrets give one request two signatures; the body and its time are the same.
        name = f"slack {request.headers['X-Slack-Request-Timestamp']} {hashlib.sha256(body).hexdigest()}"
        if (under_way := self._under_way.get(name)) is not None:
            return _again(request, text, await asyncio.shield(under_way))
        self._under_way[name] = answered = asyncio.get_running_loop().create_future()
        status, failed = 503, False
        try:
            if not await self._spent.spend(name, _REMEMBERED_SECONDS):
                status = 200
                return _again(request, text, status)
            answer = await self._answer(text, request)
            status, failed = answer.status, answer.status >= 400
            return answer
        finally:
            answered.set_result(status)
            del self._under_way[name]
            if failed:  # and not only ended without an answer, perhaps after its effect
                await self._spent.give_back(name)  # Slack may send it again

    async def _answer(self, text: str, request: web.Request) -> web.StreamResponse:
        headers: dict[str, Any] = dict(request.headers)
        try:
            # A body that says it is JSON is read as JSON.
            body = text if request.content_type == "application/json" else payload_text(text)
            bolt_request = AsyncBoltRequest(body=body, query=request.query_string, headers=headers)
            return await to_aiohttp_response(await self._dispatch(bolt_request))
        except _UNREADABLE as error:
            # Listeners' errors are answered by Bolt: what comes through is a body that Bolt cannot read.
            log.warning("A request of Slack's could not be read (%s)", type(error).__name__)
            return _refused(400, "not a request of Slack's")


def _again(request: web.Request, text: str, status: int) -> web.Response:
    """Return the answer to a request that was handled before: the status, and no content of the first."""
    log.warning("A request of Slack's that was handled before came again, and had no effect")
    is_command = request.content_type == _FORM and "&command=" in f"&{text}"
    if status == 200 and is_command:
        return web.json_response({"response_type": "ephemeral", "text": _HANDLED})
    return web.Response(status=status)


def _refused(status: int, why: str) -> web.Response:
    return web.json_response({"ok": False, "error": why}, status=status)
