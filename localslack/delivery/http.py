"""Signed HTTP delivery to the app's request URL.

Source: docs.slack.dev/authentication/verifying-requests-from-slack (d): v0 HMAC over `v0:timestamp:body`.
"""

import asyncio
import hashlib
import hmac
import json
from urllib.parse import urlencode, urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from localslack.bodies import parse_json
from localslack.clock import Clock, within
from localslack.delivery.envelope import ACK_SECONDS, Ack, Envelope

_FORM = "application/x-www-form-urlencoded"


def sign(signing_secret: str, timestamp: int, body: bytes) -> str:
    """The value of x-slack-signature."""
    base = b"v0:%d:%s" % (timestamp, body)
    return "v0=" + hmac.new(signing_secret.encode(), base, hashlib.sha256).hexdigest()


class HttpDelivery:
    """POSTs each payload, signed, to one URL; 2xx within three seconds is the ack."""

    def __init__(self, clock: Clock, url: str, signing_secret: str) -> None:
        self._clock = clock
        self._url = url
        self._secret = signing_secret
        self._session: ClientSession | None = None

    async def send(self, envelope: Envelope) -> Ack:
        body, content_type = _encode(envelope)
        timestamp = int(self._clock.now())
        headers = {
            "content-type": content_type,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "x-slack-request-timestamp": str(timestamp),
            "x-slack-signature": sign(self._secret, timestamp, body),
        }
        if envelope.retry is not None:
            headers["x-slack-retry-num"] = str(envelope.retry[0])
            headers["x-slack-retry-reason"] = envelope.retry[1]
        try:
            return await within(self._clock, ACK_SECONDS, self._post(body, headers, envelope))
        except TimeoutError:
            return Ack("operation_timeout")
        except ClientError:
            return Ack("not_connected")

    async def _post(self, body: bytes, headers: dict[str, str], envelope: Envelope) -> Ack:
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=None))
        async with self._session.post(self._url, data=body, headers=headers) as response:
            text = await response.text()
            no_retry = response.headers.get("x-slack-no-retry") == "1"
            if not 200 <= response.status < 300:
                return Ack("http_error", no_retry=no_retry)
            return Ack("ok", _decode(text) if envelope.accepts_response else None)

    async def connected(self) -> bool:
        """Return whether something listens at the URL."""
        parts = urlsplit(self._url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(parts.hostname, port), 1.0)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _encode(envelope: Envelope) -> tuple[bytes, str]:
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload).encode(), "application/json"
    if envelope.kind == "interactive":
        return urlencode({"payload": json.dumps(envelope.payload)}).encode(), _FORM
    return urlencode(envelope.payload).encode(), _FORM


def _decode(text: str) -> object:
    """A response body: JSON where it is an object, else the text itself (Slack shows it)."""
    if not text.strip():
        return None
    try:
        value = parse_json(text)
    except ValueError:
        return text
    return value if isinstance(value, dict) else text
