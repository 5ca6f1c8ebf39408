"""Workflows as data: how they run, and every word about one that is wrong."""

from typing import Any

import pytest

from engine import DefinitionError, DefinitionErrors, Outcome, Registry, StaticPeople, StepContext
from engine.authoring.dict_form import from_dict
from engine.compiler import compile_workflow
from engine.testing import Harness


class Intake:
    async def fetch(self) -> int:
        return 3

    def double(self, data: int, ctx: StepContext) -> int:
        ctx.log(f"doubling {data}")
        return 2 * data

    def tell(self, data: int, outcome: Outcome | None) -> str:
        return f"{data}, {outcome.outcome if outcome else 'nobody was asked'}"

    def tidy(self) -> str:
        return "tidy"


FETCH = {"id": "fetch", "service": "Intake", "action": "fetch"}
DOUBLE = {"id": "double", "agent": "Intake", "action": "double"}
TELL = {"id": "tell", "layer": "Intake", "action": "tell"}
ASK = {"ask": "Go on with {double}?", "approvers": ["@board"], "expires": "1h"}
BOARD = StaticPeople(groups={"board": ["U1"]})


def flow(*tasks: Any, **more: Any) -> dict[str, Any]:
    return {"id": "flow", "owner": "@board", "tasks": list(tasks), **more}


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.add("Intake", Intake())
    return registry


async def test_each_task_gets_what_the_one_before_gave(registry: Registry) -> None:
    async with Harness(flow(FETCH, DOUBLE), registry=registry) as harness:
        run = await harness.start("flow")
        assert await harness.output(run, "double") == 6
        assert (await harness.step(run, "double")).log == ("doubling 3",)


@pytest.mark.parametrize(("answer", "state"), [("approve", "succeeded"), ("reject", "skipped")])
async def test_an_approval_guards_the_tasks_after_it(registry: Registry, answer: str, state: str) -> None:
    tidy = {"id": "tidy", "service": "Intake", "action": "tidy"}
    definition = flow(FETCH, DOUBLE, {"id": "ask", "approval": ASK}, tidy)
    async with Harness(definition, registry=registry, people=BOARD) as harness:
        run = await harness.start("flow")
        (request,) = await harness.requests()
        assert request.ask == "Go on with 6?"
        await harness.decide(request, answer, as_user="U1", comment="so")
        assert (await harness.step(run, "tidy")).state == state


@pytest.mark.parametrize(("least", "answers"), [(5, ["approve"]), (5, ["reject"]), (9, [])])
async def test_a_task_after_an_advisory_approval_gets_its_outcome(
    registry: Registry, least: int, answers: list[str]
) -> None:
    when = {"field": "size", "op": ">", "value": least}
    ask = {**ASK, "ask": "Go on?", "advisory": True, "when": when}
    definition = flow(FETCH, SIZED, {"id": "ask", "approval": ask}, TELL_SIZE)
    registry.add("Sizing", Sizing())
    async with Harness(definition, registry=registry, people=BOARD) as harness:
        run = await harness.start("flow")
        for answer in answers:
            await harness.decide("ask", answer, as_user="U1", comment="so")
        word = {"approve": "approved", "reject": "rejected"}[answers[0]] if answers else "nobody was asked"
        assert await harness.output(run, "tell") == f"6, {word}"


class Sizing:
    def size(self, data: int) -> dict[str, int]:
        return {"size": 2 * data}

    def tell(self, data: dict[str, int], outcome: Outcome | None) -> str:
        return f"{data['size']}, {outcome.outcome if outcome else 'nobody was asked'}"


SIZED = {"id": "size", "agent": "Sizing", "action": "size"}
TELL_SIZE = {"id": "tell", "layer": "Sizing", "action": "tell"}


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (flow(), 'The workflow has no tasks. Give "tasks"'),
        ({"id": "flow", "tasks": [FETCH]}, "The workflow has no 'owner'. Give \"owner\""),
        (flow(FETCH, ownr="@x"), "The workflow has 'ownr', which is not an option here. Did you mean owner?"),
        (flow(FETCH, trigger="daily"), "The trigger is 'daily'. Write it as a dict."),
        (
            flow(FETCH, trigger={"type": "cron"}),
            "type is 'cron'. Use schedule, interval, once, webhook, event, after_run, files, query or ",
        ),
        (flow(FETCH, trigger={"type": "schedule"}), "The trigger has no 'cron'."),
        (flow(FETCH, trigger={"type": "interval"}), 'The trigger has no \'every\'. Give "every": "5m".'),
        (flow(FETCH, trigger={"type": "schedule", "cron": "0 25 * * *"}), "The hour '25' is invalid"),
        (flow("fetch"), "Task 1 is 'fetch'. Write it as a dict."),
        (flow({"service": "Intake", "action": "fetch"}), "Task 1 has no 'id'."),
        (flow({"id": "a"}), "The task names nothing to call."),
        (flow({**FETCH, "agent": "Intake"}), "The task names service and agent. Give one of"),
        (flow({**FETCH, "service": "Intak"}), "No service is called Intak. Did you mean Intake?"),
        (flow({**FETCH, "action": "fech"}), "Intake has no action fech. Did you mean fetch?"),
        (flow({**FETCH, "action": "__init__"}), "Intake has no action __init__."),
        (
            flow({**FETCH, "retries": 3}),
            "Task 1 has 'retries', which is not an option here. Did you mean retry?",
        ),
        (flow({**FETCH, "retry": 3}), "retry is 3. Write it as a dict."),
        (flow({**FETCH, "retry": {"atempts": 3}}), "retry has 'atempts'"),
        (flow(FETCH, {"id": "g", "approval": "yes"}), "approval is 'yes'. Write it as a dict."),
        (flow(FETCH, {"id": "g", "approval": {"ask": "Go?"}}), "The approval has no 'approvers'."),
        (
            flow(FETCH, {"id": "g", "approval": {**ASK, "advisory": "no"}}),
            "advisory is 'no'. Write True or False.",
        ),
        (
            flow(FETCH, {"id": "g", "approval": {**ASK, "gate": False}}),
            "approval has 'gate', which is not an option here. Write \"advisory\": True instead",
        ),
        (
            flow({"id": "g", "approval": {**ASK, "when": {"field": "x", "value": 1}}}),
            "when tests the task before, but this is the first task.",
        ),
        (
            flow(FETCH, {"id": "g", "approval": {**ASK, "when": {"field": "x", "op": "=", "value": 1}}}),
            "when's op is '='.",
        ),
        (
            flow(FETCH, DOUBLE, {"id": "g", "approval": {**ASK, "advisory": True}}, {**DOUBLE, "id": "b"}),
            "The task follows the advisory approval g, but does not take its outcome.",
        ),
        (flow(FETCH, on_failure={"expire": "1d"}), "on_failure has 'expire'"),
    ],
)
def test_each_mistake_in_a_dict_is_named(registry: Registry, definition: dict[str, Any], words: str) -> None:
    with pytest.raises((DefinitionError, DefinitionErrors)) as found:
        compile_workflow(from_dict(definition, registry, file="flow.py"), "flow.py")
    assert words in str(found.value)
    assert "flow.py" in str(found.value)


class Grants:
    """Every service of the pipeline: each adds its action to what it is given."""

    def fetch_new(self) -> list[str]:
        return ["fetch_new"]

    def analyze_and_suggest(self, data: list[str]) -> list[str]:
        return [*data, "analyze_and_suggest"]

    def enforce(self, data: list[str]) -> list[str]:
        return [*data, "enforce"]

    def update(self, data: list[str]) -> list[str]:
        return [*data, "update"]

    def send(self, data: list[str]) -> list[str]:
        return [*data, "send"]


SERVICES = (
    "GrantIngestionService",
    "EligibilityAgent",
    "GovernanceLayer",
    "PolicyService",
    "NotificationService",
)
PIPELINE = {
    "id": "DailyGrantPipeline",
    "trigger": {"type": "schedule", "cron": "0 2 * * *"},
    "tasks": [
        {"name": "Ingest", "service": "GrantIngestionService", "action": "fetch_new"},
        {"name": "Score", "agent": "EligibilityAgent", "action": "analyze_and_suggest"},
        {"name": "Review", "layer": "GovernanceLayer", "action": "enforce"},
        {"name": "Award", "service": "PolicyService", "action": "update"},
        {"name": "Notify", "service": "NotificationService", "action": "send"},
    ],
}


async def test_the_grant_pipeline_runs_as_it_was_asked_for() -> None:
    registry = Registry()
    for name in SERVICES:
        registry.add(name, Grants())
    harness = Harness(
        PIPELINE, registry=registry, owner="@board", channel="#grants", people=BOARD,
        at="2026-01-05T01:00:00+00:00",
    )  # fmt: skip
    async with harness:
        await harness.advance("1h")
        run = await harness.run("DailyGrantPipeline")
        assert (run.trigger, run.state) == ("cron:0 2 * * *", "succeeded")
        actions = ["fetch_new", "analyze_and_suggest", "enforce", "update", "send"]
        assert await harness.output(run, "notify") == actions
        record = harness.engine.workflow("dailygrantpipeline")
        assert (record.owner, record.channel) == ("@board", "#grants")


def test_names_that_people_read_become_names_and_titles(registry: Registry) -> None:
    tasks = [
        {"name": "Fetch new", "service": "Intake", "action": "fetch"},
        {"id": "twice", "name": "Double it", "service": "Intake", "action": "double"},
        {"name": "tell", "service": "Intake", "action": "tidy"},
    ]
    definition = compile_workflow(
        from_dict({"name": "Night work", "owner": "@board", "tasks": tasks}, registry)
    ).definition
    assert (definition.name, definition.title) == ("night_work", "Night work")
    assert [(node.name, node.title) for node in definition.nodes] == [
        ("fetch_new", "Fetch new"),
        ("twice", "Double it"),
        ("tell", "tell"),
    ]


@pytest.mark.parametrize(
    ("named", "given", "expected"),
    [
        ({}, ("@ops", "#ops"), ("@ops", "#ops")),
        ({"owner": "@board"}, ("@ops", "#ops"), ("@board", "#ops")),
        ({"channel": "#grants"}, ("@ops", "#ops"), ("@ops", "#grants")),
        ({"owner": "@board"}, (None, None), ("@board", None)),
    ],
)
def test_owner_and_channel_of_a_dict_fall_back_to_those_of_the_installation(
    registry: Registry,
    named: dict[str, str],
    given: tuple[str | None, str | None],
    expected: tuple[str, str | None],
) -> None:
    data = {"id": "flow", "tasks": [FETCH], **named}
    options = from_dict(data, registry, owner=given[0], channel=given[1]).options
    assert (options.owner, options.channel) == expected


async def test_a_task_runs_by_its_own_condition(registry: Registry) -> None:
    tidy = {"id": "tidy", "service": "Intake", "action": "tidy"}
    conditions = {
        "a": {"task": "fetch", "is": "succeeded"},
        "b": {"not": {"task": "fetch", "is": "succeeded"}},
        "c": {"any": [{"task": "fetch", "is": "failed"}, {"task": "double", "is": "succeeded"}]},
        "d": {"all": [{"task": "fetch", "is": "failed"}, {"task": "double", "is": "succeeded"}]},
    }
    tasks = [{**tidy, "id": name, "when": when} for name, when in conditions.items()]
    async with Harness(flow(FETCH, DOUBLE, *tasks), registry=registry) as harness:
        run = await harness.start("flow")
        states = {name: (await harness.step(run, name)).state for name in conditions}
        assert states == {"a": "succeeded", "b": "skipped", "c": "succeeded", "d": "skipped"}


async def test_a_task_may_run_for_the_outcome_that_its_condition_names(registry: Registry) -> None:
    tidy = {"id": "tidy", "service": "Intake", "action": "tidy", "when": {"task": "ask", "is": "rejected"}}
    definition = flow(
        FETCH, DOUBLE, {"id": "ask", "approval": ASK}, {**tidy, "id": "yes", "when": None}, tidy
    )
    async with Harness(definition, registry=registry, people=BOARD) as harness:
        run = await harness.start("flow")
        await harness.decide("ask", "reject", as_user="U1", comment="no")
        assert (await harness.step(run, "yes")).state == "skipped"
        assert (await harness.step(run, "tidy")).state == "succeeded"


async def test_a_condition_on_the_first_approval_keeps_the_guard_of_the_second(registry: Registry) -> None:
    tidy = {"id": "tidy", "service": "Intake", "action": "tidy", "when": {"task": "first", "is": "approved"}}
    tasks = [{"id": name, "approval": ASK} for name in ("first", "second")]
    async with Harness(flow(FETCH, DOUBLE, *tasks, tidy), registry=registry, people=BOARD) as harness:
        run = await harness.start("flow")
        await harness.decide("first", "approve", as_user="U1")
        await harness.decide("second", "reject", as_user="U1", comment="no")
        assert (await harness.step(run, "tidy")).state == "skipped"


async def test_a_default_of_the_first_action_is_kept() -> None:
    class Pages:
        def read(self, limit: int = 5) -> int:
            return limit

    registry = Registry()
    registry.add("Pages", Pages())
    read = {"id": "read", "service": "Pages", "action": "read"}
    async with Harness(flow(read), registry=registry) as harness:
        assert await harness.output(await harness.start("flow"), "read") == 5
