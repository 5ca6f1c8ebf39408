"""Thousands of idle connections, slow headers and bodies: health and those who ask are answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import cast

import aiohttp
import pytest
from aiohttp import web

from bot.http.limits import MAX_BODY_BYTES, Bodies, BodyRefused, Connections
from bot.http.listening import listening

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Place:
    """A server with limits, and raw connections to it."""

    def __init__(self, port: int, hold: asyncio.Event, entered: asyncio.Semaphore) -> None:
        self.port, self.hold, self.entered = port, hold, entered
        self._open: list[asyncio.StreamWriter] = []

    async def connect(self, sends: bytes = b"") -> Stream:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._open.append(writer)
        writer.write(sends)
        return reader, writer

    async def get(self, path: str) -> int:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(10)) as http,
            http.get(f"http://127.0.0.1:{self.port}{path}") as answer,
        ):
            return answer.status

    async def post(self, body: bytes, length: int | None = None) -> int:
        """The status that a request gets which announces `length` bytes."""
        head = f"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: {length or len(body)}\r\n\r\n"
        reader, _ = await self.connect(head.encode() + body)
        return int((await reader.readline()).split()[1])

    async def post_compressed(self, path: str, encoding: str) -> int:
        """The status of a body that is not what its encoding says: to decompress it is an error, so 400."""
        head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Encoding: {encoding}\r\n\r\n"
        reader, _ = await self.connect(head.encode() + b"text")
        return int((await reader.readline()).split()[1])

    def close(self) -> None:
        for writer in self._open:
            writer.close()


@asynccontextmanager
async def place(connections: Connections, bodies: Bodies | None = None) -> AsyncIterator[Place]:
    hold, entered = asyncio.Event(), asyncio.Semaphore(0)
    bodies = bodies or Bodies()

    async def fine(_: web.Request) -> web.Response:
        return web.Response()

    async def held(_: web.Request) -> web.Response:
        entered.release()
        await hold.wait()
        return web.Response()

    async def body(request: web.Request) -> web.Response:
        try:
            return web.Response(text=str(len(await bodies.read(request))))
        except BodyRefused as refused:
            return web.Response(status=refused.status, text=refused.message)

    app = web.Application()
    app.add_routes([web.get(path, fine) for path in ("/healthz", "/readyz", "/other")])
    app.add_routes([web.get("/held", held)])
    app.add_routes([web.post("/body", body)])
    async with listening(app, "127.0.0.1", 0, connections) as port:
        found = Place(port, hold, entered)
        yield found
        hold.set()
        found.close()


@pytest.mark.parametrize(
    ("path", "encoding", "status"),
    [("/body", "gzip", 415), ("/body", "br", 415), ("/missing", "deflate", 415), ("/body", "identity", 200)],
)
async def test_a_compressed_body_is_refused_and_not_decompressed(
    path: str, encoding: str, status: int
) -> None:
    async with place(Connections()) as found:
        assert await found.post_compressed(path, encoding) == status
        found.close()


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "error"),
    [
        ("GET", "/missing", {}, 404, {"field": "", "message": "There is nothing at this address."}),
        ("PUT", "/body", {}, 405, {"field": "", "message": "This address takes POST."}),
        (
            "POST",
            "/body",
            {"Content-Encoding": "gzip"},
            415,
            {
                "field": "Content-Encoding",
                "message": "Send the body as it is: Signoff takes none with a Content-Encoding.",
            },
        ),
    ],
)
async def test_every_refusal_has_one_shape(
    method: str, path: str, headers: dict[str, str], status: int, error: dict[str, str]
) -> None:
    async with place(Connections()) as there, aiohttp.ClientSession() as http:
        url = f"http://127.0.0.1:{there.port}{path}"
        async with http.request(method, url, headers=headers) as answer:
            assert (answer.status, await answer.json()) == (status, {"error": error})
            assert answer.headers.get("Allow") == ("POST" if status == 405 else None)


async def test_idle_connections_make_way_for_those_who_ask() -> None:
    async with place(Connections(most=20)) as there:
        idle = [await there.connect() for _ in range(200)]
        assert await there.get("/healthz") == 200
        assert await there.get("/other") == 200
        async with asyncio.timeout(5):  # less than a connection has for its headers
            assert await idle[0][0].read() == b""


async def test_a_connection_in_use_is_never_closed_for_an_idle_one() -> None:
    async with place(Connections(most=5)) as there:
        asking = asyncio.create_task(there.get("/held"))
        await there.entered.acquire()
        for _ in range(50):
            await there.connect()
        there.hold.set()
        assert await asking == 200


async def test_health_is_answered_while_all_places_are_taken_and_others_are_told_to_wait() -> None:
    async with place(Connections(most=20, requests=4)) as there, asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(there.get("/held"))
            await there.entered.acquire()
        assert await there.get("/other") == 503
        assert await there.get("/healthz") == 200
        assert await there.get("/readyz") == 200
        there.hold.set()


@pytest.mark.parametrize("sends", [b"", b"GET /other HTTP/1.1\r\nHost: a\r\nX-Slow:"])
async def test_headers_that_do_not_come_end_the_connection(sends: bytes) -> None:
    async with place(Connections(header_seconds=0.2)) as there:
        reader, _ = await there.connect(sends)
        async with asyncio.timeout(5):
            assert await reader.read() == b""


async def test_bodies_are_bounded_in_size_time_and_sum() -> None:
    async with place(Connections(), Bodies(budget=MAX_BODY_BYTES + 100, seconds=0.3)) as there:
        assert await there.post(b"x" * 100) == 200
        assert await there.post(b"x" * 100, length=200) == 408
        assert await there.post(b"x" * (MAX_BODY_BYTES + 1)) == 413
        async with AsyncExitStack() as stack:
            group = await stack.enter_async_context(asyncio.TaskGroup())
            slow = [group.create_task(there.post(b"x" * 500_000, length=600_000)) for _ in range(4)]
        assert {task.result() for task in slow} == {408, 503}
        assert await there.post(b"x" * MAX_BODY_BYTES) == 200


class CountedPart(bytes):
    """A part of a body that counts how often its length is read."""

    reads = 0

    def __len__(self) -> int:
        CountedPart.reads += 1
        return super().__len__()


class Trickle:
    """A request whose body arrives byte by byte."""

    @property
    def content(self) -> "Trickle":
        return self

    async def iter_any(self) -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield CountedPart(b"x")


async def test_a_body_that_arrives_byte_by_byte_costs_no_more_for_each_byte() -> None:
    body = await Bodies().read(cast(web.Request, Trickle()))
    assert body == b"x" * 1000
    assert CountedPart.reads <= 4 * 1000
