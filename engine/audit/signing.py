"""Pure: documents that are signed with the installation's key (Ed25519), and verified without it."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.audit.keys import SigningKey
from engine.errors import SignoffError
from engine.kernel.requests.approval_digest import canonical


class SignatureInvalid(SignoffError):
    """The document was changed, or is signed by a key that isn't given."""


def sign_document(name: str, content: Mapping[str, Any], key: SigningKey) -> dict[str, Any]:
    """`{name: content, "key": id of the key, "signature": over the canonical bytes, base64}`."""
    signature = base64.b64encode(key.sign(canonical(content))).decode()
    return {name: dict(content), "key": key.id, "signature": signature}


def parse_document(text: str) -> Any:
    """Return the JSON of a signed document. Raises `SignatureInvalid` where a key is there twice, and
    `ValueError` where it is not JSON."""
    return json.loads(text, object_pairs_hook=_object)


def _object(entries: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object. Readers differ in which of two equal keys they show, so there may be only one."""
    content = dict(entries)
    if len(content) < len(entries):
        keys = [key for key, _ in entries]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise SignatureInvalid(f"It has the field {twice!r} twice, so it is not as it was signed.")
    return content


def content_of(document: Any, name: str, kind: str, keys: Mapping[str, Ed25519PublicKey]) -> dict[str, Any]:
    """Return the content of a signed document. Raises `SignatureInvalid` with what is wrong."""
    if not isinstance(document, Mapping) or not isinstance(document.get(name), Mapping):
        raise SignatureInvalid(f"This is not a {name} of Signoff.")
    unsigned = [field for field in document if field not in (name, "key", "signature")]
    if unsigned:
        raise SignatureInvalid(
            f"It has the field {unsigned[0]!r}, which no signature covers, so it is not as it was signed."
        )
    content, key = dict(document[name]), keys.get(str(document.get("key")))
    if content.get("kind") != kind:
        raise SignatureInvalid(
            f"This {name} has the kind {content.get('kind')!r}. This release reads {kind}."
        )
    if key is None:
        there = ", ".join(sorted(keys)) or "none"
        raise SignatureInvalid(
            f"The key {document.get('key')} signed it, and that key was not given. Keys given: {there}."
        )
    try:
        key.verify(base64.b64decode(str(document.get("signature")), validate=True), canonical(content))
    except (InvalidSignature, binascii.Error):
        raise SignatureInvalid(
            "Its signature is invalid: it was changed, or another key signed it."
        ) from None
    return content
