"""Public: make an installation's keys, and verify signed documents with public keys alone."""

from engine.audit.checkpoints import verify_checkpoint as verified_checkpoint
from engine.audit.export import Verified, continues, structured, verified_export
from engine.audit.keys import public_keys
from engine.audit.personal_keys import PersonalKeys, new_keys
from engine.audit.receipts import verify_receipt as verified_receipt
from engine.audit.signing import parse_document

__all__ = [
    "PersonalKeys",
    "Verified",
    "continues",
    "new_keys",
    "parse_document",
    "public_keys",
    "structured",
    "verified_checkpoint",
    "verified_export",
    "verified_receipt",
]
