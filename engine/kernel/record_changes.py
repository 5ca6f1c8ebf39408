"""Pure: the records of one run as a transition changes them, with events and waits.

Moves go along the tables of `engine.model.states`. `engine.kernel.transition` plans what follows from them.
"""

from collections import deque
from datetime import datetime
from typing import Any

from engine.kernel.live_run import LiveRun
from engine.kernel.requests import approval_digest
from engine.kernel.requests.requesters import further_names
from engine.kernel.resources import use as resource_use
from engine.kernel.resources.queue import ResourceBook
from engine.kernel.schedules.working_hours import after_working_time
from engine.model.definition.elements import index_of, is_element, node_of
from engine.model.people import Actor
from engine.model.records.change import Change, EventDraft, Wait
from engine.model.records.records import RequestRecord, StepRecord, evolve
from engine.model.states import (
    REQUEST,
    RUN,
    RUN_ENDED,
    STEP,
    STEP_SETTLED,
    IllegalTransition,
    move,
)


class RecordChanges:
    """Changes of the records of one run, collected as one `Change`."""

    def __init__(
        self, state: LiveRun, now: datetime, actor: Actor, resources: ResourceBook | None = None
    ) -> None:
        self.state, self.now, self.actor, self.resources = state, now, actor, resources
        run = state.run
        self.change = Change(run, run.version, state.lineage)
        self._settled: deque[str] = deque()
        self.moved_maps: dict[str, None] = {}
        """Mapped steps of which an element moved."""

    # Run and steps

    def event(
        self, type_: str, step: str | None = None, request_id: str | None = None, /, **data: Any
    ) -> None:
        self.change.events.append(EventDraft(type_, self.now, self.actor, step, request_id, data))

    def move_run(self, transition: str, *, reason: str = "", event: str, **data: Any) -> None:
        run = self.state.run
        entered = move(RUN, transition, run.state)
        times: dict[str, datetime] = {}
        if run.started_at is None and transition == "start":
            times["started_at"] = self.now
        if entered in RUN_ENDED:
            times["ended_at"] = self.now
        version = self.change.leaves + 1
        self.state.run = evolve(run, state=entered, version=version, reason=reason, **times)
        self.event(event, **({"reason": reason} if reason else {}), **data)

    def record(self, step: str) -> StepRecord:
        state = self.state
        if step in state.steps:
            return state.steps[step]
        if step in state.elements:
            return state.elements[step]
        return StepRecord(state.run.id, step, "pending")

    def request(self, request_id: str) -> RequestRecord:
        """Return the request in this transition. Raises `IllegalTransition` if it is no longer open."""
        request = self.state.requests.get(request_id)
        if request is None:
            raise IllegalTransition("the request is no longer open")
        return request

    def move_step(self, step: str, transition: str, **fields: Any) -> StepRecord:
        """Move a step run along its table; counts and dependents follow."""
        return self.move_record(self.record(step), transition, **fields)

    def move_record(self, before: StepRecord, transition: str, **fields: Any) -> StepRecord:
        """As `move_step`, for a step run whose record is at hand."""
        step = before.step
        after = evolve(before, state=move(STEP, transition, before.state), **fields)
        state = self.state
        if before.queued_at is not None:
            after = evolve(after, queued_at=None)
            resource_use.leave(self, step)
        if state.graph.uses and before.state == "running" and transition != "cancel":
            resource_use.end(self, before)
        if before.output is not None and before.state == "waiting" and after.state != "succeeded":
            after = evolve(after, output=None)  # rows that nobody accepted: their row lacks them too
        self.change.steps[step] = after
        if step not in state.graph.mapped:
            state.executing += (after.state == "running") - (before.state == "running")
            state.retrying += (after.state == "retrying") - (before.state == "retrying")
        if step not in state.graph.nodes:
            state.elements[step] = after
            self._count_element(step, after)
            return after
        state.steps[step] = after
        if after.state in STEP_SETTLED and before.state not in STEP_SETTLED and step in state.missing:
            state.open_steps -= 1
            self._settled.append(step)
        return after

    def stop(self, step: str) -> None:
        """Stop the attempt of a step run. One that begins in this transition does not begin."""
        here, there = self.change.starts, self.change.dispatches
        begun = next((record for record in (*here, *there) if record.step == step), None)
        if begun is None:
            self.change.stops.append(step)
            return
        (here if begun in here else there).remove(begun)
        if self.state.graph.uses:
            resource_use.end(self, begun)

    def suspect(self, step: str) -> None:
        """Let a pending step run wait for its trial; an element keeps its place among those at once."""
        state, name = self.state, node_of(step)
        if is_element(step):
            if self.record(name).state != "running":
                return  # it waits with the other elements
            map_ = state.maps[name]
            map_.again.remove(index_of(step))
            map_.active.add(index_of(step))
        elif state.missing.get(step):
            return  # people are asked again at an approval before it; it starts after that
        state.suspects[step] = None

    def put_step(self, record: StepRecord) -> None:
        self.state.put(record)
        self.change.steps[record.step] = record

    def _count_element(self, step: str, record: StepRecord) -> None:
        name = node_of(step)
        map_ = self.state.maps.get(name)
        if map_ is not None:
            map_.forget(index_of(step))
            map_.count(index_of(step), record)
            self.moved_maps[name] = None

    # Waits

    def wait(
        self, kind: Any, name: str, step: str, due: datetime | None, request_id: str | None = None
    ) -> None:
        id_ = f"{kind}:{name}"
        self.change.waits[id_] = Wait(id_, kind, self.state.run.id, step, request_id, due)

    def end_wait(self, kind: str, name: str) -> None:
        self.change.waits[f"{kind}:{name}"] = None

    # Requests

    def open_request(self, request: RequestRecord) -> None:
        self.put_request(request)
        further = {"further_requesters": further_names(request)} if request.further_requesters else {}
        self.event("request.opened", request.step, request.id, kind=request.kind, **further)
        self.await_people(request)

    def await_people(self, request: RequestRecord) -> None:
        """Add the waits of an open request: its expiry, reminder and escalation."""
        if request.clock.expires_at is not None:
            self.wait("expire", request.id, request.step, request.clock.expires_at, request.id)
        self.remind_later(request)
        self.escalate_later(request)

    def put_request(self, request: RequestRecord) -> None:
        self.state.requests[request.id] = self.change.requests[request.id] = request

    def remind_later(self, request: RequestRecord) -> None:
        """Add the wait for the next reminder, unless the request ends first."""
        if request.policy.remind_every is None:
            return
        due = after_working_time(self.now, request.policy.remind_every, request.policy.hours)
        if request.clock.expires_at is None or due < request.clock.expires_at:
            self.wait("remind", request.id, request.step, due, request.id)
        else:
            self.end_wait("remind", request.id)

    def escalate_later(self, request: RequestRecord) -> None:
        """Add the wait for the next escalation, if there is one left."""
        if request.clock.escalated < len(request.policy.escalations):
            later = request.policy.escalations[request.clock.escalated].after + request.clock.paused_seconds
            due = after_working_time(request.counts_from, later, request.policy.hours)
            self.wait("escalate", request.id, request.step, due, request.id)
        elif request.policy.escalations:
            self.end_wait("escalate", request.id)

    def close_request(self, request: RequestRecord, transition: str, outcome: str | None) -> RequestRecord:
        closed = evolve(
            request,
            state=move(REQUEST, transition, request.state),
            outcome=outcome,
            ended_at=self.now,
            version=request.version + 1,
            coverage=evolve(
                request.coverage, digest=self._covered_by(request) if outcome == "approved" else ""
            ),
            clock=evolve(request.clock, effective_at=self.now if outcome else None, paused_since=None),
        )
        self.end_question(request)
        closed = self.end_claim(closed)
        self.put_request(closed)
        self.end_waits(request)
        return closed

    def _covered_by(self, request: RequestRecord) -> str:
        """The digest of what is approved: that of the decision which made it, or of what time approved."""
        last = self.change.decisions[-1] if self.change.decisions else None
        return last.digest if last and last.request_id == request.id else approval_digest.digest(request)

    def end_question(self, request: RequestRecord) -> None:
        """Withdraw an open clarification about the request: its answer is no longer needed."""
        asked = self.state.requests.get(f"{request.id}.q{request.clarification.clarifications}")
        if asked is not None and asked.state == "open":
            self.close_request(asked, "withdraw", None)
            why = "it is decided"
            self.event("request.withdrawn", asked.step, asked.id, kind=asked.kind, reason=why)

    def end_claim(self, request: RequestRecord) -> RequestRecord:
        """Return the request without the approver who was on it, and remove the wait."""
        if request.people.claim is None:
            return request
        self.end_wait("claim", request.id)
        return evolve(request, people=evolve(request.people, claim=None))

    def end_waits(self, request: RequestRecord) -> None:
        """Remove the waits of a request that no longer waits for people."""
        self.end_wait("expire", request.id)
        self.end_wait("remind", request.id)
        if request.policy.escalations:
            self.end_wait("escalate", request.id)
        if request.policy.can_be_revoked:
            self.end_wait("effect", request.id)
