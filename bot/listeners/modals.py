"""Modals that ask for a reason, a confirmation or the input of a run. They show mistakes inside."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.listeners import (
    breaking_glass,
    canary_command,
    decisions,
    home,
    insight_command,
    run_commands,
    start_forms,
    steering_commands,
    subcommands,
)
from bot.listeners.context import Caller, Context, once, slack_actor
from bot.slack.display_names import with_names
from bot.slack.reads import click_budget
from bot.views import button_values, command_replies
from bot.views.button_values import UNKNOWN_REQUEST, ButtonValue, UnknownButton
from bot.views.forms import break_glass_form, grant_form, modals, repeating
from bot.views.forms.canary_form import CANARY, canary_end
from bot.views.forms.form import errors_in, filled_names, schema_digest, values_in
from bot.views.forms.proposal_form import PROPOSAL, asked_about, chosen_gate
from bot.views.message import Message
from engine import Decision, DecisionResult, InvalidInput, SignoffError, TextTooLong
from engine.text import is_blank

Reply = dict[str, Any]
"""Content of the acknowledgment; an empty one closes the modal."""
Submit = Callable[[Context, str, Mapping[str, Any], ButtonValue], Awaitable[Reply]]


def register(app: AsyncApp, context: Context) -> None:
    @app.view(re.compile(r"^signoff:"))
    async def submitted(ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
        with click_budget():
            reply = await submit(context, body["user"]["id"], view)
        await ack(**await context.people.channel_references.in_body(reply))


async def submit(context: Context, user: str, view: Mapping[str, Any]) -> Reply:
    """Handle a submitted modal. People's mistakes are shown in the modal, never raised."""
    try:
        value = button_values.decode(view.get("private_metadata", ""))
        submit_view = _SUBMITS.get(view["callback_id"])
        if submit_view is None:
            raise UnknownButton(
                "This window is from another release of Signoff and cannot be submitted. Open it again."
            )
        if submit_view not in _ENGINE_ASKS:
            await context.member(user)
        return await submit_view(context, user, view, value)
    except UnknownButton as error:
        return _instead(command_replies.refused_answer(str(error), corrected=f"{context.command} help"))
    except TextTooLong as error:
        return {"response_action": "errors", "errors": {modals.COMMENT: str(error)}}
    except SignoffError as error:
        return _instead(await subcommands.refused(context, error))


def _instead(content: Message) -> Reply:
    """Replace the modal with a text for the person."""
    return {"response_action": "update", "view": modals.notice_modal(content)}


def _text(view: Mapping[str, Any], field: str) -> str:
    return ((view["state"]["values"].get(field) or {}).get(field) or {}).get("value") or ""


_FIELDS = {
    "confirm_required": modals.CONFIRM, "code_required": modals.CODE, "comment_required": modals.COMMENT,
}  # fmt: skip
"""Field under which a refusal that needs more input is shown, by its code."""


def _wants(view: Mapping[str, Any], result: DecisionResult) -> Reply | None:
    """Return the refusal under its field, if the modal has that field."""
    field = _FIELDS.get(result.code)
    if field is None or field not in view["state"]["values"]:
        return None
    return {"response_action": "errors", "errors": {field: result.text}}


def _decision(view: Mapping[str, Any], value: ButtonValue) -> Decision:
    """Return the decision that a submitted modal carries."""
    return Decision(
        value.choice,
        comment=_text(view, modals.COMMENT),
        typed=_text(view, modals.CONFIRM),
        one_time_code=_text(view, modals.CODE),
        seen=value.seen,
    )


async def _decide(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    result = await decisions.decide(context, user, value.id, _decision(view, value))
    return _wants(view, result) or await _answered(context, user, view, result)


async def _fill_in(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    """Handle the submitted form of an approval."""
    request = await context.seen_by(user).request(value.id)
    if request is None or request.form is None:
        raise UnknownButton(UNKNOWN_REQUEST)
    shown = request.value if isinstance(request.value, Mapping) else {}
    values, unreadable = values_in(view, request.form.spec.fields, shown)
    if unreadable:
        return {"response_action": "errors", "errors": errors_in(unreadable, view)}
    result = await decisions.decide(context, user, value.id, replace(_decision(view, value), value=values))
    if result.code == "bad_value":
        return {"response_action": "errors", "errors": errors_in(result.problems, view)}
    return _wants(view, result) or await _answered(context, user, view, result)


async def _together(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    seen = button_values.decode_seen(value)
    results = [
        replace(result, text=await with_names(context.people, result.text))
        for result in await decisions.approve_together(context, user, seen)
    ]
    context.background.start(home.publish(context, user), "publish a Home")
    _list_again(context, view)
    return _instead(command_replies.together_answer(results))


async def _grant(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    """Approve a request with a grant."""
    uses, lasts = grant_form.chosen(view)
    reply = await decisions.grant(context, user, value.id, uses, lasts, value.seen)
    if reply.result.code == "decided" and reply.grant is None:
        text = "The request is approved. No grant was given, so further requests are asked as before."
        return _instead(command_replies.recorded_answer(text))
    return await _answered(context, user, view, reply.result)


async def _break_glass(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    """Approve a request alone. A refusal is shown under its field."""
    reason, typed, code = (_text(view, field) for field in (modals.COMMENT, modals.CONFIRM, modals.CODE))
    result = await breaking_glass.use(context, user, value.id, reason, typed, code, value.seen)
    reply = _wants(view, result) or await _answered(context, user, view, result)
    # The details below it show the request as it was.
    return reply or {"response_action": "clear"}


def _list_again(context: Context, view: Mapping[str, Any]) -> None:
    """Refresh the list from which the modal was opened, if it was opened from one."""
    if surface := context.open_lists.take(str(view.get("id"))):
        listed = subcommands.list_again(context, surface)
        context.background.start(listed, "list the waiting requests again")


async def _ask(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    text = _text(view, modals.COMMENT)
    if is_blank(text):
        return {"response_action": "errors", "errors": {modals.COMMENT: "Write your question."}}
    await context.engine.ask_requester(value.id, text, actor=slack_actor(user))
    return {}


async def _answered(context: Context, user: str, view: Mapping[str, Any], result: DecisionResult) -> Reply:
    _list_again(context, view)
    if result.code == "recorded":
        return _instead(command_replies.recorded_answer(result.text))
    if result.code != "decided":
        return _instead(command_replies.refused_answer(await with_names(context.people, result.text)))
    context.background.start(home.publish(context, user), "publish a Home")
    return {}


async def _skip(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    reason = _text(view, modals.COMMENT)
    await context.engine.control.skip(value.id, value.word, reason, actor=slack_actor(user))
    return {}


async def _fork(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    """Retry a step of a run that has ended, as a new run."""
    channel, _, step = value.word.partition("@")
    asker = Caller(user, None if channel == "-" else channel, view["id"], closed=True)
    return _instead(
        await steering_commands.fork_at(context, asker, value.id, step, _text(view, modals.COMMENT))
    )


async def _end_canary(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    """Promote a candidate or roll it back, as the modal asked."""
    act, since = canary_end(value)
    name = (await context.seen_by(user).workflow(value.id)).name
    return _instead(await canary_command.end(context, user, name, act, since, _text(view, modals.COMMENT)))


async def _propose(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    """Ask the approvers of a gate for the threshold that the modal showed."""
    return _instead(await insight_command.ask(context, user, asked_about(value), chosen_gate(view)))


async def _rerun(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    """Start the workflow again as the modal showed it."""
    channel, changes = repeating.changes_in(value)
    asker = Caller(user, channel, view["id"], closed=True)
    reason = _text(view, modals.COMMENT)
    return _instead(await steering_commands.rerun_with(context, asker, value.id, changes, reason))


async def _cancel(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    await run_commands.cancel(context, user, value.id, _text(view, modals.COMMENT))
    return {}


async def _again(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    """Handle the form with the input of a run: start the workflow again with what was changed."""
    workflow = await context.seen_by(user).startable(value.choice)
    digest, _, source = value.seen.partition("+")
    schema = workflow.input_schema or {}
    if digest != schema_digest(schema):
        return _instead(command_replies.refused_answer(_changed_form(workflow.name)))
    run = (await context.seen_by(user).detail(source)).run
    shown = run.input if isinstance(run.input, Mapping) else {}
    changed, unreadable = values_in(view, schema, shown)
    if unreadable:
        return {"response_action": "errors", "errors": errors_in(unreadable, view)}
    channel = None if value.id == "-" else value.id
    try:
        changes = context.engine.parse_changes(workflow.name, changed)
        started = await context.engine.control.rerun(
            source,
            changes,
            actor=slack_actor(user),
            channel=channel,
            key=once(view["id"]),
            reason=_text(view, modals.COMMENT),
        )
    except InvalidInput as error:
        return {"response_action": "errors", "errors": errors_in(error.problems, view)}
    return _instead(command_replies.again_answer(started, run, workflow))


def _changed_form(name: str) -> str:
    return f"{name} changed after this form was opened, so no run was started. Open the form again."


async def _start(context: Context, user: str, view: Mapping[str, Any], value: ButtonValue) -> Reply:
    workflow = await context.seen_by(user).startable(value.choice)
    channel = None if value.id == "-" else value.id
    schema = workflow.input_schema or {}
    digest, source, priority, places, *_ = [*value.seen.split("+"), "", "", ""]
    if digest and digest != schema_digest(schema):
        return _instead(command_replies.refused_answer(_changed_form(workflow.name)))
    shown = await start_forms.shown_values(context, user, source)
    changed, unreadable = values_in(view, schema, shown, filled_names(schema, places))
    if unreadable:
        return {"response_action": "errors", "errors": errors_in(unreadable, view)}
    values = {**shown, **changed}
    try:
        caller = Caller(user, channel, view["id"])
        number = int(priority) if priority else None
        started = await run_commands.start(context, caller, workflow, values, number)
    except InvalidInput as error:
        return {"response_action": "errors", "errors": errors_in(error.problems, view)}
    if channel is None:
        context.background.start(home.publish(context, user), "publish a Home")
        return _instead(started)
    return {}


_ENGINE_ASKS: frozenset[Submit] = frozenset({_decide, _fill_in, _together})
"""Handlers that end in a decision: the engine refuses people who may not act, in words about it."""
_SUBMITS: Mapping[str, Submit] = {
    modals.DECIDE: _decide,
    modals.CANCEL: _cancel,
    modals.SKIP: _skip,
    modals.FORK: _fork,
    CANARY: _end_canary,
    PROPOSAL: _propose,
    repeating.RERUN: _rerun,
    modals.START: _start,
    modals.FILL_IN: _fill_in,
    modals.TOGETHER: _together,
    modals.ASK: _ask,
    grant_form.CALLBACK: _grant,
    break_glass_form.CALLBACK: _break_glass,
    modals.AGAIN: _again,
}
