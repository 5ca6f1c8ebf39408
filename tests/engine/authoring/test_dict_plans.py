"""Plans in dict form and in YAML: the same definition as in Python, and each mistake with its place."""

import asyncio
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from engine import (
    Action,
    Alerts,
    DefinitionError,
    DefinitionErrors,
    Escalate,
    Plan,
    Registry,
    Retry,
    StaticPeople,
    Workflow,
)
from engine.authoring.dict_form import from_dict, options
from engine.authoring.dict_form.json_schema import workflow_schema
from engine.authoring.dict_form.operation_tasks import FORMS
from engine.authoring.keywords import keywords_of
from engine.compiler import compile_workflow
from engine.testing import Harness

MODULE = """\
from signoff import ActionResult, Plan

done: list[str] = []


class Cluster:
    def propose(self) -> Plan:
        items = [{"action": "scale", "input": {"service": "shop", "to": 4}, "why": "it is slow"}]
        return Plan.model_validate({"items": items})

    def scale(self, service: str, to: int) -> int:
        done.append(f"{service}: {to}")
        return 2

    def scale_back(self, service: str, result: int) -> None: ...

    def drain(self, node: str) -> None: ...

    def report(self, data: list[ActionResult]) -> str:
        return ", ".join(each.action for each in data)

    def tell(self) -> str:
        return "nothing was done"
"""
FLOW = """\
id: fix
owner: "@ops"
services: {Cluster: cluster:Cluster}
tasks:
  - {id: propose, service: Cluster, action: propose}
  - id: repair
    plan:
      actions:
        - service: Cluster
          action: scale
          undo: {service: Cluster, action: scale_back}
        - {service: Cluster, action: drain, risk: high}
      approvers: ["@sre"]
      expires: 1d
    timeout: 5m
  - {id: report, service: Cluster, action: report}
  - {id: tell, service: Cluster, action: tell, when: repair_ask.rejected}
"""
PEOPLE = StaticPeople(groups={"ops": ["U1"], "sre": ["U2"]})


class Cluster:
    def propose(self) -> Plan:
        return Plan(items=[])

    def scale(self, service: str, to: int) -> int:
        return 2

    def scale_back(self, service: str, result: int) -> None: ...

    def drain(self, node: str) -> None: ...


GIVEN: dict[str, Any] = {
    "proposal": "propose",
    "ask": "Do it?",
    "show": ["propose.items"],
    "channel": "#board",
    "max_items": 7,
    "quorum": 2,
    "escalate": [{"after": "2h", "to": "@leads"}],
    "approvers": ["@sre"],
    "expires": "1d",
}


def test_a_dict_and_python_make_the_same_definition() -> None:
    cluster, registry = Cluster(), Registry()
    registry.add("Cluster", cluster)
    actions = [
        {"service": "Cluster", "action": "scale", "undo": {"service": "Cluster", "action": "scale_back"}},
        {"service": "Cluster", "action": "drain", "risk": "high"},
    ]
    in_data = {"id": "fix", "owner": "@ops", "tasks": [
        {"id": "propose", "service": "Cluster", "action": "propose"},
        {"id": "repair", "name": "Repair", "plan": {**GIVEN, "actions": actions}, "timeout": "5m",
         "retry": {"attempts": 3}, "on_failure": "fail", "alerts": {"severity": "high"}},
    ]}  # fmt: skip
    from_data = compile_workflow(from_dict(in_data, registry)).definition
    flow = Workflow("fix", owner="@ops")
    flow.step(name="propose")(cluster.propose)
    given = {**GIVEN, "escalate": [Escalate(**each) for each in GIVEN["escalate"]]}
    known = [Action(cluster.scale, cluster.scale_back), Action(cluster.drain, risk="high")]
    flow.plan(
        "repair", title="Repair", actions=known,
        timeout="5m", retry=Retry(attempts=3), on_failure="fail", alerts=Alerts(severity="high"),
        after=["propose"], **given,
    )  # fmt: skip
    assert from_data == compile_workflow(flow).definition


def test_a_dict_takes_every_option_of_a_plan() -> None:
    form = FORMS["plan"]
    known = {"name", "after", *form.known, *form.of_the_task}
    assert known == set(keywords_of(Workflow.plan))
    assert set(options.ACTION) - set(options.KINDS) - {"action"} == set(keywords_of(Action))


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    (tmp_path / "cluster.py").write_text(MODULE)
    (tmp_path / "fix.yaml").write_text(FLOW)
    return tmp_path / "fix.yaml"


@pytest.mark.parametrize(
    ("choice", "report", "tell"),
    [("approve", "succeeded", "skipped"), ("reject", "skipped", "succeeded")],
)
async def test_the_tasks_after_a_plan_follow_the_decision(
    flow: Path, choice: str, report: str, tell: str
) -> None:
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("fix")
        await harness.decide("repair_ask", choice, as_user="U2", comment="as it is")
        states = [(await harness.step(run, step)).state for step in ("report", "tell")]
        assert states == [report, tell]
        assert choice == "reject" or await harness.output(run, "report") == "scale"


UNDO = "undo: {service: Cluster, action: scale_back}"
FIRST = "  - {id: propose, service: Cluster, action: propose}\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("action: drain", "action: drian", "12:38: Cluster has no action drian. Did you mean drain?"),
        ("action: scale_back", "action: scale_bakc", "11:44: Cluster has no action scale_bakc."),
        ("risk: high", "rsk: high", "12:45: An action has 'rsk', which is not an option here."),
        ("risk: high", "risk: huge", "12:38: The risk of the action drain is 'huge'."),
        (UNDO, "undo: scale_back", "11:17: undo is 'scale_back'. Write it as a dict."),
        ("action: drain", "action: scale", "8:7: Two actions are called scale."),
        ("actions:", "acts:", "8:7: plan has 'acts', which is not an option here. Did you mean actions?"),
        ("expires: 1d", "expires: soon", "14:16: expires is 'soon', which is not a duration."),
        ("expires: 1d", "expires: 1d\n      max_items: 99", "15:7: max_items is 99."),
        ("expires: 1d", "expires: 1d\n      form: cluster:Clster", "15:13: form is cluster:Clster, but"),
        ("expires: 1d", "max_items: 9", "plan has no 'expires'."),
        ('approvers: ["@sre"]', "max_items: 99", "plan has no 'approvers'."),
        ("timeout: 5m", "uses: till", "The task executes a plan, but has 'uses', which a task with 'plan' d"),
        (FIRST, "", "plan has no 'proposal', and this is the first task."),
    ],
)
async def test_a_mistake_is_named_with_its_line_and_column(flow: Path, old: str, new: str, said: str) -> None:
    assert FLOW.count(old) == 1
    await asyncio.to_thread(flow.write_text, FLOW.replace(old, new))
    with pytest.raises((DefinitionError, DefinitionErrors)) as caught:
        async with Harness(flow, people=PEOPLE):
            pass
    assert said in str(caught.value)


def test_each_wrong_action_is_named(flow: Path) -> None:
    registry = Registry()
    registry.add("Cluster", Cluster())
    actions = [{"service": "Cluster", "action": "scal"}, {"service": "Cluster", "action": "drian"}]
    plan = {
        "id": "repair",
        "plan": {"actions": actions, "proposal": "a", "approvers": "@sre", "expires": "1d"},
    }
    with pytest.raises(DefinitionErrors, match=r"(?s)Did you mean scale.*Did you mean drain"):
        from_dict({"id": "fix", "owner": "@ops", "tasks": [plan]}, registry)


@pytest.mark.parametrize(
    ("old", "new", "fits"),
    [
        ("risk: high", "risk: high", True),
        ("risk: high", "risk: huge", False),
        ("actions:", "acts:", False),
        ("action: drain, ", "", False),
        ("expires: 1d", "expires: 1d\n      show: [propose.items]\n      choose: [eu, us]", True),
    ],
)
def test_the_json_schema_knows_plans(old: str, new: str, fits: bool) -> None:
    validator = jsonschema.Draft202012Validator(workflow_schema())
    assert validator.is_valid(yaml.safe_load(FLOW.replace(old, new))) is fits
