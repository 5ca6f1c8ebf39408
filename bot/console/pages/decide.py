"""One request in whole, and the form in which its approver decides it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.console.pages.fields import Entered, field_values
from bot.console.pages.run import request_values
from bot.console.parts import Parts, Reader
from bot.views.forms.form import long_form
from bot.views.message import Block
from bot.views.requests.full_content import Part, parts_of
from bot.views.wording import icons
from bot.views.wording.text import cut
from engine import Actor, Decision, RequestRecord
from engine.text import as_seen, without_folders

_FORM_ASKS = frozenset({"comment_required", "form_required", "confirm_required", "code_required"})
"""Refusals of a decision that lacks only what the form asks for."""
MAX_WHOLE = 1_000_000
"""Characters of a request that a page shows whole. Nobody approves a longer one here."""
_NO_FORM = (
    "The form has more fields than a page can show, so nobody can approve it here. Reject the request, or "
    "ask the operator to run signoff decide."
)
_TOO_LONG = "This request is too long for a page, so nobody can approve it here. Decide it in Slack."
CONFIRM, CODE, COMMENT, CHOICE, TOKEN = "confirm", "code", "comment", "choice", "token"
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """Values that were entered, and why they were not taken. `errors`: by the id of a field."""

    entered: Entered = field(default_factory=dict)
    problem: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


async def one(parts: Parts, reader: Reader, request: RequestRecord, answer: Answer) -> Values:
    """Return the values of the page, without the token of its form."""
    detail = await parts.engine.detail(request.run_id)
    wording = await parts.wording(reader, request)
    whole = parts_of(request, detail)
    fits = _fits(whole)
    choices, why = await _offered(parts, reader, request, unshown=_unshown(request, whole))
    blocks = form_of(request) if "approve" in choices else []
    return {
        "each": request_values(request, detail, wording),
        "whole": whole if fits else [_beginning(whole)],
        "choices": [(choice, icons.CHOICES.get(choice, choice)) for choice in choices],
        "why": why,
        "fields": field_values(request, blocks, wording, answer.entered, answer.errors),
        "confirm": as_seen(request.policy.confirm) if request.policy.confirm else "",
        "code": request.policy.one_time_code,
        "comments": request.policy.comment,
        "answer": answer,
    }


async def unshown(parts: Parts, request: RequestRecord) -> str:
    """Return why a request cannot be approved here: no page shows all of it. Empty as a rule."""
    return _unshown(request, parts_of(request, await parts.engine.detail(request.run_id)))


def _unshown(request: RequestRecord, whole: Sequence[Part]) -> str:
    if not _fits(whole):
        return _TOO_LONG
    return _NO_FORM if request.form is not None and not form_of(request) else ""


def _fits(whole: Sequence[Part]) -> bool:
    return sum(len(part.label) + len(part.text) for part in whole) <= MAX_WHOLE


def _beginning(whole: Sequence[Part]) -> Part:
    """Return the beginning of a request that is too long for a page."""
    return Part(whole[0].label, cut(whole[0].text, 2_000))


def form_of(request: RequestRecord) -> list[Block]:
    """Return the inputs of the form of a request; none without one."""
    return long_form(request) if request.form is not None else []


async def _offered(
    parts: Parts, reader: Reader, request: RequestRecord, *, unshown: str
) -> tuple[list[str], str]:
    """Return the choices of this reader, and why there are not all of them."""
    if request.kind != "approval" or request.state != "open" or request.altered:
        return [], ""
    if not reader.user:
        return [], "Only people who sign in with Slack can answer here."
    choices, why = [], ""
    for choice in request.policy.choices:
        refusal = await parts.engine.check_decision(
            request.id, Decision(choice), actor=Actor("slack", reader.user)
        )
        if choice == "approve" and unshown:
            why = unshown
        elif refusal is None or refusal.code in _FORM_ASKS:
            choices.append(choice)
        else:
            why = why or without_folders(refusal.text)
    return choices, why
