"""Accepts a database that was changed outside: what is stored counts as recorded from now on."""

from dataclasses import dataclass
from datetime import datetime

from engine.audit.hash_chain import ChainFinding
from engine.audit.keys import Keyring
from engine.errors import NotPossible
from engine.model.people import Actor
from engine.model.records.change import EventDraft
from engine.store.log import opening
from engine.store.log.sealing import seal_all
from engine.store.log.tail import Tail
from engine.store.queries import integrity
from engine.store.work import Connection, NamedDatabase
from engine.store.writes import failure_cards

MAX_RECORDED = 100
"""Findings that the event of an acceptance names. It counts all."""

_PUT_CURSORS_RIGHT = """
UPDATE consumer SET cursor = coalesce(told, newest) FROM (
  SELECT name AS reader, newest, (
    SELECT max(created) FROM delivery WHERE consumer = name AND created BETWEEN 0 AND newest) AS told
  FROM consumer, (SELECT coalesce(max(seq), 0) AS newest FROM event))
WHERE name = reader AND (typeof(cursor) <> 'integer' OR cursor NOT BETWEEN coalesce(told, 0) AND newest)
"""
"""A consumer then reads again from the newest event of which it made a message: the message is known."""


@dataclass(frozen=True, slots=True)
class Acceptor:
    """The person who takes a database as it is, and why."""

    actor: Actor
    reason: str

    @classmethod
    def of(cls, actor: Actor, reason: str) -> "Acceptor":
        """Raises `NotPossible` without a reason."""
        if not reason.strip():
            raise NotPossible("--reason is empty. Say why you accept the database as it is.")
        return cls(actor, reason.strip())


def accept(
    database: NamedDatabase, connection: Connection, keyring: Keyring, now: datetime, by: Acceptor
) -> None:
    """Take what is stored for what was recorded, and say so in its log. Nobody else may have it open.

    Its schema is this release's. Where the key is lost a new one is made.
    """
    seal = keyring.sealing()
    mark = opening.known(keyring, database, seal)
    connection.execute("BEGIN IMMEDIATE")
    known = Tail.read(connection) is not None
    problem = opening.problem_at_a_glance(connection, seal, mark) if known else "its seal was removed"
    findings = integrity.audit_within(connection, seal).findings
    details = {
        "reason": by.reason,
        "problem": problem,
        "checkpoint": mark,
        "places": len(findings),
        "found": [_words(finding) for finding in findings[:MAX_RECORDED]],
    }
    _remove_lost_rows(connection)
    connection.execute(_PUT_CURSORS_RIGHT)
    failure_cards.place_again(connection, integrity.misplaced_failures(connection))
    seal_all(connection, seal, EventDraft("log.accepted", now, by.actor, data=details))
    connection.execute("COMMIT")
    opening.keep(opening.checkpoint(connection, now), database, keyring, seal)


def _words(finding: ChainFinding) -> str:
    where = [str(finding.run_id)] if finding.run_id else []
    where += [f"event {finding.n}"] if finding.n is not None else []
    return " ".join([*where, finding.problem])


def _remove_lost_rows(connection: Connection) -> None:
    """No log covers a row whose run is gone, and nothing uses it."""
    for table, gone in integrity.LOST_ROWS.items():
        connection.execute(f"DELETE FROM {table} WHERE {gone.where}")  # noqa: S608
