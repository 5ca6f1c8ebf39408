"""Events that go out while the process is killed three times: none is lost, and their order is kept."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import preloaded
from tests.bot.events_out.local_receiver import LocalReceiver, local_receiver

RUNS = 40


async def _killed_at(folder: Path, receiver: LocalReceiver, taken: int) -> None:
    process = await preloaded.start(
        "tests.crash.events_life", str(folder), str(RUNS), receiver.url, env={}, cwd=folder
    )
    while len(receiver.taken) < taken:
        assert process.returncode is None, await process.communicate()
        await asyncio.sleep(0.005)
    process.kill()
    await process.communicate()


@pytest.mark.timeout(300)
async def test_no_event_is_lost_or_moved_through_three_deaths(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    async with local_receiver() as receiver:
        for taken in (15, 60, 110):
            await _killed_at(tmp_path, receiver, taken)
        process = await preloaded.start(
            "tests.crash.events_life", str(tmp_path), str(RUNS), receiver.url, env={}, cwd=tmp_path
        )
        said = await process.communicate()
        assert process.returncode == 0, said
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as database:
        query = "SELECT seq FROM event WHERE type LIKE 'run.%' OR type LIKE 'step.%' ORDER BY seq"
        expected = [seq for (seq,) in database.execute(query)]
    assert len(expected) >= RUNS * 5
    lines = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text("utf-8").splitlines()]
    assert [int(line["sequence"]) for line in lines] == expected, "a file has each event once"
    once = list({event["id"]: int(event["sequence"]) for event in receiver.taken}.values())
    assert once == expected, "without what came again, the receiver has each event once, in order"
    assert len(receiver.taken) <= len(expected) + 3, "at most one event comes again at each death"
