"""Addresses of the console: where it is, and the places to which a sign-in may lead."""

import re

from aiohttp import web

from bot.console.parts import PATH, ConsoleSettings

_PLACE = re.compile(rf"{PATH}(?:/[A-Za-z0-9._~%-]+)*/?(?:\?[A-Za-z0-9._~%=&+:/-]*)?")
_MAX_PLACE = 1_000


def base_of(request: web.Request, settings: ConsoleSettings) -> str:
    """Return the address of the web application. An open console is at any name of this machine."""
    return settings.url or f"http://{request.host}"


def bounded(place: str) -> str:
    """Return a page of the console to go to: this one, or the first page for any other address."""
    plain = len(place) <= _MAX_PLACE and _PLACE.fullmatch(place) and ".." not in place
    return place if plain else PATH
