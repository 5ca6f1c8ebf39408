"""The one row that says how far the log has got: read, moved on and sealed by each transaction that tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.audit.hash_chain import extend_digest, link
from engine.audit.seal import Digests, Seal
from engine.errors import StoreBroken
from engine.model.records.change import EventDraft
from engine.store.schema import rows, statements
from engine.store.work import Connection, Cursor

_COLUMNS = ("since", "seq", "digest", "head", "events", "facts", "key")
_READ = f"SELECT {', '.join(_COLUMNS)}, seal FROM log"  # noqa: S608
_WRITE = (
    "INSERT INTO log (id, since, seq, digest, head, events, facts, key, seal) "
    "VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET since = excluded.since, "
    "seq = excluded.seq, digest = excluded.digest, head = excluded.head, events = excluded.events, "
    "facts = excluded.facts, key = excluded.key, seal = excluded.seal"
)
_MOVE = "UPDATE log SET seq = ?, digest = ?, head = ?, events = ?, facts = ?, seal = ?"


COVERED = "(covered)"
"""Among the facts: `seq` of the newest event when the log began to cover bursts and places on cards."""


_EMPTY = (0, 0, "", "", 0, "{}", "")


@dataclass(slots=True)
class Tail:
    """How far the log has got; see `engine.store.schema.tables.LogRow`."""

    since: int
    seq: int
    digest: str
    head: str
    events: int
    facts: str
    key: str

    @classmethod
    def ask(cls, connection: Connection) -> Cursor:
        """Ask for it as it is stored now; `load` takes the answer."""
        return connection.execute(_READ)

    @classmethod
    def read(cls, connection: Connection, asked: Cursor | None = None) -> "tuple[Tail, str] | None":
        """As it is stored, with its seal. One with a value of another type reads as empty, without a seal."""
        row = (asked or cls.ask(connection)).fetchone()
        if row is None:
            return None
        *values, mark = row
        typed = all(isinstance(value, type(empty)) for value, empty in zip(values, _EMPTY, strict=True))
        return (cls(*values), mark) if typed else (cls.empty(), "")

    @classmethod
    def empty(cls) -> "Tail":
        """That of a log without events."""
        return cls(*_EMPTY)

    @classmethod
    def load(cls, connection: Connection, seal: Seal, asked: Cursor | None = None) -> "Tail":
        """Raises `StoreBroken` where it is not as this installation left it: what is built on it would be
        sealed as if it were.

        `asked`: the answer to `ask`, where nothing has changed the tail since.
        """
        stored = cls.read(connection, asked)
        if stored is None or not stored[0].sealed(stored[1], seal):
            raise StoreBroken(
                "The log was changed by another program: its seal does not fit. Nothing more is recorded. "
                "Run signoff audit verify, then restore a backup."
            )
        return stored[0]

    def sealed(self, mark: str, seal: Seal) -> bool:
        """Return whether the mark is the seal of this tail."""
        return seal.holds(mark, "log", *self._parts())

    def add(self, hashes: Sequence[str]) -> None:
        """These events were told, in this order."""
        self.digest = extend_digest(self.digest, hashes)
        self.seq += len(hashes)

    def tell(
        self,
        connection: Connection,
        event: EventDraft,
        changed: Mapping[str, str | None] | None = None,
    ) -> None:
        """Append an event that belongs to no run. `told`: digests of the rows that are written with it."""
        digests = rows.to_json(changed) if changed else None
        self.events += 1
        values = rows.event_values(event, None, self.events)
        self.head = link(self.head, values, digests)
        connection.execute(statements.INSERT_EVENT, (*values, self.head, digests))
        self.add((self.head,))

    def note(self, name: str, digest: str | None) -> Digests:
        """A fact is another one now; gives what an event has to tell of it."""
        facts = rows.from_json(self.facts)
        facts[name] = digest
        self.facts = rows.to_json({known: each for known, each in facts.items() if each})
        return {f"fact.{name}": digest}

    def covers_places_of(self, seq: int) -> bool:
        """Return whether each open failure of a run whose first event is `seq` has a place on a card."""
        covered = rows.from_json(self.facts).get(COVERED)
        return covered is not None and seq > int(covered)

    def save(self, connection: Connection, seal: Seal) -> None:
        """Sealed, with the transaction."""
        mark = seal.make("log", *self._parts())
        connection.execute(_MOVE, (self.seq, self.digest, self.head, self.events, self.facts, mark))

    def create(self, connection: Connection, seal: Seal) -> None:
        """In the place of any that is there."""
        connection.execute(_WRITE, (*self._parts(), seal.of("log", *self._parts())))

    def _parts(self) -> tuple[object, ...]:
        return (self.since, self.seq, self.digest, self.head, self.events, self.facts, self.key)
