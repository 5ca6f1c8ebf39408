"""Write the test vectors of permits: `python -m scripts.permit_vectors > engine/permits/vectors.json`.

Both functions that verify permits are held against them. The key is for these vectors alone.
"""

import base64
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.audit.keys import SigningKey, key_id
from engine.audit.permits import key_set, sign_permit
from engine.permits.verify_permit import canonical_json, tool_audience

NOW = 1_800_000_000
ISSUER, AUDIENCE = "signoff:test", tool_audience("db", "drop_table")
PLAIN = '{"count":1,"name":"caf\u00e9"}'
AMBIGUOUS = {
    "a key twice": '{"count":1,"count":1,"name":"caf\u00e9"}',
    "a key twice, one of them escaped": '{"count":1,"\\u0063ount":1,"name":"caf\u00e9"}',
    "a whole number beyond doubles": '{"count":9007199254740993,"name":"caf\u00e9"}',
    "a number with lost digits": '{"count":1.00000000000000000001,"name":"caf\u00e9"}',
    "a number that overflows": '{"count":1e400,"name":"caf\u00e9"}',
    "NaN": '{"count":NaN,"name":"caf\u00e9"}',
    "NUL at the end of a text": '{"count":1,"name":"caf\u00e9\\u0000"}',
    "a lone surrogate": '{"count":1,"name":"\\ud83d"}',
    "a lone surrogate in a key": '{"count":1,"name":"caf\u00e9","\\udc00":1}',
    "no JSON": '{"count":1,"name":"caf\u00e9"',
    "text after the JSON": '{"count":1,"name":"caf\u00e9"}{}',
    "a comma too many": '{"count":1,"name":"caf\u00e9",}',
    "nested too deeply": "[" * 60 + "]" * 60,
}
SAME = {
    "the arguments as they were approved": PLAIN,
    "keys in another order, and spaces": ' { "name" : "caf\u00e9" ,\n"count" : 1 } ',
    "1.0 instead of 1": '{"count":1.0,"name":"caf\u00e9"}',
    "1e0 instead of 1": '{"count":10e-1,"name":"caf\u00e9"}',
    "an escape instead of the character": '{"count":1,"name":"caf\\u00e9"}',
}
OTHER = {
    "another value": '{"count":2,"name":"caf\u00e9"}',
    "the number as a text": '{"count":"1","name":"caf\u00e9"}',
    "true instead of 1": '{"count":true,"name":"caf\u00e9"}',
    "the negative number": '{"count":-1,"name":"caf\u00e9"}',
    "the same character in another Unicode form": '{"count":1,"name":"cafe\\u0301"}',
    "an invisible character more": '{"count":1,"name":"caf\u00e9\\u200b"}',
    "a key more": '{"all":true,"count":1,"name":"caf\u00e9"}',
    "a key in another case": '{"Count":1,"name":"caf\u00e9"}',
    "a list around it": '[{"count":1,"name":"caf\u00e9"}]',
}


def _key(seed: int) -> SigningKey:
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return SigningKey(key_id(key.public_key()), key)


KEY, STRANGER = _key(1), _key(2)


def claims_of(arguments: str = PLAIN, **changed: Any) -> dict[str, Any]:

    digest = hashlib.sha256(canonical_json(arguments).encode()).hexdigest()
    return {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "api:ci", "jti": "release-gate-1", "gate": "release-gate",
        "approvers": ["U1"], "arguments_sha256": digest, "iat": NOW, "nbf": NOW, "exp": NOW + 300, **changed,
    }  # fmt: skip


def _encoded(value: Any) -> str:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _signed(header: dict[str, Any], claims: dict[str, Any]) -> str:
    signed = f"{_encoded(header)}.{_encoded(claims)}"
    return f"{signed}.{_encoded(KEY.sign(signed.encode()))}"


def vectors() -> dict[str, Any]:
    permit = sign_permit(claims_of(), KEY)
    head, payload, signature = permit.split(".")
    header = {"alg": "EdDSA", "kid": KEY.id, "typ": "signoff-permit+jwt"}
    cases: list[dict[str, Any]] = []

    def add(name: str, result: str, permit: str = permit, arguments: str = PLAIN, **more: Any) -> None:
        given = {
            "permit": permit,
            "arguments": arguments,
            "audience": AUDIENCE,
            "now": NOW + 10,
            "used": False,
        }
        cases.append({"name": name, "result": result, **given, **more})

    for name, text in SAME.items():
        add(name, "valid", arguments=text)
    for name, text in OTHER.items():
        add(name, "arguments", arguments=text)
    for name, text in AMBIGUOUS.items():
        add(name, "ambiguous", arguments=text)
    zero = sign_permit(claims_of('{"count":0}'), KEY)
    add("-0 is 0", "valid", zero, '{"count":-0.0}')
    add("0 instead of a number that is too small", "ambiguous", zero, '{"count":1e-400}')
    most = sign_permit(claims_of('{"count":9007199254740991}'), KEY)
    add("the largest whole number", "valid", most, '{"count":9007199254740991.0}')
    odd = '{"a":[0.1,1e-7,5e-324,-2.5,123456.789],"\\ud83d\\ude00":null,"\ufb33":"\\n\\u007f\\u001f/"}'
    add("numbers, escapes and the order of keys by UTF-16", "valid", sign_permit(claims_of(odd), KEY), odd)
    add("the last second", "valid", now=NOW + 299)
    add("expired", "expired", now=NOW + 300)
    add("a clock that is a little behind", "valid", now=NOW - 30)
    add("not valid yet", "not_yet", now=NOW - 31)
    add("used twice", "used", used=True)
    add("another tool", "audience", audience=tool_audience("db", "drop_tables"))
    add("another server", "audience", audience=tool_audience("prod", "drop_table"))
    add("a name with a slash, split elsewhere", "audience", audience="mcp:db/drop/table",
        permit=sign_permit(claims_of(aud=tool_audience("db/drop", "table")), KEY))  # fmt: skip
    add("a gate instead of a tool", "audience", audience="gate:release-gate")
    add("another installation", "issuer", sign_permit(claims_of(iss="signoff:other"), KEY))
    add("a key that was not given", "key", sign_permit(claims_of(), STRANGER))
    forged = SigningKey(KEY.id, STRANGER.key)
    add("another key under the same id", "signature", sign_permit(claims_of(), forged))
    add("changed claims", "signature", f"{head}.{_encoded(claims_of(exp=NOW + 9_999))}.{signature}")
    add("the signature of another permit", "signature", f"{head}.{payload}.{zero.split('.')[2]}")
    add("no signature", "signature", f"{head}.{payload}.")
    add("alg none", "algorithm", _signed(header | {"alg": "none"}, claims_of()))
    add("alg none without a signature", "algorithm",
        f"{_encoded(header | {'alg': 'none'})}.{payload}.")  # fmt: skip
    add("alg HS256 with the public key as its secret", "algorithm",
        _signed(header | {"alg": "HS256"}, claims_of()))  # fmt: skip
    add("a key in the header", "malformed",
        _signed(header | {"jwk": key_set({"x": STRANGER.key.public_key()})[0]}, claims_of()))  # fmt: skip
    add("a document of another type", "malformed", _signed(header | {"typ": "JWT"}, claims_of()))
    add("a time that is a text", "malformed", _signed(header, claims_of(exp="9999999999")))
    add("a time that is true", "malformed", _signed(header, claims_of(exp=True)))
    add("padding", "malformed", f"{permit}=")
    add("a line break", "malformed", f"{permit}\n")
    add("four parts", "malformed", f"{permit}.{signature}")
    add("no permit", "malformed", "")
    keys = {"issuer": ISSUER, "keys": key_set({KEY.id: KEY.key.public_key()})}
    return {"issuer": ISSUER, "keys": keys, "vectors": cases}


if __name__ == "__main__":
    print(json.dumps(vectors(), indent=1))
