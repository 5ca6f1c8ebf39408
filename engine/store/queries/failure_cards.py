"""Queries of the cards that failure requests share."""

from contextlib import suppress

from engine.errors import Altered
from engine.kernel.resilience.failure_likeness import likeness
from engine.model.notices.alert import Alert
from engine.model.records.failure_card import MAX_VERDICTS, CardVerdict, FailureCard
from engine.model.records.records import RequestRecord, RunRecord
from engine.model.records.request_parts import Failure
from engine.store.files.sqlite_errors import UNREADABLE
from engine.store.queries.requests import select_requests
from engine.store.schema import columns, rows
from engine.store.work import Connection

MAX_RUNS_LOOKED_AT = 200
"""Newest runs of a workflow in which a success is looked for, beside those on the card."""
_OF_INPUT = frozenset({"Fatal", "ContractError"})
"""Failures that come from what the run was given: that another run passes the step says nothing of them."""
_CARD_OF = "SELECT * FROM failure_card WHERE request_id = ?"
_RECOVERED = f"""
SELECT run_id, ended_at FROM step_run WHERE step = :step AND state = 'succeeded' AND ended_at > :since
  AND run_id IN (
    SELECT run_id FROM failure_card WHERE card = :card UNION SELECT id FROM (
      SELECT id FROM run WHERE :of_input = 0 AND workflow = :workflow ORDER BY created_at DESC, id DESC
      LIMIT {MAX_RUNS_LOOKED_AT}))
ORDER BY ended_at, run_id LIMIT 1
"""  # noqa: S608

_PLACES = """
SELECT request.id, request.workflow, request.step, request.state, request.failure, request.policy,
  run.channel,
  place.request_id AS placed, place.run_id AS place_run, place.workflow AS place_workflow,
  place.step AS place_step, place.likeness, place.card AS place_card, place.is_open,
  leader.workflow AS card_workflow,
  leader.step AS card_step, leader.likeness AS card_likeness, leader.request_id AS card
FROM request JOIN run ON run.id = request.run_id
LEFT JOIN failure_card AS place ON place.request_id = request.id
LEFT JOIN failure_card AS leader ON leader.request_id = place.card
WHERE request.run_id = ? AND request.kind = 'failure' AND request.failure IS NOT NULL
"""
_PLACE_COLUMNS = {
    "request_id": "placed", "run_id": "place_run", "workflow": "place_workflow", "step": "place_step",
    "likeness": "likeness", "card": "place_card", "is_open": "is_open",
}  # fmt: skip
"""Columns of a place, by name, as they are called above."""


def place_differences(connection: Connection, run_id: str, complete: bool) -> dict[str, str]:
    """Return the failure requests of a run whose places on cards are not their own: by id, in words.

    A place follows from the request, which the log covers. `complete`: each open failure has a place; an
    earlier release gave it none.
    """
    return {
        row["id"]: f"the place on a card of {row['id']} {problem}"
        for row in connection.execute(_PLACES, (run_id,))
        if (problem := _place_problem(row, run_id, complete))
    }


def _place_problem(row: rows.Row, run_id: str, complete: bool) -> str:
    if row["placed"] is None:
        return "was removed" if complete and row["state"] == "open" else ""
    try:
        columns.FAILURE_CARD.check({column: row[name] for column, name in _PLACE_COLUMNS.items()})
    except columns.WrongColumn as wrong:
        return f"cannot be read ({wrong})"
    alike = _likeness(row)
    expected = (run_id, row["workflow"], row["step"], alike, row["state"] == "open")
    stored = (
        row["place_run"], row["place_workflow"], row["place_step"], row["likeness"], bool(row["is_open"])
    )  # fmt: skip
    if stored != expected:
        return "differs from its request"
    shared = (row["card_workflow"], row["card_step"], row["card_likeness"])
    if row["card"] is not None and shared != (row["workflow"], row["step"], alike):
        return "is on the card of another failure"
    if row["card"] is None and row["is_open"]:
        return f"is on a card that does not exist, {row['place_card']}"
    return ""


def _likeness(row: rows.Row) -> str:
    """As `engine.store.writes.failure_cards` writes it; empty for a row that no release wrote."""
    try:
        failure = Failure(**rows.from_json(row["failure"]))
        return likeness(failure, row["channel"], Alert.from_json(rows.from_json(row["policy"]).get("alert")))
    except UNREADABLE:
        return ""


def failure_card(connection: Connection, request_id: str, limit: int) -> FailureCard | None:
    """Return the card that this failure request is on; None for one that has a message of its own.

    `limit`: most open requests that it holds.
    """
    connection.execute("BEGIN")
    try:
        return _card(connection, request_id, limit)
    finally:
        connection.execute("COMMIT")


def _card(connection: Connection, request_id: str, limit: int) -> FailureCard | None:
    row = connection.execute(_CARD_OF, (request_id,)).fetchone()
    try:
        if row is not None:
            columns.FAILURE_CARD.check(row)
    except columns.WrongColumn:  # its run is held against the log, which says so
        return None
    leaders = select_requests(connection, "id = ?", (row["card"],)) if row else []
    if not leaders:
        return None
    leader = leaders[0]
    runs, open_count, oldest, newest_place = connection.execute(
        "SELECT count(DISTINCT run_id), count(CASE WHEN is_open = 1 THEN 1 END), "
        "min(CASE WHEN is_open = 1 THEN rowid END), "
        "max(CASE WHEN is_open = 1 THEN rowid END) FROM failure_card WHERE card = ?",
        (leader.id,),
    ).fetchone()
    newest = (
        "id IN (SELECT request_id FROM failure_card WHERE card = ? AND is_open = 1 "
        "ORDER BY rowid DESC LIMIT ?)"
    )
    shown = select_requests(connection, f"{newest} ORDER BY opened_at DESC, id DESC", (leader.id, limit))
    outcomes = connection.execute(
        "SELECT coalesce(outcome, state), count(*), count(CASE WHEN state = 'expired' THEN 1 END) "
        "FROM request WHERE id IN (SELECT request_id FROM failure_card WHERE card = ? AND is_open = 0) "
        "GROUP BY 1 ORDER BY 1",
        (leader.id,),
    ).fetchall()
    (last,) = connection.execute(
        "SELECT max(opened_at) FROM request WHERE id IN (SELECT request_id FROM failure_card WHERE card = ?)",
        (leader.id,),
    ).fetchone()
    named = {"card": leader.id, "workflow": leader.workflow, "step": leader.step, "since": last}
    named["of_input"] = leader.failure is not None and leader.failure.kind in _OF_INPUT
    recovered = connection.execute(_RECOVERED, named).fetchone()
    return FailureCard(
        leader,
        tuple(shown),
        open_count,
        runs,
        oldest_open=_request_at(connection, oldest),
        newest_place=newest_place or 0,
        last_failed_at=rows.moment(last),
        outcomes={outcome: number for outcome, number, _ in outcomes},
        verdicts=_verdicts(connection, leader.id),
        unanswered={outcome: expired for outcome, _, expired in outcomes if expired},
        recovered_run=recovered["run_id"] if recovered else "",
        recovered_at=rows.moment(recovered["ended_at"]) if recovered else None,
        likeness=row["likeness"],
        retried=_retried(connection, shown[0]) if shown else None,
        failed_again=connection.execute(_FAILED_AGAIN, (leader.id,)).fetchone()[0],
    )


_VERDICTS = f"""
SELECT request.outcome AS outcome, decision.actor AS actor, decision.as_user AS as_user,
  decision.on_behalf AS on_behalf, count(DISTINCT request.id) AS runs
FROM failure_card AS place JOIN request ON request.id = place.request_id
JOIN decision ON decision.request_id = request.id AND decision.choice = request.outcome
WHERE place.card = ? AND place.is_open = 0 AND request.state = 'decided'
GROUP BY request.outcome, decision.actor, decision.as_user, decision.on_behalf
ORDER BY min(decision.at), decision.actor LIMIT {MAX_VERDICTS}
"""  # noqa: S608


def _verdicts(connection: Connection, card: str) -> tuple[CardVerdict, ...]:
    """Return who decided. A changed row names nobody: its run is held against the log."""
    found = []
    for row in connection.execute(_VERDICTS, (card,)):
        with suppress(*UNREADABLE):
            actor = rows.to_actor(row["actor"], row["as_user"])
            found.append(CardVerdict(row["outcome"], actor, row["on_behalf"], row["runs"]))
    return tuple(found)


def runs_on_card(connection: Connection, card: FailureCard) -> list[RunRecord]:
    """Return the run of the first request and those of the open ones, without those that cannot be read."""
    found = []
    for run_id in dict.fromkeys(request.run_id for request in (card.leader, *card.open)):
        row = connection.execute("SELECT * FROM run WHERE id = ?", (run_id,)).fetchone()
        with suppress(Altered):
            found += [rows.run_record(row)] if row else []
    return found


def _request_at(connection: Connection, rowid: int | None) -> str:
    row = connection.execute("SELECT request_id FROM failure_card WHERE rowid = ?", (rowid,)).fetchone()
    return str(row["request_id"]) if row else ""


_FAILED_AGAIN = """
SELECT count(*) FROM request AS earlier JOIN failure_card AS place ON place.request_id = earlier.id
WHERE place.card = ? AND earlier.kind = 'failure' AND earlier.outcome = 'retry' AND EXISTS (
  SELECT 1 FROM request AS later WHERE later.run_id = earlier.run_id AND later.step = earlier.step
  AND later.kind = 'failure' AND later.id <> earlier.id AND later.opened_at >= earlier.opened_at
)
"""


def _retried(connection: Connection, request: RequestRecord) -> RequestRecord | None:
    """Return the last failure of the step in the same run before this one, if a person retried it."""
    where = (
        "run_id = ? AND step = ? AND kind = 'failure' AND id <> ? AND opened_at <= ? "
        "ORDER BY opened_at DESC, id DESC LIMIT 1"
    )
    values = (request.run_id, request.step, request.id, rows.micros(request.opened_at))
    earlier = select_requests(connection, where, values)
    return earlier[0] if earlier and earlier[0].outcome == "retry" else None


def card_is_retried(connection: Connection, request_id: str) -> bool:
    """Return whether a person retried a run that now has an open failure on this card."""
    query = (
        "SELECT 1 FROM failure_card AS place JOIN request AS earlier USING (run_id, step) WHERE is_open = 1 "
        "AND card = (SELECT card FROM failure_card WHERE request_id = ?) "
        "AND earlier.kind = 'failure' AND earlier.state = 'decided' AND earlier.outcome = 'retry' LIMIT 1"
    )
    return connection.execute(query, (request_id,)).fetchone() is not None


def open_failure_cards(connection: Connection, workflow: str, step: str) -> list[str]:
    """Return the ids of the first requests of the cards of this step that are still open.

    An empty `step` stands for all steps.
    """
    query = (
        "SELECT DISTINCT card FROM failure_card WHERE workflow = ?1 AND (?2 = '' OR step = ?2) "
        "AND is_open = 1 ORDER BY card"
    )
    return [card for (card,) in connection.execute(query, (workflow, step))]


def shared_places(connection: Connection) -> dict[str, str]:
    """Return the card of each open failure that is not the only open one on it, by the id of its request."""
    query = (
        "SELECT request_id, card FROM failure_card WHERE is_open = 1 AND card IN "
        "(SELECT card FROM failure_card WHERE is_open = 1 GROUP BY card HAVING count(*) > 1)"
    )
    return {str(request_id): str(card) for request_id, card in connection.execute(query)}


def open_failures(connection: Connection, limit: int) -> dict[str, int]:
    """Return how many failures wait for an answer, by workflow. At most `limit` are counted."""
    query = (
        "SELECT workflow, count(*) FROM (SELECT workflow FROM failure_card WHERE is_open = 1 LIMIT ?) "
        "GROUP BY workflow"
    )
    return {str(workflow): int(counted) for workflow, counted in connection.execute(query, (limit,))}


def card_of(connection: Connection, request_id: str) -> str | None:
    """Return the id of the first request on the card of this one; None where it is on no card."""
    row = connection.execute(_CARD_OF, (request_id,)).fetchone()
    return str(row["card"]) if row else None


def wrong_place(connection: Connection, card: str) -> str:
    """Return the name of a request whose place on this card does not fit it; empty without one.

    A place and its request are written together, so another program changed one of them.
    """
    query = (
        "SELECT place.request_id FROM failure_card AS place "
        "LEFT JOIN request ON request.id = place.request_id WHERE place.card = ? AND (request.id IS NULL "
        "OR place.run_id <> request.run_id "
        "OR place.is_open <> CASE WHEN request.state = 'open' THEN 1 ELSE 0 END) ORDER BY place.rowid LIMIT 1"
    )
    row = connection.execute(query, (card,)).fetchone()
    return rows.named(row["request_id"]) if row else ""


def open_on_card(
    connection: Connection, request_id: str, limit: int, last_place: int | None = None
) -> list[str]:
    """Return the ids of the open requests on the card of this request, oldest first.

    `last_place`: those that joined the card after it are left out; None: none is.
    """
    query = (
        "SELECT request_id FROM failure_card WHERE is_open = 1 AND card = "
        "(SELECT card FROM failure_card WHERE request_id = ?1) AND (rowid <= ?3 OR ?3 IS NULL) "
        "ORDER BY rowid LIMIT ?2"
    )
    return [id_ for (id_,) in connection.execute(query, (request_id, limit, last_place))]
