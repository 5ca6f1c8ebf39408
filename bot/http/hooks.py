"""`/hooks/NAME`: another program posts a fact, and the workflow of that webhook starts a run.

Nothing is believed before the signature was checked. Answers are JSON; so are errors:
`{"error": {"field": …, "message": …}}`. No answer and no log line holds the secret or the body.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from bot.http.limits import Bodies, BodyRefused
from bot.http.refusal import Refusal
from bot.http.signatures import Unsigned, bearer_problem, check, signature_headers
from engine import (
    Clock,
    Engine,
    InvalidInput,
    NotPossible,
    SignoffError,
    Taken,
    TooMany,
    WebhookSpec,
    delivery,
)
from engine.text import without_folders

log = logging.getLogger(__name__)

PATH = "/hooks/{name}"
_FORM = "application/x-www-form-urlencoded"
_MAX_FIELDS = 1000
_WARNING_SECONDS = 60.0


def register(app: web.Application, engine: Engine, bodies: Bodies, clock: Clock) -> None:
    app.router.add_post(PATH, _Hooks(engine, bodies, clock).take)


class _Hooks:
    def __init__(self, engine: Engine, bodies: Bodies, clock: Clock) -> None:
        self._engine, self._bodies, self._clock = engine, bodies, clock
        self._warned: dict[str, float] = {}

    async def take(self, request: web.Request) -> web.Response:
        """Start the run of a delivery, once."""
        workflow, spec = self._webhook(request.match_info["name"])
        body, signed = await self._genuine_body(request, spec)
        payload = parse_body(body, request.content_type)
        headers = _readable_headers(request.headers, signature_headers(spec))
        scope = {"payload": payload, "headers": headers}
        try:
            fact = delivery(workflow, spec, scope, body, signed)
            return _answer(await self._engine.take(workflow, spec, fact), spec.each)
        except InvalidInput as error:
            field, what = error.problems[0]
            log.warning("a delivery to the webhook %s does not fit %s: %a", spec.name, workflow, field)
            raise Refusal(422, without_folders(what), field) from None
        except TooMany as error:
            raise Refusal.of(429, error, retry_after=error.retry_after) from None
        except NotPossible as error:
            raise Refusal.of(409, error) from None
        except SignoffError as error:
            raise Refusal.of(503, error, retry_after=5) from None

    def _webhook(self, name: str) -> tuple[str, WebhookSpec]:
        found = self._engine.webhook(name)
        if found is None:
            raise Refusal(404, f"There is no webhook {name[:100]!r}.")
        return found

    async def _genuine_body(self, request: web.Request, spec: WebhookSpec) -> tuple[bytes, bytes]:
        """Return the body, and the bytes of the request that its sender signed."""
        secret = self._engine.settings.variables.get(spec.secret, "")
        if not secret:
            self._warn(spec, f"{spec.secret} is not set, so nothing can be checked")
            raise Refusal(
                503, "The secret of this webhook is not set. Ask the operator of Signoff to set it."
            )
        if spec.signature == "bearer" and (problem := bearer_problem(request.headers, secret)):
            self._warn(spec, "the bearer token is wrong")  # and its body is not even read
            raise Refusal(401, problem)
        try:
            body = await self._bodies.read(request, spec.max_bytes)
        except BodyRefused as error:
            raise Refusal(error.status, error.message) from None
        try:
            signed = check(spec, request.headers, body, secret, self._clock.now().timestamp())
        except Unsigned as error:
            self._warn(spec, str(error))
            raise Refusal(401, str(error)) from None
        return body, signed

    def _warn(self, spec: WebhookSpec, why: str) -> None:
        """At most once a minute for each webhook: a flood fills no log."""
        now = self._clock.monotonic()
        if now - self._warned.get(spec.name, -_WARNING_SECONDS) >= _WARNING_SECONDS:
            self._warned[spec.name] = now
            log.warning("a request to the webhook %s was refused: %s", spec.name, why)


def _answer(taken: Taken, each: str) -> web.Response:
    """202 with the run, or with what became of each element; 200 where nothing passed the filter."""
    body = {"state": taken.state, "runs": [*map(_result, taken.elements)]} if each else _result(taken)
    return web.json_response(body, status=200 if taken.state == "filtered" else 202)


def _result(taken: Taken) -> dict[str, Any]:
    body: dict[str, Any] = {"run": taken.run_id, "state": taken.state}
    field, message = taken.problem
    if message:
        body["error"] = {"field": field, "message": without_folders(message)}
    return body


def parse_body(body: bytes, content_type: str) -> Any:
    """The JSON of a body, or the fields of a form. Raises `Refusal`."""
    if content_type == _FORM:
        if _is_json(body):
            problem = "The body is JSON, but the header calls it a form. Send Content-Type: application/json."
            raise Refusal(415, problem, "Content-Type")
        return _parse_form(body)
    try:
        return json.loads(body)
    except ValueError:
        raise Refusal(400, "The body is not JSON in UTF-8.") from None
    except RecursionError:
        raise Refusal(400, "The body is nested too deeply.") from None


def _is_json(body: bytes) -> bool:
    """Return whether it is a JSON object or list, which `curl -d` sends as a form."""
    try:
        return body.lstrip()[:1] in (b"{", b"[") and isinstance(json.loads(body), dict | list)
    except (ValueError, RecursionError):
        return False


def _parse_form(body: bytes) -> Any:
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError:
        problem = f"The body is not a form in UTF-8 of at most {_MAX_FIELDS} fields."
        raise Refusal(400, problem) from None
    # GitHub and Slack put the JSON into the one field of a form.
    if set(fields) == {"payload"} and len(fields["payload"]) == 1:
        return parse_body(fields["payload"][0].encode(), "")
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def _readable_headers(headers: Mapping[str, str], hidden: frozenset[str]) -> dict[str, str]:
    """By name in lowercase letters with `_` for `-`, without those that prove something."""
    return {
        name.lower().replace("-", "_"): value for name, value in headers.items() if name.lower() not in hidden
    }
