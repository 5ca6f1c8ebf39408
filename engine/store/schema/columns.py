"""Values that the columns hold. SQLite keeps any value in any column; no release writes others than these."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, get_args

import orjson

from engine.kernel.resources.queue import MAX_PRIORITY
from engine.model.people import Source
from engine.model.records.change import WaitKind
from engine.model.states import RUN_ENDED, RequestState, RunState, StepState
from engine.store.schema.layout import Column, expected

MAX_COUNT = 2**53
"""The largest whole number that every program that reads JSON reads exactly."""
OF_POLICY = (
    "type IN ('policy.asked', 'policy.denied') OR (type = 'run.created' AND data LIKE '%\"exceptions\"%')"
)
"""Events about rules of policies that applied. An index has these alone."""
MAX_MOMENT = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
"""Microseconds since the epoch: what people add to a moment stays within the calendar."""
_Limits = tuple[int, int]
_LIMITS: Mapping[str, _Limits] = {
    "run.priority": (-MAX_PRIORITY, MAX_PRIORITY),
    "delivery.rank": (-MAX_COUNT, MAX_COUNT),
    "checkpoint.number": (-1, MAX_COUNT),
}
_WORDS: Mapping[str, frozenset[str]] = {
    "run.state": frozenset(get_args(RunState)),
    "step_run.state": frozenset(get_args(StepState)),
    "request.state": frozenset(get_args(RequestState)),
    "request.kind": frozenset({"approval", "failure", "question", "clarification"}),
    "wait.kind": frozenset(get_args(WaitKind)),
    "tombstone.state": frozenset(RUN_ENDED),
    "delivery.state": frozenset({"idle", "posting", "refused", "dead"}),
}
_ACTORS = frozenset({"run.actor", "request.requester", "decision.actor", "signal.actor", "event.actor"})
"""Columns with a source and an id, as `slack:U1`."""
_SOURCES = frozenset(get_args(Source))
_JSON: Mapping[str, type | tuple[type, ...]] = {
    "run.input": (dict, type(None)),
    "run.further_requesters": list,
    "run.base": dict,
    "step_run.output": object,
    "step_run.failure": dict,
    "step_run.log": list,
    "request.policy": dict,
    "request.shown": list,
    "request.failure": dict,
    "decision.member_of": list,
    "decision.value": object,
    "checkpoint.value": object,
    "step_report.progress": list,
    "step_report.log": list,
    "signal.payload": object,
    "follow_up.input": object,
    "trigger_fact.input": object,
    "schedule.cursor": object,
    "schedule.trouble": dict,
    "resource.limits": dict,
    "resource.state": dict,
    "event.data": dict,
    "delivery.target": object,
    "delivery.data": object,
    "delivery.ref": object,
}
"""Columns of JSON, and the class of what it says."""
Row = Mapping[str, Any]


class WrongColumn(ValueError):
    """A column holds a value that no release writes. The text names it."""


class Columns:
    """Checks the values of one table's rows against what its columns hold."""

    def __init__(self, table: str) -> None:
        columns = expected()[table].columns
        self.table, self._names = table, list(columns)
        self._keys = [name for name, column in columns.items() if column.key]
        self._values: Callable[[Row], tuple[Any, ...]] = itemgetter(*columns)
        self._classes = [_classes(column) for column in columns.values()]
        self._known: set[tuple[type, ...]] = set()
        """The classes of rows that were as they should be: a row is read with each step."""
        self._limits = [
            (place, *_limits(f"{table}.{name}", column))
            for place, (name, column) in enumerate(columns.items())
            if int in self._classes[place]
        ]
        self._words = [
            (place, words)
            for place, name in enumerate(columns)
            if (words := _WORDS.get(f"{table}.{name}")) is not None
        ]
        self._actors = [place for place, name in enumerate(columns) if f"{table}.{name}" in _ACTORS]

    def key(self, row: Row) -> dict[str, object]:
        """Return the primary key of a row, by column."""
        return {name: row[name] for name in self._keys}

    def check(self, row: Row) -> None:
        """Raise `WrongColumn` for the first column whose value is not of its kind."""
        values = self._values(row)
        found = tuple(map(type, values))
        if found not in self._known:
            for place, expected in enumerate(self._classes):
                if found[place] not in expected:
                    self._refuse(place, _instead(values[place], expected))
            self._known.add(found)
        for place, least, most in self._limits:
            value = values[place]
            if value is not None and not least <= value <= most:
                self._refuse(place, "holds a number that is out of range")
        for place, words in self._words:
            if values[place] not in words:
                self._refuse(place, "holds an unknown word")
        for place in self._actors:
            if values[place].partition(":")[0] not in _SOURCES:
                self._refuse(place, "names no known source")

    def problem(self, row: Row, error: Exception) -> str:
        """Name the column because of which a row could not be read, or the table where none is known."""
        if isinstance(error, WrongColumn):
            return str(error)
        try:
            self.check(row)
        except WrongColumn as wrong:
            return str(wrong)
        for column in self._names:
            name = f"{self.table}.{column}"
            text, shape = row[column], _JSON.get(name)
            if shape is None or not text:
                continue
            try:
                value = orjson.loads(text)
            except ValueError:
                return f"{name} is not valid JSON"
            if not isinstance(value, shape):
                return f"{name} holds JSON of another shape"
        return f"{self.table} holds a value that no release writes"

    def _refuse(self, place: int, what: str) -> None:
        raise WrongColumn(f"{self.table}.{self._names[place]} {what}")


def _classes(column: Column) -> frozenset[type]:
    held = str if column.type in ("VARCHAR", "TEXT") else int
    return frozenset({held} if column.required else {held, type(None)})


def _limits(name: str, column: Column) -> _Limits:
    if column.type == "BOOLEAN":
        return 0, 1
    default = MAX_MOMENT if column.type == "BIGINT" else MAX_COUNT
    return _LIMITS.get(name, (0, default))


def _instead(value: object, expected: frozenset[type]) -> str:
    if value is None:
        return "is empty (NULL)"
    return f"holds {_kind(value)} instead of {'text' if str in expected else 'a whole number'}"


def _kind(value: object) -> str:
    if isinstance(value, bytes):
        try:
            value.decode()
        except UnicodeDecodeError:
            return "bytes that are not UTF-8"
        return "binary data"
    return "text" if isinstance(value, str) else "a fraction" if isinstance(value, float) else "a number"


RUN = Columns("run")
STEP = Columns("step_run")
REQUEST = Columns("request")
DECISION = Columns("decision")
FAILURE_CARD = Columns("failure_card")
WAIT = Columns("wait")
CHECKPOINT = Columns("checkpoint")
REPORT = Columns("step_report")
SIGNAL = Columns("signal")
FOLLOW_UP = Columns("follow_up")
SCHEDULE = Columns("schedule")
TRIGGER_FACT = Columns("trigger_fact")
RESOURCE = Columns("resource")
EVENT = Columns("event")
TOMBSTONE = Columns("tombstone")
DELIVERY = Columns("delivery")
