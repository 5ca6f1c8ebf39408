"""The dead man's switch: called while Signoff is healthy, and the operator is told once if it cannot be."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.errors import ConfigError
from bot.serving.heartbeat import Heartbeat
from bot.serving.monitor import PROBLEM_LIMIT
from bot.settings.config import read_settings
from engine.clock import FakeClock
from tests.bot.serving.test_monitor import Watch, watch

__all__ = ["watch"]
SECRET = "3f1c9d-secret"


class Receiver:
    """A service that expects calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.status = 200
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.calls.append(request.path)
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    application = web.Application()
    application.router.add_get("/{path:.*}", found.take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    found.url = f"http://{host}:{port}/ping/{SECRET}"
    yield found
    await runner.cleanup()


async def test_the_address_is_called_while_signoff_is_healthy_alone(receiver: Receiver) -> None:
    problems: dict[str, str] = {}

    async def known() -> dict[str, str]:
        return problems

    heartbeat = Heartbeat(receiver.url, known, FakeClock())
    await heartbeat.beat()
    problems["slack"] = "no connection to Slack"
    await heartbeat.beat()
    assert receiver.calls == [f"/ping/{SECRET}"]
    problems.clear()
    await heartbeat.beat()
    assert (len(receiver.calls), heartbeat.problem) == (2, "")


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_the_operator_is_told_once_of_an_address_that_fails_and_once_that_it_works(
    receiver: Receiver, watch: Watch, status: int
) -> None:
    async def healthy() -> dict[str, str]:
        return {}

    heartbeat = Heartbeat(receiver.url, healthy, watch.clock)
    receiver.status = status
    for _ in range(5):
        await heartbeat.beat()
        watch.problems = {"heartbeat": heartbeat.problem} if heartbeat.problem else {}
        await watch.later(PROBLEM_LIMIT)
    [text] = await watch.told()
    assert f"SIGNOFF_HEARTBEAT_URL answered with the status {status}." in text
    assert SECRET not in text
    receiver.status = 204
    await heartbeat.beat()
    watch.problems = {"heartbeat": heartbeat.problem} if heartbeat.problem else {}
    await watch.later(timedelta(minutes=1))
    assert "is over after" in (await watch.told())[1]


async def test_an_address_that_nobody_answers_names_no_secret() -> None:
    async def healthy() -> dict[str, str]:
        return {}

    heartbeat = Heartbeat(f"http://127.0.0.1:1/{SECRET}", healthy, FakeClock())
    await heartbeat.beat()
    assert heartbeat.problem.startswith("the address in SIGNOFF_HEARTBEAT_URL could not be reached")
    assert SECRET not in heartbeat.problem


@pytest.mark.parametrize("value", ["hc.example.com/x", "ftp://hc.example.com", "https://hc.example.com/a b"])
def test_a_setting_that_is_not_an_address_is_named_without_its_value(value: str, tmp_path: Any) -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings({"SIGNOFF_HEARTBEAT_URL": value, "SIGNOFF_DATA_DIR": str(tmp_path)})
    assert "SIGNOFF_HEARTBEAT_URL" in str(raised.value)
    assert value not in str(raised.value)
