"""Shape of a message of the outbox: what its columns of JSON say, by kind. No release writes others."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.store.schema.columns import MAX_COUNT, MAX_MOMENT, WrongColumn

_Test = Callable[[object], bool]
_CALLBACK = "callback"
_CUSTOM_STEP = "custom_step"
_SESSION = "agent_session"
_OUTSIDE = "outside"
_CONSUMERS = {
    _CALLBACK: "callbacks",
    _CUSTOM_STEP: "custom-steps",
    _SESSION: "agent-sessions",
    _OUTSIDE: "outside",
}
"""The consumers that have all of a kind, and nothing else."""


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_text_or_null(value: object) -> bool:
    return value is None or isinstance(value, str)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_COUNT


def _is_moment(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value <= MAX_MOMENT / 1_000_000  # type: ignore[operator]


def _are_counts(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_count, value.values()))


def _is_actor(value: object) -> bool:
    """As `[source, id, as_user]`."""
    if not (isinstance(value, list) and len(value) == 3):
        return False
    return _are_texts(value[:2]) and _is_text_or_null(value[2])


_TARGET: Mapping[str, _Test] = {
    "run": _is_text,
    "channels": _are_texts,
    "thread_of": _is_text,
    "user": _is_text,
    "workflow": _is_text_or_null,
    "part_of": _is_text,
    "since": _is_moment,
    "held_until": _is_moment,
    "url": _is_text,
    "to": _is_text,
    "execution": _is_text,
    "problem": _is_text,
    "lost_at": _is_text,
}
"""Fields of a target, where it has them: seconds since the epoch for a moment."""
_PLACES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "run": (("run",), ("channels",)),
    "request": (("run",), ("channels", "thread_of")),
    "line": (("run",), ("channels", "thread_of", "user")),
    "full": (("run",), ("thread_of",)),
    "picture": (("run",), ("thread_of",)),
    "tail": (("run",), ("thread_of",)),
    "notify": (("run",), ("channels", "user")),
    "outcome": (("run",), ("user",)),
    "asked": (("run",), ("user",)),
    "absent": (("run",),),
    "notice": (("run",), ("user",)),
    "trigger": (("user",),),
    "absence": (("user",),),
    "health": (("channels", "user"),),
    "review": (("channels",),),
    "checkpoint": (("channels",),),
    _CALLBACK: (("url",), ("to",)),
    _CUSTOM_STEP: (("execution",), ("user", "problem"), ("lost_at", "problem")),
    _SESSION: (("run",), ("user",)),
    _OUTSIDE: (("run",), ("to",)),
}
"""By kind of message: of each of these, the target has one."""
_SHOWN: Mapping[str, _Test] = dict.fromkeys(("channel", "thread", "status", "at"), _is_text)
"""Fields of what Slack shows of a session, instead of the place of a message."""
_FULL: Mapping[str, _Test] = {
    "request": _is_text,
    "document": _is_text,
    "of": _is_count,
    "number": _is_count,
}
_ASKED: Mapping[str, _Test] = {"channel": _is_text, "theirs": lambda value: isinstance(value, bool)}
_TAIL: Mapping[str, _Test] = {"step": _is_text, "round": _is_count}
_OF_KIND: Mapping[str, Mapping[str, _Test]] = {"full": _FULL, "asked": _ASKED, "tail": _TAIL}
_TYPED: Mapping[str, Mapping[str, _Test]] = {
    "message.blocked": dict.fromkeys(("kind", "subject", "code", "channel", "needed", "detail"), _is_text),
    "alerts.muted": {"actor": _is_actor, "failures": _are_counts, "first": _is_text, "runs": _are_texts},
}
"""Fields that no event has, by the type of what a line or a notice tells."""
_OPTIONAL: Mapping[str, _Test] = dict.fromkeys(
    ("message", "told", "role", "owner_unknown", "posted", "arrived"), _is_text
)
_TELLING = frozenset({"line", "notice", "notify", "trigger", "absence", "health", "review", "checkpoint"})
_WITH_FILE = frozenset({"full", "picture"})


def check(row: Mapping[str, Any], target: object, data: object, ref: object) -> None:
    """Raise `WrongColumn` for the first column of a message that says something of another shape."""
    kind = row["kind"]
    if kind not in _PLACES or not _is_at_home(kind, row["consumer"]):
        raise WrongColumn("delivery.kind holds an unknown word")
    if why := _target_problem(kind, target):
        raise _shapeless("target", why)
    if why := _data_problem(kind, data):
        raise _shapeless("data", why)
    if ref is not None and (why := _ref_problem(kind, ref)):
        raise _shapeless("ref", why)


def _is_at_home(kind: str, consumer: object) -> bool:
    owner = _CONSUMERS.get(kind)
    return consumer == owner if owner else consumer not in _CONSUMERS.values()


def _shapeless(column: str, why: str) -> WrongColumn:
    return WrongColumn(f"delivery.{column} holds JSON of another shape: {why}")


def _target_problem(kind: str, target: object) -> str:
    if not isinstance(target, dict):
        return "no object"
    for one_of in _PLACES[kind]:
        if not any(name in target for name in one_of):
            return f"{' or '.join(one_of)} is missing"
    return _wrong_field(target, _TARGET)


def _data_problem(kind: str, data: object) -> str:
    if data is None and kind not in (*_TELLING, *_OF_KIND):
        return ""
    if not isinstance(data, dict):
        return "no object"
    if kind not in (*_TELLING, *_OF_KIND):
        return ""
    type_ = data.get("type", "")
    if not isinstance(type_, str):
        return "type is of another kind"
    needed = _OF_KIND.get(kind) or (_TYPED.get(type_, {}) if kind in ("line", "notice") else {})
    return _missing_field(data, needed) or _wrong_field(data, {**needed, **_OPTIONAL})


def _ref_problem(kind: str, ref: object) -> str:
    if not isinstance(ref, dict):
        return "no object"
    if kind == _SESSION:
        return _missing_field(ref, _SHOWN) or _wrong_field(ref, _SHOWN)
    is_file = kind in _WITH_FILE and "file" in ref
    needed = dict.fromkeys(("channel", "file", "thread_ts") if is_file else ("channel", "ts"), _is_text)
    return _missing_field(ref, needed) or _wrong_field(ref, {**needed, "thread_ts": _is_text})


def _missing_field(value: Mapping[str, Any], needed: Mapping[str, _Test]) -> str:
    missing = [name for name in needed if name not in value]
    return f"{missing[0]} is missing" if missing else ""


def _wrong_field(value: Mapping[str, Any], tests: Mapping[str, _Test]) -> str:
    wrong = [name for name, test in tests.items() if name in value and not test(value[name])]
    return f"{wrong[0]} is of another kind" if wrong else ""
