"""Slash commands that steer runs and workflows: pause, resume, mute, skip, rerun, fork, priority."""

from bot.listeners import muting, retrying, subscribing
from bot.listeners.context import Caller, Context, once, slack_actor
from bot.listeners.targets import run_named, workflow_named
from bot.slash import arguments
from bot.views import command_replies
from bot.views.message import Message
from engine import VisibleRuns

Steering = (
    arguments.Pause
    | arguments.Resume
    | arguments.Skip
    | arguments.Rerun
    | arguments.Fork
    | arguments.Retry
    | arguments.Mute
    | arguments.Unmute
    | arguments.Priority
    | arguments.Subscribe
    | arguments.Unsubscribe
    | arguments.Subscriptions
)


async def steer(context: Context, asker: Caller, command: Steering) -> Message:
    """Raises the engine's errors."""
    if isinstance(command, arguments.Retry):
        return await retrying.retry(context, asker, command)
    if isinstance(command, arguments.Mute | arguments.Unmute):
        return await muting.answer(context, asker, command)
    if isinstance(command, arguments.Subscribe | arguments.Unsubscribe | arguments.Subscriptions):
        return await subscribing.answer(context, asker, command)
    control, actor, seen = context.engine.control, slack_actor(asker.user), context.seen_by(asker.user)
    key = once(asker.trigger)
    match command:
        case arguments.Pause(target, reason):
            if name := await _workflow(seen, target):
                runs = await control.pause_workflow(name, reason, actor=actor)
                return command_replies.workflow_paused_answer(name, runs, context.command)
            run = await control.pause_run((await run_named(seen, target)).id, reason, actor=actor)
            return command_replies.paused_answer(run, context.command)
        case arguments.Resume(target):
            if name := await _workflow(seen, target):
                runs = await control.resume_workflow(name, actor=actor)
                return command_replies.workflow_resumed_answer(name, runs)
            run = await control.resume_run((await run_named(seen, target)).id, actor=actor)
            return command_replies.resumed_answer(run)
        case arguments.Skip(target, step, reason):
            run = await control.skip((await seen.find_run(target)).id, step, reason, actor=actor)
            return command_replies.skipped_answer(run, step)
        case arguments.Priority(target, number, reason):
            run = await control.prioritize((await seen.find_run(target)).id, number, reason, actor=actor)
            return command_replies.prioritized_answer(run)
        case arguments.Rerun(target, values):
            found = await seen.find_run(target)
            changes = context.engine.parse_changes(found.workflow, values)
            run = await control.rerun(found.id, changes, actor=actor, channel=asker.channel, key=key)
        case arguments.Fork(target, step):
            found = await seen.find_run(target)
            run = await control.fork(found.id, step, actor=actor, channel=asker.channel, key=key)
    workflow = context.engine.workflow(run.workflow)
    place = command_replies.run_place(run, workflow, asker.channel, closed=asker.closed)
    return command_replies.started_answer(run, place)


async def _workflow(seen: VisibleRuns, target: str) -> str:
    """The name of a workflow that this person may see; `*` for all; empty for any other text."""
    if target.casefold() in ("all", "*"):
        return "*"
    workflow = await workflow_named(seen, target)
    return workflow.name if workflow else ""
