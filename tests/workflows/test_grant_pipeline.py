"""The grant pipeline on the real engine, with the hundred applications served over HTTP."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from signoff.testing import Harness, Registry, StaticPeople
from tests.present import present
from workflows.grant_pipeline import pipeline, services
from workflows.grants import scoring
from workflows.grants.applications import Application, SetAside, read
from workflows.grants.source import application, applications

BOARD = "U05ERIN"


class Office:
    """The harness, and the intake that can be turned off and given other applications."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.harness.folder / "data" / "grants.sqlite3")) as database:
            return database.execute(query).fetchall()

    def letters(self) -> list[str]:
        return sorted(file.stem for file in (self.harness.folder / "data" / "letters").glob("*.txt"))


def registry() -> Registry:
    found = Registry()
    for name, service in services.items():
        found.add(name, service)
    return found


@pytest.fixture
async def intake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TestServer]:
    server = TestServer(application())
    await server.start_server()
    monkeypatch.setenv("GRANTS_URL", str(server.make_url("/applications")))
    yield server
    await server.close()


@pytest.fixture
async def office(intake: TestServer, tmp_path: Path) -> AsyncIterator[Office]:
    people = StaticPeople(groups={"grants-board": [BOARD]})
    async with Harness(
        pipeline, people=people, folder=tmp_path, registry=registry(), at="2026-03-02T12:00:00+00:00"
    ) as harness:
        yield Office(harness)


async def test_a_hundred_are_taken_in_and_the_malformed_set_aside(office: Office) -> None:
    run = await office.harness.start("DailyGrantPipeline")
    ingest = await office.harness.output(run, "ingest")
    assert (len(ingest["applications"]), len(ingest["set_aside"])) == (90, 10)
    reasons = {one["id"]: one["reason"] for one in ingest["set_aside"]}
    assert reasons["G-0006"] == "amount is missing."
    assert reasons["G-0001"] == "The id came twice; the first one counts."
    assert reasons["G-0056"].startswith("field is 'sports'")
    review = await office.harness.output(run, "review")
    (request,) = await office.harness.requests()
    assert request.ask == f"Award {review['doubtful']} doubtful applications?"
    assert 0 < review["doubtful"] < 45


async def test_an_application_that_the_board_approves_is_awarded(office: Office) -> None:
    run = await office.harness.start("DailyGrantPipeline")
    review = await office.harness.output(run, "review")
    await office.harness.decide("board", "approve", as_user=BOARD)
    award = await office.harness.output(run, "award")
    assert len(award["awarded"]) == review["clear_awards"] + review["doubtful"]
    assert (len(award["awarded"]) + len(award["declined"]), award["postponed"]) == (90, [])
    assert office.rows("SELECT count(*), count(DISTINCT id) FROM grant_decision") == [(90, 90)]
    assert office.letters() == sorted([*award["awarded"], *award["declined"]])
    assert "The board: approved." in (await office.harness.output(run, "notify"))["summary"]


async def test_a_rejected_application_is_declined_and_the_clear_ones_still_go(office: Office) -> None:
    run = await office.harness.start("DailyGrantPipeline")
    review = await office.harness.output(run, "review")
    await office.harness.decide("board", "reject", as_user=BOARD, comment="not this year")
    award = await office.harness.output(run, "award")
    assert len(award["awarded"]) == review["clear_awards"]
    assert f"${award['total']:,}" == review["clear_total"]


async def test_its_silence_postpones_and_they_come_again(office: Office) -> None:
    run = await office.harness.start("DailyGrantPipeline")
    doubtful = (await office.harness.output(run, "review"))["doubtful"]
    await office.harness.advance("2d")
    award = await office.harness.output(run, "award")
    assert len(award["postponed"]) == doubtful
    # Two nights have passed meanwhile; the first of their runs goes on now, the second waits for it.
    second, again, _ = (await office.harness.engine.runs())[0]
    assert (second.state, again.trigger[:4]) == ("pending", "cron")
    taken = await office.harness.output(again, "ingest")
    assert [one["id"] for one in taken["applications"]] == award["postponed"]


async def test_it_starts_at_two_in_berlin_and_asks_nobody_about_nothing(office: Office) -> None:
    await office.harness.start("DailyGrantPipeline")
    await office.harness.decide("board", "approve", as_user=BOARD)
    await office.harness.advance("13h")
    runs, total = await office.harness.engine.runs()
    assert total == 2
    assert runs[0].created_at.isoformat() == "2026-03-03T01:00:00+00:00"
    assert runs[0].state == "succeeded"
    assert (await office.harness.step(runs[0], "board")).state == "skipped"
    assert (await office.harness.output(runs[0], "award"))["awarded"] == []


async def test_a_silent_intake_is_tried_again_then_the_owner_is_asked(
    office: Office, intake: TestServer
) -> None:
    await intake.close()
    run = await office.harness.start("DailyGrantPipeline")
    await office.harness.advance("1m")
    (request,) = await office.harness.requests()
    assert (request.kind, request.approvers, present(request.failure).attempts) == (
        "failure",
        ("@grants-board",),
        3,
    )
    assert "did not answer" in present(request.failure).message
    await office.harness.decide(request, "abort", as_user=BOARD)
    assert (await office.harness.state(run)).run.state == "failed"


@pytest.mark.parametrize(
    ("body", "words"),
    [("<html>", "did not answer with JSON"), ('{"error": 1}', "did not answer with a list of applications")],
)
async def test_an_intake_that_answers_nonsense(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, words: str
) -> None:
    app = web.Application()

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=body)

    app.router.add_get("/applications", answer)
    server = TestServer(app)
    await server.start_server()
    monkeypatch.setenv("GRANTS_URL", str(server.make_url("/applications")))
    async with Harness(pipeline, folder=tmp_path, registry=registry()) as harness:
        run = await harness.start("DailyGrantPipeline")
        await harness.advance("1m")
        failure = (await harness.step(run, "ingest")).failure
        assert failure is not None
        assert words in failure.message
    await server.close()


def test_the_applications_are_varied_and_always_the_same() -> None:
    assert applications() == applications()
    seen: set[str] = set()
    found = [read(raw, seen) for raw in applications()]
    assert len({one.field for one in found if isinstance(one, Application)}) == 5
    verdicts = [scoring.review(scoring.score(one)).verdict for one in found if isinstance(one, Application)]
    assert min(verdicts.count(one) for one in ("award", "decline", "doubtful")) >= 5


@pytest.mark.parametrize(
    ("change", "verdict", "rule"),
    [
        ({}, "award", "80 points are 50 or more"),
        ({"amount": 60_000, "people_reached": 5000}, "doubtful", "$60,000 is $50,000 or more"),
        ({"field": "other", "years_active": 2}, "doubtful", "46 points lie between 40 and 50"),
        ({"field": "other", "people_reached": 10}, "decline", "20 points are below 40"),
    ],
)
def test_each_application_is_scored_as_the_policy_says(
    change: dict[str, Any], verdict: str, rule: str
) -> None:
    base = {
        "id": "G-0001", "name": "School", "email": "a@example.org", "field": "education", "amount": 5_000,
        "people_reached": 500, "years_active": 9, "submitted": "2026-01-05", "summary": "Evenings.",
    }  # fmt: skip
    one = read({**base, **change}, set())
    assert not isinstance(one, SetAside)
    scored = scoring.score(one)
    reviewed = scoring.review(scored)
    assert (reviewed.verdict, reviewed.rule) == (verdict, rule)
    assert len(scored.why) == 4
