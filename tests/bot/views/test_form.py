"""Forms in modals: nothing that was proposed is lost by submitting them as they are."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.views.form import approve_modal, values_in
from engine import Actor, RequestRecord
from engine.inputs import typed
from engine.spec import FormSpec, QuorumSpec, StageSpec

FIELDS = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "hosts": {"type": "array", "items": {"type": "object"}},
        "labels": {"type": "object"},
    },
}


def request(value: dict[str, Any]) -> RequestRecord:
    return RequestRecord(
        id="flow-1.go", kind="approval", run_id="flow-1", workflow="flow", step="go", state="open", version=1,
        ask="Go?", choices=("approve", "reject"),
        stages=(StageSpec(quorums=(QuorumSpec(approvers=("@ops",)),)),), self_approval=False, comment={},
        requester=Actor("slack", "U1"), opened_at=datetime(2024, 3, 4, tzinfo=UTC),
        form=FormSpec(fields=FIELDS, proposed="plan"), value=value, proposed=value,
    )  # fmt: skip


def submitted(view: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends for a form that nobody touched."""
    shown = {
        block["block_id"]: {
            "value": {"type": "plain_text_input", "value": block["element"].get("initial_value")}
        }
        for block in view["blocks"]
        if block["type"] == "input"
    }
    return {"values": shown}


@pytest.mark.parametrize(
    "value",
    [
        {"text": "plain"},
        {"text": "two\nlines"},
        {"tags": ["a", "b"]},
        {"tags": ["1"]},
        {"tags": ["one, two", "three"]},
        {"tags": ["[1]"]},
        {"hosts": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]},
        {"labels": {"team": "pay", "deep": {"er": [1, 2, {"x": None}]}}},
    ],
)
def test_submitted_as_it_is_it_gives_what_was_proposed(value: dict[str, Any]) -> None:
    view = approve_modal(request(value))
    assert view is not None
    assert typed(values_in(submitted(view), FIELDS), FIELDS) == value


def test_a_value_too_long_for_an_input_is_not_asked_for_by_form() -> None:
    assert approve_modal(request({"text": "x" * 3000})) is not None
    assert approve_modal(request({"text": "x" * 3001})) is None
    assert approve_modal(replace(request({}), value={"hosts": [{"name": "x" * 3000}]})) is None
