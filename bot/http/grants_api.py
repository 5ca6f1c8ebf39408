"""`/api/grants`: a program reads the grants that cover its own requests, and gives them back.

It can give none: grants come from approvers, in Slack. What a program gives back, it can only lose.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

from bot.http.refusal import Refusal
from engine import Engine, Grant, NotAllowed, NotPossible, Principal, effective_user_id

PATH = "/api/grants"
Guarded = Callable[
    [Callable[[web.Request, Principal], Awaitable[web.Response]]],
    Callable[[web.Request], Awaitable[web.Response]],
]
"""Makes a handler of requests with a valid token."""


def register(app: web.Application, engine: Engine, guarded: Guarded) -> None:
    api = _GrantsApi(engine)
    app.router.add_get(PATH, guarded(api.list))
    app.router.add_delete(PATH + "/{id}", guarded(api.give_back))


class _GrantsApi:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def list(self, _: web.Request, principal: Principal) -> web.Response:
        """The grants in force, oldest first."""
        return web.json_response({"grants": [_shape(each) for each in await self._own(principal)]})

    async def give_back(self, request: web.Request, principal: Principal) -> web.Response:
        """Ends a grant at once."""
        id_ = request.match_info["id"]
        if id_ not in [each.id for each in await self._own(principal)]:
            raise Refusal(404, f"{principal.name} has no grant with this id, or it has ended.", "id")
        try:
            ended = await self._engine.grants.revoke(id_, actor=principal.actor)
        except (NotPossible, NotAllowed) as error:
            raise Refusal.of(409, error, "id") from None
        return web.json_response(_shape(ended))

    async def _own(self, principal: Principal) -> Sequence[Grant]:
        """Return the grants for requests of this principal, and of no earlier one of its name."""
        grants = await self._engine.grants.all(actor=principal.actor)
        return [
            each
            for each in grants
            if each.requester == principal.actor
            and each.run.startswith(f"{each.workflow}-{principal.mark}")
            and each.workflow in principal.gates
        ]


def _shape(grant: Grant) -> dict[str, Any]:
    return {
        "id": grant.id,
        "gate": grant.workflow,
        "question": grant.ask,
        "by": effective_user_id(grant.giver),
        "uses": grant.uses,
        "used": len(grant.used),
        "given_at": grant.at.isoformat(),
        "ends_at": grant.until.isoformat(),
        "may_differ": list(grant.rules),
    }
