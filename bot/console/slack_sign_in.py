"""Sign in with Slack: OpenID Connect, with a state and a nonce that this browser alone knows.

https://docs.slack.dev/authentication/sign-in-with-slack
"""

import hmac
import logging
import secrets
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp import web
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import ClaimsOption
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth import OpenIDConnectAuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.console import rendering
from bot.console.addresses import base_of, bounded
from bot.console.parts import PATH, Parts
from bot.console.readers import member
from bot.console.sessions import SIGN_IN, Sessions
from bot.console.sign_in import SignIn
from bot.slack.addresses import is_loopback

log = logging.getLogger(__name__)
START, RETURN = f"{PATH}/sign-in/slack", f"{PATH}/sign-in/slack/return"
_TEAM, _USER = "https://slack.com/team_id", "https://slack.com/user_id"
_SECONDS = 10.0
_LEEWAY = 60
"""Seconds by which Slack's clock may differ."""
_FAILED = "Slack did not say who you are. Try again."
_UNREACHABLE = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
_UNREADABLE = (JoseError, ValueError, TypeError, LookupError, AttributeError)


class Unconfirmed(Exception):
    """Slack did not confirm an identity, or the confirmation is not for this sign-in."""


class SlackSignIn:
    """`start` leads to Slack, which leads back to `end`."""

    def __init__(self, parts: Parts, sessions: Sessions, sign_in: SignIn) -> None:
        self._parts, self._sessions, self._sign_in = parts, sessions, sign_in

    async def start(self, request: web.Request) -> web.StreamResponse:
        """Send the browser to Slack, with a state that only this browser can return."""
        settings = self._parts.settings
        if not settings.by_slack:
            return rendering.problem(self._parts, None, 404, "Sign in with Slack is off here.")
        if refused := self._sign_in.limited(request):
            return refused
        state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        generator = OpenIDConnectAuthorizeUrlGenerator(
            client_id=settings.client_id,
            redirect_uri=f"{base_of(request, settings)}{RETURN}",
            scopes=["openid"],
            authorization_url=f"{settings.slack_origin}/openid/connect/authorize",
        )
        location = generator.generate(state, nonce, self._parts.team())
        response = web.Response(status=303, headers={**rendering.HEADERS, "Location": location})
        kept = {"state": state, "nonce": nonce, "next": bounded(request.query.get("next", ""))}
        await self._sessions.give(response, SIGN_IN, kept)
        return response

    async def end(self, request: web.Request) -> web.StreamResponse:
        """Check what Slack sent with the browser, and start a session."""
        if refused := self._sign_in.limited(request):
            return refused
        kept = await self._sessions.read(request, SIGN_IN)
        try:
            user = await self._user(request, kept)
        except Unconfirmed as error:
            log.warning("The console refused a sign-in with Slack: %s (%s)", error, request.remote)
            response: web.StreamResponse = self._sign_in.form(401, _FAILED)
        else:
            reader = await member(user, self._parts)
            log.info("%s signed in to the console with Slack (%s)", user, request.remote)
            place = bounded(str(kept.get("next", ""))) if kept else PATH
            response = await self._sign_in.begin({"user": reader.user}, place)
        await self._sessions.end(request, response, SIGN_IN)
        return response

    async def _user(self, request: web.Request, kept: Mapping[str, Any] | None) -> str:
        """Return the id of the person. Raises `Unconfirmed`."""
        if kept is None:
            raise Unconfirmed("this browser began none, or too long ago")
        if not hmac.compare_digest(str(kept.get("state")).encode(), request.query.get("state", "").encode()):
            raise Unconfirmed("its state is another one")
        if problem := request.query.get("error"):
            raise Unconfirmed(f"Slack says {problem[:60]!r}")
        code = request.query.get("code", "")
        if not code:
            raise Unconfirmed("it has no code")
        redirect = f"{base_of(request, self._parts.settings)}{RETURN}"
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS)) as http:
                identity = await self._exchange(http, code, redirect)
                keys = await self._keys(http)
        except (*_UNREACHABLE, *_UNREADABLE) as error:
            raise Unconfirmed(f"Slack gave no identity ({type(error).__name__})") from None
        return self._confirmed(identity, keys, str(kept.get("nonce")))

    async def _exchange(self, http: aiohttp.ClientSession, code: str, redirect: str) -> str:
        settings = self._parts.settings
        assert settings.client_secret is not None
        client = AsyncWebClient(base_url=settings.slack_url, session=http, retry_handlers=[])
        if self._is_local:
            client.proxy = None
        form = {
            "grant_type": "authorization_code",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.get_secret_value(),
            "code": code,
            "redirect_uri": redirect,
        }
        answer = await client.api_call("openid.connect.token", data=form)
        return str(answer["id_token"])

    async def _keys(self, http: aiohttp.ClientSession) -> KeySet:
        async with http.get(f"{self._parts.settings.slack_origin}/openid/connect/keys") as answer:
            answer.raise_for_status()
            return KeySet.import_key_set(await answer.json(content_type=None))

    @property
    def _is_local(self) -> bool:
        return is_loopback(URL(self._parts.settings.slack_url).host or "")

    def _confirmed(self, identity: str, keys: KeySet, nonce: str) -> str:
        """Return the id of the person, from an identity for this app, this workspace and this sign-in."""
        settings, team = self._parts.settings, self._parts.team()
        if not team:
            raise Unconfirmed("Signoff does not know its workspace yet")
        own: dict[str, ClaimsOption] = {
            _TEAM: {"essential": True, "value": team},
            _USER: {"essential": True},
        }
        rules = jwt.JWTClaimsRegistry(
            now=int(self._parts.clock.now().timestamp()),
            leeway=_LEEWAY,
            exp={"essential": True},
            iss={"essential": True, "value": settings.slack_origin},
            aud={"essential": True, "value": settings.client_id},
            nonce={"essential": True, "value": nonce},
            **own,
        )
        try:
            token = jwt.decode(identity, keys, algorithms=["RS256"])
            rules.validate(token.claims)
        except _UNREADABLE as error:
            raise Unconfirmed(f"its identity does not hold ({type(error).__name__})") from None
        return str(token.claims[_USER])
