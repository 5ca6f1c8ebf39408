"""The grant pipeline on the real engine, with the hundred applications served over HTTP."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from engine.compiler.nodes.row_check import RowCheck
from signoff.testing import Harness, Registry, StaticPeople
from tests.present import present
from workflows.grant_pipeline import pipeline, services
from workflows.grants import scoring, source
from workflows.grants.applications import Application
from workflows.grants.publication import letter, page
from workflows.grants.register import Entry

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
    server = TestServer(source.application())
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


async def test_a_hundred_are_taken_in_and_the_malformed_are_counted(office: Office) -> None:
    run = await office.harness.start("DailyGrantPipeline")
    assert len(await office.harness.output(run, "ingest")) == 90
    step = await office.harness.step(run, "ingest")
    assert step.reason == "10 of 100 rows rejected"
    assert "row 6 (G-0006): amount is missing" in step.log
    review = await office.harness.output(run, "review")
    (request,) = await office.harness.requests()
    assert request.ask == f"Decide on {review['doubtful']} doubtful applications?"
    assert 0 < review["doubtful"] < 45


async def decide(office: Office, **values: Any) -> dict[str, Any]:
    run = await office.harness.start("DailyGrantPipeline")
    review: dict[str, Any] = await office.harness.output(run, "review")
    chosen = {
        name: value(review["doubtful_list"]) if callable(value) else value for name, value in values.items()
    }
    await office.harness.decide("board", "approve", as_user=BOARD, value=chosen)
    award: dict[str, Any] = await office.harness.output(run, "award")
    return {**award, **review, "summary": (await office.harness.output(run, "notify"))["summary"]}


async def test_the_board_awards_all_doubtful_applications_at_once(office: Office) -> None:
    made = await decide(office, others="award")
    assert len(made["awarded"]) == made["clear_awards"] + made["doubtful"]
    assert (len(made["awarded"]) + len(made["declined"]), made["postponed"]) == (90, [])
    assert office.rows("SELECT count(*), count(DISTINCT id) FROM grant_decision") == [(90, 90)]
    assert office.letters() == sorted([*made["awarded"], *made["declined"]])
    assert "The board: approved." in made["summary"]


async def test_the_board_decides_about_each_application(office: Office) -> None:
    made = await decide(
        office, award=lambda lines: lines[:2], postpone=lambda lines: lines[1:3], others="decline"
    )
    first, second, third, *others = (line.split()[0] for line in made["doubtful_list"])
    assert first in made["awarded"]
    assert made["postponed"] == [second, third], "one that stands in both lists is postponed"
    assert set(others) <= set(made["declined"])


async def test_each_letter_has_the_name_and_the_amount(office: Office) -> None:
    made = await decide(office, others="award")
    folder = office.harness.folder / "data" / "letters"
    for id_, name, amount in office.rows(
        "SELECT id, name, amount FROM grant_decision WHERE verdict = 'award'"
    ):
        text = (folder / f"{id_}.txt").read_text(encoding="utf-8")
        assert text.startswith(f"Dear {name},\n")
        assert f"You are awarded ${amount:,}." in text
    declined = (folder / f"{made['declined'][0]}.txt").read_text(encoding="utf-8")
    assert "$" not in declined


async def test_the_page_lists_every_award_and_no_other(office: Office) -> None:
    made = await decide(office, others="award")
    text = (office.harness.folder / "data" / "awards.html").read_text(encoding="utf-8")
    assert all(id_ in text for id_ in made["awarded"])
    assert not any(id_ in text for id_ in made["declined"])
    assert f"${made['total']:,} in all" in text
    assert "Tools &amp; Toys &lt;for all&gt;" in text
    assert "<for all>" not in text
    assert [file.name for file in (office.harness.folder / "data").glob(".awards*")] == []


def test_a_name_with_markup_and_lines_is_written_as_text() -> None:
    entry = Entry("G-0001", "<script>{id}</script>\nDear thief", 5, "award", "2026-01-05T00:00:00+00:00")
    assert "<script>" not in page([entry])
    assert letter(entry).startswith("Dear <script>{id}</script> Dear thief,\n")


async def test_a_renamed_field_is_asked_about_and_awards_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    renamed = [
        {("amount_usd" if key == "amount" else key): value for key, value in one.items()}
        for one in source.applications()
        if isinstance(one, dict)
    ]
    monkeypatch.setattr(source, "applications", lambda: renamed)
    run = await office.harness.start("DailyGrantPipeline")
    (request,) = await office.harness.requests()
    assert (
        "99 of 99 rows were rejected, more than the 20% that quality allows."
        in present(request.failure).message
    )
    assert "amount_usd is new: was a field renamed?" in present(request.failure).message
    assert (await office.harness.step(run, "award")).state == "pending"


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
    assert [one["id"] for one in taken] == award["postponed"]


async def test_it_starts_at_two_in_berlin_and_asks_nobody_about_nothing(office: Office) -> None:
    await decide(office, others="award")
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
    assert source.applications() == source.applications()
    found = RowCheck("ingest", None, lambda _: None).rows(source.applications(), Application, "id")
    assert len({one.field for one in found}) == 5
    verdicts = [scoring.review(scoring.score(one)).verdict for one in found]
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
    scored = scoring.score(Application.model_validate({**base, **change}))
    reviewed = scoring.review(scored)
    assert (reviewed.verdict, reviewed.rule) == (verdict, rule)
    assert len(scored.why) == 4
