"""Values that people and programs give: true and false are not numbers."""

from datetime import date, timedelta
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from engine import Cron, DefinitionErrors, InvalidInput, Workflow
from engine.compiler import compile_workflow
from engine.compiler.child_links import child_problems
from engine.testing import Harness


class Part(BaseModel):
    count: int = Field(0, alias="how-many")
    default: int = 0


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    on: bool = False
    due: date | None = None


def _counted(value: Any) -> Any:
    return 5 if value is True else value


class Numbers(BaseModel):
    part: Part = Part()
    ids: set[int] = set()
    either: int | bool = 0
    word: int | str = 0
    wait: timedelta = timedelta()
    own: Annotated[int, BeforeValidator(_counted)] = 0
    strict: Strict = Strict()
    anything: Any = None


numbers = Workflow("numbers", input=Numbers, owner="@platform")


@numbers.step
async def show(input: Numbers) -> Numbers:
    return input


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"part": {"how-many": True}}, "part.how-many: true is not a whole number."),
        ({"part": {"default": True}}, "part.default: true is not a whole number."),
        ({"ids": [2, True]}, "ids.1: true is not a whole number."),
        ({"word": True}, "word: true is not a whole number and is not text."),
        ({"wait": True}, "wait: true is not a duration."),
    ],
)
async def test_true_is_not_a_number_in_any_part_of_an_input(given: dict[str, Any], words: str) -> None:
    async with Harness(numbers) as harness:
        with pytest.raises(InvalidInput) as found:
            await harness.start("numbers", given)
        assert words in str(found.value)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"either": True}, {"either": True}),
        ({"own": True}, {"own": 5}),
        ({"anything": [True, {"n": False}]}, {"anything": [True, {"n": False}]}),
        ({"strict": {"on": True, "due": "2026-01-31"}}, {"strict": {"on": True, "due": "2026-01-31"}}),
        ({"ids": ["4"], "anything": True}, {"ids": [4]}),
    ],
)
async def test_true_stays_true_where_the_type_takes_it(given: dict[str, Any], stored: dict[str, Any]) -> None:
    async with Harness(numbers) as harness:
        run = await harness.start("numbers", given)
        assert run.input | stored == run.input


async def test_a_value_that_holds_itself_is_refused() -> None:
    round_and_round: list[Any] = []
    round_and_round.append(round_and_round)
    async with Harness(numbers) as harness:
        with pytest.raises(InvalidInput):
            await harness.start("numbers", {"anything": round_and_round})


class Level(BaseModel):
    level: int


def on_level(*triggers: Cron) -> Workflow:
    flow = Workflow("leveled", input=Level, owner="@platform", triggers=triggers)

    @flow.step
    async def take(input: Level) -> int:
        return input.level

    return flow


def test_a_child_workflow_is_not_given_true_for_a_number() -> None:
    parent = Workflow("parent", owner="@platform")
    parent.child("call", "leveled", input={"level": True})
    workflows = {each.name: compile_workflow(each) for each in (on_level(), parent)}
    (problem,) = child_problems(workflows, lambda name: "")
    assert "input.level true is not a whole number. Write one such as 3" in str(problem)


def test_a_schedule_is_not_given_true_for_a_number() -> None:
    with pytest.raises(DefinitionErrors, match="level: true is not a whole number"):
        compile_workflow(on_level(Cron("0 3 * * *", input={"level": True})))
