"""PgQueuer as Signoff uses it: its tables under names of our own, and its statements to enqueue and to take.

A job is no more than a pointer: it names a run and a step run, and its row in `dispatched` says the rest.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from pgqueuer.adapters.drivers.psycopg import SyncPsycopgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import QueueEntrypoint, QueueManagerId
from pgqueuer.queries import SyncQueries
from psycopg import AsyncRawCursor
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

if TYPE_CHECKING:
    import uuid

    import psycopg

PREFIX = "signoff_"
TABLE = f"{PREFIX}pgqueuer"
CHANNEL = "'signoff_jobs_' || current_schema()"
"""The name of the channel, as SQL. A notice names the queue in which jobs were enqueued."""
_PICKED_FOR = timedelta(seconds=2)
"""A job that was picked and not taken for so long is free again: its worker died or froze between the two."""
_QUIET = f"""
DROP TRIGGER {PREFIX}tg_pgqueuer_changed ON {TABLE};
CREATE FUNCTION {PREFIX}pgqueuer_log_nothing() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER {PREFIX}pgqueuer_log_nothing BEFORE INSERT ON {TABLE}_log
  FOR EACH ROW EXECUTE FUNCTION {PREFIX}pgqueuer_log_nothing();
"""
"""PgQueuer would notify all workers of each job that one of them takes, and keep three log rows of each."""


class _Names(DBSettings):
    """Names of PgQueuer's tables that no variable of the environment changes."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


@cache
def _names() -> DBSettings:
    return _Names(prefix=PREFIX)


@cache
def _builder() -> QueryQueueBuilder:
    return QueryQueueBuilder(_names())


def definition() -> str:
    """Return the statements that make the tables."""
    return QueryBuilderEnvironment(_names()).build_install_query(create_schema=False) + _QUIET


def enqueue(
    connection: "psycopg.Connection[Any]",
    steps: Sequence[tuple[str, str]],
    queues: list[str],
    priorities: list[int],
) -> None:
    """Enqueue a job for each step run that has none, in the transaction of the connection."""
    SyncQueries(SyncPsycopgDriver(connection), _builder()).enqueue(
        queues,
        [None] * len(steps),
        priorities,
        dedupe_key=[f"{run_id}/{step}" for run_id, step in steps],
        headers=[{"run_id": run_id, "step": step} for run_id, step in steps],
        on_conflict="skip",
    )


async def pick(
    connection: "psycopg.AsyncConnection[Any]", manager: "uuid.UUID", queues: Sequence[str], limit: int
) -> int:
    """Pick jobs for one worker, those with the highest priority first. Return their number."""
    query = _builder().build_dequeue_query(
        batch_size=limit,
        entrypoints=[QueueEntrypoint(queue) for queue in queues],
        concurrency_limits=[0] * len(queues),
        queue_manager_id=QueueManagerId(manager),
        global_concurrency_limit=None,
        heartbeat_timeout=_PICKED_FOR,
    )
    cursor = AsyncRawCursor(connection)  # PgQueuer's own `dequeue` raises at a row that it cannot read
    await cursor.execute(query.sql, query.args)
    return cursor.rowcount
