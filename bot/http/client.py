"""The client of `/api/approvals` and `/api/grants`: a script or an agent asks at a gate and waits.

Imports the standard library alone, so that a command starts quickly.
"""

import http.client
import json
import re
import ssl
import time
from collections.abc import Callable, Mapping
from email.message import Message
from typing import Any
from urllib.parse import SplitResult, urlsplit

from bot.errors import NotAsked
from bot.slack.addresses import reveals_token
from engine import APPROVAL_ENDINGS

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
"""An id becomes part of an address: nothing in it leads elsewhere."""
MAX_WAIT_SECONDS = 50
"""For which one call waits for a decision."""
MAX_OUTAGE_SECONDS = 300.0
"""For which a server that answered before may be unreachable, as during a restart."""
MAX_ANSWER_BYTES = 2**20
"""Of one answer, which has some thousand."""
MAX_PAUSE_SECONDS = 60
"""Between two tries, when the server says that a token makes too many calls."""
_TIMEOUT = MAX_WAIT_SECONDS + 30
"""Seconds. The server answers within the wait; a little more is for the way."""
_TOKEN = re.compile(r"[!-~]+")
STATES = frozenset({"open", *APPROVAL_ENDINGS, "withdrawn"})
_REMEDY = "Check --url or SIGNOFF_URL: it is the address that signoff serve or signoff demo prints."


class Client:
    """Raises `NotAsked`. `patience`: seconds; `between`: seconds between two tries meanwhile."""

    def __init__(
        self, url: str, token: str, *, patience: float = MAX_OUTAGE_SECONDS, between: float = 2.0
    ) -> None:
        if not _TOKEN.fullmatch(token):
            raise NotAsked("The token is empty or has a character that tokens do not have. Copy it again.")
        self._url = f"{url.rstrip('/')}/api/approvals"
        self._grants = f"{url.rstrip('/')}/api/grants"
        self._authorization = f"Bearer {token}"
        self._patience, self._between = patience, between

    def ask(self, body: Mapping[str, str], key: str) -> dict[str, Any]:
        """Open a request; the same key again opens no second one."""
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return self._call("POST", self._url, json.dumps(dict(body)).encode(), headers)

    def read(self, id_: str, wait: float = 0) -> dict[str, Any]:
        """Return the state of a request. `wait`: seconds to wait for a decision."""
        return self._call("GET", f"{self._url}/{_checked(id_)}?wait={wait:g}")

    def use(self, id_: str, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Use an approval of what was asked with this body. Raises `NotUsable` if it cannot be used.

        `key`: the same one again is the same use. With `permit` in the body, the answer has a permit.
        """
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return self._call(
            "POST", f"{self._url}/{_checked(id_)}/use", json.dumps(dict(body)).encode(), headers
        )

    def grants(self) -> dict[str, Any]:
        """Return the grants in force for requests of this token."""
        return self._call("GET", self._grants, expected=_are_grants)

    def give_back(self, id_: str) -> dict[str, Any]:
        """End a grant for requests of this token, and return it."""
        named = _checked(id_, "a grant", "Pass one that the list of grants has.")
        return self._call("DELETE", f"{self._grants}/{named}", expected=_is_grant)

    def until_decided(self, id_: str) -> dict[str, Any]:
        """Wait for a decision as long as it takes, also during a restart of the server."""
        while True:
            answer = self._read_patiently(id_)
            if answer["state"] != "open":
                return answer

    def _read_patiently(self, id_: str) -> dict[str, Any]:
        unreachable_since: float | None = None
        wait = MAX_WAIT_SECONDS
        while True:
            try:
                return self.read(id_, wait)
            except Limited as limited:
                # The server is there, so this has no end. It may only mind that the call waits.
                time.sleep(max(limited.seconds, self._between))
                unreachable_since, wait = None, 0
            except Unreachable:
                now = time.monotonic()
                unreachable_since = unreachable_since or now
                if now - unreachable_since > self._patience:
                    raise
                time.sleep(self._between)

    def _call(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        expected: "Callable[[Any], bool] | None" = None,
    ) -> dict[str, Any]:
        """`expected`: whether an answer is what Signoff gives. Default: the state of a request."""
        if not re.match(r"https?://[^/]", url):
            raise NotAsked(f"{url} is not an address. {_REMEDY}")
        if reveals_token(url):
            raise NotAsked(
                f"{url} would take the token over the network unencrypted. Use https://, or http:// to an "
                f"address of this machine. {_REMEDY}"
            )
        try:
            parts = urlsplit(url)
            connection = _connection(parts)
        except ValueError:
            raise NotAsked(f"{url} is not an address. {_REMEDY}") from None
        try:
            # A redirect is not followed: the token is for this address alone.
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            connection.request(method, path, body, {"Authorization": self._authorization, **(headers or {})})
            answer = connection.getresponse()
            body = _body_of(url, answer)
            return _read(url, answer.status, body, answer.headers, expected or _is_request)
        except ssl.SSLError as error:
            raise NotAsked(f"The connection to {url} cannot be trusted ({error}). {_REMEDY}") from None
        except (http.client.HTTPException, ValueError, OSError) as error:
            raise Unreachable(
                f"{url} could not be reached ({error or type(error).__name__}). "
                f"Is signoff serve running there? {_REMEDY}"
            ) from None
        finally:
            connection.close()


def _checked(
    id_: str, what: str = "a request", remedy: str = "Pass the id that you got when you asked."
) -> str:
    """Return an id that can be part of an address. Raises `NotAsked`. `what`: it is the id of this."""
    if not RUN_ID.fullmatch(id_):
        raise NotAsked(f"{id_[:80]!r} is not the id of {what}. {remedy}")
    return id_


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    """Return a connection that is opened by the first request. Raises `ValueError` for a wrong address."""
    if not parts.hostname:
        raise ValueError(parts.netloc)
    if parts.scheme == "https":
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=_TIMEOUT)
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=_TIMEOUT)


def _body_of(url: str, answer: http.client.HTTPResponse) -> bytes:
    """Return the body. Raises `NotAsked` for one that is too long, or takes too long."""
    body, until = b"", time.monotonic() + _TIMEOUT
    while part := answer.read1(65_536):
        body += part
        if len(body) > MAX_ANSWER_BYTES or time.monotonic() > until:
            raise NotAsked(f"The answer of {url} has no end, so it is not Signoff's. {_REMEDY}")
    return body


def _read(
    url: str, status: int, body: bytes, headers: Message, expected: Callable[[Any], bool]
) -> dict[str, Any]:
    """Return Signoff's answer. Raises `NotAsked` for a refusal, and for an answer that is not Signoff's."""
    if 300 <= status < 400:
        raise NotAsked(f"{url} redirects to {headers.get('Location') or 'another address'}. {_REMEDY}")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if status < 300 and expected(answer):
        return dict(answer)
    refusal = answer.get("error") if isinstance(answer, dict) and status >= 400 else None
    why = ""
    if isinstance(refusal, dict) and isinstance(refusal.get("message"), str):
        why = f"{refusal['field']}: {refusal['message']}" if refusal.get("field") else refusal["message"]
    if status in (502, 503, 504):
        raise Unreachable(f"{url} is not ready (it answered {status}). {why}".rstrip())
    if status == 429:
        raise Limited(why or f"{url} takes no more calls for now.", _pause(headers.get("Retry-After", "")))
    if why and status == 409:
        raise NotUsable(why)
    if why:
        raise NotAsked(why)
    raise NotAsked(f"{url} answered {status}, but not as Signoff would. {_REMEDY}")


def _pause(retry_after: str) -> int:
    """Seconds to wait before the next try, at most a minute, whatever the server says."""
    return min(int(retry_after), MAX_PAUSE_SECONDS) if re.fullmatch("[0-9]{1,9}", retry_after) else 5


def _is_request(answer: Any) -> bool:
    return (
        isinstance(answer, dict)
        and isinstance(answer.get("id"), str)
        and answer.get("state") in STATES
        and isinstance(answer.get("by"), list)
        and all(isinstance(person, str) for person in answer["by"])
        and isinstance(answer.get("comment", 0), str | None)
    )


def _are_grants(answer: Any) -> bool:
    grants = answer.get("grants") if isinstance(answer, dict) else None
    return isinstance(grants, list) and all(map(_is_grant, grants))


def _is_grant(answer: Any) -> bool:
    return (
        isinstance(answer, dict) and isinstance(answer.get("id"), str) and isinstance(answer.get("uses"), int)
    )


class NotUsable(NotAsked):
    """The server refuses the act in the state that the request has, as after a first use."""


class Limited(NotAsked):
    """The server answers, and takes no more calls of this token for `seconds`."""

    def __init__(self, why: str, seconds: int) -> None:
        super().__init__(why)
        self.seconds = seconds


class Unreachable(NotAsked):
    """No server answers, perhaps for a moment."""
