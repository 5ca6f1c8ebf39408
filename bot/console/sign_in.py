"""Signing in with an operator's token, and signing out."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from bot.console import rendering
from bot.console.addresses import bounded
from bot.console.attempts import SECONDS, Attempts
from bot.console.parts import PATH, Parts
from bot.console.sessions import SESSION, Sessions
from bot.http.limits import Bodies
from engine import session_ticket

log = logging.getLogger(__name__)
_MAX_FORM_BYTES = 4_096
_REFUSED = "This token does not open the console. Create one: signoff token create NAME --console"


class SignIn:
    """The page that asks for a token, and what it sends."""

    def __init__(self, parts: Parts, sessions: Sessions, attempts: Attempts, bodies: Bodies) -> None:
        self._parts, self._sessions = parts, sessions
        self._attempts, self._bodies = attempts, bodies

    def form(self, status: int = 200, text: str = "", place: str = PATH) -> web.Response:
        """Return the page that asks who the reader is.

        `text`: why they have to say it again. `place`: the page to which the sign-in leads.
        """
        by_slack, query = self._parts.settings.by_slack, urlencode({"next": place})
        return rendering.page(
            "sign_in", self._parts, None, status, text=text, by_slack=by_slack, place=place, query=query
        )

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Check a token, and start a session. Raises `BodyRefused`."""
        if is_foreign(request):
            return self.form(403, "Sign in on this page, not from another site.")
        if refused := self.limited(request):
            return refused
        fields = dict(parse_form(await self._bodies.read(request, _MAX_FORM_BYTES)))
        token, place = fields.get("token", "").strip(), bounded(fields.get("next", ""))
        principal = await self._parts.engine.principals.of(token) if token else None
        if principal is None or not principal.console:
            log.warning("The console refused a token (%s)", request.remote)
            return self.form(401, _REFUSED, place)
        log.info("%s signed in to the console (%s)", principal.name, request.remote)
        return await self.begin({"ticket": session_ticket(token)}, place)

    async def begin(self, claims: Mapping[str, Any], place: str) -> web.StreamResponse:
        """Start a session, and go to a page of the console.

        A page leads there: after a redirect from Slack's page the browser would withhold the session.
        """
        response = rendering.page("signed_in", self._parts, None, place=place)
        await self._sessions.give(response, SESSION, claims)
        return response

    def limited(self, request: web.Request) -> web.Response | None:
        """Count a try; return the refusal of one too many."""
        if self._attempts.take(request.remote or "", self._parts.clock.monotonic()):
            return None
        log.warning("The console refused a try to sign in: too many (%s)", request.remote)
        response = self.form(429, "Too many tries to sign in. Try again in a minute.")
        response.headers["Retry-After"] = f"{SECONDS:.0f}"
        return response

    async def end(self, request: web.Request) -> web.StreamResponse:
        if is_foreign(request):
            return self.form(403, "Sign out on this page, not from another site.")
        response = web.Response(status=303, headers={**rendering.HEADERS, "Location": f"{PATH}/sign-in"})
        await self._sessions.end(request, response, SESSION)
        return response


def parse_form(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form; none for any other body."""
    try:
        return parse_qsl(body.decode("ascii"), max_num_fields=5)
    except ValueError:
        return []


def is_foreign(request: web.Request) -> bool:
    """Return whether another site's page sent this."""
    origin = request.headers.get("Origin")
    own = {f"http://{request.host}", f"https://{request.host}"}
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none") or (
        origin is not None and origin not in own
    )
