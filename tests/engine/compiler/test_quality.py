"""Rows that do not fit their type are rejected one by one, and too many of them fail the step."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from engine import DefinitionErrors, Quality, Registry, Retry, RowsRejected, StepContext, Workflow
from engine.compiler.nodes.row_check import RowCheck
from engine.compiler.workflow import compile_workflow
from engine.errors import ContractError
from engine.model.definition.spec import QualitySpec
from engine.model.people import StaticPeople
from engine.model.records.records import RequestRecord
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"]})


class Grant(BaseModel):
    id: str
    amount: int = Field(gt=0)
    email: str | None = None


def grants(count: int, bad: int = 0) -> list[dict[str, Any]]:
    """So many rows, of which the first ones have no amount."""
    rows: list[dict[str, Any]] = [{"id": f"G-{number}", "amount": 10} for number in range(1, count + 1)]
    for row in rows[:bad]:
        del row["amount"]
    return rows


def loading(rows: list[Any], quality: Quality | None = None, **options: Any) -> Workflow:
    flow = Workflow("flow", owner="@ops", channel="#ops", on_failure=options.pop("on_failure", None))

    @flow.step(quality=quality or Quality(row=Grant, reject_over="20%"), **options)
    async def load() -> list[Any]:
        return rows

    @flow.step
    async def total(load: list[Grant]) -> int:
        return sum(grant.amount for grant in load)

    return flow


async def failure_of(harness: Harness) -> RequestRecord:
    (request,) = await harness.requests()
    return request


async def test_rows_that_do_not_fit_are_left_out_and_counted() -> None:
    async with Harness(loading(grants(10, bad=2))) as harness:
        run = await harness.start("flow")
        assert await harness.output(run, "total") == 80
        step = await harness.step(run, "load")
        assert step.reason == "2 of 10 rows rejected"
        assert step.log[:3] == (
            "2 of 10 rows rejected.",
            "row 1 (G-1): amount is missing",
            "row 2 (G-2): amount is missing",
        )
        events = await harness.engine.events.read(0, 100)
        told = next(event.data for event in events if event.type == "step.succeeded" and event.step == "load")
        assert (told["rows"], told["rejected"]) == (10, 2)


async def test_rows_that_all_fit_are_told_of_nowhere() -> None:
    async with Harness(loading(grants(10))) as harness:
        run = await harness.start("flow")
        step = await harness.step(run, "load")
        assert (step.reason, step.log) == ("", ())


async def test_one_row_too_many_asks_the_owner_at_once() -> None:
    """Not tried again: the source would give the same rows."""
    flow = loading(grants(10, bad=3), retry=Retry(attempts=5, delay="1s"), on_failure="fail")
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        request = await failure_of(harness)
        assert request.failure is not None
        assert (request.failure.kind, request.failure.attempts) == ("RowsRejected", 1)
        assert request.failure.message == (
            "3 of 10 rows were rejected, more than the 20% that quality allows. "
            "Reasons: amount is missing (3). "
            "First: row 1 (G-1): amount is missing; row 2 (G-2): amount is missing; "
            "row 3 (G-3): amount is missing."
        )
        assert "3 of 10 rows rejected." in (await harness.step(run, "load")).log
        await harness.decide("load", "skip", as_user="U1")
        assert (await harness.step(run, "total")).state == "skipped"


async def test_the_owner_accepts_the_rows_that_fit(tmp_path: Path) -> None:
    rows = grants(10, bad=3)
    async with Harness(loading(rows), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
        request = await failure_of(harness)
        assert request.policy.choices == ("retry", "accept", "skip", "abort")
        refused = await harness.try_decide("load", "accept", as_user="U1")
        assert refused.code == "comment_required"
        clock = harness.clock
    rows.clear()  # a restart later the source has other rows; those that were shown count
    async with Harness(loading(rows), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.decide("load", "accept", as_user="U1", comment="three test accounts")
        assert await harness.output(run, "total") == 70
        step = await harness.step(run, "load")
        assert (step.state, step.reason) == ("succeeded", "3 of 10 rows rejected, accepted by a person")
        assert step.failure is None
        assert (await harness.state(run)).run.state == "succeeded"
        events = await harness.engine.events.of_run(run.id)
        decided = next(event for event in events if event.type == "request.decided")
        assert (decided.actor.id, decided.data["comment"]) == ("U1", "three test accounts")
        told = next(event.data for event in events if event.type == "step.succeeded" and event.step == "load")
        assert told["accepted"] is True
        assert (await harness.engine.audit()).findings == []


@pytest.mark.parametrize("choice", ["retry", "skip", "abort"])
async def test_rows_that_nobody_accepted_are_not_kept(choice: str) -> None:
    rows = grants(10, bad=3)
    async with Harness(loading(rows), people=PEOPLE) as harness:
        run = await harness.start("flow")
        assert (await harness.step(run, "load")).output is not None
        rows[:] = grants(10, bad=10)
        await harness.decide("load", choice, as_user="U1")
        assert (await harness.step(run, "load")).output is None


async def test_a_step_with_no_row_that_fits_offers_nothing_to_accept() -> None:
    async with Harness(loading(grants(3, bad=3)), people=PEOPLE) as harness:
        await harness.start("flow")
        assert (await failure_of(harness)).policy.choices == ("retry", "skip", "abort")


async def test_rows_that_a_step_checks_itself_are_not_offered() -> None:
    """The step has not returned: what it would have made of them is unknown."""
    flow = Workflow("flow", owner="@ops", channel="#ops")

    @flow.step(quality=Quality(reject_over=0))
    def load(ctx: StepContext) -> list[Grant]:
        return ctx.rows(grants(5, bad=1), Grant)

    async with Harness(flow, people=PEOPLE) as harness:
        await harness.start("flow")
        assert (await failure_of(harness)).policy.choices == ("retry", "skip", "abort")


async def test_a_step_that_asked_for_follow_up_runs_offers_nothing_to_accept() -> None:
    flow = loading([])
    other = Workflow("other", owner="@ops")
    other.sleep("nap", "1s")

    @flow.step(quality=Quality(row=Grant, reject_over=0))
    async def extra(ctx: StepContext) -> list[Any]:
        ctx.follow_up("other")
        return grants(2, bad=1)

    async with Harness(flow, other, people=PEOPLE) as harness:
        await harness.start("flow")
        assert "accept" not in (await failure_of(harness)).policy.choices


async def test_then_fail_fails_the_run() -> None:
    flow = loading(grants(4, bad=1), Quality(row=Grant, reject_over=0, then="fail"))
    async with Harness(flow, people=PEOPLE) as harness:
        run = (await harness.state(await harness.start("flow"))).run
        assert run.state == "failed"
        assert run.reason.startswith(
            "load failed: 1 of 4 rows were rejected, more than the 0 that quality allows."
        )


async def test_a_renamed_field_is_named_in_words() -> None:
    renamed = [{"id": f"G-{number}", "amount_usd": 10} for number in range(99)]
    async with Harness(loading(renamed), people=PEOPLE) as harness:
        await harness.start("flow")
        request = await failure_of(harness)
        assert request.failure is not None
        assert request.failure.message.startswith(
            "99 of 99 rows were rejected, more than the 20% that quality allows. "
            "amount is missing in all 99 rows, "
            "and amount_usd is new: was a field renamed? First: row 1 (G-0): amount is missing; "
        )


def checked(rows: list[Any], **options: Any) -> tuple[list[Any], RowCheck, list[str]]:
    log: list[str] = []
    check = RowCheck("load", None, log.append)
    return check.rows(rows, Grant, **options), check, log


def test_a_field_that_fits_in_no_row_is_named_in_words() -> None:
    _, check, _ = checked([{"id": "a", "amount": "ten"}, {"id": "b", "amount": -1}])
    assert check.report is not None
    assert check.report.drift == ("amount is invalid in all 2 rows.",)


@pytest.mark.long
def test_a_million_bad_rows_make_a_short_report() -> None:
    rows: list[Any] = [{"id": f"{'x' * 500}{number}", "amount": "y" * 9000} for number in range(20_000)]
    _, check, log = checked(rows)
    assert check.report is not None
    assert check.report.rejected == 20_000
    assert len("\n".join(log)) < 2500
    assert len(check.report.details) < 1500


def test_rows_of_any_kind_are_rejected_one_by_one() -> None:
    class Rude:
        def __repr__(self) -> str:
            raise ValueError

    rows: list[Any] = [{"id": "a", "amount": 1}, None, "text", 3, Rude(), [], {"id": 1, "amount": True}]
    fitting, check, _ = checked(rows)
    assert [row.id for row in fitting] == ["a"]
    assert check.report is not None
    assert check.report.rejected == 6


def test_a_row_whose_value_came_before_is_rejected() -> None:
    rows = [{"id": "a", "amount": 1}, {"id": "a", "amount": 2}, {"id": "b", "amount": 3}]
    fitting, _, log = checked(rows, unique="id")
    assert [row.amount for row in fitting] == [1, 3]
    assert log == ["1 of 3 rows rejected.", "row 2 (a): id 'a' repeats an earlier row"]


@pytest.mark.parametrize(
    ("count", "bad", "raises"), [(10, 2, False), (10, 3, True), (3, 1, True), (0, 0, False)]
)
def test_a_share_is_of_all_rows(count: int, bad: int, raises: bool) -> None:
    check = RowCheck("load", QualitySpec(percent=20), lambda _: None)
    if raises:
        with pytest.raises(RowsRejected):
            check.rows(grants(count, bad), Grant)
    else:
        assert len(check.rows(grants(count, bad), Grant)) == count - bad


async def test_a_step_checks_the_rows_of_its_sources_itself() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step(quality=Quality(reject_over=1))
    def load(ctx: StepContext) -> dict[str, int]:
        first = ctx.rows(grants(5, bad=1), Grant, unique="id")
        second = ctx.rows(grants(3, bad=1), Grant)
        return {"first": len(first), "second": len(second)}

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        assert await harness.output(run, "load") == {"first": 4, "second": 2}
        assert (await harness.step(run, "load")).reason == "2 of 8 rows rejected"


def test_a_step_that_checks_its_rows_by_an_unknown_field_is_told_at_once() -> None:
    with pytest.raises(ContractError, match=r"load: unique is 'ids', which Grant does not have. Did you"):
        checked(grants(3), unique="ids")


class Line(BaseModel):
    order: str
    number: int

    @property
    def place(self) -> str:
        return f"{self.order}/{self.number}"


class Pair(TypedDict):
    key: str


@dataclass
class Entry:
    code: str


@pytest.mark.parametrize(
    ("row", "unique"),
    [
        (Line, "place"),
        (Pair, "key"),
        (Entry, "code"),
        (dict[str, str], "key"),
        (Any, "key"),
        (Line | None, "number"),
    ],
)
def test_rows_are_told_apart_by_a_field_or_a_property(row: Any, unique: str) -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step(quality=Quality(reject_over=0, row=row, unique=unique))
    def load() -> list[Any]:
        return []

    compile_workflow(flow)


async def test_without_quality_a_step_may_reject_any_number() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def load(ctx: StepContext) -> list[Grant]:
        return ctx.rows(grants(3, bad=3), Grant)

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        assert (await harness.step(run, "load")).reason == "3 of 3 rows rejected"


async def test_the_alternative_executes_where_a_source_has_drifted() -> None:
    async def other() -> list[Grant]:
        return [Grant(id="G-1", amount=7)]

    flow = loading(grants(3, bad=3), alternative=other)
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        assert await harness.output(run, "total") == 7


async def test_an_author_may_try_again_after_a_rejection() -> None:
    rows: list[Any] = grants(3, bad=3)

    def classify(error: Exception) -> str | None:
        rows[:] = grants(3)
        return "1s" if isinstance(error, RowsRejected) else None

    async with Harness(loading(rows, retry=Retry(classify=classify, attempts=2))) as harness:
        run = await harness.start("flow")
        await harness.advance("2s")
        assert await harness.output(run, "total") == 30


async def test_secrets_in_rows_are_hidden() -> None:
    rows = [{"id": "a", "amount": "password=hunter2hunter2"}]
    async with Harness(loading(rows), people=PEOPLE) as harness:
        run = await harness.start("flow")
        request = await failure_of(harness)
        assert request.failure is not None
        assert "hunter2" not in request.failure.message + str((await harness.step(run, "load")).log)


class Source:
    def fetch(self) -> list[Any]:
        return grants(10, bad=1)

    def add(self, rows: list[Grant]) -> int:
        return len(rows)


async def test_a_dict_declares_the_same() -> None:
    flow = {
        "id": "flow",
        "owner": "@ops",
        "tasks": [
            {
                "id": "load",
                "service": "Source",
                "action": "fetch",
                "quality": {"row": Grant, "reject_over": "10%", "then": "fail", "unique": "id"},
            },
            {"id": "add", "service": "Source", "action": "add"},
        ],
    }
    registry = Registry()
    registry.add("Source", Source())
    async with Harness(flow, registry=registry) as harness:
        run = await harness.start("flow")
        assert await harness.output(run, "add") == 9


def no_rows() -> dict[str, int]:
    return {}


@pytest.mark.parametrize(
    ("quality", "function", "words"),
    [
        (Quality(reject_over="20", row=Grant), None, "Quality's reject_over is '20'."),
        (Quality(reject_over=-1, row=Grant), None, "Quality's reject_over is -1."),
        (Quality(reject_over=True, row=Grant), None, "Quality's reject_over is True."),
        (Quality(reject_over="101%", row=Grant), None, "Quality's reject_over is '101%'."),
        (Quality(reject_over=0, row=Grant, then="stop"), None, "Quality's then is 'stop'."),  # type: ignore[arg-type]
        (Quality(reject_over=0), None, "Quality has no row, and the step takes no ctx"),
        (Quality(reject_over=0, unique="id"), None, "Quality has unique, but no row."),
        (
            Quality(reject_over=0, row=Grant, unique="ids"),
            None,
            "Quality's unique is 'ids', which Grant does not have. Did you mean id?",
        ),
        (
            Quality(reject_over=0, row=Grant, unique="number"),
            None,
            "Quality's unique is 'number', which Grant does not have. There are: id, amount, email.",
        ),
        (Quality(reject_over=0, row=Grant | Line, unique="id"), None, "which Line does not have"),  # type: ignore[arg-type]
        (Quality(reject_over=0, row=int, unique="id"), None, "which int does not have. Leave it out, or let"),
        (Quality(reject_over=0, row=list[int], unique="0"), None, "Quality's unique is '0', which list[int]"),
        (Quality(reject_over=0, row=3), None, "Quality's row is 3, which is not a type."),  # type: ignore[arg-type]
        (Quality(reject_over=0, row=Grant), no_rows, "but its quality checks the rows of a list"),
        (0.2, None, "quality is 0.2."),
    ],
)
def test_a_quality_that_cannot_work_is_named(
    quality: Any, function: Callable[..., Any] | None, words: str
) -> None:
    flow = Workflow("flow", owner="@ops")

    def load() -> list[Any]:
        return []

    flow.step(name="load", quality=quality)(function or load)
    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(flow)
    assert words in str(raised.value)


def test_a_mapped_step_has_tolerate_instead() -> None:
    flow = loading([])

    @flow.step(each="load", quality=Quality(row=Grant, reject_over=0))
    def send(grant: Grant) -> list[Any]:
        return []

    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(flow)
    assert "quality= cannot be combined with each=" in str(raised.value)


async def test_yaml_declares_the_same(tmp_path: Path) -> None:
    (tmp_path / "sources.py").write_text(
        "from pydantic import BaseModel\n\n\nclass Line(BaseModel):\n    id: str\n\n\n"
        "class Source:\n    def fetch(self) -> list[object]:\n        return [{'id': 'a'}, {'id': 1}]\n",
        encoding="utf-8",
    )
    (tmp_path / "flow.yaml").write_text(
        "id: flow\nowner: '@ops'\nservices:\n  Source: sources:Source\ntasks:\n  - id: load\n"
        "    service: Source\n    action: fetch\n    quality: {row: 'sources:Line', reject_over: 50%}\n",
        encoding="utf-8",
    )
    async with Harness(tmp_path / "flow.yaml") as harness:
        run = await harness.start("flow")
        assert await harness.output(run, "load") == [{"id": "a"}]
