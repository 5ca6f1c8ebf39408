"""Subcommand health: workflows against their objectives."""

from bot.listeners.context import Caller, Context
from bot.listeners.health_reading import health_reader
from bot.listeners.read_commands import visible_workflows, with_unreadable
from bot.slash.commands import HealthCommand
from bot.views.answers.health_answer import PAGE, Judged, health_list, objectives_answer
from bot.views.message import Message

_MAX_SORTED = 100
"""Workflows that are all judged, so that those in the worst state come first."""


async def health(context: Context, asker: Caller, command: HealthCommand) -> Message:
    """Answer `health`. Raises the engine's errors."""
    seen, now = await context.view_for(asker), context.clock.now()
    workflows = await visible_workflows(context.engine, seen)
    owned = [each for each in workflows if await seen.owns(each)]
    reader = await health_reader(context.engine, seen, owned, public=asker.public)
    if command.workflow:
        name = (await seen.workflow(command.workflow)).name
        workflow = next(each for each in workflows if each.name == name)
        since = await context.engine.objectives_since(name)
        judged = Judged(workflow, await reader.facts(workflow))
        return await with_unreadable(context, objectives_answer(judged, since, now))
    everything = len(workflows) <= _MAX_SORTED
    here = workflows if everything else workflows[(command.page - 1) * PAGE :][:PAGE]
    listed = [Judged(workflow, await reader.facts(workflow)) for workflow in here]
    answer = health_list(listed, len(workflows), command.page, now, all_judged=everything)
    return await with_unreadable(context, answer)
