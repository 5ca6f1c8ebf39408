"""Plans: what people read is what executes, in its order. What does not fit asks nobody."""

import json
import sqlite3
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from engine import Action, DefinitionErrors, Fatal, StaticPeople, StepContext, Workflow
from engine.authoring.personal import Personal
from engine.compiler import compile_workflow
from engine.testing import Harness
from tests.engine.tampering import reseal
from tests.planted_personal import VALUE, found_below

PEOPLE = StaticPeople(groups={"ops": ["U1"], "sre": ["U2"], "security": ["U3"]})
SCALE = {"action": "scale", "input": {"service": "shop", "replicas": 4}, "why": "it is slow"}
DRAIN = {"action": "drain", "input": {"node": "node-3"}, "why": "its disk is full", "risk": "high"}
TYPO = {"action": "drian", "why": "w"}


class Cluster:
    """Actions that write down what they did, as an actuator would."""

    def __init__(self, *items: dict[str, Any], broken: tuple[str, ...] = ()) -> None:
        self.done: list[str] = []
        self.proposal: Any = {"items": list(items)}
        self.broken = broken

    def workflow(self, **options: Any) -> Workflow:
        def scale(service: Literal["shop", "search"], replicas: int = 2) -> dict[str, int]:
            self.done.append(f"{service}: {replicas}")
            return {"before": 2}

        def scale_back(service: str, result: dict[str, int]) -> None:
            self.done.append(f"{service} back to {result['before']}")

        async def drain(node: str, ctx: StepContext) -> str:
            if node in self.broken:
                raise Fatal(f"{node} does not answer")
            self.done.append(f"drained {node}, key {ctx.idempotency_key.partition('/')[2] or 'given'}")
            return "drained"

        made = Workflow("fix", owner="@ops", on_failure=options.pop("workflow_on_failure", "fail"))

        @made.step
        async def propose() -> Any:
            return self.proposal

        made.plan(
            "repair",
            **{
                "proposal": propose,
                "actions": [Action(scale, undo=scale_back), Action(drain, risk="high")],
                "approvers": ["@sre"],
                "expires": "1d",
                **options,
            },
        )
        return made


async def refusal(cluster: Cluster, **options: Any) -> str:
    """Return why the plan is refused. Nobody is asked, and nothing is done."""
    async with Harness(cluster.workflow(**options), people=PEOPLE) as harness:
        run = await harness.start("fix")
        assert await harness.requests() == []
        assert cluster.done == []
        failure = (await harness.step(run, "repair_check")).failure
        return failure.message if failure else ""


async def test_people_read_each_item_with_its_exact_input_and_it_executes_once_approved() -> None:
    cluster = Cluster(SCALE, {**DRAIN, "risk": "low"})
    async with Harness(cluster.workflow(), people=PEOPLE) as harness:
        run = await harness.start("fix")
        (request,) = await harness.requests()
        assert request.policy.risk == "high"
        assert request.shown[0].kind == "table"
        assert request.shown[0].value == [
            {
                "number": 1,
                "action": "scale",
                "input": {"replicas": 4, "service": "shop"},
                "risk": "normal",
                "undo": True,
                "why": "it is slow",
            },
            {
                "number": 2,
                "action": "drain",
                "input": {"node": "node-3"},
                "risk": "high",
                "undo": False,
                "why": "its disk is full",
            },
        ]
        assert cluster.done == []
        await harness.decide("repair_ask", "approve", as_user="U2")
        assert cluster.done[0] == "shop: 4"
        assert cluster.done[1].startswith("drained node-3")
        assert [each["output"] for each in await harness.output(run, "repair")] == [{"before": 2}, "drained"]


async def test_a_later_proposal_changes_nothing_after_a_restart(tmp_path: Path) -> None:
    cluster = Cluster(SCALE)
    async with Harness(cluster.workflow(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.start("fix")
    cluster.proposal = {"items": [DRAIN]}
    async with Harness(cluster.workflow(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.decide("repair_ask", "approve", as_user="U2")
    assert cluster.done == ["shop: 4"]


async def test_a_plan_that_was_changed_after_the_approval_is_not_executed(tmp_path: Path) -> None:
    cluster = Cluster(SCALE)
    made = cluster.workflow(revocable_for="1h")
    async with Harness(made, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("fix")
        await harness.decide("repair_ask", "approve", as_user="U2")
        (item,) = (await harness.step(run, "repair_check")).output
    changed = json.dumps([{**item, "input": {"replicas": 20, "service": "shop"}}])
    with sqlite3.connect(tmp_path / "signoff.db") as connection:
        connection.execute("UPDATE step_run SET output = ? WHERE step = 'repair_check'", [changed])
    connection.close()
    reseal(tmp_path)
    async with Harness(made, people=PEOPLE, folder=tmp_path) as harness:
        await harness.advance("2h")
        assert cluster.done == []
        (request,) = await harness.requests()
        assert request.coverage.again == "the output of repair: check changed"
        assert request.shown[0].value[0]["input"] == {"replicas": 20, "service": "shop"}


@pytest.mark.parametrize("changed", ["action", "undo", "type"])
async def test_people_are_asked_again_when_the_code_of_an_action_changed(
    tmp_path: Path, changed: str
) -> None:
    cluster = Cluster({"action": "turn", "input": {"node": "n"}, "why": "w"})

    async def turn(node: str) -> None:
        cluster.done.append(f"turned {node}")

    async def undo(node: str) -> None:
        cluster.done.append(f"turned {node} back")

    def made(action: Action) -> Workflow:
        return cluster.workflow(actions=[action], revocable_for="1h")

    async with Harness(made(Action(turn, undo=undo)), people=PEOPLE, folder=tmp_path) as harness:
        await harness.start("fix")
        await harness.decide("repair_ask", "approve", as_user="U2")
    if changed == "action":

        async def turn(node: str) -> None:
            cluster.done.append("other code")

    elif changed == "undo":

        async def undo(node: str) -> None:
            cluster.done.append("other code")

    else:
        turn.__annotations__["node"] = Literal["n"]
    async with Harness(made(Action(turn, undo=undo)), people=PEOPLE, folder=tmp_path) as harness:
        await harness.advance("2h")
        assert cluster.done == []
        (request,) = await harness.requests()
        assert request.coverage.again == "the code of repair changed"


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([SCALE, TYPO], "2, action: 'drian' is not an action of this workflow. Did you mean drain?"),
        ([{**DRAIN, "action": "delete"}], "'delete' is not an action of this workflow. There are scale"),
        ([{**DRAIN, "action": "dr\u0430in"}], "'dr\\u0430in' is not an action"),
        ([{**SCALE, "input": {"service": "bank"}}], "Item 1, input of scale: service: "),
        ([{**SCALE, "input": {"service": "shop", "force": True}}], "Item 1, input of scale: force: "),
        ([{**SCALE, "input": {"service": "shop", "replicas": 1.5}}], "Item 1, input of scale: replicas: "),
        ([{**DRAIN, "input": {}}], "Item 1, input of drain: node: is missing."),
        ([{**SCALE, "why": ""}], "items.0.why: "),
        ([{**SCALE, "why": " \n"}], "Item 1, why: it is empty."),
        ([{"action": "scale", "input": {"service": "shop"}}], "items.0.why: is missing."),
        ([{**SCALE, "undo": "never"}], "items.0.undo: "),
        ([{**SCALE, "risk": "none"}], "items.0.risk: "),
        ([], "items: "),
        ([SCALE] * 21, "It has 21 items, and may have 20."),
        ([{**DRAIN, "input": {"node": "n" * 2_500}}], "it has 2,511 characters, and may have 2,500."),
        ([{**DRAIN, "input": {"node": "n" * 2_400}}] * 9, "people can read 20,000. Split the plan."),
        ([{**DRAIN, "input": {"node": "ghp_" + "a1B2" * 9}}], "has a credential"),
    ],
)  # fmt: skip
async def test_a_plan_that_does_not_fit_is_refused_with_the_item_and_the_reason(
    items: list[dict[str, Any]], said: str
) -> None:
    assert said in await refusal(Cluster(*items))


@pytest.mark.parametrize("proposal", [None, [], "scale", 3, {"items": SCALE}, {"plan": [SCALE]}])
async def test_a_proposal_of_another_shape_is_refused(proposal: Any) -> None:
    cluster = Cluster()
    cluster.proposal = proposal
    assert (await refusal(cluster)).startswith("The plan does not fit. ")


async def test_an_address_in_a_proposed_plan_does_not_become_a_link() -> None:
    cluster = Cluster({**DRAIN, "why": "see https://evil.example/login"})
    async with Harness(cluster.workflow(), people=PEOPLE) as harness:
        run = await harness.start("fix")
        assert (await harness.engine.detail(run.id)).links == ()


async def test_a_rejected_plan_does_nothing() -> None:
    cluster = Cluster(SCALE)
    async with Harness(cluster.workflow(), people=PEOPLE) as harness:
        run = await harness.start("fix")
        await harness.decide("repair_ask", "reject", as_user="U2", comment="not today")
        assert (await harness.step(run, "repair")).state == "skipped"
    assert cluster.done == []


async def test_a_failed_item_undoes_those_before_it_and_starts_none_after_it() -> None:
    search = {**SCALE, "input": {"service": "search", "replicas": 3}}
    cluster = Cluster(search, SCALE, DRAIN, SCALE, broken=("node-3",))
    async with Harness(cluster.workflow(), people=PEOPLE) as harness:
        run = await harness.start("fix")
        await harness.decide("repair_ask", "approve", as_user="U2")
        assert cluster.done == ["search: 3", "shop: 4", "shop back to 2", "search back to 2"]
        assert (await harness.state(run)).run.state == "failed"


async def test_the_owner_decides_about_a_failed_item_and_an_abort_undoes_the_others() -> None:
    cluster = Cluster(SCALE, DRAIN, broken=("node-3",))
    async with Harness(cluster.workflow(on_failure=None, workflow_on_failure=None), people=PEOPLE) as harness:
        await harness.start("fix")
        await harness.decide("repair_ask", "approve", as_user="U2")
        (failure,) = await harness.requests()
        assert (failure.kind, cluster.done) == ("failure", ["shop: 4"])
        await harness.decide(failure, "abort", as_user="U1")
    assert cluster.done == ["shop: 4", "shop back to 2"]


class Account(BaseModel):
    name: str


class Owner(BaseModel):
    email: Personal[str]


@pytest.mark.parametrize("annotated", ["action", "undo"])
async def test_an_undo_takes_the_result_in_the_type_that_is_declared(annotated: str) -> None:
    taken: list[Any] = []

    async def create(node: str) -> Any:
        return Account(name=node)

    async def remove(result: Any) -> None:
        taken.append(result)

    functions = {"action": (create, "return"), "undo": (remove, "result")}
    function, place = functions[annotated]
    function.__annotations__[place] = Account
    cluster = Cluster({"action": "create", "input": {"node": "a"}, "why": "w"}, DRAIN, broken=("node-3",))

    async def drain(node: str) -> None:
        raise Fatal("it does not answer")

    made = cluster.workflow(actions=[Action(create, undo=remove), Action(drain, risk="high")])
    async with Harness(made, people=PEOPLE) as harness:
        await harness.start("fix")
        await harness.decide("repair_ask", "approve", as_user="U2")
    assert taken == [Account(name="a")]


async def test_a_result_with_personal_data_that_no_type_declares_is_not_stored(tmp_path: Path) -> None:
    async def find(node: str) -> Any:
        return Owner(email=VALUE)

    cluster = Cluster({"action": "find", "input": {"node": "a"}, "why": "w"})
    made = cluster.workflow(actions=[find], on_failure=None, workflow_on_failure=None)
    async with Harness(made, people=PEOPLE, folder=tmp_path) as harness:
        await harness.start("fix")
        await harness.decide("repair_ask", "approve", as_user="U2")
        (failure,) = await harness.requests()
        assert "find was executed, and its result cannot be stored" in str(failure.failure)
    assert found_below(tmp_path) == []


def mistakes(**options: Any) -> list[str]:
    with pytest.raises(DefinitionErrors) as caught:
        compile_workflow(Cluster().workflow(**options))
    return [error.problem for error in caught.value.errors]


WRONG: Any = "x"


def takes_all(*anything: str) -> None: ...


def takes_one(node: str) -> None: ...


def takes_list(node: str, *result: str) -> None: ...


def takes_owner(owner: Owner) -> None: ...


def returns_owner(node: str) -> Owner: ...  # type: ignore[empty-body]


def takes_personal(node: Personal[str]) -> None: ...


def with_big_Name(node: str) -> None: ...


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"actions": []}, "The plan has no actions."),
        ({"actions": [takes_one, Action(takes_one)]}, "Two actions are called takes_one."),
        ({"actions": [takes_all]}, "The action takes_all takes *anything"),
        ({"actions": [print]}, "The action print has no Python code"),
        ({"actions": ["drain"]}, "actions has 'drain', which has no name"),
        ({"actions": [with_big_Name]}, "which has no name that people can tell from others"),
        ({"actions": [Action(takes_one, risk=WRONG)]}, "The risk of the action takes_one is 'x'."),
        ({"actions": [Action(takes_one, undo=WRONG)]}, "undo of the action takes_one is 'x'"),
        ({"actions": [Action(takes_one, undo=print)]}, "The undo of the action takes_one has no Python code"),
        (
            {"actions": [Action(takes_one, undo=lambda nod: None)]},
            "The undo of the action takes_one takes nod, which the action does not take.",
        ),
        ({"actions": [Action(takes_one, undo=takes_list)]}, "The undo of the action takes_one takes *result"),
        ({"actions": [takes_owner]}, "An action of the plan takes or returns personal data"),
        ({"actions": [returns_owner]}, "An action of the plan takes or returns personal data"),
        ({"actions": [Action(takes_one, undo=takes_personal)]}, "takes or returns personal data"),
        ({"max_items": 51}, "max_items is 51."),
        ({"proposal": "propos"}, "propos"),
        ({"risk": "huge"}, "risk is 'huge'."),
        ({"approvers": []}, "approvers"),
    ],
)
def test_a_mistake_in_a_declared_plan_is_named_when_it_is_loaded(options: dict[str, Any], said: str) -> None:
    assert any(said in problem for problem in mistakes(**options)), mistakes(**options)
