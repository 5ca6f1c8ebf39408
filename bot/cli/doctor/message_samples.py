"""A sample of each kind of message, window and page, from the records of runs in a database of their own."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.views import command_replies
from bot.views.answers.runs_answer import Listing, runs_page
from bot.views.answers.workflow_answer import WorkflowFacts, workflow_answer
from bot.views.button_values import ButtonValue
from bot.views.forms.form import form_modal
from bot.views.forms.modals import cancel_modal, reason_modal
from bot.views.home import home_view
from bot.views.message import Message, Names
from bot.views.requests.approval import approval_message
from bot.views.requests.details import request_details, run_details
from bot.views.requests.failure import failure_message
from bot.views.runs.run import run_message
from engine import (
    Actor,
    Engine,
    FoundRequests,
    Person,
    RequestRecord,
    RunDetail,
    RunFilter,
    StaticPeople,
    Workflow,
)

_ASKER = Actor("slack", "U01SAMPLE")
_OWNER, _COMMAND = "@owners", "/workflow"
_ENDED_RUNS = 5
"""So many are drawn in charts."""


class Release(BaseModel):
    """The input of the samples."""

    service: str = "billing"
    copies: int = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """`argument`: the name by which `blocks.validate` takes it, `message` or `view`."""

    kind: str
    argument: str
    content: dict[str, Any]
    replaceable: bool = False
    """Signoff shows something plainer where Slack refuses it."""


async def message_samples(now: datetime) -> list[Sample]:
    """Run two small workflows, and return what people would see of them."""
    people = StaticPeople([Person(_ASKER.id, "Sample")], {"owners": [_ASKER.id]})
    with tempfile.TemporaryDirectory(prefix="signoff-samples-") as folder:
        engine = await Engine.open(Path(folder) / "signoff.db", people=people)
        try:
            for workflow in (_release(), _sync()):
                engine.register(workflow)
            await engine.serve()
            started = await engine.start("sample-release", Release(), actor=_ASKER)
            for _ in range(_ENDED_RUNS):
                run = await engine.start("sample-sync", actor=_ASKER)
                await engine.until_ended(run.id)
            await engine.activity.idle()
            detail = await engine.detail(started.id)
            return [*_of_run(detail, now), *_of_requests(detail, now), *await _of_lists(engine, detail, now)]
        finally:
            await engine.close(grace=0)


def _release() -> Workflow:
    workflow = Workflow("sample-release", input=Release, owner=_OWNER, channel="#samples")

    @workflow.step
    async def build(input: Release) -> Release:
        return input

    @workflow.step
    async def upload(build: Release) -> str:
        raise ConnectionError("the registry did not answer")

    workflow.approval(
        "go", ask="Ship {build.service}?", show="build", approvers=[_OWNER], expires="4h", advisory=True
    )
    return workflow


def _sync() -> Workflow:
    workflow = Workflow("sample-sync", owner=_OWNER, channel="#samples")

    @workflow.step
    async def copy() -> str:
        return "done"

    return workflow


def _of_run(detail: RunDetail, now: datetime) -> list[Sample]:
    plan = run_message(detail, Names(), now)
    return [
        _message("the message of a run, with Slack's plan", plan, replaceable=True),
        _message("the message of a run", run_message(detail, Names(), now, plan=False)),
        Sample("the details of a run", "view", run_details(detail, now)),
        Sample("the window that cancels a run", "view", cancel_modal(detail)),
    ]


def _of_requests(detail: RunDetail, now: datetime) -> list[Sample]:
    samples: list[Sample] = []
    for request in detail.requests:
        if request.kind == "failure":
            samples.append(
                _message("the message of a failure", failure_message(request, detail, Names(), now))
            )
            continue
        clicked = ButtonValue(request.id, "reject")
        samples += [
            _message("a question", approval_message(request, detail, Names(), now)),
            Sample("the details of a question", "view", request_details(request, detail, now)),
            Sample("the window that asks for a reason", "view", reason_modal(request, clicked)),
        ]
    return samples


async def _of_lists(engine: Engine, detail: RunDetail, now: datetime) -> list[Sample]:
    runs = (await engine.seen_by(_ASKER).find(RunFilter(), 20)).runs
    ended = [run for run in runs if run.workflow == "sample-sync"]
    workflow, facts = engine.workflow("sample-release"), WorkflowFacts(ended)
    waiting = FoundRequests(_asked(detail), len(_asked(detail)))
    history = runs_page(ended, Listing("sample-sync"), now, _COMMAND, facts, UTC)
    samples = [
        _message("the history of a workflow, with Slack's charts", history, replaceable=True),
        _message("the list of runs", history.plainest),
        _message(
            "the answer about a workflow",
            workflow_answer(workflow, engine.drawing(workflow.name), facts, now).plainest,
        ),
        _message("the list of workflows", command_replies.list_answer(engine.workflows(), _COMMAND, now)),
        Sample("the Home", "view", home_view(waiting, runs, engine.workflows(), now, _COMMAND)),
    ]
    form = form_modal(workflow, None)
    return [*samples, Sample("the form that starts a run", "view", form)] if form else samples


def _asked(detail: RunDetail) -> tuple[RequestRecord, ...]:
    return tuple(request for request in detail.requests if request.kind == "approval")


def _message(kind: str, message: Message, *, replaceable: bool = False) -> Sample:
    content = {"text": message.text, "blocks": [dict(block) for block in message.blocks]}
    return Sample(kind, "message", content, replaceable)
