"""Answers about the health of workflows: a list of all, and one against its objectives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views import objectives
from bot.views.blocks import actions, grey, section
from bot.views.command_replies import show_button
from bot.views.message import Block, Message, message
from bot.views.wording.text import count, safe
from bot.views.workflow_health import HealthFacts, health_line, judged
from engine import WorkflowRecord

PAGE = 10
_GRAVITY = {"red": 0, "amber": 1, "green": 2, "unknown": 3}


@dataclass(frozen=True, slots=True)
class Judged:
    """A workflow with the facts by which its health is judged."""

    workflow: WorkflowRecord
    facts: HealthFacts


def health_list(
    listed: Sequence[Judged], total: int, page: int, now: datetime, *, all_judged: bool
) -> Message:
    """Return a page of workflows. `all_judged`: `listed` are all, and the worst come first; else a page."""
    if not total:
        text = "You can see no workflow."
        return message(text, section(text))
    pages = -(-total // PAGE)
    page = min(page, pages)
    colors = [judged(each.workflow, each.facts, now)[0] for each in listed]
    order = sorted(range(len(listed)), key=lambda each: (_GRAVITY[colors[each]], listed[each].workflow.name))
    shown = [listed[each] for each in order]
    if all_judged:
        shown = shown[(page - 1) * PAGE :][:PAGE]
    head = _counted(colors, total) if all_judged else count(total, "workflow")
    part = f" · page {page} of {pages}" if pages > 1 else ""
    lines = [_line(each, now) for each in shown]
    turns = [("Previous", page - 1)] if page > 1 else []
    turns += [("Next", page + 1)] if page < pages else []
    return message(
        f"{head}: " + "; ".join(lines[:5]),
        section(f"*{head}*{part}"),
        *(_entry(each, line, number) for number, (each, line) in enumerate(zip(shown, lines, strict=True))),
        grey("A workflow without objectives is judged by its last runs."),
        actions(
            [
                *(show_button(text, f"health page={number}") for text, number in turns),
                show_button("Workflows", "list"),
            ]
        ),
    )


def _counted(colors: Sequence[str], total: int) -> str:
    """`12 workflows: 1 red, 2 amber, 9 green`."""
    parts = [f"{colors.count(color)} {color}" for color in _GRAVITY if color in colors]
    return f"{count(total, 'workflow')}: {', '.join(parts)}"


def _line(each: Judged, now: datetime) -> str:
    """`🔴 *Ship* · red, failing. Success is missed: 91% against a target of 99%.`; mrkdwn."""
    color, _, _ = judged(each.workflow, each.facts, now)
    sign, words = health_line(each.workflow, each.facts, now)
    return f"{sign} *{safe(each.workflow.title, 100)}* · {color}, {words[:1].lower()}{words[1:]}"


def _entry(each: Judged, line: str, number: int) -> Block:
    name = each.workflow.name
    button = show_button("Health", f"health {name}", label=f"Health of {each.workflow.title}")
    return section(line, f"health:{number}", button)


def objectives_answer(each: Judged, since: Mapping[str, datetime], now: datetime) -> Message:
    """Return one workflow with every objective. `since`: since when each is in its state, where known."""
    line = _line(each, now)
    health = each.facts.objectives
    if health is None:
        rest = [grey(_without(each.workflow))]
    else:
        rest = [section(objectives.line(one, since.get(one.name), now)) for one in health.objectives]
        rest.append(grey(f"{objectives.window_words(health)} {_MEANING}"))
    texts = [objectives.line(one, since.get(one.name), now) for one in health.objectives] if health else []
    return message(
        "; ".join([line, *texts]),
        section(line),
        *rest,
        actions(
            [
                show_button("Show", f"show {each.workflow.name}", label=f"Show {each.workflow.title}"),
                show_button("All workflows", "health"),
            ]
        ),
    )


_MEANING = (
    "The budget is what may go wrong in that time. At a burn rate of 1 it lasts until the end of that time."
)


def _without(workflow: WorkflowRecord) -> str:
    if workflow.may_see:
        seen = "It is judged by the runs that are visible here."
        return f"{seen} Its objectives are for people who see all of its runs."
    return "It has no objectives, so it is judged by its last runs. Its author can declare some: objectives=…"
