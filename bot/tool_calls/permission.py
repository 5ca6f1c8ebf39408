"""Asks people about a call at a gate, waits for them, and uses the approval before the call is made.

The server of Signoff keeps everything: the request, the decision, and its use. A proxy that died, or a client
that repeats a call, finds the same request again by its key.
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.http.client import Client, Limited, NotUsable, Unreachable
from bot.terminal import printed
from bot.tool_calls.daemon_threads import in_thread
from bot.tool_calls.tool_call import ToolCall, key_of

ANSWER_STANDS = timedelta(minutes=10)
"""The time in which a repeated call gets the same rejection or expiry. Afterwards people are asked again."""
_WAIT_SECONDS = 10
"""Of one call for a decision. A progress notification follows each."""
_RETRY_SECONDS = 2.0
_MAX_OUTAGE_SECONDS = 300.0
Waiting = Callable[[str], Awaitable[None]]
"""Tells a client that the request of this id is open."""


class NotApproved(Exception):
    """Nobody approved the call. The text says why, in plain words for an agent."""


class Permission:
    """Permission for calls, from people at one gate."""

    def __init__(self, client: Client, session: str) -> None:
        self._client, self._session = client, session
        self._settled: dict[str, int] = {}
        """By digest of a call: its requests that nothing can come of any more."""

    async def obtain(
        self, call: ToolCall, question: Mapping[str, str], waiting: Waiting, using: Callable[[bool], None]
    ) -> str:
        """Return the permit of the call when it may be made, once.

        `using`: called with True before the approval is used, and with False if it could not be.

        Raises `NotApproved`, and `NotAsked` if the server of Signoff does not answer or refuses.
        """
        while True:
            answer = await self.decision(call, question, waiting)
            if answer["state"] != "approved":
                raise NotApproved(words_for(answer))
            using(True)
            if (permit := await self.use(answer["id"], call, question)) is not None:
                return permit
            using(False)

    async def decision(self, call: ToolCall, question: Mapping[str, str], waiting: Waiting) -> dict[str, Any]:
        """Ask people about a call, and return the request once it has ended."""
        while True:
            number = self._settled.get(call.digest, 0)
            key = key_of(question, call, self._session, number)
            answer = await in_thread(partial(self._client.ask, question, key))
            if not _is_past(answer):
                return await self._decided(answer, waiting)
            self._settled[call.digest] = number + 1

    async def use(self, id_: str, call: ToolCall, question: Mapping[str, str]) -> str | None:
        """Use the approval of a call, and return its permit. None: people are asked again.

        Raises `NotApproved` for a request that is not as it was recorded.
        """
        permit = await self._use(id_, question, call)
        if permit is None:
            self._settled[call.digest] = self._settled.get(call.digest, 0) + 1
        return permit

    async def _decided(self, answer: dict[str, Any], waiting: Waiting) -> dict[str, Any]:
        silent_since: float | None = None
        while answer["state"] == "open":
            await waiting(answer["id"])
            try:
                answer = await in_thread(partial(self._client.read, answer["id"], _WAIT_SECONDS))
                silent_since = None
            except Limited as limited:
                await asyncio.sleep(limited.seconds)
            except Unreachable:
                silent_since = silent_since or time.monotonic()
                if time.monotonic() - silent_since > _MAX_OUTAGE_SECONDS:
                    raise
                await asyncio.sleep(_RETRY_SECONDS)
        return answer

    async def _use(self, id_: str, question: Mapping[str, str], call: ToolCall) -> str | None:
        """Use an approval and return its permit. None: it was used before, or is too old."""
        key, began = uuid.uuid4().hex, time.monotonic()
        body = {**question, "permit": {"call": call.description}}
        while True:
            try:
                answer = await in_thread(partial(self._client.use, id_, body, key))
                return str(answer.get("permit") or "")
            except NotUsable:
                await self._require_readable(id_)
                return None
            except (Unreachable, Limited):
                # The answer may have been lost. With the same key, this is the same use.
                if time.monotonic() - began > _MAX_OUTAGE_SECONDS:
                    raise
                await asyncio.sleep(_RETRY_SECONDS)

    async def _require_readable(self, id_: str) -> None:
        """Raise `NotApproved` for an altered request: nobody is asked again before the operator knows."""
        try:
            await in_thread(partial(self._client.read, id_))
        except NotUsable as altered:
            raise NotApproved(f"{printed(altered)} The tool was not called.") from None


def _is_past(answer: Mapping[str, Any]) -> bool:
    """Return whether people have to be asked again: the answer was used, or it is an old refusal."""
    if answer.get("used_at"):
        return True
    if answer["state"] in ("open", "approved") or not answer.get("ended_at") or not answer.get("now"):
        return False
    age = datetime.fromisoformat(answer["now"]) - datetime.fromisoformat(answer["ended_at"])
    return age > ANSWER_STANDS


def words_for(answer: Mapping[str, Any]) -> str:
    """Return what an agent is told of a request that ended without an approval."""
    by = f" by {printed(', '.join(answer['by']))}" if answer["by"] else ""
    why = f" The reason: {printed(answer['comment'])}" if answer.get("comment") else ""
    match answer["state"]:
        case "rejected":
            told = f"The call was rejected{by}.{why}"
        case "expired":
            told = "Nobody decided in time, so the request expired. Nobody rejected it."
        case "withdrawn":
            told = "The request was withdrawn before anybody decided."
        case "changes_requested":
            told = f"An approver requests changes{by}.{why} Change the arguments, then call again."
        case "responded":
            who = f" ({printed(', '.join(answer['by']))})" if answer["by"] else ""
            text = printed(answer.get("comment") or "")
            told = f"Nobody approved or rejected the call. A person responded{who}: {text}"
        case state:
            told = f"The request ended as {printed(state)}.{why}"
    return f"{told} The tool was not called. Request {answer['id']}."
