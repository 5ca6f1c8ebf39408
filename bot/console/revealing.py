"""Personal data on the console: what the form on a run's page sends, and the page with the values.

The engine checks the person again, and records who reads which fields. Operators' tokens read nothing here.
"""

import logging

from aiohttp import web

from bot.console import rendering
from bot.console.deciding import STALE, first, parsed_form
from bot.console.pages.decide import TOKEN
from bot.console.parts import RELAYED, Parts, Reader
from bot.console.sessions import FORM, Sessions
from bot.console.sign_in import is_foreign
from bot.http.limits import Bodies, BodyRefused
from bot.listeners.targets import run_named
from bot.views.runs.outline import outline
from engine import Actor, NotAllowed

log = logging.getLogger(__name__)

AFTER = "after"
_FOREIGN = "Ask on the page of the run, not from another site."
_NO_PERSON = "Only people who sign in with Slack can read personal data here."
_PASSED_ON = (
    "Another process took this request, and its answer would be stored on the way. Read the values in Slack, "
    "or run signoff show with --reveal."
)


class Revealing:
    """The form on the page of a run, and its answer."""

    def __init__(self, parts: Parts, sessions: Sessions, bodies: Bodies) -> None:
        self._parts, self._sessions, self._bodies = parts, sessions, bodies

    async def token(self, reader: Reader, run_id: str) -> str:
        """Return the token of the form; empty for a reader who may read no personal data of the run."""
        if not reader.user:
            return ""
        actor = Actor("slack", reader.user)
        offered = await self._parts.engine.offers_personal(run_id, actor=actor)
        return await self._sealed(reader, run_id) if offered else ""

    async def take(self, request: web.Request, reader: Reader) -> web.Response:
        """Return the page with the values. Raises the engine's errors."""
        run = await run_named(reader.seen, request.match_info["id"])
        if is_foreign(request):
            return self._problem(reader, 403, _FOREIGN)
        if not reader.user:
            raise NotAllowed(_NO_PERSON)
        if RELAYED in request.headers:
            return self._problem(reader, 409, _PASSED_ON)
        try:
            entered = parsed_form(await self._bodies.read(request))
        except BodyRefused as refused:
            return self._problem(reader, refused.status, refused.message)
        claims = await self._sessions.unseal(first(entered, TOKEN), FORM)
        if claims is None or (claims["user"], claims["request"]) != (reader.user, _subject(run.id)):
            log.warning("The console refused to reveal without the token of its page (%s)", request.remote)
            return self._problem(reader, 403, STALE)
        after = first(entered, AFTER)
        offset = int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0
        actor = Actor("slack", reader.user)
        page = await self._parts.engine.reveal_personal(run.id, "console", actor=actor, after=offset)
        return rendering.page(
            "personal",
            self._parts,
            reader,
            run=run,
            values=[(each.field, each.problem or outline(each.value), each.problem) for each in page.values],
            more=page.more,
            after=page.after + len(page.values),
            token=await self._sealed(reader, run.id) if page.more else "",
        )

    async def _sealed(self, reader: Reader, run_id: str) -> str:
        # The claims of a decision's form, with a subject that no request has.
        claims = {"user": reader.user, "request": _subject(run_id), "seen": "", "values": ""}
        return await self._sessions.seal(claims, FORM)

    def _problem(self, reader: Reader, status: int, text: str) -> web.Response:
        return rendering.problem(self._parts, reader, status, text)


def _subject(run_id: str) -> str:
    return f"personal data of {run_id}"
