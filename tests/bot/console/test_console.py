"""The console over real HTTP: who reads it, what its pages show, and what they never show."""

import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from bot.console.attempts import PER_ADDRESS
from bot.console.pages.runs import PAGE
from bot.console.parts import ConsoleSettings
from engine import Actor
from tests.bot.console.site import ALICE, PLANTED, SECRET, Site, site

PAGES = (
    "",
    "/runs",
    "/approvals",
    "/insight",
    "/insight/refund/check",
    "/policies",
    "/events",
    "/events/export.jsonl",
    "/workflows/deploy",
    "/workflows/deploy/graph.svg",
)
CLI = Actor("cli", "root")


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path, ConsoleSettings()) as here:
        yield here


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path, ConsoleSettings("open")) as here:
        yield here


def words(html: str) -> str:
    """The text of a page, as a person reads it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_reads_a_page_without_signing_in(console: Site, path: str) -> None:
    status, text = await console.get(path)
    assert (status, "Sign in to the console" in text, "Deploy" in text) == (401, True, False)


async def test_an_operator_signs_in_with_a_token_and_out_again(console: Site) -> None:
    await console.sign_in()
    kept = console.cookie()
    status, text = await console.get()
    assert (status, "Deploy" in text, "Sign out" in text) == (200, True, True)
    assert (await console.post("/sign-out"))[0] == 303
    assert (await console.get())[0] == 401
    # A copy of the cookie ends with the session.
    assert (await console.get(headers={"Cookie": f"signoff_console={kept}"}))[0] == 401


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(console: Site) -> None:
    token = await console.engine.principals.add("ops", [], CLI, console=True)
    async with console.http.post(f"{console.url}/console/sign-in", data={"token": token}) as answer:
        (cookie,) = answer.headers.getall("Set-Cookie")
    for part in ("HttpOnly", "SameSite=Strict", "Path=/console", "Max-Age=28800"):
        assert part in cookie
    assert token not in cookie


@pytest.mark.parametrize("gate_token", [True, False])
async def test_a_token_that_does_not_open_the_console_is_refused_and_told_in_the_log(
    console: Site, caplog: pytest.LogCaptureFixture, gate_token: bool
) -> None:
    token = await console.engine.principals.add("ci", ["x"], CLI) if gate_token else "signoff_guess"
    with caplog.at_level(logging.WARNING):
        status, text = await console.post("/sign-in", data={"token": token})
    assert (status, "does not open the console" in text) == (401, True)
    assert "refused a token" in caplog.text
    assert token not in caplog.text


async def test_tries_to_sign_in_are_limited(console: Site) -> None:
    token = await console.engine.principals.add("ops", [], CLI, console=True)
    for _ in range(PER_ADDRESS):
        assert (await console.post("/sign-in", data={"token": "guess"}))[0] == 401
    assert (await console.post("/sign-in", data={"token": token}))[0] == 429
    console.clock.advance(timedelta(seconds=61))
    assert (await console.post("/sign-in", data={"token": token}))[0] == 200


async def test_a_session_ends_after_eight_hours(console: Site, caplog: pytest.LogCaptureFixture) -> None:
    await console.sign_in()
    kept = console.cookie()
    console.clock.advance(timedelta(hours=8, seconds=1))
    assert (await console.get(headers={"Cookie": f"signoff_console={kept}"}))[0] == 401
    assert "forged, expired or ended" in caplog.text


async def test_a_session_ends_with_its_token(console: Site) -> None:
    await console.sign_in()
    assert (await console.get())[0] == 200
    await console.engine.principals.remove("ops", CLI)
    assert (await console.get())[0] == 401


async def test_a_new_principal_of_the_same_name_does_not_revive_a_session(console: Site) -> None:
    await console.sign_in()
    await console.engine.principals.remove("ops", CLI)
    await console.engine.principals.add("ops", [], CLI, console=True)
    assert (await console.get())[0] == 401


async def test_forged_cookies_are_refused(console: Site) -> None:
    await console.sign_in()
    head, claims, signature = console.cookie().split(".")
    other = OctKey.import_key("a key of somebody else's, long enough")
    stated = {"user": "U2", "aud": "signoff_console", "exp": 4_000_000_000}
    forged = [
        jwt.encode({"alg": "HS256"}, stated, other),
        f"{head}.{claims}.{'A' * len(signature)}",
        f"eyJhbGciOiJub25lIn0.{claims}.",
        f"{head}.{claims}",
        "x" * 5_000,
        "",
    ]
    console.http.cookie_jar.clear()
    for text in forged:
        status, _ = await console.get(headers={"Cookie": f"signoff_console={text}"})
        assert status == 401, text


async def test_a_sign_in_under_way_does_not_count_as_a_session(console: Site) -> None:
    key = OctKey.import_key(await console.engine.principals.session_key())
    stated = {"user": "U2", "aud": "signoff_sign_in", "exp": 4_000_000_000}
    text = jwt.encode({"alg": "HS256"}, stated, key)
    assert (await console.get(headers={"Cookie": f"signoff_console={text}"}))[0] == 401


@pytest.mark.parametrize("header", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
async def test_another_site_cannot_sign_anybody_in_or_out(console: Site, header: dict[str, str]) -> None:
    token = await console.sign_in()
    assert (await console.post("/sign-in", data={"token": token}, headers=header))[0] == 403
    assert (await console.post("/sign-out", headers=header))[0] == 403
    assert (await console.get())[0] == 200


async def test_a_link_from_another_site_is_followed_once_more_without_a_session(console: Site) -> None:
    status, text = await console.get("/runs", headers={"Sec-Fetch-Site": "cross-site"})
    assert (status, 'http-equiv="refresh"' in text) == (200, True)
    assert (await console.get("/runs", headers={"Sec-Fetch-Site": "same-origin"}))[0] == 401


async def test_an_open_console_is_read_on_this_machine_only(opened: Site) -> None:
    assert (await opened.get())[0] == 200
    for host in ("signoff.example.com", "127.0.0.1.evil.example", "[", "10.0.0.1"):
        status, text = await opened.get(headers={"Host": host})
        assert (status, "Deploy" in text) == (403, False), host


async def test_every_answer_has_strict_headers(opened: Site) -> None:
    run = await opened.run(note=PLANTED)
    for path in (*PAGES, "/nothing", "/sign-in", f"/runs/{run}", f"/runs/{run}/graph.svg", "/static/live.js"):
        async with opened.http.get(f"{opened.url}/console{path}") as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, path
            assert "'unsafe-inline'" not in policy or path.endswith(".svg"), path
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert answer.headers["Referrer-Policy"] == "same-origin"


async def test_the_page_of_a_run_tells_how_it_went(opened: Site) -> None:
    run = await opened.run(service="billing", note="one")
    _, text = await opened.get(f"/runs/{run}")
    page = words(text)
    assert "waiting for @managers at go-live" in page
    assert "Ship billing? one" in page
    assert "data-live" in text
    await opened.decide(run, "approve", "looks good")
    _, text = await opened.get(f"/runs/{run}")
    page = words(text)
    for part in (
        "done",
        "released one",
        "looks good",
        "Approved",
        "building one",
    ):
        assert part in page, part
    assert "data-live" not in text


async def test_the_receipt_of_a_decided_approval_can_be_downloaded(opened: Site) -> None:
    run = await opened.run()
    request = (await opened.engine.requests(run_id=run))[0].id
    assert (await opened.get(f"/approvals/{request}/receipt.json"))[0] == 409
    await opened.decide(run, "approve")
    status, text = await opened.get(f"/approvals/{request}/receipt.json")
    assert (status, '"signature"' in text) == (200, True)
    assert (await opened.get("/approvals/other/receipt.json"))[0] == 404


async def test_no_value_becomes_markup_and_no_credential_is_shown(opened: Site) -> None:
    run = await opened.run(service="x" * 3_000, note=PLANTED)
    failed = await opened.run("broken", note=PLANTED)
    await opened.decide(run, "approve", PLANTED)
    pages = [f"/runs/{run}", f"/runs/{failed}", "/runs", "/approvals", "/events", "", f"/runs?text={PLANTED}"]
    pages += [f"/runs?state={PLANTED}", f"/events?type={PLANTED}", f"/runs/{'%3Cscript%3E'}"]
    for path in pages:
        _, text = await opened.get(path)
        assert "<script>alert" not in text, path
        assert "hunter2" not in text, path
        assert "\u202e" not in text, path
    _, text = await opened.get(f"/runs/{run}")
    assert SECRET.partition("=")[0] in text
    assert "{{7*7}}" in text


async def test_runs_are_filtered_and_paged(opened: Site) -> None:
    failed = await opened.run("broken", note="needle")
    for number in range(PAGE + 5):
        await opened.run(note=f"n{number}")
        opened.clock.advance(timedelta(seconds=1))
    _, first = await opened.get("/runs")
    older = unescape(re.findall(r'href="/console/runs(\?[^"]*before=[^"]*)"', first)[0])
    _, second = await opened.get(f"/runs{older}")
    listed = [re.findall(r'href="/console/runs/([^"]+)"', text) for text in (first, second)]
    assert (len(listed[0]), len(listed[1])) == (PAGE, 6)
    assert not set(listed[0]) & set(listed[1])
    for query in ("?state=failed", "?text=needle", "?workflow=broken"):
        _, text = await opened.get(f"/runs{query}")
        assert re.findall(r'href="/console/runs/([^"]+)"', text) == [failed], query
    status, text = await opened.get("/runs?since=yesterdayish")
    assert (status, "since:" in text) == (400, True)


async def test_the_event_log_is_searched(opened: Site) -> None:
    run = await opened.run()
    other = await opened.run("broken")
    _, text = await opened.get(f"/events?run={run}")
    assert f"/runs/{run}" in text
    assert f"/runs/{other}" not in text
    _, text = await opened.get("/events?type=step.failed")
    assert "step.started" not in text
    _, text = await opened.get("/events?actor=slack:u1&type=run.created")
    assert text.count('<th scope="row" class="long">run.created') == 2


async def as_person(site_: Site, user: str) -> dict[str, str]:
    """The cookie of somebody who signed in with Slack."""
    key = OctKey.import_key(await site_.engine.principals.session_key())
    exp = int((site_.clock.now() + timedelta(hours=1)).timestamp())
    text = jwt.encode({"alg": "HS256"}, {"user": user, "aud": "signoff_console", "exp": exp}, key)
    return {"Cookie": f"signoff_console={text}"}


async def test_a_person_reads_only_the_runs_that_they_may_see(console: Site) -> None:
    run = await console.run(note="mine")
    alice, stranger = await as_person(console, "U1"), await as_person(console, "U5")
    assert (await console.get(f"/runs/{run}", headers=alice))[0] == 200
    assert (await console.get("/events", headers=alice))[0] == 403
    assert (await console.get(f"/runs/{run}", headers=stranger))[0] == 403
    other = await console.engine.start("broken", {}, actor=Actor("slack", "U2"))
    assert (await console.get(f"/runs/{other.id}", headers=alice))[0] == 404
    assert (await console.get(f"/runs/{other.id}/graph.svg", headers=alice))[0] == 404
    _, text = await console.get("/runs", headers=alice)
    assert (run in text, other.id in text) == (True, False)
    _, text = await console.get("/approvals", headers=alice)
    assert "Nothing waits for you" in text
    operator = await as_person(console, "U2")
    assert (await console.get("/events", headers=operator))[0] == 200
    assert ALICE.id == "U1"


async def test_a_person_reads_no_name_of_a_channel_that_may_be_private(console: Site) -> None:
    alice, operator = await as_person(console, "U1"), await as_person(console, "U2")
    for cookie, named in ((alice, False), (operator, True)):
        status, text = await console.get("/workflows/deploy", headers=cookie)
        assert (status, "#deploys" in text, "a private channel" in text) == (200, named, not named)


@pytest.mark.parametrize("user", ["U3", "U4"])
async def test_guests_and_people_who_left_are_refused(console: Site, user: str) -> None:
    status, text = await console.get("", headers=await as_person(console, user))
    assert (status, "Deploy" in text) == (403, False)
