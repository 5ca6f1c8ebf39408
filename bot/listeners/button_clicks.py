"""Clicks on buttons: one listener, and a table of handlers by the id of the button."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.listeners import (
    assigning,
    breaking_glass,
    data_answers,
    decisions,
    granting,
    home,
    muting,
    run_commands,
    start_forms,
    step_tails,
    subcommands,
)
from bot.listeners.context import Caller, Context, slack_actor
from bot.listeners.home_parts import part_of
from bot.listeners.surface import Surface, clicked
from bot.off_the_loop import rendered
from bot.slack.display_names import names_in, with_names
from bot.slack.reads import click_budget
from bot.views import button_values, command_replies
from bot.views.button_values import UNKNOWN_REQUEST, ButtonValue, UnknownButton
from bot.views.forms.form import approve_modal, long_form
from bot.views.forms.grant_form import grant_modal
from bot.views.forms.modals import (
    ask_modal,
    cancel_modal,
    confirm_modal,
    reason_modal,
    together_modal,
    waiting_modal,
)
from bot.views.message import Message
from bot.views.requests.details import MAX_LISTED, Offered, page_of, request_details, run_details
from bot.views.runs.logs import live_log
from bot.views.runs.personal_values import offset_of, personal_window
from bot.views.wording.weight import light
from engine import (
    Decision,
    DecisionResult,
    FailureCard,
    NotAllowed,
    RequestRecord,
    RunDetail,
    SignoffError,
    VisibleRuns,
    place_in_list,
    seen_digest,
)

_PLACE = re.compile(r"[0-9]{1,18}")
ClickHandler = Callable[[Context, Surface, ButtonValue], Awaitable[None]]
"""A handler: it makes the durable change before Slack is answered, and starts the rest."""


def register(app: AsyncApp, context: Context) -> None:
    @app.action(re.compile(r"^signoff:"))
    async def clicked_button(ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        context.learn_channel(body.get("channel") or {})
        with click_budget():
            await act(context, clicked(context.api, body), action)
        await ack()


async def act(context: Context, surface: Surface, action: Mapping[str, Any]) -> None:
    """Handle a click. People's mistakes are answered, never raised."""
    chosen = action.get("selected_option") or action
    if action["action_id"].startswith(button_values.LINK):
        return
    try:
        value = button_values.decode(chosen.get("value") or "")
        handler = _find(action["action_id"])
        if handler not in _ENGINE_ASKS:
            await context.member(surface.user)
        await handler(context, surface, value)
    except UnknownButton as error:
        _tell(
            context, surface, command_replies.refused_answer(str(error), corrected=f"{context.command} help")
        )
    except SignoffError as error:
        _tell(context, surface, await subcommands.refused(context, error))


def _find(action_id: str) -> ClickHandler:
    for name, act in _HANDLERS.items():
        if action_id == name or action_id.startswith(f"{name}:"):
            return act
    raise UnknownButton(
        "This button is from another release of Signoff and no longer works. Use the command instead."
    )


def _tell(context: Context, surface: Surface, content: Message, *, instead: bool = False) -> None:
    said = data_answers.say(context, surface, content, instead=instead)
    context.background.start(said, "answer a click")


def _open(context: Context, surface: Surface, view: Mapping[str, Any]) -> None:
    context.background.start(_opened(context, surface, view), "open a modal")


async def _opened(context: Context, surface: Surface, view: Mapping[str, Any]) -> None:
    view_id = await surface.opened(view)
    if view_id and surface.listed:
        context.open_lists.note(view_id, surface)


def _show_details(
    context: Context,
    surface: Surface,
    value: ButtonValue,
    view: Callable[[], Mapping[str, Any]],
    subjects: tuple[RunDetail | RequestRecord, ...],
) -> None:
    """Open a modal about its subjects; another page replaces the page that is open."""
    if surface.view == "modal" and value.word.startswith("page-"):
        context.background.start(_turn(surface, view, subjects), "turn a page")
    elif light(*subjects):
        _open(context, surface, view())
    else:
        context.background.start(_open_first(surface, view, subjects), "open a large modal")


async def _turn(
    surface: Surface, view: Callable[[], Mapping[str, Any]], subjects: tuple[RunDetail | RequestRecord, ...]
) -> None:
    await surface.update(await rendered(subjects, view))


async def _open_first(
    surface: Surface, view: Callable[[], Mapping[str, Any]], subjects: tuple[RunDetail | RequestRecord, ...]
) -> None:
    """Open a modal at once and fill it later: Slack allows three seconds, and a large one takes longer."""
    if view_id := await surface.opened(waiting_modal()):
        await surface.update(await rendered(subjects, view), view_id)


async def _answer_click(
    context: Context, surface: Surface, value: ButtonValue, result: DecisionResult
) -> None:
    """Answer with what the clicked message does not show; a stale message gets a link to the current one."""
    # A link would tell of a request that this person may not see.
    stale = result.request is not None and await decisions.is_stale(context, surface)
    if result.code == "decided" and not stale:
        return
    if result.code == "recorded" or (result.accepted and stale):
        content = command_replies.recorded_answer(result.text)
    else:
        content = command_replies.refused_answer(await with_names(context.people, result.text))
    url = await decisions.where(context, surface, value.id) if stale else ""
    await surface.say(command_replies.pointing(content, url) if url else content)


async def _decide(context: Context, surface: Surface, value: ButtonValue) -> None:
    result = await decisions.decide(context, surface.user, value.id, Decision(value.choice, seen=value.seen))
    if result.code == "comment_required" and result.request is not None:
        _open(context, surface, reason_modal(result.request, value))
        return
    if result.code == "form_required" and result.request is not None:
        _open_form(context, surface, result.request)
        return
    if result.code in ("confirm_required", "code_required") and result.request is not None:
        _open(context, surface, confirm_modal(result.request, value))
        return
    context.background.start(_answer_click(context, surface, value, result), "answer a click")
    if not _list_again(context, surface) and surface.view == "modal" and result.accepted:
        context.background.start(_details_again(context, surface, value), "show a decided request")


def _list_again(context: Context, surface: Surface) -> bool:
    """Show the list that was clicked in again, without what is decided now. Return whether it was one."""
    if surface.view == "home":
        context.background.start(home.publish(context, surface.user), "publish a Home")
        return True
    if surface.listed:
        context.background.start(subcommands.list_again(context, surface), "list the waiting requests again")
    return surface.listed


async def _decide_all(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Decide for every run that the card counted. What the card does not show is answered."""
    counted, decision = _counted(value), Decision(value.choice)
    if not await _knows_card(context, surface.user, value.id, counted):
        raise UnknownButton(UNKNOWN_REQUEST)
    results = await decisions.decide_all(context, surface.user, value.id, decision, counted)
    refused = next((result for result in results if not result.accepted), None)
    if not results:
        later = await context.engine.failure_cards.open_count(value.id)
        _tell(context, surface, command_replies.refused_answer(assigning.nothing_open(later)))
    elif refused is not None and not any(result.accepted for result in results):
        context.background.start(_answer_click(context, surface, value, refused), "answer a click")
    elif unchecked := next((result for result in results if result.code == "unavailable"), None):
        text = f"{_decided(results)} Others have none: {unchecked.text}"
        _tell(context, surface, command_replies.refused_answer(text))
    elif open_count := await context.engine.failure_cards.open_count(value.id):
        left = len(await context.engine.failure_cards.open_ids(value.id, counted))
        said = [_decided(results), _left(left), assigning.later_failures(open_count - left)]
        _tell(context, surface, command_replies.recorded_answer(" ".join(filter(None, said))))
    _list_again(context, surface)


async def _knows_card(context: Context, user: str, request_id: str, counted: int) -> bool:
    """Return whether this person reads of a run that a card counted; to others, its counts say nothing."""
    seen = context.seen_by(user)
    for id_ in [request_id, *await context.engine.failure_cards.open_ids(request_id, counted)]:
        try:
            if await seen.request(id_) is not None:
                return True
        except NotAllowed:  # they read its message
            return True
    return False


def _counted(value: ButtonValue) -> int:
    """Return the newest place that the clicked card counted. Raises `UnknownButton`."""
    if not _PLACE.fullmatch(value.seen):
        raise UnknownButton(
            "This button does not say which runs it is for, so nothing changed. "
            "Click it in the newest message of this failure."
        )
    return int(value.seen)


def _left(runs: int) -> str:
    if not runs:
        return ""
    return (
        "1 run is left: click again for it."
        if runs == 1
        else f"{runs:,} runs are left: click again for them."
    )


def _decided(results: Sequence[DecisionResult]) -> str:
    accepted = sum(result.accepted for result in results)
    return f"{accepted:,} {'run has' if accepted == 1 else 'runs have'} a decision now."


def _open_form(context: Context, surface: Surface, request: RequestRecord) -> None:
    form = approve_modal(request)
    if form is None:
        url = context.pages.of_request(request.id) if long_form(request) else ""
        _tell(context, surface, command_replies.too_large_form(url))
    else:
        _open(context, surface, form)


async def _failure_menu(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Handle the menu on the message of a failure."""
    request = await context.seen_by(surface.user).request(value.id)
    if request is None:
        raise UnknownButton(UNKNOWN_REQUEST)
    if value.choice in request.policy.choices:
        await _decide(context, surface, value)
        return
    if value.word == "details":
        await _details_of_request(context, surface, value)
        return
    if value.word == "edit":
        _open(context, surface, await start_forms.again(context, surface.user, request.run_id))
        return
    if value.choice == "assign-all":
        await _assign_all(context, surface, value)
        return
    if value.word in muting.WORDS:
        await _mute(context, surface, value)
        return
    if request.approvers == (surface.user,):
        _tell(context, surface, command_replies.recorded_answer("It is already assigned to you."))
        return
    request = await context.engine.reassign(request.id, surface.user, actor=slack_actor(surface.user))
    text = "It is assigned to you. Only you can decide it now, and the reminders go to you alone."
    _tell(context, surface, command_replies.recorded_answer(text))


async def _assign_all(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Assign the open runs that the card counted to the person who clicked, after the click is answered."""
    work = assigning.assign_all(context, surface, value.id, _counted(value))
    context.background.start(work, "assign the runs of a card")


async def _mute(context: Context, surface: Surface, value: ButtonValue) -> None:
    await muting.click(context, surface.user, value)


async def _together(context: Context, surface: Surface, value: ButtonValue) -> None:
    """List the low-risk requests that wait for this person, before they are approved."""
    found = await context.engine.find_waiting(surface.user, after=place_in_list(value.id))
    waiting = [request for request in found.requests if request.together]
    if not waiting:
        _tell(context, surface, command_replies.refused_answer("No low-risk request waits for you now."))
    else:
        _open(context, surface, together_modal(waiting, context.clock.now()))


async def _change(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Open the form with the proposed values, to change and approve."""
    request = await context.seen_by(surface.user).request(value.id)
    if request is None or request.form is None:
        raise UnknownButton(UNKNOWN_REQUEST)
    if request.altered:
        _tell(context, surface, command_replies.refused_answer(request.altered))
        return
    _open_form(context, surface, request)


async def _ask(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Open the window for a question to the requester."""
    request = await context.seen_by(surface.user).request(value.id)
    if request is None:
        raise UnknownButton(UNKNOWN_REQUEST)
    if request.altered:
        _tell(context, surface, command_replies.refused_answer(request.altered))
        return
    if surface.user in request.requester.names:
        text = "You requested this yourself, so the question would go to you."
        _tell(context, surface, command_replies.refused_answer(text))
        return
    names = await names_in(context.people, request.requester)
    who = names.plain(request.requester.as_user or request.requester.id)
    _open(context, surface, ask_modal(request, who))


async def _claim(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Note that the person who clicks is on it, or not any more. The message says so, so no answer does."""
    await context.member(surface.user)
    actor = slack_actor(surface.user)
    if value.choice == "give-back":
        await context.engine.give_back(value.id, actor=actor)
    else:
        await context.engine.claim(value.id, actor=actor)
    if not _list_again(context, surface) and surface.view == "modal":
        context.background.start(_details_again(context, surface, value), "show a claimed request")


async def _grant(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Open the window about a grant, or end a grant: a line in the thread says so."""
    if value.word.startswith("revoke"):
        if listed := await granting.revoke(context, surface, value):
            _tell(context, surface, listed, instead=True)
        return
    seen = context.seen_by(surface.user)
    request = await seen.request(value.id)
    if request is None or request.policy.grants is None:
        raise UnknownButton(UNKNOWN_REQUEST)
    if request.altered:
        _tell(context, surface, command_replies.refused_answer(request.altered))
        return
    detail = await seen.detail(request.run_id)
    requester = (await names_in(context.people, request.requester)).actor(request.requester)
    _open(context, surface, grant_modal(request, detail, requester, seen_digest(request)))


async def _break_glass(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Open the window in which a named person approves alone."""
    opened = await breaking_glass.window(context, surface.user, value.id)
    if isinstance(opened, str):
        _tell(context, surface, command_replies.refused_answer(opened))
    else:
        _open(context, surface, opened)


async def _details_of_request(context: Context, surface: Surface, value: ButtonValue) -> None:
    view, subjects = await _request_window(context, surface, value)
    _show_details(context, surface, value, view, subjects)


async def _details_again(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Replace the window in which a person decided or claimed the request: it says who did."""
    view, subjects = await _request_window(context, surface, value)
    await surface.update(await rendered(subjects, view))


async def _request_window(
    context: Context, surface: Surface, value: ButtonValue
) -> tuple[Callable[[], Mapping[str, Any]], tuple[RunDetail | RequestRecord, ...]]:
    """Return what renders the window about a request, and its subjects. Raises `UnknownButton`."""
    seen = context.seen_by(surface.user)
    request = await seen.request(value.id)
    if request is None:
        raise UnknownButton(UNKNOWN_REQUEST)
    detail = await seen.detail(request.run_id)
    before = await seen.earlier(request)
    names = await names_in(context.people, detail, *before)
    now, page = context.clock.now(), page_of(value.word)
    card = await _card_seen(context, seen, request)
    actor = slack_actor(surface.user)
    offered = Offered(
        await context.engine.could_decide(request.id, actor=actor),
        request.policy.break_glass is not None
        and await context.engine.may_break_glass(request.id, actor=actor),
        await context.engine.offers_personal(request.run_id, actor=actor),
    )
    view = partial(request_details, request, detail, now, names, before, page, card, surface.user, offered)
    return view, (detail, *before, *(card.open if card else ()))


async def _card_seen(context: Context, seen: VisibleRuns, request: RequestRecord) -> FailureCard | None:
    """Return the card that a failure shares with others, with the runs that this person may see."""
    card = (
        await context.engine.failure_cards.of(request.id, MAX_LISTED) if request.kind == "failure" else None
    )
    if card is None or not card.is_shared:
        return None
    return replace(card, open=tuple([each for each in card.open if await seen.request(each.id)]))


async def _details_of_run(context: Context, surface: Surface, value: ButtonValue) -> None:
    detail = await context.seen_by(surface.user).detail(value.id)
    names, page = await names_in(context.people, detail), page_of(value.word)
    personal = await context.engine.offers_personal(detail.run.id, actor=slack_actor(surface.user))
    view = partial(run_details, detail, context.clock.now(), names, page, personal)
    _show_details(context, surface, value, view, (detail,))


async def _reveal(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Show personal data of a run to the person who clicked, once the log has that they read it."""
    after, actor = offset_of(value.word), slack_actor(surface.user)
    page = await context.engine.reveal_personal(value.id, "slack", actor=actor, after=after)
    window = personal_window(page)
    if after and surface.view == "modal":
        context.background.start(surface.update(window), "show the next personal values")
    else:
        context.background.start(surface.open(window), "open personal values")


async def _more(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Handle the menu of a run's message. Cancelling asks for confirmation in a modal."""
    if value.word == "cancel":
        detail = await context.seen_by(surface.user).detail(value.id)
        _open(context, surface, cancel_modal(detail))
    elif value.word == "log":
        detail = await context.seen_by(surface.user).detail(value.id)
        answer = await step_tails.follow(context, detail, surface.user)
        if answer is None:
            logs = await context.engine.step_logs(detail.run.id)
            answer = await rendered((detail,), live_log, detail, logs, context.clock.now())
        _tell(context, surface, answer)
    else:
        await _details_of_run(context, surface, value)


async def _cancel(context: Context, surface: Surface, value: ButtonValue) -> None:
    _tell(context, surface, await run_commands.cancel(context, surface.user, value.id, ""))


async def _show(context: Context, surface: Surface, value: ButtonValue) -> None:
    asker = Caller(surface.user, surface.channel, surface.trigger)
    answer = await subcommands.answer(context, asker, value.word)
    if isinstance(answer, Message):
        _tell(context, surface, answer, instead=True)
    else:
        _open(context, surface, answer.view)


async def _start(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Handle `Run` in a list of workflows: start the run, or open a form for its input."""
    workflow = await context.seen_by(surface.user).startable(value.id)
    asker = Caller(surface.user, None if surface.view else surface.channel, surface.trigger)
    form = await start_forms.form(context, surface.user, workflow, asker.channel)
    if form is not None:
        _open(context, surface, form)
        return
    if (workflow.input_schema or {}).get("properties"):
        text = f"{workflow.name} takes more values than a form in Slack can hold."
        typed = f"{context.command} run {workflow.name} key=value"
        _tell(context, surface, command_replies.refused_answer(text, corrected=typed))
        return
    _tell(context, surface, await run_commands.start(context, asker, workflow, {}))
    if surface.view == "home":
        context.background.start(home.publish(context, surface.user), "publish a Home")


async def _home_part(context: Context, surface: Surface, value: ButtonValue) -> None:
    """Show another page of the workflows in the Home, or those of the other filter."""
    context.home_parts.note(surface.user, part_of(value.word))
    context.background.start(home.publish(context, surface.user), "publish a Home")


_ENGINE_ASKS: frozenset[ClickHandler] = frozenset({_decide})
"""Handlers that begin with a decision: the engine refuses people who may not act, in words about it."""
_HANDLERS: Mapping[str, ClickHandler] = {
    button_values.DECIDE: _decide,
    button_values.DECIDE_ALL: _decide_all,
    button_values.CHANGE: _change,
    button_values.TOGETHER: _together,
    button_values.ASK: _ask,
    button_values.CLAIM: _claim,
    button_values.GRANT: _grant,
    button_values.BREAK_GLASS: _break_glass,
    button_values.DETAILS_OF_REQUEST: _details_of_request,
    button_values.DETAILS_OF_RUN: _details_of_run,
    button_values.PERSONAL: _reveal,
    button_values.MORE: _more,
    button_values.CANCEL_RUN: _cancel,
    button_values.SHOW: _show,
    button_values.START: _start,
    button_values.CHOOSE: start_forms.choose,
    button_values.FAILURE_MENU: _failure_menu,
    button_values.MUTE: _mute,
    button_values.HOME: _home_part,
}
