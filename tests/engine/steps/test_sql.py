"""SQL steps: what is bound, what is refused, and that nothing outlives its step or tells a password."""

import asyncio
import sqlite3
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import BaseModel

from engine import DefinitionErrors, Registry, Retry, StaticPeople, Workflow
from engine.authoring.dict_form import from_dict
from engine.compiler import compile_workflow
from engine.model.records.records import StepRecord
from engine.steps.sql_statement import Statement
from engine.steps.sql_text import parameters_in, reads_only, statements_in
from engine.testing import TESTER, Harness
from tests.postgres_server import address_of

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
PASSWORD = "Xk3-90qLw7Rt"


class Order(BaseModel):
    item: str = "lamp"
    ids: list[int] = [1, 3]
    big: dict[str, int] = {}


class Row(BaseModel):
    id: int
    price: Decimal


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "orders.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT, price NUMERIC)")
    rows = [(1, "lamp", 1.5), (2, "x' OR 1=1 --", 2), (3, "chair", 3)]
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", rows)
    connection.commit()
    connection.close()
    monkeypatch.setenv("ORDERS_DB", f"sqlite:///{path}")
    return path


def flow(query: str, **options: Any) -> Workflow:
    made = Workflow("orders", owner="@ops", input=Order)
    made.sql("rows", **{"url": "ORDERS_DB", "query": query, **options})
    return made


async def ended(workflow: Workflow, input: dict[str, Any] | None = None) -> StepRecord:
    async with Harness(workflow, people=PEOPLE) as harness:
        run = await harness.start("orders", input or {})
        await harness.advance("5m")
        return await harness.step(run, "rows")


def error_of(step: StepRecord) -> str:
    return step.failure.message if step.failure else ""


def mistakes(workflow: Workflow) -> list[str]:
    with pytest.raises(DefinitionErrors) as caught:
        compile_workflow(workflow)
    return [error.problem for error in caught.value.errors]


def stored(path: Path) -> int:
    connection = sqlite3.connect(path)
    (number,) = connection.execute("SELECT count(*) FROM orders").fetchone()
    connection.close()
    return int(number)


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("item", ["x' OR 1=1 --", '"; DROP TABLE orders', ":item", "lamp"])
async def test_a_value_is_a_parameter_and_never_a_part_of_the_statement(item: str) -> None:
    made = flow("SELECT item FROM orders WHERE item = :item", params={"item": "{input.item}"})
    step = await ended(made, {"item": item})
    known = item in ("lamp", "x' OR 1=1 --")
    assert step.output == {"rows": [{"item": item}] if known else [], "affected": None}


@pytest.mark.usefixtures("orders")
async def test_a_colon_in_a_text_names_no_parameter() -> None:
    step = await ended(flow("SELECT ' :x' AS a, '10:30' AS b, 'c' AS \":c\" -- :d"))
    assert step.output["rows"] == [{"a": " :x", "b": "10:30", ":c": "c"}]


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(("ids", "found"), [([1, 3], [1, 3]), ([], [])])
async def test_a_list_is_for_in(ids: list[int], found: list[int]) -> None:
    made = flow("SELECT id FROM orders WHERE id IN :ids ORDER BY id", params={"ids": "{input.ids}"})
    step = await ended(made, {"ids": ids})
    assert [row["id"] for row in step.output["rows"]] == found


@pytest.mark.usefixtures("orders")
async def test_rows_are_read_by_the_model_and_go_to_the_next_step() -> None:
    made = flow("SELECT id, price FROM orders ORDER BY id", rows=Row)

    @made.step
    async def total(rows: list[Row]) -> Decimal:
        return sum((row.price for row in rows), Decimal())

    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("orders", {})
        assert (await harness.step(run, "total")).output == "6.5"


@pytest.mark.usefixtures("orders")
async def test_rows_that_do_not_fit_the_model_fail_the_step() -> None:
    step = await ended(flow("SELECT item AS id, price FROM orders", rows=Row))
    assert error_of(step).startswith("The rows of rows do not fit Row at 0.id: ")


async def test_a_statement_writes_only_with_write(orders: Path) -> None:
    made = flow("WITH few AS (SELECT 1) SELECT * FROM few", write=False)
    assert (await ended(made)).output["rows"] == [{"1": 1}]
    made = flow("DELETE FROM orders WHERE id = :id", write=True, params={"id": 1})
    assert (await ended(made)).output == {"rows": [], "affected": 1}
    assert stored(orders) == 2


async def test_the_database_itself_refuses_a_change_that_the_text_hides(
    orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.steps.sql.reads_only", lambda query: True)
    step = await ended(flow("DELETE FROM orders"))
    assert "attempt to write a readonly database" in error_of(step)
    assert stored(orders) == 3


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(
    ("query", "options", "said"),
    [
        ("SELECT * FROM orders", {"max_rows": 2}, "more than 2 rows"),
        ("SELECT hex(zeroblob(3000)) AS x", {"output_kb": 1}, "larger than 1 kB"),
        ("SELECT 1 AS a, 2 AS a", {}, "two columns called a"),
        ("SELECT x'ff' AS bytes", {}, "bytes holds bytes that are not text"),
        ("SELECT * FROM missing", {}, "refused the statement: no such table: missing"),
        ("SELECT 1 WHERE 1 = :big", {"params": {"big": "{input.big}"}}, "params.big is {}. Name a text"),
    ],
)
async def test_what_is_refused_is_told_and_not_tried_again(
    query: str, options: dict[str, Any], said: str
) -> None:
    step = await ended(flow(query, **options))
    assert said in error_of(step)
    assert step.attempt == 1


async def test_a_missing_file_is_not_created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_DB", f"sqlite:///{tmp_path / 'none.db'}")
    assert (
        error_of(await ended(flow("SELECT 1"))) == "The database of ORDERS_DB is a file that does not exist."
    )
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "The secret ORDERS_DB is not set. Set it in the environment of Signoff"),
        (f"nosuch://bob:{PASSWORD}@db/x", "has no address that this bot can open"),
        (f"{PASSWORD}", "has no address that this bot can open"),
        (f"postgresql://bob:{PASSWORD}@127.0.0.1:1/x", "did not execute the statement: connection"),
    ],
)
async def test_an_address_that_does_not_work_is_told_without_its_password(
    address: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERS_DB", address)
    async with Harness(flow("SELECT 1"), people=PEOPLE) as harness:
        run = await harness.start("orders", {})
        await harness.advance("5m")
        step = await harness.step(run, "rows")
        assert said in error_of(step)
        assert PASSWORD not in repr(await harness.engine.detail(run.id))


SLOW = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) AS c FROM n"


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[Statement]:
    """The statements that began, in order."""
    begun: list[Statement] = []
    original = Statement.__init__

    def noted(self: Statement, *arguments: Any) -> None:
        original(self, *arguments)
        begun.append(self)

    monkeypatch.setattr(Statement, "__init__", noted)
    return begun


async def executing(statements: list[Statement]) -> None:
    async with asyncio.timeout(20):
        while not statements or statements[-1]._driver is None:
            await asyncio.sleep(0.01)


async def left(harness: Harness, statements: list[Statement]) -> None:
    """The statement and its attempt have ended."""
    async with asyncio.timeout(20):
        while harness.engine.overruns or statements[-1]._driver is not None:
            await asyncio.sleep(0.01)
    await harness.run_until_idle()


@pytest.mark.parametrize("server", ["sqlite", "postgresql"])
@pytest.mark.parametrize("how", ["timeout", "cancel"])
async def test_a_statement_that_is_too_slow_is_stopped(
    server: str, how: str, orders: Path, statements: list[Statement], monkeypatch: pytest.MonkeyPatch
) -> None:
    if server == "postgresql":
        monkeypatch.setenv("ORDERS_DB", address_of("sql steps"))
    query = SLOW if server == "sqlite" else "SELECT pg_sleep(600)"
    async with Harness(flow(query, timeout="30s", retry=Retry(attempts=1)), people=PEOPLE) as harness:
        run = await harness.engine.start("orders", {}, actor=TESTER)
        await executing(statements)
        if how == "timeout":
            harness.clock.move_to(harness.clock.now() + timedelta(seconds=31))
        else:
            await harness.engine.cancel(run.id, actor=TESTER)
        await left(harness, statements)
        step = await harness.step(run, "rows")
        kind = step.failure.kind if step.failure else ""
        assert (step.state, kind) == (("waiting", "TimeoutError") if how == "timeout" else ("cancelled", ""))
        assert how == "cancel" or "Stopped the statement." in step.log


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> str:
    """A schema in PostgreSQL with two orders."""
    address = address_of("orders of sql steps")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS orders")
        connection.execute(
            "CREATE TABLE orders (id int PRIMARY KEY, item text UNIQUE, price numeric, at timestamptz)"
        )
        connection.execute(
            "INSERT INTO orders VALUES (1, 'lamp', 1.50, '2026-01-01Z'), (2, 'chair', 2, NULL)"
        )
    monkeypatch.setenv("ORDERS_DB", address)
    return address


@pytest.mark.usefixtures("server")
async def test_postgresql_gives_rows_with_exact_numbers_and_moments() -> None:
    query = "SELECT id, price, at FROM orders WHERE item = :item OR id IN :ids ORDER BY id"
    step = await ended(flow(query, params={"item": "{input.item}", "ids": "{input.ids}"}))
    assert step.output["rows"] == [{"id": 1, "price": "1.50", "at": "2026-01-01T00:00:00Z"}]


async def test_postgresql_refuses_a_change_that_the_text_hides(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION empty() RETURNS int LANGUAGE sql AS 'DELETE FROM orders RETURNING 1'"
        )
        step = await ended(flow("SELECT empty()"))
        assert "cannot execute DELETE in a read-only transaction" in error_of(step)
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (2,)


@pytest.mark.usefixtures("server")
async def test_an_error_of_postgresql_quotes_no_values() -> None:
    query = "INSERT INTO orders VALUES (3, :item)"
    step = await ended(flow(query, params={"item": "{input.item}"}, write=True))
    assert error_of(step) == (
        "The database of ORDERS_DB refused the statement: duplicate key value violates unique constraint "
        '"orders_item_key"'
    )


async def test_approvers_see_the_statement_and_its_parameters_exactly() -> None:
    made = Workflow("orders", owner="@ops", input=Order)
    go = made.approval("go", ask="Delete?", approvers=["@ops"], expires="4h")
    query = "DELETE FROM orders\nWHERE item = :item AND id IN :ids"
    params = {"item": "{input.item}", "ids": "{input.ids}"}
    made.sql("rows", "ORDERS_DB", query, params=params, write=True, after=[go])
    async with Harness(made, people=PEOPLE) as harness:
        await harness.start("orders", {"item": "a'b"})
        (request,) = await harness.requests()
        assert [(shown.label, shown.value) for shown in request.shown] == [
            ("rows executes", query),
            ("rows parameters", ':item = "a\'b"\n:ids = [1, 3]'),
            ("rows database", "ORDERS_DB"),
        ]


def test_dict_and_python_are_the_same() -> None:
    options: dict[str, Any] = {
        "url": "ORDERS_DB",
        "query": "SELECT 1 WHERE 1 = :id",
        "params": {"id": "{input.ids.0}"},
    }
    data = {"id": "orders", "owner": "@ops", "input": Order, "tasks": [{"id": "rows", "sql": options}]}
    made = compile_workflow(from_dict(data, Registry())).definition
    assert made.nodes == compile_workflow(flow(**options)).definition.nodes


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"query": "SELECT * FROM orders WHERE id = {input.item}"}, "query has {input.item}"),
        ({"query": "SELECT 1; SELECT 2"}, "query has several statements"),
        ({"query": "DELETE FROM orders"}, "query may change something"),
        ({"query": "SELECT :id::int", "params": {"id": 1}}, "query casts :id with ::."),
        ({"query": "SELECT :id"}, "query has :id, and params has no id"),
        ({"query": "SELECT 1", "params": {"id": 1}}, "params has id, and query has no :id"),
        ({"query": "SELECT :id", "params": {"id": "{input.idd}"}}, "has no field idd"),
        (
            {"query": "SELECT 1", "url": f"sqlite://b:{PASSWORD}@db"},
            "url is not the name of a variable",
        ),
        ({"query": "SELECT 1", "max_rows": 0}, "max_rows is 0"),
        ({"query": "SELECT 1", "rows": "Row"}, "rows is 'Row'"),
        ({"query": " "}, "query is ' '"),
    ],
)
def test_a_mistake_is_named(options: dict[str, Any], problem: str) -> None:
    said = mistakes(flow(**options))
    assert any(problem in each for each in said)
    assert PASSWORD not in repr(said)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ':a', \":b\", :c, d::text -- :e\n/* :f */ FROM x WHERE y = :g", {"c", "g"}),
        ("SELECT $$ :a $$, $q$ ; :b $q$ WHERE :c = 1", {"c"}),
    ],
)
def test_parameters_are_found_outside_of_texts(query: str, expected: set[str]) -> None:
    assert (parameters_in(query), statements_in(query)) == (expected, 1)


@pytest.mark.parametrize(
    ("query", "reads"),
    [
        ("SELECT 'delete from x'", True),
        ("select * from x for update", True),
        ("WITH a AS (DELETE FROM x RETURNING *) SELECT * FROM a", False),
        ("SELECT * INTO y FROM x", False),
        ("-- SELECT\nDROP TABLE x", False),
        ("(SELECT 1) UNION SELECT 2;", True),
        ("PRAGMA query_only = OFF", False),
    ],
)
def test_a_statement_that_changes_something_is_known(query: str, reads: bool) -> None:
    assert reads_only(query) is reads
