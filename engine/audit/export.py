"""Pure: exports of the log, which can be verified without the database.

An export is a signed statement about a range of events, and one record for each event of it. A record has the
event's fields, its hash and the hash before it in its chain, so that the hash can be computed from the record
alone. The statement has the digest over the hashes before the range and up to its end. A changed, removed,
inserted or moved record therefore shows, and so does a shortened export. One export continues another, or a
checkpoint, where their digests are the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.audit.hash_chain import FIELDS, RULE, Row, extend_digest, link_of
from engine.audit.signing import SignatureInvalid, content_of
from engine.errors import SignoffError

KIND = "signoff.export/1"
MAX_PROBLEMS = 50
PRUNED = "pruned"
"""Field of a record that stands for an event of a pruned run: only its hash is kept."""
EVENT_FIELDS = ("seq", *FIELDS, "rows", "previous", "hash")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class ExportInvalid(SignoffError):
    """The document is not an export of that installation, or its statement was changed."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the log: its number of events, and the digest over all of them."""

    events: int
    digest: str


@dataclass(slots=True)
class Verified:
    """A verified statement, and what was found of its records. `problems`: the first 50, in words."""

    content: Mapping[str, Any]
    events: int = 0
    pruned: int = 0
    unproven: int = 0
    """Events from before there was a chain: nothing proves them."""
    problems: list[str] = field(default_factory=list)
    problem_count: int = 0

    def add_problem(self, text: str) -> None:
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(text)


def statement(
    before: Mark, until: Mark, *, newest: str, since: int, at: datetime, period: Sequence[datetime | None]
) -> dict[str, Any]:
    """Return the content to sign about the events after `before`, up to and with `until`.

    `newest`: hash of the last event. `since`: the last event from before there were seals, or before an
    operator accepted the database. `period`: from when until when events were asked for; None for no limit.
    """
    return {
        "kind": KIND,
        "after": before.events,
        "after_digest": before.digest,
        "events": until.events,
        "newest": newest,
        "digest": until.digest,
        "since": since,
        "at": at.isoformat(),
        "period": [moment and moment.isoformat() for moment in period],
    }


def event_record(row: Row, previous: str | None) -> dict[str, Any]:
    """Return a stored event as a record. `previous`: the hash before it; None for one without a chain."""
    record: dict[str, Any] = {name: _plain(row[name]) for name in ("seq", *FIELDS, "rows")}
    record["at"] = _moment(record["at"])
    for name in ("data", "rows"):
        record[name] = structured(record[name])
    return {**record, "previous": previous, "hash": _plain(row["hash"])}


def pruned_record(seq: int, hash_: str) -> dict[str, Any]:
    return {"seq": seq, PRUNED: True, "hash": hash_}


def structured(text: Any) -> Any:
    """Return JSON as an object, if its text can be made from the object again; otherwise the text itself."""
    try:
        value = orjson.loads(text)
        return value if isinstance(value, dict) and orjson.dumps(value).decode() == text else text
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, TypeError):
        return text


def verified_export(
    document: Any,
    records: Iterable[Mapping[str, Any]],
    keys: Mapping[str, Ed25519PublicKey],
    marks: Sequence[Mapping[str, Any]] = (),
) -> Verified:
    """Verify an export. `marks`: contents of verified checkpoints, which it must agree with.

    Raises `ExportInvalid` if its statement is not one that these keys signed.
    """
    try:
        content = content_of(document, "export", KIND, keys)
    except SignatureInvalid as error:
        raise ExportInvalid(str(error)) from None
    verified = Verified(content)
    unmet = _Unmet(marks, content, verified)
    seq, digest, since = content["after"], content["after_digest"], content["since"]
    for record in _readable(records, verified):
        number = record["seq"]
        if number > content["events"] or number <= seq:
            verified.add_problem(f"event {number:,} does not belong after event {seq:,}")
            continue
        if number > seq + 1 and number - 1 > since:
            _missing(verified, max(seq, since) + 1, number - 1)
        unmet.pass_by(number - 1, digest)
        _check(record, since, verified)
        seq, digest = number, extend_digest(digest, (str(record["hash"] or ""),))
    if seq < content["events"]:
        _missing(verified, seq + 1, content["events"])
    unmet.pass_by(seq, digest)
    if digest != content["digest"] and not verified.problems:
        verified.add_problem("the events are not those that the signed statement is about")
    return verified


def continues(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> bool:
    """Return whether the events of one verified statement directly follow those of another."""
    return (earlier["events"], earlier["digest"]) == (later["after"], later["after_digest"])


class _Unmet:
    """Checkpoints that an export has not reached yet."""

    def __init__(
        self, marks: Sequence[Mapping[str, Any]], content: Mapping[str, Any], verified: Verified
    ) -> None:
        self._verified = verified
        self._marks = sorted(marks, key=lambda mark: int(mark["events"]))
        for mark in marks:
            if not content["after"] <= mark["events"] <= content["events"]:
                self._marks.remove(mark)
                verified.add_problem(
                    f"the checkpoint of {mark['at']} is at event {mark['events']:,}, which this export does "
                    f"not reach: it has the events after {content['after']:,}, up to {content['events']:,}"
                )

    def pass_by(self, seq: int, digest: str) -> None:
        """Compare the checkpoints up to this event with the digest there."""
        while self._marks and self._marks[0]["events"] <= seq:
            mark = self._marks.pop(0)
            if mark["digest"] != digest:
                self._verified.add_problem(
                    f"the export differs from the checkpoint of {mark['at']} in its first "
                    f"{mark['events']:,} events"
                )


def _readable(records: Iterable[Mapping[str, Any]], verified: Verified) -> Iterator[Mapping[str, Any]]:
    """Yield the records that have the fields of one; each other one is a problem."""
    for place, record in enumerate(records, 1):
        fields_ = set(record)
        expected = {"seq", PRUNED, "hash"} if PRUNED in fields_ else set(EVENT_FIELDS)
        if fields_ != expected:
            odd = ", ".join(sorted(map(str, fields_ ^ expected))[:3])
            verified.add_problem(f"record {place:,} is not one of an export: see its fields {odd}")
        elif type(record["seq"]) is not int or not isinstance(record["hash"], str | None):
            verified.add_problem(f"record {place:,} has a number or a hash of another type")
        else:
            yield record


def _missing(verified: Verified, first: int, last: int) -> None:
    named = f"event {first:,} is" if first == last else f"events {first:,} to {last:,} are"
    verified.add_problem(f"{named} missing")


def _check(record: Mapping[str, Any], since: int, verified: Verified) -> None:
    seq = record["seq"]
    if PRUNED in record:
        verified.pruned += 1
        return
    verified.events += 1
    if record["n"] is None and not record["hash"]:
        verified.unproven += 1
        if seq > since:
            verified.add_problem(f"event {seq:,} has no hash")
        return
    try:
        # The first rule covers no digests of rows.
        covered = record["rows"] is None or str(record["hash"]).startswith(RULE)
        if covered and link_of(stored_values(record), str(record["previous"]), since) == record["hash"]:
            return
    except (TypeError, ValueError):  # a value that no event has
        pass
    accepted = ", before an operator accepted the database" if seq <= since else ""
    verified.add_problem(f"event {seq:,} was changed{accepted}: its hash does not fit")


def stored_values(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an event as its hash covers them."""
    texts = {
        name: orjson.dumps(value).decode() if isinstance(value := record[name], dict) else value
        for name in ("data", "rows")
    }
    return {**record, **texts, "at": _microseconds(record["at"])}


def _moment(value: Any) -> Any:
    """Return a moment as text; any other value stays as it is."""
    try:
        return (_EPOCH + timedelta(microseconds=value)).isoformat()
    except (TypeError, OverflowError):
        return value


def _microseconds(value: Any) -> Any:
    return (datetime.fromisoformat(value) - _EPOCH) // _MICROSECOND if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold: another program may have stored any."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value if value is None or isinstance(value, int | float) else str(value)
