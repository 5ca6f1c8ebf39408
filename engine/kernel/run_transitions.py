"""The named transitions of a run: each takes the run's state and what happened, and gives one `Change`.

Pure: they touch no clock, no disk and no network, so that they can be driven through any order of
events. A transition that no longer applies raises `IllegalTransition` and changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.kernel.requests.requesters import further_names
from engine.kernel.resilience import compensation
from engine.kernel.resilience.failure_rules import Consequence
from engine.kernel.resilience.retry import given_up, is_too_late, retry_delay
from engine.kernel.resources import use as resource_use
from engine.kernel.shapes import follow_ups
from engine.kernel.transition import Transition, failure_data
from engine.model.definition.elements import is_element, node_of
from engine.model.definition.spec import StepSpec
from engine.model.records.change import Change
from engine.model.records.records import evolve
from engine.model.records.request_parts import Failure
from engine.model.runs.quality import KeptRows, QualityReport
from engine.model.states import RUN_ENDED, IllegalTransition

AS_EVERY_ERROR = Consequence()
MAX_CRASHES = 3
"""Number of process deaths after which a step executes again only if a person says so."""

SUSPECT_REASON = "waits to be tried again alone: the process ended while it was executing"


def create(transition: Transition, *, start: bool, reason: str = "") -> Change:
    """The first transition of a run. Not started, it waits its turn behind others of its workflow.

    `reason`: why it repeats another run, in the words of the person who wants it.
    """
    run = transition.state.run
    more: dict[str, Any] = {"further_requesters": further_names(run)} if run.further_requesters else {}
    more |= {"reason": reason} if reason else {}
    more |= {"sender": transition.sender} if transition.sender else {}
    if transition.transforms:
        more["transforms"] = [each.as_json() for each in transition.transforms]
    if transition.ruling is not None:
        more["policy"] = transition.ruling.as_json()
    transition.event("run.created", input=run.input, trigger=run.trigger, **more)
    return begin(transition) if start else transition.finish()


def begin(transition: Transition) -> Change:
    """Begin a pending run whose turn has come."""
    transition.move_run("start", event="run.started")
    transition.plan_roots()
    return transition.finish()


def start_ready(transition: Transition) -> Change:
    """Start ready steps, because a slot is free or missing code was loaded."""
    state = transition.state
    if state.run.state in RUN_ENDED or state.run.state in ("pending", "paused"):
        raise IllegalTransition(f"the run is {state.run.state}")
    state.ready.extend(state.blocked)
    if not state.ready and not state.has_ready_elements:
        raise IllegalTransition("nothing is ready")
    return transition.finish()


def succeed(
    transition: Transition,
    step: str,
    attempt: int,
    output: Any,
    log: Sequence[str],
    seconds: float,
    quality: QualityReport | None = None,
    asked: Sequence[tuple[str, str, Any]] = (),
) -> Change:
    """Record the output of an attempt. A late one becomes an event and changes nothing.

    `quality`: of the rows that it checked. `asked`: the runs that are to follow, each with its id, workflow
    and input.
    """
    if not is_current(transition, step, attempt):
        return record_late_end(transition, step, attempt, "a result")
    if transition.state.graph.uses:
        resource_use.answered(transition, step)
    transition.move_step(
        step,
        "succeed",
        output=output,
        ended_at=transition.now,
        log=tuple(log),
        failure=None,
        reason=quality.summary if quality is not None else "",
        deaths=0,
    )
    title = transition.state.graph.node(step).title
    checked = {} if quality is None else {"rows": quality.rows, "rejected": quality.rejected}
    transition.event(
        "step.succeeded", step, attempt=attempt, title=title, seconds=seconds, log=list(log), **checked
    )
    if asked:
        follow_ups.record(transition, step, asked)
    if rerouted := transition.state.graph.alternative_of.get(step):
        transition.stand_in(rerouted, output)
    if transition.state.graph.undone_by:
        compensation.undone(transition, step)
    return transition.finish()


def fail(
    transition: Transition,
    step: str,
    attempt: int,
    failure: Failure,
    log: Sequence[str],
    *,
    worth_retrying: bool,
    chance: float,
    consequence: Consequence = AS_EVERY_ERROR,
    kept: KeptRows | None = None,
) -> Change:
    """Record a failed attempt: add a durable wait for the next one, or give the step up.

    `consequence` comes from the author's rules for errors. `kept`: rows that the owner may accept. `chance`
    in [0, 1): jitter that the caller drew.
    """
    if not is_current(transition, step, attempt):
        return record_late_end(transition, step, attempt, "a failure")
    state, node = transition.state, transition.state.graph.node(step)
    assert isinstance(node, StepSpec)
    before = transition.record(step)
    failures = before.failures + 1
    state.put(evolve(before, failures=failures, log=tuple(log), reason="", deaths=0))
    ends = consequence.action in ("alternative", "ask", "fail")
    if state.graph.uses and (consequence.action in ("retry", "alternative") or (worth_retrying and not ends)):
        resource_use.failed(transition, step, failure)
    if not worth_retrying or ends or failures + before.crashes >= node.retry.attempts:
        transition.give_up(step, failure, consequence.action, kept)
        return transition.finish()
    after = retry_delay(node.retry, failures, chance)
    due = transition.now + (after if consequence.after is None else timedelta(seconds=consequence.after))
    if is_too_late(node.retry, before.round_started_at, due):
        transition.give_up(step, given_up(transition.record(step), failure, transition.now))
    else:
        _retry_later(transition, step, failure, due)
    return transition.finish()


def _retry_later(transition: Transition, step: str, failure: Failure, due: datetime) -> None:
    """Add the durable wait for the next attempt."""
    record = transition.move_step(
        step, "retry_later", failure=failure, ended_at=transition.now, next_attempt_at=due
    )
    transition.wait("retry", f"{transition.state.run.id}:{step}", step, due)
    transition.event(
        "step.retrying",
        step,
        attempt=record.attempt,
        title=transition.state.graph.node(step).title,
        failure=failure_data(failure),
        next_attempt_at=due.isoformat(),
        log=list(record.log),
    )


def overrun(transition: Transition, step: str, attempt: int, reason: str) -> Change:
    """An attempt executes beyond its timeout, or beyond the end of its run, because nothing can stop it.

    It holds its step until it has ended, so that no second attempt executes beside it.
    """
    before = transition.record(step)
    if before.attempt != attempt or before.state not in ("running", "cancelled"):
        raise IllegalTransition(f"{step} is {before.state}")
    transition.put_step(evolve(before, reason=reason))
    title = transition.state.graph.node(step).title
    transition.event("step.overrun", step, attempt=attempt, title=title, reason=reason)
    return transition.finish()


def interrupt(
    transition: Transition,
    steps: Sequence[str],
    *,
    crashed: bool,
    alone: bool = False,
    logs: Mapping[str, Sequence[str]] | None = None,
) -> Change:
    """The process stopped, or died, under these attempts; they are made again, with the same key.

    `logs`: what they had logged until then, by step.

    `crashed`: the process died, or was stopped early once too often. Each step is then a suspect, and waits
    for its trial. It counts against a step that was `alone`: once too often and the owner is asked instead.
    """
    for step in steps:
        before = transition.record(step)
        if before.state != "running":
            continue  # one before it was given up, and the run ended with that
        crashes, deaths = before.crashes + (crashed and alone), before.deaths + crashed
        log = list((logs or {}).get(step, ()))
        if alone and max(crashes, deaths) >= MAX_CRASHES:
            transition.state.put(evolve(before, crashes=crashes, deaths=deaths, log=tuple(log)))
            transition.give_up(step, _crash_failure(max(crashes, deaths)))
            continue
        reason = SUSPECT_REASON if deaths else ""
        transition.move_step(step, "interrupt", crashes=crashes, deaths=deaths, reason=reason, log=tuple(log))
        details = {"attempt": before.attempt, "crashed": crashed, "alone": alone}
        transition.event("step.interrupted", step, **details, **({"log": log} if log else {}))
        if deaths:
            transition.suspect(step)
        else:
            transition.plan_step(step)
    return transition.finish()


def give_back(transition: Transition, step: str, attempt: int) -> Change:
    """Start an attempt again that executed nothing. Raises `IllegalTransition` where it no longer counts."""
    if not is_current(transition, step, attempt):
        raise IllegalTransition(f"attempt {attempt} of {step} no longer counts")
    return interrupt(transition, [step], crashed=False)


def _crash_failure(times: int) -> Failure:
    text = (
        f"The process ended {times} times while this step was executing, the last time while nothing else "
        "was. The step, or a program that it starts, may crash it or send it a signal."
    )
    return Failure("Crashed", text)


def put_on_trial(transition: Transition, step: str) -> Change:
    """Make the next attempt of a suspect, also where no slot is free: it has kept its own."""
    if step not in transition.state.suspects:
        raise IllegalTransition("it is no longer a suspect")
    if transition.state.run.state == "paused":
        raise IllegalTransition("the run is paused")
    del transition.state.suspects[step]
    transition.turn = node_of(step)
    transition.start(step)
    if is_element(step) and transition.record(step).state == "pending":
        transition.state.requeue(step)  # its resources are in use
    return transition.finish()


def retry(transition: Transition, step: str) -> Change:
    """Start the attempt of a due retry."""
    if transition.record(step).state != "retrying":
        raise IllegalTransition(f"{step} is {transition.record(step).state}, not retrying")
    transition.end_wait("retry", f"{transition.state.run.id}:{step}")
    # A state of its own, not just a start: there may be no room now, and the wait's row is gone.
    transition.move_step(step, "due", next_attempt_at=None)
    transition.plan_step(step)
    return transition.finish()


def cancel(transition: Transition, reason: str) -> Change:
    """Cancel the run: withdraw its requests, stop its attempts, and undo its steps that declare `undo`."""
    if transition.state.run.state == "compensating" and not transition.state.blocked:
        raise IllegalTransition(compensation.BEING_UNDONE)
    transition.end_run("cancel", reason)
    return transition.finish()


def is_current(transition: Transition, step: str, attempt: int) -> bool:
    """Return whether this attempt executes and counts."""
    record = transition.record(step)
    return record.state == "running" and record.attempt == attempt


def record_late_end(transition: Transition, step: str, attempt: int, what: str) -> Change:
    """Record the end of an attempt that no longer counts."""
    before = transition.record(step)
    if before.state == "cancelled" and before.attempt == attempt and before.reason:
        transition.put_step(evolve(before, reason="cancelled; its function has ended since"))
    transition.event("step.late", step, attempt=attempt, reason=f"{what} of an attempt that no longer counts")
    return transition.finish()
