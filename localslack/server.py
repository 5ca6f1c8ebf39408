"""Putting a local Slack together, starting and ending it."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiohttp import web

from localslack.api.http import WebApi
from localslack.api.registry import METHODS
from localslack.bodies import http_logger
from localslack.config import Config, load_workspace
from localslack.control.http import Control
from localslack.delivery.envelope import Delivery
from localslack.delivery.events import Events
from localslack.delivery.http import HttpDelivery
from localslack.delivery.socket import SocketMode
from localslack.errors import StartError
from localslack.faults import CallLog
from localslack.ids import Timestamps
from localslack.live import Live
from localslack.manifest import load_manifest
from localslack.openid import OpenId
from localslack.pages import Pages, is_page
from localslack.people.grants import ResponseUrls, Triggers
from localslack.people.modals import Modals
from localslack.rates import Rates
from localslack.slack import Slack
from localslack.workspace.database import Database
from localslack.workspace.records import Json
from localslack.workspace.seed import fill
from localslack.workspace.workspace import Workspace

HOST = "127.0.0.1"
_UNFRAMED = {
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Another site must not show the page under its own and lead people's clicks."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A running local Slack. url: `http://127.0.0.1:PORT`; api_url: what a bot takes as its base_url."""

    def __init__(
        self, slack: Slack, database: Database, runner: web.AppRunner, api: WebApi, openid: OpenId
    ) -> None:
        self._slack = slack
        self._openid = openid
        self._database = database
        self._runner = runner
        self._api = api
        app = slack.workspace.app
        self.url = slack.url
        self.api_url = f"{slack.url}/api/"
        self.bot_token = app.bot_token
        self.app_token = app.app_token
        self.config_token = app.config_token
        self.signing_secret = app.signing_secret
        self.client_id = app.client_id
        self.client_secret = app.client_secret

    async def close(self) -> None:
        """End every connection, then close the file."""
        self._api.close()
        self._slack.live.close()
        await self._slack.events.close()
        await self._slack.delivery.close()
        await self._runner.cleanup()
        await self._database.close()


async def start(config: Config) -> Server:
    """Start a local Slack; StartError says what stands in the way and the remedy."""
    spec, manifest = load_workspace(config.workspace), load_manifest(config.manifest)
    manifest = replace(manifest, unfurl_domains=(*manifest.unfurl_domains, *config.unfurl_domains))
    if config.http_url is None and not manifest.socket_mode:
        raise StartError(
            f"{config.manifest}: settings.socket_mode_enabled is off; "
            "switch it on, or give --http-url to deliver over HTTP"
        )
    path = config.data / "workspace.sqlite3" if config.data is not None else None
    database = Database(path)
    try:
        workspace = Workspace(spec, database, Timestamps(config.clock))
        await fill(workspace, spec, database, config.clock.now())
        live = Live(config.clock)
        socket, delivery = _delivery(config, workspace, live)
        slack = Slack(
            clock=config.clock,
            manifest=manifest,
            workspace=workspace,
            live=live,
            delivery=delivery,
            events=Events(config.clock, delivery, manifest, spec.team, spec.app),
            calls=CallLog(config.clock),
            triggers=Triggers(config.clock),
            responses=ResponseUrls(config.clock),
            modals=Modals(),
            rates=Rates(config.clock, config.rates),
            socket=socket,
            tz=config.tz,
            anybody_acts=config.anybody_acts,
        )
        api = WebApi(slack, METHODS)
        openid = OpenId(slack)
        runner = await _listen(config.port, slack, api, openid)
    except BaseException:
        await database.close()
        raise
    return Server(slack, database, runner, api, openid)


def _delivery(config: Config, workspace: Workspace, live: Live) -> tuple[SocketMode | None, Delivery]:
    if config.http_url is not None:
        return None, HttpDelivery(config.clock, config.http_url, workspace.app.signing_secret)

    def changed(connected: bool) -> None:
        live.publish("bot", lambda person: True, lambda person: {"connected": connected})

    socket = SocketMode(config.clock, workspace.app.id, changed)
    return socket, socket


async def _listen(port: int, slack: Slack, api: WebApi, openid: OpenId) -> web.AppRunner:
    application = web.Application(middlewares=[_whole_bodies, _own_pages_only], client_max_size=1024**3)
    application.on_response_prepare.append(_unframed)
    application.add_routes(openid.routes())
    application.add_routes([web.route("*", "/api/{method}", api.handle)])
    if slack.socket is not None:
        application.add_routes([web.get("/socket", slack.socket.handle)])
    application.add_routes(Control(slack).routes())
    application.add_routes(Pages(slack).routes())
    runner = web.AppRunner(
        application,
        access_log=None,
        logger=http_logger(),
        shutdown_timeout=1.0,
        auto_decompress=False,  # no caller compresses, and a body that only claims to be cannot be read
    )
    await runner.setup()
    site = web.TCPSite(runner, HOST, port)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise StartError(
            f"port {port} of {HOST} can't be used ({os.strerror(error.errno or 0)}); "
            "give another one with --port, or 0 for a free one"
        ) from None
    slack.url = f"http://{HOST}:{runner.addresses[0][1]}"
    return runner


@web.middleware
async def _whole_bodies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a request whose body breaks off: it is the caller's mistake."""
    try:
        return await handler(request)
    except web.RequestPayloadError:
        raise web.HTTPBadRequest(text="The body can't be read.", headers=_UNFRAMED) from None


@web.middleware
async def _own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a page of another site sends through the browser: it could click in a person's name."""
    if (refused := _foreign(request)) is not None:
        return web.json_response({"ok": False, **refused}, status=403, headers=_UNFRAMED)
    return await handler(request)


async def _unframed(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_UNFRAMED)


def _foreign(request: web.Request) -> Json | None:
    """Why a request is not the page's or the bot's: a name of another site, or another site's page."""
    host = request.headers.get("Host", "")
    if host not in (f"{HOST}:{_port(request)}", f"localhost:{_port(request)}"):
        return {"error": "foreign_host", "message": "Only on loopback."}
    origin = request.headers.get("Origin")
    # A link from elsewhere may lead to the page and to a message on it; nothing else of another site may.
    elsewhere = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    followed = request.headers.get("Sec-Fetch-Mode") == "navigate" and is_page(request)
    if origin not in (None, f"http://{host}") or (elsewhere and not followed):
        return {"error": "foreign_origin", "message": "Only its own page."}
    return None


def _port(request: web.Request) -> int:
    assert request.transport is not None
    return int(request.transport.get_extra_info("sockname")[1])


async def serve_until(config: Config, ended: asyncio.Event, ready: Callable[[Server], None]) -> None:
    """Start, tell `ready`, and close when `ended` is set."""
    server = await start(config)
    try:
        ready(server)
        await ended.wait()
    finally:
        await server.close()
