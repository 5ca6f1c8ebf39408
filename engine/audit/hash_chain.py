"""Hash chains of events: each event's hash covers the event and the hash before it. Each run has a chain, and
the events that belong to no run have one too.

A person who can write to the database could compute a new chain. Therefore a key that is not in the database
seals the newest hash (`engine.audit.seal`), and a checkpoint of the log can be kept elsewhere.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

import orjson

from engine.model.text.wording import count

FIELDS = (
    "type", "at", "actor", "as_user", "run_id", "workflow", "step", "request_id", "trace_id", "data", "n",
)  # fmt: skip
"""Fields that a hash covers, in this order, as stored; `seq` isn't known when an event is chained."""
_VALUES = itemgetter(*FIELDS)

REMOVED = "was removed"

STAYS, ACCEPT, RESTORE, RESET, WITHOUT = "stays", "accept", "restore", "reset", "without"
"""Remedies of findings. `STAYS`: an operator can accept it, and it stays named since nothing proves it again.
`ACCEPT`: an operator can accept it as it is. `RESTORE`: only a backup brings it back. `RESET`: of a resource,
which then begins again. `WITHOUT`: Signoff continues without this row.
"""
RULE = "2:"
"""Before each hash that is made by the rule of now; hashes of earlier releases have none before them."""


def link(previous: str, values: Sequence[Any], rows: str | None = None) -> str:
    """SHA-256 (hex) over the hash before it, the values of `FIELDS`, and the digests of rows it tells."""
    content = orjson.dumps((values, rows))
    return RULE + hashlib.sha256(b"%b\n%b" % (previous.encode(), content)).hexdigest()


def link_of(row: "Row", previous: str, since: int) -> str:
    """As this event should be linked. `since`: up to that `seq` events may be linked by the first rule."""
    values = _VALUES(row)
    if row["seq"] > since or str(row["hash"]).startswith(RULE):
        return link(previous, values, row["rows"])
    return hashlib.sha256(previous.encode() + b"\n" + orjson.dumps(values)).hexdigest()


def extend_digest(digest: str, hashes: Iterable[str]) -> str:
    """The digest over all events, with further hashes: for each, SHA-256 of what there was and it."""
    current, sha256 = bytes.fromhex(digest), hashlib.sha256
    for hash_ in hashes:
        current = sha256(current + hash_.encode()).digest()
    return current.hex()


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """A place where something is not as it was written. `n`, `seq`: of an event.

    `run_id` is empty for what belongs to no run.
    """

    run_id: str
    n: int | None
    seq: int | None
    problem: str
    remedy: str = STAYS
    removed: int = 0
    """How many events it names as removed, from `n` on."""

    @property
    def last_n(self) -> int:
        """The last event that it names; 0 for none."""
        return (self.n or 0) + max(self.removed - 1, 0)


@dataclass(frozen=True, slots=True)
class Head:
    """The state of its chain that a run's own row records."""

    run_id: str
    hash: str
    events: int


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An operator accepted a database as it was. `actor`: as text, such as `cli:root`."""

    actor: str
    at: datetime
    reason: str
    seq: int


@dataclass(slots=True)
class Audit:
    """Result of an audit. `unchained`: events from before there was a chain; `pruned`: runs of which a
    tombstone is left.
    """

    runs: int = 0
    pruned: int = 0
    events: int = 0
    unchained: int = 0
    seq: int = 0
    """Number of the newest event."""
    digest: str = ""
    """The digest over all events, in their order: it changes with each event of a run and of no run."""
    accepted: list[Acceptance] = field(default_factory=list)
    """Each time that an operator accepted the database as it was, oldest first."""
    findings: list[ChainFinding] = field(default_factory=list)


Row = Mapping[str, Any]


def check_chain(
    head: Head, rows: Iterable[Row], since: int, begun: Row | None = None
) -> tuple[list[ChainFinding], int]:
    """Compare one run's events, in the order of `seq`, with their chain; also how many are unchained.

    `since`: the last `seq` from before there were seals; an unchained event after it was inserted. `begun`:
    the event before the first of them, where the log up to it is proven.
    """
    findings: list[ChainFinding] = []
    chained: dict[int, Row] = {} if begun is None else {begun["n"]: begun}
    unchained, newest = 0, 0 if begun is None else begun["n"]
    for row in rows:
        n = row["n"]
        if not isinstance(n, int):
            unchained += 1
            if chained or row["seq"] > since:
                findings.append(_finding_at(row, "was inserted: it is not part of the chain"))
        elif n in chained:
            findings.append(_finding_at(row, f"was inserted: event {n} already exists"))
        else:
            if n < newest:
                findings.append(_finding_at(row, f"was moved: it comes after event {newest}"))
            newest = max(newest, n)
            chained[n] = row
    findings += _links(head, chained, since, 0 if begun is None else begun["n"])
    last = chained.get(head.events)
    if last is not None and last["hash"] != head.hash:
        findings.append(
            ChainFinding(head.run_id, head.events, last["seq"], "is not the newest that its row knows")
        )
    return findings, unchained


def _links(head: Head, chained: Mapping[int, Row], since: int, begun: int) -> list[ChainFinding]:
    """`begun`: the number of the last event that is proven."""
    findings, newest = [], begun
    for n in sorted(n for n in chained if n > begun):
        row = chained[n]
        if n > head.events:
            findings.append(_finding_at(row, f"was inserted: the log has {count(head.events, 'event')}"))
            continue
        findings += _removed(head.run_id, newest + 1, n - 1)
        newest = n
        if n == 1 or n - 1 in chained:
            previous = chained[n - 1]["hash"] if n > 1 else ""
            if not _is_linked(row, previous, since):
                findings.append(_finding_at(row, "was changed, or the one before it"))
    return findings + _removed(head.run_id, newest + 1, head.events)


def leads_to(head: Head, row: Row, before: str, later: Iterable[Row], since: int) -> bool:
    """Return whether the newest hash of a chain covers this event.

    `before`: the hash of the event before it. `later`: the events of its chain after it, in the order of `n`.
    Inserted ones lead nowhere, and are passed over.
    """
    if not isinstance(row["n"], int) or not _is_linked(row, before, since):
        return False
    n, newest = row["n"], row["hash"]
    for each in later:
        if each["n"] == n + 1 and _is_linked(each, newest, since):
            n, newest = each["n"], each["hash"]
    return (n, newest) == (head.events, head.hash)


def _removed(run_id: str, first: int, last: int) -> list[ChainFinding]:
    """Return one finding for the events from `first` to `last`, or none where there are none."""
    if first > last:
        return []
    problem = REMOVED if first == last else f"{REMOVED}, and those after it up to event {last:,}"
    return [ChainFinding(run_id, first, None, problem, removed=last - first + 1)]


def _is_linked(row: Row, previous: str, since: int) -> bool:
    try:
        return bool(link_of(row, str(previous), since) == row["hash"])
    except TypeError:  # a value that no column of ours can hold
        return False


def _finding_at(row: Row, problem: str) -> ChainFinding:
    n = row["n"] if isinstance(row["n"], int) else None
    return ChainFinding(row["run_id"] or "", n, row["seq"], problem)
