"""Each column of each table holds a value that no release writes: each door says so, or works without it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.cli import run_view
from bot.cli.handlers import handlers
from bot.http.listening import listening
from bot.http.server import build_server
from engine import SignoffError
from engine.audit.keys import Keyring
from engine.store.maintenance.diagnosis import database_problem
from tests.bot import odd_rows
from tests.bot.odd_rows import TABLES, OddRow, odd_values
from tests.engine.tampering import execute


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("installation")
    return folder, asyncio.run(odd_rows.install(folder))


class Visitor:
    """Goes through doors. `said`: the refusals in words; anything else that a door raises is a bug."""

    def __init__(self, made: Any, http: aiohttp.ClientSession, url: str) -> None:
        self.engine, self._made, self._http, self._url = made.engine, made, http, url
        self.table = handlers(made.engine)

    async def ask(self, name: str, **values: Any) -> Any:
        """Return the answer of a command, or the words in which it is refused."""
        try:
            return await self.table[name](values, "root")
        except SignoffError as error:
            return str(error)

    async def show(self, run_id: str) -> str:
        shown = await self.ask("show", run=run_id)
        return shown if isinstance(shown, str) else "\n".join(line.plain for line in run_view.lines(shown))

    async def get(self, run_id: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        async with self._http.get(f"{self._url}/api/approvals/{run_id}", headers=headers) as answer:
            assert answer.status < 500, await answer.text()
            assert await answer.json()

    async def decide(self, request_id: str) -> str:
        values = {"request": request_id, "choice": "reject", "comment": "no", "as_user": "U1"}
        decided = await self.ask("decide", **values)
        return decided if isinstance(decided, str) else str(decided["text"])


@asynccontextmanager
async def visiting(folder: Path) -> AsyncIterator[Visitor]:
    async def problems() -> dict[str, str]:
        return {}

    async with odd_rows.harness(folder) as made, aiohttp.ClientSession() as http:
        server = build_server(problems=problems, clock=made.clock, engine=made.engine)
        async with listening(server, "127.0.0.1", 0) as port:
            yield Visitor(made, http, f"http://127.0.0.1:{port}")


LISTS = {
    "schedule": ["schedules", "prospect"],
    "resource": ["resources"],
    "trigger_fact": ["schedules", "prospect"],
    "definition": ["runs", "unsettled"],
    "code": ["runs", "unsettled"],
    "log": ["runs", "checkpoint"],
    "installation": ["runs"],
}
OF_RUNS = {"run", "step_run", "request", "decision", "wait", "checkpoint", "signal", "follow_up"}
"""Tables of which each value that no release writes keeps the run from all that would be done with it."""


async def visited(visitor: Visitor, table: str, row: OddRow, ids: dict[str, str], token: str) -> list[str]:
    """Go through the doors that read the table. Return what none of them says as it should."""
    wrong = []
    run_id = ids.get(str(row.written.get("request_id" if table == "decision" else "run_id")), "")
    run_id = run_id or str(row.written.get("id" if table == "run" else "run_id"))
    for name in LISTS.get(table, ["runs", "requests"]):
        listed = await visitor.ask(name, limit=50)
        if isinstance(listed, str) and (table not in ("definition", "log") or name == "runs"):
            wrong.append(f"{name} is refused: {listed}")
        elif name == "runs":
            there = {run["id"] for run in listed["runs"]}
            wrong += [f"{other} is not listed" for other in set(ids.values()) - there - {run_id}]
            if run_id in ids.values() and run_id not in there and not listed["unreadable"]:
                wrong.append("the run is not counted")
    if table in ("delivery", "event"):
        await visitor.engine.deliveries.due("tests", visitor.engine.clock.now())
        await visitor.engine.events.read(0)
    if table not in OF_RUNS and table not in ("event", "step_report", "installation"):
        return wrong
    shown = await visitor.show(run_id)
    await visitor.get(run_id, token)
    if table not in OF_RUNS:
        return wrong
    request_id = next(request for request, run in ids.items() if run == run_id)
    told = [shown, await visitor.decide(request_id), str(await visitor.ask("cancel", run=run_id, reason="x"))]
    words = (
        "was changed by another program",
        "There is no",
        "or it is not here",
        "does not match the log",
        "cannot be read",
    )
    return wrong + [
        f"nothing is said of it: {text}" for text in told if not any(word in text for word in words)
    ]


@pytest.mark.long
async def test_each_door_tells_of_a_value_that_no_release_writes(
    installation: tuple[Path, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(installation[0], folder)
    database = folder / "signoff.db"
    wrong: list[str] = []
    async with visiting(folder) as visitor:
        requests = await visitor.engine.requests(None, limit=None)
        ids = {request.id: request.run_id for request in requests}
        for table, columns in TABLES.items():
            row = OddRow(database, table)
            for column in columns:
                for value in odd_values(column):
                    if not row.change(column.name, value):
                        continue
                    caplog.clear()
                    try:
                        found = await visited(visitor, table, row, ids, installation[1])
                    except Exception as error:
                        found = [f"{type(error).__name__}: {error}"]
                    found += [
                        f"{record.getMessage()} {record.exc_info[1]}"
                        for record in caplog.records
                        if record.exc_info
                    ]
                    wrong += [f"{table}.{column.name} = {value}: {each}" for each in found]
                    row.put_right(column.name, value)
    assert not wrong, "\n".join(wrong)


AT_ONCE = [
    ("wait", "due_at", "'soon'"),
    ("schedule", "next_fire_at", "'soon'"),
    ("trigger_fact", "at", "x'00'"),
    ("resource", "state", "'[1]'"),
    ("delivery", "data", "'{'"),
    ("event", "at", "'soon'"),
    ("request", "policy", "'{'"),
    ("step_run", "queued_at", "'soon'"),
    ("step_report", "log", "'{'"),
    ("run", "version", "9223372036854775807"),
]


async def test_a_start_and_all_that_time_brings_about_pass_over_rows_that_cannot_be_read(
    installation: tuple[Path, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(installation[0], folder)
    for table, column, value in AT_ONCE:
        assert OddRow(folder / "signoff.db", table).change(column, value)
    async with odd_rows.harness(folder) as made:
        run = await made.start("flow", as_user="U2")
        assert "The resource bank" in await made.engine.altered_records()
        await made.engine.control.reset_resource("bank", actor=odd_rows.OPERATOR)
        await made.advance("90m")
        assert (await made.decide("go", "approve", as_user="U1", run=run)).accepted
        await made.engine.runs()
        told = await made.engine.altered_records()
        for words in ("The schedule cron:", "the wait ", "its row cannot be read"):
            assert words in told, told
        (schedule,) = [each for each in await made.engine.schedules() if each.workflow == "flow"]
        assert (schedule.enabled, schedule.next_fire_at) == (False, None)
        assert "schedule.next_fire_at holds text instead of a whole number" in schedule.unreadable
        problems = [finding.problem for finding in (await made.engine.audit()).findings]
        for table in ("schedule", "delivery", "run", "step_report"):
            assert any(f"cannot be read ({table}." in problem for problem in problems), problems
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
    assert "schedule.next_fire_at" in database_problem(folder / "signoff.db", Keyring(folder / "keys"))


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("'{'", "schedule.trouble is not valid JSON"),
        ("'[]'", "schedule.trouble holds JSON of another shape"),
    ],
)
async def test_a_trouble_of_a_trigger_that_cannot_be_read_is_named(
    installation: tuple[Path, str], tmp_path: Path, value: str, named: str
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(installation[0], folder)
    async with odd_rows.harness(folder) as made:
        execute(folder / "signoff.db", f"UPDATE schedule SET trouble = {value} WHERE workflow = 'flow'")
        (schedule,) = [each for each in await made.engine.schedules() if each.workflow == "flow"]
        assert not schedule.enabled
        assert named in schedule.unreadable
        assert named in await made.engine.altered_records()
        assert any(named in finding.problem for finding in (await made.engine.audit()).findings)


ODD_NOW = {
    "delivery": "UPDATE delivery SET data = '{', sent = 0, wanted = 1, state = 'idle', inside = '', "
    "follows = '', consumer = 'slack'",
    "schedule": "UPDATE schedule SET trouble = '{'",
}
"""By table: what makes each of its rows unreadable for a process that serves."""


@pytest.mark.parametrize("put_right", [True, False])
@pytest.mark.parametrize(("table", "column"), [("delivery", "data"), ("schedule", "trouble")])
async def test_a_row_that_cannot_be_read_is_told_until_it_is_put_right_or_gone(
    installation: tuple[Path, str], tmp_path: Path, table: str, column: str, put_right: bool
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(installation[0], folder)
    database = folder / "signoff.db"

    async with odd_rows.harness(folder) as made:
        before = await made.engine.altered_records()
        execute(database, f"CREATE TABLE kept AS SELECT * FROM {table}")
        assert execute(database, ODD_NOW[table])
        await made.engine.schedules()
        await made.engine.deliveries.due("slack", made.clock.now())
        said = await made.engine.altered_records()
        assert f"({table}.{column} is not valid JSON)" in said
        assert await made.engine.altered_records() == said
        execute(database, f"DELETE FROM {table}")
        if put_right:
            execute(database, f"INSERT INTO {table} SELECT * FROM kept")
        assert await made.engine.altered_records() == before


async def test_a_run_with_a_binary_id_is_counted_and_named(
    installation: tuple[Path, str], tmp_path: Path
) -> None:
    for value, name in (("x'00ff'", "x'00ff'"), ("CAST(x'ff' AS TEXT)", "x'ff'")):
        folder = tmp_path / name
        shutil.copytree(installation[0], folder)
        row = OddRow(folder / "signoff.db", "run")
        assert row.change("id", value)
        async with odd_rows.harness(folder) as made:
            listed = await handlers(made.engine)["runs"]({"limit": 50}, "root")
            assert (listed["unreadable"], len(listed["runs"])) == ([name], listed["total"] - 1)
            row.put_right("id", value)
            assert await made.engine.unreadable_runs() == []
