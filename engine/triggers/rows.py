"""Triggers of rows: a query of any SQL database is asked again and again for rows beyond the last one.

The place is the value of one column, which grows with each row: a counter or a sequence. It is kept in the
transaction that creates the run, so that each row starts one run whatever happens to the process.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from engine.clock import Clock
from engine.errors import InvalidInput, NotPossible
from engine.model.people import Actor
from engine.model.trigger_spec import RowSpec
from engine.store import queries
from engine.store.schema import rows
from engine.store.store import Store
from engine.triggers.bursts import refused_event
from engine.triggers.door import Door
from engine.triggers.intake import Fact

log = logging.getLogger(__name__)

PAGE_SIZE = 200
_ANY: TypeAdapter[Any] = TypeAdapter(Any)


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
        row = await self._store.read(queries.schedule, self._workflow, self._spec.key)
        if row is not None and row.cursor is not None:
            self._place = rows.from_json(row.cursor)

    async def look(self) -> datetime:
        """Take the rows beyond the place, page by page; gives when to ask again."""
        if not self._url:
            self._complain(f"the environment variable {self._spec.url} is not set")
        elif await self._door.enabled(self._workflow, self._spec):
            while await self._look_at_page():
                await asyncio.sleep(0)
        return self._clock.now() + timedelta(seconds=self._spec.every)

    async def stirred(self) -> None:
        """No database tells of new rows."""
        await asyncio.Event().wait()

    async def end(self) -> None:
        """Nothing is open between two queries."""

    async def _look_at_page(self) -> bool:
        """Return whether there may be more."""
        try:
            page = await asyncio.to_thread(fetch, self._url, self._spec.sql, self._place)
        except Exception as error:
            # The driver's text may hold the address with its password.
            self._complain(f"the query failed ({type(error).__name__})")
            return False
        self._complain("")
        for row in page:
            await self._take(row)
        return len(page) == PAGE_SIZE

    async def _take(self, row: Mapping[str, Any]) -> None:
        workflow, spec = self._workflow, self._spec
        if spec.cursor not in row:
            raise NotPossible(f"The query of {spec.key} has no column {spec.cursor}, which is its cursor.")
        place = rows.to_json(row[spec.cursor])
        started = False
        try:
            fact = Fact(place, {"row": dict(row)}, Actor("query", spec.key), cursor=place)
            started = (await self._door.take(workflow, spec, fact)).state == "started"
        except (InvalidInput, NotPossible) as error:
            log.warning("%s is not started by the row %s: %s", workflow, place, error)
            reason = f"{spec.cursor} {place}: {error}"
            await self._store.append(refused_event(workflow, spec.key, reason, self._clock.now()))
        if not started:
            await self._store.set_cursor(workflow, spec.key, place)
        self._place = row[spec.cursor]

    def _complain(self, problem: str) -> None:
        """Once for each problem."""
        if problem and problem != self._problem:
            log.warning("%s waits: %s", self.name, problem)
        self._problem = problem


def fetch(url: str, sql: str, place: Any) -> list[dict[str, Any]]:
    """One page of rows as JSON, in a connection of its own."""
    # Imported here: only triggers of rows need it.
    from sqlalchemy import create_engine, text  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    database = create_engine(url, poolclass=NullPool)
    try:
        with database.connect() as connection:
            page = connection.execute(text(sql), {"cursor": place}).mappings().fetchmany(PAGE_SIZE)
            return [_ANY.dump_python(dict(row), mode="json") for row in page]
    finally:
        database.dispose()
