"""Everything that can be wrong with a workflow file, and the words for it."""

from pathlib import Path
from typing import Any

import pytest

from engine import DefinitionError, DefinitionErrors, Workflow
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
