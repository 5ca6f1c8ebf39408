"""Message of an approval: the question, the values, the buttons; later its own record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.views import button_values
from bot.views.blocks import (
    ASK_UNITS,
    MAX_BUTTONS,
    SHORTENED_QUESTION,
    Element,
    Ids,
    action_rows,
    asked,
    button,
    confirm,
    divider,
    fits_as_asked,
    grey,
    section,
    who_decides,
)
from bot.views.message import Block, Message, Names, message
from bot.views.requests import quorum, request_summary, rounds
from bot.views.requests.grant import grant_button
from bot.views.requests.warnings import warnings_of
from bot.views.wording import display as parts_of
from bot.views.wording import icons
from bot.views.wording.text import exact, label, question_line, quote, safe, some, words
from bot.views.wording.times import moment
from engine import AWAITED, RequestRecord, RunDetail, Shown
from engine.forms import choices, with_numerals
from engine.text import same_json

MAX_SHORT_VALUES, MAX_LONG_VALUES = 8, 3
"""Values in columns and values below each other in a message; the others are in the thread and in Details."""
_MAX_OPTIONS = 12
_STYLES = {
    "approve": "primary", "reject": "danger", "revoke": "danger", "answer": "primary",
}  # fmt: skip


def approval_message(
    request: RequestRecord,
    detail: RunDetail,
    names: Names,
    now: datetime,
    *,
    buttons: bool = True,
    plain: bool = False,
    lacking: str = "",
) -> Message:
    """`buttons=False`: where answering makes no sense, for instance inside a list. `plain`: without blocks
    that Slack may refuse, as an image that it can't fetch. `lacking`: why it can't be approved yet."""
    ids = Ids("request", request.version)
    arrangement = arranged(request, plain=plain)
    options = options_line(request)
    open_, requested = request.state == "open", parts_of.requested_line(request)
    outcome = "" if open_ else request_summary.ending(request, detail, names, now)
    return message(
        _spoken(request, names, now, outcome),
        asked(request.ask, block_id=ids("ask")),
        grey(*_about(request, detail, names, now), block_id=ids("about")),
        *(section(line, ids(name)) for name, line in warnings_of(request, names, now).items()),
        *_since_last_round(request, names, now, ids),
        *parts_of.short_blocks(arrangement.short, ids, "fields"),
        grey(options, block_id=ids("options")) if options else None,
        *_long(arrangement.long, ids, plain),
        *(parts_of.image(item, ids(f"image-{number}")) for number, item in enumerate(arrangement.images)),
        grey(requested, block_id=ids("requested")) if requested else None,
        grey(*_elsewhere(request, arrangement), block_id=ids("more"))
        if any(_elsewhere(request, arrangement))
        else None,
        section(f"{icons.AT_RISK} {safe(lacking, 900)}", ids("lacking")) if lacking and open_ else None,
        section(_said(request, detail, names), ids("said")) if request.clarification.clarifications else None,
        section(outcome, ids("outcome")) if outcome else None,
        who_decides(quorum.who_may(request, names), ids) if open_ else None,
        *(
            action_rows(choice_buttons(request), ids, "answer")
            if request.state in AWAITED and buttons
            else ()
        ),
        grey(*_last(request, detail, names, now), block_id=ids("facts")),
    )


def _since_last_round(request: RequestRecord, names: Names, now: datetime, ids: Ids) -> list[Block | None]:
    """Return who asked for what in the round before, and what changed since."""
    line = rounds.round_line(request, names, now)
    if not line:
        without = rounds.no_changes_line(request)
        return [grey(without, block_id=ids("round"))] if without else []
    changed = differences_of(request)
    short = [item for item in changed if parts_of.is_short(item)]
    long = [item for item in changed if not parts_of.is_short(item)]
    left = len(short[MAX_SHORT_VALUES:]) + len(long[MAX_LONG_VALUES:])
    head = (
        "*Changed since the last round*" if changed else "Nothing that is shown changed since the last round."
    )
    return [
        section(line, ids("round")),
        section(head, ids("changed")),
        *parts_of.short_blocks(short[:MAX_SHORT_VALUES], ids, "changed-fields"),
        *(
            parts_of.long_block(item, ids(f"changed-{number}"))
            for number, item in enumerate(long[:MAX_LONG_VALUES])
        ),
        grey(f"{left} more changed in the thread and in Details", block_id=ids("changed-more"))
        if left
        else None,
        divider(ids("shown")),
    ]


def differences_of(request: RequestRecord) -> list[Shown]:
    """Return each value that differs from the round before, with both sides."""
    return rounds.differences(request, rounds.proposed_values(request))


def choice_buttons(request: RequestRecord, reader: str = "") -> list[Element]:
    """Return one button for each choice, Change if values are proposed, Ask, a claim, then Details.

    `reader`: see `claim_button`.
    """
    if request.state == "held":
        return [_choice(request, "revoke"), details_button(request)]
    buttons = [_choice(request, choice) for choice in request.policy.choices]
    if request.form is not None and request.value is not None:
        change = button_values.encode(request.id, "change")
        buttons.insert(1, button("Change", button_values.CHANGE, change, label=f"Change: {request.ask}"))
    buttons += grant_button(request)
    buttons += ask_button(request)
    claim = claim_button(request, reader) if len(buttons) + 1 < MAX_BUTTONS else []
    return [*buttons, *claim, details_button(request)]


def claim_button(request: RequestRecord, reader: str = "") -> list[Element]:
    """Return the button that claims an open approval, or gives it back; none for anything else.

    Details has it too, for messages whose row of buttons is full. `reader`: the only person who sees the
    button, so that it gives back no claim of another person; empty for a message that many people see.
    """
    claim = request.people.claim
    if request.kind != "approval" or request.state != "open" or (claim and reader not in ("", claim.by)):
        return []
    word, act = ("Give back", "give-back") if claim else ("I am on it", "claim")
    value = button_values.encode(request.id, act)
    return [button(word, button_values.CLAIM, value, label=f"{word}: {request.ask}")]


def ask_button(request: RequestRecord) -> list[Element]:
    """Return the button for a question to the requester; none where nobody could answer it."""
    if not _can_be_asked(request):
        return []
    value = button_values.encode(request.id, "ask")
    return [button("Ask", button_values.ASK, value, label=f"Ask about: {request.ask}")]


def _can_be_asked(request: RequestRecord) -> bool:
    """Return whether the requester is a person, and no question to them is open."""
    person = request.requester.source == "slack" or request.requester.as_user is not None
    return (
        request.kind == "approval"
        and request.state == "open"
        and request.clock.paused_since is None
        and person
    )


def details_button(request: RequestRecord) -> Element:
    value = button_values.encode(request.id, "details")
    return button("Details", button_values.DETAILS_OF_REQUEST, value, label=f"Details: {request.ask}")


def _choice(request: RequestRecord, choice: str) -> Element:
    word = icons.CHOICES.get(choice, label(choice))
    style = _STYLES.get(choice)
    # A choice that needs a reason asks for it in a modal, which is confirmation enough.
    asks = request.policy.comment.get(choice) == "required"
    sure = confirm(f"{word}?", request.ask, word) if style == "danger" and not asks else None
    value = button_values.encode_choice(request, choice)
    return button(
        word,
        f"{button_values.DECIDE}:{choice}",
        value,
        style=style,
        confirm=sure,
        label=f"{word}: {request.ask}",
    )


def form_values(request: RequestRecord) -> list[Shown]:
    """Return the form's values that are up for approval; changed ones with their earlier value."""
    if not isinstance(request.value, Mapping):
        return []
    schema = request.form.spec.fields if request.form else {}
    values = with_numerals(request.value, schema)
    before = with_numerals(request.proposed, schema) if isinstance(request.proposed, Mapping) else values
    return [_form_value(name, value, before) for name, value in values.items()]


def options_of(request: RequestRecord) -> list[Any]:
    """Return the options that an approver chooses from; empty if the approval has none."""
    if request.form is None or not request.form.spec.sole:
        return []
    field = (request.form.spec.fields.get("properties") or {}).get(request.form.spec.sole) or {}
    return choices(field) or choices(field.get("items") or {})


def options_line(request: RequestRecord) -> str:
    """Return the options of an open request, mrkdwn; empty if it has none."""
    options = [safe(str(option), 60) for option in options_of(request) if request.state == "open"]
    return f"Options: {some(options, _MAX_OPTIONS)}" if options else ""


def _form_value(name: str, value: Any, before: Mapping[str, Any]) -> Shown:
    if name in before and same_json(before[name], value):
        return Shown(name, value)
    return Shown(
        name, {"before": before[name], "after": value} if name in before else {"after": value}, "diff"
    )


def _said(request: RequestRecord, detail: RunDetail, names: Names) -> str:
    """Return the last three clarifications about the request, with their answers."""
    lines = []
    for question in [question for question in detail.requests if question.clarification.about == request.id][
        -3:
    ]:
        answer = next((decision.comment for decision in question.decisions), "")
        lines.append(f"{names.actor(question.requester)} asked: {question_line(question.ask, 300)}")
        lines += [quote(answer, 600)] if answer else []
    return "\n".join(lines) or f"Questions asked about this request: {request.clarification.clarifications}."


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Placement of the values: in columns, below them, as images, and how many the message leaves out."""

    short: list[Shown]
    long: list[Shown]
    images: list[Shown]
    left_out: int


def arranged(request: RequestRecord, *, plain: bool = False) -> Arrangement:
    """Arrange the values of a question in its message. `plain`: without images."""
    images = [] if plain else [item for item in request.shown if parts_of.image(item, "") is not None]
    images = images[:MAX_LONG_VALUES]
    rest = [item for item in request.shown if not any(item is image for image in images)]
    values_shown = [*rest, *form_values(request)]
    short = [item for item in values_shown if parts_of.is_short(item)]
    long = [item for item in values_shown if not parts_of.is_short(item)]
    left_out = len(short[MAX_SHORT_VALUES:]) + len(long[MAX_LONG_VALUES:])
    return Arrangement(short[:MAX_SHORT_VALUES], long[:MAX_LONG_VALUES], images, left_out)


def _elsewhere(request: RequestRecord, arrangement: Arrangement) -> list[str]:
    """Return where the rest of a long question and of the values is."""
    question = "" if fits_as_asked(request.ask, ASK_UNITS) else f"{SHORTENED_QUESTION} the thread"
    values_left = f"{arrangement.left_out} more in the thread and in Details" if arrangement.left_out else ""
    return [question, values_left]


def _long(long: list[Shown], ids: Ids, plain: bool) -> list[Block]:
    """Return a block for each long value. One table may be Slack's own: a message takes one."""
    blocks: list[Block] = []
    tabled = False
    for number, item in enumerate(long):
        table = None if tabled or plain else parts_of.as_table(item, ids(f"long-{number}"))
        if table is not None:
            tabled = True
            blocks += [section(f"*{parts_of.shown_label(item)}*"), table]
            note = parts_of.table_note(item)
            blocks += [grey(note)] if note else []
        else:
            roomy = plain and not tabled and parts_of.is_table(item)
            tabled = tabled or roomy
            blocks.append(parts_of.long_block(item, ids(f"long-{number}"), roomy=roomy))
    return blocks


def _about(request: RequestRecord, detail: RunDetail, names: Names, now: datetime) -> list[str]:
    title = safe(request_summary.title_of(request, detail), 60)
    workflow = safe(request.workflow.replace("_", "-"), 80)
    asked = request_summary.asked(request, names, now)
    return [workflow, title, asked, icons.RISKS.get(request.policy.risk, "")]


def _last(request: RequestRecord, detail: RunDetail, names: Names, now: datetime) -> list[str]:
    run = safe(detail.run.short, 150)
    if request.state == "open":
        escalations = quorum.escalations(request, names)
        return [escalations, request_summary.until(request, now), run]
    return [request_summary.waited(request), run]


def _spoken(request: RequestRecord, names: Names, now: datetime, outcome: str) -> str:
    ask = question_line(request.ask, 300)
    if outcome:
        return f"{outcome.splitlines()[0]} · {ask}"
    facts = list(filter(None, [quorum.who_may(request, names), quorum.escalations(request, names)]))
    becomes = request_summary.without_answer(request)
    if silence := request_summary.silence_approves(request, now):
        facts.append(silence)
    elif request.clock.paused_since is not None:
        facts.append("the deadline is paused")
    elif request.clock.expires_at is not None:
        facts.append(f"until {moment(request.clock.expires_at, now)}, then {becomes or 'it expires'}")
    if window := request_summary.runs_in_window(request, now):
        facts.append(window)
    facts += [
        f"{parts_of.shown_label(item)} {exact(words(item.value, 60), 60)}"
        for item in request.shown[:4]
        if item.kind in ("value", "number")
    ]
    return " · ".join([f"{icons.PEOPLE} {ask}", *facts])
