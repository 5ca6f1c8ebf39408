"""The operator hears of each run whose rows another program changed, once."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from bot.serving.monitor import end
from bot.slack.alteration_notices import tell_altered
from bot.slack.call_results import CallResult, Sent
from bot.slack.operator_messages import Operator
from engine import Actor
from engine.errors import Altered
from engine.testing import Harness
from tests.engine.tampering import PEOPLE, execute, flow


class Slack:
    """Takes direct messages."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[str] = asyncio.Queue()

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult:
        if method == "chat.postMessage":
            self.told.put_nowait(arguments["text"])
        return Sent({"channel": {"id": "D1"}})


async def test_the_operator_is_told_of_a_run_that_was_changed(tmp_path: Path) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        await harness.start("flow")
        execute(tmp_path / "signoff.db", "UPDATE request SET ask = 'Have lunch?'")
        slack = Slack()
        telling = asyncio.create_task(tell_altered(harness.engine, Operator(slack, "U9")))
        for _ in range(2):
            result = await harness.try_decide((await harness.requests())[0], "approve", as_user="U1")
            assert result.code == "unavailable"
        async with asyncio.timeout(10):
            told = await slack.told.get()
        assert "was changed by another program: the request" in told
        assert slack.told.empty()
        await end(telling)


async def test_the_operator_is_told_of_changed_tokens_and_of_a_missing_checkpoint(tmp_path: Path) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        await harness.engine.principals.add("ci", ["flow"], Actor("cli", "root"))
    (tmp_path / "keys" / "signoff.db.checkpoint").unlink()
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        slack = Slack()
        telling = asyncio.create_task(tell_altered(harness.engine, Operator(slack, "U9")))
        async with asyncio.timeout(10):
            assert "has no signoff.db.checkpoint" in await slack.told.get()
        execute(tmp_path / "signoff.db", "UPDATE installation SET value = value || ' '")
        for _ in range(2):
            with pytest.raises(Altered):
                await harness.engine.principals.all()
        async with asyncio.timeout(10):
            told = {await slack.told.get()}
        assert any("was changed by another program" in text for text in told)
        await end(telling)


async def test_a_row_that_cannot_be_read_names_its_run_and_is_told(tmp_path: Path) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        run = await harness.start("flow")
        (request,) = await harness.requests()
        execute(
            tmp_path / "signoff.db",
            "UPDATE request SET policy = json_set(policy, '$.further_requesters', ?)",
            '["slack:U1"]',
        )
        slack = Slack()
        telling = asyncio.create_task(tell_altered(harness.engine, Operator(slack, "U9")))
        assert await harness.engine.requests() == []
        assert await harness.engine.unreadable_runs() == [run.id]
        async with asyncio.timeout(10):
            told = await slack.told.get()
        assert f"the request {request.id} cannot be read" in told
        await end(telling)


async def test_the_command_line_keeps_and_compares_checkpoints_and_accepts(
    tmp_path: Path, capsys: Any
) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        await harness.start("flow")

    async def signoff(*words: str) -> str:
        code = await asyncio.to_thread(main, [*words, "--data", str(tmp_path)])
        said = capsys.readouterr()
        return f"{code} {said.out}{said.err}"

    mark = str(tmp_path / "monday.json")
    assert (await signoff("audit", "checkpoint", "--to", mark)).startswith("0 Written to")
    assert "The log continues" in await signoff("audit", "verify", "--checkpoint", mark)
    execute(tmp_path / "signoff.db", "UPDATE request SET ask = 'Have lunch?'")
    assert "differs from the log" in await signoff("audit", "verify")
    assert "is accepted as it is" in await signoff("audit", "accept", "--reason", "I asked for lunch")
    verified = await signoff("audit", "verify", "--checkpoint", mark)
    assert "accepted the database as it was on " in verified
    assert ": I asked for lunch" in verified
    assert "Everything since then is as it was written, and earlier events are unproven" in verified


async def test_the_digest_that_is_printed_changes_with_an_event_of_no_run(
    tmp_path: Path, capsys: Any
) -> None:
    async def verified() -> str:
        assert await asyncio.to_thread(main, ["audit", "verify", "--data", str(tmp_path)]) == 0
        (digest,) = re.findall(r"Digest after event [\d,]+: (\w+)", capsys.readouterr().out)
        return str(digest)

    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        await harness.start("flow")
    before = await verified()
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        await harness.engine.principals.add("ci", ["flow"], Actor("cli", "root"))
    assert await verified() != before
