"""Alerts: what an author may write, in each form, and the mistakes that are named."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    Alerts,
    ApproverProblem,
    Cron,
    DefinitionErrors,
    QuietHours,
    Registry,
    StaticPeople,
    Workflow,
)
from engine.compiler import compile_workflow
from engine.compiler.dict_form import compile_dict
from engine.kernel.schedules.working_hours import parse, period_end
from engine.model.definition.spec import AlertSpec, StepSpec
from engine.testing import Harness


def declared(alerts: Any, step: Any = None, **options: Any) -> Workflow:
    wf = Workflow("nightly", owner="@platform", channel="#deploys", alerts=alerts, **options)

    @wf.step(alerts=step)
    async def load() -> str:
        return "rows"

    return wf


@pytest.mark.parametrize(
    ("alerts", "problem"),
    [
        ("#incidents", "alerts is '#incidents'."),
        (Alerts(to=["incidents"]), "Alerts' to names 'incidents'"),
        (Alerts(to={"urgent": "#incidents"}), "Alerts' to has the severity 'urgent'."),
        (Alerts(to=[]), "Alerts' to names nobody"),
        (Alerts(to=[f"U{number:03}" for number in range(21)]), "Alerts' to names 21 channels and people."),
        (Alerts(severity="urgent"), "Alerts' severity is 'urgent'."),  # type: ignore[arg-type]
        (Alerts(quiet_hours="22-7"), "Alerts' quiet_hours is '22-7'."),  # type: ignore[arg-type]
        (Alerts(quiet_hours=QuietHours("22:00", "22:00")), "QuietHours: it begins and ends at 22:00."),
        (Alerts(quiet_hours=QuietHours(tz="Berlin")), "QuietHours: 'Berlin' is not a time zone."),
        (Alerts(quiet_hours=QuietHours(tz="approvers")), "QuietHours: 'approvers' is not a time zone."),
        (Alerts(quiet_hours=QuietHours("00:00", "24:00")), "QuietHours never end."),
    ],
)
def test_a_mistake_in_alerts_is_named_on_a_workflow_and_on_a_step(alerts: Any, problem: str) -> None:
    for workflow in (declared(alerts), declared(None, alerts)):
        with pytest.raises(DefinitionErrors) as raised:
            compile_workflow(workflow)
        assert problem in str(raised.value)


def test_a_definition_without_alerts_keeps_its_digest() -> None:
    definition = compile_workflow(declared(None)).definition
    assert b"alerts" not in definition.canonical()


def test_what_a_step_leaves_out_is_as_the_workflow_says() -> None:
    base = Alerts(to={"high": ["#incidents"], "low": "#plant"}, quiet_hours=QuietHours())
    definition = compile_workflow(declared(base, Alerts(severity="high"))).definition
    (step,) = definition.nodes
    assert isinstance(step, StepSpec)
    assert definition.alerts is not None
    assert step.alerts == AlertSpec(
        severity="high", to={"high": ("#incidents",), "low": ("#plant",)}, quiet=definition.alerts.quiet
    )


def test_the_zone_of_quiet_hours_is_that_of_the_first_schedule() -> None:
    cron = Cron("0 2 * * *", tz="Asia/Tokyo")
    spec = compile_workflow(declared(Alerts(quiet_hours=QuietHours()), triggers=[cron])).definition.alerts
    assert spec is not None
    assert spec.quiet is not None
    assert spec.quiet.tz == "Asia/Tokyo"


def test_the_dict_form_has_the_same_alerts() -> None:
    class Service:
        async def load(self) -> str:
            return "rows"

    registry = Registry()
    registry.add("warehouse", Service())
    quiet = {"start": "21:00", "end": "06:00", "tz": "Europe/Berlin"}
    written = {
        "id": "nightly",
        "owner": "@platform",
        "alerts": {"to": {"high": ["#incidents"]}, "quiet_hours": quiet},
        "tasks": [
            {"id": "load", "service": "warehouse", "action": "load", "alerts": {"severity": "high"}},
        ],
    }
    definition = compile_dict(written, registry, None).definition
    same = compile_workflow(
        declared(
            Alerts(to={"high": ["#incidents"]}, quiet_hours=QuietHours("21:00", "06:00", tz="Europe/Berlin")),
            Alerts(severity="high"),
        )
    ).definition
    assert definition.alerts == same.alerts
    (mine,), (theirs,) = definition.nodes, same.nodes
    assert isinstance(mine, StepSpec)
    assert isinstance(theirs, StepSpec)
    assert mine.alerts == theirs.alerts


@given(
    st.integers(0, 365 * 24 * 60),
    st.integers(0, 1439),
    st.integers(1, 1439),
    st.sets(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1),
)
def test_quiet_hours_hold_until_the_first_moment_outside_them(
    minute: int, start: int, length: int, days: set[str]
) -> None:
    end = (start + length) % 1440
    hours = parse(
        ",".join(sorted(days)),
        f"{start // 60:02}:{start % 60:02}",
        f"{end // 60:02}:{end % 60:02}",
        "Europe/Berlin",
        [],
    )
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    until = period_end(now, hours)
    if until is None:
        return
    assert now < until <= now + timedelta(days=9)
    assert period_end(until, hours) is None
    assert period_end(until - timedelta(microseconds=1), hours) == until


async def test_channels_and_people_that_do_not_exist_are_told_at_the_start() -> None:
    people = StaticPeople(groups={"platform": ["U1"]})
    alerts = Alerts(to=["@nobody-there", "@platform"])
    async with Harness(declared(alerts), people=people) as harness:
        finding = await harness.engine.approver_review.finding()
        assert isinstance(finding, ApproverProblem)
        assert finding.text.startswith("Its alerts go to @nobody-there. There is no group called")
        assert finding.workflow == "nightly"


async def test_places_of_may_notify_that_do_not_exist_are_told_at_the_start() -> None:
    nightly = Workflow("nightly", owner="U1", may_notify=["@platform", "@nobody-there", "#nowhere"])

    @nightly.step
    async def work() -> None: ...

    async with Harness(nightly, people=StaticPeople(groups={"platform": ["U1"]})) as harness:
        texts = [(await harness.engine.approver_review.finding()).text for _ in range(2)]
        assert texts[0].startswith("Its steps may post to @nobody-there. There is no group called")
        assert texts[1].startswith("Its steps may post to #nowhere. Signoff cannot see #nowhere")


async def test_a_channel_that_is_not_found_is_told_at_the_start_with_the_remedy() -> None:
    nightly = Workflow("nightly", owner="U1", channel="#plnt")

    @nightly.step
    async def work() -> None: ...

    async with Harness(nightly, people=StaticPeople(groups={"platform": ["U1"]})) as harness:
        text = (await harness.engine.approver_review.finding()).text
        assert text.startswith("Its messages go to #plnt. Signoff cannot see #plnt")
        assert text.endswith("Correct channel=, create the channel, or invite the bot to it.")
