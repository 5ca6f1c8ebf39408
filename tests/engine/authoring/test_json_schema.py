"""The JSON Schema of workflows in YAML: it has every option of the reader, and no other."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from engine.authoring.dict_form import options
from engine.authoring.dict_form.json_schema import workflow_schema
from engine.authoring.dict_form.trigger_forms import FORMS
from engine.authoring.keywords import keywords_of
from engine.authoring.options import Undo
from tests.engine.authoring.test_yaml import FLOW

PAGE = Path(__file__).resolve().parents[3] / "docs/reference/workflow.schema.json"
SCHEMA = workflow_schema()
DEFS = SCHEMA["$defs"]


def flow(**more: Any) -> dict[str, Any]:
    return {**yaml.safe_load(FLOW), **more}


def problems(data: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(data)]


def test_the_published_file_is_what_the_command_prints() -> None:
    published = json.loads(PAGE.read_text("utf-8"))
    assert published == SCHEMA, "signoff schema > docs/reference/workflow.schema.json"


def test_the_schema_itself_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("task", options.TASK),
        ("approval", options.APPROVAL),
        ("Undo", options.UNDO),
        *((kind.__name__, tuple(keywords_of(kind))) for kind in options.NAMES if kind is not Undo),
    ],
)
def test_it_has_the_options_of_the_reader_and_no_other(name: str, known: tuple[str, ...]) -> None:
    assert set(DEFS[name]["properties"]) == set(known)
    assert DEFS[name]["additionalProperties"] is False


def test_it_has_the_options_of_workflows_triggers_and_conditions() -> None:
    assert set(SCHEMA["properties"]) == {*options.WORKFLOW, "services"}
    of_triggers = [set(each["properties"]) for each in DEFS["trigger"]["anyOf"]]
    assert of_triggers == [*({"type", *form.known} for form in FORMS.values()), {"type"}]
    assert set(DEFS["condition"]["anyOf"][1]["properties"]) == set(options.WHEN)
    assert set(DEFS["filter"]["anyOf"][1]["properties"]) == set(options.FILTER)


def test_options_have_descriptions_for_completion() -> None:
    bare = [
        f"{name}.{key}"
        for name in ("task", "approval")
        for key, schema in DEFS[name]["properties"].items()
        if "description" not in schema and "$ref" not in schema
    ]
    assert bare == []


def test_a_valid_workflow_has_no_problem() -> None:
    webhook = {"webhook": "alerts", "secret": "S", "filter": "payload.a"}
    assert problems(flow()) == []
    assert problems(flow(triggers=[{"type": "manual"}, webhook])) == []
    assert problems(flow(on_failure="fail", overlap="skip", max_active_runs=2, may_run=["@staff"])) == []


@pytest.mark.parametrize(
    "change",
    [
        {"ownr": "@ops"},
        {"overlap": "perhaps"},
        {"max_active_runs": "three"},
        {"tasks": []},
        {"tasks": [{"id": "a", "service": "Desk", "action": "find", "retri": 3}]},
        {"tasks": [{"id": "a", "service": "Desk", "action": "find", "retry": {"attempts": "three"}}]},
        {"tasks": [{"service": "Desk", "action": "find"}]},
        {"tasks": [{"id": "a", "approval": {"ask": "Go?", "expires": "1d", "risk": "huge"}}]},
        {"tasks": [{"id": "a", "approval": {"approvers": ["@a"], "expires": "1d"}}]},
        {"triggers": [{"cron": "0 2 * * *", "every": "5m"}]},
        {"input": "Order"},
    ],
    ids=str,
)
def test_a_mistake_is_a_problem(change: dict[str, Any]) -> None:
    assert problems(flow(**change)) != []
