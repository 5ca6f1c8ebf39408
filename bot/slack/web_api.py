"""Slack's Web API as the bot uses it: one session, and an honest word on what became of each call.

Two clients share the session. `web` goes to Bolt and waits when Slack says "too many requests". The
other one never repeats anything by itself, because repeating a post is the outbox's decision: the
SDK's own handlers for lost connections and server errors post a message twice.
"""

import asyncio
import json
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from json import JSONDecodeError
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from bot.slack.addresses import is_loopback
from bot.slack.answer_shapes import lacking
from bot.slack.call_results import Ambiguous, CallResult, Limited, Rejected, Sent, Unreached
from bot.slack.errors import TOKEN, token_problem
from bot.slack.quiet_logs import quieten_sdk

log = logging.getLogger(__name__)

PUBLIC_URL = "https://slack.com/api/"
_PERHAPS_DONE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
"""Slack's documentation: with these the call may have succeeded in part."""
_BROKEN = (aiohttp.ClientError, TimeoutError, OSError)
_UNREADABLE = (ValueError, AttributeError, TypeError, LookupError, RecursionError)
"""Errors that the SDK raises for an answer of another shape than Slack's."""
_LIMITED = frozenset({"ratelimited", "rate_limited"})
_NOT_SLACK = "something that is not Slack answered"
_DEFAULT_SECONDS, _MAX_SECONDS = 5.0, 600.0
"""To wait where Slack does not say how long, and at most."""


Referring = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


class SlackRefused(Exception):
    """Slack answered a read with an error. `code` is Slack's own, such as `missing_scope`."""

    def __init__(self, method: str, rejected: Rejected) -> None:
        self.method, self.code, self.rejected = method, rejected.code, rejected
        super().__init__(f"{method}: {rejected.code}")


class SlackUnreachable(Exception):
    """A read got no answer, or Slack has a fault of its own."""


class SlackBusy(SlackUnreachable):
    """A read was refused because there were too many. `seconds` until another one is welcome."""

    def __init__(self, method: str, seconds: float) -> None:
        self.method, self.seconds = method, seconds
        super().__init__(f"{method}: too many calls, again in {seconds:g} s")


@dataclass(frozen=True, slots=True)
class CallTimeouts:
    """How long to wait for Slack, in seconds."""

    connect: float = 10.0
    answer: float = 30.0
    first_retry: float = 0.2
    """Before a read is repeated; doubles each time."""


class SlackApi:
    """Made inside a running loop, closed by `close()` or by leaving `async with`."""

    def __init__(
        self, token: str, *, base_url: str = PUBLIC_URL, timeouts: CallTimeouts | None = None
    ) -> None:
        quieten_sdk()
        self._timeouts = timeouts or CallTimeouts()
        timeout = aiohttp.ClientTimeout(total=self._timeouts.answer, sock_connect=self._timeouts.connect)
        self.session = aiohttp.ClientSession(timeout=timeout)
        limited = AsyncRateLimitErrorRetryHandler(max_retry_count=2)
        self.web = AsyncWebClient(token, base_url, session=self.session, retry_handlers=[limited])
        self._plain = AsyncWebClient(token, base_url, session=self.session, retry_handlers=[])
        if is_loopback(urlsplit(base_url).hostname or ""):
            # The SDK takes a proxy from the environment and knows no exceptions to it.
            self.web.proxy = self._plain.proxy = None
        self.referring: Referring | None = None
        """Puts the ids of channels into what is sent, once Signoff can look channels up."""
        self.token_refused = ""
        """Slack's error code while it refuses the bot token, as of the latest call or event."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self.session.close()

    def refuse_token(self, code: str) -> None:
        """Record that Slack refuses the bot token; any call that works afterwards takes that back."""
        if not self.token_refused:
            log.error("%s Until then nothing is posted and every click is refused.", token_problem(code))
        self.token_refused = code

    def _token_works(self) -> None:
        if self.token_refused:
            log.warning("Slack takes the bot token again")
        self.token_refused = ""

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult:
        """Call a method that creates or changes something: once, whatever happens."""
        body = dict(await self._referring(arguments))
        try:
            answer = await self._plain.api_call(method, json=body)
        except SlackApiError as error:
            return self._refused(_refusal(error))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Unreached(_words(error))
        except (*_BROKEN, *_UNREADABLE) as error:
            return Ambiguous(_words(error))
        data = _data(answer.data)
        if missing := lacking(method, data):
            return Ambiguous(_strange(f"without {missing}"))
        self._token_works()
        return Sent(data)

    async def _referring(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return body if self.referring is None else await self.referring(body)

    def _refused(self, refusal: Rejected | Ambiguous | Limited) -> Rejected | Ambiguous | Limited:
        if isinstance(refusal, Rejected):
            if refusal.code in TOKEN:
                self.refuse_token(refusal.code)
            else:
                self._token_works()  # Slack checks the token before anything else
        return refusal

    async def respond(self, url: str, body: Mapping[str, Any]) -> CallResult:
        """Answer an act through the `response_url` that came with it."""
        body = dict(await self._referring(body))
        try:
            async with self.session.post(url, json=body, proxy=self.web.proxy) as answer:
                code = _response_code(await answer.read())
                if answer.status == 200 and not code:
                    return Sent({})
                return Rejected(code or f"HTTP status {answer.status}")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Unreached(_words(error))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Ambiguous(_words(error))

    async def upload(self, url: str, content: bytes) -> CallResult:
        """Give Slack the bytes of a file, at the address that it gave for them."""
        try:
            async with self.session.post(url, data=content, proxy=self.web.proxy) as answer:
                if answer.status == 200:
                    return Sent({})
                return Rejected("upload_failed", f"HTTP status {answer.status}")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Unreached(_words(error))

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]:
        """Call a method that changes nothing; a lost connection or a fault of Slack's is tried again.

        Raises `SlackRefused`, `SlackBusy`, `SlackUnreachable`.
        """
        answer, _ = await self.read_with_headers(method, arguments, tries=tries)
        return answer

    async def read_with_headers(
        self,
        method: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        tries: int = 3,
        token: str | None = None,
    ) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        """As `read`, with the answer's headers, and as another token where one is given."""
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(tries),
            wait=wait_exponential_jitter(multiplier=self._timeouts.first_retry, max=2.0, jitter=0.1),
            retry=retry_if_exception_type(_Faulty),
            reraise=True,
        ):
            with attempt:
                return await self._read_once(method, arguments or {}, token)
        raise AssertionError("unreachable")  # pragma: no cover - tenacity returns or raises

    async def _read_once(
        self, method: str, arguments: Mapping[str, Any], token: str | None
    ) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        headers = {"Authorization": f"Bearer {token}"} if token else None
        params = {name: value for name, value in arguments.items() if value is not None}
        try:
            answer = await self._plain.api_call(method, params=params, headers=headers)
        except SlackApiError as error:
            match self._refused(_refusal(error)) if token is None else _refusal(error):
                case Limited(seconds):
                    raise SlackBusy(method, seconds) from None
                case Rejected() as rejected:
                    raise SlackRefused(method, rejected) from None
                case other:
                    raise _Faulty(f"{method}: {other.why}") from None
        except (*_BROKEN, *_UNREADABLE) as error:
            raise _Faulty(f"{method}: {_words(error)}") from None
        data = _data(answer.data)
        if missing := lacking(method, data):
            raise _Faulty(f"{method}: {_strange(f'without {missing}')}")
        if token is None:
            self._token_works()
        return data, {name.lower(): str(value) for name, value in answer.headers.items()}


class _Faulty(SlackUnreachable):
    """Worth another try of a read."""


def _refusal(error: SlackApiError) -> Rejected | Ambiguous | Limited:
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    data = _data(getattr(response, "data", None))
    code = str(data.get("error") or "")
    if status == 429 or code in _LIMITED:
        return Limited(_seconds(getattr(response, "headers", {})))
    if status >= 500 or not code or code in _PERHAPS_DONE:
        why = f"HTTP status {status}"
        return Ambiguous(code or (why if status >= 500 else _strange(f"with {why}")))
    details = _data(data.get("response_metadata")).get("messages") or data.get("errors")
    listed = details if isinstance(details, list) else []
    return Rejected(code, "; ".join(map(_detail, listed)), str(data.get("needed") or ""))


def _detail(error: Any) -> str:
    """Return one error as Slack wrote it; `[/blocks/3/text] message` for one of `blocks.validate`."""
    if not isinstance(error, Mapping) or "message" not in error:
        return str(error)
    return f"[{error.get('pointer') or '/'}] {error['message']}"


def _response_code(body: bytes) -> str:
    """Return the error in the answer of a `response_url`: it is JSON only where Slack refuses."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return str(answer.get("error") or "") if isinstance(answer, dict) and not answer.get("ok") else ""


def _seconds(headers: Mapping[str, str]) -> float:
    wait = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    try:
        seconds = float(wait)
    except ValueError:
        return _DEFAULT_SECONDS
    return min(max(seconds, 0.5), _MAX_SECONDS) if math.isfinite(seconds) else _DEFAULT_SECONDS


def _strange(how: str) -> str:
    return f"{_NOT_SLACK}, {how}"


def _data(data: Any) -> Mapping[str, Any]:
    return data if isinstance(data, Mapping) else {}


def _words(error: Exception) -> str:
    # A timeout has no text of its own, and its class name is not a sentence.
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return "no answer in time"
    # Another ValueError is about the address, and nobody has answered.
    if isinstance(error, (*_UNREADABLE[1:], UnicodeDecodeError, JSONDecodeError)):
        return f"{_NOT_SLACK}, in a way that cannot be read"
    return str(error) or type(error).__name__
