"""Public: make an installation's keys, and verify signed documents with public keys alone."""

from engine.audit.checkpoints import verify_checkpoint as verified_checkpoint
from engine.audit.keys import new_keys, public_keys
from engine.audit.receipts import verify_receipt as verified_receipt
from engine.audit.signing import parse_document

__all__ = ["new_keys", "parse_document", "public_keys", "verified_checkpoint", "verified_receipt"]
