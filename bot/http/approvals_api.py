"""`/api/approvals`: scripts, pipelines and agents ask at a gate and wait for the answer.

A token opens the gates it was made for and no others; approvers, policy and channel are the gate's. What a
principal asked, it alone may read. Answers are JSON; so are errors: `{"error": {"field": …, "message": …}}`.
"""

import hashlib
import json
import re
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.http import grants_api
from bot.http.client import RUN_ID
from bot.http.limits import Bodies, BodyRefused
from bot.http.permit_request import permit_wanted
from bot.http.refusal import Refusal
from engine import (
    AlteredRun,
    Engine,
    InvalidInput,
    NotAllowed,
    NotPossible,
    Principal,
    RunDetail,
    RunRecord,
    TooMany,
    UnknownRun,
    decisions_for_outcome,
    effective_user_id,
    holder_of_token,
)
from engine.text import without_folders
from engine.waits import first_of

PATH = "/api/approvals"
MAX_WAIT_SECONDS = 60.0
"""Seconds that one GET may wait; ask again for longer."""
_TOKEN = re.compile(r"[\x21-\x7e]{1,200}")
MAX_WAITING = 50
"""GETs of one principal that wait at a time."""
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_FIELDS = ("gate", "question", "details", "link", "on_behalf_of", "callback", "revises")
_MAX_SHOWN = 80
MayCall = Callable[[str, str], str]
"""Why a callback of a gate is refused; empty when it is fine."""
PrincipalHandler = Callable[[web.Request, Principal], Awaitable[web.Response]]


def register(app: web.Application, engine: Engine, may_call: MayCall, bodies: Bodies) -> None:
    api = _ApprovalsApi(engine, may_call, bodies)
    app.router.add_post(PATH, api.guarded(api.ask))
    app.router.add_get(PATH + "/{id}", api.guarded(api.read))
    app.router.add_post(PATH + "/{id}/use", api.guarded(api.use))
    app.router.add_delete(PATH + "/{id}", api.guarded(api.withdraw))
    grants_api.register(app, engine, api.guarded)


class _ApprovalsApi:
    def __init__(self, engine: Engine, may_call: MayCall, bodies: Bodies) -> None:
        self._engine, self._may_call, self._bodies = engine, may_call, bodies
        self._waiting: Counter[str] = Counter()

    def guarded(self, answer: PrincipalHandler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return a handler of requests with a valid token."""

        async def take(request: web.Request) -> web.Response:
            principal = await self._principal(request)
            await self._count(principal)
            await self._check_holder(principal, acts=request.method != "GET")
            return await answer(request, principal)

        return take

    async def _principal(self, request: web.Request) -> Principal:
        """Return the principal whose token came with the request. Raises `Refusal`."""
        principal = await self._engine.principals.of(token) if (token := _token(request)) else None
        if principal is None:
            raise Refusal(401, "Send Authorization: Bearer TOKEN, with a token of signoff token create.")
        return principal

    async def _count(self, principal: Principal) -> None:
        """Raises `Refusal` where the token calls too often."""
        try:
            await self._engine.call_limits.count(principal.actor)
        except TooMany as error:
            raise Refusal.of(429, error, retry_after=error.retry_after) from None

    async def _check_holder(self, principal: Principal, *, acts: bool) -> None:
        """Raises `Refusal`, and `PeopleUnavailable` where Slack cannot say who the holder is."""
        try:
            await holder_of_token(self._engine.people, principal.person, acts=acts)
        except NotAllowed as error:
            problem = f"The token {principal.name} belongs to a person. {error}"
            raise Refusal(403, problem) from None

    async def _read(self, request: web.Request) -> bytes:
        try:
            return await self._bodies.read(request)
        except BodyRefused as error:
            raise Refusal(error.status, error.message) from None

    async def ask(self, request: web.Request, principal: Principal) -> web.Response:
        """Opens the question, once for each `Idempotency-Key`."""
        body = _body(await self._read(request))
        gate = self._gate(body, principal)
        revises = await self._revised(body, gate, principal)
        # Each request is asked again once, so that its rounds stay one line.
        key = _mixed(principal, f"revises {revises}") if revises else _key(request, principal)
        question = {name: value for name, value in body.items() if name not in ("gate", "revises")}
        question |= {"revises": revises} if revises else {}
        if question.get("callback") and (why := self._may_call(str(question["callback"]), gate)):
            raise Refusal(400, f"It {why}", "callback")
        actor = principal.actor
        try:
            run = await self._engine.start(gate, question, actor=actor, key=key)
        except InvalidInput as error:
            field, what = error.problems[0]
            raise Refusal(400, without_folders(what), field) from None
        except TooMany as error:
            raise Refusal.of(429, error, retry_after=error.retry_after) from None
        except NotPossible as error:
            raise Refusal.of(409, error) from None
        if not _asks(run, body):
            if revises:
                problem = f"You asked {revises} again as {run.id}, with another question. Read that request."
                raise Refusal(409, problem, "revises")
            problem = "This Idempotency-Key was used for another question. Use a new one for each."
            raise Refusal(409, problem, "Idempotency-Key")
        return web.json_response(self._shape(await self._detail(run.id, principal)), status=201)

    async def read(self, request: web.Request, principal: Principal) -> web.Response:
        """How it stands; with `?wait=30` once it is decided, or after so many seconds."""
        id_, wait = request.match_info["id"], _wait(request)
        detail = await self._detail(id_, principal)
        if detail.run.ended_at is None and wait:
            await self._wait(request, id_, principal, wait)
            detail = await self._detail(id_, await self._principal(request))
        return web.json_response(self._shape(detail))

    def _shape(self, detail: RunDetail) -> dict[str, Any]:
        return shape(detail, self._engine.clock.now())

    async def _wait(self, request: web.Request, id_: str, principal: Principal, seconds: float) -> None:
        """Until it is decided, the token is revoked, or the time is over."""
        if self._waiting[principal.name] >= MAX_WAITING:
            problem = f"{principal.name} already waits for {MAX_WAITING} answers. Ask without wait."
            raise Refusal(429, problem, "wait", retry_after=5)
        self._waiting[principal.name] += 1
        revoked = self._engine.principals.until_revoked(_token(request))
        try:
            await first_of(self._engine.until_ended(id_), revoked, timeout=seconds)
        finally:
            self._waiting[principal.name] -= 1

    async def use(self, request: web.Request, principal: Principal) -> web.Response:
        """Uses an approval, once for all: the caller is about to do what was approved.

        The body is what the caller asked, whole; anything else was not approved. The same `Idempotency-Key`
        again is the same use. With `permit`, the answer has a signed permit for others to verify.
        """
        id_, body = request.match_info["id"], _body(await self._read(request), "permit")
        wanted = permit_wanted(body)
        detail = await self._detail(id_, principal)
        if body.get("gate") != detail.run.workflow or not _asks(detail.run, body):
            raise Refusal(409, "It is not what was asked, so it was not approved. Ask again.", "id")
        key = request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            raise Refusal(400, "It is missing, too long, or not plain ASCII.", "Idempotency-Key")
        try:
            await self._engine.use_approval(id_, key, actor=principal.actor)
            answer: dict[str, Any] = {}
            if wanted is not None:
                subject, lifetime = wanted
                answer["permit"] = await self._engine.permits.issue(id_, subject, lifetime, principal.actor)
        except NotPossible as error:
            # A pause ends, and the approval stands: the same use can be tried again.
            status = 503 if self._engine.paused else 409
            raise Refusal.of(status, error, "id") from None
        except AlteredRun as altered:
            raise Refusal.of(409, altered, "id") from None
        return web.json_response(self._shape(await self._detail(id_, principal)) | answer)

    async def withdraw(self, request: web.Request, principal: Principal) -> web.Response:
        """The requester no longer needs an answer."""
        id_ = request.match_info["id"]
        await self._detail(id_, principal)
        actor, reason = principal.actor, f"withdrawn by {principal.name}, who asked"
        try:
            await self._engine.cancel(id_, actor=actor, reason=reason)
        except NotPossible as error:
            raise Refusal.of(409, error, "id") from None
        return web.json_response(self._shape(await self._detail(id_, principal)))

    async def _detail(self, id_: str, principal: Principal) -> RunDetail:
        detail = None
        if RUN_ID.fullmatch(id_):
            try:
                detail = await self._engine.seen_by(principal.actor).detail(id_)
            except AlteredRun as altered:
                raise Refusal.of(409, altered, "id") from None
            except UnknownRun:
                pass
        # A principal learns neither what others asked nor what an earlier principal of its name asked.
        if detail is None or not _asked_by(detail.run, principal):
            raise Refusal(404, f"{principal.name} has no request with the id {_brief(id_)}.", "id")
        return detail

    async def _revised(self, body: Mapping[str, Any], gate: str, principal: Principal) -> str:
        """Return the id of the request that is asked again; empty for a first question. Raises `Refusal`."""
        revises = body.get("revises", "")
        if revises == "":
            return ""
        if not isinstance(revises, str):
            raise Refusal(400, f"{_brief(revises)} is not the id of a request.", "revises")
        try:
            detail = await self._detail(revises, principal)
        except Refusal as refusal:
            raise Refusal(refusal.status, refusal.message, "revises") from None
        if detail.run.workflow != gate:
            raise Refusal(400, f"{revises} was asked at another gate. Ask again at the same gate.", "revises")
        if self._shape(detail)["state"] != "changes_requested":
            raise Refusal(
                409,
                f"Nobody requested changes of {revises}. Leave revises out to ask a new question.",
                "revises",
            )
        loaded = next(each for each in self._engine.workflows() if each.name == gate)
        if "revises" not in ((loaded.input_schema or {}).get("properties") or {}):
            raise Refusal(409, f"{gate} no longer takes changes. Leave revises out.", "revises")
        return revises

    def _gate(self, body: Mapping[str, Any], principal: Principal) -> str:
        name = body.get("gate")
        gates = {workflow.name for workflow in self._engine.workflows() if workflow.gate} & set(
            principal.gates
        )
        if not isinstance(name, str) or name not in gates:
            listed = ", ".join(sorted(gates)) or "none that is loaded"
            raise Refusal(
                403, f"{principal.name} may not ask at {_brief(name)}. It may ask at: {listed}.", "gate"
            )
        return name


def _body(read: bytes, *further: str) -> dict[str, Any]:
    try:
        body = json.loads(read)
    except ValueError:
        raise Refusal(400, "The body is not JSON in UTF-8.") from None
    except RecursionError:
        raise Refusal(400, "The body is nested too deeply.") from None
    if not isinstance(body, dict):
        raise Refusal(400, 'The body is not an object. Send {"gate": …, "question": …}.')
    for field in body:
        if field not in (*_FIELDS, *further):
            fields = ", ".join((*_FIELDS, *further))
            raise Refusal(400, f"There is no such field. The fields are: {fields}.", field[:_MAX_SHOWN])
    return body


def _asks(run: RunRecord, body: Mapping[str, Any]) -> bool:
    """Return whether a run was asked exactly this."""
    return all(run.input.get(name, "") == body.get(name, "") for name in _FIELDS[1:])


def _brief(value: object) -> str:
    """The value, shortened: an answer never repeats all that was sent."""
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"


def _token(request: web.Request) -> str:
    """Return the header's token if it can be one of ours, else an empty text: a header can hold any bytes."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and _TOKEN.fullmatch(token.strip()) else ""


def _asked_by(run: RunRecord, principal: Principal) -> bool:
    return (run.actor.source, run.actor.id) == ("api", principal.name) and run.id.startswith(
        f"{run.workflow}-{principal.mark}"
    )


def _key(request: web.Request, principal: Principal) -> str | None:
    """Return the run's key: the same question sent again opens nothing new. It holds the principal's mark."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return principal.mark + secrets.token_hex(10) if principal.mark else None
    if not _KEY.fullmatch(key):
        raise Refusal(400, "It is longer than 200 characters, or not plain ASCII.", "Idempotency-Key")
    return _mixed(principal, key)


def _mixed(principal: Principal, key: str) -> str:
    """Return a part of a run's id that this principal alone can have."""
    return principal.mark + hashlib.sha256(f"{principal.name}:{key}".encode()).hexdigest()[:20]


def _wait(request: web.Request) -> float:
    text = request.query.get("wait", "0")
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MAX_WAIT_SECONDS:
        raise Refusal(400, f"{_brief(text)} is not between 0 and {MAX_WAIT_SECONDS:g} seconds.", "wait")
    return seconds


def shape(detail: RunDetail, now: datetime) -> dict[str, Any]:
    """A question as its requester sees it."""
    request = next(iter(detail.requests), None)
    outcome = request.outcome if request and detail.run.ended_at else None
    standing = decisions_for_outcome(request, outcome) if request else []
    state = "open" if detail.run.ended_at is None else outcome or "withdrawn"
    revision = request.revision if request else None
    return {
        "id": detail.run.id,
        "gate": detail.run.workflow,
        "state": state,
        "question": detail.run.input["question"],
        "by": [effective_user_id(decision.actor) for decision in standing],
        "comment": next((decision.comment for decision in reversed(standing) if decision.comment), ""),
        "asked_at": detail.run.created_at.isoformat(),
        "ended_at": detail.run.ended_at.isoformat() if detail.run.ended_at else None,
        "expires_at": request.clock.expires_at.isoformat() if request and request.clock.expires_at else None,
        "round": revision.round if revision else None,
        "rounds": revision.rounds if revision else None,
        "revises": detail.run.input.get("revises") or None,
        "used_at": detail.used_at.isoformat() if detail.used_at else None,
        "now": now.isoformat(),
    }
