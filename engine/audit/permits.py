"""Pure: permits. A permit says that people approved one call, and is a JWS that others can verify (RFC 7515).

`engine.permits` holds the functions that verify it.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.audit.keys import SigningKey

TYPE = "signoff-permit+jwt"


@dataclass(frozen=True, slots=True)
class PermitSubject:
    """The call that a permit is for. `arguments_sha256`: of its canonical arguments."""

    audience: str
    arguments_sha256: str


def permit_claims(
    subject: PermitSubject,
    *,
    issuer: str,
    id_: str,
    gate: str,
    requester: str,
    approvers: Sequence[str],
    issued_at: datetime,
    expires_at: datetime,
) -> dict[str, Any]:
    """Return the content to sign. `id_`: of the request, of which there is one use."""
    issued = int(issued_at.timestamp())
    return {
        "iss": issuer,
        "aud": subject.audience,
        "sub": requester,
        "jti": id_,
        "gate": gate,
        "approvers": list(approvers),
        "arguments_sha256": subject.arguments_sha256,
        "iat": issued,
        "nbf": issued,
        "exp": int(expires_at.timestamp()),
    }


def sign_permit(claims: Mapping[str, Any], key: SigningKey) -> str:
    """Return a compact JWS, signed with EdDSA (RFC 8037)."""
    header = {"alg": "EdDSA", "kid": key.id, "typ": TYPE}
    signed = f"{_encoded_json(header)}.{_encoded_json(claims)}"
    return f"{signed}.{_encoded(key.sign(signed.encode()))}"


def key_set(keys: Mapping[str, Ed25519PublicKey]) -> list[dict[str, str]]:
    """Return public keys as a list of JWK (RFC 7517)."""
    return [
        {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": id_, "x": _encoded(key.public_bytes_raw())}
        for id_, key in keys.items()
    ]


def _encoded_json(value: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
