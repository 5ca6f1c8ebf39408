"""A workflow in dict form takes every option that Python has, and makes the same definition."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from engine import (
    AfterRun,
    Alerts,
    Alternative,
    AskOwner,
    BreakGlass,
    Choose,
    Cron,
    Diff,
    EarlierInput,
    Escalate,
    Every,
    FileArrival,
    Form,
    Grants,
    Image,
    Link,
    Objectives,
    Once,
    Poll,
    QueryChange,
    QuietHours,
    Registry,
    Resource,
    Retry,
    Stage,
    Table,
    Undo,
    Webhook,
    Window,
    Workflow,
    WorkingHours,
    fact,
)
from engine.authoring.dict_form import from_dict, options
from engine.authoring.keywords import keywords_of
from engine.compiler import compile_workflow
from engine.model.definition.conditions import Condition


class Earlier(BaseModel):
    thing: str


class Order(BaseModel):
    item: str = "lamp"


class Offer(BaseModel):
    price: float = 1.0
    lines: list[str] = []
    rows: list[dict[str, int]] = []
    link: str = ""


class Desk:
    async def find(self, data: Order) -> Offer:
        return Offer()

    async def buy(self) -> str:
        return "bought"

    async def lend(self) -> str:
        return "lent"

    async def give_back(self, bought: str) -> None: ...


def maybe(**strategies: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these options."""
    return st.fixed_dictionaries({}, optional=strategies)


def pick(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


ON_FAILURE = pick("fail", {"remind_every": "1h", "expires": "2d"}, {"expires": "1d"})
FIRES = {
    "catchup": pick("skip", "latest", "all"),
    "catchup_limit": pick(1, 1000),
    "slow_down": pick("2h", False),
    "input": pick({}, {"item": "fan"}),
    "filter": pick({"field": "fire.day", "op": "<=", "value": 7}),
    "dedup": pick("{fire.date}"),
    "enabled": st.booleans(),
    "quiet": st.booleans(),
}
SCHEDULE = st.fixed_dictionaries(
    {"type": st.just("schedule"), "cron": st.just("0 2 * * *")},
    optional={"tz": pick("UTC", "Europe/Berlin"), **FIRES},
)
INTERVAL = st.fixed_dictionaries({"type": st.just("interval"), "every": pick("5m", "1h")}, optional=FIRES)
ALERTS = pick(
    {"to": {"high": ["#orders", "@staff"], "low": "#orders"}, "severity": "high"},
    {"to": "@staff", "quiet_hours": {"start": "21:00", "tz": "Europe/Berlin"}},
)
WORKFLOW = {
    "title": pick("An order"),
    "channel": pick("#orders"),
    "triggers": st.tuples(SCHEDULE, INTERVAL).map(list),
    "max_active_runs": pick(1, 3),
    "overlap": pick("skip", "queue", "cancel_previous"),
    "max_parallel_steps": pick(1, 2),
    "priority": pick(1, 5),
    "concurrency_key": pick("{input.item}"),
    "on_failure": ON_FAILURE,
    "may_run": pick(["@staff"]),
    "may_cancel": pick(["@staff"], "@staff"),
    "may_operate": pick(["@staff"]),
    "may_see": pick(["@auditors"]),
    "may_see_personal": pick(["@auditors"]),
    "description": pick("Buys what somebody ordered."),
    "resources": pick([{"name": "desk", "at_once": 2}]),
    "result": pick("Bought it", "Bought for {find.price}"),
    "alerts": ALERTS,
    "may_notify": pick(["#orders", "@staff"]),
    "objectives": pick({"success": "99%", "p95": "10m"}, {"decide": "4h", "window": "7d"}),
    "earlier_inputs": pick([{"version": 1, "model": Earlier, "becomes": {"item": "{old.thing}"}}]),
}
STEP = {
    "alerts": ALERTS,
    "uses": pick([{"name": "till", "at_once": 3}]),
    "resource_timeout": pick("90s"),
    "queue": pick("till"),
    "title": pick("Buy it"),
    "when": pick({"field": "price", "op": ">", "value": 3}),
    "timeout": pick("30s"),
    "retry": maybe(
        attempts=pick(2, 5),
        delay=pick("2s"),
        backoff=pick(1.5),
        max_delay=pick("5m"),
        jitter=pick(0.5),
        retry_on=pick((OSError, ValueError)),
    ),
    "on_failure": ON_FAILURE,
    "alternative": pick(
        {"service": "Desk", "action": "lend", "ask": True},
        {"service": "Desk", "action": "lend", "retry": {"attempts": 9}, "timeout": "10s"},
    ),
    "poll": st.fixed_dictionaries(
        {"deadline": pick("2h")},
        optional={"delay": pick("2s"), "backoff": pick(2.5), "max_delay": pick("10m")},
    ),
    "undo": pick(
        {"service": "Desk", "action": "give_back"},
        {"service": "Desk", "action": "give_back", "retry": {"attempts": 9}, "timeout": "10s"},
    ),
}


def waits_only_for_resources(step: dict[str, Any]) -> bool:
    return "uses" in step or "resource_timeout" not in step


ROWS = {"quality"}
"""Options of a step that returns a list, compared in the tests of the quality of rows."""
EACH = {"each", "at_once", "tolerate"}
"""Options of a step that takes an element: its parameter has another name in a dict."""
WHO = pick(
    {"approvers": ["@a", "@b"], "quorum": 2},
    {"quorum": {"@a": 1, "@b": 1}},
    {"stages": [{"name": "one", "approvers": ["@a"]}, {"name": "two", "approvers": "@b", "quorum": 2}]},
)
VALUES = pick(
    {"form": Offer},
    {"form": {"model": Offer, "defaults_from": "find", "options": {"link": "find.lines"}}},
    {"choose": ["eu", "us"]},
    {"choose": "find.lines"},
    {"choose": {"options": ["eu", "us"], "multiple": True}},
    {},
)
APPROVAL = {
    "ask": pick("Buy {input.item}?"),
    "show": pick(
        ["find.price", ["Price", "find.price"]],
        [
            {"type": "link", "label": "Shop", "source": "find.link"},
            {"type": "image", "label": "Picture", "source": "find.link"},
            {"type": "table", "label": "Lines", "source": "find.rows"},
            {"type": "diff", "label": "Change", "before": "find.link", "after": "find.price"},
        ],
    ),
    "advisory": st.just(False),
    "channel": pick("#board"),
    "title": pick("The board"),
    "when": pick({"field": "price", "op": ">", "value": 3}),
    "reject_quorum": pick(1, 2),
    "veto": pick(["@c"], "@c"),
    "self_approval": st.booleans(),
    "reassign_to": pick(["@c"]),
    "count_leavers": st.booleans(),
    "on_expiry": pick("approve", "reject"),
    "remind_every": pick("1h"),
    "escalate": pick([{"after": "2h", "to": "@leads"}, {"after": "3h", "to": ["#board"], "replace": True}]),
    "working_hours": maybe(
        start=pick("08:00"), end=pick("16:00"), days=pick("mon-thu"), tz=pick("approvers"),
        holidays=pick(["2026-12-25"]),
    ),
    "revocable_for": pick("10m"),
    "risk": pick("low", "high"),
    "confirm": pick("{input.item}"),
    "one_time_code": st.booleans(),
    "comment": pick({"reject": "optional"}, {"approve": "required"}),
    "revise": pick(["find"], "find"),
}  # fmt: skip
DISPLAY = {"link": Link, "image": Image, "table": Table, "diff": Diff}


def owner_asked(value: Any) -> Any:
    return AskOwner(**value) if isinstance(value, dict) else value


def shown(value: Any) -> Any:
    if not isinstance(value, dict):
        return tuple(value) if isinstance(value, list) else value
    return DISPLAY[value["type"]](**{key: part for key, part in value.items() if key != "type"})


def trigger(value: dict[str, Any]) -> Any:
    rest = {key: part for key, part in value.items() if key not in ("type", "cron", "every")}
    if "filter" in rest:
        rest["filter"] = fact.fire.day <= 7
    return Cron(value["cron"], **rest) if "cron" in value else Every(value["every"], **rest)


def instead(value: dict[str, Any]) -> Alternative:
    async def lend() -> str:
        return "lent"

    retry = Retry(**value["retry"]) if "retry" in value else None
    return Alternative(lend, value.get("ask", False), retry, value.get("timeout"))


def undone(value: dict[str, Any]) -> Undo:
    async def give_back(buy: str) -> None: ...

    return Undo(give_back, Retry(**value["retry"]) if "retry" in value else None, value.get("timeout"))


def as_alerts(given: dict[str, Any]) -> Alerts:
    quiet = given.get("quiet_hours")
    return Alerts(**{**given, "quiet_hours": QuietHours(**quiet) if quiet else None})


PYTHON: dict[str, Callable[[Any], Any]] = {
    "alerts": as_alerts,
    "resources": lambda value: [Resource(**each) for each in value],
    "uses": lambda value: [Resource(**each) if isinstance(each, dict) else each for each in value],
    "triggers": lambda value: [trigger(each) for each in value],
    "on_failure": owner_asked,
    "objectives": lambda value: Objectives(**value),
    "earlier_inputs": lambda value: [EarlierInput(**each) for each in value],
    "retry": lambda value: Retry(**value),
    "alternative": instead,
    "poll": lambda value: Poll(**value),
    "undo": undone,
    "stages": lambda value: [Stage(**each) for each in value],
    "escalate": lambda value: [Escalate(**each) for each in value],
    "working_hours": lambda value: WorkingHours(**value),
    "form": lambda value: Form(**value) if isinstance(value, dict) else value,
    "choose": lambda value: Choose(**value) if isinstance(value, dict) else value,
    "show": lambda value: [shown(each) for each in value],
}
"""By option that Python writes with a class: the value of the dict as Python writes it."""


def in_python(given: dict[str, Any]) -> dict[str, Any]:
    return {key: PYTHON[key](value) if key in PYTHON else value for key, value in given.items()}


def python_form(workflow: dict[str, Any], step: dict[str, Any], approval: dict[str, Any]) -> Workflow:
    flow = Workflow("order", owner="@ops", input=Order, **in_python(workflow))

    @flow.step
    async def find(input: Order) -> Offer:
        return Offer()

    asked, skipped = in_python(approval), False
    if asked.pop("when", None):
        asked["when"], skipped = find.output.price > 3, True
    go = flow.approval("go", after=[find], **asked)
    when: Condition = go.approved | go.skipped if skipped else go.approved
    options = in_python(step)
    if options.pop("when", None):
        when = when & (find.output.price > 3)

    @flow.step(when=when, after=[find], **options)
    async def buy() -> str:
        return "bought"

    return flow


def dict_form(workflow: dict[str, Any], step: dict[str, Any], approval: dict[str, Any]) -> Workflow:
    registry = Registry()
    registry.add("Desk", Desk())
    tasks = [
        {"id": "find", "service": "Desk", "action": "find"},
        {"id": "go", "approval": approval},
        {"id": "buy", "service": "Desk", "action": "buy", **step},
    ]
    return from_dict({"id": "order", "owner": "@ops", "input": Order, "tasks": tasks, **workflow}, registry)


@given(
    workflow=maybe(**WORKFLOW),
    step=maybe(**STEP).filter(waits_only_for_resources),
    approval=st.fixed_dictionaries(
        {"ask": APPROVAL["ask"], "expires": pick("4h")},
        optional={name: values for name, values in APPROVAL.items() if name != "ask"},
    ),
    who=WHO,
    values=VALUES,
)
def test_a_dict_and_python_make_the_same_definition(
    workflow: dict[str, Any],
    step: dict[str, Any],
    approval: dict[str, Any],
    who: dict[str, Any],
    values: dict[str, Any],
) -> None:
    approval = {**approval, **who, **values}
    approval |= {"rounds": 4} if "revise" in approval and len(approval) % 2 else {}
    from_python = compile_workflow(python_form(workflow, step, approval)).definition
    from_data = compile_workflow(dict_form(workflow, step, approval)).definition
    assert from_data == from_python
    assert from_data.digest() == from_python.digest()


@pytest.mark.parametrize("function", options.DIFFERENT, ids=lambda each: each.__name__)
def test_every_option_of_python_is_one_of_the_dict_or_listed_with_the_reason(function: Any) -> None:
    known = {
        Workflow: options.WORKFLOW, Workflow.step: options.TASK, Workflow.approval: options.APPROVAL,
        Cron: options.CRON, Every: options.EVERY, Webhook: options.WEBHOOK,
        Once: options.ONCE, AfterRun: options.AFTER_RUN,
        FileArrival: options.FILES, QueryChange: options.QUERY,
    }[function]  # fmt: skip
    different = options.DIFFERENT[function]
    assert set(keywords_of(function)) == (set(known) & set(keywords_of(function))) | different.keys()
    assert all(reason.endswith(".") for reason in different.values())


def test_grants_in_a_dict_are_those_of_python() -> None:
    match = {"find.price": {"from": 1, "to": 5}, "input.item": ["a", "b"]}
    given: dict[str, Any] = {"uses": 3, "within": "30m", "match": match}
    approval = {"ask": "Buy?", "approvers": ["@a"], "expires": "1h"}
    from_data = compile_workflow(dict_form({}, {}, {**approval, "grants": given})).definition
    from_python = compile_workflow(python_form({}, {}, {**approval, "grants": Grants(**given)})).definition
    assert from_data.digest() == from_python.digest()


@pytest.mark.parametrize(
    "given",
    [
        {"not_before": "22:00", "lasts": "2h", "tz": "Europe/Berlin", "days": "sat"},
        {"not_before": "{input.item}", "lasts": "1h"},
    ],
)
def test_windows_in_a_dict_are_those_of_python(given: dict[str, Any]) -> None:
    approval = {"ask": "Buy?", "approvers": ["@a"], "expires": "1h"}
    from_data = compile_workflow(dict_form({}, {}, {**approval, "window": given})).definition
    from_python = compile_workflow(python_form({}, {}, {**approval, "window": Window(**given)})).definition
    assert from_data.digest() == from_python.digest()


def test_break_glass_in_a_dict_is_that_of_python() -> None:
    given: dict[str, Any] = {"people": ["@leads", "U7"], "review": "glass-review"}
    approval = {"ask": "Buy?", "approvers": ["@a"], "expires": "1h"}
    from_data = compile_workflow(dict_form({}, {}, {**approval, "break_glass": given})).definition
    python = python_form({}, {}, {**approval, "break_glass": BreakGlass(**given)})
    assert from_data.digest() == compile_workflow(python).definition.digest()


def test_the_digests_are_compared_with_every_option() -> None:
    assert WORKFLOW.keys() | {"input", "owner"} == set(keywords_of(Workflow)) - {"name"}
    assert STEP.keys() | EACH | ROWS == set(keywords_of(Workflow.step)) - {"name", "after", "run_in"}
    chosen = {"approvers", "quorum", "stages", "form", "choose", "expires", "rounds", "grants", "window"}
    chosen |= {"break_glass"}
    assert APPROVAL.keys() | chosen == set(options.APPROVAL)
    for kind, given_options in ((Cron, {"tz", *FIRES}), (Every, set(FIRES))):
        assert given_options == set(keywords_of(kind)) - options.DIFFERENT[kind].keys()
