"""Tools for Slackbot, which act for the person who talks with it: they read and ask, and never decide.

Each answer has only what this person sees in Slack. Source of the annotations:
modelcontextprotocol.io/specification/2025-06-18/server/tools.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.terminal import printed_json
from engine import Actor, Engine, NotPossible, RequestRecord, RunFilter, RunRecord

MAX_LISTED = 20
_MAX_SHOWN = 60
REPEATED_FOR = timedelta(minutes=10)
"""A question that was answered sooner after it was asked is not asked again: the call may be a repetition."""


class UnusableCall(Exception):
    """A tool can't be called like this. The text names the argument, its value and the remedy."""


class _Arguments(BaseModel):
    """Arguments of a tool; others are refused, so that nothing that Slackbot passes is ignored."""

    model_config = ConfigDict(extra="forbid", strict=True)


class WaitingForMe(_Arguments):
    pass


class MyRuns(_Arguments):
    pass


class ListWorkflows(_Arguments):
    pass


class ShowRun(_Arguments):
    run: Annotated[str, Field(max_length=200, description="The id of a run, such as deploy-8f3k.")]


class AskAtGate(_Arguments):
    gate: Annotated[str, Field(max_length=200, description="The name of a gate, from list_workflows.")]
    question: Annotated[str, Field(max_length=300, description="The question that approvers read.")]
    details: Annotated[str, Field(max_length=20_000, description="The facts that they need.")] = ""
    link: Annotated[str, Field(max_length=2000, description="An http address for them to look at.")] = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool."""

    engine: Engine
    user: str

    @property
    def actor(self) -> Actor:
        return Actor("slack", self.user)


async def _waiting(call: Call, _: Any) -> dict[str, Any]:
    found = await call.engine.find_waiting(call.user, MAX_LISTED)
    return {
        "requests": [_request(request) for request in found.requests],
        "total": found.total,
        "more": found.next is not None,
        "how_to_answer": "Only the buttons of the message in Slack answer a request.",
    }


async def _my_runs(call: Call, _: Any) -> dict[str, Any]:
    found = await call.engine.seen_by(call.actor).find(RunFilter(actor=call.actor), MAX_LISTED)
    return {"runs": [_run(run) for run in found.runs], "more": found.next is not None}


async def _workflows(call: Call, _: Any) -> dict[str, Any]:
    listed = await call.engine.seen_by(call.actor).workflows()
    shown = [
        {"name": each.name, "title": each.title, "gate": each.gate, "you_may_start_it": each.startable}
        for each in listed[:MAX_LISTED]
    ]
    return {"workflows": shown, "more": len(listed) > MAX_LISTED}


async def _show(call: Call, arguments: ShowRun) -> dict[str, Any]:
    seen = call.engine.seen_by(call.actor)
    detail = await seen.detail((await seen.find_run(arguments.run)).id)
    steps = [
        {"step": detail.titles.get(each.step, each.step), "state": each.state}
        for each in detail.steps[:MAX_LISTED]
    ]
    return {
        **_run(detail.run),
        "steps": steps,
        "more_steps": max(len(detail.steps) - MAX_LISTED, 0),
        "requests": [_request(request) for request in detail.requests[:MAX_LISTED]],
        "more_requests": max(len(detail.requests) - MAX_LISTED, 0),
    }


async def _ask(call: Call, arguments: AskAtGate) -> dict[str, Any]:
    workflow = await call.engine.seen_by(call.actor).startable(arguments.gate)
    if not workflow.gate:
        raise NotPossible(f"{workflow.name} is not a gate. list_workflows says which ones are.")
    given = arguments.model_dump(exclude={"gate"}, exclude_defaults=True)
    parsed = call.engine.parse_input(workflow.name, given)
    key = _question_key(call.user, workflow.name, given)
    last = await _last_asked(call, workflow.name, key)
    if last is not None and (
        last.ended_at is None or call.engine.clock.now() - last.created_at < REPEATED_FOR
    ):
        told = "This person already asked this question, so Signoff asks nobody again. "
        told += "Read the answer with show_run."
        return {**_run(last), "asked": told}
    # Earlier runs may have been deleted after their time, and no run gets the id of one of them.
    first = int(call.engine.clock.now().timestamp() // REPEATED_FOR.total_seconds())
    number = max(first, int(last.id.split(".")[-2]) + 1 if last is not None else 0)
    # The end of an id is what people read of it.
    end = hashlib.sha256(f"{key}.{number}".encode()).hexdigest()[:4]
    run = await call.engine.start(workflow.name, parsed, actor=call.actor, key=f"{key}.{number}.{end}")
    return {**_run(run), "asked": "Approvers are asked in Slack. Read the answer with show_run."}


def _question_key(user: str, gate: str, given: Mapping[str, Any]) -> str:
    """Return what a repeated call has in common with the first one.

    A repetition has another time, another signature and perhaps another id, so the key has none of them.
    """
    asked = printed_json([user, gate, dict(sorted(given.items()))], indent=None)
    return hashlib.sha256(asked.encode()).hexdigest()[:14]


async def _last_asked(call: Call, gate: str, key: str) -> RunRecord | None:
    """Return the newest run with this question; None where the person has not asked it."""
    seen, before = call.engine.seen_by(call.actor), None
    while True:
        wanted = RunFilter(workflow=gate, actor=call.actor, text=f"{gate}-{key}.")
        found = await seen.find(wanted, 1, before)
        for run in found.runs:
            if run.id.startswith(f"{gate}-{key}."):
                return run
        if found.next is None:
            return None
        before = found.next


def _run(run: RunRecord) -> dict[str, Any]:
    return {
        "run": run.short,
        "workflow": run.workflow,
        "state": run.state,
        "ended": run.ending if run.ended_at is not None else "",
        "started": run.created_at.isoformat(),
    }


def _request(request: RequestRecord) -> dict[str, Any]:
    return {
        "question": request.ask,
        "kind": request.kind,
        "workflow": request.workflow,
        "state": request.state,
        "outcome": request.outcome or "",
    }


@dataclass(frozen=True, slots=True)
class Tool:
    arguments: type[_Arguments]
    answer: Callable[[Call, Any], Awaitable[dict[str, Any]]]
    description: str
    reads: bool = True

    def as_json(self, name: str) -> dict[str, Any]:
        schema = self.arguments.model_json_schema()
        hints = {"readOnlyHint": self.reads, "destructiveHint": False, "openWorldHint": False}
        shown = {"name": name, "description": self.description, "inputSchema": schema}
        return {**shown, "annotations": hints}


TOOLS: Mapping[str, Tool] = {
    "waiting_for_me": Tool(
        WaitingForMe, _waiting, "List the requests that wait for the person's decision. It decides nothing."
    ),
    "my_runs": Tool(MyRuns, _my_runs, "List the newest runs that the person started."),
    "list_workflows": Tool(ListWorkflows, _workflows, "List the workflows and gates that the person sees."),
    "show_run": Tool(ShowRun, _show, "Show a run with its steps, its requests and their outcome."),
    "ask_at_gate": Tool(
        AskAtGate,
        _ask,
        "Ask people at a gate, as the person who talks with you. The person cannot approve it themselves.",
        reads=False,
    ),
}


async def answered(call: Call, name: Any, given: Any) -> dict[str, Any]:
    """Return the answer of a tool. Raises `UnusableCall`, and the engine's errors."""
    tool = TOOLS.get(name) if isinstance(name, str) else None
    if tool is None:
        raise UnusableCall(f"There is no tool {_shown(name)}. The tools are: {', '.join(TOOLS)}.")
    try:
        arguments = tool.arguments.model_validate({} if given is None else given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"])) or "arguments"
        problem = f"{field}: {_shown(first['input'])}: {first['msg']}."
        raise UnusableCall(f"{problem} The arguments are: {_names(tool)}.") from None
    return await tool.answer(call, arguments)


def _names(tool: Tool) -> str:
    return ", ".join(tool.arguments.model_fields) or "none"


def _shown(value: Any) -> str:
    text = printed_json(value, indent=None)
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"
