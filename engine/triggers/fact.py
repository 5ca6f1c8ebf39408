"""Facts that triggers observe, and what became of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson

from engine.kernel import facts
from engine.model.definition.trigger_spec import RowSpec, WebhookSpec
from engine.model.people import Actor


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened outside. `scope`: its parts by name, as JSON.

    `key` names it among the facts of its trigger: two facts with one key are the same fact. `cursor`: the
    place of the trigger once it is taken. `once`: a second name, of which a further fact is the same one too.
    """

    key: str
    scope: Mapping[str, Any]
    actor: Actor
    cursor: str | None = None
    row: str | None = None
    """The name by which rows of the trigger know it, where they do."""
    once: str = ""
    asked: tuple[Actor, ...] = ()
    """The people whose input it carries: the requesters of the run whose event it is."""


def delivery(
    workflow: str, spec: WebhookSpec, scope: Mapping[str, Any], body: bytes, signed: bytes = b""
) -> Fact:
    """The fact of a delivery to a webhook. Raises `InvalidInput` where the id of the delivery is missing.

    `signed`: the bytes that its sender signed. No header is among them, so that a person who captured a
    delivery could send it again with another id in a header.
    """
    key = facts.filled_text(workflow, "idempotency_key", spec.idempotency_key, scope)
    by_header = "{headers." in spec.idempotency_key + spec.dedup
    once = facts.fact_name("signed", hashlib.sha256(signed).hexdigest())
    return Fact(
        key or hashlib.sha256(body).hexdigest(),
        scope,
        Actor("webhook", spec.name),
        once=once if signed and by_header and not spec.equal_bodies else "",
    )


def row_scope(spec: RowSpec, columns: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parts of the fact of a row.

    The column that `each` names may hold its list as JSON text: SQLite and MySQL give JSON so.
    """
    column = spec.each.split(".")[1] if "." in spec.each else ""
    read = {column: _from_json(columns[column])} if isinstance(columns.get(column), str) else {}
    return {"row": {**columns, **read}}


def _from_json(text: str) -> Any:
    """Return the value of JSON text, and any other text as it is."""
    try:
        return orjson.loads(text)
    except ValueError:
        return text


TakenState = Literal["started", "repeated", "waiting", "filtered", "refused", "skipped"]


@dataclass(frozen=True, slots=True)
class Taken:
    """Result of taking a fact. `run_id` is None where it started none, `due_at` set where its run waits."""

    state: TakenState
    run_id: str | None = None
    due_at: datetime | None = None
    elements: tuple["Taken", ...] = ()
    """Results of the elements of a fact that holds a list. Only these can be `refused` or `skipped`."""
    problem: tuple[str, str] = ("", "")
    """Why an element is refused or skipped: its field, which may be empty, and a text."""

    @property
    def noted(self) -> bool:
        """Return whether the place of the trigger was written with the run."""
        return self.state == "started" and not self.elements
