"""The incident workflow on the real engine, at virtual time."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine import InvalidInput, StaticPeople
from engine.testing import Bench
from workflows.incident.devices import Device
from workflows.incident.diagnosis import diagnose
from workflows.incident_response import incident_response

PUMP = Device(
    name="pump-07", kind="pump", site="Hall 2", highest=80, load=90, spare="pump-08", alerts_before=0
)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    people = StaticPeople(groups={"on-call": ["U1"]})
    async with Bench(incident_response, people=people, folder=tmp_path) as bench:
        yield bench


def rows(bench: Bench, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(bench.folder / "data" / "devices.sqlite3")) as database:
        return database.execute(query).fetchall()


async def test_a_fix_that_is_approved_is_applied_and_reported(bench: Bench) -> None:
    run = await bench.start("incident-response", as_user="U1")
    (request,) = await bench.requests()
    assert request.ask == 'Fix pump-07: "switch to pump-08"?'
    assert rows(bench, "SELECT alarm FROM device WHERE name = 'pump-07'") == [(1,)]
    await bench.decide(request, "approve", as_user="U1")
    report = await bench.output(run, "report")
    assert report["summary"] == "pump-07: Overload: 90% for too long. Fixed: switch to pump-08."
    assert (bench.folder / "data" / "reports" / report["file"]).read_text().startswith("# pump-07\n")
    assert rows(bench, "SELECT device, command FROM command") == [("pump-07", "switch to pump-08")]
    assert rows(bench, "SELECT alarm FROM device WHERE name = 'pump-07'") == [(0,)]
    assert (await bench.step(run, "escalate")).state == "skipped"


async def test_a_rejection_opens_a_ticket_with_the_reason(bench: Bench) -> None:
    run = await bench.start("incident-response", {"device": "press-03", "value": 110})
    await bench.decide("approval", "reject", as_user="U1", comment="needed until noon", run=run)
    assert (
        "Escalated as ticket 1. Rejected: needed until noon" in (await bench.output(run, "report"))["summary"]
    )
    assert rows(bench, "SELECT command FROM command") == []


async def test_an_hour_of_silence_escalates(bench: Bench) -> None:
    run = await bench.start("incident-response")
    await bench.advance("59m")
    assert (await bench.state(run)).run.state == "waiting"
    await bench.advance("1m")
    assert (await bench.output(run, "escalate"))["why"] == "Nobody on call answered within an hour."


async def test_a_controller_that_sleeps_is_called_again_then_people_are_asked(bench: Bench) -> None:
    run = await bench.start("incident-response", {"device": "fan-21", "metric": "vibration", "value": 90})
    await bench.decide("approval", "approve", as_user="U1", run=run)
    await bench.advance("1m")
    (request,) = await bench.requests()
    assert (request.kind, request.attempts) == ("failure", 3)
    await bench.decide(request, "retry", as_user="U1")
    await bench.advance("1m")
    assert (await bench.output(run, "apply_fix"))["command"] == "shut down"
    assert rows(bench, "SELECT count(*) FROM command") == [(1,)]


async def test_skipping_the_fix_is_reported_as_such(bench: Bench) -> None:
    run = await bench.start("incident-response", {"device": "fan-21", "metric": "vibration", "value": 90})
    await bench.decide("approval", "approve", as_user="U1", run=run)
    await bench.advance("1m")
    await bench.decide("apply_fix", "skip", as_user="U1", run=run)
    assert "The fix was skipped." in (await bench.output(run, "report"))["summary"]


async def test_nobody_is_asked_about_what_is_harmless(bench: Bench) -> None:
    run = await bench.start("incident-response", {"value": 60})
    assert await bench.requests() == []
    assert "Nothing had to be done." in (await bench.output(run, "report"))["summary"]


async def test_an_unknown_device_says_which_there_are(bench: Bench) -> None:
    run = await bench.start("incident-response", {"device": "pmp-07"})
    step = await bench.step(run, "enrich")
    assert step.failure is not None
    assert step.failure.message == "The device database knows no device pmp-07. Did you mean pump-07?"
    assert step.attempt == 1


async def test_an_alert_that_can_not_be_is_refused(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match="metric"):
        await bench.start("incident-response", {"metric": "smell"})


async def test_repeated_alerts_are_counted(bench: Bench) -> None:
    for _ in range(3):
        await bench.start("incident-response", {"device": "press-03", "value": 96})
    run = await bench.start("incident-response", {"device": "press-03", "value": 96})
    assert (await bench.output(run, "enrich"))["alerts_before"] == 3
    assert (await bench.output(run, "diagnosis"))["severity"] == "critical"


@pytest.mark.parametrize(
    ("metric", "value", "load", "spare", "before", "severity", "fix"),
    [
        ("temperature", 80, 90, "pump-08", 0, "harmless", ""),
        ("temperature", 84, 90, "pump-08", 0, "warning", "reduce the load to 50%"),
        ("temperature", 84, 30, "pump-08", 0, "warning", "check the sensor's calibration"),
        ("temperature", 88, 90, "pump-08", 0, "critical", "switch to pump-08"),
        ("temperature", 88, 90, None, 0, "critical", "shut down"),
        ("temperature", 88, 40, "pump-08", 0, "critical", "shut down"),
        ("temperature", 81, 90, "pump-08", 3, "critical", "switch to pump-08"),
        ("connection", 0, 90, None, 0, "warning", "restart the sender"),
    ],
)
def test_the_rules(
    metric: str, value: float, load: int, spare: str | None, before: int, severity: str, fix: str
) -> None:
    device = PUMP.model_copy(update={"load": load, "spare": spare, "alerts_before": before})
    found = diagnose(metric, value, device)
    assert (found.severity, found.fix) == (severity, fix)
    assert found.why
