"""Query for the review of approvals over a period."""

from collections.abc import Iterator
from datetime import datetime

from engine.audit.review import COUNTED_EVENTS, Review, reviewed
from engine.model.records.records import RequestRecord
from engine.store.queries.readable import Skip
from engine.store.queries.requests import requests_of_period
from engine.store.schema import rows
from engine.store.work import Connection

_PAGE = 500


def audit_review(
    connection: Connection, since: datetime, until: datetime, skip: Skip | None = None
) -> Review:
    """Return the review of the period. It reads the requests of the period, a page at a time."""
    connection.execute("BEGIN")
    try:
        listed = ", ".join("?" * len(COUNTED_EVENTS))
        counted = connection.execute(
            "SELECT type, count(*) FROM event WHERE at >= ? AND at < ? "  # noqa: S608
            f"AND type IN ({listed}) GROUP BY type",
            (rows.micros(since), rows.micros(until), *COUNTED_EVENTS),
        )
        events = {str(type_): int(number) for type_, number in counted.fetchall()}
        return reviewed(_requests(connection, since, until, skip), events, since, until)
    finally:
        connection.execute("COMMIT")


def _requests(
    connection: Connection, since: datetime, until: datetime, skip: Skip | None
) -> Iterator[RequestRecord]:
    last: RequestRecord | None = None
    while page := requests_of_period(connection, since, until, _PAGE, last, skip):
        yield from page
        last = page[-1]
