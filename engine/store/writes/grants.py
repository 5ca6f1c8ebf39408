"""Grants: given, used and ended, each in one transaction with what is told of it.

They are a fact of the installation. It is read and written within the transaction, so that no use is lost.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from engine.audit.seal import Seal, row_digest
from engine.model.people import ENGINE, Actor
from engine.model.records.change import EventDraft
from engine.model.records.grant import GRANTS, Grant
from engine.model.records.request_parts import GrantUse
from engine.store.log.tail import Tail
from engine.store.queries.installation import fact_within
from engine.store.schema import rows
from engine.store.work import Connection, GuardFailed

MAX_GRANTS = 100
"""Grants that hold at the same time."""


class GrantSpent(GuardFailed):
    """The grant does not hold any more: it was revoked, has ended, or was used as often as it allows."""


class TooManyGrants(GuardFailed):
    """So many grants hold that no further one can be given."""


def give(connection: Connection, grant: Grant, seal: Seal) -> None:
    """Raises `TooManyGrants`, `GrantSpent` where it was given before, and `Altered`."""
    grants = _read(connection, seal)
    if grant.id in grants:
        raise GrantSpent(grant.id)
    if len(grants) >= MAX_GRANTS:
        raise TooManyGrants(grant.id)
    grants[grant.id] = grant
    _write(connection, grants, [EventDraft("grant.given", grant.at, grant.giver, data=_told(grant))], seal)


def end(
    connection: Connection, ids: Collection[str], at: datetime, actor: Actor, why: str, seal: Seal
) -> list[Grant]:
    """Return those that ended. Raises `Altered`."""
    grants = _read(connection, seal)
    ended = [grants.pop(id_) for id_ in ids if id_ in grants]
    if ended:
        events = [EventDraft("grant.ended", at, actor, data={**_told(each), "why": why}) for each in ended]
        _write(connection, grants, events, seal)
    return ended


def count_use(connection: Connection, use: GrantUse, request: str, at: datetime, seal: Seal) -> None:
    """Count a use, within the transaction of the approval. One that is used up is no longer there.

    Raises `GrantSpent` before anything is written, and `Altered`.
    """
    grants = _read(connection, seal)
    grant = grants.get(use.grant)
    if grant is None or not grant.holds(at) or len(grant.used) != use.number - 1 or request in grant.used:
        raise GrantSpent(use.grant)
    grant = grants[grant.id] = grant.use(request)
    if not grant.left:
        del grants[grant.id]
    data = {**_told(grant), "approved": request}
    _write(connection, grants, [EventDraft("grant.used", at, ENGINE, data=data)], seal)


def _read(connection: Connection, seal: Seal) -> dict[str, Grant]:
    stored = fact_within(connection, GRANTS, seal) or {}
    return {id_: Grant.from_json(id_, each) for id_, each in stored.items()}


def _write(connection: Connection, grants: dict[str, Grant], events: list[EventDraft], seal: Seal) -> None:
    text = rows.to_json({id_: grant.as_json() for id_, grant in grants.items()}) if grants else None
    tail = Tail.load(connection, seal)
    changed = tail.note(GRANTS, None if text is None else row_digest((GRANTS, text)))
    connection.execute("DELETE FROM installation WHERE name = ?", (GRANTS,))
    if text is not None:
        connection.execute("INSERT INTO installation (name, value) VALUES (?, ?)", (GRANTS, text))
    for event in events:
        tail.tell(connection, event, changed if event is events[-1] else None)
    tail.save(connection, seal)


def _told(grant: Grant) -> dict[str, Any]:
    """Return the data of every event about a grant."""
    return {
        "grant": grant.id,
        "workflow": grant.workflow,
        "step": grant.step,
        "by": grant.giver.as_user or grant.giver.id,
        "run": grant.run,
        "request": grant.request,
        "uses": grant.uses,
        "used": len(grant.used),
        "until": grant.until.isoformat(),
    }
