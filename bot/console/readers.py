"""Readers of the console: the person of a session, looked up again for every page."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.console.parts import RELAYED, Parts, Reader
from bot.console.sessions import SESSION, Sessions
from bot.slack.addresses import is_loopback
from bot.slash.dates import zone_of
from engine import Actor, NotAllowed, full_member, holder_of_token

log = logging.getLogger(__name__)


async def reader_of(request: web.Request, parts: Parts, sessions: Sessions) -> Reader | None:
    """Return the reader; None for nobody. Raises `NotAllowed`, `PeopleUnavailable`."""
    is_open = parts.settings.mode == "open"
    if is_open:
        _require_loopback(request)
    claims = await sessions.read(request, SESSION)
    if claims is None and is_open:
        return _operator(parts, "everybody on this machine", signed_in=False)
    if claims is None:
        if SESSION in request.cookies:
            log.warning("The console refused a session that is forged, expired or ended (%s)", request.remote)
        return None
    reader = await reader_with(claims, parts)
    if reader is None:
        log.warning("The console refused a session whose token no longer works (%s)", request.remote)
    return reader


async def reader_with(claims: Mapping[str, Any], parts: Parts) -> Reader | None:
    """Return the reader of a session with these claims; None where its token no longer works."""
    if user := claims.get("user"):
        return await member(str(user), parts)
    principal = await parts.engine.principals.of_session(str(claims.get("ticket", "")))
    if principal is None or not principal.console:
        return None
    await holder_of_token(parts.engine.people, principal.person, acts=False)
    return _operator(parts, principal.name)


async def member(user: str, parts: Parts) -> Reader:
    """Return a full member of the workspace as a reader. Raises `NotAllowed`, `PeopleUnavailable`."""
    person = await full_member(parts.engine.people, user)
    seen = parts.engine.seen_by(Actor("slack", user))
    # A person is the operator only where the settings say so.
    everything = user == parts.engine.settings.operator
    return Reader(seen, person.name, everything, user, zone_of(person.tz))


def _operator(parts: Parts, label: str, *, signed_in: bool = True) -> Reader:
    seen = parts.engine.seen_by(Actor("cli", "console"))
    return Reader(seen, label, everything=True, signed_in=signed_in)


def _require_loopback(request: web.Request) -> None:
    """A page of another site that got this machine's address under its own name reads nothing.

    Neither does anybody whose request another process has relayed.
    """
    try:
        host = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        host = ""
    if not is_loopback(host) or RELAYED in request.headers:
        raise NotAllowed("This console is open on this machine only. Use http://127.0.0.1 and its port.")
