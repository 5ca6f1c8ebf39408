"""Makes the surroundings of a real process fail, and prints what it says: `python -m scripts.surroundings`.

It needs Linux, a C compiler and the right to mount. A local Slack and `signoff serve` run as processes. A
small library makes each sync slow or fail, and moves the clock. WORDS choose scenarios.
"""

import asyncio
import contextlib
import json
import os
import re
import sqlite3
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from localslack.config import load_workspace
from tests.crash.conftest import DRILL, ROOT, Child
from tests.preloaded import start_fresh

_LIBRARY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
static long told(const char *name) {
    long value = 0; char path[4096]; const char *folder = getenv("SURROUNDINGS");
    if (!folder) return 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    if (file) { if (fscanf(file, "%ld", &value) != 1) value = 0; fclose(file); }
    return value;
}
static int spoilt(void) {
    long seconds = told("slow");
    if (seconds) sleep(seconds);
    if (told("fail")) { errno = EIO; return 1; }
    return 0;
}
int fsync(int file) {
    static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT, "fsync");
    return spoilt() ? -1 : real(file);
}
int fdatasync(int file) {
    static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    return spoilt() ? -1 : real(file);
}
int clock_gettime(clockid_t clock, struct timespec *found) {
    static int (*real)(clockid_t, struct timespec *); static long by; static time_t looked;
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, found);
    if (clock == CLOCK_REALTIME && !result) {
        if (found->tv_sec != looked) { looked = found->tv_sec; by = told("clock"); }
        found->tv_sec += by;
    }
    return result;
}
"""


async def tool(*command: str) -> None:
    """Execute a command of the system; a full disk is one of the results."""
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    await process.wait()


async def output(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return said.decode().strip()


class Site:
    """A process that serves on a small disk of its own."""

    def __init__(self, folder: Path, environment: dict[str, str], port: int) -> None:
        self.folder, self.environment, self.port = folder, environment, port
        self.disk = folder / "disk"
        self.bot: Child | None = None
        self.slack: Child | None = None

    async def start_slack(self, port: str = "0") -> str:
        """Start the local Slack, and return its address."""
        self.slack = await Child.start(
            *("localslack", "--port", port, "--manifest", str(ROOT / "manifest.yaml")),
            log=self.folder / "slack.log", environment={}, folder=self.folder,
        )  # fmt: skip
        return self.slack.line.rsplit(" ", 1)[-1]

    @property
    def database(self) -> Path:
        return self.disk / "signoff.db"

    async def start(self) -> None:
        environment = {**self.environment, "SURROUNDINGS": str(self.folder)}
        environment["LD_PRELOAD"] = str(self.folder / "surroundings.so")
        self.bot = await Child.start(
            *("bot", "serve"), log=self.folder / "bot.log", environment=environment, folder=self.folder,
            start=start_fresh,
        )  # fmt: skip

    def tell(self, name: str, value: int) -> None:
        """Set what the library does: seconds of a sync, whether it fails, seconds of the clock."""
        (self.folder / name).write_text(str(value))

    async def command(self, *arguments: str) -> str:
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **self.environment, "PYTHONPATH": str(ROOT)},
            cwd=self.folder,
        )
        said, _ = await process.communicate()
        text = " ".join(said.decode().split())
        took = time.monotonic() - began
        print(f"  signoff {' '.join(arguments)}: {process.returncode}, {took:.1f} s: {text[:300]}")
        return text

    async def ready(self) -> tuple[int, str]:
        def ask() -> tuple[int, str]:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode()
            except OSError as error:
                return 0, str(error)

        return await asyncio.to_thread(ask)

    async def until(self, status: int, words: str = "") -> None:
        """Print when `/readyz` answers so."""
        began = time.monotonic()
        while True:
            found, text = await self.ready()
            if (found == status and words in text) or time.monotonic() - began > 90:
                told = json.dumps({**json.loads(text)}, ensure_ascii=False)[:400] if found else text
                print(f"  /readyz {found} after {time.monotonic() - began:.1f} s: {told}")
                return
            await asyncio.sleep(0.2)

    async def works(self) -> None:
        """Start a run."""
        await self.command("run", "drill", "--detach")


async def full(site: Site) -> None:
    """The disk is full, and then has space again."""
    filler = site.disk / "filler"
    await tool("dd", "if=/dev/zero", f"of={filler}", "bs=4k")
    await site.until(503, "full")
    await site.command("run", "drill", "--detach")
    filler.unlink()
    await site.until(200)
    await site.works()


async def slow(site: Site) -> None:
    """Each sync takes four seconds."""
    site.tell("slow", 4)
    asking = asyncio.create_task(site.command("run", "drill", "--detach"))
    await site.until(503, "slow")
    await asking
    site.tell("slow", 0)
    await site.works()
    await site.until(200)


async def failing(site: Site) -> None:
    """Each sync fails."""
    site.tell("fail", 1)
    await site.command("run", "drill", "--detach")
    await site.until(503, "error")
    site.tell("fail", 0)
    await site.until(200)
    await site.works()


async def locked(site: Site) -> None:
    """Another process holds the write lock for 30 s."""
    hold = (
        "import sqlite3,sys,time; c=sqlite3.connect(sys.argv[1],isolation_level=None);"
        "c.execute('BEGIN IMMEDIATE'); print(1, flush=True); time.sleep(30); c.execute('ROLLBACK')"
    )
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", hold, str(site.database), stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    await holder.stdout.readline()
    await site.command("run", "drill", "--detach")
    await site.until(503, "lock")
    await holder.wait()
    await site.until(200)
    await site.works()


async def linked(site: Site) -> None:
    """A second process by a symbolic link."""
    link = site.folder / "link.db"
    link.symlink_to(site.database)
    environment = {**site.environment, "DATABASE_URL": f"sqlite:///{link}", "SIGNOFF_PORT": "0"}
    second = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        cwd=site.folder,
    )
    said, _ = await second.communicate()
    print(f"  the second process: {second.returncode}: {' '.join(said.decode().split())[-300:]}")
    await site.until(200)


async def clock(site: Site) -> None:
    """The clock is set back two hours, and then ahead to a day from now."""
    for jump, words in ((-7200, "set back"), (86_400, "set forward"), (0, "set back")):
        site.tell("clock", jump)
        await site.until(200, words)
        await site.works()


async def read_only(site: Site) -> None:
    """The disk is read-only at a start."""
    assert site.bot is not None
    await site.bot.stop()
    await tool("mount", "-o", "remount,ro", str(site.disk))
    starting = asyncio.create_task(site.start())
    await site.until(503, "Read-only")
    await tool("mount", "-o", "remount,rw", str(site.disk))
    await starting
    await site.until(200)
    await site.works()


async def remounted(site: Site) -> None:
    """The system makes the disk read-only under the open file, after an error of the file system."""
    await site.works()
    device = (await output("findmnt", "-no", "SOURCE", str(site.disk))).removeprefix("/dev/")
    await tool("sh", "-c", f"echo 1 > /sys/fs/ext4/{device}/trigger_fs_error")
    await site.command("run", "drill", "--detach")
    await site.until(503, "database")
    assert site.bot is not None
    print(f"  stopped with {await site.bot.stop()}")
    await tool("umount", str(site.disk))
    await tool("e2fsck", "-fy", str(site.folder / "image"))
    await tool("mount", "-o", "loop,errors=remount-ro", str(site.folder / "image"), str(site.disk))
    await site.start()
    await site.until(200)
    await site.works()
    await site.command("runs")


async def without_slack(site: Site) -> None:
    """Slack is away at a start, and for ten minutes."""
    assert site.bot is not None
    assert site.slack is not None
    await site.bot.stop()
    await site.slack.stop()
    await site.start()
    await site.until(503, "Slack")
    await site.works()
    await asyncio.sleep(SLACK_AWAY_SECONDS)
    await site.command("runs")
    await site.start_slack(site.environment["SLACK_API_URL"].split(":")[2].split("/")[0])
    await site.until(200)
    await asyncio.sleep(5)
    with contextlib.closing(sqlite3.connect(site.database)) as database:
        (left,) = database.execute("SELECT count(*) FROM delivery WHERE sent < wanted").fetchone()
        (posted,) = database.execute("SELECT count(*) FROM delivery WHERE sent > 0").fetchone()
    print(f"  messages: {posted} posted, {left} to come")


SLACK_AWAY_SECONDS = 600
SCENARIOS: tuple[Callable[[Site], Awaitable[None]], ...] = (
    full, slow, failing, locked, linked, clock, read_only, remounted, without_slack,
)  # fmt: skip


async def make_disk(folder: Path, *, real: bool) -> None:
    """Mount a disk of three megabytes in memory; `real`: one with a file system that can fail."""
    disk = str(folder / "disk")
    if not real:
        await tool("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk)
        return
    image = folder / "image"
    with image.open("wb") as file:
        file.truncate(16 * 1024 * 1024)
    await tool("mkfs.ext4", "-q", "-F", str(image))
    await tool("mount", "-o", "loop,errors=remount-ro", str(image), disk)


@asynccontextmanager
async def new_site(*, real_disk: bool) -> AsyncIterator[Site]:
    with tempfile.TemporaryDirectory(prefix="signoff-surroundings-") as name:
        folder = Path(name)
        for inner in ("disk", "data"):
            (folder / inner).mkdir()
        (folder / "surroundings.c").write_text(_LIBRARY)
        library = [str(folder / "surroundings.so"), str(folder / "surroundings.c")]
        await tool("cc", "-shared", "-fPIC", "-o", *library, "-ldl")
        await make_disk(folder, real=real_disk)
        app, port = load_workspace(None).app, 3977
        environment = {
            "DATABASE_URL": f"sqlite:///{folder / 'disk' / 'signoff.db'}",
            "SIGNOFF_DATA_DIR": str(folder / "data"),
            "SIGNOFF_WORKFLOWS": str(DRILL),
            "SIGNOFF_SCHEDULES": "off",
            "SIGNOFF_PORT": str(port),
            "SIGNOFF_CLI_DECIDES": "1",
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "XDG_STATE_HOME": str(folder / "state"),
        }
        site = Site(folder, environment, port)
        environment["SLACK_API_URL"] = f"{await site.start_slack()}/api/"
        try:
            await site.start()
            await site.until(200)
            yield site
            await site.command("audit", "verify")
        finally:
            if site.bot is not None:
                print(f"  ended with {await site.bot.stop()}")
            if site.slack is not None:
                await site.slack.stop()
            await tool("umount", "-l", str(folder / "disk"))
            errors = re.findall(r"^.* (?:ERROR|CRITICAL) .*$", (folder / "bot.log").read_text(), re.MULTILINE)
            print(*(f"  log: {line[:200]}" for line in errors[:5]), sep="\n")


async def main(words: list[str]) -> None:
    for scenario in SCENARIOS:
        if not words or any(word in scenario.__name__ for word in words):
            print(f"{scenario.__name__}: {scenario.__doc__}", flush=True)
            async with new_site(real_disk=scenario is remounted) as site:
                await scenario(site)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
