"""Everything that can be wrong with a workflow file, and the words for it."""

from pathlib import Path
from typing import Any

import pytest

from engine import DefinitionError, DefinitionErrors, Escalate, Workflow
from engine.authoring.loader import load
from engine.compiler import compile_workflow

HEAD = """from dataclasses import dataclass
from pydantic import BaseModel, Field
from signoff import AskOwner, Cron, Every, Outcome, Retry, Settled, StepContext, Workflow


class Order(BaseModel):
    item: str
    amount: int = 1


flow = Workflow("flow", input=Order, owner="@platform"{options})


@flow.step
async def build(input: Order) -> int:
    return 1


"""


def errors_of(file: Path) -> list[DefinitionError]:
    (found,) = load([file])
    assert isinstance(found.workflow, Workflow)
    with pytest.raises(DefinitionErrors) as wrong:
        compile_workflow(found.workflow, str(file))
    return wrong.value.errors


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "flow.py"
    body = """go = flow.approval("go", advisory=True, ask="Go?", approvers=[])


@flow.step(timeout="soon")
async def release(bild: int) -> None: ...
"""
    file.write_text(HEAD.replace("{options}", ', channel="deploys"') + body, encoding="utf-8")
    found = errors_of(file)
    assert sorted((error.step or "", error.problem.split(":")[0]) for error in found) == [
        ("", "channel is 'deploys', which is not a channel."),
        ("go", "The approval has no approvers, so nobody can answer it."),
        ("go", "The approval has no end"),
        ("release", "The parameter bild names no step of this workflow."),
        ("release", "timeout is 'soon', which is not a duration."),
    ]


LARGE: dict[str, tuple[Any, str]] = {
    "ask": ("x" * 5_000_000, "ask has 5,000,000 characters. Write at most 10,000."),
    "confirm": ("x" * 10_001, "confirm has 10,001 characters."),
    "title": ("x" * 10_001, "title has 10,001 characters."),
    "approvers": ([f"@g{n}" for n in range(10_000)], "approvers has 10,000 entries. Give at most 1,000."),
    "choose": ([f"o{n}" for n in range(5_000)], "options has 5,000 entries. Give at most 1,000."),
    "quorum": ({f"@g{n}": 1 for n in range(2_000)}, "quorum has 2,000 entries."),
    "reassign_to": ([f"@g{n}" for n in range(1_001)], "reassign_to has 1,001 entries."),
    "escalate": ([Escalate(f"{n + 1}s", "@x") for n in range(1_001)], "escalate has 1,001 entries."),
}


@pytest.mark.parametrize("option", LARGE)
def test_what_nobody_can_read_is_refused_with_its_size(option: str) -> None:
    value, problem = LARGE[option]
    made = Workflow("flow", owner="@platform")
    plain = {"ask": "Go?", "approvers": ["@ops"], "expires": "2h"}
    if option == "quorum":
        del plain["approvers"]
    made.approval("go", advisory=True, **plain | {option: value})
    with pytest.raises(DefinitionErrors) as wrong:
        compile_workflow(made)
    assert any(problem in error.problem + " " + error.remedy for error in wrong.value.errors)
    assert [error.step for error in wrong.value.errors] == ["go"]


def test_a_mistake_with_a_huge_value_is_said_in_a_text_that_can_be_read() -> None:
    made = Workflow("flow", owner="x" * 5_000_000)
    for number in range(1_000):
        made.approval(f"go{number}", advisory=True, ask="Go?", approvers=["everybody"], expires="2h")
    with pytest.raises(DefinitionErrors) as wrong:
        compile_workflow(made)
    assert len(str(wrong.value)) < 100_000
    assert "And 801 more mistakes." in str(wrong.value)


@pytest.mark.parametrize("is_async", [True, False])
def test_a_step_that_yields_is_refused(is_async: bool) -> None:
    flow = Workflow("flow", owner="@ops")

    async def sends() -> Any:
        yield 1

    def gives() -> Any:
        yield 1

    flow.step(sends if is_async else gives)
    with pytest.raises(
        DefinitionErrors, match=r"The step uses yield, but a step must return one value\. Return a list"
    ):
        compile_workflow(flow)
