"""A request as an entry of a list. It has the buttons that decide only where it shows all that they cover."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.views.blocks import Element, Ids, action_rows, asked, fits_as_asked, grey, link, section
from bot.views.message import MENTIONED, USER_ID, Block
from bot.views.requests import failure, failure_card, request_summary, rounds
from bot.views.requests.altered import marked_block
from bot.views.requests.approval import (
    ask_button,
    choice_buttons,
    details_button,
    form_values,
    options_line,
)
from bot.views.requests.warnings import again_fits, warnings_of
from bot.views.wording import display, icons
from bot.views.wording.text import count, quote, safe, safe_fits
from bot.views.wording.times import moment
from engine import FailureCard, RequestRecord, Shown

LIST = "list"
_MAX_ASK_UNITS = 500
_MAX_VALUES = 8
_MAX_ERROR_UNITS = 300


def incomplete(requests: Sequence[RequestRecord]) -> list[RequestRecord]:
    """Return those whose entries do not show all that a decision covers."""
    return [request for request in requests if _left_out(request)]


def request_blocks(
    request: RequestRecord,
    now: datetime,
    number: int,
    urls: Mapping[str, str],
    page: str = "",
    card: FailureCard | None = None,
    reader: str = "",
) -> list[Block | None]:
    """Return one request: the question, the warnings, the values, the buttons.

    `urls`: the addresses of messages by the id of their request, for entries that do not show everything.
    `page`: the place behind which the page begins, to be listed again after a click.
    `card`: if the request stands for every open failure on it. `reader`: the person whose list it is.
    """
    ids = Ids(f"{LIST}:{number}", request.version + (failure_card.version_of(card) if card else 0))
    requested, options = display.requested_line(request), options_line(request)
    left_out = _left_out(request)
    return [
        marked_block(request.altered),
        asked(request.ask, _MAX_ASK_UNITS, ids("ask")),
        section(_quoted_error(request), ids("why")) if request.failure else None,
        *(section(line, ids(name)) for name, line in warnings_of(request, MENTIONED, now).items()),
        *display.short_blocks(_short(request)[:_MAX_VALUES], ids, "values"),
        grey(options, block_id=ids("options")) if options else None,
        grey(requested, block_id=ids("requested")) if requested else None,
        grey(
            *_facts(request, now, card),
            block_id=ids("facts"),
        ),
        section(_elsewhere(request, left_out, card), ids("more")) if left_out else None,
        *action_rows(
            _buttons(request, bool(left_out), urls.get(request.id, ""), card, reader), ids, f"answer@{page}"
        ),
    ]


def _facts(request: RequestRecord, now: datetime, card: FailureCard | None) -> list[str]:
    run = safe(request_summary.short_run(request), 120)
    if card is not None:
        others = count(card.open_count - 1, "other run")
        then = request_summary.without_answer(request)
        until = f"each run has its own deadline, then {then}" if request.clock.expires_at else ""
        return [
            f"since {moment(request.opened_at, now)}",
            until or request_summary.until(request, now),
            f"{run} and {others}",
        ]
    return [
        request_summary.asked(request, MENTIONED, now),
        icons.RISKS.get(request.policy.risk, ""),
        rounds.number_of(request),
        request_summary.until(request, now),
        run,
    ]


def _buttons(
    request: RequestRecord, elsewhere: bool, url: str, card: FailureCard | None, reader: str
) -> list[Element]:
    if not elsewhere:
        if card is not None:
            return [*failure_card.card_buttons(card), details_button(request)]
        if request.kind == "failure":
            return [*failure.choice_buttons(request), details_button(request)]
        return choice_buttons(request, reader)
    opened = [link("Open the message", url)] if url else []
    return [*opened, *ask_button(request), details_button(request)]


def _elsewhere(request: RequestRecord, left_out: Sequence[str], card: FailureCard | None) -> str:
    """Return where the request can be decided. Details has buttons for the failure of one run alone."""
    alone = request.kind == "failure" and not request.altered and card is None
    where = "Details or in " if alone else ""
    what = " and ".join(filter(None, [", ".join(left_out[:-1]), left_out[-1]]))
    return f"{icons.AT_RISK} Decide in {where}the message of this request. This list leaves out {what}."


def _left_out(request: RequestRecord) -> list[str]:
    """Return what a decision covers and the entry does not show, in words; empty if it shows everything."""
    if request.kind == "clarification":
        return []  # the form for the answer shows the full question
    values = [*request.shown, *form_values(request)]
    missing = len(values) - min(len(_short(request)), _MAX_VALUES)
    questions = request.clarification.clarifications
    return [
        *([] if fits_as_asked(request.ask, _MAX_ASK_UNITS) else ["the middle of the question"]),
        *([] if again_fits(request) else ["why it is asked again"]),
        *(["the end of the error"] if not safe_fits(_error(request), _MAX_ERROR_UNITS) else []),
        *([count(missing, "value")] if missing else []),
        *([f"{count(questions, 'question')} about it"] if questions else []),
        *(["the changes since the last round"] if rounds.number_of(request) else []),
    ]


def _error(request: RequestRecord) -> str:
    return failure.sentence(request.failure) if request.failure else ""


def _quoted_error(request: RequestRecord) -> str:
    """Return the error as mrkdwn. People in a denial of a policy are mentions: one person sees them."""
    text = quote(_error(request), _MAX_ERROR_UNITS + 200)
    named = request.failure is not None and request.failure.names_people
    return USER_ID.sub(r"<@\g<0>>", text) if named else text


def _short(request: RequestRecord) -> list[Shown]:
    """Return the values that an entry shows in full, with their labels."""
    values = [*request.shown, *form_values(request)]
    return [
        item
        for item in values
        if display.is_short(item) and display.label_fits(item) and display.image(item, "") is None
    ]
