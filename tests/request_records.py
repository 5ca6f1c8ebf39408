"""Requests for tests, from fields by name, whichever part of the record holds them."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from engine.kernel.requests.request_factory import anybody_of
from engine.model.people import Actor
from engine.model.records.records import RequestRecord
from engine.model.records.request_parts import (
    ClarificationLink,
    Coverage,
    RequestClock,
    RequestForm,
    RequestPeople,
    RequestPolicy,
    StepFailure,
)
from engine.model.records.run_filter import FoundRequests, ListPlace

_PARTS: dict[str, Any] = {
    "policy": RequestPolicy,
    "clock": RequestClock,
    "clarification": ClarificationLink,
    "coverage": Coverage,
    "people": RequestPeople,
}
_PART_OF = {field.name: part for part, kind in _PARTS.items() for field in fields(kind)}


def open_approval(requester: Actor, opened_at: datetime, **values: Any) -> RequestRecord:
    """Return an open approval by `@a`, with other values of these fields."""
    usual = {
        "id": "q1",
        "kind": "approval",
        "run_id": "r1",
        "workflow": "w",
        "step": "go",
        "state": "open",
        "version": 1,
        "ask": "Ship?",
        "choices": ("approve", "reject"),
        "stages": (anybody_of("@a"),),
        "self_approval": False,
        "comment": {},
    }
    return make_request(**usual | {"requester": requester, "opened_at": opened_at} | values)


def waiting_page(
    requests: Sequence[RequestRecord], total: int | None = None, following: ListPlace | None = None
) -> FoundRequests:
    """Return a page of a person's requests; `total`: as many as are on it."""
    return FoundRequests(tuple(requests), len(requests) if total is None else total, following)


def make_request(**values: Any) -> RequestRecord:
    """Return a request with these fields, its parts' fields included."""
    grouped: dict[str, dict[str, Any]] = {part: {} for part in _PARTS}
    for name in [*values]:
        if name in _PART_OF:
            grouped[_PART_OF[name]][name] = values.pop(name)
    parts = {part: _PARTS[part](**its) for part, its in grouped.items()}
    return RequestRecord(**_with_form_and_failure(values), **parts)


def evolve_request(request: RequestRecord, **values: Any) -> RequestRecord:
    """Return the request with other values of these fields, its parts' fields included."""
    values = _with_form_and_failure(values)
    for name in [*values]:
        part = "form" if name in ("value", "proposed") else _PART_OF.get(name)
        if part is not None:
            request = replace(request, **{part: replace(getattr(request, part), **{name: values.pop(name)})})
    return replace(request, **values)


def _with_form_and_failure(values: dict[str, Any]) -> dict[str, Any]:
    """Replace the form, its values, the failure and its attempts by the parts that hold them."""
    if "form" in values:
        form, value, proposed = values.pop("form"), values.pop("value", None), values.pop("proposed", None)
        values["form"] = form and RequestForm(form, value, proposed)
    attempts = values.pop("attempts", 0)
    if failure := values.pop("failure", None):
        values["failure"] = StepFailure(failure.kind, failure.message, failure.detail, attempts)
    return values
