"""Queries of the code that runs under way rely on."""

from dataclasses import dataclass

from engine.model.states import STEP_SETTLED
from engine.store.schema import rows
from engine.store.work import Connection


@dataclass(frozen=True, slots=True)
class RunVersion:
    """The version with which runs started."""

    workflow: str
    definition: str
    code_digest: str


def unfinished_versions(connection: Connection) -> list[RunVersion]:
    """The versions with which runs under way started."""
    selected = connection.execute(
        "SELECT DISTINCT workflow, definition, code FROM run WHERE ended_at IS NULL "
        "ORDER BY workflow, definition, code"
    )
    return [RunVersion(*row) for row in selected]


def runs_before(connection: Connection, version: RunVersion, step: str, limit: int) -> tuple[int, list[str]]:
    """How many runs of a version have still to execute a step, and the newest of them."""
    where = (
        "FROM run WHERE ended_at IS NULL AND workflow = ?1 AND definition = ?2 AND code = ?3 AND NOT EXISTS "
        "(SELECT 1 FROM step_run WHERE run_id = run.id AND step = ?4 "
        "AND state IN (SELECT value FROM json_each(?5)))"
    )
    values = (version.workflow, version.definition, version.code_digest, step)
    settled = rows.to_json(sorted(STEP_SETTLED))
    (count,) = connection.execute(f"SELECT count(*) {where}", (*values, settled)).fetchone()
    newest = f"SELECT id {where} ORDER BY created_at DESC, id DESC LIMIT ?6"
    return int(count), [row[0] for row in connection.execute(newest, (*values, settled, limit))]


_COVERING = (
    "FROM request JOIN run ON run.id = request.run_id WHERE run.ended_at IS NULL AND kind = 'approval' "
    "AND CASE WHEN json_valid(policy) THEN request.state IN ('open', 'held') OR (request.state = 'decided' "
    "AND outcome = 'approved' AND coalesce(json_extract(policy, '$.superseded'), '') = '') END"
)
"""Approvals whose guarded steps may still execute. Nothing of a request that cannot be read executes."""
_CODE_OF = "CASE WHEN json_valid(policy) THEN json_extract(policy, '$.binding.code') END"


def covered_code(connection: Connection) -> list[tuple[RunVersion, dict[str, str]]]:
    """Which code approvals of runs under way cover: digests by step, each once for a version of runs."""
    selected = connection.execute(
        f"SELECT DISTINCT run.workflow, run.definition, run.code, {_CODE_OF} {_COVERING}"
    )
    return [(RunVersion(*row[:3]), code) for row in selected if (code := _digests(row[3]))]


def _digests(stored: object) -> dict[str, str]:
    """Return digests by step; none where the stored JSON is of another shape."""
    value = rows.from_json(stored) if isinstance(stored, str) and stored.startswith("{") else stored
    items = value.items() if isinstance(value, dict) else ()
    return {step: digest for step, digest in items if isinstance(digest, str)}


def covering_runs(
    connection: Connection, after: str, limit: int
) -> list[tuple[str, RunVersion, list[dict[str, str]]]]:
    """A page of the runs under way with approvals, by id, each with the code that its approvals cover."""
    selected = connection.execute(
        "SELECT run.id, run.workflow, run.definition, run.code, "
        f"json_group_array({_CODE_OF}) {_COVERING} "
        "AND run.id > ? GROUP BY run.id ORDER BY run.id LIMIT ?",
        (after, limit),
    )
    return [
        (row[0], RunVersion(*row[1:4]), list(filter(None, map(_digests, rows.from_json(row[4])))))
        for row in selected
    ]
