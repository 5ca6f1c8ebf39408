"""Exports of the log: what was changed in them, left out or moved is found without the database."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine import Altered, NotPossible
from engine.audit.export import (
    ExportInvalid,
    Verified,
    _check,
    continues,
    event_record,
    stored_values,
    verified_export,
)
from engine.audit.hash_chain import FIELDS, link_of
from engine.audit.keys import Keyring, public_keys
from engine.testing import Harness
from tests.engine.tampering import PEOPLE, accept, copied, execute, flow, installed

Records = list[dict[str, Any]]
FUTURE = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("installed"))


def at(folder: Path) -> Harness:
    return Harness(flow("inventory"), people=PEOPLE, folder=folder, schedules=False)


async def exported(
    folder: Path, since: datetime | None = None, until: datetime | None = None
) -> tuple[dict[str, Any], Records]:
    async with at(folder) as harness:
        receipts = harness.engine.receipts
        document = await receipts.export(since, until, harness.clock.now())
        content, records = document["export"], Records()
        place = content["after"]
        while page := await receipts.export_page(place, content["events"]):
            records += page
            place = page[-1]["seq"]
        return document, records


def verified(folder: Path, document: Any, records: Records, *marks: dict[str, Any]) -> Verified:
    keys = public_keys("".join(Keyring(folder / "keys").public().values()))
    return verified_export(document, records, keys, marks)


async def checkpoint(folder: Path) -> dict[str, Any]:
    async with at(folder) as harness:
        document = await harness.engine.receipts.checkpoint(harness.clock.now())
    mark: dict[str, Any] = document["checkpoint"]
    return mark


async def test_an_export_of_all_events_agrees_with_its_statement(installation: Path, tmp_path: Path) -> None:
    copied(installation, tmp_path)
    document, records = await exported(tmp_path)
    found = verified(tmp_path, document, records)
    assert found.problems == []
    assert found.events > 20
    assert found.pruned > 5
    assert [record["seq"] for record in records] == list(range(1, document["export"]["events"] + 1))
    decided = next(record for record in records if record.get("type") == "request.decision")
    assert decided["data"]["choice"] == "approve"
    assert decided["data"]["comment"] == "fine"


Change = Callable[[Records, int], object]
"""Changes records, of which the one at this place is a decision."""
DOES_NOT_FIT = "was changed: its hash does not fit"


def place_of_decision(records: Records) -> int:
    return next(place for place, each in enumerate(records) if each.get("type") == "request.decision")


def field(name: str, value: Any) -> Change:
    def change(records: Records, place: int) -> None:
        records[place] = {**records[place], name: value}

    return change


def another_comment(records: Records, place: int) -> None:
    field("data", {**records[place]["data"], "comment": "no"})(records, place)


def as_pruned(records: Records, place: int) -> None:
    records[place] = {"seq": records[place]["seq"], "pruned": True, "hash": "2:0"}


def swapped(records: Records, place: int) -> None:
    records[5:7] = [records[6], records[5]]


CHANGES: dict[str, tuple[Change, str]] = {
    "another actor": (field("actor", "slack:U9"), DOES_NOT_FIT),
    "another comment": (another_comment, DOES_NOT_FIT),
    "another time": (field("at", "2020-01-01T00:00:00+00:00"), DOES_NOT_FIT),
    "a number as text": (field("n", "2"), DOES_NOT_FIT),
    "no hash": (field("hash", None), DOES_NOT_FIT),
    "a further field": (field("note", "x"), "see its fields note"),
    "a removed event": (lambda records, place: records.pop(place), "is missing"),
    "a shortened file": (lambda records, place: [records.pop(), records.pop()], "are missing"),
    "an event twice": (lambda records, place: records.insert(5, records[5]), "does not belong after event"),
    "two events in the other order": (swapped, "is missing"),
    "a decision as if it were pruned": (
        as_pruned,
        "the events are not those that the signed statement is about",
    ),
}


@pytest.mark.parametrize("name", list(CHANGES))
async def test_a_changed_export_is_found(name: str, installation: Path, tmp_path: Path) -> None:
    copied(installation, tmp_path)
    document, records = await exported(tmp_path)
    change, problem = CHANGES[name]
    change(records, place_of_decision(records))
    found = verified(tmp_path, document, records)
    assert problem in "; ".join(found.problems)


async def test_a_forged_hash_is_found(installation: Path, tmp_path: Path) -> None:
    """A person without the key can compute the hash of a changed event, but not sign another statement."""
    copied(installation, tmp_path)
    document, records = await exported(tmp_path)
    record = records[place_of_decision(records)]
    record["actor"] = "slack:U9"
    record["hash"] = link_of(stored_values(record), record["previous"], 0)
    assert verified(tmp_path, document, records).problems == [
        "the events are not those that the signed statement is about"
    ]
    document["export"]["digest"] = "00"
    with pytest.raises(ExportInvalid, match="signature is invalid"):
        verified(tmp_path, document, records)


async def test_exports_of_two_periods_continue_each_other(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        await harness.start("flow")
        await harness.advance("1h")
        noon = harness.clock.now()
        await harness.start("flow")
    (early, _), (late, records) = await exported(tmp_path, None, noon), await exported(tmp_path, noon, FUTURE)
    assert early["export"]["events"] == late["export"]["after"] > 5
    assert continues(early["export"], late["export"])
    assert not continues(late["export"], early["export"])
    assert verified(tmp_path, late, records).problems == []
    assert datetime.fromisoformat(records[0]["at"]) >= noon


def test_digests_of_rows_that_no_hash_covers_are_named() -> None:
    row = {
        "seq": 1, "type": "run.started", "at": 0, "actor": "cli:root", "as_user": None, "run_id": "r",
        "workflow": "w", "step": None, "request_id": None, "trace_id": None, "data": "{}", "n": 1,
        "rows": None, "hash": "",
    }  # fmt: skip
    first = hashlib.sha256(b"\n" + orjson.dumps([row[name] for name in FIELDS])).hexdigest()
    found = Verified({})
    _check(event_record({**row, "hash": first}, ""), 1, found)
    assert found.problems == []
    _check(event_record({**row, "hash": first, "rows": '{"run":"x"}'}, ""), 1, found)
    assert found.problem_count == 1


async def test_an_export_is_compared_with_a_checkpoint(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        await harness.start("flow")
    mark = await checkpoint(tmp_path)
    async with at(tmp_path) as harness:
        await harness.start("flow")
    document, records = await exported(tmp_path)
    assert 0 < mark["events"] < document["export"]["events"]
    assert verified(tmp_path, document, records, mark).problems == []
    (problem,) = verified(tmp_path, document, records, {**mark, "digest": "00"}).problems
    assert f"in its first {mark['events']} events" in problem
    (problem,) = verified(tmp_path, document, records, {**mark, "events": 10**6}).problems
    assert "which this export does not reach" in problem


async def test_a_log_that_lost_events_is_not_exported(installation: Path, tmp_path: Path) -> None:
    database = copied(installation, tmp_path)
    execute(database, "DELETE FROM event WHERE type = 'request.decision'")
    with pytest.raises((Altered, NotPossible), match="signoff audit"):
        await exported(tmp_path)


async def test_an_event_that_was_changed_before_an_acceptance_is_named(
    installation: Path, tmp_path: Path
) -> None:
    database = copied(installation, tmp_path)
    execute(database, "UPDATE event SET actor = 'slack:U9' WHERE type = 'request.decision'")
    accept(database)
    document, records = await exported(tmp_path)
    (problem,) = verified(tmp_path, document, records).problems
    assert problem.endswith("was changed, before an operator accepted the database: its hash does not fit")


@pytest.mark.parametrize("value", [b"\xff\x00", "\\ud800", "{ }", '{"a": 1}', '{"a":1e400}', "[1]", ""])
async def test_data_that_no_event_has_is_exported_as_it_is_stored(
    value: object, installation: Path, tmp_path: Path
) -> None:
    database = copied(installation, tmp_path)
    execute(database, "UPDATE event SET data = ? WHERE type = 'request.decision'", value)
    document, records = await exported(tmp_path)
    (problem,) = verified(tmp_path, document, records).problems
    assert "its hash does not fit" in problem


async def test_a_period_without_events_is_refused(installation: Path, tmp_path: Path) -> None:
    copied(installation, tmp_path)
    with pytest.raises(NotPossible, match="no event of that period"):
        await exported(tmp_path, FUTURE, FUTURE + timedelta(days=1))
