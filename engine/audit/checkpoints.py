"""Pure: checkpoints of the log, to be kept elsewhere and held against a log that has grown since.

A checkpoint says how many events there were, which one was the newest, and one digest over all of them. It
is JSON: `{"checkpoint": …, "key": …, "signature": …}`, signed like a receipt.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.audit.signing import SignatureInvalid, content_of
from engine.errors import SignoffError

KIND = "signoff.checkpoint/1"


class CheckpointInvalid(SignoffError):
    """The document is not a checkpoint of that installation, or it was changed since."""


def checkpoint(seq: int, newest: str, digest: str, at: datetime) -> dict[str, Any]:
    """Return the signed content. `newest`: hash of the event `seq`; `digest`: over all events up to it."""
    return {"kind": KIND, "events": seq, "newest": newest, "digest": digest, "at": at.isoformat()}


def verify_checkpoint(document: Any, keys: Mapping[str, Ed25519PublicKey]) -> dict[str, Any]:
    """Return what a signed checkpoint says. Raises `CheckpointInvalid` with what is wrong."""
    try:
        return content_of(document, "checkpoint", KIND, keys)
    except SignatureInvalid as error:
        raise CheckpointInvalid(str(error)) from None


def shortened_log_problem(seq: int, mark: Mapping[str, Any]) -> str:
    """Describe a log that ends before the checkpoint; empty where it doesn't."""
    if seq >= mark["events"]:
        return ""
    return (
        f"the log ends at event {seq:,}, and at the checkpoint of {mark['at']} it had {mark['events']:,}: "
        "what was recorded in between is lost"
    )


def different_log_problem(mark: Mapping[str, Any]) -> str:
    """Describe a log that is as long as the checkpoint's, and different."""
    count = f"{mark['events']:,}"
    return f"the log does not match the checkpoint of {mark['at']}: its first {count} events differ"
