"""Is everything as it was written? Of the whole database, or of one run."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from engine.audit import checkpoints
from engine.audit.hash_chain import (
    ACCEPT,
    RESET,
    RESTORE,
    WITHOUT,
    Acceptance,
    Audit,
    ChainFinding,
    Head,
    Row,
    check_chain,
    extend_digest,
)
from engine.audit.keys import Keyring
from engine.audit.receipts import Proof
from engine.audit.seal import Digests, Seal, base_length, recorded_digests, row_differences, row_digest
from engine.errors import Altered, AlteredRun, UnreadableRow
from engine.store.files.sqlite_errors import UNREADABLE
from engine.store.log import bursts, opening, row_digests
from engine.store.log.proven_logs import ProvenLog, ProvenLogs
from engine.store.log.sealing import hashes
from engine.store.log.tail import Tail
from engine.store.queries import failure_cards
from engine.store.queries.consumers import wrong_cursors
from engine.store.queries.readable import readable
from engine.store.queries.schedules import schedule_record
from engine.store.queries.snapshots import Snapshot, snapshot_within
from engine.store.queries.trigger_facts import fact_record
from engine.store.schema import rows
from engine.store.schema.layout import expected
from engine.store.work import Connection, Cursor, NamedDatabase

_Rows = Sequence[Row]
_GONE = "belongs to a run that is gone"
_ODD_ID = "its id is not text"
_REMOVED_RUN = "its row was removed"
_SMALLEST = -(2**63)
"""The least `seq` that a row can have: another program may insert any."""
_EVENT = tuple(expected()["event"].columns)
_SELECT_EVENTS = f"SELECT {', '.join(_EVENT)} FROM event WHERE run_id = ? AND seq >= ? ORDER BY seq"  # noqa: S608


def audit(connection: Connection, seal: Seal, marks: Sequence[Mapping[str, Any]] = ()) -> Audit:
    """Every chain and every row against the log. Reads everything, one run at a time, as of one moment.

    `marks`: checkpoints that the log is held against.
    """
    connection.execute("BEGIN")
    try:
        result = audit_within(connection, seal)
        result.findings += [_lasting(text) for mark in marks if (text := _against(connection, mark))]
        return result
    finally:
        connection.execute("COMMIT")


def audit_within(connection: Connection, seal: Seal) -> Audit:
    """As `audit`, without checkpoints and within a transaction of the caller's."""
    result = Audit()
    extent = _extent(connection)
    for run_id, pruned in connection.execute(
        "SELECT id, 0 FROM run UNION ALL SELECT run_id, 1 FROM tombstone ORDER BY 1"
    ):
        if not isinstance(run_id, str):
            result.findings.append(ChainFinding(rows.named(run_id), None, None, _ODD_ID, RESTORE))
            continue
        if pruned:
            result.pruned += 1
            result.findings += [
                ChainFinding(run_id, _whole(row["n"]), row["seq"], "belongs to a run that was pruned")
                for row in _events(connection, run_id)
            ]
            continue
        rows_of = _events(connection, run_id)
        stored = row_digests.run_rows(connection, run_id)
        findings, unchained, _ = _run(connection, seal, stored, rows_of, extent)
        result.runs += 1
        result.events += len(rows_of)
        result.unchained += unchained
        result.findings += findings
    of_runs = {"run": rows.run_record, "step_report": rows.report_record}
    result.findings += _unreadable(connection, of_runs, RESTORE)
    result.findings += _lost(connection)
    result.findings += _definitions(connection, seal)
    _of_no_run(connection, seal, result)
    return result


def outside_runs(connection: Connection, seal: Seal) -> list[str]:
    """As `audit_within`, of everything but the chains and the rows of runs, which take most of the time."""
    result = Audit(findings=_lost(connection) + _definitions(connection, seal))
    _of_no_run(connection, seal, result)
    return [finding.problem for finding in result.findings]


_NOT_COVERED: Mapping[str, Callable[[Row], object]] = {
    "schedule": schedule_record,
    "trigger_fact": fact_record,
    "delivery": rows.delivery_parts,
}
"""Tables with columns that the log does not cover, and what reads a row of each; without resources."""


def _unreadable(
    connection: Connection, tables: Mapping[str, Callable[[Row], object]], remedy: str
) -> list[ChainFinding]:
    """Return the rows that cannot be read: the log does not cover all their columns."""
    errors: list[Altered] = []
    for table, record in tables.items():
        readable(connection.execute(f"SELECT * FROM {table}"), record, errors.append)  # noqa: S608
    return [
        ChainFinding(error.run_id if isinstance(error, AlteredRun) else "", None, None, error.problem, remedy)
        for error in errors
        if isinstance(error, AlteredRun | UnreadableRow)
    ]


class _Lost(NamedTuple):
    """Which rows of a table belong to nothing that is there, and what a finding says of them, as SQL."""

    named: str
    run: str = "run_id"
    where: str = "run_id NOT IN (SELECT id FROM run)"


_OF_NO_REQUEST = "request_id NOT IN (SELECT id FROM request)"
LOST_ROWS = {
    "step_run": _Lost("'step ' || step"),
    "request": _Lost("'request ' || id"),
    "checkpoint": _Lost("'checkpoint ' || id"),
    "follow_up": _Lost("'follow-up run ' || id"),
    "wait": _Lost("'wait ' || id"),
    "decision": _Lost("'decision ' || id", "''", _OF_NO_REQUEST),
    "signal": _Lost("'signal ' || name"),
    "step_report": _Lost("'report of ' || step"),
    "failure_card": _Lost("'place on a card of ' || request_id", "run_id", _OF_NO_REQUEST),
}
"""By table. Requests come before the rows that belong to requests."""
_SELECT_LOST = " UNION ALL ".join(
    f"SELECT {lost.run}, {lost.named} FROM {table} WHERE {lost.where}"  # noqa: S608
    for table, lost in LOST_ROWS.items()
)


def _lost(connection: Connection) -> list[ChainFinding]:
    """Return the rows whose run does not exist: no log covers them."""
    events = connection.execute(
        "SELECT run_id, n, seq FROM event WHERE run_id IS NOT NULL AND run_id NOT IN "
        "(SELECT id FROM run UNION ALL SELECT run_id FROM tombstone)"
    )
    findings = [ChainFinding(rows.named(run_id), _whole(n), seq, _GONE) for run_id, n, seq in events]
    return findings + [
        _place(rows.named(run_id), f"the {rows.named(what)} {_GONE}")
        for run_id, what in connection.execute(_SELECT_LOST)
    ]


def _whole(n: object) -> int | None:
    """Return the number of an event; None for a value of another type."""
    return n if isinstance(n, int) else None


def _extent(connection: Connection, asked: Cursor | None = None) -> Tail:
    """How far the log has got, and what it covers. `asked`: the answer to `Tail.ask`."""
    tail = Tail.read(connection, asked)
    return tail[0] if tail else Tail.empty()


def _head(run_id: str, hash_: object, events: object) -> Head:
    """Count none where the number of events is of another type: the seal does not fit either."""
    return Head(run_id, str(hash_), events if isinstance(events, int) else 0)


def _events(connection: Connection, run_id: str, first: int = _SMALLEST) -> _Rows:
    """Return the events of a run from this `seq` on."""
    return rows.by_name(_EVENT, connection.execute(_SELECT_EVENTS, (run_id, first)).fetchall())


def _run(
    connection: Connection,
    seal: Seal,
    stored: row_digests.RunRows,
    events: _Rows,
    extent: Tail,
    begun: ProvenLog | None = None,
) -> tuple[list[ChainFinding], int, Digests]:
    """One run's chain, its seal, and its rows against what the chain tells; also how many are unchained, and
    how the rows stand by the log. `begun`: what is proven of its log; `events` are those after it then."""
    (run,) = stored["run"]
    head = _head(run["id"], run["head"], run["events"])
    findings, unchained = check_chain(head, events, extent.since, begun.as_event if begun else None)
    if not seal.holds(run["seal"], "run", head.run_id, head.hash, head.events):
        findings.append(_place(head.run_id, "the seal of its log does not fit: it was changed or shortened"))
    recorded = [(row["n"], row["rows"]) for row in events]
    log = recorded_digests(seal, head.run_id, run["base"], recorded, dict(begun.digests) if begun else None)
    there = row_digests.of_rows(stored)
    findings += [_place(head.run_id, problem) for problem in row_differences(log, there)]
    if any(row["kind"] == "failure" for row in stored["request."]):
        first = begun.first_seq if begun else events[0]["seq"] if events else None
        is_new = first is not None and extent.covers_places_of(first)
        places = failure_cards.place_differences(connection, head.run_id, complete=is_new)
        findings += [_place(head.run_id, problem) for problem in places.values()]
    return findings, unchained, log


def misplaced_failures(connection: Connection) -> list[str]:
    """Return the ids of the failure requests whose places on cards are not those that they have."""
    extent, misplaced = _extent(connection), list[str]()
    query = (
        "SELECT run_id, (SELECT min(seq) FROM event WHERE event.run_id = request.run_id) FROM request "
        "WHERE kind = 'failure' GROUP BY run_id"
    )
    for run_id, first in connection.execute(query):
        is_new = first is not None and extent.covers_places_of(first)
        misplaced += failure_cards.place_differences(connection, run_id, complete=is_new)
    return misplaced


def _place(run_id: str, problem: str) -> ChainFinding:
    return ChainFinding(run_id, None, None, problem, _remedy([run_id]))


def _lasting(problem: str) -> ChainFinding:
    return ChainFinding("", None, None, problem)


def _definitions(connection: Connection, seal: Seal) -> list[ChainFinding]:
    findings = []
    for row in connection.execute("SELECT * FROM definition ORDER BY digest"):
        values = [row[name] for name in row_digests.DEFINITION]
        if not seal.holds(row["seal"], "definition", *values):
            text = f"the definition {row['digest']} of {row['workflow']} was changed"
            findings.append(ChainFinding("", None, None, text, _remedy(values)))
    for row in connection.execute("SELECT * FROM code ORDER BY digest"):
        values = [row[name] for name in row_digests.CODE]
        if not seal.holds(row["seal"], "code", *values):
            text = f"the code digests {row['digest']} were changed"
            findings.append(ChainFinding("", None, None, text, _remedy(values)))
    missing = connection.execute(
        "SELECT id, 'its definition was' FROM run WHERE definition NOT IN (SELECT digest FROM definition) "
        "UNION ALL SELECT id, 'its code digests were' FROM run WHERE code NOT IN (SELECT digest FROM code)"
    )
    lost = [
        ChainFinding(rows.named(run_id), None, None, f"{what} removed", RESTORE) for run_id, what in missing
    ]
    return findings + lost


def _remedy(values: Sequence[object]) -> str:
    """A value that no column of ours can hold cannot be sealed."""
    return ACCEPT if row_digest(values) else RESTORE


def _of_no_run(connection: Connection, seal: Seal, result: Audit) -> None:
    """The chain of the installation, the rows that it tells of, and the digest over all events."""
    stored = Tail.read(connection)
    if stored is None:
        result.findings.append(_place("", "the end of the log was removed"))
        return
    tail, mark = stored
    result.findings += _unreadable(connection, _NOT_COVERED, WITHOUT)
    result.findings += _unreadable(connection, {"resource": rows.resource_of}, RESET)
    result.findings += [ChainFinding("", None, None, text, ACCEPT) for text in wrong_cursors(connection)]
    if not tail.sealed(mark, seal):
        result.findings.append(_place("", "the seal of the log does not fit: it was changed or shortened"))
    events = connection.execute("SELECT * FROM event WHERE run_id IS NULL ORDER BY seq").fetchall()
    findings, unchained = check_chain(Head("", tail.head, tail.events), events, tail.since)
    result.events += len(events)
    result.unchained += unchained
    result.findings += findings
    log = recorded_digests(seal, "", None, [(row["n"], row["rows"]) for row in events])
    there = row_digests.of_no_run(connection)
    log |= dict.fromkeys(bursts.taken(connection) - there.keys())
    result.findings += [_place("", difference) for difference in row_differences(log, there)]
    result.findings += _over_all(connection, tail, result.findings)
    result.seq, result.digest = tail.seq, tail.digest
    result.accepted = [_acceptance(row) for row in events if row["type"] == "log.accepted"]


def _acceptance(row: Row) -> Acceptance:
    try:
        event = rows.event_record(row)
        return Acceptance(rows.from_actor(event.actor), event.at, str(event.data["reason"]), event.seq)
    except (*UNREADABLE, Altered):  # its hash is named as well
        return Acceptance(str(row["actor"]), datetime.fromtimestamp(0, UTC), "it cannot be read", row["seq"])


def _over_all(connection: Connection, tail: Tail, known: Sequence[ChainFinding]) -> list[ChainFinding]:
    """Is every event there that was told, in its order? `known`: what the chains have shown already."""
    gaps, digest, seq = [], "", 0
    for at, hash_ in hashes(connection):
        if at > tail.since and at > seq + 1 and seq >= tail.since:
            gaps.append((seq + 1, at - 1))
        seq, digest = at, extend_digest(digest, (str(hash_),))
    if seq < tail.seq:
        gaps.append((seq + 1, tail.seq))
    named = sum(finding.removed for finding in known)
    if sum(last - first + 1 for first, last in gaps) > named:
        return [_place("", f"events {first} to {last} of the log were removed") for first, last in gaps]
    if digest != tail.digest and not known:
        return [_place("", "the events of the log are not those that were recorded, or are out of order")]
    return []


def _against(connection: Connection, mark: Mapping[str, Any]) -> str:
    """Why the log is not one that has grown from that checkpoint; empty where it is."""
    digest, seq = "", 0
    for at, hash_ in hashes(connection):
        if at > mark["events"]:
            break
        seq, digest = at, extend_digest(digest, (str(hash_),))
    if text := checkpoints.shortened_log_problem(seq, mark):
        return text
    return "" if digest == mark["digest"] else checkpoints.different_log_problem(mark)


def checkpoint(connection: Connection, now: datetime) -> dict[str, Any]:
    """Return a checkpoint of the log as it is now."""
    connection.execute("BEGIN")
    try:
        return opening.checkpoint(connection, now)
    finally:
        connection.execute("COMMIT")


def keep_checkpoint(
    connection: Connection, path: NamedDatabase, keyring: Keyring, seal: Seal, now: datetime
) -> None:
    """Write the checkpoint of this log beside the keys, as that of the database `path`.

    Raises `Altered` where the log does not continue the last one: that one proves what is lost.
    """
    mark = opening.known(keyring, path, seal)
    if mark is not None and (problem := opening.problem_since(connection, mark)):
        raise Altered(problem)
    opening.keep(checkpoint(connection, now), path, keyring, seal)


def problems(connection: Connection, run_id: str, seal: Seal) -> list[str]:
    """Return each difference between a run and its log, as text. The caller holds the transaction."""
    return problems_of(connection, row_digests.run_rows(connection, run_id), seal)


def problems_of(
    connection: Connection,
    stored: row_digests.RunRows,
    seal: Seal,
    proven: ProvenLogs | None = None,
) -> list[str]:
    """As `problems`, of rows that the caller has read in its transaction.

    It leaves out events from before an operator accepted the database: the rows are sealed since. `proven`:
    logs whose proven beginning is not computed again.
    """
    if not stored["run"]:
        return [_REMOVED_RUN]
    run, tail = stored["run"][0], Tail.ask(connection)
    accepted = base_length(seal, run["id"], run["base"])
    begun = proven.of(run["id"], run["base"], _head("", "", run["events"]).events) if proven else None
    events = _events(connection, run["id"], begun.seq + 1 if begun else _SMALLEST)
    extent = _extent(connection, tail)
    findings, unchained, digests = _run(connection, seal, stored, events, extent, begun)
    if proven and events and not findings and not unchained:
        first = begun.first_seq if begun else events[0]["seq"]
        newest = events[-1]
        log = ProvenLog(newest["n"], newest["seq"], newest["hash"], first, run["base"], digests)
        proven.keep(run["id"], log)
    return [
        _words(finding)
        for finding in findings
        if not (0 < finding.last_n <= accepted or 0 < (finding.seq or 0) <= extent.since)
    ]


def _words(finding: ChainFinding) -> str:
    return f"event {finding.n} {finding.problem}" if finding.n else finding.problem


def proof(connection: Connection, run_id: str, seal: Seal) -> tuple[Snapshot, Proof] | None:
    """One run and its log, checked. In one transaction, or other rows could be read than were checked."""
    connection.execute("BEGIN")
    try:
        snapshot = snapshot_within(connection, run_id)
        if snapshot is None:
            return None
        stored, selected = row_digests.run_rows(connection, run_id), _events(connection, run_id)
        findings, _, _ = _run(connection, seal, stored, selected, _extent(connection))
        events = [rows.event_record(row) for row in selected]
    finally:
        connection.execute("COMMIT")
    run = stored["run"][0]
    head = Head(run_id, run["head"], run["events"])
    return snapshot, Proof(head, events, [_words(finding) for finding in findings])
