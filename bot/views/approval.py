"""An approval: the question, what one needs to decide it, the buttons; afterwards its own record."""

from collections.abc import Mapping
from datetime import datetime

from bot.views import quorum, record, signs, values
from bot.views.message import Block, Message, Names, message
from bot.views.parts import Element, Ids, actions, button, confirm, fields, grey, section
from bot.views.text import code, label, lines, one_line, quote, safe, units, words
from bot.views.times import at, moment
from engine import AWAITED, RequestRecord, RunDetail, Shown

_SHORT = 40
"""Longer values would break badly in two columns on a phone."""
_LONG = 1000
_MOST_LONG = 3
_STYLES = {
    "approve": "primary", "retry": "primary", "reject": "danger", "abort": "danger", "revoke": "danger",
    "answer": "primary",
}  # fmt: skip


def approval_message(
    request: RequestRecord, detail: RunDetail, names: Names, now: datetime, *, buttons: bool = True
) -> Message:
    """`buttons=False`: where answering makes no sense, for instance inside a list."""
    ids = Ids("request", request.version)
    ask = f"*{safe(request.ask, 600)}*"
    short, long, left_out = _values((*request.shown, *form_values(request)))
    open_ = request.state == "open"
    outcome = "" if open_ else record.ending(request, detail, names, now)
    return message(
        _spoken(request, names, now, outcome),
        section(ask, ids("ask")),
        grey(*_about(request, detail, names, now), block_id=ids("about")),
        section(_again(request), ids("again")) if request.again and open_ else None,
        fields(((shown_label(one), safe(words(one.value))) for one in short), ids("fields")),
        *(_long(one, ids(f"long-{number}")) for number, one in enumerate(long)),
        grey(f"{left_out} more in Details", block_id=ids("more")) if left_out else None,
        section(_said(request, detail, names), ids("said")) if request.questions else None,
        section(outcome, ids("outcome")) if outcome else None,
        actions(choice_buttons(request), ids("answer")) if request.state in AWAITED and buttons else None,
        grey(*_last(request, detail, names, now), block_id=ids("facts")),
    )


def choice_buttons(request: RequestRecord) -> list[Element]:
    """One button a choice, Change where values are proposed, then Details."""
    if request.state == "held":
        return [_choice(request, "revoke"), details_button(request)]
    buttons = [_choice(request, choice) for choice in request.choices[:4]]
    if request.form is not None and request.value is not None:
        change = values.encode(request.id, "change")
        buttons.insert(1, button("Change", values.CHANGE, change, label=f"Change: {request.ask}"))
    if _can_be_asked(request):
        ask = values.encode(request.id, "ask")
        buttons.append(button("Ask", values.ASK, ask, label=f"Ask about: {request.ask}"))
    return [*buttons, details_button(request)]


def _can_be_asked(request: RequestRecord) -> bool:
    """A person asked for it, and nobody has a question to them yet."""
    source = request.requester.source
    person = source == "slack" or (source == "cli" and request.requester.as_user is not None)
    return request.kind == "approval" and request.state == "open" and request.held_since is None and person


def details_button(request: RequestRecord) -> Element:
    value = values.encode(request.id, "details")
    return button("Details", values.DETAILS_OF_REQUEST, value, label=f"Details: {request.ask}")


def _choice(request: RequestRecord, choice: str) -> Element:
    word = signs.CHOICES.get(choice, label(choice))
    style = _STYLES.get(choice)
    # A choice that needs a reason asks for it in a modal, which is confirmation enough.
    asks = request.comment.get(choice) == "required"
    sure = confirm(f"{word}?", request.ask, word) if style == "danger" and not asks else None
    value = values.encode_choice(request, choice)
    return button(
        word, f"{values.DECIDE}:{choice}", value, style=style, confirm=sure, label=f"{word}: {request.ask}"
    )


def form_values(request: RequestRecord) -> list[Shown]:
    """The form's values that are up for approval; those that people changed with what they were."""
    if not isinstance(request.value, Mapping):
        return []
    before = request.proposed if isinstance(request.proposed, Mapping) else request.value
    return [
        Shown(name, value if before.get(name) == value else f"{words(before.get(name))} → {words(value)}")
        for name, value in request.value.items()
    ]


def _said(request: RequestRecord, detail: RunDetail, names: Names) -> str:
    """What was asked about it, and answered; the last three."""
    told = []
    for one in [one for one in detail.requests if one.about == request.id][-3:]:
        answer = next((made.comment for made in one.decisions), "")
        told.append(f"{names.actor(one.requester)} asked: {safe(one.ask, 300)}")
        told += [quote(answer, 600)] if answer else []
    return "\n".join(told) or f"{request.questions} questions were asked about it."


def _again(request: RequestRecord) -> str:
    return f"{signs.AT_RISK} Asked again, because {safe(request.again, 600)}."


def shown_label(one: Shown) -> str:
    return safe(label(one.label), 40)


def _is_short(one: Shown) -> bool:
    text = lines(one.value)
    return units(text) <= _SHORT and "\n" not in text


def _values(shown: tuple[Shown, ...]) -> tuple[list[Shown], list[Shown], int]:
    """What goes in columns, what goes below, and how much is left to Details."""
    short = [one for one in shown if _is_short(one)]
    long = [one for one in shown if not _is_short(one)]
    left_out = len(short[8:]) + len(long[_MOST_LONG:])
    return short[:8], long[:_MOST_LONG], left_out


def _long(one: Shown, block_id: str) -> Block:
    text = lines(one.value)
    # What has lines of its own is a diff or a log, unless we made them.
    own = isinstance(one.value, str) and "\n" in text.strip()
    body = code(text, _LONG) if own else quote(text, _LONG)
    return section(f"*{shown_label(one)}*\n{body}", block_id)


def _about(request: RequestRecord, detail: RunDetail, names: Names, now: datetime) -> list[str]:
    title = safe(record.title_of(request, detail), 60)
    workflow = safe(request.workflow.replace("_", "-"), 80)
    asked = f"{record.asked_by(request.requester, names)} {at(request.opened_at, now)}"
    return [workflow, title, asked, signs.RISKS.get(request.risk, "")]


def _last(request: RequestRecord, detail: RunDetail, names: Names, now: datetime) -> list[str]:
    run = safe(detail.run.short, 150)
    if request.state == "open":
        return [quorum.who_may(request, names), record.until(request, now), run]
    return [record.waited(request), run]


def _spoken(request: RequestRecord, names: Names, now: datetime, outcome: str) -> str:
    ask = safe(request.ask, 300)
    if outcome:
        return f"{outcome.splitlines()[0]} · {ask}"
    deadline = f"until {moment(request.expires_at, now)}" if request.expires_at else ""
    facts = [f"{quorum.who_may(request, names)} {deadline}".strip()]
    facts += [f"{one_line(shown_label(one))} {safe(words(one.value), 60)}" for one in request.shown[:4]]
    return " · ".join([f"{signs.PEOPLE} {ask}", *facts])
