"""Transitions that attempts ask for, as text and back: each kind of report is one transition."""

import inspect
import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from engine.kernel import run_transitions
from engine.kernel.shapes import checkpoints, notifications, polls
from engine.runtime.runs.live_runs import Build

_TRANSITIONS: Mapping[str, Callable[..., Any]] = {
    "succeed": run_transitions.succeed,
    "fail": run_transitions.fail,
    "not_yet": polls.not_yet,
    "give_back": run_transitions.give_back,
    "overrun": run_transitions.overrun,
    "checkpoint": checkpoints.save,
    "notify": notifications.notify,
}
_KINDS = {transition: kind for kind, transition in _TRANSITIONS.items()}
ENDS = frozenset({"succeed", "fail", "not_yet", "give_back"})
"""Kinds with which an attempt ends."""


def encode(build: Build) -> tuple[str, str, Mapping[str, Any]]:
    """Return the kind of a transition, its arguments as JSON, and the arguments."""
    assert isinstance(build, partial)
    assert not build.args
    kind, types = _KINDS[build.func], _types(build.func)
    stored = {name: types[name].dump_python(value, mode="json") for name, value in build.keywords.items()}
    return kind, json.dumps(stored), build.keywords


def decode(kind: str, payload: str) -> Build:
    """Return the transition that a report asks for."""
    transition = _TRANSITIONS[kind]
    types = _types(transition)
    values = {name: types[name].validate_python(value) for name, value in json.loads(payload).items()}
    return partial(transition, **values)


@cache
def _types(transition: Callable[..., Any]) -> dict[str, "TypeAdapter[Any]"]:
    """Return the types of a transition's arguments, by name."""
    hints = get_type_hints(transition)
    names = [name for name in inspect.signature(transition).parameters if name != "transition"]
    return {name: TypeAdapter(hints[name]) for name in names}
