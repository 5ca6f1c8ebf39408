"""Receipts: verified without the installation, refused where anything was changed."""

import copy
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, Decision, NotPossible, Outcome, StaticPeople, Workflow
from engine.audit.keys import Keyring, public_keys
from engine.audit.receipts import ReceiptInvalid, receipt_content, verify_receipt
from engine.model.records.records import RequestRecord
from engine.store.on_sqlite import open_store
from engine.store.queries import integrity
from engine.store.sqlite.reader import Reader
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2", "U3"]})


def flow() -> Workflow:
    made = Workflow("flow", owner="@ops")
    go = made.approval("go", ask="Ship 1.4.2?", approvers=["@ops"], quorum=2, expires="1d")

    @made.step(when=go.approved)
    async def ship(go: Outcome) -> str:
        return "shipped"

    return made


async def decided(harness: Harness) -> str:
    run = await harness.start("flow", as_user="U3")
    await harness.decide("go", "approve", as_user="U1", comment="looks right", run=run)
    await harness.decide("go", "approve", as_user="U2", run=run)
    return f"{run.id}.go"


async def test_a_receipt_says_who_what_when_why_and_what_ran(tmp_path: Path) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        document = await harness.engine.receipts.receipt(await decided(harness))
        keys = public_keys("".join((await harness.engine.receipts.public_keys()).values()))
    said = verify_receipt(document, keys)
    assert said["covered"]["ask"] == "Ship 1.4.2?"
    assert (said["outcome"], said["requester"]["id"]) == ("approved", "U3")
    told = [(one["by"]["id"], one["comment"], one["counts"]) for one in said["decisions"]]
    assert told == [("U1", "looks right", True), ("U2", "", True)]
    assert [(one["step"], one["state"], len(one["code"])) for one in said["executed"]] == [
        ("ship", "succeeded", 64)
    ]
    assert said["covered"]["policy"]["stages"][0]["quorums"][0]["needs"] == 2
    assert said["digest"] == said["decisions"][-1]["digest"]
    for key in tmp_path.joinpath("keys").iterdir():
        assert key.stat().st_mode & 0o077 == 0


async def test_a_receipt_says_which_decision_came_from_the_console(tmp_path: Path) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow", as_user="U3")
        on_the_console = Decision("approve", door="console")
        await harness.engine.decide(f"{run.id}.go", on_the_console, actor=Actor("slack", "U1"))
        await harness.decide("go", "approve", as_user="U2", run=run)
        document = await harness.engine.receipts.receipt(f"{run.id}.go")
    assert [one.get("door") for one in document["receipt"]["decisions"]] == ["console", None]


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    found = copy.deepcopy(document)
    *way, last = path.split(".")
    place: Any = found
    for name in way:
        place = place[int(name)] if name.isdigit() else place[name]
    place[int(last) if last.isdigit() else last] = value
    return found


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("receipt.outcome", "rejected", "signature is invalid"),
        ("receipt.decisions.0.by.id", "U9", "signature is invalid"),
        ("receipt.covered.ask", "Have lunch?", "signature is invalid"),
        ("signature", "AAAA", "signature is invalid"),
        ("signature", "no base64!", "signature is invalid"),
        ("key", "0123456789abcdef", "that key was not given"),
        ("receipt.kind", "other/1", "has the kind 'other/1'"),
        ("receipt", [], "not a receipt"),
    ],
)
async def test_a_changed_receipt_is_refused(path: str, value: Any, why: str) -> None:
    async with Harness(flow(), people=PEOPLE) as harness:
        document = await harness.engine.receipts.receipt(await decided(harness))
        keys = public_keys("".join((await harness.engine.receipts.public_keys()).values()))
    verify_receipt(document, keys)
    with pytest.raises(ReceiptInvalid, match=why):
        verify_receipt(changed(document, path, value), keys)


async def test_a_receipt_signed_before_a_rotation_stays_verifiable(tmp_path: Path) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        request = await decided(harness)
        before = await harness.engine.receipts.receipt(request)
        made = await harness.engine.receipts.rotate()
        after = await harness.engine.receipts.receipt(request)
        keys = public_keys("".join((await harness.engine.receipts.public_keys()).values()))
    assert after["key"] == made != before["key"]
    assert verify_receipt(before, keys)["digest"] == verify_receipt(after, keys)["digest"]
    # The old private half is gone.
    assert [path for path in os.listdir(tmp_path / "keys") if path.endswith(".pem")] == [
        f"receipts-{made}.pem"
    ]


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (
            "UPDATE decision SET comment = 'other' WHERE comment <> ''",
            "the decision .*:1 differs from the log",
        ),
        ("DELETE FROM decision WHERE id LIKE '%:2'", "the decision .*:2 was removed"),
        ("UPDATE request SET outcome = 'rejected'", "the request .*go differs from the log"),
        ("UPDATE request SET ask = 'Have lunch?'", "the request .*go differs from the log"),
        ("UPDATE event SET data = replace(data, 'looks right', 'no')", "event 5 was changed"),
    ],
)
async def test_records_that_contradict_the_log_get_no_receipt(
    statement: str, why: str, tmp_path: Path
) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        request = await decided(harness)
        with sqlite3.connect(tmp_path / "signoff.db") as connection:
            assert connection.execute(statement).rowcount
        connection.close()
        with pytest.raises(NotPossible, match=why):
            await harness.engine.receipts.receipt(request)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda request: replace(request, outcome="rejected"), "its outcome differs from the log"),
        (
            lambda request: replace(request, decisions=request.decisions[:1]),
            "the log has 2 decisions, but the rows have 1",
        ),
        (
            lambda request: replace(
                request, decisions=[request.decisions[0], replace(request.decisions[1], comment="other")]
            ),
            "decision 2 differs from the log",
        ),
        (
            lambda request: replace(
                request, decisions=[request.decisions[0], replace(request.decisions[1], digest="0" * 64)]
            ),
            "decision 2 covers other content than the log says",
        ),
        (
            lambda request: replace(request, ask="Have lunch?"),
            "the values that were shown, or the policy, changed after the decision",
        ),
    ],
)
async def test_a_request_that_contradicts_an_intact_log_gets_no_receipt(
    change: Callable[[RequestRecord], RequestRecord], why: str, tmp_path: Path
) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        request = await decided(harness)
    store = await open_store(tmp_path / "signoff.db", Keyring(tmp_path / "keys"), datetime.now(UTC))
    proven = await store.proof(request.rpartition(".")[0])
    await store.close()
    assert proven is not None
    snapshot, proof = proven
    record, steps = snapshot.requests[request], snapshot.steps.values()
    assert not proof.problems
    assert receipt_content(record, snapshot.run, steps, proof)["outcome"] == "approved"
    with pytest.raises(NotPossible, match=why):
        receipt_content(change(record), snapshot.run, steps, proof)


async def test_a_receipt_says_what_was_checked_though_rows_change_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program changes a row before it is read, and puts it back before the log is checked."""
    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        request = await decided(harness)
        before = await harness.engine.receipts.receipt(request)
        read = Reader.read

        async def changed(self: Reader, query: Any, *values: Any, **named: Any) -> Any:
            if query is integrity.proof:
                return await read(self, query, *values, **named)
            with closing(sqlite3.connect(tmp_path / "signoff.db")) as connection:
                (ask,) = connection.execute("SELECT ask FROM request").fetchone()
                connection.execute("UPDATE request SET ask = 'Have lunch?'")
                connection.commit()
                try:
                    return await read(self, query, *values, **named)
                finally:
                    connection.execute("UPDATE request SET ask = ?", (ask,))
                    connection.commit()

        monkeypatch.setattr(Reader, "read", changed)
        assert (await harness.engine.receipts.receipt(request))["receipt"] == before["receipt"]


async def test_there_is_none_before_it_is_decided(tmp_path: Path) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow", as_user="U3")
        with pytest.raises(NotPossible, match="is open; there is a receipt once it is decided"):
            await harness.engine.receipts.receipt(f"{run.id}.go")
        await harness.advance("2d")
        document = await harness.engine.receipts.receipt(f"{run.id}.go")
        assert (document["receipt"]["outcome"], document["receipt"]["by_time"]) == ("expired", True)


def test_keys_that_can_not_be_used_are_named(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    made = keyring.signing()
    path = tmp_path / f"receipts-{made.id}.pem"
    path.write_text("rubbish")
    with pytest.raises(NotPossible, match="no longer holds an Ed25519 key"):
        keyring.signing()
    path.with_name("receipts-0.pem").write_text("rubbish")
    with pytest.raises(NotPossible, match="several signing keys"):
        keyring.signing()
    keyring.secrets()
    (tmp_path / "secrets.key").write_text("rubbish")
    with pytest.raises(NotPossible, match="holds another key"):
        keyring.secrets()


def test_a_key_that_can_not_be_written_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    keyring = Keyring(tmp_path / "file" / "keys")
    for made in (keyring.signing, keyring.rotate, keyring.secrets, lambda: keyring.derived("callback")):
        with pytest.raises(NotPossible, match=r"cannot be written \(Not a directory\)\. Free some space"):
            made()
