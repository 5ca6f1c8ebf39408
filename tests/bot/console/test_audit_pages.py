"""The pages for auditors: the search of the log, its export, and the policies with what became of denials."""

import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from bot.audit_files import read_export
from bot.console.pages import events as page
from bot.console.parts import ConsoleSettings
from engine import Actor, Decision, EventFilter, EventPlace
from engine.errors import PolicyDenied
from engine.store import queries
from engine.store.work import Connection
from tests.bot.console.site import ALICE, PLANTED, Site, site
from tests.bot.console.test_console import as_person, words

POLICIES = """
rules:
  - name: no-release
    at: step
    when: step.name == "release" && input.note != "allowed"
    unless: workflow.name == "other"
    deny: Releases are <b>frozen</b>.
  - name: nobody-but-bob
    at: start
    when: input.service == "vault"
    unless: requester.id == "U2"
    deny: Only Bob may.
"""


@pytest.fixture
async def governed(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path, ConsoleSettings("open"), policies=POLICIES) as here:
        yield here


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path, ConsoleSettings()) as here:
        yield here


async def denied(console: Site) -> str:
    """Return a run whose released step was denied, and that waits for its owner."""
    run = await console.run(note=PLANTED)
    request = next(iter(await console.engine.requests(run_id=run)))
    await console.engine.decide(request.id, Decision("approve"), actor=Actor("slack", "U2"))
    while not any(each.kind == "failure" for each in await console.engine.requests(run_id=run)):
        await console.engine.events.wait(await console.engine.events.newest())
    return run


async def test_a_denial_tells_the_rule_and_what_became_of_the_step(governed: Site) -> None:
    run = await denied(governed)
    _, text = await governed.get("/policies")
    shown = words(text)
    for part in (
        "no-release",
        'unless: workflow.name == "other"',
        f"no-release : denied deploy , release : {run} Releases are <b>frozen</b>.",
        "open: the step waits for an answer",
    ):
        assert part in shown, part
    assert "<b>frozen" not in text
    failure = next(each for each in await governed.engine.requests(run_id=run) if each.kind == "failure")
    skip = Decision("skip", comment="Not today.")
    await governed.engine.decide(failure.id, skip, actor=Actor("slack", "U2"))
    await governed.engine.until_ended(run)
    assert "remedied: the step was skipped" in words((await governed.get("/policies"))[1])


async def test_starts_that_were_denied_and_exceptions_say_who(governed: Site) -> None:
    with pytest.raises(PolicyDenied):
        await governed.engine.start("deploy", {"service": "vault"}, actor=ALICE)
    await governed.engine.start("deploy", {"service": "vault"}, actor=Actor("slack", "U2"))
    shown = words((await governed.get("/policies"))[1])
    assert "nobody-but-bob : denied" in shown
    assert "closed: no run was started" in shown
    assert re.search(r"nobody-but-bob : exception .* none needed .* U2", shown), shown
    counts = "asked 0 · denied 1 · exceptions 1 · last applied today 09:00 0 1 1 "
    assert re.search(rf"nobody-but-bob .* denies Only Bob may\. {counts}", shown), shown


async def test_policies_and_the_log_are_for_the_operator(console: Site) -> None:
    alice, operator = await as_person(console, "U1"), await as_person(console, "U2")
    for path in ("/policies", "/events", "/events/export.jsonl"):
        status, text = await console.get(path, headers=alice)
        assert (status, "nobody-but-bob" in text, '"seq"' in text) == (403, False, False), path
        assert (await console.get(path, headers=operator))[0] in (200, 409), path


async def test_the_log_is_searched_by_run_person_type_and_period(governed: Site) -> None:
    first = await governed.run()
    governed.clock.advance(timedelta(hours=3))
    second = await governed.run()
    for query, has, lacks in (
        (f"run={first[-4:]}", first, second),
        ("since=1h", second, first),
        ("since=1d&until=1h", first, second),
        ("actor=U1&type=run", first, "step.started"),
        ("type=run.created,step.succeeded", "step.succeeded", "step.started"),
        ("text=billing", "run.created", "step.started"),
    ):
        status, text = await governed.get(f"/events?{query}")
        listed = re.sub(r"<form.*?</form>", "", text, flags=re.DOTALL)
        assert (status, has in listed, lacks in listed) == (200, True, False), query


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("run=none-zzzz", "no run"),
        ("since=never", "since: “never” is not a date"),
        ("since=1d&until=2d", "until: the period ends before it begins"),
        ("until=2026-13-45T00:00%2B00:00", "until: “2026-13-45T00:00+00:00” is not a moment"),
    ],
)
async def test_a_wrong_filter_of_the_log_is_named(governed: Site, query: str, said: str) -> None:
    status, text = await governed.get(f"/events?{query}")
    assert (status, said in words(text)) == (400, True), words(text)


@pytest.mark.parametrize("query", ["", "text=deploy", "type=step"])
async def test_pages_of_the_log_have_every_event_once(
    governed: Site, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    for _ in range(4):
        await governed.run()  # at one moment, so that events share their time
    monkeypatch.setattr(page, "PAGE", 7)
    monkeypatch.setattr(page, "SEARCHED", 10)
    monkeypatch.setattr(page, "SEARCHED_FOR_TEXT", 10)
    found: list[str] = []
    path = f"/events?{query}"
    while path:
        _, text = await governed.get(path)
        found += re.findall(r"of event (\d+)</span>", text)
        links = re.findall(r'href="/console(/events\?[^"]*before=[^"]*)"', text)
        path = unescape(links[0]) if links else ""
    events = await governed.engine.events.read(0, 500)
    typed = [each for each in events if query != "type=step" or each.type.startswith("step.")]
    wanted = [each for each in typed if "text" not in query or page._holds(each, "deploy")]
    assert sorted(map(int, found)) == [each.seq for each in wanted if each.data or each.trace_id]


async def test_a_page_of_the_log_reads_no_whole_table(governed: Site) -> None:
    """Each query of the pages uses an index, and sorts nothing but the events of one run."""
    now = governed.clock.now()
    run = await governed.run()
    asked: list[str] = []

    def explain(connection: Connection) -> None:
        def plan(query: str, values: object = ()) -> object:
            rows = connection.execute(f"EXPLAIN QUERY PLAN {query}", values)
            asked.extend(f"{row[3]} | {query}" for row in rows)
            return connection.execute(query, values)

        class Planned:
            execute = staticmethod(plan)

        place = EventPlace.of(now, 5)
        for wanted in (EventFilter(since=now, until=now), EventFilter(run_id=run, since=now)):
            queries.searched_events(Planned, wanted, place, 50, 100)  # type: ignore[arg-type]
        queries.searched_events(Planned, EventFilter(types=("x",)), None, 50, 100)  # type: ignore[arg-type]
        queries.policy_page(Planned, None, 50)  # type: ignore[arg-type]
        queries.policy_events(Planned, now, 50)  # type: ignore[arg-type]

    await governed.engine._store.read(explain)
    scans = [each for each in asked if each.startswith("SCAN event") and "USING" not in each.split("|")[0]]
    assert (len(asked) > 8, scans) == (True, []), asked
    policy = [each for each in asked if "policy.denied" in each]
    assert policy
    assert all("event_of_policy" in each for each in policy), policy


@pytest.mark.parametrize("form", ["jsonl", "csv"])
async def test_an_export_of_a_period_is_downloaded_with_its_signature(console: Site, form: str) -> None:
    await console.sign_in()
    await console.run(note="=cmd()")
    console.clock.advance(timedelta(hours=3))
    await console.run("broken")
    _, text = await console.get("/events?since=1h")
    links = [unescape(each) for each in re.findall(r'href="/console(/events/export[^"]*)"', text)]
    (link,) = [each for each in links if form in each]
    async with console.http.get(console.url + "/console" + link.replace("+", "%2B")) as answer:
        assert answer.status == 200
        assert f'filename="signoff-events.{form}"' in answer.headers["Content-Disposition"]
        body = (await answer.read()).decode()
    document, records = read_export(io.StringIO(body, newline=""))
    found = list(records)
    newest = await console.engine.events.newest()
    assert document["export"]["events"] == found[-1]["seq"] == newest
    assert {each["workflow"] for each in found} == {"broken"}, found
    assert (await console.get("/events/export.xml"))[0] == 404
    assert (await console.get("/events/export.jsonl?since=never"))[0] == 409


async def test_an_open_console_exports_nothing(governed: Site) -> None:
    """Everybody on the machine reads an open console, and an export has all inputs as they are."""
    await governed.run()
    assert "export.jsonl" not in (await governed.get("/events"))[1]
    assert (await governed.get("/events/export.jsonl"))[0] == 403
