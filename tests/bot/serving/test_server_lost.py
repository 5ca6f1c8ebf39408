"""A server that is lost while a process starts."""

import asyncio
import logging
import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from bot.application import run_bot
from bot.cli.handlers import handlers
from bot.cli.workflow_files import load
from bot.control_socket.server import Handler
from bot.settings.config import read_settings
from engine import Actor, Engine
from engine.clock import FakeClock
from tests.postgres_server import OwnServer

FLOW = """
from signoff import Workflow

tick = Workflow("tick", owner="@on-call", channel="#general")


@tick.step
async def work() -> str:
    return "done"
"""


class Return(logging.Handler):
    """Starts the server again once the process says that it tries again."""

    def __init__(self, server: OwnServer) -> None:
        super().__init__()
        self._server, self.happened = server, asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if "Trying again in 5 s" in record.getMessage() and not self.happened.is_set():
            self._server.start()
            self.happened.set()


async def test_a_start_during_which_the_server_restarts_is_repeated(tmp_path: Path) -> None:
    server, clock = await asyncio.to_thread(OwnServer), FakeClock()
    lost = list[Engine]()

    def losing(engine: Engine) -> Mapping[str, Handler]:
        """Lose the server after the database was opened, once."""
        if not lost:
            server.halt()
        lost.append(engine)
        return handlers(engine)

    (tmp_path / "flows.py").write_text(FLOW, encoding="utf-8")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings = read_settings(
            {
                "DATABASE_URL": server.address,
                "SIGNOFF_DATA_DIR": str(tmp_path / "data"),
                "SIGNOFF_WORKFLOWS": str(tmp_path / "flows.py"),
                "SIGNOFF_PORT": "0",
                "SLACK_API_URL": f"http://127.0.0.1:{closed.getsockname()[1]}/api/",
                "SLACK_BOT_TOKEN": "xoxb-local-signoff",
                "SLACK_APP_TOKEN": "xapp-local-signoff",
            }
        )
        back = Return(server)

        async def pass_time() -> None:
            await back.happened.wait()
            while True:
                clock.advance(timedelta(seconds=1))
                await asyncio.sleep(0.05)

        passing = asyncio.create_task(pass_time())
        logging.getLogger("bot").addHandler(back)
        try:
            async with run_bot(settings, load(settings), losing, clock) as bot:
                assert len(lost) == 2
                run = await bot.engine.start("tick", actor=Actor("cli", "tester"))
                async with asyncio.timeout(30):
                    while (await bot.engine.detail(run.id)).run.state != "succeeded":
                        await asyncio.sleep(0.02)
        finally:
            logging.getLogger("bot").removeHandler(back)
            passing.cancel()
            with suppress(asyncio.CancelledError):
                await passing
            await asyncio.to_thread(server.stop)
