"""A local Slack on loopback, people who act in it, and a real Bolt app as its bot."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from localslack import Config, ManualClock, Server, start

MANIFEST = Path(__file__).with_name("manifest.yaml")
Json = dict[str, Any]


class People:
    """The control interface: acting as people and reading what they see."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url, self.http = url, http

    async def post(self, path: str, **body: Any) -> Json:
        body = {key.rstrip("_"): value for key, value in body.items()}
        async with self.http.post(f"{self.url}/control/{path}", json=body) as response:
            answer: Json = await response.json()
            assert (response.status < 400) == answer["ok"]
            return answer

    async def get(self, path: str, **query: Any) -> Json:
        query = {key.rstrip("_"): value for key, value in query.items()}
        async with self.http.get(f"{self.url}/control/{path}", params=query) as response:
            answer: Json = await response.json()
        return answer

    async def say(self, person: str, channel: str, text: str, **more: Any) -> Json:
        return await self.post("message", as_=person, channel=channel, text=text, **more)

    async def click(self, person: str, channel: str, ts: str, block: str, action: str, **more: Any) -> Json:
        place = {"type": "message", "channel": channel, "ts": ts}
        return await self.post(
            "action", as_=person, container=place, block_id=block, action_id=action, **more
        )

    async def read(self, person: str, channel: str, **more: Any) -> list[Json]:
        messages: list[Json] = (await self.get("messages", as_=person, channel=channel, **more))["messages"]
        return messages

    async def texts(self, person: str, channel: str) -> list[str]:
        return [message["text"] for message in await self.read(person, channel)]

    async def live(self, person: str, cursor: int | None = None) -> aiohttp.ClientWebSocketResponse:
        if cursor is None:
            cursor = (await self.get("bootstrap", as_=person))["cursor"]
        return await self.http.ws_connect(f"{self.url}/control/live?as={person}&cursor={cursor}")


PeopleOf = Callable[[Server], People]
ClientOf = Callable[[Server], AsyncWebClient]
Connect = Callable[[Server, Callable[[AsyncApp], None]], Awaitable[AsyncApp]]
AppSocket = Callable[[Server], Awaitable[aiohttp.ClientWebSocketResponse]]
Button = Callable[..., Json]


async def error_of(call: Awaitable[AsyncSlackResponse]) -> str:
    """Return the error that Slack gives this call."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def manifest() -> Path | None:
    return MANIFEST


@pytest.fixture
async def server(manifest: Path | None) -> AsyncIterator[Server]:
    running = await start(Config(manifest=manifest))
    yield running
    await running.close()


@pytest.fixture
async def still(clock: ManualClock) -> AsyncIterator[Server]:
    """A local Slack whose time stands still until the clock is advanced."""
    running = await start(Config(manifest=MANIFEST, clock=clock))
    yield running
    await running.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def people_of(http: aiohttp.ClientSession) -> PeopleOf:
    return lambda server: People(server.url, http)


@pytest.fixture
def people(server: Server, people_of: PeopleOf) -> People:
    return people_of(server)


@pytest.fixture
def client_of(http: aiohttp.ClientSession) -> ClientOf:
    def make(server: Server) -> AsyncWebClient:
        return AsyncWebClient(
            token=server.bot_token, base_url=server.api_url, session=http, retry_handlers=[]
        )

    return make


@pytest.fixture
def client(server: Server, client_of: ClientOf) -> AsyncWebClient:
    return client_of(server)


@pytest.fixture
async def connect(client_of: ClientOf) -> AsyncIterator[Connect]:
    """connect(server, register): a Bolt app in Socket Mode, its listeners added by `register(app)`."""
    handlers = []

    async def make(server: Server, register: Callable[[AsyncApp], None]) -> AsyncApp:
        app = AsyncApp(
            client=client_of(server), signing_secret=server.signing_secret, process_before_response=True
        )
        register(app)
        handler = AsyncSocketModeHandler(app, server.app_token)
        handlers.append(handler)
        await handler.connect_async()
        await connected(server)
        return app

    async def connected(server: Server) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                async with session.get(f"{server.url}/control/health") as response:
                    if (await response.json())["connected"]:
                        return
                await asyncio.sleep(0)

    yield make
    for handler in handlers:
        await handler.close_async()


@pytest.fixture
def app_socket(http: aiohttp.ClientSession) -> AppSocket:
    """A bare Socket Mode connection, past its hello."""

    async def connect(server: Server) -> aiohttp.ClientWebSocketResponse:
        headers = {"Authorization": f"Bearer {server.app_token}"}
        async with http.post(f"{server.api_url}apps.connections.open", headers=headers) as response:
            url = (await response.json())["url"]
        socket = await http.ws_connect(url)
        hello = await socket.receive_json()
        assert hello["type"] == "hello"
        return socket

    return connect


@pytest.fixture
def button() -> Button:
    """button(action, value, block): an actions block with one button."""

    def make(action: str = "go", value: str = "1", block: str = "b1", **more: Any) -> Json:
        element = {"type": "button", "action_id": action, "value": value, "text": plain("Go"), **more}
        return {"type": "actions", "block_id": block, "elements": [element]}

    return make


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
