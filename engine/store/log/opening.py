"""Checks before a database is opened: its log is sealed by the key at hand, and was not shortened."""

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from engine.audit import checkpoints
from engine.audit.keys import Keyring
from engine.audit.seal import Seal
from engine.errors import Altered, KeyLost, StoreBroken
from engine.model.people import ENGINE
from engine.model.records.change import EventDraft
from engine.model.text.wording import count
from engine.store.log.sealing import cover, is_covered, newest, seal_all
from engine.store.log.tail import Tail
from engine.store.work import Connection, NamedDatabase

log = logging.getLogger(__name__)

REMEDY = (
    "Run signoff audit verify. Restore a backup, or take the database as it is: "
    "signoff audit accept --reason …"
)

SEAL_REMOVED = (
    "The database {} can't be opened: its seal was removed by another program. Restore the newest backup: "
    "signoff db restore BACKUP. Then compare it with a checkpoint that is kept elsewhere: signoff audit "
    "verify --checkpoint FILE. If there is no backup, take the database as it is: "
    "signoff audit accept --reason …"
)

UNKNOWN = (
    "The folder of keys has no {} that can be read, so Signoff cannot tell whether the database was put back "
    "to an earlier state. Compare it with one from elsewhere: signoff audit verify --checkpoint FILE."
)

INTERRUPTED_RESTORE = (
    "A restore of {} was interrupted before it put the backup in place, so this is the database from before. "
    "Restore it again if you still want to: signoff db restore BACKUP."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The key that seals the log, and why the log is not what it was; empty as a rule.

    `warning`: the last checkpoint is missing.
    """

    seal: Seal
    problem: str
    warning: str = ""


def known_name(database: NamedDatabase) -> str:
    """Return the name of the last checkpoint's file in the folder of keys."""
    return f"{database.name}.checkpoint"


def look(path: NamedDatabase, keyring: Keyring, now: datetime, connect: Callable[[], Connection]) -> Opened:
    """A log that has no seal yet gets one. Raises `KeyLost` and `StoreBroken`."""
    with contextlib.closing(connect()) as connection:
        stored = Tail.read(connection)
        seal = _sealing(path, keyring, stored[0].key if stored else "")
        if stored is None:
            _check_never_sealed(path, connection)
            _seal(connection, seal, EventDraft("log.sealed", now, ENGINE))
        marks = known_marks(keyring, path, seal)
        missing = stored is not None and not marks and stored[0].seq > stored[0].since + 1
        problem = problem_at_a_glance(connection, seal, marks[0] if marks else None)
        others = [each for each in marks[1:] if not problem_at_a_glance(connection, seal, each)]
        fitting = [*([] if problem else marks[:1]), *others]
        if fitting and len(marks) > 1:
            keep(fitting[0], path, keyring, seal)
        if problem and fitting:
            problem = ""
            log.warning("%s", INTERRUPTED_RESTORE.format(path))
        if not problem and not is_covered(connection, seal):  # else a start needs no lock
            connection.execute("BEGIN IMMEDIATE")
            cover(connection, seal, now)
            connection.execute("COMMIT")
    warning = UNKNOWN.format(known_name(path)) if missing else ""
    return Opened(seal, f"Signoff is paused: {problem}. {REMEDY}" if problem else "", warning)


def existing_seal(path: NamedDatabase, keyring: Keyring, connection: Connection) -> Seal | None:
    """Return the seal of a log, and make no key; None where the log has none yet.

    Raises `KeyLost` and `StoreBroken`, as `look` does.
    """
    stored = Tail.read(connection)
    if stored is None:
        _check_never_sealed(path, connection)
        return None
    tail = stored[0]
    if not tail.key:
        raise StoreBroken(f"The database {path}: the row of its table log was changed. {REMEDY}")
    return _sealing(path, keyring, tail.key)


def _sealing(path: NamedDatabase, keyring: Keyring, key: str) -> Seal:
    try:
        return keyring.sealing(key)
    except KeyLost as lost:
        raise KeyLost(
            f"The database {path} can't be opened. {lost} Put the folder of keys back from your copy of "
            "it. If there is none, signoff audit accept --reason … accepts the database as it is, with "
            "a new key."
        ) from None


def _check_never_sealed(path: NamedDatabase, connection: Connection) -> None:
    if _sealed_before(connection):
        raise StoreBroken(SEAL_REMOVED.format(path))


def keep(
    mark: Mapping[str, Any],
    path: NamedDatabase,
    keyring: Keyring,
    seal: Seal,
    earlier: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write a checkpoint beside the keys, as that of the database `path`.

    `earlier`: those of the database that is still there while another one takes its place.
    """
    content = _sealed(mark, seal)
    if earlier:
        content["earlier"] = [_sealed(each, seal) for each in earlier]
    keyring.keep(known_name(path), orjson.dumps(content))


def _sealed(mark: Mapping[str, Any], seal: Seal) -> dict[str, Any]:
    return {"checkpoint": mark, "seal": seal.of("checkpoint", mark)}


def known(keyring: Keyring, path: NamedDatabase, seal: Seal) -> Mapping[str, Any] | None:
    """The last checkpoint that was written beside the keys; None where there is none that can be read."""
    marks = known_marks(keyring, path, seal)
    return marks[0] if marks else None


def known_marks(keyring: Keyring, path: NamedDatabase, seal: Seal) -> list[Mapping[str, Any]]:
    """As `known`, with the earlier ones that were kept with it; empty where the last one cannot be read."""
    try:
        stored = orjson.loads(keyring.read(known_name(path)) or b"{}")
        written = [stored, *stored.get("earlier", ())]
        held = [seal.holds(each["seal"], "checkpoint", each["checkpoint"]) for each in written]
        return [each["checkpoint"] for each in written] if all(held) else []
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
        return []


def checkpoint(connection: Connection, now: datetime) -> dict[str, Any]:
    """Return a checkpoint of the log. Raises `Altered`.

    Where others write, the caller holds a transaction.
    """
    stored = Tail.read(connection)
    if stored is None:
        raise Altered(
            "The seal of the log was removed by another program. "
            "Ask the operator to run signoff audit verify."
        )
    tail = stored[0]
    return checkpoints.checkpoint(tail.seq, newest(connection, tail.seq), tail.digest, now)


def problem_at_a_glance(connection: Connection, seal: Seal, mark: Mapping[str, Any] | None) -> str:
    """Return the problem that shows without reading the full log; empty if there is none."""
    stored = Tail.read(connection)
    assert stored is not None
    tail = stored[0]
    if not tail.sealed(stored[1], seal):
        return "the log was changed by another program; its seal does not fit"
    (seq,) = connection.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()
    if seq != tail.seq:
        return f"the log was changed by another program; it ends at event {seq:,} instead of {tail.seq:,}"
    if (missing := tail.seq - tail.since - _kept_events(connection, tail.since)) > 0:
        return f"the log was changed by another program; {count(missing, 'event is', 'events are')} missing"
    return "" if mark is None else problem_since(connection, mark)


def problem_since(connection: Connection, mark: Mapping[str, Any]) -> str:
    """Describe a log that lacks what it had at a checkpoint, or that differs; empty if it continues it."""
    (seq,) = connection.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()
    if text := checkpoints.shortened_log_problem(seq, mark):
        return text
    if newest(connection, mark["events"]) != mark["newest"]:
        return checkpoints.different_log_problem(mark)
    return ""


def _kept_events(connection: Connection, since: int) -> int:
    """Return how many events after `since` are there, or were pruned. The index is read, and no event."""
    (there,) = connection.execute(
        "SELECT (SELECT count(*) FROM event WHERE +seq > ?1) "
        "+ (SELECT count(*) FROM pruned_event WHERE seq > ?1)",
        (since,),
    ).fetchone()
    return int(there)


def _sealed_before(connection: Connection) -> bool:
    rows = connection.execute(
        "SELECT 1 FROM run WHERE seal <> '' UNION ALL SELECT 1 FROM event WHERE rows <> ''"
    )
    return rows.fetchone() is not None


def _seal(connection: Connection, seal: Seal, event: EventDraft) -> None:
    connection.execute("BEGIN IMMEDIATE")
    seal_all(connection, seal, event)
    connection.execute("COMMIT")
