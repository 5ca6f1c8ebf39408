"""Reads of workflows from outside: bounded, of the declared kind, and never inside this network."""

import os
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from signoff import Fatal
from signoff.addresses import is_public
from signoff.testing import Harness, InvalidInput, StaticPeople
from workflows.grant_pipeline import pipeline, services  # noqa: F401
from workflows.machine.readings import MAX_LINE, MAX_READ, Cursor, from_file
from workflows.machine.sources import source_of
from workflows.machine_watch import machine_watch
from workflows.outside import MAX_BYTES, Refused, Unanswered, fetch, open_regular

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
PEOPLE = StaticPeople(groups={"plant-ops": ["U1"]})
LOCAL = frozenset({"127.0.0.1"})


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    async def much(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(MAX_BYTES // 65536 + 2):
            await answer.write(b"\0" * 65536)
        return answer

    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPFound(request.query.get("to", "/to"))

    async def packed(_: web.Request) -> web.Response:
        return web.Response(body=b"x", headers={"Content-Encoding": "gzip"})

    async def fine(_: web.Request) -> web.Response:
        return web.Response(text="fine")

    app = web.Application()
    for path, handler in (("/much", much), ("/to", elsewhere), ("/packed", packed), ("/fine", fine)):
        app.router.add_get(path, handler)
    made = TestServer(app)
    await made.start_server()
    yield made
    await made.close()


PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "255.255.255.255", "ff02::1", "240.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"])
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_a_private_address_is_private_in_each_form_of_ipv6_that_holds_it(address: object) -> None:
    number = int(address)  # type: ignore[call-overload]
    for prefix in ("::ffff:", "64:ff9b::"):
        assert not is_public(f"{prefix}{number >> 16:x}:{number & 0xFFFF:x}")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "127.1", "2130706433", "0x7f000001", "localhost", "0"],
)
async def test_an_address_inside_is_refused_in_whichever_form_it_is_written(
    server: TestServer, host: str
) -> None:
    with pytest.raises((Refused, Unanswered), match=r"FETCH_PRIVATE_HOSTS|did not answer"):
        await fetch(f"http://{host}:{server.port}/fine")


async def test_a_host_name_that_leads_inside_is_refused(server: TestServer) -> None:
    with pytest.raises(Refused, match="allow the host with FETCH_PRIVATE_HOSTS=localhost"):
        await fetch(f"http://localhost:{server.port}/fine")
    assert await fetch(f"http://localhost:{server.port}/fine", private={"localhost"}) == b"fine"


async def test_a_redirect_to_an_address_inside_is_refused(server: TestServer) -> None:
    at = server.make_url("/to")
    assert await fetch(str(at.with_query(to="/fine")), private=LOCAL) == b"fine"
    for target in (f"http://localhost:{server.port}/fine", "http://169.254.169.254/latest/meta-data/"):
        with pytest.raises(Refused, match="inside this machine's networks"):
            await fetch(str(at.with_query(to=target)), private=LOCAL)
    with pytest.raises(Refused, match="not an http or https address"):
        await fetch(str(at.with_query(to="file:///etc/passwd")), private=LOCAL)
    with pytest.raises(Unanswered, match="redirects more than 5 times"):
        await fetch(str(at), private=LOCAL)


async def test_an_answer_without_end_is_cut_off_and_a_packed_one_is_not_unpacked(server: TestServer) -> None:
    with pytest.raises(Refused, match="more than 4 MB"):
        await fetch(str(server.make_url("/much")), private=LOCAL)
    with pytest.raises(Unanswered, match="compressed"):
        await fetch(str(server.make_url("/packed")), private=LOCAL)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/x", "gopher://example.org", "//x"])
async def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(Refused, match="not an http or https address"):
        await fetch(url)


# Files


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for path in (Path("/dev/zero"), tmp_path / "pipe", tmp_path / "link", tmp_path):
            with pytest.raises((Refused, IsADirectoryError)):
                open_regular(path)
        with pytest.raises(OSError, match="No such device"):
            open_regular(tmp_path / "socket")


def test_a_file_without_line_breaks_is_read_in_bounded_parts(tmp_path: Path) -> None:
    file = tmp_path / "sparse.csv"
    with file.open("wb") as out:
        out.truncate(5 * MAX_READ)
    batch = from_file(file, Cursor(), NOW, 10)
    assert batch.more
    assert batch.offset == MAX_READ
    assert [row.trouble for row in batch.rows] == [f"is longer than {MAX_LINE} bytes"]


def test_a_long_line_is_set_aside_and_the_next_one_is_read(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("x" * 100_000 + "\n2026-01-05 11:00:00,80\n", encoding="utf-8")
    batch = from_file(file, Cursor(), NOW, 10)
    assert [row.trouble for row in batch.rows] == [f"is longer than {MAX_LINE} bytes", None]
    assert batch.offset == file.stat().st_size


# The shipped workflows


async def test_an_input_names_a_machine_and_neither_a_path_nor_an_address(tmp_path: Path) -> None:
    async with Harness(machine_watch, people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        with pytest.raises(InvalidInput, match="source"):
            await harness.start("machine-watch", {"source": "/etc/passwd"})
        await harness.start("machine-watch", {"machine": "/etc/passwd"})
        (request,) = await harness.requests()
        assert request.failure is not None
        assert request.failure.message.startswith("There is no machine '/etc/passwd'. Choose machine-1.")


def test_the_operator_names_the_machines() -> None:
    environment = {
        "MACHINE_READINGS": "/a.csv",
        "MACHINE_SOURCES": "pump-07=/b.csv, fan=https://x.example/f?a=b",
    }
    assert source_of("machine-1", environment) == "/a.csv"
    assert source_of("pump-07", environment) == "/b.csv"
    assert source_of("fan", environment) == "https://x.example/f?a=b"
    with pytest.raises(Fatal, match="Choose machine-1 or pump-07 or fan"):
        source_of("press", environment)


@pytest.mark.parametrize("source", ["/dev/zero", "http://169.254.169.254/latest", "file:///etc/passwd"])
async def test_a_source_that_may_not_be_read_fails_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setenv("MACHINE_READINGS", source)
    async with Harness(machine_watch, people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        run = await harness.start("machine-watch")
        step = await harness.step(run, "read")
        assert (step.state, step.attempt) == ("waiting", 1)
