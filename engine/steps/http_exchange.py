"""One attempt of an HTTP step: the request, its redirects, and what the answer means."""

from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import orjson
from multidict import CIMultiDict
from pydantic import TypeAdapter, ValidationError
from yarl import URL

from engine.addresses import InsideNetwork, PublicResolver, names_public_host
from engine.authoring.context import StepContext
from engine.errors import ContractError, Fatal, HttpFailed, HttpRefused
from engine.model.definition.operations import HttpSpec
from engine.model.input.input_problems import problems_in
from engine.model.text.known_secrets import KnownSecrets
from engine.model.text.redaction import redacted
from engine.steps.http import HttpResult
from engine.vault import revealed

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RETRIED = frozenset({408, 425, 429})
_MAX_AFTER = 86_400.0
_MAX_SAID = 300
_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=30, sock_read=300)


class Exchange:
    """One attempt."""

    def __init__(
        self, spec: HttpSpec, address: str, content: str, headers: dict[str, str], ctx: StepContext
    ) -> None:
        self.spec, self.content, self.ctx = spec, content, ctx
        self.at = URL(address, encoded=True)
        self.headers = CIMultiDict({"Accept-Encoding": "identity", **headers})
        if content and spec.payload is not None:
            self.headers.setdefault("Content-Type", "application/json")
        if spec.method not in ("GET", "HEAD"):
            self.headers.setdefault("Idempotency-Key", ctx.idempotency_key)
        if ctx.traceparent:
            self.headers.setdefault("traceparent", ctx.traceparent)
        self.secret_headers: dict[str, str] = {}
        self.secrets = KnownSecrets()

    async def result(self, model: Any) -> Any:
        await self._take_secrets()
        began = self.ctx.now()
        status, body, is_json, after = await self._send()
        seconds = (self.ctx.now() - began).total_seconds()
        self.ctx.log(f"{self.spec.method} {_shown(self.at)} answered {status} with {len(body):,} bytes.")
        self._judge(status, body, after)
        if model is not None:
            return self._read(model, body)
        if is_json:
            try:
                return HttpResult(status=status, data=orjson.loads(body or b"null"), seconds=seconds)
            except orjson.JSONDecodeError:
                pass
        return HttpResult(status=status, text=body.decode(errors="replace"), seconds=seconds)

    async def _take_secrets(self) -> None:
        for header, written in self.spec.secret_headers.items():
            word, _, name = written.rpartition(" ")
            value = await revealed(name)
            if not value.isprintable():
                raise Fatal(f"The secret {name} is more than one line, so it cannot be the header {header}.")
            self.secrets.add(value, name)
            self.secret_headers[header] = f"{word} {value}".strip()

    async def _send(self) -> tuple[int, bytes, bool, float | None]:
        """Return status, body, whether it is JSON, and the seconds of `Retry-After`."""
        private = {self.at.host.lower()} if self.spec.private and self.at.host else set()
        connector = aiohttp.TCPConnector(resolver=PublicResolver(private))
        try:
            async with aiohttp.ClientSession(
                timeout=_TIMEOUT, connector=connector, auto_decompress=False, trust_env=False
            ) as session:
                return await self._exchange(session, private)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if isinstance(getattr(error, "os_error", None), InsideNetwork):
                raise self._inside(self.at) from None
            why = redacted(str(error) or type(error).__name__, self.secrets)
            raise HttpFailed(f"{self.spec.method} {_shown(self.at)} got no answer: {why}") from None

    async def _exchange(
        self, session: aiohttp.ClientSession, private: set[str]
    ) -> tuple[int, bytes, bool, float | None]:
        at, first = self.at, self.at.origin()
        for _ in range(MAX_REDIRECTS + 1):
            host = (at.host or "").lower()
            if host not in private and not names_public_host(host):
                raise self._inside(at)
            headers = {**self.headers, **(self.secret_headers if at.origin() == first else {})}
            async with session.request(
                self.spec.method, at, data=self.content or None, headers=headers, allow_redirects=False
            ) as answer:
                to = self._redirect(at, answer)
                if to is None:
                    after = _seconds_of(answer.headers.get("Retry-After", ""), self.ctx)
                    return answer.status, await self._body(at, answer), "json" in answer.content_type, after
                at = to
        raise HttpRefused(f"{_shown(self.at)} redirects more than {MAX_REDIRECTS} times.")

    def _redirect(self, at: URL, answer: aiohttp.ClientResponse) -> URL | None:
        """Return where a redirect leads. A request that changes something is not sent to another address."""
        if answer.status not in _REDIRECTS or "Location" not in answer.headers:
            return None
        if self.spec.method not in ("GET", "HEAD"):
            return None
        to = at.join(URL(answer.headers["Location"]))
        if to.scheme not in ("http", "https") or not to.host or (at.scheme, to.scheme) == ("https", "http"):
            raise HttpRefused(f"{_shown(at)} redirects to {_shown(to)}, which is not an https address.")
        return to

    async def _body(self, at: URL, answer: aiohttp.ClientResponse) -> bytes:
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise HttpRefused(f"{_shown(at)} answered with compressed data, which Signoff did not ask for.")
        body = bytearray()
        async for part in answer.content.iter_chunked(65536):
            body += part
            if len(body) > self.spec.output_kb * 1000:
                raise HttpRefused(
                    f"{_shown(at)} answered with more than {self.spec.output_kb:,} kB. Ask it for less, or "
                    "give a larger output_kb."
                )
        return self.secrets.hide_bytes(bytes(body))

    def _judge(self, status: int, body: bytes, after: float | None) -> None:
        """Raise what follows from a status other than success."""
        action = self.spec.statuses.get(str(status))
        if 200 <= status < 300 or action == "ok":
            return
        said = " ".join(body[:2000].decode(errors="replace").split())
        text = f"{self.spec.method} {_shown(self.at)} answered {status}"
        text = (f"{text}: {said}" if said else f"{text}.")[:_MAX_SAID]
        if action is None and status not in _RETRIED and status < 500:
            raise HttpRefused(text, status)
        raise HttpFailed(text, status, action=action, after=after)

    def _read(self, model: Any, body: bytes) -> Any:
        try:
            return TypeAdapter(model).validate_json(body)
        except ValidationError as error:
            where, problem = problems_in(error, None, {})[0]
            place = f" at {where}" if where else ""
            raise ContractError(
                f"The answer of {_shown(self.at)} does not fit {model.__name__}{place}: {problem}"
            ) from None

    def _inside(self, at: URL) -> HttpRefused:
        return HttpRefused(
            f"{_shown(at)} is inside this machine's networks. Write private=True to call such a host. A "
            "redirect to another one is never followed."
        )


def _seconds_of(retry_after: str, ctx: StepContext) -> float | None:
    """Return the seconds of a `Retry-After` header, which has a number or a date."""
    try:
        if retry_after.strip().isdecimal():
            seconds = float(retry_after)
        else:
            seconds = (parsedate_to_datetime(retry_after) - ctx.now()).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), _MAX_AFTER)


def _shown(at: URL) -> str:
    """Without the credentials and the query that it may have."""
    return str(at.with_user(None).with_query(None).with_fragment(None))
