"""Each kind of message has the columns of JSON that a release writes, and no others."""

from typing import Any

import pytest

from engine.store.schema import message_shapes
from engine.store.schema.columns import WrongColumn

PLACE = {"run": "r", "channels": ["#ops"]}


@pytest.mark.parametrize(
    ("consumer", "kind", "target", "data"),
    [
        ("slack", "run", PLACE, None),
        ("slack", "run", {**PLACE, "held_until": 1.5, "part_of": "s", "workflow": None}, None),
        (
            "slack",
            "line",
            {"run": "r", "thread_of": "run:r", "aloud": True},
            {"seq": 1, "type": "run.paused"},
        ),
        ("slack", "tail", {"run": "r", "thread_of": "run:r"}, {"step": "copy", "round": 1}),
        ("slack", "health", {"channels": ["#a"], "since": 0}, {"seq": 1, "type": "health.changed"}),
        ("slack", "trigger", {"user": "U1", "since": 0}, {"seq": 1, "type": "trigger.failing"}),
        ("callbacks", "callback", {"url": "https://ci", "to": "ci"}, None),
        ("custom-steps", "custom_step", {"execution": "Fx1", "user": "U1", "lost_at": "2026"}, None),
        ("custom-steps", "custom_step", {"execution": "Fx1", "problem": "no"}, None),
    ],
)
def test_what_a_release_writes_is_read(consumer: str, kind: str, target: Any, data: Any) -> None:
    message_shapes.check({"consumer": consumer, "kind": kind}, target, data, {"channel": "C1", "ts": "1.2"})


@pytest.mark.parametrize(
    ("consumer", "kind", "column"),
    [
        ("slack", "callback", "kind"),
        ("callbacks", "run", "kind"),
        ("custom-steps", "run", "kind"),
        ("slack", "custom_step", "kind"),
        ("slack", "zzz", "kind"),
        ("slack", "full", "target"),
        ("slack", "tail", "target"),
    ],
)
def test_another_kind_or_shape_names_its_column(consumer: str, kind: str, column: str) -> None:
    with pytest.raises(WrongColumn, match=f"^delivery.{column} "):
        message_shapes.check({"consumer": consumer, "kind": kind}, PLACE, None, None)
