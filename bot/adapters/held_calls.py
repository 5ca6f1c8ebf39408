"""Calls of tools that a framework holds: people are asked about each, and approvals are used together.

No approval is used before people have decided all calls, so that an agent that dies meanwhile loses none.
"""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import NotAsked
from bot.http.client import Client
from bot.tool_calls.permission import NotApproved, Permission, words_for
from bot.tool_calls.tool_call import TOOL_NAME, Server, ToolCall, question_of
from engine.exact_json import AmbiguousJson, canonical, exact, read_message
from engine.text import redacted

_NOT_CALLED = "The tool was not called."
_URL = "http://127.0.0.1:3000"


@dataclass(frozen=True, slots=True)
class AgentGate:
    """The gate at which an agent asks.

    `agent`: the agent as approvers read it; `session`: keeps the approvals of agents with the same token
    apart; `url` and `token`: by default those of SIGNOFF_URL and SIGNOFF_TOKEN. Raises `NotAsked` for a token
    or an agent's name that cannot be used.
    """

    name: str
    agent: str
    session: str = ""
    url: str = ""
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.agent.strip():
            raise NotAsked("agent: The text is empty. Name the agent as approvers read it.")
        if redacted(self.agent) != self.agent:
            raise NotAsked("agent: There is a credential in it, and people read it. Name the agent alone.")
        self.client()

    def client(self) -> Client:
        """Return a client of the server."""
        token = self.token or os.environ.get("SIGNOFF_TOKEN", "")
        return Client(self.url or os.environ.get("SIGNOFF_URL", "") or _URL, token)


@dataclass(frozen=True, slots=True)
class HeldCall:
    """A call that a framework holds. `id`: as the framework stores it; `arguments`: JSON, or its value."""

    id: str
    tool: str
    arguments: str | Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Ruling:
    """Outcome of a call. `arguments`: those that were approved; `text`: why it was not, for the agent."""

    approved: bool
    arguments: dict[str, Any]
    text: str = ""
    state: str = ""


async def decide_calls(gate: AgentGate, calls: Sequence[HeldCall]) -> list[Ruling]:
    """Ask people about each call, and return what became of them, in the same order, once all are decided.

    Raises `NotAsked` if the server cannot be reached or refuses: nothing was approved then.
    """
    count = Counter(call.id for call in calls)
    asked = [_Asked(gate, call, twice=count[call.id] > 1) for call in calls]
    while waiting := [each for each in asked if each.ruling is None]:
        await _all([each.decide() for each in waiting])
        for each in waiting:
            await each.use()
    return [each.ruling for each in asked if each.ruling is not None]


async def _all(awaited: Sequence[Any]) -> None:
    """Wait for all. The first error stops the others."""
    tasks = [asyncio.ensure_future(each) for each in awaited]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Asked:
    """One call, and what is known of it."""

    def __init__(self, gate: AgentGate, held: HeldCall, *, twice: bool) -> None:
        self.ruling: Ruling | None = None
        self._permission = Permission(gate.client(), f"{gate.session} {held.id}")
        self._request = ""
        try:
            self._call = _call(gate, held, twice=twice)
            self._question = question_of(self._call, gate.name)
        except AmbiguousJson as unclear:
            self.ruling = Ruling(False, {}, f"{unclear} {_NOT_CALLED}", "refused")

    async def decide(self) -> None:
        """Wait for the decision. Without an approval, that is the ruling."""
        answer = await self._permission.decision(self._call, self._question, _no_news)
        self._request = answer["id"]
        if answer["state"] != "approved":
            self.ruling = Ruling(False, {}, words_for(answer), answer["state"])

    async def use(self) -> None:
        """Use the approval. If it cannot be used, there is no ruling, and people are asked again."""
        if self.ruling is not None:
            return
        try:
            if await self._permission.use(self._request, self._call, self._question) is not None:
                self.ruling = Ruling(True, json.loads(self._call.arguments), state="approved")
        except NotApproved as altered:
            self.ruling = Ruling(False, {}, str(altered), "refused")


async def _no_news(request: str) -> None:
    """Do nothing: the agent does not wait in memory."""


def _call(gate: AgentGate, held: HeldCall, *, twice: bool) -> ToolCall:
    """Return the call as people approve it. Raises `AmbiguousJson`."""
    if not held.id or twice:
        raise AmbiguousJson(f"The id of the call is {'there twice' if twice else 'empty'}.")
    if not TOOL_NAME.fullmatch(held.tool):
        raise AmbiguousJson(f"{json.dumps(held.tool[:60])} is not the plain name of a tool.")
    try:
        given = held.arguments
        text = given if isinstance(given, str) else json.dumps(dict(given or {}), allow_nan=False)
        arguments = canonical(exact(read_message(text or "{}")))
    except (TypeError, ValueError, RecursionError) as error:
        raise AmbiguousJson(f"arguments: They are not a JSON object ({error}).") from None
    return ToolCall(Server(gate.agent, ()), held.tool, arguments)
