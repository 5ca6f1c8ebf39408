"""`/api/permits`: the program that makes an approved call reads the keys, and redeems the permit.

It needs no token. The permit itself is the credential, and its signature is verified before anything is read.
"""

import json
import re

from aiohttp import web

from bot.http.limits import Bodies, BodyRefused
from bot.http.refusal import Refusal
from engine import AlteredRun, Engine, NotPossible, TooMany
from engine.permits.verify_permit import PermitRefused

PATH = "/api/permits"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def register(app: web.Application, engine: Engine, bodies: Bodies) -> None:
    api = _PermitsApi(engine, bodies)
    app.router.add_get(PATH + "/keys", api.keys)
    app.router.add_post(PATH + "/redeem", api.redeem)


class _PermitsApi:
    def __init__(self, engine: Engine, bodies: Bodies) -> None:
        self._engine, self._bodies = engine, bodies

    async def keys(self, _: web.Request) -> web.Response:
        """The issuer and its public keys (RFC 7517)."""
        return web.json_response(await self._engine.permits.keys())

    async def redeem(self, request: web.Request) -> web.Response:
        """Redeems a permit, once for all. The same `Idempotency-Key` again is the same redemption."""
        key = request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            raise Refusal(400, "It is missing, too long, or not plain ASCII.", "Idempotency-Key")
        permit = await self._permit(request)
        try:
            claims = await self._engine.permits.redeem(permit, key)
        except PermitRefused as refused:
            raise Refusal(410 if refused.reason == "expired" else 400, str(refused), "permit") from None
        except TooMany as error:
            raise Refusal.of(429, error, "permit", retry_after=error.retry_after) from None
        except (NotPossible, AlteredRun) as error:
            # A pause ends, and the permit may still be valid.
            raise Refusal.of(503 if self._engine.paused else 409, error, "permit") from None
        return web.json_response({"id": claims["jti"], "claims": claims})

    async def _permit(self, request: web.Request) -> str:
        try:
            body = json.loads(await self._bodies.read(request))
        except BodyRefused as error:
            raise Refusal(error.status, error.message) from None
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict) or set(body) != {"permit"} or not isinstance(body["permit"], str):
            raise Refusal(400, 'Send {"permit": "…"} as JSON in UTF-8.', "permit")
        return str(body["permit"])
