"""Receipts, checkpoints and exports: signed documents that are made from the records."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.audit import receipts, signing
from engine.audit.hash_chain import Audit
from engine.audit.keys import Keyring
from engine.errors import AlteredRun, NotPossible
from engine.store import queries
from engine.store.queries import exports, integrity
from engine.store.store import Store


class Receipts:
    """Signs receipts and checkpoints, and audits the records. Raises `NotPossible`."""

    def __init__(self, store: Store, keyring: Keyring) -> None:
        self._store, self._keyring = store, keyring

    async def receipt(self, request_id: str) -> dict[str, Any]:
        """Return a signed receipt: the request, its decisions and the steps that ran.

        See `engine.audit.receipts`.
        """
        request = await self._store.read(queries.request, request_id)
        if request is None:
            raise NotPossible(f"There is no request {request_id}.")
        proven = await self._store.proof(request.run_id)
        if proven is None:
            raise AlteredRun(request.run_id, "its row was removed")
        snapshot, proof = proven
        record = snapshot.requests[request_id]
        content = receipts.receipt_content(
            record, snapshot.run, snapshot.steps.values(), proof, snapshot.counts
        )
        return receipts.sign_receipt(content, await asyncio.to_thread(self._keyring.signing))

    async def checkpoint(self, now: datetime) -> dict[str, Any]:
        """Return a signed checkpoint of the log as it is now, for safekeeping outside the installation.

        See `engine.audit.checkpoints`.
        """
        if self._store.log_problem:
            raise NotPossible(self._store.log_problem)
        content = await self._store.read(integrity.checkpoint, now)
        return signing.sign_document("checkpoint", content, await asyncio.to_thread(self._keyring.signing))

    async def export(self, since: datetime | None, until: datetime | None, now: datetime) -> dict[str, Any]:
        """Return the signed statement of an export: about the events from `since` until before `until`.

        See `engine.audit.export`. Raises `Altered` where the log is not as its seal has it.
        """
        content = await self._store.export_statement(since, until, now)
        return signing.sign_document("export", content, await asyncio.to_thread(self._keyring.signing))

    async def export_page(self, after: int, last: int) -> list[dict[str, Any]]:
        """Return records of the next events after `after`, up to `last`; none after the last one."""
        return await self._store.read_at_length(exports.export_page, after, last)

    async def audit(self, checkpoints: Sequence[Mapping[str, Any]] = ()) -> Audit:
        """Check the records against these checkpoints and the last known one."""
        last_checkpoint = await asyncio.to_thread(self._store.known_checkpoint, self._keyring)
        return await self._store.audit([*checkpoints, *([last_checkpoint] if last_checkpoint else [])])

    async def public_keys(self) -> dict[str, str]:
        """Return the public keys, PEM by id, of all keys that ever signed. The first call makes a key."""
        await asyncio.to_thread(self._keyring.signing)
        return await asyncio.to_thread(self._keyring.public)

    async def rotate(self) -> str:
        """Sign with a new key from now on, and return its id."""
        return (await asyncio.to_thread(self._keyring.rotate)).id
