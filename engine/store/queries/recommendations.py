"""Query of what a decision gave, beside the answers of the approvals about it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from engine.errors import CannotAsk, UnreadableRun
from engine.model.records.recommendation import Answer, Recommendation
from engine.model.text.redaction import redacted
from engine.model.text.template import value_at
from engine.model.text.wording import in_words
from engine.store.queries.readable import Skip, readable
from engine.store.schema import rows
from engine.store.schema.rows import Row
from engine.store.work import Connection

RunPlace = tuple[int, str]
"""Creation and id of the run after which the next page begins."""
_MAX_VALUE = 60
"""Characters of a value of a group."""
_MISSING = "(none)"
_PAGE = """
SELECT run.id, run.created_at, run.definition, run.input, step_run.output, request.outcome,
  request.ended_at, request.policy
FROM (SELECT id, created_at, definition, input FROM run WHERE workflow = ? AND created_at >= ?{older}
  ORDER BY created_at DESC, id DESC LIMIT ?) AS run
LEFT JOIN step_run ON step_run.run_id = run.id AND step_run.step = ?
  AND step_run.state IN ('succeeded', 'compensated')
LEFT JOIN request ON request.run_id = run.id AND request.kind = 'approval' AND request.state = 'decided'
  AND request.outcome IN ('approved', 'rejected') AND request.step IN (SELECT value FROM json_each(?))
ORDER BY run.created_at DESC, run.id DESC, request.ended_at, request.id
"""


def recommendations(
    connection: Connection,
    workflow: str,
    step: str,
    approvals: Collection[str],
    groups: Sequence[str],
    since: datetime,
    before: RunPlace | None,
    limit: int,
    skip: Skip | None = None,
) -> tuple[list[Recommendation], RunPlace | None]:
    """Return what a decision gave in the newest runs before a place, and the place of the next page.

    `limit`: runs that are searched. `groups`: paths in the input. The place is None behind the last page.
    """
    older = " AND (created_at, id) < (?, ?)" if before else ""
    values = [workflow, rows.micros(since), *(before or ()), limit, step, rows.to_json(list(approvals))]
    selected = connection.execute(_PAGE.format(older=older), values).fetchall()
    decided = [row for row in selected if row["output"] is not None]
    found = readable(decided, partial(_recommendation, groups), skip)
    searched = len({row["id"] for row in selected})
    last = selected[-1] if searched == limit else None
    return found, (last["created_at"], last["id"]) if last else None


def _recommendation(groups: Sequence[str], row: Row) -> Recommendation:
    try:
        output = rows.from_json(row["output"])
        given = rows.from_json(row["input"]) if groups else None
        at = rows.moment(row["created_at"])
        assert at is not None
        return Recommendation(
            row["id"],
            row["definition"],
            at,
            str(output["outcome"]),
            None if output["score"] is None else float(output["score"]),
            tuple(_value(path, given) for path in groups),
            _answer(row),
            rows.moment(row["ended_at"]),
        )
    except (ValueError, TypeError, KeyError, AssertionError) as error:
        raise UnreadableRun(
            rows.named(row["id"]), f"what it decided cannot be read ({error})", row["id"]
        ) from None


def _answer(row: Row) -> Answer | None:
    match row["outcome"]:
        case "approved":
            return "changed" if _changed(rows.from_json(row["policy"])) else "approved"
        case "rejected":
            return "rejected"
    return None


def _changed(policy: Mapping[str, Any]) -> bool:
    proposed = policy.get("proposed")
    return proposed is not None and policy.get("value") != proposed


def _value(path: str, given: Any) -> str:
    try:
        value = value_at(path, {"input": given})
    except CannotAsk:
        return _MISSING
    return _shown(value if isinstance(value, str) else in_words(value))


@lru_cache(maxsize=1_000)
def _shown(value: str) -> str:
    """Return a value as people may read it. Many runs share one."""
    text = redacted(value)
    return text if len(text) <= _MAX_VALUE else f"{text[: _MAX_VALUE - 1]}…"
