"""Requests of the command line that steer runs and workflows: see `bot.cli.handlers`."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.cli import serializers
from bot.cli.serializers import JSON
from engine import Actor, AlteredRun, Engine, RunRecord, UnknownRun, UnknownWorkflow, unknown_target

Values = Mapping[str, Any]


async def pause(engine: Engine, values: Values, user: str) -> JSON:
    """Pause a run, a workflow, or with the target `*` every workflow. `runs`: how many were under way."""
    actor, target, reason = _actor(values, user), values["target"], values["reason"]
    name = _workflow(engine, target)
    if name:
        runs = await engine.control.pause_workflow(name, reason, actor=actor)
        return {"workflow": name, "runs": runs}
    run = await _run(engine, target)
    return {"run": serializers.run(await engine.control.pause_run(run, reason, actor=actor))}


async def unpause(engine: Engine, values: Values, user: str) -> JSON:
    """End a pause. `runs`: how many go on."""
    actor, target, reason = _actor(values, user), values["target"], values.get("reason", "")
    name = _workflow(engine, target)
    if name:
        return {"workflow": name, "runs": await engine.control.resume_workflow(name, reason, actor=actor)}
    run = await _run(engine, target)
    return {"run": serializers.run(await engine.control.resume_run(run, reason, actor=actor))}


async def mute(engine: Engine, values: Values, user: str) -> JSON:
    """Mute the failures of a workflow, or those that a run has."""
    actor, target, span = _actor(values, user), values["target"], timedelta(seconds=values["seconds"])
    if name := _workflow(engine, target):
        muted = [await engine.mutes.workflow(name, span, actor=actor)]
    else:
        muted = await engine.mutes.run(await _run(engine, target), span, actor=actor)
    return {"mutes": [serializers.mute(each) for each in muted]}


async def unmute(engine: Engine, values: Values, user: str) -> JSON:
    """End mutes. `ended`: how many."""
    actor, target = _actor(values, user), values["target"]
    if name := _workflow(engine, target):
        return {"ended": await engine.mutes.unmute_workflow(name, actor=actor)}
    return {"ended": await engine.mutes.unmute_run(await _run(engine, target), actor=actor)}


async def skip(engine: Engine, values: Values, user: str) -> JSON:
    run = await engine.find_run(values["run"])
    skipped = await engine.control.skip(run.id, values["step"], values["reason"], actor=_actor(values, user))
    return serializers.run(skipped)


async def signal(engine: Engine, values: Values, user: str) -> JSON:
    """Send a signal. `counted`: false where another one of the name came before, and `payload` is its."""
    run = await engine.find_run(values["run"])
    actor = _actor(values, user)
    sent = await engine.signal(run.id, values["name"], values["values"], actor=actor, typed=True)
    signal = sent.signal
    return {
        "run": serializers.run(run),
        "name": signal.name,
        "payload": signal.payload,
        "counted": sent.counted,
        "by": f"{signal.actor.source}:{signal.actor.as_user or signal.actor.id}",
        "at": signal.at.isoformat(),
    }


async def rerun(engine: Engine, values: Values, user: str) -> JSON:
    run = await engine.find_run(values["run"])
    changes = engine.parse_changes(run.workflow, values["values"])
    actor, reason = _actor(values, user), values.get("reason", "")
    return serializers.run(await engine.control.rerun(run.id, changes, actor=actor, reason=reason))


async def fork(engine: Engine, values: Values, user: str) -> JSON:
    run = await engine.find_run(values["run"])
    actor, reason = _actor(values, user), values.get("reason", "")
    return serializers.run(await engine.control.fork(run.id, values["step"], actor=actor, reason=reason))


async def prioritize(engine: Engine, values: Values, user: str) -> JSON:
    run = await engine.find_run(values["run"])
    number, reason = values["priority"], values["reason"]
    return serializers.run(
        await engine.control.prioritize(run.id, number, reason, actor=_actor(values, user))
    )


async def reset_resource(engine: Engine, values: Values, user: str) -> JSON:
    record = await engine.control.reset_resource(values["name"], actor=_actor(values, user))
    return serializers.resource(record)


_NOT_LOADED = "No workflow is loaded while Signoff does not serve: start signoff serve, and type this again."
STEERING: Mapping[str, Callable[[Engine, Values, str], Awaitable[JSON]]] = {
    act.__name__: act
    for act in (pause, unpause, mute, unmute, skip, signal, rerun, fork, prioritize, reset_resource)
}


def _workflow(engine: Engine, target: str) -> str:
    """The name of the workflow that the target is; empty where no workflow has the name."""
    if target == "*":
        return target
    try:
        return engine.workflow(target).name
    except UnknownWorkflow:
        return ""


async def _run(engine: Engine, target: str) -> str:
    return (await run_named(engine, target)).id


async def run_named(engine: Engine, target: str) -> RunRecord:
    """Return a run by a text that names no workflow. Raises `UnknownRun` and `UnknownWorkflow`."""
    try:
        return await engine.find_run(target)
    except AlteredRun:
        raise
    except UnknownRun as error:
        try:
            engine.workflow(target)
        except UnknownWorkflow as unknown:
            if not engine.workflows():
                raise UnknownRun(f"{error} {_NOT_LOADED}") from None
            raise unknown_target(error, unknown) from None
        raise


def _actor(values: Values, user: str) -> Actor:
    return Actor("cli", user, values.get("as_user"))
