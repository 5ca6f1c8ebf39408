"""Types of steps are recorded by what decides which values fit, under a rule that never changes."""

import importlib.util
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model

from engine import Outcome, Settled, Workflow
from engine.compiler.nodes.step_code import StepCode
from engine.compiler.types.schema_digests import first_rule_digests, rule_of, schema_digest
from engine.compiler.workflow import compile_workflow
from engine.model.input.json_schema import without_descriptions
from engine.testing import Harness
from tests.present import present
from tests.upgrades.early_workflows import EARLY
from tests.upgrades.test_early import only
from tests.upgrades.test_upgrades import HERE, PEOPLE, restore

FIRST = HERE / "early" / "0.1.0-first.sql"
NOT_WORDS = {
    "a field more": {"number": (int, 1), "title": (str, ...), "size": (int, 3)},
    "another type": {"number": (float, 1), "title": (str, ...)},
    "another bound": {"number": (int, Field(1, ge=0)), "title": (str, ...)},
    "a field called title less": {"number": (int, 1)},
    "no default": {"number": (int, ...), "title": (str, ...)},
}


def code_of(kind: Any, doc: str = "") -> StepCode:
    """A step that takes such a value, and gives one."""
    workflow = Workflow("w", owner="@ops")

    async def make():  # type: ignore[no-untyped-def]
        return None

    async def use(go, make):  # type: ignore[no-untyped-def]
        return make

    make.__annotations__ = {"return": kind}
    use.__annotations__ = {"go": Outcome, "make": kind, "return": kind}
    use.__doc__ = doc
    workflow.step(make)
    workflow.approval("go", ask="Go?", approvers=["@ops"], expires="1d", after=["make"])
    workflow.step(use)
    return compile_workflow(workflow).code["use"]


def part(**changed: Any) -> type[BaseModel]:
    fields = {"number": (int, 1), "title": (str, ...), **changed}
    return create_model("Part", **fields)


class Described(BaseModel):
    """Words."""

    title: str = Field(title="The title", description="What it is called.", examples=["a pump"])
    number: int = Field(1, description="Its number.")


class Kind(Enum):
    """Words."""

    A = "a"
    B = "b"


class Other(Enum):
    B = "b"
    A = "a"


def test_words_and_the_order_of_fields_do_not_change_the_types_of_a_step() -> None:
    plain = schema_digest(code_of(part()))
    assert schema_digest(code_of(Described)) == plain
    assert schema_digest(code_of(list[Described])) == schema_digest(code_of(list[part()]))  # type: ignore[misc]
    assert schema_digest(code_of(dict[str, Kind])) == schema_digest(code_of(dict[str, Other]))
    assert schema_digest(code_of(part(), doc="Words.")) == plain


@pytest.mark.parametrize("fields", NOT_WORDS.values(), ids=NOT_WORDS)
def test_a_change_of_the_values_that_fit_changes_the_types_of_a_step(fields: Mapping[str, Any]) -> None:
    model = create_model("Part", **fields)
    assert schema_digest(code_of(model)) != schema_digest(code_of(part()))
    assert schema_digest(code_of(list[model])) != schema_digest(code_of(list[part()]))  # type: ignore[misc]


def test_the_value_of_an_outcome_is_part_of_the_types_of_a_step() -> None:
    digests = {
        schema_digest(code_of(kind))
        for kind in (list[Outcome], list[Outcome[int]], list[Settled[int]], list[Settled[str]])
    }
    assert len(digests) == 4


def test_a_rule_never_changes() -> None:
    """These stand in databases. Where one differs, write a new rule and leave the old one as it was."""
    code = code_of(list[part()] | Settled[int])  # type: ignore[misc]
    assert schema_digest(code) == "2:fc00effe6e2768ef458a513583e6cebfc019b90f7df21de1ce621b178075a7c2"
    assert sorted(first_rule_digests(code)) == [
        "62f0fd8f58672f5e03a258d72a3029b07a17d37ba2428d6efbe80b9e734707db",
        "6fefb080165eca9e1960ea09c91da1d7ea91a2683fdd7e8eb530e593566caaa7",
    ]
    assert rule_of(schema_digest(code)) == "2"


WORDS = st.dictionaries(
    st.sampled_from(["title", "description", "examples", "$comment"]), st.text(), min_size=1
)


@given(
    schema=st.recursive(
        st.sampled_from(
            [{"type": "string"}, {"type": "integer", "minimum": 1}, {"const": {"title": "kept"}}]
        ),
        lambda inner: st.dictionaries(st.sampled_from(["title", "description", "a"]), inner, min_size=1).map(
            lambda properties: {"type": "object", "properties": properties}
        ),
    ),
    words=WORDS,
)
def test_words_are_left_out_at_every_depth_and_nothing_else(schema: Any, words: dict[str, str]) -> None:
    def described(value: Any) -> Any:
        if not isinstance(value, dict) or "const" in value:
            return value
        properties = {name: described(each) for name, each in value.get("properties", {}).items()}
        return {**value, **words, **({"properties": properties} if properties else {})}

    assert without_descriptions(described(schema)) == without_descriptions(schema) == schema


def edited(folder: Path) -> tuple[Workflow, ...]:
    """The same workflows, with other words about the same types."""
    text = (HERE / "early_workflows.py").read_text("utf-8")
    for before, after in (
        ('"""One thing that is replaced."""', '"""A thing of the plant."""'),
        ("Its number in the store.", "The number on its shelf."),
        ("What is replaced.", "Which thing."),
        ('"""Where it runs."""', '"""A half of the country."""'),
    ):
        assert before in text
        text = text.replace(before, after)
    file = folder / "edited.py"
    file.write_text(text, "utf-8")
    spec = importlib.util.spec_from_file_location("edited", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return tuple(module.EARLY)


async def replaced(harness: Harness) -> str:
    """The state of the run that waited for its approval, after it came."""
    run = await only(harness, "replace", "waiting")
    if await harness.engine.requests(run_id=run.id):
        await harness.decide("may_replace", "approve", as_user="U1", run=run)
    detail = await harness.state(run)
    return f"{detail.run.state} {detail.run.reason}".strip()


async def test_a_run_of_the_first_release_ends_under_edited_descriptions_after_one_start_under_its_own(
    tmp_path: Path,
) -> None:
    restore(FIRST, tmp_path)
    async with Harness(*EARLY, people=PEOPLE, folder=tmp_path, schedules=False):
        pass
    async with Harness(*edited(tmp_path), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        assert await replaced(harness) == "succeeded"


async def test_a_run_of_the_first_release_waits_where_descriptions_changed_with_the_release(
    tmp_path: Path,
) -> None:
    restore(FIRST, tmp_path)
    async with Harness(*edited(tmp_path), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        said = await replaced(harness)
        assert said.startswith("waiting")
        assert "Restore the earlier types, with their descriptions, or cancel the run." in said
    async with Harness(*EARLY, people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        await harness.run_until_idle()
        assert await only(harness, "replace", "succeeded")


async def test_a_run_of_this_release_ends_under_edited_descriptions(tmp_path: Path) -> None:
    async with Harness(*EARLY, people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        await harness.start("replace", {"item": "valve"}, as_user="U4")
    async with Harness(*edited(tmp_path), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        assert await replaced(harness) == "succeeded"


class Values(BaseModel):
    """Values that people approve."""

    replicas: int = Field(3, description="How many.")


class SameValues(BaseModel):
    """Values that the approver fills in."""

    replicas: int = Field(3, description="The number of copies.", title="Copies")


def filled_in(form: type[BaseModel]) -> Workflow:
    workflow = Workflow("filled", owner="@ops")
    go = workflow.approval("go", ask="Go?", approvers=["@release"], form=form, expires="1d")

    @workflow.step(when=go.approved)
    async def use(go: Outcome) -> int:
        return int(present(go.value)["replicas"])

    return workflow


async def test_a_form_whose_descriptions_changed_is_still_filled_in(tmp_path: Path) -> None:
    async with Harness(filled_in(Values), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("filled", as_user="U4")
    async with Harness(filled_in(SameValues), people=PEOPLE, folder=tmp_path) as harness:
        await harness.decide("go", "approve", as_user="U1", value={"replicas": 5})
        assert await harness.output(run, "use") == 5
