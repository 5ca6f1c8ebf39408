"""Requests of the command line about the credentials of others: see `bot.cli.handlers`.

Principals ask from outside with a token; people confirm with one-time codes.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.cli.serializers import JSON
from engine import Actor, Engine, NotAllowed, NotPossible, full_member

Values = Mapping[str, Any]


async def principals(engine: Engine, values: Values, user: str) -> JSON:
    """List the principals that may ask from outside."""
    principals = await engine.principals.all()
    listed = [
        {
            "name": principal.name,
            "gates": list(principal.gates),
            "person": principal.person or None,
            "console": principal.console,
        }
        for principal in principals
    ]
    return {"principals": listed}


async def add_principal(engine: Engine, values: Values, user: str) -> JSON:
    """Its token; nobody else gets to see it."""
    gates = {workflow.name for workflow in engine.workflows() if workflow.gate}
    unknown = sorted(set(values["gates"]) - gates)
    if unknown:
        there = ", ".join(sorted(gates)) or "none; define one with Gate(…) in a workflow file"
        raise NotPossible(f"There is no gate {', '.join(unknown)}. There are: {there}.")
    person = values.get("person") or ""
    if person:
        await _known(engine, person)
    console, actor = bool(values.get("console")), _actor(values, user)
    token = await engine.principals.add(values["name"], values["gates"], actor, person, console=console)
    return {"token": token}


async def _known(engine: Engine, person: str) -> None:
    try:
        await full_member(engine.people, person, "use a token", named=True)
    except NotAllowed as error:
        raise NotPossible(f"--person {person}: {error}") from None


async def rotate_principal(engine: Engine, values: Values, user: str) -> JSON:
    """Its new token; nobody else gets to see it."""
    keep = timedelta(seconds=values["keep"])
    return {"token": await engine.principals.rotate(values["name"], keep, _actor(values, user))}


async def remove_principal(engine: Engine, values: Values, user: str) -> JSON:
    await engine.principals.remove(values["name"], _actor(values, user))
    return {"name": values["name"]}


async def callback_secret(engine: Engine, values: Values, user: str) -> JSON:
    """With which answers to a principal are signed."""
    known = [principal.name for principal in await engine.principals.all()]
    if values["name"] not in known:
        raise NotPossible(f"There is no principal {values['name']}. There are: {', '.join(known) or 'none'}.")
    return {"secret": await engine.principals.callback_secret(values["name"])}


async def enrolled(engine: Engine, values: Values, user: str) -> JSON:
    """List the people who have one-time codes."""
    enrolments = await engine.one_time_codes.all()
    return {
        "enrolled": [
            {
                "user": enrolment.user_id,
                "since": enrolment.since.isoformat(),
                "locked_until": enrolment.locked_until.isoformat() if enrolment.locked_until else None,
            }
            for enrolment in enrolments
        ]
    }


async def enrol(engine: Engine, values: Values, user: str) -> JSON:
    """Return the secret for an authenticator app, which is shown only once."""
    return {
        "address": await engine.one_time_codes.enrol(values["user"], values["name"], _actor(values, user))
    }


async def revoke_codes(engine: Engine, values: Values, user: str) -> JSON:
    await engine.one_time_codes.revoke(values["user"], _actor(values, user))
    return {"user": values["user"]}


CREDENTIALS: Mapping[str, Callable[[Engine, Values, str], Awaitable[JSON]]] = {
    act.__name__: act
    for act in (
        principals,
        add_principal,
        rotate_principal,
        remove_principal,
        callback_secret,
        enrolled,
        enrol,
        revoke_codes,
    )
}


def _actor(values: Values, user: str) -> Actor:
    return Actor("cli", user, values.get("as_user"))
