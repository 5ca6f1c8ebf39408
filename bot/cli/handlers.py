"""Requests that the command line can make of an engine: by name, with JSON in and JSON out.

The same table answers through the socket of a process that serves, and in this process when nobody
does, so a command doesn't know which of the two it talks to.
"""

import shlex
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from bot.cli import serializers
from bot.cli.approval_coverage import unread
from bot.cli.audit import AUDIT
from bot.cli.canaries import CANARIES
from bot.cli.credentials import CREDENTIALS
from bot.cli.event_targets import EVENT_TARGETS
from bot.cli.insight import proposed, serialized
from bot.cli.policies import POLICIES
from bot.cli.reports import report
from bot.cli.reveals import reveal
from bot.cli.serializers import JSON
from bot.cli.starters import require_known
from bot.cli.steering import STEERING, run_named
from bot.cli.subscribing import SUBSCRIBING
from bot.cli.workflow_health import gravity, workflow_health
from bot.notify_out.messages import of_run
from bot.serving import resume_preview
from bot.slack.user_ids import USER_ID
from engine import (
    MAX_REPLAYED,
    MAX_RUNS_COUNTED,
    OPEN_FAILURE,
    Actor,
    Altered,
    Decision,
    DecisionResult,
    Engine,
    NotPossible,
    Preview,
    RequestRecord,
    StartedRuns,
    UnknownWorkflow,
)
from engine.forms import TypedText
from engine.waits import first_of

_FOLLOW_PAUSE = timedelta(seconds=0.5)
MAX_UNSETTLED = 10_000
Values = Mapping[str, Any]
Handler = Callable[[Engine, Values, str], Awaitable[JSON]]
"""The engine, the values, and the operating-system user who asks."""


async def hello(engine: Engine, values: Values, user: str) -> JSON:
    """Somebody is there."""
    return {"serving": engine.serving}


ELEMENTS_PER_PAGE = 50
BATCH_SIZE = 100
"""Runs that one request cancels."""


async def runs(engine: Engine, values: Values, user: str) -> JSON:
    """A page of runs, newest first: those after the run `cursor`. `total`: all of them, on any page."""
    workflow = values.get("workflow")
    name = engine.workflow(workflow).name if workflow else None
    before = await engine.find_run(cursor) if (cursor := values.get("cursor")) else None
    states = values.get("states")
    if states and "failed" in states:
        states = [*states, OPEN_FAILURE]
    runs, total = await engine.runs(name, states, values["limit"], before)
    return {
        "runs": [serializers.listed_run(run) for run in runs],
        "total": total,
        "total_is_minimum": total > MAX_RUNS_COUNTED,
        "unreadable": await engine.unreadable_runs(),
    }


async def show(engine: Engine, values: Values, user: str) -> JSON:
    run = await engine.find_run(values["run"])
    detail = serializers.detail(await engine.detail(run.id, marked=True))
    acts = await engine.reasoned_acts(run.id)
    outside = await of_run(engine.deliveries, engine, run.id)
    reasons = [serializers.reasoned_act(act) for act in acts]
    return {**detail, "reasons": reasons, "outside": serializers.outside_messages(outside)}


async def elements(engine: Engine, values: Values, user: str) -> JSON:
    """A page of the failed elements of a mapped step."""
    run, step = await engine.find_run(values["run"]), values["step"]
    detail = await engine.detail(run.id)
    if step not in detail.elements:
        mapped = ", ".join(detail.elements) or "none"
        raise NotPossible(f"{step} of {run.short} has no elements. Steps with elements that began: {mapped}.")
    page = await engine.elements(run.id, step, after=values["after"], limit=ELEMENTS_PER_PAGE + 1)
    return {
        "run": run.id,
        "step": step,
        "failed": detail.elements[step].failed,
        "elements": [serializers.element(record) for record in page[:ELEMENTS_PER_PAGE]],
        "more": len(page) > ELEMENTS_PER_PAGE,
    }


async def graph(engine: Engine, values: Values, user: str) -> JSON:
    """The drawing of a workflow, or of a run."""
    target = values["target"]
    try:
        return serializers.drawing(engine.drawing(target))
    except UnknownWorkflow:
        run = await run_named(engine, target)
    return serializers.drawing(await engine.run_drawing(run.id))


async def unsettled(engine: Engine, values: Values, user: str) -> JSON:
    """The steps that runs under way may still execute, at most 10,000."""
    steps: list[JSON] = []
    async for step in engine.unsettled_steps():
        if len(steps) == MAX_UNSETTLED:
            return {"steps": steps, "more": True}
        steps.append(serializers.unsettled(step))
    return {"steps": steps, "more": False}


async def replay_decision(engine: Engine, values: Values, user: str) -> JSON:
    """A page of past decisions, newest first. `cursor`: the run after which the next page begins."""
    before = await engine.find_run(cursor) if (cursor := values.get("cursor")) else None
    given = values.get("since")
    since = datetime.fromisoformat(given) if given else engine.clock.now() - timedelta(seconds=values["age"])
    step, page = await engine.replay_decision(
        values["workflow"], values["step"], since=since, before=before, rules=values.get("rules")
    )
    return {
        "workflow": engine.workflow(values["workflow"]).name,
        "step": step,
        "since": since.isoformat(),
        "decisions": [serializers.replayed_decision(record) for record in page],
        "cursor": page[-1].run.id if len(page) == MAX_REPLAYED else None,
    }


async def start(engine: Engine, values: Values, user: str) -> JSON:
    workflow = engine.workflow(values["workflow"]).name
    input_value = engine.parse_input(workflow, values["values"])
    priority = values.get("priority")
    run = await engine.start(workflow, input_value, actor=_actor(values, user), priority=priority)
    return serializers.run(run)


async def logs(engine: Engine, values: Values, user: str) -> JSON:
    """Return the logs of a run's attempts; with `after`, once there may be more."""
    run = await engine.find_run(values["run"])
    if (after := values.get("after")) is not None:
        await _news(engine, run.id, after["events"], after["reports"])
        # Events of other runs end the wait too: on a busy installation a reader would ask without a pause.
        await engine.clock.sleep(_FOLLOW_PAUSE)
    newest, reports = await engine.events.newest(), engine.reports.count
    detail = await engine.detail(run.id)
    listed = await engine.step_logs(run.id, values.get("step"))
    return {
        "run": serializers.listed_run(detail.run),
        "logs": [serializers.attempt_log(each, detail.titles.get(each.step, each.step)) for each in listed],
        "after": {"events": newest, "reports": reports},
    }


async def _news(engine: Engine, run_id: str, events: int, reports: int) -> None:
    """Return when there are events after those, or a step of the run reported something after that."""
    while True:
        count = engine.reports.count
        if run_id in engine.reports.since(reports) or await engine.events.newest() > events:
            return
        await first_of(engine.events.wait(events), engine.reports.wait(count))


async def follow(engine: Engine, values: Values, user: str) -> JSON:
    """The events of a run after `after` and what its steps report, as soon as there is something new.

    It returns at once where the run has come to rest.
    """
    run_id, after, reports = values["run"], values["after"], values.get("reports", 0)
    while True:
        newest, count = await engine.events.newest(), engine.reports.count
        detail = await engine.detail(run_id, marked=True)
        # After the detail, so that none of what led to that state is left out.
        events = [event for event in await engine.events.of_run(run_id) if event.seq > after]
        reported = run_id in engine.reports.since(reports)
        if events or reported or detail.run.ended_at or detail.run.state in ("waiting", "paused"):
            break
        await _news(engine, run_id, newest, count)
    told = [serializers.event(event) for event in events]
    return {**serializers.detail(detail), "events": told, "reports": count}


async def cancel(engine: Engine, values: Values, user: str) -> JSON:
    run = await engine.find_run(values["run"])
    return serializers.run(await engine.cancel(run.id, actor=_actor(values, user), reason=values["reason"]))


async def unfinished(engine: Engine, values: Values, user: str) -> JSON:
    """How many runs `cancel_started` would cancel, and of which workflows and sources they are."""
    chosen = _started(values)
    counts = await engine.unfinished_counts(chosen)
    if not counts:
        await require_known(engine, chosen)
    return {
        "unfinished": sum(runs for _, _, runs in counts),
        "counts": [{"workflow": name, "source": source, "runs": runs} for name, source, runs in counts],
    }


async def cancel_started(engine: Engine, values: Values, user: str) -> JSON:
    """Cancel the next hundred unfinished runs that were chosen, after the run `cursor`.

    `refused`: runs that cannot be cancelled, and why. `cursor`: the last run of these; None where no other
    is left.
    """
    actor, cancelled, refused = _actor(values, user), 0, []
    after = await engine.find_run(cursor) if (cursor := values.get("cursor")) else None
    ids = await engine.unfinished(_started(values), after, BATCH_SIZE + 1)
    for run_id in ids[:BATCH_SIZE]:
        try:
            await engine.cancel(run_id, actor=actor, reason=values["reason"])
            cancelled += 1
        except NotPossible:
            pass  # it has ended meanwhile
        except Altered as altered:  # it keeps no other run from its end
            refused.append({"run": run_id, "why": str(altered)})
    last = ids[BATCH_SIZE - 1] if len(ids) > BATCH_SIZE else None
    return {"cancelled": cancelled, "refused": refused, "cursor": last}


def _started(values: Values) -> StartedRuns:
    """A Slack user id alone names a person."""
    started_by = values.get("started_by", "")
    since = values.get("since")
    return StartedRuns(
        f"slack:{started_by}" if USER_ID.fullmatch(started_by) else started_by,
        values.get("workflow"),
        datetime.fromisoformat(since) if since else None,
    )


async def decide(engine: Engine, values: Values, user: str) -> JSON:
    request = await _request(engine, values["request"])
    if values["choice"] == "approve" and (why := await unread(engine, request, values.get("seen", ""))):
        return serializers.decision_result(DecisionResult("unavailable", why, request))
    decision = Decision(
        values["choice"],
        comment=values["comment"],
        value=_typed(values.get("value")),
        typed=values.get("typed", ""),
        one_time_code=values.get("one_time_code", ""),
    )
    result = await engine.decide(request.id, decision, actor=_actor(values, user))
    return serializers.decision_result(result)


async def reassign(engine: Engine, values: Values, user: str) -> JSON:
    request = await _request(engine, values["request"])
    return serializers.request(await engine.reassign(request.id, values["to"], actor=_actor(values, user)))


async def claim(engine: Engine, values: Values, user: str) -> JSON:
    request, actor = await _request(engine, values["request"]), _actor(values, user)
    if values["give_back"]:
        return serializers.request(await engine.give_back(request.id, actor=actor))
    lasts = timedelta(seconds=values["lasts"])
    return serializers.request(await engine.claim(request.id, actor=actor, lasts=lasts))


async def grants(engine: Engine, values: Values, user: str) -> JSON:
    """The grants in force, oldest first."""
    return {"grants": [serializers.grant(each) for each in await engine.grants.all(actor=Actor("cli", user))]}


async def break_glass(engine: Engine, values: Values, user: str) -> JSON:
    """The open reviews, oldest first."""
    return {"reviews": [serializers.open_review(each) for each in await engine.open_reviews()]}


async def revoke_grant(engine: Engine, values: Values, user: str) -> JSON:
    return serializers.grant(await engine.grants.revoke(values["name"], actor=Actor("cli", user)))


def _typed(values: Any) -> Any:
    """Mark values from a terminal as texts."""
    return {name: TypedText(text) for name, text in values.items()} if isinstance(values, Mapping) else values


async def requests(engine: Engine, values: Values, user: str) -> JSON:
    """The oldest of them; `total`: how many are open."""
    requests = await engine.marked(await engine.requests(limit=values["limit"]))
    return {
        "requests": [serializers.request(request) for request in requests],
        "total": await engine.open_requests(),
        "unreadable": await engine.unreadable_runs(),
    }


async def schedules(engine: Engine, values: Values, user: str) -> JSON:
    only = engine.workflow(values["workflow"]).name if values.get("workflow") else None
    listed = [each for each in await engine.schedules() if only in (None, each.workflow)]
    return {"schedules": [serializers.trigger(each) for each in listed]}


async def resources(engine: Engine, values: Values, user: str) -> JSON:
    return {"resources": [serializers.resource(record) for record in await engine.resources()]}


async def health(engine: Engine, values: Values, user: str) -> JSON:
    """Of one workflow or of all, the worst first."""
    only = engine.workflow(values["workflow"]).name if values.get("workflow") else None
    names = [each.name for each in engine.workflows() if only in (None, each.name)]
    return {"workflows": sorted([await workflow_health(engine, name) for name in names], key=gravity)}


async def insight(engine: Engine, values: Values, user: str) -> JSON:
    workflow = engine.workflow(values["workflow"]).name
    since = engine.clock.now() - timedelta(seconds=values["age"])
    return serialized(await engine.insight(workflow, values["step"], since=since))


async def threshold(engine: Engine, values: Values, user: str) -> JSON:
    """Propose a better threshold, or take back the one in force."""
    actor, since = _actor(values, user), engine.clock.now() - timedelta(seconds=values["age"])
    workflow, step, gate = values["workflow"], values["step"], values["gate"]
    if values["take_back"]:
        step = await engine.thresholds.take_back(workflow, step, actor=actor)
        name = f"{engine.workflow(workflow).name}.{step}"
        return {"summary": [f"Later runs decide {name} with the thresholds of its file."]}
    if gate:
        found, question = await engine.thresholds.propose(workflow, step, gate, since=since, actor=actor)
        return proposed(found, question)
    return proposed((await engine.thresholds.better(workflow, step, since))[2])


async def workers(engine: Engine, values: Values, user: str) -> JSON:
    state = await engine.workers()
    return {
        "workers": [serializers.worker(record) for record in state.workers],
        "queues": [serializers.queue(record) for record in state.queues],
        "serving": [serializers.serving(record) for record in state.serving],
    }


async def switch(engine: Engine, values: Values, user: str) -> JSON:
    workflow, key, enabled = values["workflow"], values.get("key"), values["enabled"]
    try:
        timed = bool(values.get("timed"))
        changed = await engine.set_schedule(workflow, key, enabled, actor=_actor(values, user), timed=timed)
    except UnknownWorkflow as error:
        if not key or error.name != key or not error.nearest:
            raise
        command = f"signoff triggers {'enable' if enabled else 'disable'} {shlex.quote(workflow)}"
        raise UnknownWorkflow(f"{error} Type {command} --key {shlex.quote(error.nearest)}") from None
    name = engine.workflow(workflow).name
    left = sum(each.workflow == name for each in await engine.schedules()) - len(changed)
    return {"schedules": [serializers.trigger(schedule) for schedule in changed], "left": left}


async def backfill(engine: Engine, values: Values, user: str) -> JSON:
    """Start the runs of a schedule for dates that have passed."""
    done = await engine.backfill(
        values["workflow"],
        date.fromisoformat(values["start"]),
        date.fromisoformat(values["end"]),
        key=values.get("key"),
        actor=_actor(values, user),
    )
    return done._asdict()


async def test_trigger(engine: Engine, values: Values, user: str) -> JSON:
    """Return what a sample would start, and start nothing."""
    preview = engine.preview(
        values["workflow"], values.get("key"), values["sample"], values.get("headers", {})
    )
    return {**_previewed(preview), "elements": [_previewed(each) for each in preview.elements]}


def _previewed(preview: Preview) -> dict[str, Any]:
    return {
        "passes": preview.passes,
        "input": preview.input,
        "problems": [list(problem) for problem in preview.problems],
    }


async def receipt(engine: Engine, values: Values, user: str) -> JSON:
    """Return the signed receipt of a decided approval."""
    request = await _request(engine, values["request"], ended=True)
    return await engine.receipts.receipt(request.id)


async def receipt_keys(engine: Engine, values: Values, user: str) -> JSON:
    """The public keys of all that ever signed."""
    return {"keys": await engine.receipts.public_keys()}


async def permit_keys(engine: Engine, values: Values, user: str) -> JSON:
    """Return the issuer of permits and its public keys, a JSON Web Key Set."""
    return await engine.permits.keys()


async def rotate_key(engine: Engine, values: Values, user: str) -> JSON:
    return {"key": await engine.receipts.rotate()}


async def prospect(engine: Engine, values: Values, user: str) -> JSON:
    """Return what would continue if the installation were not paused."""
    return resume_preview.as_json(await engine.prospect(), engine.paused)


async def resume(engine: Engine, values: Values, user: str) -> JSON:
    """End the pause. `serving`: a process goes on at once."""
    await engine.resume(actor=_actor(values, user))
    return {"serving": values.get("served", False)}


HANDLERS: Mapping[str, Handler] = {
    **STEERING,
    **AUDIT,
    **CANARIES,
    **SUBSCRIBING,
    **CREDENTIALS,
    **EVENT_TARGETS,
    **POLICIES,
} | {
    act.__name__: act
    for act in (
        hello,
        runs,
        show,
        elements,
        graph,
        report,
        reveal,
        unsettled,
        replay_decision,
        start,
        logs,
        follow,
        cancel,
        unfinished,
        cancel_started,
        decide,
        reassign,
        claim,
        grants,
        break_glass,
        revoke_grant,
        requests,
        schedules,
        resources,
        health,
        insight,
        threshold,
        workers,
        switch,
        test_trigger,
        backfill,
        receipt,
        receipt_keys,
        permit_keys,
        rotate_key,
        prospect,
        resume,
    )
}


def handlers(engine: Engine) -> dict[str, Callable[[dict[str, Any], str], Awaitable[Any]]]:
    """The table as the socket takes it."""
    return {name: partial(act, engine) for name, act in HANDLERS.items()}


def _actor(values: Values, user: str) -> Actor:
    return Actor("cli", user, values.get("as_user"))


async def _request(engine: Engine, text: str, *, ended: bool = False) -> RequestRecord:
    """By id; or by the run's id, short or not, where that run has one open request, or one that `ended`."""
    exact = await engine.request(text)
    if exact is not None:
        return exact
    run = await engine.find_run(text)
    if ended:
        asked = await engine.requests(None, run_id=run.id, limit=None)
        approvals = [request for request in asked if request.kind == "approval"]
        waiting = [request for request in approvals if request.state in ("decided", "expired")]
    else:
        waiting = [
            request
            for request in await engine.requests(run_id=run.id, limit=None)
            if request.kind != "clarification"
        ]
    if len(waiting) == 1:
        return waiting[0]
    if not waiting and ended:
        raise NotPossible(f"{run.short} has no decided request yet.")
    if not waiting:
        raise NotPossible(f"{run.short} has no open request. signoff show {run.short} shows its state.")
    ids = ", ".join(request.id for request in waiting)
    what = "were decided" if ended else "are open"
    raise NotPossible(f"{len(waiting)} requests {what} in {run.short}: {ids}. Name one of them.")
