"""Makes the pictures of `docs/gallery.md`: each surface in light and dark, also on a phone. `make gallery`.

`make gallery ARGS="runs history"` makes only those of these surfaces.

The bot runs in this process on a local Slack. Both have clocks that stand still unless this script moves
them, and the same people do the same things each time. Only the ends of ids differ.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
from playwright.async_api import Browser, Page, async_playwright

from bot.application import Bot, run_bot
from bot.cli.handlers import handlers
from bot.cli.workflow_files import load
from bot.console.sessions import SESSION
from bot.settings.config import read_settings
from engine import Actor, Decision
from engine.clock import FakeClock
from localslack import Config, ManualClock, Server, start
from scripts import gallery_answers, gallery_console, gallery_glass, gallery_refunds
from scripts.palette_png import with_palette

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures" / "gallery"
WORKFLOWS = ("deploy.py", "incident_response.py")
NIGHTLY = """
from signoff import Breaker, Cron, Resource, Workflow

warehouse = Resource("warehouse", at_once=4, rate="30/m", breaker=Breaker(failures=5, open_for="2m"))
report = Workflow(
    "nightly-report", title="Nightly report", owner="@platform", channel="#deploys",
    triggers=[Cron("0 2 * * *", tz="Europe/Berlin")], description="Counts the releases of the day.",
)


@report.step(uses=[warehouse, Resource("mail", at_once=1)])
async def count() -> str:
    return "3 releases"
"""
ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
DEPLOYS, INCIDENTS, GENERAL = "C05DEPLOYS", "C02INCIDENTS", "C01GENERAL"
MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
MINUTES = (12, 18, 9, 25, 14, 47, 11, 16, 8, 22, 13, 19, 10)
"""Minutes that each release took, three releases a day."""
REJECTED = (4, 9)
ANSWERS = (
    ("list", "list", "Builds and tests a release"),
    ("show", "show deploy", "How long the last"),
    ("history", "history deploy", "data_table"),
    ("runs", "runs since=2d", "Filter with"),
    ("approvals", "approvals", "for you*"),
    ("schedules", "schedules", "nightly-report"),
    ("help", "help", "What you can do"),
    ("resources", "resources", "warehouse"),
)
"""Name of the picture, arguments of `/workflow`, words of the answer."""
SURFACES = {
    "approval", "run", "failure", "home", "form", "history-text", "logs", "chooser", "details",
    "thread", "graph", "card", "console-workflows", "console-runs", "console-run",
    *(name for name, *_ in ANSWERS), *gallery_refunds.SURFACES,
    *gallery_glass.SURFACES, *gallery_console.SURFACES, *gallery_answers.SURFACES,
}  # fmt: skip
Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture is taken. `name` ends the name of its file."""

    name: str
    width: int
    scheme: Any


LOOKS = (
    Look("light", 900, "light"),
    Look("dark", 900, "dark"),
    Look("phone", 390, "light"),
    Look("phone-dark", 390, "dark"),
)


@dataclass(slots=True)
class Scene:
    """The bot and its local Slack, with clocks that this script moves."""

    bot: Bot
    slack: Server
    clock: FakeClock
    slack_clock: ManualClock
    http: aiohttp.ClientSession

    def move_on(self, by: timedelta) -> None:
        self.clock.advance(by)
        self.slack_clock.advance(by.total_seconds())

    async def until(self, find: Callable[[], Awaitable[T | None]]) -> T:
        """Let time pass as it does on the wall until `find` finds something."""
        async with asyncio.timeout(60):
            while not (found := await find()):
                await asyncio.sleep(0.02)
                self.move_on(timedelta(seconds=0.02))
        return found

    async def do(self, path: str, person: str, **body: Any) -> Json:
        async with self.http.post(f"{self.slack.url}/control/{path}", json={"as": person, **body}) as answer:
            return dict(await answer.json())

    async def message(self, person: str, channel: str, *words: str) -> Json:
        """Return the newest message of the bot with all these words, as soon as there is one."""

        async def find() -> Json | None:
            query = {"as": person, "channel": channel}
            async with self.http.get(f"{self.slack.url}/control/messages", params=query) as answer:
                listed = (await answer.json())["messages"]
            fitting = [each for each in listed if each["is_bot"] and all(word in str(each) for word in words)]
            return fitting[-1] if fitting else None

        return await self.until(find)

    async def click(self, person: str, message: Json, label: str) -> None:
        """Click the button with these words."""
        block, element = next(
            (block, element)
            for block in message["blocks"]
            for element in block.get("elements", ())
            if element.get("type") == "button" and element["text"]["text"] == label
        )
        place = {"type": "message", "channel": message["channel"], "ts": message["ts"]}
        clicked = {
            "block_id": block["block_id"],
            "action_id": element["action_id"],
            "value": element["value"],
        }
        await self.do("action", person, container=place, **clicked)

    async def command(self, person: str, channel: str, text: str, *words: str) -> None:
        await self.do("message", person, channel=channel, text=f"/workflow {text}")
        await self.message(person, channel, *words)


@asynccontextmanager
async def scene(
    folder: Path, files: Sequence[Path], console_url: str = "", policies: Path | None = None
) -> AsyncIterator[Scene]:
    """`console_url`: the address that links to the console have; empty for a console without links."""
    slack_clock = ManualClock(MONDAY.timestamp())
    domains = tuple(filter(None, [urlsplit(console_url).netloc]))
    manifest = ROOT / "manifest.yaml"
    slack = await start(Config(manifest=manifest, clock=slack_clock, unfurl_domains=domains))
    clock = FakeClock(MONDAY)
    values = {
        "DATABASE_URL": f"sqlite:///{folder / 'signoff.db'}",
        "SIGNOFF_DATA_DIR": str(folder / "data"),
        "SIGNOFF_WORKFLOWS": ",".join(map(str, files)),
        "SIGNOFF_LOG_LEVEL": "ERROR",
        "SIGNOFF_PORT": "0",
        "SIGNOFF_CONSOLE": "open",
        **({"SIGNOFF_CONSOLE_URL": console_url} if console_url else {}),
        **({"SIGNOFF_POLICIES": str(policies)} if policies else {}),
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }
    settings = read_settings(values)
    async with aiohttp.ClientSession() as http, run_bot(settings, load(settings), handlers, clock) as bot:
        of = Scene(bot, slack, clock, slack_clock, http)

        async def connected() -> bool:
            async with http.get(f"{slack.url}/control/health") as answer:
                return bool((await answer.json())["connected"])

        await of.until(connected)
        yield of
    await slack.close()


async def releases(of: Scene) -> None:
    """Ship thirteen releases in a week, two of them rejected."""
    engine = of.bot.engine
    for number, minutes in enumerate(MINUTES):
        begins = MONDAY + timedelta(days=number // 3, hours=1 + 2 * (number % 3))
        night = begins.replace(hour=1, second=1)
        for moment in (night, begins):
            of.move_on(max(moment - of.clock.now(), timedelta()))
            await of.bot.engine.activity.idle()
        version = {"service": "billing", "version": f"1.3.{number}"}
        run = await engine.start("deploy", version, actor=Actor("slack", BOB), channel=DEPLOYS)

        async def asked(run_id: str = run.id) -> str | None:
            requests = await engine.requests(run_id=run_id)
            return requests[0].id if requests else None

        request = await of.until(asked)
        await of.message(BOB, DEPLOYS, f"Ship billing 1.3.{number} to production?")
        of.move_on(timedelta(minutes=minutes))
        choice = "reject" if number in REJECTED else "approve"
        decision = Decision(
            choice, comment="The tests of the importer are red." if choice == "reject" else ""
        )
        await engine.decide(request, decision, actor=Actor("slack", CAROL))

        async def ended(run_id: str = run.id) -> bool:
            return (await engine.find_run(run_id)).ended_at is not None

        await of.until(ended)


async def work_of_today(of: Scene) -> None:
    """Leave a release that waits for two people, and a fix that failed."""
    of.move_on(timedelta(hours=3))
    await of.command(BOB, DEPLOYS, "run deploy service=billing version=1.4.2 risk=high", "Started")
    await of.message(ALICE, DEPLOYS, "Ship billing 1.4.2 to production?")
    await failed_fix(of, "failed at", "apply-fix", "Retry")
    of.move_on(timedelta(minutes=6))


async def failed_fix(of: Scene, *words: str) -> None:
    """Approve a fix that fails. `words`: of the card then."""
    text = "run incident-response device=fan-21 value=90 metric=vibration"
    await of.command(BOB, INCIDENTS, text, "Started")

    async def asked() -> str | None:
        requests = await of.bot.engine.requests()
        asks = (
            each.id for each in requests if each.workflow == "incident-response" and each.kind == "approval"
        )
        return next(asks, None)

    await of.bot.engine.decide(await of.until(asked), Decision("approve"), actor=Actor("slack", ALICE))
    await of.message(ALICE, INCIDENTS, *words)


async def answers(of: Scene, shots: "Shots") -> None:
    """Ask what a person asks, and take a picture of each answer."""
    for name, text, words in ANSWERS:
        await of.command(ALICE, GENERAL, text, words)
        await shots.message(name, ALICE, GENERAL)
    run = next(each for each in (await of.bot.engine.runs("incident-response"))[0])
    await of.command(ALICE, INCIDENTS, f"logs {run.short}", "Log of")
    await shots.message("logs", ALICE, INCIDENTS)
    await of.do("blocks/refuse", ALICE, types=["data_visualization", "data_table"])
    await of.do("fault", ALICE, method="files.getUploadURLExternal", kind="error", error="not_allowed")
    await of.command(ALICE, GENERAL, "history deploy", "oldest → newest")
    await shots.message("history-text", ALICE, GENERAL)


async def threads(of: Scene, shots: "Shots") -> None:
    """Take pictures of a thread, of a graph, and of a failure that runs share."""
    fix = await of.message(ALICE, INCIDENTS, "steps done", "fan-21")
    await shots.thread("thread", ALICE, fix)
    await of.command(ALICE, DEPLOYS, "graph deploy --public", "deploy.png")
    await shots.message("graph", ALICE, DEPLOYS, picture=True)
    for metric in ("temperature", "vibration", "connection"):
        await of.command(BOB, INCIDENTS, f"run incident-response device=fan-22 metric={metric}", "Started")
        of.move_on(timedelta(minutes=2))
    await of.message(ALICE, INCIDENTS, "in 3 runs", "Retry all (3)")
    await shots.message("card", ALICE, INCIDENTS, "in 3 runs")


async def consoles(of: Scene, shots: "Shots") -> None:
    """Take pages of the web console: the workflows, the runs, and a release that waits."""
    await shots.console("console-workflows", "", "Workflows")
    await shots.console("console-runs", "/runs", "Runs")
    waiting, _ = await of.bot.engine.runs("deploy", limit=1)
    await shots.console("console-run", f"/runs/{waiting[0].id}", waiting[0].short)


@dataclass(slots=True)
class Shots:
    """Takes pictures of what a person sees, in each look. `wanted` names the surfaces; none means all."""

    of: Scene
    browser: Browser
    wanted: frozenset[str]

    async def message(self, name: str, person: str, channel: str, *words: str, picture: bool = False) -> None:
        """Take the newest message with all these words. `picture`: with a picture that was uploaded."""
        if not self._wants(name):
            return
        async for page, look in self._pages(person, channel):
            found = page.get_by_role("article")
            for word in words:
                found = found.filter(has_text=word)
            if picture:
                found = found.filter(has=page.locator(".files img"))
            await found.last.wait_for()
            await self._take(page, look, name, found.last)

    def _wants(self, name: str) -> bool:
        return not self.wanted or name in self.wanted

    async def home(self, person: str) -> None:
        if not self._wants("home"):
            return
        async for page, look in self._pages(person, "home"):
            await page.get_by_text("Start a run").first.wait_for()
            await self._take(page, look, "home", page.locator(".home-body"), margin=14)

    async def thread(self, name: str, person: str, message: Json) -> None:
        if not self._wants(name):
            return
        async for page, look in self._pages(person, f"{message['channel']}/{message['ts']}", height=760):
            replies = page.get_by_role("complementary")
            await replies.get_by_role("article").nth(1).wait_for()
            await self._take(page, look, name, replies)

    async def window(self, name: str, person: str, channel: str) -> None:
        if not self._wants(name):
            return
        async for page, look in self._pages(person, channel, height=900):
            dialog = page.get_by_role("dialog")
            await dialog.wait_for()
            await self._take(page, look, name, dialog)

    async def console(self, name: str, path: str, heading: str, session: str = "") -> None:
        """Take a page of the web console, as far as a screen shows it. `session`: of a person."""
        if not self._wants(name):
            return
        for look in LOOKS:
            size: Any = {"width": look.width, "height": 900}
            page = await self.browser.new_page(viewport=size, color_scheme=look.scheme)
            address = f"http://127.0.0.1:{self.of.bot.port}"
            if session:
                await page.context.add_cookies([{"name": SESSION, "value": session, "url": address}])
            await page.goto(f"{address}/console{path}")
            await page.get_by_role("heading", level=1, name=heading).wait_for()
            await self._take(page, look, name, page.locator("html"), shown=900)
            await page.close()

    async def html(self, name: str, page_text: str) -> None:
        """Take a page that is a file of its own, as far as a screen shows it."""
        if not self._wants(name):
            return
        for look in LOOKS:
            size: Any = {"width": look.width, "height": 900}
            page = await self.browser.new_page(viewport=size, color_scheme=look.scheme)
            await page.set_content(page_text)
            await self._take(page, look, name, page.locator("html"), shown=900)
            await page.close()

    async def _pages(self, person: str, place: str, height: int = 4000) -> AsyncIterator[tuple[Page, Look]]:
        for look in LOOKS:
            page = await self.browser.new_page(
                viewport={"width": look.width, "height": height},
                color_scheme=look.scheme,
                timezone_id="UTC",
                locale="en-US",
                reduced_motion="reduce",
            )
            await page.clock.set_fixed_time(self.of.clock.now())
            await page.goto(f"{self.of.slack.url}/?as={person}#{place}")
            yield page, look
            await page.close()

    async def _take(
        self, page: Page, look: Look, name: str, what: Any, margin: int = 0, shown: int = 0
    ) -> None:
        """`shown`: pixels of the height that are taken; 0: all of them."""
        await page.mouse.move(0, 0)
        await page.wait_for_timeout(400)
        box = await what.bounding_box()
        clip: Any = {
            "x": max(0, box["x"] - margin),
            "y": max(0, box["y"] - margin),
            "width": min(box["width"] + 2 * margin, look.width),
            "height": min(box["height"] + 2 * margin, shown or box["height"] + 2 * margin),
        }
        picture = await page.screenshot(clip=clip, animations="disabled")
        small = await asyncio.to_thread(with_palette, picture)
        (PICTURES / f"{name}-{look.name}.png").write_bytes(small)


async def take(folder: Path, browser_path: str, wanted: frozenset[str]) -> None:
    flags = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path, args=flags)
        others = gallery_refunds.SURFACES | gallery_glass.SURFACES | gallery_console.SURFACES
        others |= gallery_answers.SURFACES
        if not wanted <= others or not wanted:
            await take_releases(folder / "releases", browser, wanted)
        if not wanted or wanted & gallery_refunds.SURFACES:
            await take_refunds(folder / "refunds", browser, wanted)
        if not wanted or wanted & gallery_glass.SURFACES:
            await take_glass(folder / "glass", browser, wanted)
        if not wanted or wanted & gallery_console.SURFACES:
            await take_console(folder / "console", browser, wanted)
        if not wanted or wanted & gallery_answers.SURFACES:
            await take_answers(folder / "answers", browser, wanted)
        await browser.close()


async def take_refunds(folder: Path, browser: Browser, wanted: frozenset[str]) -> None:
    file = written(folder / "refunds.py", gallery_refunds.WORKFLOW)
    async with scene(folder, [file], gallery_refunds.CONSOLE_URL) as of:
        await gallery_refunds.refunds(of)
        await gallery_refunds.pictures(of, Shots(of, browser, wanted))


async def take_glass(folder: Path, browser: Browser, wanted: frozenset[str]) -> None:
    file = written(folder / "rollback.py", gallery_glass.WORKFLOW)
    async with scene(folder, [file]) as of:
        await gallery_glass.pictures(of, Shots(of, browser, wanted))


async def take_answers(folder: Path, browser: Browser, wanted: frozenset[str]) -> None:
    file = written(folder / "upgrade.py", gallery_answers.WORKFLOW)
    async with scene(folder, [file, ROOT / "workflows" / "infrastructure_change.py"]) as of:
        await gallery_answers.pictures(of, Shots(of, browser, wanted))


async def take_console(folder: Path, browser: Browser, wanted: frozenset[str]) -> None:
    refund = written(folder / "refunds.py", gallery_refunds.WORKFLOW)
    announce, policies = folder / "announce.py", folder / "policies.yaml"
    announce.write_text(gallery_console.WORKFLOW, encoding="utf-8")
    policies.write_text(gallery_console.POLICIES, encoding="utf-8")
    async with scene(folder, [refund, announce], policies=policies) as of:
        await gallery_refunds.refunds(of)
        await gallery_console.pictures(of, Shots(of, browser, wanted))


async def take_releases(folder: Path, browser: Browser, wanted: frozenset[str]) -> None:
    nightly = written(folder / "nightly.py", NIGHTLY)
    async with scene(folder, [*(ROOT / "workflows" / name for name in WORKFLOWS), nightly]) as of:
        await releases(of)
        await work_of_today(of)
        shots = Shots(of, browser, wanted)
        await shots.message("approval", ALICE, DEPLOYS, "Ship billing 1.4.2 to production?", "can decide")
        await shots.message("run", ALICE, DEPLOYS, "steps done", "1.4.2")
        await shots.message("failure", ALICE, INCIDENTS, "failed at", "Retry")
        await of.do("home/open", BOB)
        await shots.home(BOB)
        await answers(of, shots)
        await threads(of, shots)
        await of.do("message", CAROL, channel=GENERAL, text="/workflow run deploy")
        await shots.window("form", CAROL, GENERAL)
        await of.do("message", BOB, channel=GENERAL, text="/workflow run")
        await shots.window("chooser", BOB, GENERAL)
        asked = await of.message(ALICE, DEPLOYS, "Ship billing 1.4.2 to production?", "can decide")
        await of.click(ALICE, asked, "Details")
        await shots.window("details", ALICE, DEPLOYS)
        await consoles(of, shots)


def written(file: Path, text: str) -> Path:
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return file


def sizes() -> Iterator[tuple[str, int]]:
    for picture in sorted(PICTURES.glob("*.png")):
        yield picture.name, picture.stat().st_size


def main(names: list[str]) -> int:
    if unknown := sorted(set(names) - SURFACES):
        print(
            f"No surface is called {', '.join(unknown)}. They are {', '.join(sorted(SURFACES))}.",
            file=sys.stderr,
        )
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = subprocess.run(
        [sys.executable, ROOT / "scripts" / "find_browser.py"], capture_output=True, text=True
    )
    if found.returncode:
        print(found.stderr, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(take(Path(folder), found.stdout.strip(), frozenset(names)))
    for name, size in sizes():
        print(f"{size / 1000:7.1f} kB  {name}")
    print(f"{sum(size for _, size in sizes()) / 1000:7.1f} kB in all")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
