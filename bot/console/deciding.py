"""Deciding a request on the console: the page with the form, and what it sends.

The engine checks the decision of a person as it does in Slack. Operators' tokens decide nothing.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote

from aiohttp import web

from bot.console import rendering
from bot.console.pages import decide
from bot.console.pages.decide import CHOICE, CODE, COMMENT, CONFIRM, TOKEN, Answer
from bot.console.pages.fields import Entered, read_form
from bot.console.parts import PATH, Parts, Reader
from bot.console.sessions import FORM, Sessions
from bot.console.sign_in import is_foreign
from bot.http.limits import Bodies, BodyRefused
from bot.slack.display_names import with_names
from bot.views.forms.form import errors_in
from engine import Actor, Decision, DecisionResult, RequestRecord, seen_digest
from engine.text import without_folders

log = logging.getLogger(__name__)

_MAX_FIELDS = 20_000
_FOREIGN = "Answer on this page, not from another site."
STALE = "This page was not opened in your session, or too long ago. Read it again, then send it again."
_NO_CHOICE = "Choose an answer."
_CHANGED = "This request changed after it was shown to you. Read it again, then answer."
_WHERE = {"confirm_required": CONFIRM, "code_required": CODE, "comment_required": COMMENT}
"""Field under which a refusal that needs more input is shown, by its code."""
_STATUS = {
    "not_allowed": 403, "self_approval": 403, "unavailable": 503, "unknown": 404,
    "bad_value": 422, "form_required": 422, **dict.fromkeys(_WHERE, 422),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deciding:
    """The page of one request."""

    parts: Parts
    sessions: Sessions
    bodies: Bodies

    async def show(self, request: web.Request, reader: Reader) -> web.Response | None:
        """Return the page; None for a request that the reader may not see."""
        found = await reader.seen.request(request.match_info["id"])
        return None if found is None else await self._page(reader, found)

    async def take(self, request: web.Request, reader: Reader) -> web.Response | None:
        """Decide as the form says. Returns None for a request that the reader may not see."""
        found = await reader.seen.request(request.match_info["id"])
        if found is None:
            return None
        if is_foreign(request):
            return await self._page(reader, found, Answer(problem=_FOREIGN), 403)
        try:
            entered = parsed_form(await self.bodies.read(request))
        except BodyRefused as refused:
            return await self._page(reader, found, Answer(problem=refused.message), refused.status)
        claims = await self.sessions.unseal(first(entered, TOKEN), FORM)
        if (
            claims is None
            or not reader.user
            or (claims["user"], claims["request"]) != (reader.user, found.id)
        ):
            log.warning("The console refused an answer without the token of its page (%s)", request.remote)
            return await self._page(reader, found, Answer(problem=STALE), 403)
        return await self._decided(reader, found, entered, claims)

    async def _decided(
        self, reader: Reader, request: RequestRecord, entered: Entered, claims: Mapping[str, Any]
    ) -> web.Response:
        choice = first(entered, CHOICE)
        if choice not in request.policy.choices:
            return await self._page(reader, request, Answer(entered, _NO_CHOICE, {CHOICE: _NO_CHOICE}), 422)
        if request.state == "open" and claims["seen"] != seen_digest(request):
            # What was entered belongs to what is no longer so.
            return await self._page(reader, request, Answer(problem=_CHANGED), 409)
        if choice == "approve" and (why := await decide.unshown(self.parts, request)):
            return await self._page(reader, request, Answer(problem=why), 409)
        blocks, values = decide.form_of(request), None
        if choice == "approve" and request.form is not None:
            values, unreadable = read_form(request, blocks, entered)
            if unreadable:
                return await self._page(reader, request, _wrong(entered, unreadable, blocks), 422)
        decision = Decision(
            choice,
            comment=first(entered, COMMENT).replace("\r\n", "\n"),
            value=values,
            typed=first(entered, CONFIRM),
            one_time_code=first(entered, CODE).strip(),
            seen=str(claims["values"]),
            seen_request=str(claims["seen"]),
            door="console",
        )
        result = await self.parts.engine.decide(request.id, decision, actor=Actor("slack", reader.user))
        log.info("%s answered %s on the console: %s", reader.user, request.id, result.code)
        if result.accepted:
            place = f"{PATH}/approvals/{quote(request.id, safe='')}"
            return web.Response(status=303, headers={**rendering.HEADERS, "Location": place})
        if result.code == "bad_value":
            return await self._page(reader, request, _wrong(entered, result.problems, blocks), 422)
        return await self._refused(reader, request, entered, result)

    async def _refused(
        self, reader: Reader, request: RequestRecord, entered: Entered, result: DecisionResult
    ) -> web.Response:
        book, text = self.parts.book(), without_folders(result.text)
        text = text if book is None else await with_names(book, text)
        name = _WHERE.get(result.code, "")
        keeps = _STATUS.get(result.code) == 422
        answer = Answer(entered if keeps else {}, text, {name: text} if name else {})
        now = await reader.seen.request(request.id)
        if now is None:
            return rendering.problem(self.parts, reader, 404, text)
        return await self._page(reader, now, answer, _STATUS.get(result.code, 409))

    async def _page(
        self, reader: Reader, request: RequestRecord, answer: Answer | None = None, status: int = 200
    ) -> web.Response:
        values = await decide.one(self.parts, reader, request, answer or Answer())
        claims = {
            "user": reader.user,
            "request": request.id,
            "seen": seen_digest(request),
            "values": request.values_digest,
        }
        token = await self.sessions.seal(claims, FORM) if values["choices"] else ""
        return rendering.page("decide", self.parts, reader, status, token=token, **values)


def _wrong(entered: Entered, problems: Any, blocks: Any) -> Answer:
    """Return the mistakes, each under its field."""
    count = len(problems)
    text = "Some values are invalid. Correct them." if count != 1 else "A value is invalid. Correct it."
    return Answer(entered, text, errors_in(problems, {"blocks": blocks}))


def parsed_form(body: bytes) -> Entered:
    """Return the fields of a form. Raises `BodyRefused`."""
    try:
        text = body.decode("ascii")
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise BodyRefused(400, "This is not what the form on this page sends.") from None


def first(entered: Entered, name: str) -> str:
    return (entered.get(name) or [""])[0]
