"""kill -9 at the worst moments: runs complete, results are recorded once, messages are there once."""

import asyncio
import json
import os
import re
import time
from typing import Any

import pytest

INCIDENTS = "C02INCIDENTS"
ALICE, BOB = "U01ALICE", "U02BOB"
Site = Any


async def ask(site: Site) -> None:
    """Somebody starts the drill. Whether the answer arrives is not what matters."""
    await site.office.act("message", text="/workflow run drill", channel=INCIDENTS, **{"as": ALICE})


async def approve(site: Site) -> None:
    """Click until the question has become its record: a click that gets no answer is made again."""

    async def answered() -> bool:
        question = await site.office.message(BOB, INCIDENTS, 'Go on: "all is ready"?')
        if "can decide" not in str(question["blocks"]):
            return True
        await site.office.click(BOB, question, "Approve")
        return False

    await site.office.until(BOB, answered, seconds=30)


async def done(site: Site) -> None:
    await site.office.message(BOB, INCIDENTS, "*drill*", "done after")
    await site.office.until(ALICE, lambda: site.office.direct(ALICE))


async def test_while_a_run_waits(site: Site) -> None:
    await site.start()
    await ask(site)
    await site.office.message(BOB, INCIDENTS, 'Go on: "all is ready"?', "can decide")
    await site.bot.kill()
    question = await site.office.message(BOB, INCIDENTS, 'Go on: "all is ready"?')
    assert not (await site.office.click(BOB, question, "Approve"))["ok"]
    await site.start()
    await approve(site)
    await done(site)
    await site.check_drill()
    assert len(site.executed()) == 3


async def test_while_a_step_executes(site: Site) -> None:
    for name in ("started", "go-on"):
        os.mkfifo(site.data / name)
    await site.start()
    await ask(site)
    await approve(site)
    await asyncio.to_thread(_open, site.data / "started", "r")
    await site.on_disk("SELECT 1 FROM step_report")
    await site.bot.kill()
    await site.start()
    await asyncio.to_thread(_open, site.data / "started", "r")
    await asyncio.to_thread(_open, site.data / "go-on", "w")
    await done(site)
    await site.check_drill()
    assert [step for _, step, _ in site.executed()] == ["prepare", "act", "act", "finish"]
    (run,) = site.rows("SELECT id FROM run")
    logged = await site.command("logs", run[0], "act", "--json")
    assert [log["lines"] for log in json.loads(logged)["logs"]] == [
        ["acting in attempt 1"],
        ["acting in attempt 2"],
    ]


def _open(pipe: Any, mode: str) -> None:
    with open(pipe, mode):
        pass


async def test_between_two_checkpoints(site: Site) -> None:
    """The next process continues behind the checkpoint that was durable when the last one died."""
    await site.start("checkpoint.kept:3")
    await site.office.act("message", text="/workflow run counting", channel=INCIDENTS, **{"as": ALICE})
    await site.bot.died()
    await site.start()
    await site.office.message(BOB, INCIDENTS, "*counting*", "done after")
    assert (site.data / "counted").read_text().split() == ["0", "1", "2", "3", "4"]
    assert [step for _, step, _ in site.executed()] == ["count", "count"]


async def test_between_two_attempts_with_a_deadline(site: Site) -> None:
    """The deadline counts from the first attempt, which the process that died has made."""
    await site.start()
    await site.office.act("message", text="/workflow run late", channel=INCIDENTS, **{"as": ALICE})
    await site.on_disk("SELECT 1 FROM wait WHERE kind = 'retry'")
    await site.bot.kill()
    before = len(site.executed())
    late = "SELECT 1 FROM step_run WHERE step = 'wait_for_it' AND round_started_at < {}"
    async with asyncio.timeout(30):
        while not site.rows(late.format(int((time.time() - 3) * 1_000_000))):
            await asyncio.sleep(0.1)
    await site.start()
    card = await site.office.message(BOB, INCIDENTS, "*late*", "Gave up after")
    assert f"{before} attempt" in str(card["blocks"])
    assert len(site.executed()) == before


async def test_an_end_by_sigterm_is_clean_and_says_so(site: Site) -> None:
    await site.start()
    await ask(site)
    await site.office.message(BOB, INCIDENTS, 'Go on: "all is ready"?', "can decide")
    assert await site.bot.stop() == 0
    assert "Stopped. Waiting runs are kept" in site.bot.log.read_text()
    await site.start()
    await approve(site)
    await done(site)
    await site.check_drill()


async def test_a_second_process_is_refused(site: Site) -> None:
    await site.start()
    second = await type(site.bot).start(
        "bot", "serve", log=site.folder / "second.log", environment=site.environment, folder=site.folder
    )
    assert await second.died() == 1
    assert re.search(r"is in use by (another )?process", (site.folder / "second.log").read_text())


@pytest.mark.long
async def test_slack_may_be_gone_for_a_while(site: Site) -> None:
    """Signoff reconnects, and clicks on older requests are answered over the new connection."""
    await site.start()
    await ask(site)
    await site.office.message(BOB, INCIDENTS, 'Go on: "all is ready"?', "can decide")
    await site.office.do("socket/drop")
    await approve(site)
    await done(site)
    await site.check_drill()
