"""The Bolt application: our client, our listeners, and errors that tell people no more than they need."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.payloads import UNUSED, malformed
from bot.slack.preflight import Identity
from bot.slack.quiet_logs import quiet_logger
from bot.slack.web_api import SlackApi

log = logging.getLogger(__name__)

WENT_WRONG = "Something went wrong in Signoff. Try again in a minute; the log has the details."


def build_app(api: SlackApi, identity: Identity, register: Callable[[AsyncApp], None]) -> AsyncApp:
    """An application that answers when its listener has returned. `register` adds the listeners.

    `identity`: who the bot is, as Slack said at the start.

    Requests over HTTP must have been verified before: `bot.http.server` does, by our clock and without
    writing bodies into the log, which Bolt's own check does.
    """
    app = AsyncApp(
        name="signoff",
        logger=quiet_logger("bot.bolt"),
        client=client_without_token(api),
        signing_secret="",
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
        before_authorize=_Prepared(api),
        authorize=_as_at_the_start(api, identity),
    )
    app.error(_failed)
    register(app)
    return app


def client_without_token(api: SlackApi) -> AsyncWebClient:
    """Bolt warns of a token beside `authorize`, which gives each request its own."""
    client = AsyncWebClient(
        base_url=api.web.base_url, session=api.session, retry_handlers=api.web.retry_handlers
    )
    client.proxy = api.web.proxy
    return client


def _as_at_the_start(api: SlackApi, identity: Identity) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt would ask Slack before its first listener. With a refused token it then answers by itself: an
    apology to a command, and nothing at all to a click. Our listeners say what is wrong."""
    result = AuthorizeResult(
        enterprise_id=None,
        team_id=identity.team_id,
        bot_id=identity.bot_id,
        bot_user_id=identity.user_id,
        bot_token=api.web.token,
    )

    async def authorize() -> AuthorizeResult:
        return result

    return authorize


class _Prepared(AsyncMiddleware):
    """Refuses what has not the shape of a request of Slack's, and prepares the client of each other one.

    A class, since Bolt puts together two dozen arguments for each call of a function.
    """

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        body = req.body
        if part := malformed(body):
            log.warning("A request of Slack's without a readable %s was refused", part)
            return BoltResponse(status=400, body="not a request of Slack's")
        if body.get("type") in UNUSED:
            log.info("Nothing listens to %s", _kind(body))
            return BoltResponse(status=404, body="")
        # The client that Bolt makes for a request takes the proxy from the environment again.
        req.context.client.proxy = self._api.web.proxy
        return await next()


async def _failed(error: Exception, body: Mapping[str, Any], respond: AsyncRespond) -> BoltResponse:
    """Answer Slack when no listener answers, or one fails. The body is not logged: people wrote it."""
    what = _kind(body)
    if isinstance(error, BoltUnhandledRequestError):
        log.info("Nothing listens to %s", what)
        return BoltResponse(status=200 if "event" in body else 404, body="")
    log.error("A listener failed on %s", what, exc_info=error)
    if not body.get("response_url"):
        return BoltResponse(status=500, body="")
    try:
        await respond(text=WENT_WRONG, response_type="ephemeral", replace_original=False)
    except Exception as failure:
        log.warning("and the person could not be told: %s", type(failure).__name__)
    return BoltResponse(status=200, body="")


def _kind(body: Mapping[str, Any]) -> str:
    event = body.get("event")
    if isinstance(event, Mapping):
        return f"the event {_short(event.get('type'))}"
    if "command" in body:
        return f"the command {_short(body['command'])}"
    return _short(body.get("type") or "an unknown request")


def _short(name: object) -> str:
    """On one line."""
    return repr(str(name)[:100])[1:-1]
