"""Query of the rows of no run that could not be read: which of them still cannot."""

from collections.abc import Callable, Iterable, Mapping

from engine.errors import Altered, UnreadableRow
from engine.store.queries.readable import readable
from engine.store.queries.runs import tombstone_record
from engine.store.queries.schedules import schedule_record
from engine.store.queries.trigger_facts import fact_record
from engine.store.schema import rows
from engine.store.work import Connection

_RECORDS: Mapping[str, Callable[[rows.Row], object]] = {
    "delivery": rows.delivery_parts,
    "event": rows.event_record,
    "resource": rows.resource_of,
    "schedule": schedule_record,
    "tombstone": tombstone_record,
    "trigger_fact": fact_record,
}
"""By table: what reads a row of it."""


def still_unreadable(connection: Connection, noted: Iterable[UnreadableRow]) -> set[str]:
    """Return the subjects of those of these rows that exist and cannot be read."""
    errors: list[Altered] = []
    for row in noted:
        where = " AND ".join(f"{column} IS ?" for column in row.key)
        query = f"SELECT * FROM {row.table} WHERE {where}"  # noqa: S608
        readable(connection.execute(query, tuple(row.key.values())), _RECORDS[row.table], errors.append)
    return {error.subject for error in errors}
