"""The page, its files, uploaded files, response_url and links to messages."""

from pathlib import Path

from aiohttp import web

from localslack.api import files
from localslack.bodies import parse_json, read_form, read_text
from localslack.errors import SlackError
from localslack.faults import UPLOAD
from localslack.openid import AUTHORIZE
from localslack.people.answers import answer
from localslack.slack import Slack
from localslack.workspace.records import Json

PAGE = Path(__file__).with_name("page")
_FRESH = {"Cache-Control": "no-store"}
# What a browser shows in place; anything else is downloaded, so that no uploaded file runs as a page.
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "application/pdf")


def is_page(request: web.Request) -> bool:
    """Return whether it asks for the page itself, a message on it, or who signs in: that changes nothing."""
    place = request.path in ("/", AUTHORIZE) or request.path.startswith("/archives/")
    return request.method == "GET" and place


class Pages:
    """Everything that is neither the Web API, Socket Mode nor the control interface."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.index),
            web.get("/archives/{channel}/{message}", self.index),
            web.get("/page/{path:.+}", self.static),
            web.post("/upload/{id}", self.upload),
            web.get("/files/{id}/{name}", self.file),
            web.post("/response/{id}", self.response),
        ]

    async def index(self, request: web.Request) -> web.StreamResponse:
        return _send(PAGE / "index.html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        files = {path.relative_to(PAGE).as_posix(): path for path in PAGE.rglob("*") if path.is_file()}
        path = files.get(request.match_info["path"])
        if path is None:
            raise web.HTTPNotFound(text="The page of this local Slack has no such file.")
        return _send(path)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        if self._slack.faults.take(UPLOAD):
            return web.Response(status=500, text="internal_error")
        return await files.receive(self._slack, request)

    async def file(self, request: web.Request) -> web.StreamResponse:
        file = self._slack.workspace.files.get(request.match_info["id"])
        body = self._slack.workspace.contents.get(request.match_info["id"])
        if file is None or body is None:
            raise web.HTTPNotFound(text="There is no such file.")
        headers = {"X-Content-Type-Options": "nosniff"}
        if file.mimetype not in _SHOWN:
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=body, content_type=file.mimetype, headers=headers)

    async def response(self, request: web.Request) -> web.StreamResponse:
        """POST /response/{id}: an answer to a command or interaction."""
        body: Json = {}
        try:
            body = await _json_or_form(request)
            await answer(self._slack, self._slack.responses.take(request.match_info["id"]), body)
        except SlackError as error:
            self._slack.calls.add("response_url", body, error.body())
            status = error.status if error.status != 200 else 400
            return web.json_response(error.body(), status=status)
        self._slack.calls.add("response_url", body, {"ok": True})
        return web.json_response({"ok": True})


async def _json_or_form(request: web.Request) -> Json:
    try:
        if request.content_type == "application/x-www-form-urlencoded":
            text = (await read_form(request)).get("payload", "")
        else:
            text = await read_text(request)
        body = parse_json(text)
    except ValueError:
        raise SlackError("invalid_payload", status=400) from None
    if not isinstance(body, dict):
        raise SlackError("invalid_payload", status=400)
    return body


def _send(path: Path) -> web.StreamResponse:
    return web.FileResponse(path, headers=_FRESH)
