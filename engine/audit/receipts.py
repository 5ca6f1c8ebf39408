"""Pure: receipts. What was asked, who decided it when and why, and what ran of it, signed.

A receipt is JSON: `{"receipt": …, "key": id of the key, "signature": Ed25519 over the canonical bytes of
`receipt_content`, base64}`. It says everything that its digest covers, so that it can be verified without us.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.audit import signing
from engine.audit.hash_chain import Head
from engine.audit.keys import SigningKey
from engine.audit.signing import SignatureInvalid, content_of
from engine.errors import NotPossible, SignoffError
from engine.kernel.requests.approval_digest import covered_values, sha256
from engine.kernel.requests.quorum import decisions_for_outcome
from engine.model.people import ENGINE, Actor
from engine.model.records.break_glass import GlassUse
from engine.model.records.records import DecisionRecord, EventRecord, RequestRecord, RunRecord, StepRecord
from engine.model.records.request_parts import GrantUse
from engine.model.text.wording import count

KIND = "signoff.receipt/1"


class ReceiptInvalid(SignoffError):
    """The document is not a receipt of that installation, or it was changed since."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The records of a run: its log, checked against its chain. `problems`: where the log differs from what
    was written."""

    head: Head
    events: Sequence[EventRecord]
    problems: Sequence[str]


def receipt_content(
    request: RequestRecord,
    run: RunRecord,
    steps: Iterable[StepRecord],
    proof: Proof,
    elements: Mapping[str, Mapping[Any, int]] | None = None,
) -> dict[str, Any]:
    """Return the content to sign. `NotPossible` while undecided, and where the records contradict the log.

    `elements`: by mapped step, the number of its elements by state.
    """
    mapped = elements or {}
    if request.state not in ("decided", "expired"):
        raise NotPossible(f"{request.id} is {request.state}; there is a receipt once it is decided.")
    if request.coverage.binding is None and request.kind == "approval":
        raise NotPossible(f"{request.id} was asked by an earlier release, which kept no digest.")
    if request.kind != "approval":
        raise NotPossible(f"{request.id} asks what to do with a failure; there are receipts for approvals.")
    problems = [*proof.problems, *_contradictions(request, proof.events)]
    if problems:
        raise NotPossible(
            f"There is no receipt for {request.id}: {problems[0]}. signoff audit verify shows the details."
        )
    counts = {decision.id for decision in decisions_for_outcome(request, request.outcome)}
    further = request.further_requesters
    logged = _decision_events(request, proof.events)
    gated = request.coverage.binding.code if request.coverage.binding else {}
    return {
        "kind": KIND,
        "covered": covered_values(request),
        "digest": request.coverage.digest or sha256(covered_values(request)),
        "outcome": request.outcome,
        "by_time": request.state == "expired",
        "requester": _actor(request.requester),
        **({"further_requesters": list(map(_actor, further))} if further else {}),
        "asked_at": request.opened_at.isoformat(),
        "ended_at": _time(request.ended_at),
        "effective_at": _time(request.clock.effective_at),
        "asked_again_because": request.coverage.again,
        "reassigned": [handover.as_json() for handover in request.people.handovers],
        "decisions": [
            _decision(decision, decision.id in counts, request.grant_of(decision))
            | _break_glass(request.glass_of(decision))
            | _door(event)
            for event, decision in zip(logged, request.decisions, strict=True)
        ],
        "executed": [
            {
                "step": step.step,
                "state": step.state,
                "attempts": step.attempt,
                "code": step.code_digest,
                **({"elements": dict(mapped[step.step])} if step.step in mapped else {}),
            }
            for step in steps
            if step.step in gated and (step.attempt or step.step in mapped)
        ],
        "definition": run.definition,
        "trace": run.trace_id,
        "chain": {"events": proof.head.events, "head": proof.head.hash},
    }


def sign_receipt(content: Mapping[str, Any], key: SigningKey) -> dict[str, Any]:
    return signing.sign_document("receipt", content, key)


def verify_receipt(document: Any, keys: Mapping[str, Ed25519PublicKey]) -> dict[str, Any]:
    """Return the content of a receipt. Raises `ReceiptInvalid` with what is wrong."""
    try:
        content = content_of(document, "receipt", KIND, keys)
    except SignatureInvalid as error:
        raise ReceiptInvalid(str(error)) from None
    if sha256(content.get("covered")) != content.get("digest"):
        raise ReceiptInvalid("Its digest does not match its content.")
    counted = [decision for decision in content.get("decisions", ()) if decision.get("counts")]
    approved = content.get("outcome") == "approved"
    if approved and counted and counted[-1].get("digest") != content.get("digest"):
        raise ReceiptInvalid("The last decision covers other content than the receipt.")
    return content


def _contradictions(request: RequestRecord, events: Sequence[EventRecord]) -> list[str]:
    """Where the rows of a request say something else than the log."""
    ours = [event for event in events if event.request_id == request.id]
    recorded_events = _decision_events(request, events)
    if len(recorded_events) != len(request.decisions):
        logged = count(len(recorded_events), "decision")
        return [f"the log has {logged}, but the rows have {len(request.decisions)}"]
    for number, (event, decision) in enumerate(zip(recorded_events, request.decisions, strict=True), 1):
        use = request.grant_of(decision) if "grant" in event.data else None
        if "grant" in event.data and event.data["grant"] != (use and use.as_json()):
            return [f"the grant of decision {number} differs from the log"]
        glass = request.glass_of(decision)
        if event.data.get("break_glass") != (glass and glass.as_json()):
            return [f"the break-glass of decision {number} differs from the log"]
        recorded = (event.actor, event.at, event.data.get("choice"), event.data.get("comment"))
        by = ENGINE if use else decision.actor  # its giver did nothing then
        if recorded != (by, decision.at, decision.choice, decision.comment):
            return [f"decision {number} differs from the log"]
        if event.data.get("digest", "") != decision.digest:
            return [f"decision {number} covers other content than the log says"]
    ended = [event for event in ours if event.type in ("request.decided", "request.expired")]
    if not ended or ended[-1].data.get("outcome", request.outcome) != request.outcome:
        return ["its outcome differs from the log"]
    by_people = decisions_for_outcome(request, request.outcome)
    if request.outcome == "approved" and request.coverage.digest != sha256(covered_values(request)):
        return ["the values that were shown, or the policy, changed after the decision"]
    if by_people and request.outcome == "approved" and by_people[-1].digest != request.coverage.digest:
        return ["the last decision covers other content"]
    return []


def _decision_events(request: RequestRecord, events: Sequence[EventRecord]) -> list[EventRecord]:
    """Return the events of the decisions of a request, in order."""
    return [event for event in events if event.request_id == request.id and event.type == "request.decision"]


def _decision(decision: DecisionRecord, counts: bool, use: GrantUse | None) -> dict[str, Any]:
    return {
        "by": _actor(decision.actor),
        "on_behalf": decision.on_behalf,
        "choice": decision.choice,
        "comment": decision.comment,
        "at": decision.at.isoformat(),
        "stage": decision.stage,
        "member_of": list(decision.member_of),
        "value": decision.value,
        "digest": decision.digest,
        "counts": counts,
        # Receipts of earlier releases have no `grant`.
        **({"grant": use.as_json()} if use else {}),
    }


def _break_glass(use: GlassUse | None) -> dict[str, Any]:
    # Receipts of earlier releases have no `break_glass`.
    return {"break_glass": use.as_json()} if use else {}


def _door(event: EventRecord) -> dict[str, Any]:
    # The log alone has it. Receipts of earlier releases have no `door`.
    return {"door": event.data["door"]} if event.data.get("door") else {}


def _actor(actor: Actor) -> dict[str, Any]:
    return {"source": actor.source, "id": actor.id, "as_user": actor.as_user}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
