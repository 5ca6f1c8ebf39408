"""The workflows with their health, and the page of one."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.console.parts import Parts, Reader
from bot.console.wording import Wording
from bot.graphs import pictures
from bot.graphs.words import in_words
from bot.listeners.health_reading import HealthReader, health_reader
from bot.listeners.read_commands import visible_workflows
from bot.views import objectives
from bot.views.answers.trigger_answers import trigger_lines
from bot.views.runs.shown_state import plain_state
from bot.views.wording import channels
from bot.views.workflow_health import ended_runs, under_way, verdict
from engine import Health, UnknownWorkflow, WorkflowRecord

Values = Mapping[str, Any]


async def listed(parts: Parts, reader: Reader) -> Values:
    """Return every workflow that the reader may see, by name."""
    workflows = await visible_workflows(parts.engine, reader.seen)
    health = await _health(parts, reader, workflows)
    wording = await parts.wording(reader, *(workflow.owner for workflow in workflows))
    return {"workflows": [await _row(workflow, health, wording) for workflow in workflows]}


async def one(parts: Parts, reader: Reader, name: str) -> Values:
    """Return one workflow. Raises `UnknownWorkflow`."""
    workflow = await _named(parts, reader, name)
    health = await _health(parts, reader, [workflow])
    channel = f"#{workflow.channel.lstrip('#')}" if workflow.channel else ""
    wording = await parts.wording(reader, workflow.owner, *([channel] if channel else []))
    drawn = asdict(parts.engine.drawing(workflow.name))
    measured = await health.objectives(workflow)
    return {
        **await _row(workflow, health, wording),
        "triggers": [wording.rich(line) for line in trigger_lines(workflow.triggers, wording.now)],
        "channel": wording.rich(channels.reference(channel)) if channel else "",
        "description": workflow.description,
        "graph": in_words(drawn),
        "objectives": await _objectives(parts, workflow, measured, wording) if measured else [],
        "window": objectives.window_words(measured) if measured else "",
        "picture": pictures.available(),
    }


async def graph(parts: Parts, reader: Reader, name: str) -> str:
    """Return the picture of a workflow. Raises `UnknownWorkflow`, `NoRenderer`."""
    workflow = await _named(parts, reader, name)
    return await asyncio.to_thread(pictures.svg, asdict(parts.engine.drawing(workflow.name)))


async def _named(parts: Parts, reader: Reader, name: str) -> WorkflowRecord:
    found = await visible_workflows(parts.engine, reader.seen)
    for workflow in found:
        if workflow.name == name:
            return workflow
    raise UnknownWorkflow(f"There is no workflow called {name}.", name=name, nearest="")


async def _health(parts: Parts, reader: Reader, workflows: list[WorkflowRecord]) -> HealthReader:
    owned = [] if reader.everything else [each for each in workflows if await reader.seen.owns(each)]
    return await health_reader(parts.engine, reader.seen, owned, everything=reader.everything)


async def _row(workflow: WorkflowRecord, health: HealthReader, wording: Wording) -> Values:
    facts = await health.facts(workflow)
    sign, word, reasons = verdict(workflow, facts, wording.now)
    ended = ended_runs(facts.runs)
    return {
        "name": workflow.name,
        "title": workflow.title,
        "sign": sign,
        "health": word,
        "reasons": [wording.rich(reason) for reason in reasons],
        "under_way": under_way(facts.runs),
        "last": ended[0] if ended else None,
        "last_state": " ".join(plain_state(ended[0], wording.names)) if ended else "",
        "last_at": wording.moment(ended[0].created_at) if ended else "",
        "next_at": wording.moment(_next(workflow, bool(facts.paused))),
        "owner": wording.rich(wording.names.ref(workflow.owner)),
    }


async def _objectives(
    parts: Parts, workflow: WorkflowRecord, measured: Health, wording: Wording
) -> list[Values]:
    since = await parts.engine.objectives_since(workflow.name)
    return [
        {
            "name": objectives.NAMES[each.name],
            "sign": objectives.SIGNS[each.state],
            "state": each.state,
            "since": wording.moment(since.get(each.name)),
            "against": objectives.against(each),
            "counts": objectives.counts(each) if each.events else "",
        }
        for each in measured.objectives
    ]


def _next(workflow: WorkflowRecord, paused: bool) -> datetime | None:
    upcoming = [trigger.upcoming for trigger in workflow.triggers if trigger.upcoming]
    return min(upcoming) if upcoming and not paused else None
