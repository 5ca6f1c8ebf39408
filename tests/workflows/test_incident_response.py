"""The incident workflow on the real engine, at virtual time."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from signoff.testing import Harness, InvalidInput, StaticPeople
from tests.present import present
from workflows.incident.devices import Device
from workflows.incident.diagnosis import diagnose
from workflows.incident_response import incident_response

PUMP = Device(
    name="pump-07", kind="pump", site="Hall 2", highest=80, load=90, spare="pump-08", alerts_before=0
)


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    people = StaticPeople(groups={"on-call": ["U1"]})
    async with Harness(incident_response, people=people, folder=tmp_path) as harness:
        yield harness


def rows(harness: Harness, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(harness.folder / "data" / "devices.sqlite3")) as database:
        return database.execute(query).fetchall()


async def test_a_fix_that_is_approved_is_applied_and_reported(harness: Harness) -> None:
    run = await harness.start("incident-response", as_user="U1")
    (request,) = await harness.requests()
    assert request.ask == 'Fix pump-07: "switch to pump-08"?'
    assert rows(harness, "SELECT alarm FROM device WHERE name = 'pump-07'") == [(1,)]
    await harness.decide(request, "approve", as_user="U1")
    report = await harness.output(run, "resolve")
    assert report["summary"] == "pump-07: Overload: 90% for too long. Fixed: switch to pump-08."
    assert present((await harness.state(run)).result).text == report["summary"]
    assert (harness.folder / "data" / "reports" / report["file"]).read_text().startswith("# pump-07\n")
    assert rows(harness, "SELECT device, command FROM command") == [("pump-07", "switch to pump-08")]
    assert rows(harness, "SELECT alarm FROM device WHERE name = 'pump-07'") == [(0,)]
    assert (await harness.step(run, "escalate")).state == "skipped"


async def test_a_critical_alert_pages_and_shuts_the_device_down_without_waiting_for_people(
    harness: Harness,
) -> None:
    run = await harness.start("incident-response")
    assert rows(harness, "SELECT device FROM safe_mode") == [("pump-07",)]
    assert rows(harness, "SELECT text FROM page") == [("pump-07 in Hall 2: Overload: 90% for too long",)]
    await harness.decide("approval", "approve", as_user="U1", run=run)
    assert rows(harness, "SELECT device FROM safe_mode") == []


async def test_a_warning_gets_a_ticket_and_a_report_and_asks_nobody(harness: Harness) -> None:
    run = await harness.start("incident-response", {"value": 88})
    assert await harness.requests() == []
    assert (await harness.state(run)).run.state == "succeeded"
    report = await harness.output(run, "diagnostic_report")
    assert report["summary"] == "pump-07: The temperature is slightly high. Ticket 1."
    assert (harness.folder / "data" / "reports" / report["file"]).exists()
    resolved = await harness.output(run, "resolve")
    assert resolved["summary"].endswith("Ticket 1 proposes: reduce the load to 50%.")
    assert rows(harness, "SELECT device FROM safe_mode") == []


async def test_each_firing_alert_of_a_group_starts_one_run(harness: Harness) -> None:
    alert = {
        "version": "4",
        "status": "firing",
        "receiver": "signoff",
        "groupKey": '{}:{alertname="Hot"}',
        "commonLabels": {"alertname": "Hot"},
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "Hot", "device": "pump-07", "metric": "temperature"},
                "annotations": {"value": "96.5"},
                "startsAt": "2026-01-05T08:59:00Z",
                "fingerprint": "b9f0a1c2d3e4f506",
            },
            {
                "status": "resolved",
                "labels": {"alertname": "Hot", "device": "press-03", "metric": "temperature"},
                "annotations": {"value": "60"},
                "fingerprint": "c1",
            },
            {
                "status": "firing",
                "labels": {"alertname": "Hot", "device": "fan-21", "metric": "vibration"},
                "annotations": {"value": "1"},
                "fingerprint": "d2",
            },
        ],
    }
    first = await harness.deliver("incidents", alert)
    assert first.state == "started"
    assert [each.state for each in first.elements] == ["started", "filtered", "started"]
    again = await harness.deliver("incidents", alert)
    assert [each.run_id for each in again.elements] == [each.run_id for each in first.elements]
    runs = {run.id: run.input for run in await harness.runs("incident-response")}
    assert runs == {
        first.elements[0].run_id: {"device": "pump-07", "metric": "temperature", "value": 96.5},
        first.elements[2].run_id: {"device": "fan-21", "metric": "vibration", "value": 1.0},
    }
    await harness.run_until_idle()
    (request,) = await harness.requests()
    assert request.ask == 'Fix pump-07: "switch to pump-08"?'


async def test_the_log_describes_each_device_without_an_article(harness: Harness) -> None:
    run = await harness.start("incident-response", {"device": "fan-21", "value": 70})
    (line,) = (await harness.step(run, "enrich")).log
    assert line.startswith("fan-21 (exhaust fan, Roof) is at ")


async def test_a_rejection_opens_a_ticket_with_the_reason(harness: Harness) -> None:
    run = await harness.start("incident-response", {"device": "press-03", "value": 110})
    await harness.decide("approval", "reject", as_user="U1", comment="needed until noon", run=run)
    assert (
        "Escalated as ticket 1. Rejected: needed until noon"
        in (await harness.output(run, "resolve"))["summary"]
    )
    assert rows(harness, "SELECT command FROM command") == []


async def test_an_hour_of_silence_escalates(harness: Harness) -> None:
    run = await harness.start("incident-response")
    await harness.advance("59m")
    assert (await harness.state(run)).run.state == "waiting"
    await harness.advance("1m")
    assert (await harness.output(run, "escalate"))["why"] == "Nobody on call answered within an hour."


async def test_a_controller_that_sleeps_is_called_again_then_people_are_asked(harness: Harness) -> None:
    run = await harness.start("incident-response", {"device": "fan-21", "metric": "vibration", "value": 90})
    await harness.decide("approval", "approve", as_user="U1", run=run)
    await harness.advance("1m")
    (request,) = await harness.requests()
    assert (request.kind, present(request.failure).attempts) == ("failure", 3)
    await harness.decide(request, "retry", as_user="U1")
    await harness.advance("1m")
    assert (await harness.output(run, "apply_fix"))["command"] == "shut down"
    assert rows(harness, "SELECT count(*) FROM command") == [(1,)]


async def test_skipping_the_fix_is_reported_as_such(harness: Harness) -> None:
    run = await harness.start("incident-response", {"device": "fan-21", "metric": "vibration", "value": 90})
    await harness.decide("approval", "approve", as_user="U1", run=run)
    await harness.advance("1m")
    await harness.decide("apply_fix", "skip", as_user="U1", run=run)
    assert "The fix was skipped." in (await harness.output(run, "resolve"))["summary"]


async def test_a_harmless_reading_asks_nobody(harness: Harness) -> None:
    run = await harness.start("incident-response", {"value": 60})
    assert await harness.requests() == []
    assert "Nothing had to be done." in (await harness.output(run, "resolve"))["summary"]


async def test_an_unknown_device_says_which_there_are(harness: Harness) -> None:
    run = await harness.start("incident-response", {"device": "pmp-07"})
    step = await harness.step(run, "enrich")
    assert step.failure is not None
    assert step.failure.message == "The device database knows no device pmp-07. Did you mean pump-07?"
    assert step.attempt == 1


async def test_an_alert_that_can_not_be_is_refused(harness: Harness) -> None:
    with pytest.raises(InvalidInput, match="metric"):
        await harness.start("incident-response", {"metric": "smell"})


async def test_repeated_alerts_are_counted(harness: Harness) -> None:
    for _ in range(3):
        await harness.start("incident-response", {"device": "press-03", "value": 96})
    run = await harness.start("incident-response", {"device": "press-03", "value": 96})
    assert (await harness.output(run, "enrich"))["alerts_before"] == 3
    assert (await harness.output(run, "diagnosis"))["severity"] == "critical"


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
def test_each_reading_is_diagnosed_as_the_rules_say(
    metric: str, value: float, load: int, spare: str | None, before: int, severity: str, fix: str
) -> None:
    device = PUMP.model_copy(update={"load": load, "spare": spare, "alerts_before": before})
    found = diagnose(metric, value, device)
    assert (found.severity, found.fix) == (severity, fix)
    assert found.why
