"""`signoff doctor` reads what the serving process reports, and names each remedy."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bot.application import run_bot
from bot.cli.connection import is_served
from bot.cli.doctor.finding import Finding
from bot.cli.doctor.serving_checks import REMEDIES, findings_at, findings_from, serving_findings
from bot.cli.handlers import handlers
from bot.cli.workflow_files import load
from bot.control_socket.server import ControlSocket, Handler
from bot.settings.config import read_settings
from localslack import Config, start

ROOT = Path(__file__).resolve().parents[3]
FLOWS = """
from signoff import Workflow, secret

token = secret("SET_NOWHERE")
good = Workflow("good", owner="@platform", channel="#deploys")


@good.step
async def act() -> None: ...
"""


@pytest.mark.parametrize("asked", ["over HTTP", "over the control socket"])
async def test_doctor_shows_what_the_serving_process_reports(tmp_path: Path, asked: str) -> None:
    (tmp_path / "flows.py").write_text(FLOWS, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    slack = await start(Config(data=tmp_path / "slack", manifest=ROOT / "manifest.yaml"))
    settings = read_settings({
        "DATABASE_URL": f"sqlite:///{tmp_path / 'signoff.db'}",
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SIGNOFF_WORKFLOWS": str(tmp_path / "flows.py"),
        "SIGNOFF_DATA_DIR": str(tmp_path / "data"),
        "SIGNOFF_PORT": str(port) if asked == "over HTTP" else "0",
    })  # fmt: skip

    async def found() -> list[Finding]:
        # As in the command: in a thread of its own, since it asks the process over its socket.
        return await asyncio.to_thread(lambda: asyncio.run(serving_findings(settings)))

    (idle,) = await found()
    assert (idle.level, idle.text) == ("ok", "No process serves, so nothing is read from /readyz.")
    try:
        async with run_bot(settings, load(settings), handlers):
            unset = next(each for each in await found() if each.text.startswith("secrets: "))
    finally:
        await slack.close()
    assert (unset.level, unset.remedy) == ("warning", REMEDIES["secrets"])
    assert "SET_NOWHERE" in unset.text


@asynccontextmanager
async def answering(status: int, body: bytes) -> AsyncIterator[str]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={"Location": "/readyz"})

    app = web.Application()
    app.router.add_get("/readyz", answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/readyz"
    finally:
        await runner.cleanup()


async def test_each_problem_and_warning_has_its_level_and_remedy() -> None:
    body = {
        "ok": False,
        "problems": {"slack": "no connection\x1b[2J to Slack"},
        "warnings": {"event targets": "erp takes no events", "new one": "x"},
    }
    async with answering(503, json.dumps(body).encode()) as url:
        found = await findings_at(url)
    assert [(each.level, each.remedy) for each in found] == [
        ("problem", REMEDIES["slack"]),
        ("warning", REMEDIES["event targets"]),
        ("warning", "See Health checks in docs/guides/operating.md."),
    ]
    assert "\x1b" not in found[0].text
    async with answering(200, b'{"ok": true, "problems": {}}') as url:
        (fine,) = await findings_at(url)
    assert (fine.level, fine.remedy) == ("ok", "")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>a login page</html>"),
        (200, b'{"ok": true}'),
        (200, b'{"ok": true, "problems": {"slack": "no connection"}}'),
        (200, b'{"ok": true, "problems": {}, "warnings": ["x"]}'),
        (302, b""),
        (200, b'{"problems": "' + b"x" * 1_100_000),
    ],
    ids=["page", "short", "contradiction", "list", "redirection", "large"],
)
async def test_an_answer_of_something_else_counts_as_no_answer(status: int, body: bytes) -> None:
    async with answering(status, body) as url:
        (found,) = await findings_at(url)
    assert (found.level, "cannot be read" in found.text) == ("warning", True)
    assert "SIGNOFF_PORT" in found.remedy


async def test_a_process_that_gives_no_answer_is_a_problem() -> None:
    with socket.socket() as silent:  # the kernel accepts the connection, and nothing reads from it
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        (found,) = await findings_at(f"http://127.0.0.1:{silent.getsockname()[1]}/readyz", seconds=0.2)
    assert (found.level, "gave no answer in 0.2 s" in found.text) == ("problem", True)


async def served(folder: Path, handlers: dict[str, Handler], seconds: float = 5.0) -> list[Finding]:
    """Return what doctor finds where a process answers these requests at its control socket."""
    control = ControlSocket(folder / "signoff.db", handlers)
    await control.open()
    try:
        return await findings_from(folder / "signoff.db", seconds)
    finally:
        await control.close()


async def test_a_process_without_an_address_that_gives_no_answer_is_a_problem(tmp_path: Path) -> None:
    async def silent(*_: object) -> None:
        await asyncio.Event().wait()

    (found,) = await served(tmp_path, {"readyz": silent}, seconds=0.2)
    assert (found.level, "gave no answer in 0.2 s" in found.text) == ("problem", True)


async def test_a_process_that_blocks_counts_as_one_that_serves(tmp_path: Path) -> None:
    async def silent(*_: object) -> None:
        await asyncio.Event().wait()

    control = ControlSocket(tmp_path / "signoff.db", {"hello": silent})
    await control.open()
    try:
        assert await asyncio.to_thread(is_served, tmp_path / "signoff.db", 0.2)
    finally:
        await control.close()
    assert not is_served(tmp_path / "signoff.db", 0.2)


async def test_a_process_of_an_earlier_release_counts_as_no_answer(tmp_path: Path) -> None:
    (found,) = await served(tmp_path, {})
    assert (found.level, "does not know this request" in found.text) == ("warning", True)
    assert found.remedy.startswith("Start Signoff again")


async def test_problems_beyond_the_limit_are_counted_over_the_control_socket(tmp_path: Path) -> None:
    async def ill(*_: object) -> dict[str, object]:
        return {"ok": False, "problems": {f"part {number}": "broken" for number in range(60)}}

    found = await served(tmp_path, {"readyz": ill})
    assert [each.level for each in found] == [*["problem"] * 50, "warning"]
    assert found[-1].text == "The process that serves reports 10 more."


def test_every_name_of_readyz_has_a_remedy() -> None:
    text = (ROOT / "docs/guides/operating.md").read_text("utf-8").partition("## Health checks")[2]
    named = re.findall(r"^\| `([a-z_ ]+)` \|", text.partition("### Dead man")[0], re.MULTILINE)
    assert set(named) == set(REMEDIES)
