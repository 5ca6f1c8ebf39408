"""Takes Slack's requests in a process that does not lead, and gives the answers of the one that does."""

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.answers import as_json, first_input
from bot.slack.bolt_app import client_without_token
from bot.slack.call_results import Sent
from bot.slack.relayed_requests import MAX_REQUEST_LENGTH, as_response, relayed
from bot.slack.web_api import SlackApi
from engine.relay import RelayState, Wish

log = logging.getLogger(__name__)

ANSWER_SECONDS = 2.3
"""For the leader's answer: Slack waits for three seconds."""
_WORDS: Mapping[str, str] = {
    "recorded": (
        "Your click is recorded. Signoff is changing over to another process, which carries it "
        "out in a moment."
    ),
    "withdrawn": (
        "Nothing was done: Signoff is changing over to another process. Try again in a few seconds."
    ),
    "unknown": (
        "Signoff stopped while it carried this out, so it may or may not have been done. Look before you "
        "try again."
    ),
    "unrecorded": (
        "Signoff cannot reach its database now, so this may not have been recorded. If nothing changes, try "
        "again in a minute."
    ),
    "busy": "Nothing was done: too many requests wait. Try again in a minute.",
}


class Line(Protocol):
    """The line to the leader."""

    async def ask(self, wish: Wish) -> tuple[RelayState, str]: ...


class RelayApp:
    """Stands in for Bolt's application on a connection to Slack."""

    def __init__(self, api: SlackApi, line: Line) -> None:
        self._api, self._line = api, line
        self._client = client_without_token(api)

    @property
    def client(self) -> AsyncWebClient:
        return self._client

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Give the leader's answer, or say in a sentence why there is none."""
        request = relayed(req)
        if len(request.text) > MAX_REQUEST_LENGTH:
            log.warning("A request of Slack's with %d characters was refused", len(request.text))
            return BoltResponse(status=413, body="too long")
        wish = Wish(request.name, "slack", request.text, ANSWER_SECONDS, request.lasting)
        state, answer = await self._line.ask(wish)
        if state == "answered":
            return as_response(answer)
        log.warning("A relayed request has no answer of the process that leads: %s", state)
        return await self._say(req.body, _WORDS[state])

    async def _say(self, body: Mapping[str, Any], text: str) -> BoltResponse:
        if "command" in body:
            return as_json({"response_type": "ephemeral", "text": text})
        if body.get("type") == "view_submission" and (block := first_input(body)):
            return as_json({"response_action": "errors", "errors": {block: text}})
        if url := body.get("response_url"):
            told = {"response_type": "ephemeral", "replace_original": False, "text": text}
            if thread := (body.get("message") or {}).get("thread_ts"):
                told["thread_ts"] = thread
            if isinstance(await self._api.respond(url, told), Sent):
                return BoltResponse(status=200, body="")
        # Slack shows a warning to the person, and sends an event again.
        return BoltResponse(status=503, body="")
