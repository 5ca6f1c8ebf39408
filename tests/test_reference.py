"""The reference names every public name, option, event, setting, route and command, and nothing else."""

import ast
import inspect
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import signoff
import signoff.embed
import signoff.testing
from bot.console.parts import ConsoleSettings
from bot.events_out.event_types import EVENT_TYPES
from bot.http import approvals_api
from bot.http.server import build_server
from bot.settings.config import Settings
from bot.slash.arguments import COMMANDS
from engine import Engine, EngineSettings, FakeClock
from engine.authoring.approval_options import ApprovalOptions, ApprovalPolicy
from engine.authoring.gate import RevisedQuestion
from engine.testing import Harness

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
EVENT_TYPE = re.compile(
    r"(calls|canary|threshold|run|runs|step|signal|child|follow_up|request|schedule|trigger|person|principal|code"
    r"|installation|log|clock|types|workflow|resource|failure|subscription|policy|grant|break_glass|target)"
    r"\.[a-z_]+"
)


NO_EVENTS = {"log.key", "clock.ahead"}
"""A file and a fact whose names look like types of events."""


def text_of(page: str) -> str:
    return (REFERENCE / page).read_text("utf-8")


def section(page: str, heading: str) -> str:
    """Return what stands below a heading, up to the next one."""
    parts = re.split(r"^## (.+)$", text_of(page), flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return sections[heading]


def rows(text: str) -> list[list[str]]:
    """Return the cells of the tables in a text, without heads and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    tables = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in lines]
    heads = [at for at, cells in enumerate(tables) if set("".join(cells)) <= set("-:|")]
    return [cells for at, cells in enumerate(tables) if at not in heads and at + 1 not in heads]


def named(text: str) -> list[str]:
    """Return the names in code in the first cells of the tables."""
    return [name for cells in rows(text) for name in re.findall(r"`([^`]+)`", cells[0])]


def default_of(parameter: inspect.Parameter) -> str:
    """Return how the tables write the default of an option."""
    if parameter.kind is parameter.VAR_POSITIONAL:
        return "required"
    default = parameter.default
    if default is parameter.empty:
        return "required"
    if default is None or repr(default) in ("{}", "<factory>"):
        return "none"
    text = repr(default)
    return f"`{text}`" if not isinstance(default, str) else '`"' + default + '"`'


def options_of(function: Callable[..., Any]) -> dict[str, str]:
    return {
        name: default_of(parameter)
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self" and parameter.kind is not parameter.VAR_KEYWORD
    }


OPTIONS: dict[tuple[str, str], Callable[..., Any]] = {
    ("workflow.md", "Workflow"): signoff.Workflow,
    ("workflow.md", "Workflow.step"): signoff.Workflow.step,
    ("workflow.md", "Workflow.approval"): signoff.Workflow.approval,
    ("workflow.md", "Workflow.sleep"): signoff.Workflow.sleep,
    ("workflow.md", "Workflow.until"): signoff.Workflow.until,
    ("workflow.md", "Workflow.wait_for"): signoff.Workflow.wait_for,
    ("workflow.md", "Workflow.child"): signoff.Workflow.child,
    ("workflow.md", "Workflow.notify"): signoff.Workflow.notify,
    ("workflow.md", "Workflow.command"): signoff.Workflow.command,
    ("workflow.md", "Workflow.http"): signoff.Workflow.http,
    ("workflow.md", "Workflow.sql"): signoff.Workflow.sql,
    ("workflow.md", "Workflow.agent"): signoff.Workflow.agent,
    ("workflow.md", "Workflow.plan"): signoff.Workflow.plan,
    ("workflow.md", "Workflow.decision"): signoff.Workflow.decision,
    ("workflow.md", "Gate"): signoff.Gate,
    **{
        ("workflow.md", kind.__name__): kind
        for kind in (
            signoff.Retry,
            signoff.Poll,
            signoff.Objectives,
            signoff.Rule,
            signoff.Tool,
            signoff.Action,
            signoff.Budget,
            signoff.ScriptedModel,
            signoff.EarlierInput,
            signoff.Quality,
            signoff.Resource,
            signoff.Breaker,
            signoff.Alerts,
            signoff.QuietHours,
            signoff.AskOwner,
            signoff.Alternative,
            signoff.Undo,
            signoff.Cron,
            signoff.Every,
            signoff.Once,
            signoff.Webhook,
            signoff.OnEvent,
            signoff.AfterRun,
            signoff.FileArrival,
            signoff.QueryChange,
            signoff.Stage,
            signoff.Escalate,
            signoff.Grants,
            signoff.BreakGlass,
            signoff.Window,
            signoff.WorkingHours,
            signoff.Choose,
            signoff.Form,
            signoff.Link,
            signoff.Image,
            signoff.Table,
            signoff.Diff,
        )
    },
    ("testing.md", "Harness"): Harness,
    ("embedding.md", "Engine.open"): Engine.open,
    ("embedding.md", "EngineSettings"): EngineSettings,
}
ATTRIBUTES: dict[str, set[str]] = {
    "StepContext": set(signoff.StepContext.__dataclass_fields__),
    "Outcome": {*signoff.Outcome.model_fields, "approved", "rejected", "expired", "responded"},
    "Settled": set(signoff.Settled.model_fields),
    "HttpResult": set(signoff.HttpResult.model_fields),
    "SqlResult": set(signoff.SqlResult.model_fields),
    "AgentTurn": set(signoff.AgentTurn.model_fields),
    "Plan": set(signoff.Plan.model_fields),
    "PlanItem": set(signoff.PlanItem.model_fields),
    "ActionResult": set(signoff.ActionResult.model_fields),
    "Decided": set(signoff.Decided.model_fields),
    "DecisionReason": set(signoff.DecisionReason.model_fields),
    "CommandResult": set(signoff.CommandResult.model_fields),
}


@pytest.mark.parametrize(("page", "heading"), OPTIONS, ids=[heading for _, heading in OPTIONS])
def test_a_table_has_the_options_of_the_signature_with_their_defaults(page: str, heading: str) -> None:
    table = {
        name: cells[1] for cells in rows(section(page, heading)) for name in re.findall(r"`(\w+)`", cells[0])
    }
    assert table == options_of(OPTIONS[page, heading])


def test_the_policy_of_approvals_and_gates_has_every_option_with_its_default() -> None:
    table = {
        cells[0].strip("`"): cells[1]
        for cells in rows(section("workflow.md", "Policy of approvals and gates"))
    }
    fields = inspect.signature(ApprovalOptions).parameters
    defaults = {name: default_of(fields[name]) for name in ApprovalPolicy.__annotations__ if name in fields}
    assert table == {**defaults, "approvers": "none", "quorum": "`1`", "stages": "`()`"}


@pytest.mark.parametrize("heading", ATTRIBUTES)
def test_a_table_has_the_attributes_of_the_class(heading: str) -> None:
    assert set(named(section("workflow.md", heading))) == ATTRIBUTES[heading]


def test_every_name_that_an_author_imports_has_a_section() -> None:
    others = {"Policy of approvals and gates"}
    headings = {
        heading.partition(".")[0]
        for heading in re.findall(r"^## (.+)$", text_of("workflow.md"), re.MULTILINE)
    }
    assert headings - others == set(signoff.__all__)


@pytest.mark.parametrize(
    ("page", "module"),
    [("testing.md", signoff.testing), ("embedding.md", signoff.embed)],
    ids=["testing", "embed"],
)
def test_every_name_of_a_module_is_in_its_page(page: str, module: Any) -> None:
    assert (
        set(module.__all__)
        - set(re.findall(r"`(\w+)", text_of(page)))
        - set(re.findall(r"^## (\w+)", text_of(page), re.MULTILINE))
        == set()
    )


def test_every_method_of_the_harness_is_listed_with_its_options() -> None:
    listed = dict(re.findall(r"^\| `(\w+)\(([^)]*)\)`", section("testing.md", "Methods"), re.MULTILINE))
    methods = {
        name: ", ".join(list(inspect.signature(method).parameters)[1:])
        for name, method in inspect.getmembers(Harness, inspect.isfunction)
        if not name.startswith("_")
    }
    assert listed == methods


def test_every_setting_is_listed_and_no_other() -> None:
    settings = {str(field.validation_alias) for field in Settings.model_fields.values()}
    assert set(named(section("settings.md", "Every setting"))) == settings


def test_the_default_of_every_setting_is_the_one_in_the_table() -> None:
    table: dict[str, str] = {}
    for cells in rows(section("settings.md", "Every setting")):
        names = re.findall(r"`([A-Z_]+)`", cells[0])
        defaults = re.findall(r"`([^`]+)`", cells[2]) or [cells[2]]
        table.update(zip(names, defaults, strict=len(names) > 1))
    for field in Settings.model_fields.values():
        if isinstance(field.default, str | int | bool) and field.default != "":
            default = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
            assert table[str(field.validation_alias)] == default


async def test_every_route_is_listed_and_no_other() -> None:
    async def dispatch(*_: Any) -> Any: ...

    async def problems() -> dict[str, str]:
        return {}

    unused: Any = object()
    console: Any = SimpleNamespace(
        engine=SimpleNamespace(principals=None), clock=FakeClock(), settings=ConsoleSettings(), spent=None
    )
    unused_metrics: Any = SimpleNamespace(answer=dispatch)
    app = build_server(
        problems=problems,
        clock=FakeClock(),
        signing_secrets=["s"],
        dispatch=dispatch,
        engine=unused,
        console=console,
        metrics=unused_metrics,
    )
    routes = {
        f"{route.method} {route.resource.canonical}"
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert set(re.findall(r"^\| `([A-Z]+ /[^`]*)`", text_of("http.md"), re.MULTILINE)) == routes


def test_the_fields_of_a_question_and_of_its_answer_are_listed() -> None:
    assert set(named(section("http.md", "Open a gate"))) == {"gate", *RevisedQuestion.model_fields}
    answer = section("http.md", "Read the answer")
    example = re.search(r"```json\n(.+)\n```", answer)
    assert example
    fields = re.findall(r'^        "(\w+)":', inspect.getsource(approvals_api.shape), re.MULTILINE)
    assert set(named(answer)) == set(json.loads(example[1])) == set(fields)


def test_every_slash_command_is_listed_and_no_other() -> None:
    assert set(re.findall(r"^\| `/workflow (\w+)", text_of("slash-commands.md"), re.MULTILINE)) == set(
        COMMANDS
    )


def documented_events() -> dict[str, set[str]]:
    return {
        cells[0].strip("`"): set(re.findall(r"`(\w+)`", cells[1])) for cells in rows(text_of("events.md"))
    }


def test_a_target_of_events_can_name_every_documented_type_and_no_other() -> None:
    assert set(documented_events()) == EVENT_TYPES


def test_every_type_of_event_is_listed_with_the_data_that_its_module_names() -> None:
    types: set[str] = set()
    nearby: dict[str, set[str]] = defaultdict(set)
    documented = documented_events()
    for file in (ROOT / "engine").rglob("*.py"):
        if file.name == "faults.py" or file.is_relative_to(ROOT / "engine/store/schema"):  # names of columns
            continue
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        fault_points = {
            id(argument)
            for call in calls
            if ast.unparse(call.func).startswith("faults.")
            for argument in call.args
        }
        texts = [
            node.value
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in fault_points
        ]
        told = {text for text in texts if EVENT_TYPE.fullmatch(text)}
        types |= told
        for type_ in told:
            nearby[type_] |= {
                *texts,
                *(keyword.arg for call in calls for keyword in call.keywords if keyword.arg),
            }
        for call in calls:
            first = call.args[0] if call.args else None
            if (
                isinstance(first, ast.Constant)
                and first.value in told
                and ast.unparse(call.func).endswith(".event")
            ):
                given = {keyword.arg for keyword in call.keywords if keyword.arg}
                assert given <= documented[first.value], first.value
    assert set(documented) == types - NO_EVENTS
    assert {type_: data - nearby[type_] for type_, data in documented.items() if data - nearby[type_]} == {}


@pytest.mark.parametrize("dump", sorted((ROOT / "tests/upgrades").glob("*.sql")), ids=lambda dump: dump.stem)
def test_the_events_of_a_released_database_are_listed_with_their_data(dump: Path) -> None:
    database = sqlite3.connect(":memory:")
    database.executescript(dump.read_text("utf-8"))
    documented = documented_events()
    for type_, data in database.execute("SELECT type, data FROM event"):
        assert set(json.loads(data or "{}")) <= documented[type_], type_
