"""The console in a real browser: accessibility, phone width, dark mode, keyboard, no scripts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from pydantic import BaseModel

from bot.console.parts import ConsoleSettings
from bot.console.sessions import SESSION, Sessions
from bot.http.spent import Spent
from engine import Actor, Form, Outcome, Workflow
from tests.bot.console.site import PLANTED, Site, site

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path, ConsoleSettings()) as here:
        yield here


async def fill(console: Site) -> list[str]:
    """Make runs of every kind; return the addresses of all pages."""
    decided = await console.run(note=PLANTED)
    await console.decide(decided, "reject", PLANTED)
    waiting, failed = await console.run(service="x" * 500), await console.run("broken", note=PLANTED)
    runs = [f"/runs/{run}" for run in (decided, waiting, failed)]
    pages = ["", "/runs", "/runs?since=never", "/approvals", "/events", "/workflows/deploy", "/nothing"]
    for amount, choice in (("5", "approve"), ("500", "reject"), ("700", "approve")):
        await console.decide(await console.run("refund", amount=amount, note=PLANTED), choice, "Known.")
        console.clock.advance(timedelta(days=6))
    return [*pages, *runs, "/insight", "/insight/refund/check", "/workflows/refund", "/policies"]


async def sign_in(console: Site, page: "Page") -> None:
    token = await console.engine.principals.add("ops", [], Actor("cli", "root"), console=True)
    await page.goto(f"{console.url}/console/runs")
    await page.get_by_label("Token").fill(token)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Runs").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_no_page_has_a_violation_of_accessibility_or_is_too_wide(
    console: Site, browser: "Browser", scheme: str, width: int
) -> None:
    from axe_playwright_python.async_playwright import Axe

    paths = await fill(console)
    context = await browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{console.url}/console")
    assert (await Axe().run(page)).violations_count == 0
    await sign_in(console, page)
    for path in paths:
        await page.goto(f"{console.url}/console{path}")
        found = await Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        over = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, path
    assert complaints == []
    await context.close()


async def test_a_person_signs_in_reads_and_signs_out_by_keyboard(console: Site, browser: "Browser") -> None:
    run = await console.run(note="by keyboard")
    page = await browser.new_page()
    await sign_in(console, page)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the content"
    link = page.get_by_role("link", name=f"deploy-{run[-4:]}")
    await link.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", level=1, name=f"deploy-{run[-4:]}").wait_for()
    await page.get_by_role("button", name="Sign out").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Sign in to the console").wait_for()
    assert page.url.endswith("/console/sign-in")
    await page.close()


async def test_the_page_of_a_run_follows_it_and_keeps_what_the_reader_opened(
    console: Site, browser: "Browser"
) -> None:
    run = await console.run(note="live")
    page = await browser.new_page()
    await sign_in(console, page)
    await page.goto(f"{console.url}/console/runs/{run}")
    await page.get_by_text("Output of build").click()
    await page.evaluate("document.activeElement.blur()")
    await console.decide(run, "approve")
    await page.get_by_role("status").get_by_text("done").wait_for(timeout=20_000)
    assert await page.get_by_label("Output of build").is_visible()
    await page.get_by_role("button", name="Pause updates").wait_for(state="detached")
    await page.close()


async def test_a_page_works_without_scripts(console: Site, browser: "Browser") -> None:
    run = await console.run(note="plain")
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await sign_in(console, page)
    await page.goto(f"{console.url}/console/runs/{run}")
    assert await page.get_by_role("row", name="build").is_visible()
    await context.close()


class Note(BaseModel):
    text: str
    region: Literal["eu", "us"] = "eu"
    urgent: bool = False


def noted() -> Workflow:
    flow = Workflow("noted", owner="@managers", channel="#deploys")

    @flow.step
    async def draft() -> Note:
        return Note(text=f"{PLANTED} {'x' * 200}\nThe second line.")

    posted = flow.approval(
        "go", ask="Post it?", form=Form(Note, defaults_from=draft), approvers=["@managers"],
        expires="4h", confirm="post it",
    )  # fmt: skip
    assert posted is not None

    @flow.step
    async def post(go: Outcome[Note]) -> Note:
        assert go.value is not None
        return go.value

    return flow


async def test_an_approver_answers_a_form_by_keyboard(console: Site, browser: "Browser") -> None:
    from axe_playwright_python.async_playwright import Axe

    console.engine.register(noted())
    run = await console.run("noted")
    (request,) = await console.engine.requests(run_id=run)
    context = await browser.new_context(viewport={"width": 360, "height": 800}, color_scheme="dark")
    sessions = Sessions(
        console.engine.principals, console.clock, Spent(console.clock), path="/console", secure=False
    )
    session = await sessions.seal({"user": "U2"}, SESSION)
    await context.add_cookies([{"name": SESSION, "value": session, "url": console.url}])
    page = await context.new_page()
    await page.goto(f"{console.url}/console/approvals")
    await page.get_by_role("link", name="Read in full, or answer").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Record the answer").wait_for()
    await page.get_by_label("Text").focus()
    await page.keyboard.press("Control+End")
    await page.keyboard.type(" And a third.")
    await page.get_by_role("radio", name="Approve").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")  # sends the form, which lacks the confirmation
    await page.get_by_role("alert").wait_for()
    for width, scheme in ((360, "dark"), (1280, "light")):
        await page.set_viewport_size({"width": width, "height": 800})
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    await page.get_by_label("To approve, type").focus()
    await page.keyboard.type("post it")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Decisions").wait_for()
    await console.engine.until_ended(run)
    detail = await console.engine.detail(run)
    proposed, posted = detail.steps[0].output, detail.steps[-1].output
    assert posted == {**proposed, "text": f"{proposed['text']} And a third."}
    assert request.id in page.url
    await context.close()
