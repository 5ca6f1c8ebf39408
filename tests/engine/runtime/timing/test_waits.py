"""Nodes that wait as rows: for a duration, a moment or a signal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from engine import Actor, DefinitionError, DefinitionErrors, Registry, Workflow
from engine.authoring.dict_form import from_dict
from engine.compiler import compile_workflow
from engine.model.people import Person, StaticPeople
from engine.testing import Harness

PEOPLE = StaticPeople([Person(id_, id_) for id_ in ("U1", "U2", "U3")], groups={"ops": ["U1"]})
CLI = Actor("cli", "root")
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Plan(BaseModel):
    starts_at: datetime


def sleeping(calls: list[str]) -> Workflow:
    flow = Workflow("cool", owner="@ops")

    @flow.step
    async def first() -> str:
        calls.append("first")
        return "done"

    flow.sleep("cool_down", "2h", after=[first])

    @flow.step
    async def second(cool_down: datetime, first: str) -> str:
        calls.append("second")
        return cool_down.isoformat()

    return flow


async def test_a_sleep_is_a_row_and_gives_the_moment_at_which_it_ended() -> None:
    calls: list[str] = []
    async with Harness(sleeping(calls), people=PEOPLE) as harness:
        run = await harness.start("cool")
        state = (await harness.state(run)).run
        assert (state.state, state.reason) == ("waiting", "waits until 2026-01-05 11:00 UTC at cool-down")
        assert harness.engine._parts.execution.runs.in_memory == 0
        await harness.advance("1h59m")
        assert calls == ["first"]
        await harness.advance("1m")
        assert await harness.output(run, "second") == "2026-01-05T11:00:00+00:00"
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_sleep_goes_on_while_no_process_runs(tmp_path: Path) -> None:
    calls: list[str] = []
    async with Harness(sleeping(calls), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("cool")
        clock = harness.clock
    clock.move_to(clock.now() + timedelta(hours=3))
    async with Harness(sleeping(calls), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        assert calls == ["first", "second"]
        assert await harness.output(run, "cool_down") == "2026-01-05T11:00:00+00:00"


async def test_time_passes_for_a_sleep_while_its_run_is_paused_and_nothing_starts() -> None:
    calls: list[str] = []
    async with Harness(sleeping(calls), people=PEOPLE) as harness:
        run = await harness.start("cool")
        await harness.engine.control.pause_run(run.id, actor=CLI)
        await harness.advance("3h")
        assert (await harness.step(run, "cool_down")).state == "succeeded"
        assert calls == ["first"]
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.run_until_idle()
        assert calls == ["first", "second"]


async def test_a_paused_run_begins_no_wait_before_it_is_resumed() -> None:
    flow = Workflow("twice", owner="@ops")
    one = flow.sleep("one", "1h")
    flow.sleep("two", "1h", after=[one])
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("twice")
        await harness.engine.control.pause_run(run.id, actor=CLI)
        await harness.advance("5h")
        assert (await harness.step(run, "two")).state == "pending"
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.advance("1h")
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_person_ends_a_sleep_by_skipping_it() -> None:
    calls: list[str] = []
    flow = sleeping(calls)

    @flow.step
    async def last(cool_down: datetime | None) -> str:
        return str(cool_down)

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("cool")
        await harness.engine.control.skip(run.id, "cool_down", "no need", actor=Actor("slack", "U1"))
        await harness.run_until_idle()
        assert await harness.output(run, "last") == "None"
        assert (await harness.step(run, "second")).state == "skipped"
        assert await harness.engine.next_due() is None


async def test_a_cancelled_run_leaves_no_wait() -> None:
    async with Harness(sleeping([]), people=PEOPLE) as harness:
        run = await harness.start("cool")
        await harness.engine.cancel(run.id, actor=CLI)
        assert (await harness.step(run, "cool_down")).state == "cancelled"
        assert await harness.engine.next_due() is None
        assert (await harness.engine.audit()).findings == []


def until_planned(moment: str) -> Workflow:
    flow = Workflow("planned", owner="@ops")

    @flow.step
    async def plan() -> dict[str, str]:
        return {"starts_at": moment}

    flow.until("start", at="{plan.starts_at}")

    @flow.step
    async def begin(start: datetime) -> str:
        return start.isoformat()

    return flow


async def test_until_waits_for_the_moment_that_a_step_gave() -> None:
    async with Harness(until_planned("2026-01-05T13:00:00+01:00"), people=PEOPLE) as harness:
        run = await harness.start("planned")
        assert await harness.engine.next_due() == NOON
        await harness.advance("3h")
        assert await harness.output(run, "begin") == NOON.isoformat()


async def test_until_ends_at_once_where_the_moment_has_passed() -> None:
    async with Harness(until_planned("2025-01-01T00:00:00Z"), people=PEOPLE) as harness:
        run = await harness.start("planned")
        assert (await harness.state(run)).run.state == "succeeded"


@pytest.mark.parametrize(
    ("moment", "message"),
    [
        ("2026-01-05T13:00:00", "at: '2026-01-05T13:00:00' names no time zone"),
        ("tomorrow", "at: 'tomorrow' is not a moment such as 2026-01-05T09:00:00+00:00"),
    ],
)
async def test_the_owner_is_asked_about_a_value_that_is_not_a_moment(moment: str, message: str) -> None:
    async with Harness(until_planned(moment), people=PEOPLE) as harness:
        run = await harness.start("planned")
        (request,) = await harness.requests()
        assert (request.kind, request.failure and request.failure.message) == ("failure", message)
        await harness.decide(request, "skip", as_user="U1")
        assert (await harness.step(run, "begin")).state == "skipped"


async def test_until_takes_a_datetime() -> None:
    flow = Workflow("noon", owner="@ops")
    flow.until("start", at=NOON)
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("noon")
        await harness.advance("2h59m")
        assert (await harness.state(run)).run.state == "waiting"
        await harness.advance("1m")
        assert (await harness.state(run)).run.state == "succeeded"


@pytest.mark.parametrize("hours", [-2, 24])
async def test_a_sleep_lasts_as_long_as_it_was_meant_to_when_the_clock_jumps(hours: int) -> None:
    async with Harness(sleeping([]), people=PEOPLE) as harness:
        run = await harness.start("cool")
        await harness.advance("1h")
        harness.clock.jump(timedelta(hours=hours))
        await harness.advance("59m")
        assert (await harness.state(run)).run.state == "waiting"
        await harness.advance("2m")
        assert (await harness.state(run)).run.state == "succeeded"
        assert (await harness.engine.audit()).findings == []


async def test_until_follows_the_clock_when_it_is_set_right() -> None:
    flow = Workflow("noon", owner="@ops")
    flow.until("start", at=NOON)
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("noon")
        harness.clock.jump(timedelta(hours=2))
        await harness.advance("59m")
        assert (await harness.state(run)).run.state == "waiting"
        await harness.advance("2m")
        assert (await harness.state(run)).run.state == "succeeded"


def problems_of(flow: Workflow) -> list[str]:
    with pytest.raises(DefinitionErrors) as caught:
        compile_workflow(flow)
    return [f"{error.problem} {error.remedy}" for error in caught.value.errors]


def test_mistakes_in_waits_are_named_with_their_remedy() -> None:
    flow = Workflow("wrong", owner="@ops")

    @flow.step
    async def plan() -> int:
        return 3

    flow.sleep("short", "2")
    flow.until("naive", at=datetime(2026, 1, 1))  # noqa: DTZ001
    flow.until("number", at="{plan}")
    flow.until("unknown", at="{plam.starts_at}")
    assert problems_of(flow) == [
        'duration is \'2\', which is not a duration. Write it like "30s", "10m", "4h", "3d" or '
        '"1h30m", or as a timedelta.',
        "at is datetime.datetime(2026, 1, 1, 0, 0): '2026-01-01T00:00:00' names no time zone. "
        'Write at="{plan.starts_at}", or a datetime with a time zone.',
        "at names plan, which is int. It must be a datetime.",
        "at names plam.starts_at, but this workflow has no step plam. Did you mean plan?",
    ]


def test_a_wait_alone_is_not_what_an_approval_guards() -> None:
    flow = Workflow("guarded", owner="@ops")
    go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="1d")
    flow.sleep("cool_down", "1h", after=[go])

    @flow.step
    async def act(cool_down: datetime) -> None: ...

    (problem,) = problems_of(flow)
    assert problem.startswith("The approval guards nothing: no step waits for it.")


class Desk:
    def find(self) -> str:
        return "lamp"

    def buy(self, data: str) -> str:
        return f"bought {data}"


async def test_a_task_in_dict_form_waits_and_passes_on_what_came_before_it() -> None:
    buying = {
        "id": "buying",
        "owner": "@ops",
        "tasks": [
            {"id": "find", "service": "desk", "action": "find"},
            {"id": "rest", "sleep": "1h", "title": "A rest"},
            {"id": "noon", "until": "2026-01-05T12:00:00Z"},
            {"id": "buy", "service": "desk", "action": "buy"},
        ],
    }
    registry = Registry()
    registry.add("desk", Desk())
    async with Harness(buying, people=PEOPLE, registry=registry) as harness:
        run = await harness.start("buying")
        await harness.advance("2h")
        assert (await harness.step(run, "buy")).state == "pending"
        await harness.advance("1h")
        assert await harness.output(run, "buy") == "bought lamp"


def test_a_wait_in_dict_form_refuses_what_only_a_call_takes() -> None:
    task = {"id": "rest", "sleep": "1h", "service": "desk"}
    with pytest.raises(DefinitionError, match="which a task with 'sleep' does not take"):
        from_dict({"id": "buying", "owner": "@ops", "tasks": [task]}, Registry())
