"""Statements of a transaction that travel to the server together, and whose answers come back together.

A round trip to a server on the same machine takes longer than most statements take to execute.
"""

import select
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
from psycopg import abc
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

Values = Sequence[object]
RowFactory = Callable[[Sequence[Any]], Any]
RowFactoryOf = Callable[[tuple[str, ...]], RowFactory]
"""Gives what makes a row of the values of these columns."""
_MAX_PREPARED = 300
_GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Answer:
    """The answer to a statement. To look at it sends the statement, with those before it, if need be."""

    __slots__ = (
        *("_place", "_rows", "_rows_changed", "_send", "is_sent", "is_skipped"),
        *("refusal", "statement", "tag", "values"),
    )

    def __init__(self, send: Callable[[], None], statement: bytes, values: Values) -> None:
        self._send, self.statement, self.values = send, statement, values
        self._rows: list[Any] | None = None
        self._rows_changed, self._place = 0, 0
        self.is_sent = False
        """It may have reached the server."""
        self.is_skipped = False
        """The server did not execute it, because one before it in the same round trip failed."""
        self.refusal: psycopg.Error | None = None
        """The error that the server answered it with."""
        self.tag = b""
        """Name of what the server did: COMMIT, for one, or ROLLBACK where it was asked for COMMIT."""

    def fill(self, rows: list[Any], changed: int) -> None:
        self._rows, self._rows_changed = rows, changed

    @property
    def rowcount(self) -> int:
        self._known()
        return self._rows_changed

    def fetchone(self) -> Any:
        rows = self._known()
        if self._place == len(rows):
            return None
        self._place += 1
        return rows[self._place - 1]

    def fetchall(self) -> list[Any]:
        rows = self._known()[self._place :]
        self._place += len(rows)
        return rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())

    def _known(self) -> list[Any]:
        if self._rows is None:
            self._send()
        if self._rows is None:
            raise psycopg.InterfaceError("the statement was dropped before it was sent")
        return self._rows


class RoundTrips:
    """Collects statements of one connection and sends them in one round trip.

    Used by one thread at a time.
    """

    def __init__(self, driver: "psycopg.Connection[Any]", row_factory_of: RowFactoryOf) -> None:
        self._driver, self._row_factory_of = driver, row_factory_of
        self._waiting: list[Answer] = []
        self._prepared: OrderedDict[tuple[bytes, tuple[int, ...]], bytes] = OrderedDict()
        """Names of prepared statements; empty for one that was sent once."""
        self._number = 0
        self._left_behind = False
        """The server has prepared statements whose names are forgotten here."""

    def add(self, statement: bytes, values: Values = ()) -> Answer:
        """Take a statement that is sent with the next answer that somebody looks at."""
        answer = Answer(self.send, statement, values)
        self._waiting.append(answer)
        return answer

    def drop(self) -> None:
        """Forget what was not sent."""
        self._waiting = []

    def clear(self) -> None:
        """Have the server forget, outside a transaction, what was prepared before an error."""
        if self._left_behind:
            self._driver.execute("DEALLOCATE ALL")
            self._left_behind = False

    def send(self) -> None:
        """Send what waits, and read the answers. Raises the first error; those after it are skipped."""
        answers, self._waiting = self._waiting, []
        if not answers:
            return
        dumped = [self._dumped(answer) for answer in answers]  # raises before anything is sent
        pgconn = self._driver.pgconn
        pgconn.enter_pipeline_mode()
        try:
            for answer in answers:
                answer.is_sent = True
            expected = [
                (answer, (transformer, self._put(pgconn, answer.statement, transformer, values)))
                for answer, (transformer, values) in zip(answers, dumped, strict=True)
            ]
            pgconn.pipeline_sync()
            _flush(pgconn)
            error = self._read(pgconn, expected)
            _next(pgconn)  # the answer to the end of the round trip
        except BaseException:
            pgconn.finish()  # half of the answers may still be on their way
            raise
        pgconn.exit_pipeline_mode()
        if error is not None:
            raise error

    def _dumped(self, answer: Answer) -> tuple[abc.Transformer, Sequence[abc.Buffer | None]]:
        """Return what reads the rows of a statement, and its values as the server takes them."""
        transformer = Transformer(self._driver)
        if not answer.values:
            return transformer, ()
        return transformer, transformer.dump_sequence(answer.values, [PyFormat.TEXT] * len(answer.values))

    def _put(
        self,
        pgconn: PGconn,
        statement: bytes,
        transformer: abc.Transformer,
        values: Sequence[abc.Buffer | None],
    ) -> int:
        """Write a statement into the buffer. Return how many answers precede its own."""
        if not values:
            pgconn.send_query_params(statement, None)
            return 0
        types = transformer.types or ()
        key, before = (statement, types), 0
        name = self._prepared.get(key)
        if name is None:
            self._prepared[key] = b""
            before += self._forget_oldest(pgconn)
            pgconn.send_query_params(statement, values, types)
            return before
        self._prepared.move_to_end(key)
        if not name:
            self._number += 1
            name = self._prepared[key] = b"signoff_%d" % self._number
            pgconn.send_prepare(name, statement, types)
            before += 1
        pgconn.send_query_prepared(name, values)
        return before

    def _forget_oldest(self, pgconn: PGconn) -> int:
        if len(self._prepared) <= _MAX_PREPARED:
            return 0
        _, name = self._prepared.popitem(last=False)
        if not name:
            return 0
        pgconn.send_query_params(b"DEALLOCATE " + name, None)
        return 1

    def _read(
        self, pgconn: PGconn, expected: Sequence[tuple[Answer, tuple[abc.Transformer, int]]]
    ) -> Exception | None:
        error: Exception | None = None
        for answer, (transformer, before) in expected:
            for _ in range(before + 1):
                result = _answer(pgconn)
                if result.status == ExecStatus.PIPELINE_ABORTED:
                    answer.is_skipped = True
                elif result.status not in _GOOD:
                    answer.refusal = error_from_result(result, encoding=self._driver.info.encoding)
                    error = error or answer.refusal
            answer.tag = result.command_status or b""
            if error is None:
                answer.fill(self._rows(result, transformer), result.command_tuples or 0)
        if error is not None:
            self._prepared.clear()  # some may not have been made
            self._left_behind = True
        return error

    def _rows(self, result: PGresult, transformer: abc.Transformer) -> list[Any]:
        if result.status != ExecStatus.TUPLES_OK or not result.ntuples:
            return []
        names = tuple((result.fname(place) or b"").decode() for place in range(result.nfields))
        transformer.set_pgresult(result)
        return list(transformer.load_rows(0, result.ntuples, self._row_factory_of(names)))


def _flush(pgconn: PGconn) -> None:
    """Write the buffer. What the server answers meanwhile is read, or neither side would go on."""
    if not pgconn.flush():
        return
    poll = select.poll()
    poll.register(pgconn.socket, select.POLLIN | select.POLLOUT)
    while pgconn.flush():
        if any(event & ~select.POLLOUT for _, event in poll.poll()):
            pgconn.consume_input()


def _answer(pgconn: PGconn) -> PGresult:
    """Read the answer to one statement, and what ends it."""
    result = _next(pgconn)
    if result is None:
        raise psycopg.OperationalError("the connection was lost before the server answered")
    _next(pgconn)
    return result


def _next(pgconn: PGconn) -> PGresult | None:
    if pgconn.is_busy():
        poll = select.poll()
        poll.register(pgconn.socket, select.POLLIN)
        while pgconn.is_busy():
            poll.poll()
            pgconn.consume_input()
    return pgconn.get_result()
