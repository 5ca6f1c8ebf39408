"""The addresses of the console."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.console import rendering
from bot.console.addresses import bounded
from bot.console.attempts import Attempts
from bot.console.deciding import Deciding
from bot.console.pages import approvals, events, export, insight, policies, run, runs, workflows
from bot.console.parts import PATH, Parts, Reader
from bot.console.readers import reader_of
from bot.console.revealing import Revealing
from bot.console.sessions import Sessions
from bot.console.sign_in import SignIn
from bot.console.slack_sign_in import RETURN, START, SlackSignIn
from bot.graphs.pictures import NoRenderer
from bot.http.limits import Bodies, BodyRefused
from bot.http.spent import Spent
from engine import (
    Altered,
    NotAllowed,
    NotPossible,
    PeopleUnavailable,
    SignoffError,
    UnknownRun,
    UnknownWorkflow,
)
from engine.text import without_folders

log = logging.getLogger(__name__)
Page = Callable[[web.Request, Reader], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_STATUS: tuple[tuple[type[SignoffError], int], ...] = (
    (UnknownRun, 404),
    (UnknownWorkflow, 404),
    (NotAllowed, 403),
    (PeopleUnavailable, 503),
    (Altered, 409),
    (NotPossible, 409),
)


def register(app: web.Application, parts: Parts, bodies: Bodies) -> None:
    """Add the console to the web application."""
    secure = (parts.settings.url or "").startswith("https://")
    sessions = Sessions(
        parts.engine.principals, parts.clock, parts.spent or Spent(parts.clock), path=PATH, secure=secure
    )
    sign_in = SignIn(parts, sessions, Attempts(), bodies)
    deciding, revealing = Deciding(parts, sessions, bodies), Revealing(parts, sessions, bodies)
    console = _Console(parts, sessions, sign_in, deciding, revealing)
    pages: Mapping[str, Page] = {
        "": console.workflows,
        "/": console.workflows,
        "/workflows/{name}": console.workflow,
        "/workflows/{name}/graph.svg": console.workflow_graph,
        "/runs": console.runs,
        "/runs/{id}": console.run,
        "/runs/{id}/graph.svg": console.run_graph,
        "/approvals": console.approvals,
        "/approvals/{id}/receipt.json": console.receipt,
        "/approvals/{id}": console.request,
        "/insight": console.insights,
        "/insight/{workflow}/{step}": console.insight,
        "/policies": console.policies,
        "/events": console.events,
        "/events/export.{form}": console.export,
    }
    app.router.add_get(f"{PATH}/static/{{file}}", _static)
    app.router.add_get(f"{PATH}/sign-in", console.spoken(console.ask))
    app.router.add_post(f"{PATH}/sign-in", console.spoken(sign_in.take))
    app.router.add_post(f"{PATH}/sign-out", console.spoken(sign_in.end))
    by_slack = SlackSignIn(parts, sessions, sign_in)
    app.router.add_get(START, console.spoken(by_slack.start))
    app.router.add_get(RETURN, console.spoken(by_slack.end))
    acts: Mapping[str, Page] = {
        "/approvals/{id}": console.decide,
        "/runs/{id}/personal": console.reveal,
    }
    for path, act in acts.items():
        app.router.add_post(PATH + path, console.spoken(console.guarded(act)))
    for path, show in pages.items():
        app.router.add_get(PATH + path, console.spoken(console.guarded(show)))
    app.router.add_get(f"{PATH}/{{rest:.*}}", console.spoken(console.guarded(console.missing)))


async def _static(request: web.Request) -> web.Response:
    try:
        return rendering.static(request.match_info["file"])
    except KeyError:
        raise web.HTTPNotFound from None


class _Console:
    def __init__(
        self, parts: Parts, sessions: Sessions, sign_in: SignIn, deciding: Deciding, revealing: Revealing
    ) -> None:
        self._deciding, self._revealing = deciding, revealing
        self._parts, self._sessions, self._sign_in = parts, sessions, sign_in

    def spoken(self, answer: Handler) -> Handler:
        """Answer errors with a page in words."""

        async def take(request: web.Request) -> web.StreamResponse:
            try:
                return await answer(request)
            except BodyRefused as refused:
                return self._sign_in.form(refused.status, refused.message)
            except NotAllowed as error:
                return self._sign_in.form(403, str(error))
            except SignoffError as error:
                return rendering.problem(self._parts, None, _status(error), without_folders(str(error)))

        return take

    def guarded(self, show: Page) -> Handler:
        """Show a page to somebody who may read it; ask everybody else who they are."""

        async def take(request: web.Request) -> web.StreamResponse:
            reader = await reader_of(request, self._parts, self._sessions)
            if reader is None:
                return self._asked(request)
            try:
                return await show(request, reader)
            except SignoffError as error:
                text = without_folders(str(error))
                return rendering.problem(self._parts, reader, _status(error), text)
            except NoRenderer as error:
                return rendering.problem(self._parts, reader, 501, str(error))

        return take

    def _asked(self, request: web.Request) -> web.Response:
        """Ask who the reader is. A browser sends no session behind a link of another site: it tries again."""
        if request.headers.get("Sec-Fetch-Site") == "cross-site" and request.method == "GET":
            return rendering.page("again", self._parts, None)
        return self._sign_in.form(401, place=bounded(request.path_qs))

    async def ask(self, request: web.Request) -> web.StreamResponse:
        return self._sign_in.form(place=bounded(request.query.get("next", "")))

    async def workflows(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        return self._page("workflows", reader, await workflows.listed(self._parts, reader))

    async def workflow(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        values = await workflows.one(self._parts, reader, request.match_info["name"])
        return self._page("workflow", reader, values)

    async def workflow_graph(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        return rendering.picture(await workflows.graph(self._parts, reader, request.match_info["name"]))

    async def runs(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        values = await runs.listed(self._parts, reader, request.query)
        return self._page("runs", reader, values, 400 if values["problem"] else 200)

    async def run(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        values = await run.one(self._parts, reader, request.match_info["id"])
        token = await self._revealing.token(reader, values["run"].id)
        return self._page("run", reader, {**values, "personal": token})

    async def reveal(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        return await self._revealing.take(request, reader)

    async def run_graph(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        return rendering.picture(await run.graph(self._parts, reader, request.match_info["id"]))

    async def approvals(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        return self._page("approvals", reader, await approvals.listed(self._parts, reader, request.query))

    async def receipt(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        receipt = await approvals.receipt(self._parts, reader, request.match_info["id"])
        if receipt is None:
            return await self.missing(request, reader)
        return web.json_response(receipt, headers=rendering.HEADERS)

    async def request(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        return await self._deciding.show(request, reader) or await self.missing(request, reader)

    async def decide(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        return await self._deciding.take(request, reader) or await self.missing(request, reader)

    async def insights(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        return self._page("insights", reader, await insight.listed(self._parts, reader))

    async def insight(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        name, step = request.match_info["workflow"], request.match_info["step"]
        values = await insight.one(self._parts, reader, name, step, request.query)
        return self._page("insight", reader, values, 400 if values["problem"] else 200)

    async def events(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        values = await events.listed(self._parts, reader, request.query)
        return self._page("events", reader, values, 400 if values["problem"] else 200)

    async def export(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        form = request.match_info["form"]
        if form not in events.FORMS:
            return await self.missing(request, reader)
        return await export.exported(request, self._parts, reader, form)

    async def policies(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        return self._page("policies", reader, await policies.listed(self._parts, reader, request.query))

    async def missing(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        return rendering.problem(self._parts, reader, 404, "There is nothing at this address.")

    def _page(self, name: str, reader: Reader, values: Mapping[str, Any], status: int = 200) -> web.Response:
        return rendering.page(name, self._parts, reader, status, **values)


def _status(error: SignoffError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 503)
