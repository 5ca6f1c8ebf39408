"""The tables. Text keys that the writer makes; times are integer microseconds since the epoch (UTC);
JSON is text. A step run's row appears when it leaves `pending`: a missing row is a pending step.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, Text, text
from sqlalchemy.dialects import sqlite
from sqlmodel import Field, SQLModel

from engine.store.schema import layout
from engine.store.schema.columns import OF_POLICY


class DefinitionRow(SQLModel, table=True):
    """A stored definition: what runs are planned on, whatever the files say now."""

    __tablename__ = "definition"
    digest: str = Field(primary_key=True)
    workflow: str
    canonical: str = Field(sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)
    seal: str = Field(default="", sa_column_kwargs={"server_default": ""})


class CodeRow(SQLModel, table=True):
    """Which code (digest by step) a workflow had when a run was created."""

    __tablename__ = "code"
    digest: str = Field(primary_key=True)
    steps: str = Field(sa_type=Text)
    seal: str = Field(default="", sa_column_kwargs={"server_default": ""})


class RunRow(SQLModel, table=True):
    __tablename__ = "run"
    id: str = Field(primary_key=True)
    workflow: str
    definition: str
    code: str
    state: str
    version: int
    input: str = Field(sa_type=Text)
    actor: str
    as_user: str | None = None
    trigger: str
    channel: str | None = None
    trace_id: str
    created_at: int = Field(sa_type=BigInteger)
    started_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    reason: str = ""
    head: str = ""
    """Hash of its newest event, with which the next one is chained."""
    events: int = 0
    """How many events it has."""
    tail: str = ""
    """The last four characters of its id, by which people ask for it."""
    seal: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Of its chain's head; see `engine.audit.seal`."""
    base: str | None = Field(default=None, sa_type=Text)
    """For a run from before there were seals: JSON with the digests of its rows when it was sealed."""
    priority: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    concurrency_key: str = Field(default="", sa_column_kwargs={"server_default": ""})
    further_requesters: str | None = Field(default=None, sa_type=Text)
    """JSON; empty where its requester alone gave its input, null for a run of an earlier release."""
    __table_args__ = (
        Index("run_by_age", "created_at", "id"),
        Index("run_by_workflow", "workflow", "created_at", "id"),
        Index("run_by_actor", "actor", "created_at", "id"),
        Index("run_by_state", "state", "created_at", "id"),
        Index("run_by_workflow_and_state", "workflow", "state", "created_at", "id"),
        Index("run_by_tail", "tail"),
        Index(
            "run_by_end",
            "workflow",
            "ended_at",
            "state",
            "started_at",
            sqlite_where=text("ended_at IS NOT NULL"),
        ),
        Index("run_unfinished", "actor", sqlite_where=text("ended_at IS NULL")),
    )


class StepRow(SQLModel, table=True):
    __tablename__ = "step_run"
    run_id: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    state: str
    attempt: int
    round: int
    crashes: int
    failures: int
    started_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    next_attempt_at: int | None = Field(default=None, sa_type=BigInteger)
    output: str | None = Field(default=None, sa_type=Text)
    failure: str | None = Field(default=None, sa_type=Text)
    reason: str = ""
    log: str | None = Field(default=None, sa_type=Text)
    code_digest: str = ""
    deaths: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    queued_at: int | None = Field(default=None, sa_type=BigInteger)
    """Since when it waits for its resources."""
    round_started_at: int | None = Field(default=None, sa_type=BigInteger)
    """Only where retries have a deadline: else null, and then no digest covers it."""
    __table_args__ = (
        Index("step_queued", "queued_at", sqlite_where=text("queued_at IS NOT NULL")),
        {"sqlite_with_rowid": False},
    )


class RequestRow(SQLModel, table=True):
    __tablename__ = "request"
    id: str = Field(primary_key=True)
    kind: str
    run_id: str
    workflow: str
    step: str
    state: str
    version: int
    ask: str = Field(sa_type=Text)
    policy: str = Field(sa_type=Text)
    """JSON: choices, stages and which is open, rejections, veto, self_approval, comment, on_expiry, …"""
    requester: str
    requester_as: str | None = None
    opened_at: int = Field(sa_type=BigInteger)
    shown: str = Field(sa_type=Text)
    channel: str | None = None
    expires_at: int | None = Field(default=None, sa_type=BigInteger)
    reminders: int = 0
    outcome: str | None = None
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    effective_at: int | None = Field(default=None, sa_type=BigInteger)
    failure: str | None = Field(default=None, sa_type=Text)
    attempts: int = 0
    __table_args__ = (
        Index("request_by_state", "state", "opened_at", "id"),
        Index("request_by_run", "run_id"),
        Index("request_by_step", "workflow", "step", "opened_at"),
        Index("request_by_end", "workflow", "kind", "ended_at", "state", "opened_at"),
        Index("request_by_opening", "workflow", "kind", "opened_at"),
    )


class DecisionRow(SQLModel, table=True):
    __tablename__ = "decision"
    id: str = Field(primary_key=True)
    request_id: str = Field(index=True)
    choice: str
    actor: str
    as_user: str | None = None
    comment: str = Field(sa_type=Text)
    at: int = Field(sa_type=BigInteger)
    stage: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    member_of: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": "[]"})
    value: str | None = Field(default=None, sa_type=Text)
    digest: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """SHA-256 of all that it covers."""
    on_behalf: str = Field(default="", sa_column_kwargs={"server_default": ""})


class FailureCardRow(SQLModel, table=True):
    """The card that a failure request is on: one message for the same failure in many runs."""

    __tablename__ = "failure_card"
    request_id: str = Field(primary_key=True)
    run_id: str
    workflow: str
    step: str
    likeness: str
    """Digest that the failures on one card share; see `engine.kernel.resilience.failure_likeness`."""
    card: str
    """Id of the first request on the card."""
    is_open: bool
    __table_args__ = (
        Index("failure_card_open", "workflow", "step", "likeness", sqlite_where=text("is_open = 1")),
        Index("failure_card_by_card", "card"),
    )


class WaitRow(SQLModel, table=True):
    """A wait of a run: its cause and its end. `due_at` is null if no time ends it."""

    __tablename__ = "wait"
    id: str = Field(primary_key=True)
    kind: str
    run_id: str = Field(index=True)
    step: str
    request_id: str | None = None
    due_at: int | None = Field(default=None, sa_type=BigInteger, index=True)


class CheckpointRow(SQLModel, table=True):
    """A value that a step kept while it executed."""

    __tablename__ = "checkpoint"
    id: str = Field(primary_key=True)
    run_id: str = Field(index=True)
    step: str
    number: int
    key: str
    attempt: int
    value: str = Field(sa_type=Text)
    at: int = Field(sa_type=BigInteger)


class ReportRow(SQLModel, table=True):
    """Report of an executing step: its log so far and its progress. No transition depends on it."""

    __tablename__ = "step_report"
    run_id: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    attempt: int
    progress: str | None = Field(default=None, sa_type=Text)
    log: str = Field(sa_type=Text)
    at: int = Field(sa_type=BigInteger)


class SignalRow(SQLModel, table=True):
    """A signal that a run got: one of each name."""

    __tablename__ = "signal"
    run_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    payload: str = Field(sa_type=Text)
    actor: str
    as_user: str | None = None
    at: int = Field(sa_type=BigInteger)
    __table_args__ = ({"sqlite_with_rowid": False},)


class FollowUpRow(SQLModel, table=True):
    """A run that the result of a step asked for. `id` is that of the run."""

    __tablename__ = "follow_up"
    id: str = Field(primary_key=True)
    run_id: str = Field(index=True)
    step: str
    workflow: str
    input: str = Field(sa_type=Text)
    at: int = Field(sa_type=BigInteger)


class ScheduleRow(SQLModel, table=True):
    __tablename__ = "schedule"
    workflow: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    enabled: bool
    next_fire_at: int | None = Field(default=None, sa_type=BigInteger, index=True)
    last_fire_at: int | None = Field(default=None, sa_type=BigInteger)
    cursor: str | None = Field(default=None, sa_type=Text)
    """The place of a trigger in what it observes; null until it has looked."""
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Failed runs in a row for which it is slowed down; 0: it fires as usual."""
    trouble: str | None = Field(default=None, sa_type=Text)
    """JSON of a `Trouble`; null until it has one."""


class TriggerFactRow(SQLModel, table=True):
    """A fact that a trigger has taken, or a burst of facts that waits for its end at `due_at`."""

    __tablename__ = "trigger_fact"
    workflow: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fact: str = Field(primary_key=True)
    run_id: str | None = None
    """The run that it starts; null where the filter held it back."""
    at: int = Field(sa_type=BigInteger)
    due_at: int | None = Field(default=None, sa_type=BigInteger, index=True)
    input: str | None = Field(default=None, sa_type=Text)
    """JSON: the input of the newest fact of a burst."""


class ResourceRow(SQLModel, table=True):
    """A resource that steps use: its limits, and what counts towards them now."""

    __tablename__ = "resource"
    name: str = Field(primary_key=True)
    limits: str = Field(sa_type=Text)
    """JSON of a `ResourceSpec`."""
    state: str = Field(sa_type=Text)
    """JSON: attempts that hold it, that count towards its rate, and that failed."""
    opened_at: int | None = Field(default=None, sa_type=BigInteger)
    """Since when its circuit breaker is open."""
    half_opens_at: int | None = Field(default=None, sa_type=BigInteger)


class EventRow(SQLModel, table=True):
    """The append-only log. On SQLite `seq` is the order of commits, because one thread writes."""

    __tablename__ = "event"
    # Integer, not BigInteger: only that is SQLite's rowid.
    seq: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    type: str
    at: int = Field(sa_type=BigInteger)
    actor: str
    as_user: str | None = None
    run_id: str | None = None
    workflow: str | None = None
    step: str | None = None
    request_id: str | None = None
    trace_id: str | None = None
    data: str = Field(sa_type=Text)
    n: int | None = None
    """Place in its run's chain, from 1."""
    hash: str | None = None
    """Of this event and the hash before it; see `engine.audit.hash_chain`."""
    rows: str | None = Field(default=None, sa_type=Text)
    """JSON: digests of the rows that its transition wrote, by name; null for a row that is gone since."""
    __table_args__ = (
        Index("event_by_run", "run_id", "seq"),
        Index("event_by_time", "at", "seq"),
        Index("event_of_policy", "seq", sqlite_where=text(OF_POLICY)),
        {"sqlite_autoincrement": True},
    )


class LogRow(SQLModel, table=True):
    """One row: how far the log has got, sealed with the installation's key."""

    __tablename__ = "log"
    id: int = Field(primary_key=True)
    since: int
    """`seq` of the last event from before there were seals."""
    seq: int
    """`seq` of the newest event."""
    digest: str
    """Over the hashes of all events, in their order."""
    head: str
    """Hash of the newest event that belongs to no run: these are a chain of their own."""
    events: int
    """How many of those there are."""
    facts: str = Field(sa_type=Text)
    """JSON: digests of the facts about the installation as they are now."""
    key: str
    """Which key seals."""
    seal: str


class PrunedEventRow(SQLModel, table=True):
    """Remains of an event of a pruned run, so that the digest over all events can still be computed."""

    __tablename__ = "pruned_event"
    seq: int = Field(primary_key=True)
    hash: str


class TombstoneRow(SQLModel, table=True):
    """Remains of a finished run that was pruned: the fact that it existed, and the proof of its log."""

    __tablename__ = "tombstone"
    run_id: str = Field(primary_key=True)
    workflow: str
    state: str
    head: str
    """Hash of its newest event."""
    events: int
    """How many events it had."""
    created_at: int = Field(sa_type=BigInteger)
    ended_at: int = Field(sa_type=BigInteger)
    pruned_at: int = Field(sa_type=BigInteger)


class InstallationRow(SQLModel, table=True):
    """A fact about the installation as a whole, by name: `paused` is why nothing goes on (JSON)."""

    __tablename__ = "installation"
    name: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)


class ConsumerRow(SQLModel, table=True):
    __tablename__ = "consumer"
    name: str = Field(primary_key=True)
    cursor: int


class DeliveryRow(SQLModel, table=True):
    """A message that people are to see outside: a view of a record, and how far it has got."""

    __tablename__ = "delivery"
    key: str = Field(primary_key=True)
    consumer: str
    kind: str
    subject: str
    target: str = Field(sa_type=Text)
    data: str = Field(sa_type=Text)
    wanted: int
    sent: int
    state: str
    ref: str | None = Field(default=None, sa_type=Text)
    ref_key: str | None = Field(default=None, index=True)
    not_before: int | None = Field(default=None, sa_type=BigInteger)
    tries: int
    error: str
    created: int
    """Order of creation: the event that first wanted it."""
    lane: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The channel or person it goes to, as it was asked for: lanes do not wait for each other."""
    source: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The person, token or workflow that brought it about: sources take turns in a lane."""
    inside: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Key of the message in whose thread it goes."""
    follows: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Key of the message that people read first, where that one can be delivered."""
    rank: int = Field(default=5, sa_column_kwargs={"server_default": "5"})
    """Small goes first."""
    __table_args__ = (
        Index(
            "delivery_due",
            "consumer",
            "created",
            sqlite_where=text("sent < wanted AND state <> 'dead'"),
            postgresql_where=text("sent < wanted AND state <> 'dead'"),
        ),
        Index("delivery_by_subject", "subject", "kind"),
    )


def described() -> layout.Schema:
    """Return these tables as plain data, as they are in an SQLite file."""
    dialect = sqlite.dialect()
    return {
        str(table.name): layout.TableSchema(
            {
                str(column.name): layout.Column(
                    column.type.compile(dialect), not column.nullable, bool(column.primary_key)
                )
                for column in table.columns
            },
            {
                str(index.name): layout.Index(
                    tuple(column.name for column in index.columns),
                    bool(index.unique),
                    index.dialect_options["sqlite"]["where"] is not None,
                )
                for index in sorted(table.indexes, key=lambda index: str(index.name))
            },
        )
        for table in SQLModel.metadata.sorted_tables
    }
