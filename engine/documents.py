"""Public: verify signed documents, receipts and checkpoints, with public keys alone."""

from engine.audit.checkpoints import verify_checkpoint as verified_checkpoint
from engine.audit.keys import public_keys
from engine.audit.receipts import verify_receipt as verified_receipt
from engine.audit.signing import parse_document

__all__ = ["parse_document", "public_keys", "verified_checkpoint", "verified_receipt"]
