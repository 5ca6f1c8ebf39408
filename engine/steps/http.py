"""HTTP steps: a request that is sent as a step, with limits on time, size and redirects."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any, get_args

from pydantic import BaseModel

from engine.authoring.context import StepContext
from engine.errors import CannotAsk, Fatal
from engine.model.definition.operations import ExitAction, HttpSpec, parts, paths_of
from engine.model.text.redaction import redacted
from engine.model.text.template import texts_in
from engine.model.values.json_safe import storage_problem
from engine.steps.command import is_count

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
"""Methods that a server may take twice, so that they are tried again by default."""
MAX_OUTPUT_KB = 1800
_URL = re.compile(r"(https?)://[^/?#{}\s@\\]+(?:[/?][!-~]*)?")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SECRET = re.compile(r"(?:[A-Za-z][A-Za-z0-9_-]* )?[A-Za-z_][A-Za-z0-9_]*")


class HttpResult(BaseModel):
    """Answer of a server."""

    status: int
    data: Any = None
    """The value, if the answer is JSON."""
    text: str = ""
    """The text, if it is not JSON."""
    seconds: float


@dataclass(frozen=True)
class Http:
    """A request as its author declared it."""

    method: Any
    url: Any
    payload: Any
    body: Any
    headers: Any
    secret_headers: Any
    result: Any
    statuses: Any
    private: Any
    output_kb: Any

    @property
    def output(self) -> Any:
        return HttpResult if self.result is None else self.result

    @cached_property
    def spec(self) -> HttpSpec:
        return HttpSpec(
            method=self.method,
            url=self.url,
            payload=self.payload,
            body=self.body or "",
            headers=dict(self.headers or {}),
            secret_headers=dict(self.secret_headers or {}),
            statuses={str(status): action for status, action in (self.statuses or {}).items()},
            private=self.private,
            output_kb=self.output_kb,
        )

    @property
    def paths(self) -> list[str]:
        headers = self.headers if isinstance(self.headers, Mapping) else {}
        texts = [
            self.url,
            self.body,
            *headers.values(),
            *(text for _, text in texts_in(self.payload, "json")),
        ]
        found: list[str] = []
        for text in texts:
            with suppress(ValueError, TypeError):
                found += paths_of(text)
        return found

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.method not in METHODS:
            yield f"method is {self.method!r}.", f"Use {', '.join(METHODS[:-1])} or {METHODS[-1]}."
        yield from self._url_problems()
        yield from self._body_problems()
        yield from self._header_problems()
        if self.result is not None and not isinstance(self.result, type):
            yield f"output is {self.result!r}.", "Give a Pydantic model of the JSON in the answer."
        if not isinstance(self.private, bool):
            yield f"private is {self.private!r}.", "Write True or False."
        if not is_count(self.output_kb, MAX_OUTPUT_KB):
            yield f"output_kb is {self.output_kb!r}.", f"Give a whole number from 1 to {MAX_OUTPUT_KB:,}."
        if self.statuses is not None and not isinstance(self.statuses, Mapping):
            yield f"statuses is {self.statuses!r}.", 'Write statuses={404: "ok", 409: "ask"}.'
            return
        for status, action in (self.statuses or {}).items():
            if not (str(status).isdecimal() and 300 <= int(status) < 600):
                yield f"statuses names {status!r}.", "Give whole numbers from 300 to 599."
            if action not in get_args(ExitAction):
                yield f"statuses has {action!r} for {status}.", "Use ok, retry, ask or fail."

    def _url_problems(self) -> Iterator[tuple[str, str]]:
        if not isinstance(self.url, str) or not _URL.fullmatch(self.url):
            yield (
                f"url is {redacted(repr(self.url))}.",
                "Write it as https://host/path; a value cannot choose the host, and spaces are %20.",
            )
            return
        if redacted(self.url) != self.url:
            yield "url has a credential in it.", 'Give it in secret_headers={"Authorization": "Bearer NAME"}.'
        yield from _template_problems("url", self.url)
        if self.secret_headers and self.url.startswith("http:") and self.private is not True:
            yield "secret_headers are given, but url begins with http://.", "Write https://."

    def _body_problems(self) -> Iterator[tuple[str, str]]:
        if self.payload is not None and self.body is not None:
            yield "json and body are given.", "Give one of them."
        if self.body is not None and not (isinstance(self.body, str) and self.body):
            yield f"body is {self.body!r}.", "Give a text, or leave it out."
        elif self.body is not None:
            yield from _template_problems("body", self.body)
        if self.method in ("GET", "HEAD") and (self.payload is not None or self.body is not None):
            yield (
                f"A {self.method} request has a body.",
                "Put the values into the url, or use another method.",
            )
        if problem := storage_problem(self.payload):
            yield f"json can't be stored: {problem}.", "Give texts, numbers, lists and mappings."
            return
        for place, text in texts_in(self.payload, "json"):
            yield from _template_problems(place, text)

    def _header_problems(self) -> Iterator[tuple[str, str]]:
        for option, headers in (("headers", self.headers), ("secret_headers", self.secret_headers)):
            if headers is not None and not isinstance(headers, Mapping):
                yield f"{option} is {headers!r}.", f'Write {option}={{"Name": "value"}}.'
                return
            for name, value in (headers or {}).items():
                if not isinstance(name, str) or not _HEADER.fullmatch(name) or not isinstance(value, str):
                    yield f"{option} has {name!r}.", "Give the names and the values of headers as texts."
                elif option == "headers":
                    yield from _template_problems(f"headers.{name}", value)
                    if redacted(f"{name}: {value}") != f"{name}: {value}":
                        where = f'secret_headers={{"{name}": "NAME"}}'
                        yield f"headers has a credential for {name}.", f"Name its variable: {where}."
                elif not _SECRET.fullmatch(value):
                    yield (
                        f"secret_headers has no name of a variable for {name}.",
                        'Write "API_TOKEN", or "Bearer API_TOKEN".',
                    )

    async def execute(self, values: Mapping[str, Any], ctx: StepContext) -> Any:
        try:
            address, content = self.spec.address(values), self.spec.content(values)
            headers = self.spec.header_values(values)
        except CannotAsk as error:
            raise Fatal(str(error)) from None
        # aiohttp takes a fifth of a second to import, which a thin command line would wait for.
        exchange = import_module("engine.steps.http_exchange").Exchange
        return await exchange(self.spec, address, content, headers, ctx).result(self.result)


def _template_problems(place: str, text: str) -> Iterator[tuple[str, str]]:
    try:
        parts(text)
    except ValueError as error:
        yield f"{place} is {text!r:.80}: a brace holds no path.", str(error)
