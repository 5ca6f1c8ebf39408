"""Sign in with Slack: OpenID Connect as slack.com speaks it, for people of this workspace.

Source: docs.slack.dev/authentication/sign-in-with-slack (d) and /reference/methods/openid.connect.token (d).
A code works once, for ten minutes, for the app and the address for which it was given.
"""

import base64
import binascii
import html
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

from localslack.bodies import read_form
from localslack.errors import SlackError
from localslack.slack import Slack
from localslack.workspace.records import Json, User

AUTHORIZE = "/openid/connect/authorize"
_TOKEN = "openid.connect.token"  # noqa: S105 - the name of a method
_CODE_SECONDS, _TOKEN_SECONDS = 600.0, 300
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class _Grant:
    """The person, address and nonce for which a code was given."""

    person: str
    redirect_uri: str
    nonce: str
    expires: float


@dataclass
class OpenId:
    """The routes of Sign in with Slack, the codes that are open, and the key that signs identities."""

    slack: Slack
    grants: dict[str, _Grant] = field(default_factory=dict)
    _key: RSAKey | None = None

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(AUTHORIZE, self.ask),
            web.post(AUTHORIZE, self.allow),
            web.post(f"/api/{_TOKEN}", self.token),
            web.get("/openid/connect/keys", self.keys),
            web.get("/.well-known/openid-configuration", self.configuration),
        ]

    @property
    def key(self) -> RSAKey:
        """The key, made when it is first needed: that takes a tenth of a second."""
        if self._key is None:
            self._key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        return self._key

    async def ask(self, request: web.Request) -> web.Response:
        """Show the page on which a person chooses who they are, and allows the app to know it."""
        asked = dict(request.query)
        if problem := self._problem(asked):
            return _page(f"<h1>Sign in failed</h1><p>{html.escape(problem)}</p>", 400)
        app = html.escape(self.slack.workspace.app.name)
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(text)}">'
            for name, text in asked.items()
        )
        people = "".join(
            f'<p><button name="as" value="{person.id}">{html.escape(person.real_name)}</button></p>'
            for person in self.slack.workspace.users.values()
            if self._acts(person)
        )
        return _page(
            f"<h1>{app} asks who you are</h1><p>Sign in as</p>"
            f'<form method="post" action="{AUTHORIZE}">{hidden}{people}</form>'
        )

    async def allow(self, request: web.Request) -> web.StreamResponse:
        """Send the person back to the app with a code."""
        asked = await read_form(request)
        person = self.slack.workspace.users.get(str(asked.get("as")))
        if (problem := self._problem(asked)) or person is None or not self._acts(person):
            return _page(f"<h1>Sign in failed</h1><p>{html.escape(problem or 'unknown person')}</p>", 400)
        code = secrets.token_hex(24)
        until = self.slack.clock.now() + _CODE_SECONDS
        self.grants[code] = _Grant(person.id, asked["redirect_uri"], asked.get("nonce", ""), until)
        answer = urlencode({"code": code, "state": asked.get("state", "")})
        separator = "&" if urlsplit(asked["redirect_uri"]).query else "?"
        return web.Response(status=302, headers={"Location": f"{asked['redirect_uri']}{separator}{answer}"})

    def _acts(self, person: User) -> bool:
        return self.slack.anybody_acts or not (person.is_bot or person.deleted)

    def _problem(self, asked: Mapping[str, str]) -> str:
        """Return Slack's code for what is wrong with a request to sign in; empty where nothing is."""
        if asked.get("client_id") != self.slack.workspace.app.client_id:
            return "invalid_client_id"
        if asked.get("response_type") != "code":
            return "invalid_response_type"
        if "openid" not in asked.get("scope", "").replace(",", " ").split():
            return "invalid_scope"
        return "" if self._registered(asked.get("redirect_uri", "")) else "bad_redirect_uri"

    def _registered(self, address: str) -> bool:
        """Return whether the manifest has the address, or its beginning; without any, one on loopback is."""
        known = self.slack.manifest.redirect_urls
        if known:
            return any(address == url or address.startswith(url.rstrip("/") + "/") for url in known)
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and parts.hostname in _LOOPBACK

    async def token(self, request: web.Request) -> web.Response:
        """POST /api/openid.connect.token: a code for the identity of the person."""
        args = {**await read_form(request), **_basic(request)}
        try:
            answer: Json = {"ok": True, **self._exchange(args)}
        except SlackError as error:
            answer = error.body()
        shown = {name: text for name, text in args.items() if name != "client_secret"}
        self.slack.calls.add(_TOKEN, shown, {**answer, "id_token": "…"} if answer["ok"] else answer)
        return web.json_response(answer)

    def _exchange(self, args: Mapping[str, str]) -> Json:
        app = self.slack.workspace.app
        if args.get("client_id") != app.client_id:
            raise SlackError("invalid_client_id")
        if args.get("client_secret") != app.client_secret:
            raise SlackError("bad_client_secret")
        grant = self.grants.pop(args.get("code", ""), None)
        now = self.slack.clock.now()
        if grant is None or grant.expires <= now:
            raise SlackError("invalid_code")
        if args.get("redirect_uri") != grant.redirect_uri:
            raise SlackError("bad_redirect_uri")
        identity = self._signed(self._claims(grant, now))
        return {"access_token": f"xoxp-{secrets.token_hex(12)}", "token_type": "Bearer", "id_token": identity}

    def _signed(self, claims: Json) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def _claims(self, grant: _Grant, now: float) -> dict[str, Any]:
        team = self.slack.workspace.team
        stated: dict[str, Any] = {
            "iss": self.slack.url,
            "sub": grant.person,
            "aud": self.slack.workspace.app.client_id,
            "exp": int(now) + _TOKEN_SECONDS,
            "iat": int(now),
            "auth_time": int(now),
            "https://slack.com/team_id": team.id,
            "https://slack.com/user_id": grant.person,
        }
        return {**stated, "nonce": grant.nonce} if grant.nonce else stated

    async def keys(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [self.key.as_dict(private=False)]})

    async def configuration(self, request: web.Request) -> web.Response:
        url = self.slack.url
        return web.json_response(
            {
                "issuer": url,
                "authorization_endpoint": f"{url}{AUTHORIZE}",
                "token_endpoint": f"{url}/api/{_TOKEN}",
                "jwks_uri": f"{url}/openid/connect/keys",
                "scopes_supported": ["openid", "profile", "email"],
                "response_types_supported": ["code"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "subject_types_supported": ["public"],
            }
        )


def _basic(request: web.Request) -> dict[str, str]:
    """Return client id and secret of a header `Authorization: Basic …`; nothing without one."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": name, "client_secret": secret}


def _page(body: str, status: int = 200) -> web.Response:
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Local Slack</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<body><main>{body}</main></body></html>"
    )
    return web.Response(text=text, status=status, content_type="text/html")
