"""`/workflow retry` and `/workflow reroute`: a window that asks before a failed step executes again."""

from bot.listeners import decisions
from bot.listeners.context import Caller, Context, FormReply, slack_actor
from bot.slack.display_names import with_names
from bot.slash.commands import RetryCommand
from bot.views import command_replies
from bot.views.forms.modals import failure_modal, fork_modal
from bot.views.message import Message
from engine import Decision, NotPossible, RequestRecord, RunDetail, step_called


async def ask_to_retry(context: Context, asker: Caller, command: RetryCommand) -> Message | FormReply:
    """A window asks before the failure of a run is decided, or a run that has ended is retried as a new run.

    Code executes again, and nobody can take that back. Raises the engine's errors.
    """
    seen = context.seen_by(asker.user)
    detail = await seen.detail((await seen.find_run(command.run)).id)
    request = _failure(detail, command)
    if request is None:
        return await _ask_for_new_run(context, asker, detail, command)
    choice = "reroute" if command.reroute else "retry"
    if choice not in request.policy.choices:
        title = detail.titles.get(request.step, request.step)
        raise NotPossible(f"{title} of {detail.run.short} has no alternative. Use retry, or skip it.")
    decision = Decision(choice, command.reason)
    if refused := await decisions.check(context, asker.user, request.id, decision):
        return command_replies.refused_answer(await with_names(context.people, refused.text))
    return FormReply(failure_modal(request, choice, detail, command.reason))


def _failure(detail: RunDetail, command: RetryCommand) -> RequestRecord | None:
    """Return the open request about the failed step that the command means. Raises `NotPossible`."""
    failures = [each for each in detail.requests if each.kind == "failure" and each.state == "open"]
    if command.step:
        step = step_called(detail.titles, command.step, detail.run.short)
        fitting = [each for each in failures if each.step == step]
        if failures and not fitting:
            raise NotPossible(
                f"{detail.titles[step]} of {detail.run.short} does not wait for a decision. "
                f"These steps do: {_titles(detail, failures)}."
            )
        failures = fitting
    if len(failures) > 1:
        steps = _titles(detail, failures)
        raise NotPossible(f"Several steps of {detail.run.short} failed: {steps}. Name one of them.")
    if failures:
        return failures[0]
    if detail.run.ended_at is None or command.reroute:
        raise NotPossible(f"No failed step of {detail.run.short} waits for a decision.")
    return None


def _titles(detail: RunDetail, failures: list[RequestRecord]) -> str:
    return ", ".join(detail.titles.get(each.step, each.step) for each in failures)


async def _ask_for_new_run(
    context: Context, asker: Caller, detail: RunDetail, command: RetryCommand
) -> FormReply:
    """Raises `NotPossible` for a step that did not fail: to execute that again is a fork."""
    step = command.step
    name = step and step_called(detail.titles, step, detail.run.short)
    if any(record.step == name and record.state not in ("failed", "cancelled") for record in detail.steps):
        raise NotPossible(
            f"{detail.titles[name]} of {detail.run.short} did not fail. "
            f"To start a new run from it, type {context.command} fork {detail.run.short} {name}."
        )
    actor = slack_actor(asker.user)
    first = await context.engine.control.check_fork(detail.run.id, step, actor=actor, reason=command.reason)
    return FormReply(fork_modal(detail, first, asker.channel, command.reason))
