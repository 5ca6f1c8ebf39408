"""Permits: signed statements about approved calls, which the program that makes the call verifies.

A permit is signed for the single use of an approval, so there is one for each approval. It is redeemed once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

from engine.audit.keys import Keyring, public_keys
from engine.audit.permits import PermitSubject, key_set, permit_claims, sign_permit
from engine.clock import Clock
from engine.errors import AlteredRun, NotPossible
from engine.kernel.requests import approval_use
from engine.kernel.requests.quorum import decisions_for_outcome
from engine.model.people import Actor, effective_user_id
from engine.model.records.records import RunRecord
from engine.model.states import IllegalTransition
from engine.permits.verify_permit import PermitRefused, signed_claims
from engine.runtime.access.principals import Principals
from engine.runtime.runs.live_runs import LiveRuns
from engine.store import queries
from engine.store.store import Store

DEFAULT_LIFETIME, MAX_LIFETIME = timedelta(minutes=5), timedelta(hours=1)


class Permits:
    """Signs a permit for a use of an approval, and redeems it once."""

    def __init__(
        self,
        store: Store,
        runs: LiveRuns,
        keyring: Keyring,
        principals: Principals,
        clock: Clock,
        require_active: Callable[[], None],
        count: Callable[[Actor], Awaitable[None]],
    ) -> None:
        """`count`: counts a call of a token, and raises `TooMany` beyond its limit."""
        self._store, self._runs, self._keyring = store, runs, keyring
        self._principals, self._clock, self._require_active = principals, clock, require_active
        self._count = count

    async def keys(self) -> dict[str, Any]:
        """Return the issuer and its public keys, a JSON Web Key Set. The first call makes a key."""
        return await asyncio.to_thread(self._keys)

    def _keys(self) -> dict[str, Any]:
        self._keyring.signing()
        pems = self._keyring.public().values()
        return {"issuer": self._issuer(), "keys": key_set(public_keys("".join(pems)))}

    def _issuer(self) -> str:
        return f"signoff:{self._keyring.derived('permit-issuer')[:32]}"

    async def issue(self, run_id: str, subject: PermitSubject, lifetime: timedelta, actor: Actor) -> str:
        """Return the permit of a use that this actor recorded. The caller checks what was approved.

        Raises `NotPossible` and `AlteredRun`.
        """
        self._require_active()
        proven = await self._store.proof(run_id)
        if proven is None:
            raise AlteredRun(run_id, "its row was removed")
        snapshot, proof = proven
        if proof.problems:
            raise AlteredRun(run_id, proof.problems[0])
        used = snapshot.signals.get(approval_use.USED)
        if used is None or (used.actor.source, used.actor.id) != (actor.source, actor.id):
            raise NotPossible("There is a permit only for an approval that you used.")
        request = next(reversed(snapshot.requests.values()))
        claims = permit_claims(
            subject,
            issuer=await asyncio.to_thread(self._issuer),
            id_=run_id,
            gate=snapshot.run.workflow,
            requester=f"{actor.source}:{actor.id}",
            approvers=[
                effective_user_id(each.actor) for each in decisions_for_outcome(request, request.outcome)
            ],
            issued_at=used.at,
            expires_at=used.at + min(lifetime, MAX_LIFETIME),
        )
        return sign_permit(claims, await asyncio.to_thread(self._keyring.signing))

    async def redeem(self, permit: str, key: str) -> dict[str, Any]:
        """Redeem a permit, durably, and return its claims. The same key again is the same redemption.

        Raises `PermitRefused` for a permit that is forged, expired or of a revoked token, `NotPossible` if it
        was redeemed before, and `TooMany` if the permits of its token come too often.
        """
        self._require_active()
        keys = await self.keys()
        claims = signed_claims(permit, keys)
        if claims["iss"] != keys["issuer"]:
            raise PermitRefused("issuer", "The permit is of another installation of Signoff.")
        if claims["exp"] <= self._clock.now().timestamp():
            raise PermitRefused("expired", "The permit has expired.")
        # Counted only behind a genuine signature, and apart from what the token asks: a thief of one permit
        # cannot keep the token from asking.
        await self._count(Actor("api", f"{claims['sub'].removeprefix('api:')} permits"))
        run = await self._proven(claims["jti"])
        await self._require_token(run)
        await self._apply(run, claims, key)
        return claims

    async def _proven(self, run_id: str) -> RunRecord:
        if await self._store.read(queries.run, run_id) is None:
            raise PermitRefused("unknown", "The request of this permit is no longer kept.")
        return await self._runs.proven(run_id)

    async def _require_token(self, run: RunRecord) -> None:
        """Raise `PermitRefused` if the token that asked was revoked."""
        for each in await self._principals.all():
            if each.name == run.actor.id and run.id.startswith(f"{run.workflow}-{each.mark}"):
                return
        raise PermitRefused("revoked", "The token that asked for this permit was revoked.")

    async def _apply(self, run: RunRecord, claims: dict[str, Any], key: str) -> None:
        redeem = partial(approval_use.redeem, actor=run.actor, key=key, issued_at=claims["iat"])
        try:
            await self._runs.apply(run.id, redeem, actor=run.actor)
        except IllegalTransition as refused:
            await self._store.reached()  # the redemption that came before may not be durable yet
            counted = await self._store.read(queries.signal, run.id, approval_use.REDEEMED)
            if counted is not None and counted.payload == {"key": key}:
                return
            if counted is not None:
                await self._record_refusal(run, key)
            raise NotPossible(str(refused)) from None

    async def _record_refusal(self, run: RunRecord, key: str) -> None:
        refuse = partial(approval_use.refuse_redemption, actor=run.actor, key=key)
        try:
            await self._runs.apply(run.id, refuse, actor=run.actor)
        except IllegalTransition:
            return
