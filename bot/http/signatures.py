"""Signatures of webhooks: pure, in the styles of those who send them. All digests are HMAC-SHA256.

A signed time is the sender's word that the request is new. A style without one leaves that to the key of the
delivery.
"""

import binascii
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine import WebhookSpec

_MAX_TIMESTAMP_DIGITS = 12


class Unsigned(Exception):
    """The sender does not hold the secret, or the request is too old. `str()` is a sentence."""


@dataclass(frozen=True, slots=True)
class Style:
    """Where the parts of a signature stand. `signed`: the bytes that are signed, from time and body."""

    header: str
    timestamp_header: str = ""
    prefix: str = ""
    signed: Callable[[str, bytes], bytes] = lambda timestamp, body: body


def _joined(pattern: str) -> Callable[[str, bytes], bytes]:
    """The time and the body in one text, where there is a time."""

    def join(timestamp: str, body: bytes) -> bytes:
        return pattern.format(timestamp).encode() + body if timestamp else body

    return join


STYLES: Mapping[str, Style] = {
    # https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    "github": Style("X-Hub-Signature-256", prefix="sha256="),
    # https://docs.stripe.com/webhooks/signature
    "stripe": Style("Stripe-Signature", prefix="v1=", signed=_joined("{}.")),
    # https://docs.slack.dev/authentication/verifying-requests-from-slack/
    "slack": Style(
        "X-Slack-Signature",
        "X-Slack-Request-Timestamp",
        prefix="v0=",
        signed=_joined("v0:{}:"),
    ),
    # https://grafana.com/docs/grafana/latest/alerting/configure-notifications/
    "grafana": Style("X-Grafana-Alerting-Signature", signed=_joined("{}:")),
    # https://developer.pagerduty.com/docs/verifying-webhook-signatures
    "pagerduty": Style("X-PagerDuty-Signature", prefix="v1="),
    # https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
    "sentry": Style("Sentry-Hook-Signature"),
    "hmac": Style("X-Signature", signed=_joined("{}.")),
}


def bearer_problem(headers: Mapping[str, str], secret: str) -> str:
    """Why the token of the request is not the secret; empty when it is."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    genuine = hmac.compare_digest(token.strip().encode("utf-8", "replace"), secret.encode())
    if scheme.lower() != "bearer":
        return "Send Authorization: Bearer SECRET."
    return "" if genuine else "The token after Bearer is not the secret of this webhook."


def check(spec: WebhookSpec, headers: Mapping[str, str], body: bytes, secret: str, now: float) -> bytes:
    """Return the bytes that are signed, or none for a bearer token.

    Raise `Unsigned` unless the holder of the secret signed this within the replay window.
    """
    if spec.signature == "bearer":
        if problem := bearer_problem(headers, secret):
            raise Unsigned(problem)
        return b""
    style = STYLES[spec.signature]
    header = spec.header or style.header
    sent = headers.get(header, "")
    if not sent:
        raise Unsigned(f"The header {header} is missing.")
    timestamp, signatures = _parts(spec, style, headers, sent)
    if timestamp is not None:
        _check_time(timestamp, now, spec.replay)
    signed = style.signed(timestamp or "", body)
    expected = hmac.digest(secret.encode(), signed, "sha256")
    if not any(hmac.compare_digest(expected, each) for each in signatures):
        raise Unsigned(f"The signature in {header} does not fit the body and the secret.")
    return signed


def signature_headers(spec: WebhookSpec) -> frozenset[str]:
    """Headers that prove something, in lowercase letters: no input of a run holds them."""
    style = STYLES.get(spec.signature)
    own = {spec.header or (style.header if style else "")}
    return frozenset({"authorization", "cookie", "proxy-authorization", *(name.lower() for name in own)})


def _parts(
    spec: WebhookSpec, style: Style, headers: Mapping[str, str], sent: str
) -> tuple[str | None, list[bytes]]:
    """The signed time, None where the style has none, and the signatures, of which one must fit."""
    listed = [part.strip() for part in sent.split(",")]
    signatures = [found for part in listed if (found := _digest(part, style.prefix)) is not None]
    if spec.signature == "stripe":
        return next((part[2:] for part in listed if part.startswith("t=")), ""), signatures
    name = spec.timestamp_header or style.timestamp_header
    return (headers.get(name, "") if name else None), signatures


def _digest(text: str, prefix: str) -> bytes | None:
    if not text.startswith(prefix):
        return None
    try:
        return binascii.unhexlify(text.removeprefix(prefix).removeprefix("sha256="))
    except (binascii.Error, ValueError):
        return None


def _check_time(timestamp: str, now: float, replay: float) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MAX_TIMESTAMP_DIGITS):
        raise Unsigned("The signed time is missing, or it is not in seconds since 1970.")
    if abs(now - int(timestamp)) > replay:
        raise Unsigned(f"The signed time is more than {replay:g} s from now. Check the sender's clock.")
