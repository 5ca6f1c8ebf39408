"""State of a mapped step in memory: counts and queues, so that a transition of one element costs no scan."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import CannotAsk
from engine.model.definition.elements import MAX_CHILD_RUNS, MAX_ELEMENTS, element_name, index_of, node_of
from engine.model.definition.spec import ChildSpec, EachSpec, MappedSpec
from engine.model.records.records import StepRecord
from engine.model.states import StepState
from engine.model.text.template import json_type_name, value_at


class CannotMap(Exception):
    """There is no list, or it is too long."""


def elements_of(node: MappedSpec, each: EachSpec, outputs: dict[str, Any], input: Any) -> list[Any]:
    """Return the list that a step maps. `outputs`: by step. Raises `CannotMap`."""
    try:
        found = value_at(each.source, {**outputs, "input": input})
    except CannotAsk as error:
        raise CannotMap(f"each: {error}") from None
    if not isinstance(found, list):
        raise CannotMap(f"each: {{{each.source}}} is {json_type_name(found)}, and {node.title} needs a list.")
    is_child = isinstance(node, ChildSpec)
    most, taker = (MAX_CHILD_RUNS, "child workflow") if is_child else (MAX_ELEMENTS, "step")
    if len(found) > most:
        raise CannotMap(
            f"each: {{{each.source}}} has {len(found):,} elements, and a {taker} takes at most "
            f"{most:,}. Group them in the step before, several in one element."
        )
    return found


GAP = object()
"""Stands for an element that an undo step leaves out, since there is nothing to undo."""
_DONE: frozenset[StepState] = frozenset({"succeeded", "compensated"})


def elements_to_undo(
    mapped: EachSpec, step: str, steps: Mapping[str, StepRecord], elements: Mapping[str, StepRecord]
) -> list[Any]:
    """Return what each element of the mapped step returned that succeeded, and a gap for each other one.

    Those that are undone already are among them, so that the list is the same after a restart.
    """
    own = [record for name, record in elements.items() if node_of(name) == step]
    if not own:
        return _kept(mapped, steps.get(step))
    found = [GAP] * (1 + max(index_of(record.step) for record in own))
    for record in own:
        if record.state in _DONE:
            found[index_of(record.step)] = record.output
    return found


def _kept(mapped: EachSpec, step: StepRecord | None) -> list[Any]:
    """Return the same of a step that was kept from another run, whose elements have no records here."""
    if step is None or step.state not in _DONE or not isinstance(step.output, list):
        return []
    if not mapped.settled:
        return step.output
    return [each["value"] if each["state"] == "succeeded" else GAP for each in step.output]


@dataclass(slots=True)
class MapState:
    """A mapped step that has begun. Elements from `fresh` on have no record."""

    items: list[Any]
    at_once: int
    tolerated: int
    round: int
    """The round of the step: a person's Retry executes elements again that failed in an earlier round."""
    fresh: int = 0
    again: deque[int] = field(default_factory=deque)
    """Elements that start next, before fresh ones: interrupted, due, or failed in an earlier round."""
    active: set[int] = field(default_factory=set)
    """Elements that execute, or that wait for their trial."""
    awaited: set[int] = field(default_factory=set)
    """Elements whose child run is under way."""
    retrying: set[int] = field(default_factory=set)
    succeeded: int = 0
    failed: int = 0
    """Elements that failed in this round."""
    skipped: int = 0
    first_failed: int | None = None
    gaps: frozenset[int] = frozenset()
    """Elements that are left out."""
    to_undo: deque[int] = field(default_factory=deque)
    """Elements of an undo step without a record: the last one is undone first. It has no fresh ones."""
    is_thorough: bool = False
    """All elements are tried before a failure counts."""

    @classmethod
    def of(
        cls, each: EachSpec, items: list[Any], record: StepRecord, elements: Iterable[StepRecord]
    ) -> "MapState":
        """Return the state that the records of the elements tell of, trials aside."""
        state = cls(items, each.at_once, each.tolerated(len(items)), record.round)
        if each.undoes:
            state.gaps = frozenset(index for index, item in enumerate(items) if item is GAP)
            state.is_thorough = True
        begun = set()
        for element in elements:
            index = index_of(element.step)
            begun.add(index)
            state.fresh = max(state.fresh, index + 1)
            state.count(index, element)
        if each.undoes:
            state.fresh = len(items)
            state.again = deque(sorted(state.again, reverse=True))
            left = range(len(items) - 1, -1, -1)
            state.to_undo = deque(index for index in left if index not in begun and index not in state.gaps)
        return state

    @property
    def total(self) -> int:
        return len(self.items) - len(self.gaps)

    @property
    def can_start(self) -> bool:
        """Return whether an element could start if this process had a free slot."""
        under_way = len(self.active) + len(self.awaited)
        return under_way < self.at_once and bool(self.again or self.to_undo or self.fresh < len(self.items))

    @property
    def ended(self) -> bool:
        return self.succeeded + self.failed + self.skipped >= self.total

    @property
    def has_failed(self) -> bool:
        return self.failed > self.tolerated and (self.ended or not self.is_thorough)

    def count(self, index: int, record: StepRecord) -> None:
        """Count an element as it is now; `forget` it before."""
        match record.state:
            case "succeeded":
                self.succeeded += 1
            case "running":
                self.active.add(index)
            case "waiting":
                self.awaited.add(index)
            case "skipped":
                self.skipped += 1
            case "retrying":
                self.retrying.add(index)
            case "failed" if record.round >= self.round:
                self.failed += 1
                if self.first_failed is None or index < self.first_failed:
                    self.first_failed = index
            case "failed" | "pending":
                self.again.append(index)

    def forget(self, index: int) -> None:
        """Uncount an element whose state changes."""
        self.active.discard(index)
        self.awaited.discard(index)
        self.retrying.discard(index)

    def next_element(self) -> int:
        """Take the next element to start."""
        if self.again:
            return self.again.popleft()
        if self.to_undo:
            return self.to_undo.popleft()
        index = self.fresh
        self.fresh += 1
        return index


def output_of(map_: MapState, each: EachSpec, step: str, elements: dict[str, StepRecord]) -> list[Any]:
    """Return the output of a mapped step whose elements have all ended: what its readers take."""
    indexes = (index for index in range(len(map_.items)) if index not in map_.gaps)
    records = (elements[element_name(step, index)] for index in indexes)
    if not each.settled:
        return [record.output for record in records]
    return [
        {
            "state": record.state,
            "value": record.output,
            "error": _why(record),
        }
        for record in records
    ]


def _why(record: StepRecord) -> str | None:
    """Return why an element gave nothing; None for one that succeeded."""
    if record.state == "failed" and record.failure:
        return record.failure.message
    return record.reason if record.state == "skipped" else None
