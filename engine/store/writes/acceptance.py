"""Accepts a database that was changed outside: what is stored counts as recorded from now on."""

import contextlib
from datetime import datetime
from pathlib import Path

from engine.audit.hash_chain import ChainFinding
from engine.audit.keys import Keyring
from engine.model.change import EventDraft
from engine.model.people import Actor
from engine.store.log import opening
from engine.store.log.sealing import seal_all
from engine.store.log.tail import Tail
from engine.store.queries import integrity
from engine.store.schema.migrate import migrate
from engine.store.sqlite.connection import connect
from engine.store.work import Connection
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


def accept(path: Path, keyring: Keyring, now: datetime, actor: Actor, reason: str) -> None:
    """Take what is stored for what was recorded, and say so in its log. Nobody may have it open.

    Where the key is lost a new one is made.
    """
    migrate(path)
    with contextlib.closing(connect(path, any_text=True)) as connection:
        seal = keyring.sealing()
        mark = opening.known(keyring, path, seal)
        connection.execute("BEGIN IMMEDIATE")
        known = Tail.read(connection) is not None
        problem = opening.problem_at_a_glance(connection, seal, mark) if known else "its seal was removed"
        findings = integrity.audit_within(connection, seal).findings
        details = {
            "reason": reason,
            "problem": problem,
            "checkpoint": mark,
            "places": len(findings),
            "found": [_words(finding) for finding in findings[:MAX_RECORDED]],
        }
        _remove_lost_rows(connection)
        connection.execute(_PUT_CURSORS_RIGHT)
        failure_cards.place_again(connection, integrity.misplaced_failures(connection))
        seal_all(connection, seal, EventDraft("log.accepted", now, actor, data=details))
        connection.execute("COMMIT")
        opening.keep(opening.checkpoint(connection, now), path, keyring, seal)


def _words(finding: ChainFinding) -> str:
    where = [str(finding.run_id)] if finding.run_id else []
    where += [f"event {finding.n}"] if finding.n is not None else []
    return " ".join([*where, finding.problem])


def _remove_lost_rows(connection: Connection) -> None:
    """No log covers a row whose run is gone, and nothing uses it."""
    for table, gone in integrity.LOST_ROWS.items():
        connection.execute(f"DELETE FROM {table} WHERE {gone.where}")  # noqa: S608
