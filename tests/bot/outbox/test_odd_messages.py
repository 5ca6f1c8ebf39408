"""A row that another program wrote in another shape is refused alone: every other message is posted."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.delivery_order import DeliveryOrder, RoundRobin
from bot.outbox.ports import Delivery
from bot.outbox.rate_limits import Pace
from engine import Workflow
from engine.audit.keys import Keyring
from engine.store.maintenance.diagnosis import database_problem
from tests.bot.outbox.alert_office import office
from tests.engine.tampering import execute

Local = Any
DEPLOYS = "C05DEPLOYS"
BLOCKED = {"type": "message.blocked", "kind": "request", "code": "no_channel"}
MUTED = {"type": "alerts.muted", "seq": 1, "actor": ["slack", "U01ALICE", None], "first": "", "failures": 5}
THREAD = {"run": "RUN", "thread_of": "run:RUN"}
MESSAGES: dict[str, tuple[str, Any, Any, str]] = {
    "list": ("run", [], None, "target holds JSON of another shape: no object"),
    "null": ("request", None, None, "target holds JSON of another shape: no object"),
    "text": ("line", "RUN", None, "target holds JSON of another shape: no object"),
    "person": ("notice", {"run": "RUN", "user": {"a": 1}}, BLOCKED, "another shape: user is of another kind"),
    "no-run": ("run", {"channels": ["#deploys"]}, None, "another shape: run is missing"),
    "no-place": ("request", {"run": "RUN"}, None, "another shape: channels or thread_of is missing"),
    "channels": ("run", {"run": "RUN", "channels": [1]}, None, "channels is of another kind"),
    "parent": ("line", {"run": "RUN", "thread_of": ["a"]}, {"seq": 1}, "thread_of is of another kind"),
    "since": ("run", {"run": "RUN", "channels": [], "since": "x"}, None, "since is of another kind"),
    "held": (
        "run",
        {"run": "RUN", "channels": [], "held_until": 1e300},
        None,
        "held_until is of another kind",
    ),
    "part": ("run", {"run": "RUN", "channels": [], "part_of": 1}, None, "part_of is of another kind"),
    "kind": ("zzz", THREAD, None, "delivery.kind holds an unknown word"),
    "of-others": ("callback", {"url": "x", "to": "y"}, None, "delivery.kind holds an unknown word"),
    "fields": (
        "notice",
        {"run": "RUN", "user": "U01ALICE"},
        BLOCKED,
        "data holds JSON of another shape: subject",
    ),
    "line": ("line", THREAD, BLOCKED, "data holds JSON of another shape: subject is missing"),
    "type": ("line", THREAD, {"type": [], "seq": 1}, "type is of another kind"),
    "muted": ("line", THREAD, MUTED, "data holds JSON of another shape: runs is missing"),
    "full": ("full", THREAD, {"request": "r"}, "data holds JSON of another shape: document is missing"),
    "empty": ("trigger", {"user": "U01ALICE"}, None, "data holds JSON of another shape: no object"),
}
"""By key: kind, target, data, and what is said of the row."""


def deploy() -> Workflow:
    wf = Workflow("deploy", owner="@platform", channel="#deploys", may_notify=["#deploys"])
    wf.approval(
        "go", ask="Ship it?", approvers=["@platform"], expires="4h", self_approval=True, advisory=True
    )
    return wf


def put(folder: Path, key: str, run_id: str, kind: str, target: Any, data: Any, ref: Any = None) -> None:
    """Write a message among those that wait, as another program would."""
    execute(
        folder / "signoff.db",
        "INSERT INTO delivery (key, consumer, kind, subject, target, data, wanted, sent, state, ref, tries, "
        "error, created, lane) VALUES (?, 'slack', ?, ?, ?, ?, 1, 0, 'idle', ?, 0, '', 1, '#deploys')",
        key,
        kind,
        run_id,
        json.dumps(target).replace("RUN", run_id),
        json.dumps(data),
        None if ref is None else json.dumps(ref),
    )


async def questions(local: Local) -> int:
    messages = await local.messages(DEPLOYS)
    return sum("Ship it?" in str(message["blocks"]) for message in messages)


async def test_messages_of_another_shape_are_refused_alone_and_named(
    local: Local, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with office(local, tmp_path, deploy()) as team:
        run = await team.harness.start("deploy", as_user="U01ALICE")
        await team.advance()
        for key, (kind, target, data, _) in MESSAGES.items():
            put(tmp_path, key, run.id, kind, target, data)
        place = {"run": run.id, "channels": ["#deploys"]}
        put(tmp_path, "ref", run.id, "run", place, None, {"channel": DEPLOYS})
        put(
            tmp_path, "file", run.id, "run", place, None, {"channel": DEPLOYS, "file": "F1", "thread_ts": "1"}
        )
        await team.harness.start("deploy", as_user="U01ALICE")
        await team.advance()
        assert await questions(local) == 2
        assert "of the outbox cannot be read" in await team.engine.altered_records()
        said = {key: said for key, (_, _, _, said) in MESSAGES.items()}
        said |= dict.fromkeys(("ref", "file"), "delivery.ref holds JSON of another shape: ts is missing")
        found = [finding.problem for finding in (await team.engine.audit()).findings]
        for key, words in said.items():
            named = f"The message {key} of the outbox cannot be read ("
            (problem,) = [problem for problem in found if named in problem]
            assert words in problem
        assert "of the outbox cannot be read" in database_problem(
            tmp_path / "signoff.db", Keyring(tmp_path / "keys")
        )
        assert team.outbox.health() == {}
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def due(key: str, target: Any) -> Delivery:
    return Delivery(key, "slack", "run", "r", target, None, 1, 0, "idle", None, None, 0, "", 1)


def test_a_row_for_which_no_turn_can_be_found_holds_up_no_other() -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    order = DeliveryOrder(Pace(), RoundRobin(), noon, 0.0, {}, str)
    fine = due("fine", {"channels": ["C1"]})
    selected = order.next([due("null", None), due("number", {"channels": 5}), fine])
    assert [delivery for _, delivery in selected.go] == [fine]
    assert [delivery.key for delivery, _ in selected.odd] == ["null", "number"]
