"""Bring the tables on a server to this release's, one revision after the other.

Each revision of `engine/migrations/versions` since the first release that served from PostgreSQL has its
statements here; a test compares the tables with those of a new database. They never change once released.
"""

from collections.abc import Iterator

FIRST = "0021"
"""The oldest schema that is on a server."""
STATEMENTS: dict[str, tuple[str, ...]] = {
    "0022": (
        "CREATE INDEX run_by_end ON run (workflow, ended_at, state, started_at) WHERE ended_at IS NOT NULL",
        "CREATE INDEX request_by_end ON request (workflow, kind, ended_at, state, opened_at)",
        "CREATE INDEX request_by_opening ON request (workflow, kind, opened_at)",
    ),
    "0023": (
        "CREATE INDEX event_by_time ON event (at, seq)",
        "CREATE INDEX event_of_policy ON event (seq) WHERE type = 'policy.denied' OR "
        "(type = 'run.created' AND data LIKE '%\"exceptions\"%')",
    ),
    "0024": (
        "DROP INDEX event_of_policy",
        "CREATE INDEX event_of_policy ON event (seq) WHERE type IN ('policy.asked', 'policy.denied') OR "
        "(type = 'run.created' AND data LIKE '%\"exceptions\"%')",
    ),
}
"""By the revision to which they lead."""


def is_earlier(revision: str) -> bool:
    """Return whether an earlier release has made tables of this revision on a server."""
    return revision == FIRST or revision in sorted(STATEMENTS)[:-1]


def statements(revision: str) -> Iterator[str]:
    """Return what leads from this revision, of an earlier release, to the newest one."""
    for newer in sorted(STATEMENTS):
        if newer > revision:
            yield from STATEMENTS[newer]
