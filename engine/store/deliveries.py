"""The durable outbox: messages wanted, and how far each has got. Knows nothing of where they go."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine import faults
from engine.errors import Altered
from engine.store.queries.consumers import cursor_of, moved_cursor
from engine.store.queries.readable import filled, readable
from engine.store.schema import rows, statements
from engine.store.work import Connection, Reads, Writes

_UPSERT = statements.insert(
    "delivery",
    tail=(
        "ON CONFLICT (key) DO UPDATE SET wanted = delivery.wanted + 1, data = excluded.data, "
        "target = CASE WHEN delivery.sent = 0 THEN excluded.target ELSE delivery.target END, "
        "lane = CASE WHEN delivery.sent = 0 THEN excluded.lane ELSE delivery.lane END, "
        "source = excluded.source, inside = excluded.inside, follows = excluded.follows, rank = "
        "CASE WHEN delivery.ref IS NULL THEN min(delivery.rank, excluded.rank) ELSE excluded.rank END"
    ),
)
_ADVANCE = """
INSERT INTO consumer (name, cursor) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET cursor = CASE
  WHEN consumer.cursor BETWEEN excluded.cursor AND (SELECT max(seq) FROM event) THEN consumer.cursor
  ELSE excluded.cursor END
"""
"""A place that another program moved away from the log is written again."""
_HURRY = "UPDATE delivery SET rank = min(rank, ?) WHERE key IN (?, ?) AND ref IS NULL"
"""A delivery is as urgent as the deliveries that wait for it."""
_NEEDLESS = "UPDATE delivery SET sent = wanted WHERE key = ? AND ref IS NULL AND state <> 'posting'"

_DUE = """
WITH due AS MATERIALIZED (
  SELECT key, lane, ref IS NULL AS first, rank, source, inside, follows, created,
    state = 'refused' AND not_before > :now AND not_before < :far
      OR ref IS NULL AND coalesce(
        CASE WHEN json_valid(target) THEN CAST(json_extract(target, '$.held_until') AS DOUBLE PRECISION) END,
        0) > :now / 1e6 AS put_off
  FROM delivery WHERE consumer = :consumer AND sent < wanted AND state <> 'dead'
), ready AS (
  SELECT due.*, row_number() OVER (
    PARTITION BY lane, first, put_off, due.rank, due.source ORDER BY due.created, due.key) AS turn
  FROM due
  LEFT JOIN (SELECT key, ref, state FROM delivery) AS parent ON parent.key = due.inside
  LEFT JOIN (SELECT key, ref, state, error FROM delivery) AS earlier ON earlier.key = due.follows
  WHERE (parent.key IS NULL OR parent.ref IS NOT NULL OR parent.state = 'dead')
    AND (earlier.key IS NULL OR earlier.ref IS NOT NULL OR earlier.state <> 'idle' OR earlier.error <> '')
), placed AS (
  SELECT *, row_number() OVER (PARTITION BY lane, first ORDER BY put_off, rank, turn, created, key) AS place
  FROM ready
), chosen AS (
  SELECT * FROM placed ORDER BY place, rank LIMIT :limit
)
SELECT delivery.* FROM chosen JOIN delivery USING (key)
ORDER BY chosen.put_off, chosen.rank, chosen.turn, chosen.created, chosen.key
"""
_UNRECORDED = (
    "The message {} of the outbox was not posted: {}. Another program changed the database: find out which "
    "program writes to it. Signoff says this until its next start."
)
_MAX_WAIT = timedelta(minutes=15)
"""Longest delay of the outbox: a later moment was written before the clock moved back."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Where a message waits for its turn. Sources take turns within a rank of a lane."""

    lane: str = ""
    """Target of the delivery: lanes do not wait for each other."""
    rank: int = 5
    """Small goes first."""
    source: str = ""
    """The person, token or workflow that brought it about."""
    inside: str = ""
    """Key of the message in whose thread it goes; it cannot go before that one."""
    follows: str = ""
    """Key of the message that people read first; it goes without it where that one is stuck."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that an event asks for. The same key again means: update it."""

    key: str
    kind: str
    subject: str
    """Id of the record that it is a view of."""
    target: Any = None
    data: Any = field(default=None)
    queue: Queue = field(default=Queue())
    instead_of: str = ""
    """Key of a message that this one makes needless, where it was not sent yet."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message and how far it has got: `sent < wanted` means that people see an older view, or none."""

    key: str
    consumer: str
    kind: str
    subject: str
    target: Any
    data: Any
    wanted: int
    sent: int
    state: str
    """`idle`; `posting`: a post was begun and its end isn't known; `refused`: it was refused and is tried
    again later, so that nothing waits for it; `dead`: given up, see `error`."""
    ref: Any
    """Location of the message, in the format of the poster; None before the first post."""
    not_before: datetime | None
    tries: int
    error: str
    created: int
    queue: Queue = field(default=Queue())


def _delivery(row: rows.Row) -> Delivery:
    """Raises `UnreadableRow`."""
    target, data, ref = rows.delivery_parts(row)
    return Delivery(
        key=row["key"],
        consumer=row["consumer"],
        kind=row["kind"],
        subject=row["subject"],
        target=target,
        data=data,
        wanted=row["wanted"],
        sent=row["sent"],
        state=row["state"],
        ref=ref,
        not_before=rows.moment(row["not_before"]),
        tries=row["tries"],
        error=row["error"],
        created=row["created"],
        queue=Queue(row["lane"], row["rank"], row["source"], row["inside"], row["follows"]),
    )


def _ref_key(ref: Any) -> str | None:
    return f"{ref['channel']}:{ref['ts']}" if isinstance(ref, dict) and "ts" in ref else None


def _has_ref(connection: Connection, ref_key: str) -> bool:
    """Read no more than whether there is a row: each click asks this."""
    row = connection.execute("SELECT 1 FROM delivery WHERE ref_key = ? LIMIT 1", (ref_key,)).fetchone()
    return row is not None


class Deliveries:
    """One consumer's cursor and messages move together: an event is never told twice, or not at all."""

    def __init__(self, writer: Writes, reader: Reads) -> None:
        self._writer, self._reader = writer, reader
        self.places: dict[str, int] = {}
        """How far each consumer of this process has read: no other program can move that."""

    async def cursor(self, consumer: str) -> int:
        """`seq` of the last event that was turned into messages; 0 at first. Raises `Altered`."""
        if consumer not in self.places:
            self.places[consumer] = await self._reader.read(cursor_of, consumer, self._reader.skip)
        return self.places[consumer]

    async def begun(self, consumer: str) -> bool:
        """Return whether this consumer has a cursor."""

        def read(connection: Connection) -> bool:
            query = "SELECT 1 FROM consumer WHERE name = ?"
            return connection.execute(query, (consumer,)).fetchone() is not None

        return await self._reader.read(read)

    async def consumers(self, prefix: str) -> dict[str, tuple[int, datetime | None]]:
        """Return the places of the consumers whose names begin so, by name.

        With each place stands the time of the first event after it; None: it has read everything.
        """
        query = (
            "SELECT name, cursor, (SELECT min(at) FROM event WHERE seq = ("
            "SELECT min(seq) FROM event WHERE seq > consumer.cursor)) AS waiting FROM consumer ORDER BY name"
        )

        def read(connection: Connection) -> dict[str, tuple[int, datetime | None]]:
            found = connection.execute(query).fetchall()
            return {
                row["name"]: (row["cursor"], rows.moment(row["waiting"]))
                for row in found
                if isinstance(row["name"], str) and row["name"].startswith(prefix)
            }

        return await self._reader.read(read)

    async def forget(self, consumer: str) -> None:
        """Delete the place of a consumer that is gone for good: nothing is kept for it any more."""

        def write(connection: Connection) -> None:
            connection.execute("DELETE FROM consumer WHERE name = ?", (consumer,))

        self.places.pop(consumer, None)
        await self._writer.submit(write)

    async def advance(self, consumer: str, cursor: int, wanted: Iterable[Wanted]) -> None:
        """Move the cursor to `cursor` and want these messages, in one transaction."""
        wanted = list(wanted)
        values = [
            (
                want.key, consumer, want.kind, want.subject, rows.to_json(want.target),
                rows.to_json(want.data), 1, 0, "idle", None, None, None, 0, "", cursor,
                want.queue.lane, want.queue.source, want.queue.inside, want.queue.follows, want.queue.rank,
            )
            for want in wanted
        ]  # fmt: skip
        known = self.places.get(consumer, 0)
        hurried = [(want.queue.rank, want.queue.inside, want.queue.follows) for want in wanted]

        def write(connection: Connection) -> None:
            if moved := moved_cursor(connection, consumer, known):
                self._reader.skip(moved)
            connection.execute(_ADVANCE, (consumer, max(cursor, known)))
            connection.executemany(_UPSERT, values)
            connection.executemany(_NEEDLESS, [(want.instead_of,) for want in wanted if want.instead_of])
            connection.executemany(_HURRY, [hurry for hurry in hurried if hurry[1] or hurry[2]])

        await self._writer.submit(write)
        self.places[consumer] = max(cursor, self.places.get(consumer, 0))
        faults.reach("outbox.advanced")

    async def due(
        self, consumer: str, now: datetime, limit: int = 500, longest_wait: timedelta = _MAX_WAIT
    ) -> list[Delivery]:
        """Those not seen in their newest form that need no other one first, most urgent first.

        The posts and the edits of each lane have their part of the `limit`, and among them the sources take
        turns, so that neither a flood nor a lane that is stuck hides the others. `not_before` is the caller's
        to heed; those that were refused and are put off, by `longest_wait` at most, come last.
        """
        values = {
            "consumer": consumer,
            "now": rows.micros(now),
            "far": rows.micros(now + longest_wait),
        }

        def read(connection: Connection) -> list[Delivery]:
            def fetch(number: int) -> tuple[list[Delivery], int]:
                selected = connection.execute(_DUE, {**values, "limit": number}).fetchall()
                return readable(selected, _delivery, self._reader.skip), len(selected)

            return filled(fetch, limit)

        return await self._reader.read(read)

    async def in_trouble(self, consumer: str, limit: int = 200) -> list[Delivery]:
        """Those that something is in the way of, oldest first; `error` says what."""
        where = (
            "consumer = ? AND sent < wanted AND state <> 'dead' AND error <> '' ORDER BY created, key LIMIT ?"
        )
        return await self._select(where, (consumer, limit))

    async def given_up(self, consumer: str, since: datetime, limit: int) -> list[Delivery]:
        """Return those that were given up and whose event is not older, newest first. It reads all rows."""
        query = (
            "SELECT delivery.* FROM delivery JOIN event ON event.seq = delivery.created "
            "WHERE delivery.consumer = ? AND delivery.state = 'dead' AND event.at >= ? "
            "ORDER BY delivery.created DESC, delivery.key LIMIT ?"
        )

        def read(connection: Connection) -> list[Delivery]:
            selected = connection.execute(query, (consumer, rows.micros(since), limit)).fetchall()
            return readable(selected, _delivery, self._reader.skip)

        return await self._reader.read(read)

    async def get(self, key: str) -> Delivery | None:
        deliveries = await self._select("key = ?", (key,))
        return deliveries[0] if deliveries else None

    async def by_keys(self, keys: Iterable[str]) -> dict[str, Delivery]:
        """Return those of these that there are, by key."""
        listed = json.dumps(list(keys))
        found = await self._select("key IN (SELECT value FROM json_each(?))", (listed,))
        return {delivery.key: delivery for delivery in found}

    async def find(self, *, subject: str, kind: str | None = None) -> list[Delivery]:
        """The messages about one record."""
        if kind is None:
            return await self._select("subject = ? ORDER BY created, key", (subject,))
        return await self._select("subject = ? AND kind = ? ORDER BY created, key", (subject, kind))

    async def has_ref(self, channel: str, ts: str) -> bool:
        """Return whether a message of ours stands at this place."""
        return await self._reader.read(_has_ref, f"{channel}:{ts}")

    async def at(self, channel: str, ts: str) -> Delivery | None:
        """Return the message of ours that stands at this place."""
        found = await self._select("ref_key = ? LIMIT 1", (f"{channel}:{ts}",))
        return found[0] if found else None

    async def begin(self, key: str) -> None:
        """Before a post: until `sent` or `later` says how it ended, it may or may not have happened."""
        await self._update("state = 'posting', tries = tries + 1", (), key)
        faults.reach("delivery.begun")

    async def sent(self, key: str, wanted: int, ref: Any) -> None:
        """People see version `wanted` of it, at `ref`."""
        faults.reach("delivery.posted")
        await self._update(
            "state = 'idle', sent = max(sent, ?), ref = ?, ref_key = ?, "
            "not_before = NULL, tries = 0, error = ''",
            (wanted, None if ref is None else rows.to_json(ref), _ref_key(ref)),
            key,
        )
        faults.reach("delivery.noted")

    async def later(
        self, key: str, until: datetime | None, error: str, *, ambiguous: bool, refused: bool = False
    ) -> None:
        """It did not get through: try again, not before `until`. `ambiguous`: it may have, so look first.

        `refused`: the other side does not take it as it is, so what comes after it goes on.
        """
        state = "posting" if ambiguous else "refused" if refused else "idle"
        await self._update("state = ?, not_before = ?, error = ?", (state, rows.micros(until), error), key)

    async def dead(self, key: str, error: str) -> None:
        """It can't be delivered, and trying again would not help."""
        await self._update("state = 'dead', error = ?", (error,), key)

    async def unrecorded(self, key: str, problem: str) -> None:
        """Give up a message that tells something that the log does not have, and report it."""
        await self.dead(key, problem)
        self._reader.skip(Altered(_UNRECORDED.format(key, problem), f"delivery.{key}"))

    async def forget_ref(self, key: str) -> None:
        """The message is gone: the next delivery posts a new one."""
        await self._update("ref = NULL, ref_key = NULL, state = 'idle', wanted = wanted + 1", (), key)

    async def _select(self, where: str, values: tuple[object, ...]) -> list[Delivery]:
        def read(connection: Connection) -> list[Delivery]:
            selected = connection.execute(f"SELECT * FROM delivery WHERE {where}", values)  # noqa: S608
            return readable(selected, _delivery, self._reader.skip)

        return await self._reader.read(read)

    async def _update(self, changes: str, values: tuple[object, ...], key: str) -> None:
        def write(connection: Connection) -> None:
            connection.execute(f"UPDATE delivery SET {changes} WHERE key = ?", (*values, key))  # noqa: S608

        await self._writer.submit(write)
