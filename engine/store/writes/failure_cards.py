"""Which requests share a card. A view of the requests that is kept with them: no log covers it."""

import contextlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from operator import attrgetter

from engine.errors import AlteredRun
from engine.kernel.resilience.failure_likeness import likeness
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord
from engine.model.records.request_parts import Failure
from engine.store.files.sqlite_errors import UNREADABLE
from engine.store.queries.requests import select_requests
from engine.store.work import Connection

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
            yield _move(request, request.failure, change.run.channel)


def _move(request: RequestRecord, failure: Failure, channel: str | None) -> CardMove:
    alike = likeness(failure, channel, request.alert)
    return CardMove(
        request.id, request.run_id, request.workflow, request.step, alike, request.state == "open"
    )


def place_again(connection: Connection, request_ids: Collection[str]) -> None:
    """Give these failure requests the places on cards that follow from them, oldest request first."""
    requests: list[RequestRecord] = []
    for request_id in request_ids:
        connection.execute("DELETE FROM failure_card WHERE request_id = ?", (request_id,))
        with contextlib.suppress(*UNREADABLE, AlteredRun):  # then it has no place
            requests += select_requests(connection, "id = ?", (request_id,))
    ordered = [
        _move(request, request.failure, channel)
        for request in sorted(requests, key=attrgetter("opened_at"))
        for (channel,) in connection.execute("SELECT channel FROM run WHERE id = ?", (request.run_id,))
        if request.failure is not None
    ]
    write(connection, [replace(move, opens=True) for move in ordered])
    write(connection, [move for move in ordered if not move.opens])


def write(connection: Connection, card_moves: Iterable[CardMove]) -> None:
    for move in card_moves:
        values = {
            "request": move.request,
            "run": move.run,
            "workflow": move.workflow,
            "step": move.step,
            "likeness": move.likeness,
        }
        connection.execute(_JOIN if move.opens else _CLOSE, values)
