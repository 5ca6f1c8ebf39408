"""The events of a run, chained by hash: each one's hash covers it and the hash before it.

Whoever can write to the database can make a whole chain anew. So what `Audit.digest` says is worth as much
as the place where it is kept: note it where the database's owner can't write.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

FIELDS = (
    "type", "at", "actor", "as_user", "run_id", "workflow", "step", "request_id", "trace_id", "data", "n",
)  # fmt: skip
"""What a hash covers, in this order, as stored; `seq` isn't known when an event is chained."""


def link(previous: str, values: Sequence[Any]) -> str:
    """SHA-256 (hex) over the hash before it and the values of `FIELDS`."""
    return hashlib.sha256(previous.encode() + b"\n" + orjson.dumps(values)).hexdigest()


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where the log is not as it was written. `n`: of the event in its run."""

    run_id: str
    n: int | None
    seq: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a run's own row says of its chain."""

    run_id: str
    hash: str
    events: int


@dataclass(slots=True)
class Audit:
    """`unchained`: events from before there was a chain. `digest`: over the heads of all runs.

    `pruned`: runs of which a tombstone is left; their heads are in the digest too, so that pruning doesn't
    change it.
    """

    runs: int = 0
    pruned: int = 0
    events: int = 0
    unchained: int = 0
    digest: str = ""
    findings: list[Finding] = field(default_factory=list)


Row = Mapping[str, Any]


def check(head: Head, rows: Iterable[Row]) -> tuple[list[Finding], int]:
    """Compare one run's events, in the order of `seq`, with their chain; also how many are unchained."""
    found: list[Finding] = []
    chained: dict[int, Row] = {}
    unchained, newest = 0, 0
    for row in rows:
        n = row["n"]
        if n is None:
            unchained += 1
            if chained:
                found.append(_at(row, "was inserted: it is not part of the chain"))
        elif n in chained:
            found.append(_at(row, f"was inserted: there is an event {n} already"))
        else:
            if n < newest:
                found.append(_at(row, f"was moved: it stands behind event {newest}"))
            newest = max(newest, n)
            chained[n] = row
    found += _links(head, chained)
    last = chained.get(head.events)
    if last is not None and last["hash"] != head.hash:
        found.append(
            Finding(head.run_id, head.events, last["seq"], "is not the newest that the run's row knows")
        )
    return found, unchained


def _links(head: Head, chained: Mapping[int, Row]) -> list[Finding]:
    found = []
    for n in range(1, max([head.events, *chained], default=0) + 1):
        row = chained.get(n)
        if row is None:
            found.append(Finding(head.run_id, n, None, "was removed"))
        elif n > head.events:
            found.append(_at(row, f"was inserted: the run has {head.events} events"))
        elif n == 1 or n - 1 in chained:
            previous = chained[n - 1]["hash"] if n > 1 else ""
            if link(previous, [row[name] for name in FIELDS]) != row["hash"]:
                found.append(_at(row, "was changed, or the one before it"))
    return found


def _at(row: Row, problem: str) -> Finding:
    return Finding(row["run_id"], row["n"], row["seq"], problem)


def digest_of(heads: Iterable[Head]) -> str:
    """SHA-256 (hex) over all runs' heads, in the order given."""
    digest = hashlib.sha256()
    for head in heads:
        digest.update(orjson.dumps([head.run_id, head.hash, head.events]))
    return digest.hexdigest()
