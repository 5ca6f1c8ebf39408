"""Routes of /control, and the live websocket."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSMsgType, web

from localslack import sessions
from localslack.bodies import parse_json, read_text, whole_number
from localslack.control import channels_and_people, clocks, directory, reading, testing
from localslack.errors import ControlError
from localslack.people import clicking, functions, modal_acts, shortcuts, talking, who
from localslack.slack import Slack
from localslack.workspace.records import Json

ControlHandler = Callable[[Slack, Json], Awaitable[Json]]

HANDLERS: dict[str, ControlHandler] = {
    "message": talking.write,
    "action": clicking.act,
    "options": clicking.suggest,
    "shortcut": shortcuts.choose,
    "function": functions.run,
    "session/stop": sessions.stop,
    "view/submit": modal_acts.submit,
    "view/close": modal_acts.close,
    "home/open": modal_acts.open_home,
    "channel/join": channels_and_people.join,
    "channel/leave": channels_and_people.leave,
    "channel/create": channels_and_people.create,
    "channel/invite": channels_and_people.invite,
    "channel/kick": channels_and_people.kick,
    "channel/rename": channels_and_people.rename,
    "channel/archive": channels_and_people.archive,
    "channel/unarchive": channels_and_people.unarchive,
    "dm/open": channels_and_people.open_dm,
    "read": channels_and_people.mark_read,
    "user": channels_and_people.change_user,
    "group": channels_and_people.change_group,
    "user/create": directory.create_user,
    "group/create": directory.create_group,
    "clock/move": clocks.move,
    "fault": testing.fault,
    "faults/clear": testing.clear_faults,
    "socket/disconnect": testing.disconnect,
    "socket/drop": testing.drop,
    "socket/ghosts": testing.ghosts,
    "redeliver": testing.redeliver,
    "event": testing.send_event,
    "token/revoke": testing.revoke_token,
    "token/restore": testing.restore_token,
    "edit-window": testing.edit_window,
    "blocks/refuse": testing.refuse_blocks,
}


class Control:
    """Answers /control/…; every refusal is JSON with a code and a sentence."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    def routes(self) -> list[web.RouteDef]:
        routes = [web.get(f"/control/{name}", self._reader(read)) for name, read in reading.READ.items()]
        routes += [web.post(f"/control/{name}", self._actor(act)) for name, act in HANDLERS.items()]
        routes.append(web.get("/control/live", self._live))
        return [*routes, web.route("*", "/control/{path:.*}", self._unknown)]

    @staticmethod
    async def _unknown(request: web.Request) -> web.StreamResponse:
        text = f"there is no {request.method} {request.path}"
        return web.json_response(ControlError("not_found", text).body(), status=404)

    def _reader(
        self, read: Callable[[Slack, Any], Awaitable[Json]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            return await self._answer(lambda: read(self._slack, request.query))

        return handle

    def _actor(self, act: ControlHandler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            async def run() -> Json:
                return await act(self._slack, await _body(request))

            return await self._answer(run)

        return handle

    @staticmethod
    async def _answer(run: Callable[[], Awaitable[Json]]) -> web.Response:
        try:
            return web.json_response({"ok": True, **await run()})
        except ControlError as error:
            return web.json_response(error.body(), status=error.status)

    async def _live(self, request: web.Request) -> web.StreamResponse:
        try:
            person = who.person(self._slack, request.query.get("as")).id
        except ControlError as error:
            return web.json_response(error.body(), status=error.status)
        cursor = whole_number(request.query.get("cursor", ""))
        if cursor is None:
            cursor = self._slack.live.cursor
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        with self._slack.live.feed() as feed:
            missed = self._slack.live.since(cursor)
            if missed is None:
                await socket.send_json({"n": self._slack.live.cursor, "type": "reset"})
            for event in missed or []:
                if event.sees(person):
                    await socket.send_json(event.for_person(person))
            await self._follow(socket, feed, person)
        return socket

    @staticmethod
    async def _follow(socket: web.WebSocketResponse, feed: Any, person: str) -> None:
        reader = asyncio.create_task(_until_closed(socket))
        try:
            while True:
                following = asyncio.create_task(feed.get())
                await asyncio.wait({reader, following}, return_when=asyncio.FIRST_COMPLETED)
                if not following.done():
                    following.cancel()
                    return
                event = following.result()
                if event is None:
                    await socket.close(code=1001)
                    return
                if event.sees(person):
                    await socket.send_json(event.for_person(person))
        except (ConnectionError, RuntimeError):
            return
        finally:
            reader.cancel()


async def _until_closed(socket: web.WebSocketResponse) -> None:
    async for message in socket:
        if message.type in (WSMsgType.CLOSE, WSMsgType.ERROR):
            return


async def _body(request: web.Request) -> Json:
    try:
        text = await read_text(request)
        body = parse_json(text) if text else {}
    except ValueError as error:
        raise ControlError("invalid_json", f"the body can't be read as JSON: {error}") from None
    if not isinstance(body, dict):
        raise ControlError("invalid_json", "the body must be a JSON object")
    return body
