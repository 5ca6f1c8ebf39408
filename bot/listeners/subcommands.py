"""Answers to the subcommands, typed or by button: messages for one person."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.listeners import (
    away,
    canary_command,
    granting,
    health_command,
    insight_command,
    muting,
    read_commands,
    report_sharing,
    retry_commands,
    run_commands,
    steering_commands,
    step_logs,
    subscribing,
)
from bot.listeners.context import Caller, Context, FormReply, slack_actor
from bot.listeners.message_links import message_links
from bot.listeners.read_commands import visible_workflows
from bot.listeners.surface import Surface
from bot.listeners.targets import workflow_named
from bot.off_the_loop import rendered
from bot.slack.display_names import names_in, with_handles, with_names, with_people
from bot.slack.message_text import labelled
from bot.slash import arguments, commands
from bot.slash.argument_error import ArgumentError
from bot.slash.commands import (
    Command,
    GraphCommand,
    HealthCommand,
    InsightCommand,
    RunsCommand,
    ShowCommand,
    TriggersCommand,
)
from bot.slash.reading import STATES
from bot.slash.starting import correct_values, run_command
from bot.slash.tokenizer import unescape
from bot.views import command_replies
from bot.views.answers.help_answer import Abilities, Usage, help_answer
from bot.views.message import Message
from bot.views.runs.resources import resources_answer
from bot.views.runs.workers import workers_answer
from engine import (
    AlteredRun,
    InvalidInput,
    ListPlace,
    NotAllowed,
    PeopleUnavailable,
    RunFilter,
    SignoffError,
    UnknownRun,
    UnknownWorkflow,
    place_in_list,
)
from engine.text import without_folders

Answered = Message | FormReply


@dataclass(frozen=True, slots=True)
class Subcommand:
    """The answer to a subcommand, and its lines in the help.

    `shareable`: it reads for `Context.view_for`, so that a shared answer has only what the channel may see.
    """

    answer: Callable[[Context, Caller, Any], Awaitable[Answered]]
    usages: tuple[Usage, ...] = ()
    shareable: bool = False


async def typed(context: Context, asker: Caller, text: str) -> tuple[Answered, bool]:
    """Answer a typed command, and say whether the answer is shared in the channel: what is refused is not."""
    shared, rest = arguments.public(text)
    reply = await answer(context, replace(asker, public=shared), rest)
    return reply, shared and isinstance(reply, Message) and not reply.refusal


async def answer(context: Context, asker: Caller, text: str) -> Answered:
    """Answer a command; people's mistakes are answered, not raised."""
    text = await labelled(context.people, text)
    try:
        command = arguments.parse(text, context.command)
        subcommand = SUBCOMMANDS[type(command)]
        if asker.public and not subcommand.shareable:
            raise ArgumentError(_not_shareable(), corrected=f"{context.command} {unescape(text)}")
        if not isinstance(command, commands.HelpCommand):
            await context.member(asker.user)
        return await subcommand.answer(context, asker, command)
    except ArgumentError as error:
        return await _refused_argument(context, await _with_known_fields(context, asker, error))
    except (UnknownRun, UnknownWorkflow) as error:
        if isinstance(error, UnknownRun) and (reply := await _of_workflow(context, asker, text)):
            return reply
        return await _refused_target(context, error, text)
    except SignoffError as error:
        return await refused(context, error)


async def _of_workflow(context: Context, asker: Caller, text: str) -> Message | None:
    """Return how to name a run, where a command for runs names a workflow; None where it names none."""
    seen, typed, slash = await context.view_for(asker), arguments.target_in(text), context.command
    workflow = await workflow_named(seen, typed)
    if workflow is None:
        return None
    name = workflow.name
    problem = f"{name} is a workflow, and this command takes one of its runs."
    newest = (await seen.find(RunFilter(name), 1)).runs
    if not newest:
        return command_replies.refused_answer(
            f"{problem} It has none yet that you can see.", corrected=f"{slash} run {name}"
        )
    return command_replies.refused_answer(
        problem,
        expected=f"{slash} runs {name} lists them. The newest is {newest[0].short}.",
        corrected=f"{slash} {arguments.with_nearest(text, typed, newest[0].short)}",
    )


async def _with_known_fields(context: Context, asker: Caller, error: ArgumentError) -> ArgumentError:
    """Return the error with a suggestion that gives a workflow only fields that it has."""
    text = error.corrected.removeprefix(f"{context.command} ")
    try:
        command = arguments.parse(text, context.command)
    except ArgumentError:
        return error
    if not isinstance(command, commands.RunCommand) or not command.values:
        return error
    workflow = await workflow_named(context.seen_by(asker.user), command.workflow)
    known = (workflow.input_schema or {}).get("properties") or {} if workflow else {}
    if workflow is None or set(command.values) <= set(known):
        return error
    fields = (
        f"The fields of {workflow.name} are {', '.join(known)}."
        if known
        else (f"{workflow.name} takes no input.")
    )
    start_text = run_command(context.command, workflow.name, {}, command.priority)
    corrected = f"{start_text} {correct_values(command.values, known, ())}".strip()
    return ArgumentError(error.problem, f"{error.expected} {fields}".strip(), corrected)


async def _refused_target(context: Context, error: UnknownRun | UnknownWorkflow, text: str) -> Message:
    """Return what is wrong with the workflow or run that a command names."""
    name = context.command
    if channel := arguments.channel_in(text):
        return command_replies.refused_answer(
            f"This command takes the name of a workflow or a run, and not a channel such as {channel}.",
            expected=(
                f"{name} list shows the workflows and {name} runs the newest runs. "
                f"{name} subscribe NAME sends the news of a workflow to the channel where you type it."
            ),
            corrected=f"{name} list" if isinstance(error, UnknownWorkflow) else f"{name} runs",
        )
    if isinstance(error, UnknownWorkflow):
        corrected = arguments.with_nearest(text, error.name, error.nearest) or "list"
        problem = await with_people(context.people, str(error))
        return command_replies.refused_answer(problem, corrected=f"{name} {corrected}")
    return await refused(context, error)


async def _refused_argument(context: Context, error: ArgumentError) -> Message:
    """Return what is wrong with the typed command, with the names of the people that it mentions."""
    corrected = await with_handles(context.people, error.corrected)
    if error.colleague:
        names = await names_in(context.people, error.colleague)
        corrected = corrected.replace("@colleague", f"@{names.plain(error.colleague).removeprefix('@')}")
    problem = await with_people(context.people, error.problem)
    return command_replies.refused_answer(problem, expected=error.expected, corrected=corrected)


def _not_shareable() -> str:
    written = [usage.written for each in SUBCOMMANDS.values() if each.shareable for usage in each.usages]
    names = list(dict.fromkeys(text.split()[0] for text in written))
    shared = f"{', '.join(names[:-1])} and {names[-1]}"
    return f"--public works only with {shared}. Nothing was done."


async def _help(context: Context, asker: Caller, command: commands.HelpCommand) -> Message:
    usages = [usage for each in SUBCOMMANDS.values() for usage in each.usages]
    return help_answer(context.command, usages, await _abilities(context, asker.user))


async def _list(context: Context, asker: Caller, command: commands.ListCommand) -> Message:
    workflows = await visible_workflows(context.engine, await context.view_for(asker))
    return command_replies.list_answer(workflows, context.command, context.clock.now())


async def _resources(context: Context, asker: Caller, command: commands.ResourcesCommand) -> Message:
    resources = await context.seen_by(asker.user).resources(await context.engine.resources())
    return resources_answer(resources, context.clock.now())


async def _workers(context: Context, asker: Caller, command: commands.WorkersCommand) -> Message:
    state = await context.seen_by(asker.user).workers(await context.engine.workers())
    return workers_answer(state, context.clock.now())


async def _approvals(context: Context, asker: Caller, command: commands.ApprovalsCommand) -> Message:
    return await waiting_answer(context, asker.user, place_in_list(command.after))


async def waiting_answer(context: Context, user: str, after: ListPlace | None = None) -> Message:
    """Return a page of the requests that wait for this person, with their buttons."""
    found, now = await context.engine.find_waiting(user, after=after), context.clock.now()
    urls = await message_links(context, found)
    reply = await rendered(
        found.requests, command_replies.approvals_answer, found, now, after=after, urls=urls
    )
    return await read_commands.with_unreadable(context, reply)


async def list_again(context: Context, surface: Surface) -> None:
    """Update the list that was clicked in, without the requests that are answered now."""
    await surface.list_again(await waiting_answer(context, surface.user, surface.page))


async def _abilities(context: Context, user: str) -> Abilities:
    try:
        await context.member(user)
    except NotAllowed:
        return Abilities(member=False)
    except PeopleUnavailable:
        return Abilities()
    seen = context.seen_by(user)
    workflows = await seen.workflows()
    running, _ = await context.engine.runs(states=STATES["open"], limit=1, actor=slack_actor(user))
    starts = any(each.startable for each in workflows)
    return Abilities(
        starts=starts,
        controls=await seen.controls_any(),
        started=bool(running),
        responds=await seen.responds_any(),
        breaks_glass=await seen.breaks_glass_any(),
    )


async def _reassign(context: Context, asker: Caller, command: commands.ReassignCommand) -> Message:
    run_record = await context.seen_by(asker.user).find_run(command.run)
    waiting = [
        request
        for request in await context.engine.requests(run_id=run_record.id, limit=None)
        if request.kind != "clarification"
    ]
    if len(waiting) != 1:
        if not waiting:
            return command_replies.refused_answer(
                f"{run_record.short} has no open request, so nothing can be reassigned."
            )
        text = f"{run_record.short} has {len(waiting)} open requests. Decide each of them in its own message."
        return command_replies.refused_answer(text)
    to = await context.people.reference(command.to)
    request = await context.engine.reassign(waiting[0].id, to, actor=slack_actor(asker.user))
    names = await names_in(context.people, request)
    return command_replies.reassigned_answer(run_record, request, names)


async def refused(context: Context, error: SignoffError) -> Message:
    """Return an error of the engine as a message, with the next command to type.

    What a person wrote is shown as it is, and the paths of the server are not.
    """
    text = str(error)
    if not isinstance(error, InvalidInput):
        text = without_folders(text)
    if isinstance(error, InvalidInput | UnknownWorkflow | UnknownRun):
        text = await with_people(context.people, text)
    else:
        text = await with_names(context.people, text)
    match error:
        case AlteredRun():
            return command_replies.refused_answer(text)
        case UnknownWorkflow():
            return command_replies.refused_answer(text, corrected=f"{context.command} list")
        case UnknownRun():
            return command_replies.refused_answer(text, corrected=f"{context.command} runs")
    return command_replies.refused_answer(text)


SUBCOMMANDS: Mapping[type[Command], Subcommand] = {
    commands.HelpCommand: Subcommand(_help),
    commands.ListCommand: Subcommand(_list, (Usage("see", "list", "the workflows"),), shareable=True),
    ShowCommand: Subcommand(
        read_commands.show,
        (
            Usage("see", "show NAME", "what a workflow does, its triggers and its last runs"),
            Usage("see", "show RUN", "one run, step by step"),
        ),
        shareable=True,
    ),
    RunsCommand: Subcommand(
        read_commands.runs,
        (
            Usage("see", "runs", "the newest runs; filter with failed, mine, since=2d, text=…"),
            Usage("see", "history NAME", "how the last runs of a workflow ended"),
        ),
        shareable=True,
    ),
    TriggersCommand: Subcommand(
        read_commands.triggers,
        (
            Usage("see", "schedules", "the schedules, the next one first"),
            Usage("see", "triggers", "the triggers of the workflows"),
        ),
        shareable=True,
    ),
    HealthCommand: Subcommand(
        health_command.health,
        (Usage("see", "health NAME", "a workflow against its objectives; without a name, all of them"),),
        shareable=True,
    ),
    InsightCommand: Subcommand(
        insight_command.insight,
        (
            Usage("see", "insight NAME", "how often people agreed with a decision"),
            Usage("see", "insight NAME propose", "a better threshold, to ask the approvers of a gate for"),
        ),
        shareable=True,
    ),
    GraphCommand: Subcommand(
        read_commands.graph,
        (Usage("see", "graph NAME", "the picture of a workflow or a run"),),
        shareable=True,
    ),
    commands.ReportCommand: Subcommand(
        report_sharing.answer,
        (Usage("see", "report RUN", "what was asked, decided and done in a run, as a file"),),
        shareable=True,
    ),
    commands.LogsCommand: Subcommand(
        step_logs.answer, (Usage("see", "logs RUN STEP", "what a step logged"),), shareable=True
    ),
    commands.GrantsCommand: Subcommand(
        granting.answer, (Usage("see", "grants", "what approvers approved in advance"),)
    ),
    commands.ResourcesCommand: Subcommand(
        _resources, (Usage("see", "resources", "what is in use, and how many steps wait"),)
    ),
    commands.WorkersCommand: Subcommand(
        _workers, (Usage("see", "workers", "the workers, and the steps that wait for one"),)
    ),
    commands.CanaryCommand: Subcommand(
        canary_command.answer,
        (Usage("see", "canary NAME", "compare the runs of a candidate with those of the current file"),),
    ),
    commands.RunCommand: Subcommand(
        run_commands.run,
        (
            Usage("start", "run", "choose a workflow and fill in its form"),
            Usage("start", "run NAME key=value…", "start a run"),
        ),
    ),
    commands.RerunCommand: Subcommand(
        steering_commands.ask_to_rerun,
        (Usage("start", "rerun RUN", "start it again; key=value changes the input"),),
    ),
    commands.CancelCommand: Subcommand(
        run_commands.ask_to_cancel, (Usage("own", "cancel RUN", "cancel a run"),)
    ),
    commands.PauseCommand: Subcommand(
        steering_commands.pause,
        (
            Usage("own", "pause RUN", "pause a run"),
            Usage("control", "pause NAME", "pause a workflow; resume NAME ends it"),
        ),
    ),
    commands.ResumeCommand: Subcommand(
        steering_commands.resume, (Usage("own", "resume RUN", "continue a paused run"),)
    ),
    commands.MuteCommand: Subcommand(
        muting.answer,
        (Usage("control", "mute NAME for=2h", "mute its failures for a while"),),
    ),
    commands.UnmuteCommand: Subcommand(muting.answer, (Usage("control", "unmute NAME", "end that mute"),)),
    commands.SubscribeCommand: Subcommand(
        subscribing.answer,
        (Usage("see", "subscribe NAME", "get the news of a workflow in this channel"),),
    ),
    commands.UnsubscribeCommand: Subcommand(
        subscribing.answer, (Usage("see", "unsubscribe NAME", "end that subscription"),)
    ),
    commands.SubscriptionsCommand: Subcommand(
        subscribing.answer, (Usage("see", "subscriptions", "the workflows whose news this channel gets"),)
    ),
    commands.RetryCommand: Subcommand(
        retry_commands.ask_to_retry,
        (
            Usage("control", "retry RUN STEP", "try a failed step again"),
            Usage("control", "reroute RUN STEP", "execute the alternative of a failed step"),
        ),
    ),
    commands.SkipCommand: Subcommand(
        steering_commands.ask_to_skip,
        (Usage("control", "skip RUN STEP", "skip a step that has not started"),),
    ),
    commands.PriorityCommand: Subcommand(
        steering_commands.priority, (Usage("control", "priority RUN N", "change the priority of a run"),)
    ),
    commands.ForkCommand: Subcommand(
        steering_commands.ask_to_fork,
        (Usage("control", "fork RUN STEP", "start a new run from a step of an ended run"),),
    ),
    commands.ApprovalsCommand: Subcommand(
        _approvals, (Usage("decide", "approvals", "the requests that wait for you"),)
    ),
    commands.ReassignCommand: Subcommand(
        _reassign,
        (
            Usage(
                "decide", "reassign RUN @colleague", "hand the open request of a run to a colleague or group"
            ),
        ),
    ),
    commands.AwayCommand: Subcommand(
        away.answer, (Usage("decide", "away until fri to @colleague", "name a delegate while you are away"),)
    ),
    commands.BackCommand: Subcommand(away.answer),
}
"""Every subcommand by what `bot.slash.arguments` makes of it, in the order of the help."""
