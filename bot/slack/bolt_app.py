"""The Bolt application: our client, our listeners, and errors that tell people no more than they need."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NoReturn

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.payloads import UNUSED, malformed
from bot.slack.preflight import Identity
from bot.slack.quiet_logs import quiet_logger
from bot.slack.web_api import SlackApi

log = logging.getLogger(__name__)

WENT_WRONG = "Something went wrong in Signoff. Try again in a minute; the log has the details."

ClickListener = Callable[[Mapping[str, Any], Mapping[str, Any]], Awaitable[None]]
"""A listener of clicks: it takes the payload and the action, and is answered for when it returns."""
Guard = Callable[[Mapping[str, Any]], Awaitable[BoltResponse | None]]
"""Is asked with the payload before any listener. Its answer is Slack's; None lets the listener have it."""

_OTHER_REQUESTS = frozenset({"command", "event", "ssl_check"})
"""Parts of a payload that make it more than a click for Bolt."""


class BoltApp(AsyncApp):
    """Bolt's application with a direct way for clicks.

    Before its listener, Bolt makes a client and a context and calls six middlewares. That takes a tenth of
    the processor time of a click, and listeners of clicks use none of it.
    """

    _prefix = ""
    _click: ClickListener | None = None
    _guards: tuple[Guard, ...] = ()

    def ask_first(self, guard: Guard) -> None:
        """Ask the guard before every listener, on the direct way too."""
        self._guards = (*self._guards, guard)

        async def asked(
            body: dict[str, Any], next_: Callable[[], Awaitable[BoltResponse]]
        ) -> BoltResponse | None:
            return await guard(body) or await next_()

        super().middleware(asked)

    def middleware(self, *args: Any) -> NoReturn:
        """Refuse middleware of Bolt: clicks would pass it by."""
        raise TypeError("A click calls no middleware of Bolt. Use ask_first(guard), which it calls too.")

    def take_clicks(self, prefix: str, listener: ClickListener) -> None:
        """Call the listener for clicks on elements whose action id begins with `prefix`."""
        self._prefix, self._click = prefix, listener

        @self.action(re.compile(f"^{re.escape(prefix)}"))
        async def clicked(ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
            await listener(body, action)
            await ack()

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer a request: a click by its listener, everything else through Bolt."""
        body, listener = req.body, self._click
        if listener is None or not self._is_click(req):
            return await super().async_dispatch(req)
        try:
            for guard in self._guards:
                if (answer := await guard(body)) is not None:
                    return answer
            await listener(body, body["actions"][0])
        except Exception as error:
            respond = AsyncRespond(
                response_url=body.get("response_url"), proxy=self.client.proxy, ssl=self.client.ssl
            )
            return await _failed(error, body, respond)
        return BoltResponse(status=200, body="")

    def _is_click(self, request: AsyncBoltRequest) -> bool:
        """Return whether it is a well-formed click for the listener, and nothing else for Bolt."""
        body = request.body
        if body.get("type") != "block_actions" or request.lazy_only or malformed(body):
            return False
        is_ours: bool = body["actions"][0]["action_id"].startswith(self._prefix)
        return is_ours and _OTHER_REQUESTS.isdisjoint(body)


def build_app(api: SlackApi, identity: Identity, register: Callable[[BoltApp], None]) -> BoltApp:
    """An application that answers when its listener has returned. `register` adds the listeners.

    `identity`: who the bot is, as Slack said at the start.

    Requests over HTTP must have been verified before: `bot.http.server` does, by our clock and without
    writing bodies into the log, which Bolt's own check does.
    """
    app = BoltApp(
        name="signoff",
        logger=quiet_logger("bot.bolt"),
        client=client_without_token(api),
        signing_secret="",
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
        before_authorize=_prepared(api),
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


def _prepared(api: SlackApi) -> Callable[..., Awaitable[BoltResponse]]:
    async def prepared(
        body: dict[str, Any], context: AsyncBoltContext, next_: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        if part := malformed(body):
            log.warning("A request of Slack's without a readable %s was refused", part)
            return BoltResponse(status=400, body="not a request of Slack's")
        if body.get("type") in UNUSED:
            log.info("Nothing listens to %s", _kind(body))
            return BoltResponse(status=404, body="")
        # The client that Bolt makes for a request takes the proxy from the environment again.
        context.client.proxy = api.web.proxy
        return await next_()

    return prepared


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
