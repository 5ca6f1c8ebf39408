"""Processes of two releases on one database on a server, with runs and open approvals under way.

The earlier release is the commit before the newest revision of the schema, or the one that the variable
`SIGNOFF_EARLIER` names. Its code is the repository's own, in the environment of this release.
"""

import asyncio
import io
import os
import subprocess
import tarfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from engine.store.schema.migrate import HEAD
from tests import preloaded
from tests.crash.conftest import ROOT, Child
from tests.crash.test_kill import ALICE, BOB, INCIDENTS
from tests.crash.test_members import free_port

Site = Any
QUESTION = 'Go on: "all is ready"?'
ROOMS = ("bot", "engine", "localslack", "signoff", "workflows")
TOOK_OVER = "This process serves now"
pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the code of the earlier release."""
    revision = os.environ.get("SIGNOFF_EARLIER", "")
    if not revision:
        added = f"engine/migrations/versions/{HEAD}_*.py"
        try:
            revision = git("log", "--diff-filter=A", "--format=%H^", "--", added).decode().split()[-1]
            git("rev-parse", "--verify", revision)
        except (OSError, IndexError, subprocess.CalledProcessError):
            pytest.skip("the history of this clone does not reach to an earlier schema")
    folder = tmp_path_factory.mktemp("earlier")
    with tarfile.open(fileobj=io.BytesIO(git("archive", "--format=tar", revision, *ROOMS))) as archive:
        archive.extractall(folder, filter="data")
    return folder


@dataclass
class Upgrade:
    """An installation whose processes are of two releases. Each has a folder and a log of its own name."""

    site: Site
    earlier: Path
    processes: dict[str, Child] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    async def start(self, name: str, *, earlier: bool = False) -> Child:
        """Start a process of this release or of the earlier one."""
        folder, port = self.site.folder / name, free_port()
        folder.mkdir(exist_ok=True)
        more = {"SIGNOFF_DATA_DIR": str(folder), "SIGNOFF_PORT": str(port)}
        begin = partial(preloaded.start_fresh, root=self.earlier) if earlier else preloaded.start
        process = await begin(
            *("bot", "serve"), env=self.site.environment | more, cwd=self.site.folder, log=self.log(name)
        )
        child = self.processes[name] = Child(process, "", self.log(name))
        self.ports[name] = port
        return child

    def log(self, name: str) -> Path:
        return Path(self.site.folder / f"{name}.log")

    async def said(self, name: str, text: str) -> None:
        async with asyncio.timeout(60):
            while not self.log(name).exists() or text not in self.log(name).read_text():
                await asyncio.sleep(0.02)

    async def ready(self, name: str) -> None:
        async with asyncio.timeout(60), aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{self.ports[name]}/readyz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)

    async def begin_runs(self, number: int) -> None:
        for _ in range(number):
            said = len(self.site.rows("SELECT 1 FROM run"))
            while len(self.site.rows("SELECT 1 FROM run")) == said:
                await self.site.office.say(ALICE, INCIDENTS, "/workflow run crossing")

    async def questions(self, number: int) -> list[dict[str, Any]]:
        """Return the messages that ask, once there are this many that can be clicked."""

        async def all_there() -> list[dict[str, Any]] | None:
            found = [
                message
                for message in await self.site.office.messages(BOB, INCIDENTS)
                if QUESTION in str(message) and "can decide" in str(message["blocks"])
            ]
            return found if len(found) == number else None

        return list(await self.site.office.until(BOB, all_there, seconds=60))

    async def approve(self, message: dict[str, Any]) -> None:
        """Click this very message, as it was posted, until a decision counts: Slack repeats no click."""
        decided = self.decided()
        async with asyncio.timeout(60):
            while self.decided() == decided:
                await self.site.office.click(BOB, message, "Approve")

    def decided(self) -> int:
        return int(self.site.rows("SELECT count(*) FROM decision")[0][0])

    def revision(self) -> str:
        return str(self.site.rows("SELECT version_num FROM alembic_version")[0][0])

    async def freeze_between_posts(self, child: Child) -> None:
        """Freeze a process that posts nothing: a post that it had begun would go out when it thaws."""
        while True:
            child.freeze()
            if not self.site.rows("SELECT 1 FROM delivery WHERE state = 'posting'"):
                return
            child.thaw()
            await asyncio.sleep(0.02)

    async def everything_ended_once(self, runs: int) -> None:
        site = self.site
        async with asyncio.timeout(60):
            while site.rows("SELECT 1 FROM run WHERE state != 'succeeded'"):
                await asyncio.sleep(0.05)
        async with asyncio.timeout(120):  # updates of messages come at the pace that Slack allows
            while site.rows("SELECT 1 FROM delivery WHERE sent < wanted AND state != 'dead'"):
                await asyncio.sleep(0.1)
        await site.settled()
        assert len(site.rows("SELECT 1 FROM run")) == runs
        results = Counter(
            step
            for (step,) in site.rows("SELECT step FROM event WHERE type = 'step.succeeded'")
            if step in ("prepare", "act", "finish")
        )
        assert results == {"prepare": runs, "act": runs, "finish": runs}
        site.each_click_counts_once(["approve"] * runs)
        keys = {tuple(line.split()) for line in (site.folder / "executed").read_text().splitlines()}
        assert Counter((run, step) for run, step, _ in keys).most_common(1)[0][1] == 1
        site.nothing_is_left_behind()
        await site.the_log_is_whole()
        await site.each_message_is_there_once()


@pytest.fixture
async def upgrade(site_on_server: Site, earlier: Path) -> AsyncIterator[Upgrade]:
    """Return an installation of the earlier release, with two runs that ask."""
    site = site_on_server
    site.environment |= {
        "SIGNOFF_WORKFLOWS": str(Path(__file__).with_name("crossing.py")),
        "SIGNOFF_KEYS": str(site.folder / "keys"),
        "SIGNOFF_PICTURES": "off",
    }
    upgrade = Upgrade(site, earlier)
    try:
        await upgrade.start("earlier", earlier=True)
        await upgrade.ready("earlier")
        await site.connected()
        assert upgrade.revision() < HEAD
        await upgrade.begin_runs(2)
        await upgrade.questions(2)
        yield upgrade
    finally:
        for child in upgrade.processes.values():
            await child.kill()


@pytest.mark.parametrize("end", ["stopped", "killed", "frozen"])
async def test_the_next_release_takes_over_with_runs_under_way(upgrade: Upgrade, end: str) -> None:
    site, old = upgrade.site, upgrade.processes["earlier"]
    await upgrade.start("next")
    await upgrade.said("next", "stands by")
    await upgrade.ready("next")
    assert upgrade.revision() < HEAD
    await upgrade.begin_runs(4)  # either process gets the commands and the clicks
    questions = await upgrade.questions(6)
    for question in questions[:2]:
        await upgrade.approve(question)
    assert site.rows("SELECT 1 FROM relayed")
    async with asyncio.timeout(30):
        while (site.folder / "executed").read_text().count(" act ") < 2:
            await asyncio.sleep(0.02)
    if end == "stopped":
        assert await old.stop() == 0
    elif end == "killed":
        await old.kill()
    else:
        await upgrade.freeze_between_posts(old)
    await upgrade.said("next", TOOK_OVER)
    assert upgrade.revision() == HEAD
    site.environment["SIGNOFF_DATA_DIR"] = str(site.folder / "next")  # commands ask the new process
    for question in questions[2:4]:
        await upgrade.approve(question)
    if end == "frozen":
        old.thaw()
        assert await old.died() != 0
        assert "Another process of Signoff took over the database" in upgrade.log("earlier").read_text()
    again = await upgrade.start("again", earlier=True)
    assert await again.died() != 0
    assert f"has the schema {HEAD}" in upgrade.log("again").read_text()
    (site.folder / "go-on").touch()
    for question in questions[4:]:
        await upgrade.approve(question)
    await upgrade.everything_ended_once(runs=6)


async def test_a_member_of_the_earlier_release_serves_the_next_one_and_never_leads(upgrade: Upgrade) -> None:
    site = upgrade.site
    member = await upgrade.start("member", earlier=True)
    await upgrade.ready("member")
    await upgrade.start("next")
    await upgrade.ready("next")
    member.freeze()  # so that it is not the one that takes over
    await upgrade.processes["earlier"].kill()
    await upgrade.said("next", TOOK_OVER)
    assert upgrade.revision() == HEAD
    site.environment["SIGNOFF_DATA_DIR"] = str(site.folder / "next")
    member.thaw()
    await upgrade.ready("member")
    first, second = await upgrade.questions(2)
    before = len(site.rows("SELECT 1 FROM relayed"))
    await upgrade.approve(first)
    async with asyncio.timeout(30):
        while len(site.rows("SELECT 1 FROM relayed")) == before:
            await site.office.say(BOB, INCIDENTS, "/workflow runs")
    await upgrade.processes["next"].kill()
    assert await member.died() != 0
    assert f"has the schema {HEAD}" in upgrade.log("member").read_text()
    (site.folder / "go-on").touch()
    await upgrade.start("last")
    await upgrade.ready("last")
    site.environment["SIGNOFF_DATA_DIR"] = str(site.folder / "last")
    await upgrade.approve(second)
    await upgrade.everything_ended_once(runs=2)
