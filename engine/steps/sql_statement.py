"""One attempt of an SQL step: its own connection, in a thread, which a timeout or a cancellation ends."""

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, CursorResult, Engine, bindparam, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.pool import NullPool

from engine.authoring.context import StepContext
from engine.errors import ContractError, SqlFailed, SqlRefused
from engine.model.definition.operations import SqlSpec
from engine.model.input.input_problems import problems_in
from engine.model.text.redaction import HIDDEN, redacted
from engine.model.text.wording import count
from engine.steps.sql import SqlResult
from engine.steps.sql_text import can_stream, escaped

_MAX_SAID = 300
_PAGE = 200
"""Rows that are fetched at once, before their size is looked at."""
_STOP_SECONDS = 5
"""Time in which a statement ends after it was cancelled. Its thread goes on by itself after that."""
_STOPS = 20
"""How often it is cancelled in that time."""
_CONNECT_SECONDS = 30
_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_INTERRUPT")
_ANY: TypeAdapter[Any] = TypeAdapter(Any)


class Statement:
    """One attempt."""

    def __init__(self, spec: SqlSpec, address: str, values: Mapping[str, Any], ctx: StepContext) -> None:
        self.spec, self.address, self.values, self.ctx = spec, address, values, ctx
        self._driver: Any = None
        """The connection of the driver while the statement executes."""
        self._lock = threading.Lock()
        self._stopped = self._told_stop = False

    async def result(self, model: Any) -> Any:
        thread = asyncio.ensure_future(asyncio.to_thread(self._execute))
        try:
            result = await asyncio.shield(thread)
        except asyncio.CancelledError:
            for _ in range(_STOPS):  # one that comes before the statement has begun stops nothing
                await asyncio.to_thread(self._stop)
                if (await asyncio.wait([thread], timeout=_STOP_SECONDS / _STOPS))[0]:
                    break
            thread.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
            raise
        self.ctx.log(_told(result))
        return result if model is None else self._read(model, result.rows)

    def _execute(self) -> SqlResult:
        try:
            database = self._database()
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
            raise SqlRefused(self._said(error, "has no address that this bot can open")) from None
        try:
            with database.connect() as connection, self._running(connection), connection.begin():
                return self._fetch(connection)
        except (OperationalError, InterfaceError) as error:
            if _is_lasting(error):
                raise SqlRefused(self._said(error, "refused the statement")) from None
            raise SqlFailed(self._said(error, "did not execute the statement")) from None
        except SQLAlchemyError as error:
            raise SqlRefused(self._said(error, "refused the statement")) from None
        finally:
            database.dispose()

    def _database(self) -> Engine:
        url = make_url(self.address)
        if url.get_backend_name() == "sqlite" and not self.spec.write:
            _check_file(url.database, self.spec.url)
        limits = {"connect_timeout": _CONNECT_SECONDS} if url.get_backend_name() == "postgresql" else {}
        database = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=limits)
        if not self.spec.write:
            event.listen(database, "begin", _begin_reading)
        return database

    @contextmanager
    def _running(self, connection: Connection) -> Iterator[None]:
        """Let `_stop` reach the connection meanwhile."""
        with self._lock:
            if self._stopped:
                raise SqlFailed("The statement was stopped before it began.")
            self._driver = connection.connection.driver_connection
        try:
            yield
        finally:
            with self._lock:
                self._driver = None

    def _stop(self) -> None:
        """End the statement, in another thread than its own."""
        with self._lock:
            driver, told = self._driver, self._told_stop
            self._stopped = True
            if driver is None:
                return
            self._told_stop = True
            if not told:
                self.ctx.log("Stopped the statement.")
            for name in ("interrupt", "cancel_safe", "cancel", "kill"):  # of SQLite, psycopg and others
                if callable(end := getattr(driver, name, None)):
                    with suppress(Exception):
                        end()
                    return
            with suppress(Exception):
                driver.close()

    def _fetch(self, connection: Connection) -> SqlResult:
        streams = not self.spec.write and can_stream(self.spec.query)
        options = {"stream_results": streams, "max_row_buffer": _PAGE}
        lists = [name for name, value in self.values.items() if isinstance(value, list)]
        expanded: list[Any] = [bindparam(name, expanding=True) for name in lists]
        statement = text(escaped(self.spec.query)).bindparams(*expanded)
        result = connection.execute(statement, dict(self.values), execution_options=options)
        if not result.returns_rows:
            return SqlResult(affected=result.rowcount if result.rowcount >= 0 else None)
        rows = self._rows(result)
        affected = result.rowcount if self.spec.write and result.rowcount >= 0 else None
        return SqlResult(rows=rows, affected=affected)

    def _rows(self, result: CursorResult[Any]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        size = 0
        columns = self._columns(list(result.keys()))
        while page := result.fetchmany(_PAGE):
            for row in page:
                rows.append(self._as_json(dict(zip(columns, row, strict=True))))
                size += len(orjson.dumps(rows[-1], default=str))
                if len(rows) > self.spec.max_rows:
                    raise SqlRefused(
                        f"The query gives more than {self.spec.max_rows:,} rows. Ask for fewer, or give a "
                        "larger max_rows."
                    )
                if size > self.spec.output_kb * 1000:
                    raise SqlRefused(
                        f"The rows are larger than {self.spec.output_kb:,} kB. Ask for less, or give a "
                        "larger output_kb."
                    )
        return rows

    def _columns(self, names: Sequence[str]) -> Sequence[str]:
        if doubled := [name for name in names if list(names).count(name) > 1]:
            raise SqlRefused(f"The query gives two columns called {doubled[0]}. Name one of them with AS.")
        return names

    def _as_json(self, row: dict[str, Any]) -> dict[str, Any]:
        try:
            stored: dict[str, Any] = _ANY.dump_python(row, mode="json")
        except ValueError:
            held = [name for name, value in row.items() if isinstance(value, bytes | memoryview)]
            what = held[0] if held else "A column"
            raise SqlRefused(f"{what} holds bytes that are not text. Convert it in the query.") from None
        return stored

    def _read(self, model: Any, rows: list[dict[str, Any]]) -> Any:
        try:
            return TypeAdapter(list[model]).validate_python(rows)
        except ValidationError as error:
            where, problem = problems_in(error, None, {})[0]
            fit = f"The rows of {self.ctx.step} do not fit {model.__name__}"
            raise ContractError(f"{fit} at {where}: {problem}") from None

    def _said(self, error: Exception, what: str) -> str:
        """Return an error without the address, the statement and the values."""
        # Only the first line: the others quote values and the statement.
        said = str(getattr(error, "orig", None) or "").strip().partition("\n")[0]
        secrets = [self.address]
        with suppress(ArgumentError):
            url = make_url(self.address)
            secrets += [each for each in (url.password, url.render_as_string(hide_password=False)) if each]
        said = redacted(said, secrets)
        for secret in secrets:  # a password may be too short to be a known secret
            said = said.replace(secret, HIDDEN)
        said = said[:_MAX_SAID]
        return f"The database of {self.spec.url} {what}{f': {said}' if said else '.'}"


def _check_file(path: str | None, variable: str) -> None:
    """Refuse a file of SQLite that does not exist: to open it would make an empty database."""
    if path and path != ":memory:" and not path.startswith("file:") and not Path(path).exists():
        raise SqlRefused(f"The database of {variable} is a file that does not exist.")


def _is_lasting(error: DBAPIError) -> bool:
    """Return whether another attempt would get the same error: SQLite has one class for all of them."""
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    return bool(name) and not name.startswith(_PASSING)


def _begin_reading(connection: Connection) -> None:
    """Have the database refuse a change, where it can."""
    match connection.dialect.name:
        case "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        case "postgresql":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        case "mysql" | "mariadb":
            connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")


def _told(result: SqlResult) -> str:
    if result.affected is not None and not result.rows:
        return f"Changed {count(result.affected, 'row')}."
    return f"Got {count(len(result.rows), 'row')}."
