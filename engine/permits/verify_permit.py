"""Verifies a permit of Signoff. This file needs `cryptography` and nothing else: copy it into your server.

    claims = verify_permit(permit, keys=keys, issuer=issuer, audience=tool_audience("db", "drop_table"),
                           arguments=text, redeem=redeem_at("https://signoff.example.com"))

`keys` and `issuer` are what `signoff permit keys` prints. `arguments` is the JSON text as it arrived.
"""

import base64
import hashlib
import http.client
import json
import re
import time
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAX_AHEAD = 30
"""Seconds by which the clock of the issuer may be ahead."""
_MAX_PERMIT, _MAX_DEPTH, _MAX_WHOLE = 16_384, 40, 2**53 - 1
_TEXTS = ("iss", "aud", "sub", "jti", "gate", "arguments_sha256")
_NUMBER = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]+))?")
Redeem = Callable[[Mapping[str, Any], str], bool]
"""Gets the claims and the permit. Returns True the first time that it gets this `jti`, and False after."""


class PermitRefused(Exception):
    """The call must not be made. `reason` is one word, for programs."""

    def __init__(self, reason: str, text: str) -> None:
        self.reason = reason
        super().__init__(text)


def verify_permit(
    permit: str, *, keys: Mapping[str, Any], issuer: str, audience: str, arguments: str | bytes,
    redeem: Redeem, now: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the claims of a permit for exactly this call. Raises `PermitRefused`."""
    moment = time.time() if now is None else now  # noqa: TID251 - this file stands alone
    claims = signed_claims(permit, keys)
    if claims["iss"] != issuer:
        raise PermitRefused("issuer", "The permit is of another installation of Signoff.")
    if claims["aud"] != audience:
        raise PermitRefused("audience", "The permit is for another server, tool or gate.")
    if claims["nbf"] > moment + MAX_AHEAD:
        raise PermitRefused("not_yet", "The permit is not valid yet. Compare the clocks.")
    if claims["exp"] <= moment:
        raise PermitRefused("expired", "The permit has expired.")
    if hashlib.sha256(canonical_json(arguments).encode()).hexdigest() != claims["arguments_sha256"]:
        raise PermitRefused("arguments", "These are not the arguments that people approved.")
    if redeem(claims, permit) is not True:
        raise PermitRefused("used", "The permit was used before.")
    return claims


def tool_audience(server: str, tool: str) -> str:
    """Return the audience of a tool. `server`: its name, or the address of a remote server."""
    return f"mcp:{quote(server, safe=_PLAIN)}/{quote(tool, safe=_PLAIN)}"


_PLAIN = "!~*'()"


def redeem_at(url: str, timeout: float = 10) -> Redeem:
    """Return a function that redeems at the installation of this address, which answers once for a permit."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    if not parts.hostname or not (secure or parts.hostname in ("127.0.0.1", "::1", "localhost")):
        raise ValueError(f"{url} is not an https address. A permit is sent there.")
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection

    def redeem(claims: Mapping[str, Any], permit: str) -> bool:
        connection = connect(str(parts.hostname), parts.port, timeout=timeout)
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
        try:
            body = json.dumps({"permit": permit})
            connection.request("POST", parts.path.rstrip("/") + "/api/permits/redeem", body, headers)
            answer = connection.getresponse()
            return answer.status == 200 and json.loads(answer.read(65_536))["id"] == claims["jti"]
        finally:
            connection.close()

    return redeem


def canonical_json(text: str | bytes) -> str:
    """Return JSON in its canonical form (RFC 8785). Raises `PermitRefused` if it has two meanings."""
    try:
        text = text if isinstance(text, str) else text.decode()
        value = json.loads(text, object_pairs_hook=_object, parse_int=_number, parse_float=_number,
                           parse_constant=_number)  # fmt: skip
    except (ValueError, RecursionError):
        raise PermitRefused("ambiguous", "The arguments are not JSON.") from None
    return _canonical(value, 0)


def _canonical(value: Any, depth: int) -> str:
    if depth > _MAX_DEPTH:
        raise PermitRefused("ambiguous", f"The arguments are nested more than {_MAX_DEPTH} deep.")
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        inner = (f"{_canonical(key, depth)}:{_canonical(value[key], depth + 1)}" for key in keys)
        return f"{{{','.join(inner)}}}"
    if isinstance(value, list):
        return f"[{','.join(_canonical(each, depth + 1) for each in value)}]"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, str) and re.search("[\0\ud800-\udfff]", value):
        raise PermitRefused("ambiguous", "A text has the character NUL, or half of a character.")
    return json.dumps(value, ensure_ascii=False)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise PermitRefused("ambiguous", "A key is there twice.")
    return dict(pairs)


def _number(text: str) -> int | float:
    number = float(text) if _NUMBER.fullmatch(text) and len(text) <= 60 else float("inf")
    if abs(number) > _MAX_WHOLE or _digits(text) != _digits(repr(number)):
        raise PermitRefused("ambiguous", f"The number {text[:20]} is not exact in every language.")
    return int(number) if number.is_integer() else number


def _digits(text: str) -> tuple[str, int]:
    whole, fraction, exponent = _NUMBER.fullmatch(text).groups()  # type: ignore[union-attr]
    digits = (whole + (fraction or "")).lstrip("0")
    short = digits.rstrip("0")
    return short, (int(exponent or 0) - len(fraction or "") + len(digits) - len(short)) if short else 0


def _float(number: float) -> str:
    """Return a number with a fraction as ECMAScript writes it."""
    sign, parts, exponent = Decimal(repr(number)).normalize().as_tuple()
    digits, point = "".join(map(str, parts)), len(parts) + int(exponent)
    if point > 0:
        text = f"{digits[:point]}.{digits[point:]}"
    elif point > -6:
        text = f"0.{'0' * -point}{digits}"
    else:
        text = f"{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}e{point - 1}"
    return f"-{text}" if sign else text


def signed_claims(permit: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims of a genuine permit, whatever it is for. Raises `PermitRefused`."""
    try:
        if len(permit) > _MAX_PERMIT:
            raise ValueError
        head, payload, signature = permit.split(".")
        header, claims = (json.loads(_decoded(part).decode()) for part in (head, payload))
        signed = _decoded(signature)
        if set(header) != {"alg", "kid", "typ"} or header["typ"] != "signoff-permit+jwt":
            raise ValueError
        texts, times = [claims[name] for name in _TEXTS], [claims[name] for name in ("iat", "nbf", "exp")]
        if not all(type(each) is str for each in texts) or not all(type(each) is int for each in times):
            raise ValueError
    except (ValueError, TypeError, LookupError, RecursionError):
        raise PermitRefused("malformed", "This is not a permit of Signoff.") from None
    if header["alg"] != "EdDSA":
        raise PermitRefused("algorithm", "The permit is not signed with EdDSA.")
    key = next((each for each in keys["keys"] if each["kid"] == header["kid"]), None)
    if key is None or (key["kty"], key["crv"]) != ("OKP", "Ed25519"):
        raise PermitRefused("key", "The permit names a key that was not given.")
    try:
        Ed25519PublicKey.from_public_bytes(_decoded(key["x"])).verify(signed, f"{head}.{payload}".encode())
    except InvalidSignature:
        raise PermitRefused("signature", "The signature of the permit is invalid.") from None
    return dict(claims)


def _decoded(text: str) -> bytes:
    found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(found).decode().rstrip("=") != text:
        raise ValueError("it is not base64url")
    return found
