"""Calls that a framework holds, with a server that uses an approval and signs no permit."""

from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web

from bot.adapters.held_calls import AgentGate, HeldCall, decide_calls
from bot.http.listening import listening


@pytest.mark.parametrize("answer", [{}, {"permit": ""}, {"permit": None}])
async def test_an_approval_that_was_used_without_a_permit_is_not_asked_again(
    answer: Mapping[str, Any],
) -> None:
    asked = list[str]()
    request = {"id": "gate-1", "state": "approved", "by": ["U1"], "comment": "", "gate": "release-gate"}

    async def ask(http: web.Request) -> web.Response:
        asked.append(http.headers["Idempotency-Key"])
        return web.json_response(request, status=201)

    async def use(_: web.Request) -> web.Response:
        return web.json_response({**request, **answer})

    app = web.Application()
    app.router.add_post("/api/approvals", ask)
    app.router.add_post("/api/approvals/{id}/use", use)
    async with listening(app, "127.0.0.1", 0) as port:
        gate = AgentGate("release-gate", "billing agent", url=f"http://127.0.0.1:{port}", token="t")
        (ruling,) = await decide_calls(gate, [HeldCall("c1", "refund", '{"order":"7"}')])
    assert (ruling.approved, ruling.arguments, len(asked)) == (True, {"order": "7"}, 1)
