"""Two thousand random requests at the control socket: each gets an answer, and none is a fault of ours."""

import asyncio
import json
import logging
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.cli.handlers import HANDLERS, handlers
from bot.control_socket.path import socket_path
from bot.control_socket.requests import _KINDS, BadRequest, checked
from bot.control_socket.server import ControlSocket
from engine import Actor, Engine, Gate
from engine.clock import FakeClock
from engine.model.people import StaticPeople

REQUESTS = 2000
FOREVER = {"follow", "logs"}
"""They answer when there is something new, so a visitor may hang up first."""
NAMES = (
    "after", "as_user", "before", "choice", "comment", "cursor", "enabled", "end", "file", "gates",
    "headers", "keep", "key", "last", "limit", "marks", "name", "offset", "one_time_code", "period", "person",
    "priority", "reason", "reports",
    "rules", "request", "run", "sample", "seen", "served", "share", "since", "start", "started_by",
    "states", "step", "target", "to", "typed", "types", "user", "value", "values", "workflow", "é",
)  # fmt: skip
ODD: list[Any] = [
    "", " ", "x" * 5000, "\x00", "‮ok", "é" * 50, "<@U1>", "{input.x}", "../../etc/passwd", "*", "U1",
    "release", "approve", "ci", "2026-01-01", "9999-12-31", "0001-01-01", "2026-01-01T00:00:00",
    "@managers", "cli:root", "2026-01-01T00:00:00+00:00",
    None, True, -1, 0, 1, 2**63 - 1, 2**64 - 1, -(2**63), 1e308, [], {}, [[]], {"a": {"b": []}}, ["x"] * 300,
    {"events": 0, "reports": 0}, {"events": "x"}, {"question": "Ship?"}, ["approve", 1], [None],
    {"min_runs": 5}, {"min_runs": 5, "promote_after": 1e9}, {"max": 1}, 12.5,
    {"since": 60, "until": "2026-01-01T00:00:00+00:00"}, {"since": 3e9},
    {"until": "0001-01-01T00:00:00+00:00"},
]  # fmt: skip


def test_every_parameter_with_a_kind_is_tried() -> None:
    assert set(_KINDS) - set(NAMES) == set()


def fits(name: str, value: Any) -> bool:
    try:
        checked({name: value})
    except BadRequest:
        return False
    return True


class Sender:
    """Makes requests of one seed."""

    def __init__(self, seed: int, known: list[str]) -> None:
        self.random, self.odd = random.Random(seed), [*ODD, *known * 4]
        self.fitting = {name: [value for value in self.odd if fits(name, value)] for name in NAMES}

    def line(self) -> bytes:
        match self.random.randrange(12):
            case 0:
                return self.random.randbytes(self.random.randrange(1, 200)).replace(b"\n", b"")
            case 1:
                return b"[" * 100_000
            case 2:
                return b'{"method":"show","params":' + b'{"run":' * 100_000 + b"1" + b"}" * 100_001
            case 3:
                return json.dumps(self.random.choice(self.odd)).encode()
            case 4:
                return b'{"id":1e999,"method":"runs","params":{"limit":' + b"9" * 5000 + b"}}"
            case 5:
                return b'{"method":"show","params":{"run":"\\ud800"}}'
        return json.dumps({"id": self.odd_one(), "method": self.method(), "params": self.params()}).encode()

    def odd_one(self) -> Any:
        return self.random.choice(self.odd)

    def method(self) -> Any:
        known = [name for name in HANDLERS if name not in FOREVER]
        return self.random.choice([*known, "", "é", "__class__", 1, None, [], {}])

    def params(self) -> Any:
        if self.random.random() < 0.1:
            return self.odd_one()
        wild = self.random.choice([0.0, 0.0, 0.1])
        left_out = self.random.choice([0, 0, 0, 3, 20])
        names = self.random.sample(NAMES, len(NAMES) - left_out)
        return {
            name: self.odd_one() if self.random.random() < wild else self.random.choice(self.fitting[name])
            for name in names
        }


async def answered(path: Path, line: bytes) -> str:
    """The kind of the answer; `""` for a result."""
    reader, writer = await asyncio.open_unix_connection(str(path), limit=2**24)
    writer.write((line or b"x") + b"\n")
    answer = json.loads(await asyncio.wait_for(reader.readline(), 30))
    writer.close()
    return str(answer.get("error", {}).get("kind", ""))


@pytest.fixture
async def path(tmp_path: Path) -> Any:
    people = StaticPeople(groups={"managers": ["U1"]})
    engine = await Engine.open(tmp_path / "signoff.db", clock=FakeClock(), people=people)
    engine.register(Gate("release", owner="@managers", approvers=["@managers"], expires="1h"))
    await engine.serve()
    await engine.principals.add("ci", ["release"], Actor("cli", "root"))
    socket = ControlSocket(tmp_path / "signoff.db", handlers(engine))
    await socket.open()
    yield socket_path(tmp_path / "signoff.db")
    await socket.close()
    await engine.close(grace=0)


@pytest.mark.long
async def test_random_requests_of_the_command_line_get_no_fault(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sender, kinds = Sender(20261126, ["release", "ci"]), Counter[str]()
    for _ in range(REQUESTS // 20):
        lines = [sender.line() for _ in range(20)]
        found = await asyncio.gather(*(answered(path, line) for line in lines))
        for kind, line in zip(found, lines, strict=True):
            assert kind != "InternalError", (line[:600], caplog.text[-3000:])
        kinds.update(found)
    assert sum(kinds.values()) == REQUESTS
    assert {"", "BadRequest", "NotPossible", "UnknownRun"} <= kinds.keys(), kinds
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_line_without_an_end_is_refused_in_words(path: Path) -> None:
    assert await answered(path, b"x" * (9 * 1024 * 1024)) == "BadRequest"


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"run": 1}, "The parameter run is 1. It must be a text."),
        ({"limit": 2**63}, "The parameter limit is 9223372036854775808. It must be a whole number from 1"),
        ({"limit": True}, "The parameter limit is True."),
        ({"keep": -1}, "The parameter keep is -1. It must be a number of seconds"),
        ({"start": "tomorrow"}, "The parameter start is 'tomorrow'. It must be a date such as"),
        ({"states": "waiting"}, "It must be a list of texts."),
        ({"after": {"events": 1}}, "the place where events and reports stand"),
    ],
)
def test_a_parameter_that_cannot_be_is_named_with_its_value(params: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadRequest) as refused:
        checked(params)
    assert problem in str(refused.value)


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(BadRequest, match="The parameter run is missing"):
        checked({"step": None})["run"]


@pytest.mark.parametrize(
    "mark", [{}, {"events": "1", "digest": "", "at": ""}, {"events": 1, "digest": None, "at": ""}]
)
def test_a_checkpoint_without_its_fields_is_refused(mark: dict[str, Any]) -> None:
    with pytest.raises(BadRequest, match="The parameter marks is"):
        checked({"marks": [mark]})
