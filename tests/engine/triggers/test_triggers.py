"""Triggers that observe facts: which facts are one, and workflows that start when others end."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import (
    Actor,
    AfterRun,
    Cron,
    DefinitionErrors,
    FakeClock,
    FileArrival,
    NotPossible,
    Once,
    OnEvent,
    QueryChange,
    StaticPeople,
    UnknownWorkflow,
    Webhook,
    Workflow,
    fact,
)
from engine.compiler import compile_workflow
from engine.model.definition.trigger_spec import CronSpec
from engine.runtime.runs.admission import Backfill
from engine.store import queries
from engine.store.work import Connection
from engine.store.writes import trigger_facts
from engine.testing import Harness

WAITING = "SELECT workflow, key, fact FROM trigger_fact WHERE due_at IS NOT NULL"
SQL = "SELECT id FROM orders WHERE id > :cursor ORDER BY id"


class Alert(BaseModel):
    service: str
    note: str = ""


def taking(name: str, *triggers: Any, **options: Any) -> Workflow:
    workflow = Workflow(name, owner="@on-call", input=Alert, triggers=triggers, **options)

    @workflow.step
    async def act(input: Alert) -> str:
        return input.service

    return workflow


def failing(name: str, *triggers: Any) -> Workflow:
    workflow = Workflow(name, owner="@on-call", triggers=triggers, on_failure="fail")

    @workflow.step
    async def build() -> dict[str, str]:
        return {"version": "1.4.2"}

    @workflow.step
    async def ship(build: dict[str, str]) -> None:
        raise RuntimeError("the registry does not answer")

    return workflow


def passing(name: str, *triggers: Any) -> Workflow:
    workflow = Workflow(name, owner="@on-call", triggers=triggers)

    @workflow.step
    async def build() -> dict[str, str]:
        return {"version": "1.4.2"}

    return workflow


def hook(**options: Any) -> Webhook:
    mapping = {"service": "{payload.service}", "note": "{payload.note?}"}
    return Webhook("alerts", secret="ALERTS_SECRET", input=mapping, **options)


def problems(workflow: Workflow) -> list[str]:
    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(workflow)
    return [f"{error.problem} {error.remedy}" for error in raised.value.errors]


# Which facts are one


async def test_deliveries_with_one_value_of_dedup_start_one_run() -> None:
    async with Harness(taking("incident", hook(dedup="{payload.service}"))) as harness:
        first = await harness.deliver("alerts", {"service": "checkout", "note": "a"})
        again = await harness.deliver("alerts", {"service": "checkout", "note": "b"})
        other = await harness.deliver("alerts", {"service": "search"})
        assert (again.state, again.run_id, other.state) == ("repeated", first.run_id, "started")


async def test_a_value_of_dedup_starts_a_run_again_when_its_time_is_over() -> None:
    trigger = hook(dedup="{payload.service}", dedup_within="1h")
    async with Harness(taking("incident", trigger)) as harness:
        first = await harness.deliver("alerts", {"service": "checkout", "note": "a"})
        await harness.advance("59m")
        early = await harness.deliver("alerts", {"service": "checkout", "note": "b"})
        await harness.advance("1m")
        later = await harness.deliver("alerts", {"service": "checkout", "note": "c"})
        assert (first.state, early.state, later.state) == ("started", "repeated", "started")
        # The delivery that was one with the first stays so, whenever its sender repeats it.
        assert (await harness.deliver("alerts", {"service": "checkout", "note": "b"})).run_id == first.run_id
        assert (await harness.deliver("alerts", {"service": "checkout", "note": "a"})).run_id == first.run_id
        assert len(await harness.runs()) == 2


async def test_a_burst_starts_one_run_with_the_newest_input_when_it_is_over() -> None:
    async with Harness(taking("incident", hook(debounce="30s"))) as harness:
        first = await harness.deliver("alerts", {"service": "checkout", "note": "a"})
        assert (first.state, first.due_at) == ("waiting", harness.clock.now() + timedelta(seconds=30))
        await harness.advance("29s")
        second = await harness.deliver("alerts", {"service": "checkout", "note": "b"})
        assert (second.run_id, await harness.runs()) == (first.run_id, [])
        await harness.advance("29s")
        assert await harness.runs() == []
        await harness.advance("1s")
        (run,) = await harness.runs()
        assert (run.id, run.input, run.state) == (
            first.run_id,
            {"service": "checkout", "note": "b"},
            "succeeded",
        )
        again = await harness.deliver("alerts", {"service": "checkout", "note": "a"})
        assert (again.state, again.run_id) == ("repeated", first.run_id)
        await harness.deliver("alerts", {"service": "checkout", "note": "c"})
        await harness.advance("30s")
        assert len(await harness.runs()) == 2


async def test_a_burst_whose_run_is_skipped_by_overlap_is_told_so_until_a_fact_starts_a_run() -> None:
    workflow = taking("incident", hook(debounce="30s"), max_active_runs=1, overlap="skip")
    workflow.approval("go", ask="Go?", approvers=["@data"], expires="9d", advisory=True)
    async with Harness(workflow) as harness:
        engine = harness.engine
        for note in "ab":
            await harness.deliver("alerts", {"service": "checkout", "note": note})
            await harness.advance("30s")
        (run,) = await harness.runs()
        (trigger,) = await engine._store.read(queries.schedules)
        assert (trigger.trouble.misfits, trigger.trouble.skipped_at) == (0, harness.clock.now())
        types = [event.type for event in await engine.events.read(0, 5000)]
        assert (types.count("trigger.skipped"), types.count("trigger.refused")) == (1, 0)
        await engine.cancel(run.id, actor=Actor("cli", "root"))
        await harness.deliver("alerts", {"service": "checkout", "note": "c"})
        await harness.advance("30s")
        assert [each.input["note"] for each in await harness.runs()] == ["c", "a"]
        (trigger,) = await engine._store.read(queries.schedules)
        assert trigger.trouble.skipped_at is None


async def test_bursts_of_different_values_of_dedup_wait_apart() -> None:
    trigger = hook(debounce="30s", dedup="{payload.service}")
    async with Harness(taking("incident", trigger)) as harness:
        for service in ("checkout", "search", "checkout"):
            await harness.deliver("alerts", {"service": service, "note": str(harness.clock.now())})
            await harness.advance("10s")
        await harness.advance("1m")
        assert sorted(run.input["service"] for run in await harness.runs()) == ["checkout", "search"]


async def test_a_burst_ends_after_a_restart(tmp_path: Path) -> None:
    workflow, clock = taking("incident", hook(debounce="30s")), FakeClock()
    async with Harness(workflow, folder=tmp_path, clock=clock) as harness:
        waiting = await harness.deliver("alerts", {"service": "checkout"})
    clock.move_to(clock.now() + timedelta(hours=1))
    async with Harness(workflow, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        assert [run.id for run in await harness.runs()] == [waiting.run_id]


async def test_a_fact_that_joins_while_a_burst_ends_is_not_lost() -> None:
    async with Harness(taking("incident", hook(debounce="30s"))) as harness:
        await harness.deliver("alerts", {"service": "checkout", "note": "a"})
        store = harness.engine._store
        original = store.commit
        joined: list[bool] = []

        def join(connection: Connection) -> None:
            now, values = harness.clock.now(), '{"service":"checkout","note":"b"}'
            workflow, key, burst = connection.execute(WAITING).fetchone()
            due = now + timedelta(seconds=30)
            trigger_facts.hold(connection, workflow, key, burst, "fact:b", "", now, due, values, store._seal)

        def commit(change: Any, *more: Any) -> None:
            if change.fired is not None and not joined:
                joined.append(True)
                assert store._writer.submit(join)
            original(change, *more)

        store.commit = commit  # type: ignore[assignment,method-assign]
        await harness.advance("30s")
        assert (joined, await harness.runs()) == ([True], [])
        await harness.advance("30s")
        assert [run.input["note"] for run in await harness.runs()] == ["b"]


# One workflow after another


async def test_a_workflow_starts_after_another_one_has_failed() -> None:
    handler = taking(
        "handler",
        OnEvent(
            "run.failed",
            workflow="deploy",
            input={"service": "{run.workflow}", "note": "{run.reason} ({steps.build.version})"},
        ),
    )
    async with Harness(failing("deploy"), failing("other"), handler) as harness:
        failed = await harness.start("deploy")
        await harness.start("other")
        (run,) = await harness.runs("handler")
        assert run.input == {
            "service": "deploy",
            "note": "ship failed: the registry does not answer (1.4.2)",
        }, run.input
        assert run.actor == Actor("event", failed.id)


async def test_a_chain_of_workflows_runs_to_its_end_once() -> None:
    one = passing("one")
    two = passing("two", AfterRun(one))
    three = passing("three", AfterRun("two", state=["succeeded", "failed"]))
    async with Harness(one, two, three) as harness:
        await harness.start("one")
        assert sorted(run.workflow for run in await harness.runs()) == ["one", "three", "two"]


async def test_workflows_that_start_each_other_stop_and_it_is_told() -> None:
    one, two = passing("one", AfterRun("two")), passing("two", AfterRun("one"))
    async with Harness(one, two) as harness:
        await harness.start("one")
        assert sorted(run.workflow for run in await harness.runs()) == ["one", "two"]
        (refused,) = [each for each in await harness.engine.events.read(0) if each.type == "trigger.refused"]
        assert (refused.data["workflow"], "could go on forever" in refused.data["reason"]) == ("one", True)


async def test_a_handler_of_every_failure_is_not_started_by_its_own() -> None:
    async with Harness(failing("deploy"), failing("handler", OnEvent("run.failed"))) as harness:
        await harness.start("deploy")
        assert sorted(run.workflow for run in await harness.runs()) == ["deploy", "handler"]


async def test_an_event_that_the_process_did_not_get_to_is_taken_once_later(tmp_path: Path) -> None:
    one, two, clock = passing("one"), passing("two", AfterRun("one")), FakeClock()
    async with Harness(one, two, folder=tmp_path, clock=clock) as harness:
        harness.engine._parts.timing.observers.notice = lambda: None  # type: ignore[method-assign]
        first = await harness.start("one")
        assert await harness.runs("two") == []
    for _ in range(2):
        async with Harness(one, two, folder=tmp_path, clock=clock) as harness:
            await harness.run_until_idle()
            assert [run.actor.id for run in await harness.runs("two")] == [first.id]


async def test_a_new_trigger_of_events_begins_with_the_events_to_come(tmp_path: Path) -> None:
    one, two, clock = passing("one"), passing("two", AfterRun("one")), FakeClock()
    async with Harness(one, folder=tmp_path, clock=clock) as harness:
        await harness.start("one")
    async with Harness(one, two, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        assert await harness.runs("two") == []


async def test_an_event_that_does_not_fit_is_told_and_the_next_one_is_taken() -> None:
    handler = taking("handler", AfterRun("one", input={"service": "{steps.build.region}"}))
    good = taking("good", AfterRun("one", input={"service": "{steps.build.version}"}))
    async with Harness(passing("one"), handler, good) as harness:
        await harness.start("one")
        assert sorted(run.workflow for run in await harness.runs()) == ["good", "one"]
        (refused,) = [each for each in await harness.engine.events.read(0) if each.type == "trigger.refused"]
        assert "{steps.build.region} is missing" in refused.data["reason"]


async def test_events_while_a_trigger_is_off_start_nothing_later() -> None:
    async with Harness(passing("one"), passing("two", AfterRun("one"))) as harness:
        actor = Actor("cli", "root")
        await harness.engine.set_schedule("two", None, False, actor=actor)
        await harness.start("one")
        await harness.engine.set_schedule("two", None, True, actor=actor)
        assert await harness.runs("two") == []
        await harness.start("one")
        assert len(await harness.runs("two")) == 1


async def test_a_filter_of_events_reads_the_run() -> None:
    handler = taking(
        "handler",
        AfterRun(
            "deploy", filter=fact.run.input.service == "checkout", input={"service": "{run.input.service}"}
        ),
    )
    async with Harness(taking("deploy"), handler) as harness:
        for service in ("search", "checkout"):
            await harness.start("deploy", {"service": service})
        assert [run.input for run in await harness.runs("handler")] == [{"service": "checkout", "note": ""}]


# Once


@pytest.mark.parametrize(
    ("at", "tz"),
    [
        ("2026-01-05T12:00", "UTC"),
        ("2026-01-05T13:00", "Europe/Berlin"),
        ("2026-01-05T13:00+01:00", "UTC"),
        (datetime(2026, 1, 5, 12, tzinfo=UTC), "UTC"),
    ],
)
async def test_a_moment_starts_one_run(at: Any, tz: str) -> None:
    async with Harness(passing("migrate", Once(at, tz=tz))) as harness:
        (row,) = await harness.engine.schedules()
        assert row.description == "once at 2026-01-05 12:00 UTC"
        await harness.advance("2h59m")
        assert await harness.runs() == []
        await harness.advance("48h")
        (run,) = await harness.runs()
        assert (run.id, run.created_at.hour) == ("migrate-once-20260105T120000Z-20260105T120000Z", 12)


async def test_a_moment_that_passed_while_no_process_ran_starts_its_run_then(tmp_path: Path) -> None:
    workflow, clock = (
        passing("migrate", Once("2026-01-05T12:00")),
        FakeClock(datetime(2026, 1, 5, tzinfo=UTC)),
    )
    async with Harness(workflow, folder=tmp_path, clock=clock):
        pass
    clock.move_to(datetime(2026, 3, 1, tzinfo=UTC))
    for _ in range(2):
        async with Harness(workflow, folder=tmp_path, clock=clock) as harness:
            await harness.run_until_idle()
            assert len(await harness.runs()) == 1


async def test_a_moment_in_the_past_of_a_new_workflow_starts_nothing() -> None:
    async with Harness(passing("migrate", Once("2025-01-05T12:00"))) as harness:
        await harness.advance("48h")
        assert await harness.runs() == []


# Mistakes


@pytest.mark.parametrize(
    ("trigger", "problem"),
    [
        (hook(dedup_within="1h"), "dedup_within is given, but dedup is missing."),
        (hook(dedup="{payload.a}", dedup_within="1h", debounce="5s"), "exclude each other."),
        (hook(dedup="{payload.a"), "a brace is not closed"),
        (hook(dedup="{body.a}"), "dedup names {body.a}. There are: payload, headers."),
        (hook(filter=fact.payloud.status == "x"), "filter names payloud. Did you mean payload?"),
        (hook(filter=fact.payload.status), "which is not a condition."),
        (Webhook("a b", secret="S"), "'a b' can't be a webhook's name."),
        (Webhook("a", secret="correct horse"), "secret is not the name of a secret."),
        (Webhook("a", secret="S", signature="md5"), "signature is 'md5'. Use bearer, github,"),  # type: ignore[arg-type]
        (Webhook("a", secret="S", header="X-Sig"), "header is set, and bearer has its own."),
        (Webhook("a", secret="S", max_bytes=0), "max_bytes is 0. Give a number of bytes"),
        (Webhook("a", secret="S", replay="2d"), "replay is '2d'. Give at most 24h."),
        (Webhook("a", secret="S"), "service: "),
        (Webhook("a", secret="S", input={"servce": "{payload.a}"}), "did you mean service?"),
        (Webhook("a", secret="S", input={"service": 3}), "service: "),
        (OnEvent("run.faild"), "event is 'run.faild'. Did you mean run.failed?"),
        (OnEvent("run.failed", workflow="flow"), "OnEvent names its own workflow."),
        (AfterRun("other", state="ended"), "state is 'ended'. There are: succeeded, failed, cancelled."),
        (AfterRun(None), "workflow is None. Give a workflow, or its name."),
        (FileArrival("in", input={"service": "a"}), "folder is 'in'. Give an absolute path"),
        (FileArrival("/in", "a/*", input={"service": "a"}), "pattern is 'a/*'."),
        (FileArrival("/in", input={"service": "{row.a}"}), "input names {row.a}. There are: file."),
        (QueryChange("sqlite:///x", SQL, cursor="id"), "url is not the name of a secret."),
        (QueryChange("URL", "SELECT 1", cursor="id"), "sql is 'SELECT 1', which has no :cursor."),
        (QueryChange("URL", SQL, cursor=""), "cursor is ''. Name a column"),
        (QueryChange("URL", SQL, cursor="id", every="0.1s"), "every"),
        (Once("soon", input={"service": "a"}), "Once's at is 'soon'."),
        (Once("2026-01-05T12:00", tz="Europe/Berln", input={"service": "a"}), "Did you mean Europe/Berlin?"),
    ],
)
def test_a_mistake_in_a_trigger_is_named_with_its_remedy(trigger: Any, problem: str) -> None:
    found = problems(taking("flow", trigger))
    assert any(problem in each for each in found), found
    assert not any("correct horse" in each for each in found)


def test_the_dict_form_makes_the_same_triggers() -> None:
    from engine.authoring.dict_form.problems import Problems
    from engine.authoring.dict_form.trigger_forms import read_trigger

    pairs: list[tuple[Mapping[str, Any], Any]] = [
        (
            {"webhook": "alerts", "secret": "S", "filter": {"field": "payload.status", "value": "firing"}},
            Webhook("alerts", secret="S", filter=fact.payload.status == "firing"),
        ),
        ({"event": "run.failed", "workflow": "deploy"}, OnEvent("run.failed", workflow="deploy")),
        ({"type": "after_run", "after_run": "deploy", "state": "failed"}, AfterRun("deploy", state="failed")),
        (
            {"files": "/srv/in", "pattern": "*.csv", "debounce": "1m"},
            FileArrival("/srv/in", "*.csv", debounce="1m"),
        ),
        ({"query": SQL, "url": "URL", "cursor": "id"}, QueryChange("URL", SQL, cursor="id")),
        ({"once": "2026-01-05T12:00", "tz": "Europe/Berlin"}, Once("2026-01-05T12:00", tz="Europe/Berlin")),
    ]
    for form, trigger in pairs:
        made = read_trigger(Problems("flow", None), form)
        assert repr(made) == repr(trigger)


# Past dates, and runs that take the place of others


class Day(BaseModel):
    day: str


def nightly(**options: Any) -> Workflow:
    trigger = Cron("0 2 * * *", tz="Europe/Berlin", input={"day": "{fire.date}"})
    workflow = Workflow("nightly", owner="@data", input=Day, triggers=[trigger], **options)

    @workflow.step
    async def write(input: Day) -> str:
        return input.day

    return workflow


async def test_a_backfill_starts_a_run_for_each_date_once() -> None:
    async with Harness(nightly(max_active_runs=1)) as harness:
        actor = Actor("cli", "root")
        await harness.advance("24h")  # its own fire of 2026-01-06
        first, last = date(2026, 1, 3), date(2026, 1, 9)
        assert await harness.engine.backfill("nightly", first, last, actor=actor) == Backfill(3, 1, False)
        await harness.run_until_idle()
        days = sorted(run.input["day"] for run in await harness.runs())
        assert days == ["2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06"]
        assert {run.state for run in await harness.runs()} == {"succeeded"}
        assert await harness.engine.backfill("nightly", first, last, actor=actor) == Backfill(0, 4, False)


@pytest.mark.long
async def test_a_backfill_is_bounded_and_goes_on_with_the_rest() -> None:
    async with Harness(nightly(), schedules=False) as harness:
        actor, first, last = Actor("cli", "root"), date(2022, 1, 1), date(2024, 12, 31)
        assert await harness.engine.backfill("nightly", first, last, actor=actor) == Backfill(1000, 0, True)
        assert await harness.engine.backfill("nightly", first, last, actor=actor) == Backfill(96, 1000, False)


@pytest.mark.parametrize(
    ("workflow", "key", "words"),
    [
        (nightly(), "cron:other", "has no cron schedule cron:other."),
        (passing("nightly"), None, "nightly has no cron schedule"),
    ],
)
async def test_a_backfill_of_no_schedule_is_refused(workflow: Workflow, key: Any, words: str) -> None:
    async with Harness(workflow) as harness:
        day = date(2026, 1, 1)
        with pytest.raises(UnknownWorkflow, match=words):
            await harness.engine.backfill("nightly", day, day, key=key, actor=Actor("cli", "root"))


def test_a_misspelled_part_of_a_fire_is_a_mistake() -> None:
    trigger = Cron("0 2 * * *", input={"service": "{fire.dat}"})
    assert any(
        "names {fire.dat}. Did you mean {fire.date}?" in each for each in problems(taking("a", trigger))
    )


async def test_a_newer_run_takes_the_place_of_the_oldest_one() -> None:
    workflow = Workflow("latest", owner="@on-call", max_active_runs=1, overlap="cancel_previous")
    gate = workflow.approval("gate", ask="Go?", approvers=["@on-call"], expires="4h")

    @workflow.step(when=gate.approved)
    async def go() -> None: ...

    people = StaticPeople(groups={"on-call": ["U1"]})
    async with Harness(workflow, people=people) as harness:
        for _ in range(3):
            await harness.start("latest")
            await harness.advance("1s")
        states = [(run.state, run.reason) for run in await harness.runs()]
        assert [state for state, _ in states] == ["waiting", "cancelled", "cancelled"]
        assert states[1][1] == "a newer run of the workflow took its place"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(1, 1, 1), date(1, 1, 2), "0001-01-01 is before 1970. Give a later date."),
        (date(1970, 1, 1), date(9999, 12, 31), "are more than 3,660 days. Give a shorter range."),
        (
            date(9999, 12, 31),
            date(9999, 12, 31),
            "in the future. Give a first date up to 2026-01-05.",
        ),
        (date(2026, 1, 3), date(2026, 1, 2), "2026-01-03 is after 2026-01-02. Give the earlier date first."),
    ],
)
async def test_a_backfill_of_dates_that_nobody_walks_through_is_refused(
    first: date, last: date, words: str
) -> None:
    async with Harness(nightly()) as harness:
        with pytest.raises(NotPossible, match=words):
            await harness.engine.backfill("nightly", first, last, actor=Actor("cli", "root"))


async def test_a_backfill_that_its_filter_holds_back_lets_others_have_their_turn() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    workflow = Workflow("never", owner="@on-call", triggers=[Cron("* * * * *", filter=fact.fire.year == 3)])

    @workflow.step
    async def act() -> str:
        return "done"

    async with Harness(workflow, schedules=False) as harness:
        admission = harness.engine._parts.execution.admission  # it alone, since writes take turns too
        (spec,) = compile_workflow(workflow).definition.triggers
        assert isinstance(spec, CronSpec)
        first, last = harness.clock.now() - timedelta(days=1), harness.clock.now()
        counting = asyncio.create_task(count())
        walked = await admission.backfill("never", spec, first, last, 9, Actor("cli", "root"))
        counting.cancel()
        assert (walked, turns > 20) == (Backfill(0, 0, False), True)
