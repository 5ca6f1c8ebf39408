"""Decimals stand without quotes, also within lists and objects, and texts of digits keep theirs."""

from decimal import Decimal

import pytest
from pydantic import BaseModel

from engine import Actor, Diff, StaticPeople, Table, Workflow
from engine.compiler import compile_workflow
from engine.compiler.paths import decimal_paths
from engine.model.text.wording import in_words
from engine.testing import Harness


class Line(BaseModel):
    item: str
    price: Decimal


class Node(BaseModel):
    weight: Decimal
    children: "list[Node]" = []


class Quote(BaseModel):
    total: Decimal = Decimal("1250.50")
    lines: list[Line] = [Line(item="7", price=Decimal("12.50"))]
    by_region: dict[str, list[Decimal]] = {"eu": [Decimal("5.0")]}
    pair: tuple[str, Decimal] = ("1.10", Decimal("1.10"))
    codes: list[str] = ["007"]


async def shown_by_label(*show: object) -> dict[str, str]:
    """The values of a request in words, as it is read back from the database."""
    flow = Workflow("flow", owner="U1")

    @flow.step
    async def quote() -> Quote:
        return Quote()

    flow.approval("go", ask="Go?", show=show, approvers=["U1"], expires="1d", advisory=True)  # type: ignore[arg-type]
    async with Harness(flow, people=StaticPeople(groups={"all": ["U1", "U2"]})) as harness:
        await harness.engine.start("flow", actor=Actor("slack", "U2"))
        await harness.run_until_idle()
        (request,) = await harness.engine.requests()
        return {item.label: in_words(item.value) for item in request.shown}


async def test_decimals_within_lists_and_objects_are_shown_without_quotes() -> None:
    fields = ("total", "lines", "by_region", "pair", "codes")
    assert await shown_by_label(*(f"quote.{name}" for name in fields)) == {
        "Total": "1250.50",
        "Lines": '[{item: "7", price: 12.50}]',
        "By region": "{eu: [5.0]}",
        "Pair": '["1.10", 1.10]',
        "Codes": '["007"]',
    }


async def test_decimals_of_tables_and_differences_are_shown_without_quotes() -> None:
    show = [Table("Table", "quote.lines"), Diff("Diff", "quote.total", "quote.by_region")]
    assert await shown_by_label(*show) == {
        "Table": '[{item: "7", price: 12.50}]',
        "Diff": "{before: 1250.50, after: {eu: [5.0]}}",
    }


@pytest.mark.parametrize("kind", [list[str], dict, list, int, "Line"])
def test_a_type_without_a_sure_decimal_has_no_paths(kind: object) -> None:
    assert decimal_paths(kind) == []


def test_a_type_that_holds_itself_is_looked_through_to_a_bound() -> None:
    assert ["children", "*", "weight"] in decimal_paths(Node)
    assert len(decimal_paths(Node)) < 10


def test_a_definition_without_nested_decimals_keeps_the_digest_of_earlier_releases() -> None:
    flow = Workflow("flow", owner="U1")

    @flow.step
    async def total() -> Decimal:
        return Decimal(1)

    flow.approval("go", ask="Go?", show=["total"], approvers=["U1"], expires="1d", advisory=True)
    assert "numbers" not in str(compile_workflow(flow).definition.model_dump(mode="json"))
