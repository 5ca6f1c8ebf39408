"""Metrics: what runs and requests count as, who may read them, and what the shipped rules ask for."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import promql_parser
import pytest
import yaml
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from bot.http.metrics import MetricsDoor
from bot.http.server import build_server
from bot.metrics.catalog import CATALOG
from bot.metrics.from_events import measured
from bot.metrics.instruments import CONTENT_TYPE, MAX_SERIES, Instruments
from bot.metrics.of_member import MemberMetrics
from bot.metrics.service import Metrics
from bot.serving.event_follower import EventFollower
from engine import EventRecord, FakeClock, Person, StaticPeople
from engine.model.people import ENGINE
from engine.relay import RelayState, Wish
from signoff import Fatal, Resource, Retry, Workflow
from signoff.testing import Harness
from tests.test_repository import ROOT

CAROL = "U03CAROL"
PEOPLE = StaticPeople([Person(CAROL, "Carol")], groups={"managers": [CAROL], "platform": [CAROL]})
Samples = Mapping[tuple[str, tuple[str, ...]], float]


def ship() -> Workflow:
    flow = Workflow("ship", owner="@platform", channel="#deploys")
    failed: list[str] = []

    @flow.step(retry=Retry(attempts=2, delay="1s"), uses=[Resource("registry", at_once=2)])
    async def build() -> str:
        if not failed:
            failed.append("once")
            raise ConnectionError("down")
        return "built"

    go = flow.approval("go", ask="Ship?", approvers=["@managers"], show=["build"], expires="4h")

    @flow.step(when=go.approved)
    async def release(build: str) -> str:
        raise Fatal("the gateway is gone")

    return flow


async def no_problems() -> Mapping[str, str]:
    return {}


def samples(text: bytes) -> Samples:
    """Return each value by its name and its labels, in the order of their names."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


@pytest.fixture
async def harness() -> AsyncIterator[Harness]:
    async with Harness(ship(), people=PEOPLE) as harness:
        yield harness


async def following(metrics: Metrics, harness: Harness) -> tuple[EventFollower, "asyncio.Task[None]"]:
    follower = EventFollower(harness.engine, metrics.take)
    await follower.begin()
    return follower, asyncio.create_task(follower.run())


async def counted(metrics: Metrics, follower: EventFollower, harness: Harness) -> Samples:
    await harness.run_until_idle()
    await follower.until(await harness.engine.events.newest())
    return samples(await metrics.text())


async def test_a_run_counts_with_its_steps_requests_and_times(harness: Harness) -> None:
    metrics = Metrics(harness.engine, no_problems)
    follower, task = await following(metrics, harness)
    await harness.start("ship")
    await harness.advance("10s")
    waiting = await counted(metrics, follower, harness)
    assert waiting["signoff_runs", ("waiting", "ship")] == 1
    assert waiting["signoff_requests_open", ("approval", "ship")] == 1
    assert waiting["signoff_resource_in_use", ("registry",)] == 0
    assert waiting["signoff_ready", ()] == 1
    await harness.advance("50s")
    await harness.decide("go", "approve", as_user=CAROL)
    await harness.run_until_idle()
    await harness.decide("release", "abort", as_user=CAROL, comment="no")
    found = await counted(metrics, follower, harness)
    assert found["signoff_runs_started_total", ("manual", "ship")] == 1
    assert found["signoff_runs_ended_total", ("failed", "ship")] == 1
    assert found["signoff_attempts_total", ("retried", "build", "ship")] == 1
    assert found["signoff_attempts_total", ("succeeded", "build", "ship")] == 1
    assert found["signoff_step_seconds_count", ("build", "ship")] == 1
    assert found["signoff_requests_opened_total", ("approval", "ship")] == 1
    assert found["signoff_requests_ended_total", ("approval", "approved", "ship")] == 1
    assert found["signoff_decisions_total", ("abort", "failure", "ship")] == 1
    assert found["signoff_run_seconds_sum", ("failed", "ship")] == pytest.approx(60, abs=2)
    assert found["signoff_decide_seconds_sum", ("approval", "ship")] == pytest.approx(59, abs=2)
    assert ("signoff_runs", ("waiting", "ship")) not in found
    task.cancel()


async def test_a_time_that_began_before_the_process_is_measured_too(harness: Harness) -> None:
    await harness.start("ship")
    await harness.advance("1h")
    metrics = Metrics(harness.engine, no_problems)
    follower, task = await following(metrics, harness)
    await harness.decide("go", "approve", as_user=CAROL)
    found = await counted(metrics, follower, harness)
    assert found["signoff_decide_seconds_sum", ("approval", "ship")] == pytest.approx(3599, abs=2)
    assert ("signoff_runs_started_total", ("manual", "ship")) not in found
    task.cancel()


async def test_an_event_that_cannot_be_counted_stops_nothing(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    counted: list[int] = []

    async def odd(event: EventRecord) -> None:
        if event.type == "run.created":
            raise AttributeError("odd")
        counted.append(event.seq)

    follower = EventFollower(harness.engine, odd)
    await follower.begin()
    task = asyncio.create_task(follower.run())
    await harness.start("ship")
    newest = await harness.engine.events.newest()
    await follower.until(newest)
    task.cancel()
    assert newest in counted
    assert "was left out of metrics or the log" in caplog.text


async def test_problems_are_named_and_the_gone_ones_are_not(harness: Harness) -> None:
    problems: dict[str, str] = {"slack": "no connection"}

    async def found() -> Mapping[str, str]:
        return problems

    metrics = Metrics(harness.engine, found)
    before = samples(await metrics.text())
    assert (before["signoff_ready", ()], before["signoff_problem", ("slack",)]) == (0, 1)
    problems.clear()
    after = samples(await metrics.text())
    assert after["signoff_ready", ()] == 1
    assert ("signoff_problem", ("slack",)) not in after


async def test_metrics_need_their_token() -> None:
    async def text() -> bytes:
        return b"signoff_ready 1.0\n"

    harness_clock: Any = None
    app = build_server(
        problems=no_problems, clock=harness_clock, metrics=MetricsDoor(text, CONTENT_TYPE, "t" * 30)
    )
    async with TestClient(TestServer(app)) as client:
        for header in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "t" * 30}):
            refused = await client.get("/metrics", headers=header)
            assert refused.status == 401
            assert "SIGNOFF_METRICS_TOKEN" in await refused.text()
        given = await client.get("/metrics", headers={"Authorization": f"Bearer {'t' * 30}"})
        assert (given.status, await given.read()) == (200, b"signoff_ready 1.0\n")
        assert given.headers["Content-Type"] == CONTENT_TYPE


async def test_there_are_no_metrics_unless_they_are_on() -> None:
    clock: Any = None
    async with TestClient(TestServer(build_server(problems=no_problems, clock=clock))) as client:
        assert (await client.get("/metrics")).status == 404


def test_a_metric_has_a_bounded_number_of_series() -> None:
    instruments = Instruments()
    for number in range(MAX_SERIES + 50):
        instruments.add("signoff_runs_ended", (f"flow-{number}", "failed"), 1)
    found = samples(instruments.text())
    ended = {labels: value for (name, labels), value in found.items() if name == "signoff_runs_ended_total"}
    assert len(ended) == MAX_SERIES + 1
    assert ended["other", "other"] == 50


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
)


class Leader:
    """Answers what is relayed after a second, or not."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.state: RelayState = "answered"

    async def ask(self, wish: Wish) -> tuple[RelayState, str]:
        self._clock.advance(timedelta(seconds=1))
        return self.state, ""


async def test_a_member_counts_what_it_relays_and_warns_of_what_had_no_answer() -> None:
    clock = FakeClock()
    leader = Leader(clock)
    member = MemberMetrics(leader, clock)
    await member.ask(Wish("a", "slack", "", 2.3))
    assert not member.warning
    leader.state = "withdrawn"
    await member.ask(Wish("b", "http", "", 5))
    assert member.warning.startswith("1 request that this process relayed")
    found = samples(await member.text(no_problems))
    assert found["signoff_relayed_total", ("slack", "answered")] == 1
    assert found["signoff_relayed_total", ("http", "withdrawn")] == 1
    assert found["signoff_relay_seconds_sum", ("slack",)] == pytest.approx(1)
    assert ("signoff_relay_seconds_sum", ("http",)) not in found
    assert (found["signoff_ready", ()], found["signoff_leads", ()]) == (1, 0)
    clock.advance(timedelta(seconds=61))
    assert not member.warning


LABELS = {metric.name: metric.labels for metric in CATALOG}


@given(
    st.sampled_from([
        "run.created", "run.failed", "step.succeeded", "step.retrying", "request.opened", "request.decision",
        "request.decided", "run.noted",
    ]),
    st.dictionaries(st.sampled_from(["trigger", "kind", "choice", "outcome", "seconds"]), JSON),
    st.none() | st.text(max_size=10),
)  # fmt: skip
@settings(deadline=None)
def test_any_event_is_counted_under_labels_of_the_catalog(
    type_: str, data: dict[str, Any], name: str | None
) -> None:
    event = EventRecord(1, type_, datetime(2026, 1, 5, tzinfo=UTC), ENGINE, "r", name, name, None, None, data)
    for found in measured(event):
        assert len(found.labels) == len(LABELS[found.metric])
        assert all(isinstance(label, str) for label in found.labels)


def names_in(expression: str) -> set[str]:
    """Return the names of the metrics in an expression of PromQL. Raises for one that is not valid."""
    promql_parser.parse(expression.replace("$__rate_interval", "5m"))
    return set(re.findall(r"\bsignoff_\w+", expression))


def queryable() -> set[str]:
    histograms = {metric.name for metric in CATALOG if metric.kind == "histogram"}
    return {metric.shown_as for metric in CATALOG} | {
        f"{name}_{part}" for name in histograms for part in ("bucket", "sum", "count")
    }


def test_the_rules_and_the_dashboard_ask_for_metrics_that_there_are() -> None:
    rules = yaml.safe_load((ROOT / "deploy/monitoring/signoff-rules.yaml").read_text("utf-8"))
    board = json.loads((ROOT / "deploy/monitoring/signoff-dashboard.json").read_text("utf-8"))
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    asked += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert len(asked) >= 20
    assert {name for expression in asked for name in names_in(expression)} <= queryable()


def test_the_rules_say_what_is_wrong_and_what_to_look_at() -> None:
    rules = yaml.safe_load((ROOT / "deploy/monitoring/signoff-rules.yaml").read_text("utf-8"))
    for rule in rules["groups"][0]["rules"]:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "description"}


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    board = json.loads((ROOT / "deploy/monitoring/signoff-dashboard.json").read_text("utf-8"))
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in board["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_the_guide_lists_every_metric_with_its_labels() -> None:
    guide = (ROOT / "docs/guides/metrics.md").read_text("utf-8")
    rows = re.findall(r"^\| `(signoff_\w+)` \| (\w+) \| ([^|]*) \| [^|]+ \|$", guide, re.MULTILINE)
    listed = {(name, kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    assert listed == {(metric.shown_as, metric.kind, metric.labels) for metric in CATALOG}


def test_an_unknown_trigger_counts_as_other() -> None:
    data = {"trigger": "anything:at all"}
    event = EventRecord(
        1, "run.created", datetime(2026, 1, 5, tzinfo=UTC), ENGINE, "r", "ship", None, None, None, data
    )
    (found,) = measured(event)
    assert found.labels == ("ship", "other")
