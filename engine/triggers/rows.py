"""Triggers of rows: a query of any SQL database is asked again and again for rows beyond the last one.

The place is the value of one column, which grows with each row: a counter or a sequence. It is kept in the
transaction that creates the run, so that each row starts one run whatever happens to the process.
"""

import asyncio
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from engine.clock import Clock
from engine.errors import NotPossible, TooMany
from engine.model.definition.trigger_spec import RowSpec
from engine.model.people import Actor
from engine.model.values.json_safe import storage_problem
from engine.store import queries
from engine.store.schema import rows
from engine.store.store import Store
from engine.triggers.door import Door
from engine.triggers.fact import Fact, row_scope

log = logging.getLogger(__name__)

PAGE_SIZE = 200
_RETRY_INTERVAL = timedelta(minutes=1)
"""Longest interval between two queries while they fail."""
_ANY: TypeAdapter[Any] = TypeAdapter(Any)


@dataclass(frozen=True, slots=True)
class Row:
    """A row by column, as JSON. `problem`: why it cannot be read; it has no columns but the cursor then."""

    columns: Mapping[str, Any]
    problem: str = ""


class NoPlace(Exception):
    """Nothing beyond this row can be asked for. `str()` says why."""


class RowLook:
    """One trigger of rows. `url`: the address of the database; empty where its variable is not set."""

    def __init__(
        self, store: Store, clock: Clock, door: Door, workflow: str, spec: RowSpec, url: str
    ) -> None:
        self._store, self._clock, self._door = store, clock, door
        self._workflow, self._spec, self._url = workflow, spec, url
        self._place: Any = spec.start
        self._problem = ""

    @property
    def name(self) -> str:
        return f"{self._workflow} {self._spec.key}"

    async def begin(self) -> None:
        row = await self._store.read(queries.schedule, self._workflow, self._spec.key, self._store.skip)
        if row is not None and row.cursor is not None:
            self._place = rows.from_json(row.cursor)

    async def look(self) -> datetime:
        """Take the rows beyond the place, page by page; gives when to ask again."""
        every, before = timedelta(seconds=self._spec.every), self._place
        if not self._url:
            self._complain(f"the environment variable {self._spec.url} is not set")
        elif await self._door.enabled(self._workflow, self._spec):
            try:
                while await self._look_at_page():
                    await asyncio.sleep(0)
            except TooMany as error:
                self._complain(str(error))
                return await self._door.hold(self._workflow, self._spec, error, self._place != before)
            every = min(every, _RETRY_INTERVAL) if self._problem else every
        return self._clock.now() + every

    async def stirred(self) -> None:
        """No database tells of new rows."""
        await asyncio.Event().wait()

    async def end(self) -> None:
        """Nothing is open between two queries."""

    async def _look_at_page(self) -> bool:
        """Return whether there may be more."""
        before, spec = self._place, self._spec
        try:
            page = await asyncio.to_thread(fetch, self._url, spec.sql, before, spec.cursor)
        except Exception as error:
            # The driver's text may hold the address with its password.
            await self._stuck(f"the query failed ({type(error).__name__})")
            return False
        try:
            for row in page:
                await self._take(row)
            if len(page) == PAGE_SIZE and self._place == before:
                raise NoPlace(f"a whole page of rows has the {spec.cursor} {str(before)[:60]!r}")
        except NoPlace as problem:
            await self._stuck(f"{problem}, so the rows beyond it cannot be asked for")
            return False
        self._complain("")
        await self._door.health.reading(self._workflow, self._spec)
        return len(page) == PAGE_SIZE

    async def _take(self, row: Row) -> None:
        workflow, spec = self._workflow, self._spec
        value = self._place_of(row)
        place = rows.to_json(value)
        told = f"{spec.cursor} {place}"
        if row.problem:
            noted = False
            await self._door.refuse(workflow, spec, NotPossible(row.problem), told)
        else:
            fact = Fact(place, row_scope(spec, row.columns), Actor("query", spec.key), cursor=place)
            noted = await self._door.observe(workflow, spec, fact, told)
        if not noted:
            await self._store.set_cursor(workflow, spec.key, place)
        self._place = value

    def _place_of(self, row: Row) -> int | float | str:
        """Return the value of the cursor. Raises `NoPlace` for one after which no query finds a row."""
        cursor = self._spec.cursor
        if cursor not in row.columns:
            raise NoPlace(f"a row has no column {cursor}")
        value = row.columns[cursor]
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not (number or isinstance(value, str)) or storage_problem(value):
            raise NoPlace(f"a row has the {cursor} {str(value)[:60]!r}")
        if isinstance(self._place, str) != isinstance(value, str) and self._place != self._spec.start:
            raise NoPlace(f"a row has the {cursor} {str(value)[:60]!r} after {str(self._place)[:60]!r}")
        place: int | float | str = value
        return place

    async def _stuck(self, problem: str) -> None:
        self._complain(problem)
        await self._door.health.failing(self._workflow, self._spec, problem)

    def _complain(self, problem: str) -> None:
        """Once for each problem."""
        if problem and problem != self._problem:
            log.warning("%s waits: %s", self.name, problem)
        self._problem = problem


def fetch(url: str, sql: str, place: Any, cursor: str) -> list[Row]:
    """One page of rows, in a connection of its own."""
    # Imported here: only triggers of rows need it.
    from sqlalchemy import create_engine, text  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    database = create_engine(url, poolclass=NullPool)
    try:
        with database.connect() as connection:
            page = connection.execute(text(sql), {"cursor": place}).mappings().fetchmany(PAGE_SIZE)
            return [_row(dict(row), cursor) for row in page]
    finally:
        database.dispose()


def _row(columns: dict[str, Any], cursor: str) -> Row:
    """Return the row as JSON. A row that cannot be read holds up no other one."""
    try:
        return Row(_ANY.dump_python(columns, mode="json"))
    except ValueError as error:  # bytes that are not UTF-8, for instance
        place = {cursor: _ANY.dump_python(columns[cursor], mode="json")} if cursor in columns else {}
        return Row(place, f"The row cannot be read as JSON ({type(error).__name__}).")
