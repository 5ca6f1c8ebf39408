"""Signed cookies: who signed in and until when, and a sign-in with Slack that is under way.

A cookie is a JSON Web Token (HS256) under a key of the installation. Signing out ends a session in all
processes, also after a restart. A token that was revoked or rotated ends all of its sessions.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from bot.http.spent import Spent
from engine import Clock, Principals

SESSION, SIGN_IN = "signoff_console", "signoff_sign_in"
FORM = "signoff_form"
"""The hidden field of a page, which says who opened it and what they saw. No cookie."""
LIFETIME = {SESSION: timedelta(hours=8), SIGN_IN: timedelta(minutes=10), FORM: timedelta(hours=8)}
_MAX_LENGTH = 4_000


class Sessions:
    """Makes and reads the cookies. `secure`: the pages are reached over https."""

    def __init__(
        self, principals: Principals, clock: Clock, spent: Spent, *, path: str, secure: bool
    ) -> None:
        self._principals, self._clock = principals, clock
        self._path, self._secure = path, secure
        self._spent = spent

    async def give(self, response: web.StreamResponse, name: str, claims: Mapping[str, Any]) -> None:
        """Set a cookie with these claims. Other sites' pages never send a session."""
        text = await self.seal(claims, name)
        response.set_cookie(
            name,
            text,
            max_age=int(LIFETIME[name].total_seconds()),
            path=self._path,
            secure=self._secure,
            httponly=True,
            # Slack's page leads back to a sign-in that is under way.
            samesite="Strict" if name == SESSION else "Lax",
        )

    async def read(self, request: web.Request, name: str) -> Mapping[str, Any] | None:
        """Return the claims of a cookie; None without a valid one."""
        return await self.unseal(request.cookies.get(name, ""), name)

    async def seal(self, claims: Mapping[str, Any], name: str) -> str:
        """Return signed claims that `unseal` takes under the same name, for its lifetime."""
        expires = self._clock.now() + LIFETIME[name]
        stated = {**claims, "aud": name, "exp": int(expires.timestamp())}
        return jwt.encode({"alg": "HS256"}, stated, await self._key())

    async def unseal(self, text: str, name: str) -> Mapping[str, Any] | None:
        """Return the claims of a signed text; None without a valid one."""
        if not text or len(text) > _MAX_LENGTH:
            return None
        rules = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            exp={"essential": True},
            aud={"essential": True, "value": name},
        )
        try:
            token = jwt.decode(text, await self._key(), algorithms=["HS256"])
            rules.validate(token.claims)
        except (JoseError, ValueError, TypeError):
            return None
        return None if await self._spent.is_spent(f"session {text}") else token.claims

    async def end(self, request: web.Request, response: web.StreamResponse, name: str) -> None:
        """Take a cookie away, and accept its text no longer.

        Other texts are not kept: they would take the place of sessions that have ended.
        """
        if await self.read(request, name) is not None:
            await self._spent.spend(f"session {request.cookies[name]}", LIFETIME[name].total_seconds())
        response.del_cookie(name, path=self._path)

    async def _key(self) -> OctKey:
        return OctKey.import_key(await self._principals.session_key())
