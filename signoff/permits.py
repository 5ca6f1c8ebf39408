"""Verify permits in a server that Signoff guards. `engine/permits/verify_permit.py` can also be copied."""

from engine.permits.verify_permit import (
    PermitRefused,
    canonical_json,
    redeem_at,
    tool_audience,
    verify_permit,
)

__all__ = ["PermitRefused", "canonical_json", "redeem_at", "tool_audience", "verify_permit"]
