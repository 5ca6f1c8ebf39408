"""Which requests share a card. A view of the requests that is kept with them: no log covers it."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from engine.kernel.resilience.failure_likeness import likeness
from engine.model.change import Change

_JOIN = """
INSERT INTO failure_card (request_id, run_id, workflow, step, likeness, card, is_open)
VALUES (:request, :run, :workflow, :step, :likeness, coalesce((
  SELECT card FROM failure_card
  WHERE workflow = :workflow AND step = :step AND likeness = :likeness AND is_open = 1 LIMIT 1
), :request), 1)
ON CONFLICT DO NOTHING
"""
_CLOSE = "UPDATE failure_card SET is_open = 0 WHERE request_id = :request"


@dataclass(frozen=True, slots=True)
class CardMove:
    """A failure request that joins a card as it opens, or leaves the open ones."""

    request: str
    run: str
    workflow: str
    step: str
    likeness: str
    opens: bool


def moves(change: Change) -> Iterable[CardMove]:
    """Yield a move for each failure request that this transition wrote."""
    for request in change.requests.values():
        if request.kind == "failure" and request.failure is not None:
            alike = likeness(request.failure, change.run.channel, request.alert)
            is_open = request.state == "open"
            yield CardMove(request.id, request.run_id, request.workflow, request.step, alike, is_open)


def write(connection: sqlite3.Connection, card_moves: Iterable[CardMove]) -> None:
    for move in card_moves:
        values = {
            "request": move.request,
            "run": move.run,
            "workflow": move.workflow,
            "step": move.step,
            "likeness": move.likeness,
        }
        connection.execute(_JOIN if move.opens else _CLOSE, values)
