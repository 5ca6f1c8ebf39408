"""The machinery of a transition: pure, given the run's state, the time and the free slots.

A `Transition` changes records, plans what follows at once, and collects everything as one `Change`. The named
transitions are in `engine.kernel.run_transitions` and, of requests, in `engine.kernel.requests`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.kernel import planner
from engine.kernel.approval_binding import LoadedCode
from engine.kernel.live_run import LiveRun
from engine.kernel.policy_binding import PolicyBinding, PolicyJudge
from engine.kernel.requests.request_factory import as_assigned, failure_policy, failure_request
from engine.kernel.resilience import alternatives, compensation
from engine.kernel.resilience.alerts import alert_of
from engine.kernel.resilience.failure_rules import Action
from engine.kernel.resilience.retry import given_up, is_too_late
from engine.kernel.resources import use as resource_use
from engine.kernel.resources.queue import ResourceBook
from engine.kernel.shapes import child_runs, map_transitions, waits
from engine.model.definition.elements import is_element, node_of
from engine.model.definition.policies import Ruling
from engine.model.definition.spec import ApprovalSpec, ChildSpec, NodeSpec, StepSpec
from engine.model.people import ENGINE, Actor
from engine.model.records.change import Change
from engine.model.records.records import CHILD, StepRecord, evolve
from engine.model.records.request_parts import Failure
from engine.model.runs.polling import check_number
from engine.model.runs.quality import KeptRows
from engine.model.runs.transform import InputTransform
from engine.model.states import (
    AWAITED,
    RUN_ENDED,
    STEP_SETTLED,
)

_NOT_PLANNED = frozenset({*RUN_ENDED, "compensating"})
"""States of a run in which no step of its graph starts."""


class Transition(PolicyBinding):
    """One transition of one run. Create it, call the methods that make the changes, then call `finish()`."""

    def __init__(
        self,
        state: LiveRun,
        code: LoadedCode,
        now: datetime,
        free_slots: int,
        actor: Actor = ENGINE,
        resources: ResourceBook | None = None,
        queues: frozenset[str] | None = None,
        policies: PolicyJudge | None = None,
    ) -> None:
        """`queues`: those that this process executes itself, and workers the others; None: all.

        `policies`: of the installation; None: it has none.
        """
        super().__init__(state, code, now, actor, resources)
        self._free_slots, self._queues, self.policies = free_slots, queues, policies
        self.ruling: Ruling | None = None
        """The decision of the policies about the start of the run that it creates."""
        self.sender = ""
        """The span, in the trace of the run that it creates, of who sent the request."""
        self.transforms: tuple[InputTransform, ...] = ()
        """Those that the input of the run that it creates went through."""
        self.turn = ""
        """The step that waited for its resources, and whose turn has come."""

    def finish(self) -> Change:
        """Plan the next steps, set the run's own state, and return the `Change`."""
        if self.state.run.state not in (*_NOT_PLANNED, "pending"):
            if self.moved_maps:
                map_transitions.settle_moved(self)
            self._plan()
            self._fill()
            while self._settled:  # a mapped step without elements has ended as soon as it begins
                self._plan()
                self._fill()
            self._settle_run()
        if self.state.run.state == "compensating":
            if self.moved_maps:
                map_transitions.settle_moved(self)
            self._compensate()
            self._fill()
        run = self.state.run
        self.change.moves_run = run is not self.change.run
        if not self.change.events:
            self.event("run.noted")  # what is written is told
        version = self.change.leaves + 1
        if run.version != version:  # it has not moved
            run = self.state.run = evolve(run, version=version)
        self.change.run = run
        return self.change

    # Steps

    def start(self, step: str) -> None:
        """Begin an attempt or a mapped step, or note that its code is missing."""
        state = self.state
        name = step if step in state.graph.nodes else node_of(step)
        if not self.may_start(name):
            if name in state.graph.alternative_of and name not in state.blocked:  # people are asked again
                self.move_step(state.graph.alternative_of[name], "reopen", reason="")
            return
        node = state.graph.nodes[name]
        assert isinstance(node, StepSpec)
        if node.each is None or step != name:
            if node.uses and not resource_use.admits(self, node):
                return
            self.begin_attempt(step)
        elif self.record(name).state == "pending" and not self.is_refused_by_policy(name):
            map_transitions.begin(self, node, self._digest_of(name))

    def begin_attempt(self, step: str) -> None:
        """Begin an attempt of a step, or of an element."""
        node = self.state.graph.node(step)
        assert isinstance(node, StepSpec)
        digest = self._digest_of(node.name)
        before = self.record(step)
        since = before.round_started_at
        if node.retry.deadline is not None:
            since = since or self.now
            if is_too_late(node.retry, since, self.now):
                self._give_up_late(step, before)
                return
        if self.policies is not None and self.is_refused_by_policy(step):
            return
        record = self.move_record(
            before,
            "start",
            attempt=before.attempt + 1,
            started_at=self.now,
            ended_at=None,
            next_attempt_at=None,
            failure=before.failure,
            reason="",
            log=(),
            code_digest=digest,
            round_started_at=since,
        )
        if self.state.graph.uses and (uses := self.state.graph.uses.get(node.name)):
            resource_use.begin(self, uses, step)
        self._note_code(node.name, step, before.code_digest, digest)
        kept = self.state.checkpoints.get(step) if self.state.checkpoints else None
        number = check_number(kept, record.round) if kept else None
        check = {} if number is None else {"check": number}
        self.event("step.started", step, attempt=record.attempt, title=node.title, **check)
        (self.change.dispatches if self._is_dispatched(node) else self.change.starts).append(record)

    def refuse(self, step: str, failure: Failure) -> None:
        """Fail a step, or an element, whose attempt may not begin."""
        if not is_element(step):
            self.fail_unstarted(step, failure)
            return
        self.give_up(step, failure)
        map_transitions.settle(self, node_of(step))

    def _give_up_late(self, step: str, before: StepRecord) -> None:
        """Give up a step whose deadline passed while it waited for its next attempt."""
        self.give_up(step, given_up(before, before.failure if before.failures else None, self.now))
        if is_element(step):
            map_transitions.settle(self, node_of(step))

    def _note_code(self, name: str, step: str, before: str, digest: str) -> None:
        """Tell that the code changed; of a mapped step once, not for each element."""
        whole = self.record(name)
        if step != name:
            before = whole.code_digest
            if before != digest:
                self.put_step(evolve(whole, code_digest=digest))
        changed = before or self.state.code.get(name, digest)
        if changed != digest:
            self.event("step.code_changed", name, before=changed, after=digest)

    def give_up(
        self, step: str, failure: Failure, action: Action | None = None, kept: KeptRows | None = None
    ) -> None:
        """A step has failed for good: a step that takes the failure gets it, else the owner is asked.

        Nothing takes the failure of an approval: what it guards must not run because nobody could be asked.
        `action`: what the author wants after this error, where that differs from every other error. `kept`:
        rows that the owner may accept.
        """
        state, node = self.state, self.state.graph.node(step)
        if owner := state.graph.alternative_of.get(step):
            self.move_step(step, "fail", ended_at=self.now, failure=failure)
            details = {"attempt": self.record(step).attempt, "title": node.title}
            log = list(self.record(step).log)
            self.event("step.failed", step, log=log, failure=failure_data(failure), **details)
            step, node, kept = owner, state.graph.nodes[owner], None
        elif alternatives.is_taken(state.graph, state.steps, step, failure, action):
            self.reroute(step, failure)
            return
        policy = failure_policy(state.definition, node)
        details = {
            "attempt": self.record(step).attempt,
            "title": node.title,
            "failure": failure_data(failure),
        }
        log = list(self.record(step).log)
        takes_failure = not isinstance(node, ApprovalSpec) and state.graph.tolerates_failure(step)
        if is_element(step) or takes_failure:
            self.move_step(step, "fail", ended_at=self.now, failure=failure)
            self.event("step.failed", step, log=log, **details)
        elif action == "fail" or (policy.do == "fail" and action != "ask"):
            self.move_step(step, "fail", ended_at=self.now, failure=failure)
            alert = alert_of(state.definition, node, self.now, None)
            alerted = {"alert": alert.as_json()} if alert else {}
            self.event("step.failed", step, log=log, ends_run=True, **details, **alerted)
            self.end_run("fail", f"{node.title} failed: {failure.message}")
        else:
            record = self.record(step)
            if not isinstance(node, ApprovalSpec):
                attempt = record.attempt
                while f"{state.run.id}.{step}.{attempt}" in state.requests:
                    attempt += 1  # each request has an id of its own
                record = self.move_step(
                    step,
                    "ask_owner",
                    ended_at=self.now,
                    failure=failure,
                    reason=kept.summary if kept else "",
                    attempt=attempt,
                    output=kept.output if kept else None,
                )
            self.event("step.waiting", step, log=log, **details)
            more = {"reroute": alternatives.is_left(state.graph, state.steps, step), "accept": bool(kept)}
            request = failure_request(state.run, state.definition, node, record, failure, self.now, **more)
            self.open_request(as_assigned(request, state.requests.values()))

    def reroute(self, step: str, failure: Failure) -> None:
        """Execute the alternative of a step that failed for good."""
        state, log = self.state, list(self.record(step).log)
        other, title = state.graph.alternative[step], state.graph.nodes[step].title
        self.move_step(step, "reroute", failure=failure, reason=alternatives.EXECUTES)
        data = {"title": title, "to": other, "failure": failure_data(failure), "log": log}
        self.event("step.rerouted", step, attempt=self.record(step).attempt, **data)
        # A row of its own, so that it goes on after a restart that came before its first attempt.
        state.steps[other] = self.change.steps[other] = self.record(other)
        state.ready.append(other)

    def stand_in(self, step: str, output: Any) -> None:
        """Give a step the output of its alternative."""
        other = self.state.graph.alternative[step]
        reason = alternatives.STOOD_IN
        self.move_step(step, "stand_in", output=output, ended_at=self.now, failure=None, reason=reason)
        title = self.state.graph.nodes[step].title
        self.event("step.succeeded", step, attempt=self.record(step).attempt, title=title, by=other)

    def fail_unstarted(self, step: str, failure: Failure) -> None:
        """A step fails before its first attempt, or an approval before anybody is asked: the owner is asked.

        The owner's Skip of such an approval opens no guard (`leave_unasked`).
        """
        # The number gives each request to the owner an id of its own.
        number = self.record(step).attempt + 1
        if not isinstance(self.state.graph.nodes[step], ApprovalSpec):
            self.state.steps[step] = evolve(self.record(step), attempt=number)
        else:
            self.move_step(step, "cannot_ask", started_at=self.now, attempt=number, failure=failure)
        self.give_up(step, failure)

    # The run

    def end_run(self, transition: str, reason: str) -> None:
        """End the run at once: attempts are stopped, requests withdrawn, waits ended.

        Where steps declare `undo`, the run is compensated before it ends.
        """
        state = self.state
        for id_ in list(state.requests):
            request = state.requests[id_]
            if request.state in AWAITED:
                self.close_request(request, "withdraw", None)
                self.event("request.withdrawn", request.step, request.id, kind=request.kind, reason=reason)
        for step in list(state.maps):
            map_transitions.stop(self, step, reason)
        for step in (*state.graph.order, *state.graph.attached):
            record = self.record(step)
            if record.state in STEP_SETTLED:
                continue
            if record.state == "running" and step not in state.graph.mapped:
                self.stop(step)
            if record.state == "retrying":
                self.end_wait("retry", f"{state.run.id}:{step}")
            if record.state == "waiting":
                waits.drop(self, step)
            if record.state == "pending" and state.missing.get(step, 0) == 0:
                self.end_wait("code", f"{state.run.id}:{step}")
            if step in state.steps:
                self.move_step(step, "cancel", ended_at=self.now, next_attempt_at=None)
                self.event("step.cancelled", step, reason=reason)
        state.ready.clear()
        state.suspects.clear()
        state.blocked.clear()
        state.held.clear()
        self._settled.clear()
        state.open_steps = 0
        self._end(transition, reason)

    def _end(self, transition: str, reason: str) -> None:
        """End a run of which nothing is under way, or begin to compensate it."""
        state = self.state
        is_first = state.run.state not in ("pending", "compensating")
        if transition != "succeed" and is_first and (left := self._left_to_undo()):
            if state.run.state == "paused":
                self.end_wait("pause", state.run.id)
            self.move_run("compensate", reason=reason, event="run.compensating", ends=transition, steps=left)
            return
        ended = {"fail": "run.failed", "succeed": "run.succeeded", "cancel": "run.cancelled"}[transition]
        compensated = {"compensated": True} if state.run.state == "compensating" else {}
        self.move_run(transition, reason=reason, event=ended, **compensated)
        if state.run.trigger[:6] == CHILD:  # once for every run, so without a call
            child_runs.report(self)

    def _left_to_undo(self) -> list[str]:
        state = self.state
        return compensation.steps_to_undo(state.graph, state.steps, state.partly_done)

    def _compensate(self) -> None:
        """Undo the next step once the undo before it has settled; end the run when nothing is left."""
        state = self.state
        self._settled.clear()
        if compensation.under_way(state.graph, state.steps):
            return
        undo = compensation.next_undo(state.graph, state.steps, state.partly_done)
        if undo is None:
            how = compensation.final_transition(state.graph, state.steps, state.requests.values())
            self._end(how, f"{state.run.reason}{compensation.left_standing(state.graph, state.steps)}")
            return
        # A row of its own, so that it goes on after a restart that came before its first attempt.
        state.steps[undo] = self.change.steps[undo] = self.record(undo)
        state.ready.append(undo)

    def _plan(self) -> None:
        state = self.state
        while self._settled:
            settled = self._settled.popleft()
            if settled in state.maps:
                map_transitions.stop(self, settled, f"{state.graph.nodes[settled].title} has ended")
            for dependent in state.graph.dependents(settled):
                state.missing[dependent] -= 1
                # One that asks again is missing for steps that have executed, too: their turn was before.
                if state.missing[dependent] == 0 and state.is_pending(dependent):
                    self._perform(planner.decide(state.graph, dependent, state.steps))
            deferred, state.deferred = state.deferred, {}
            for approval in deferred:
                self.plan_step(approval)

    def plan_step(self, step: str) -> None:
        """Plan a pending step now, if nothing is missing for it."""
        state = self.state
        if is_element(step):
            return  # it is queued
        if step in state.graph.attached:
            state.ready.append(step)
        elif state.missing[step] == 0 and state.is_pending(step):
            self._perform(planner.decide(state.graph, step, state.steps))

    def plan_roots(self) -> None:
        """Plan the steps of a new run that depend on nothing."""
        state = self.state
        state.ready.clear()
        for step in state.graph.order:
            if state.missing[step] == 0 and state.is_pending(step):
                self._perform(planner.decide(state.graph, step, state.steps))

    def _perform(self, action: planner.Action) -> None:
        if self.state.run.state in _NOT_PLANNED:
            return  # a step planned just before it ended the run
        match action:
            case planner.Start(step):
                self.state.ready.append(step)
            case planner.Ask(step) | planner.Await(step):
                guarded = isinstance(action, planner.Await) and step in self.state.graph.scopes.guards
                if self.state.run.state == "paused" or guarded:
                    self.state.ready.append(step)
                else:
                    self._open(step)
            case planner.Skip(step, reason):
                self.move_step(step, "skip", ended_at=self.now, reason=reason)
                title = self.state.graph.nodes[step].title
                self.event("step.skipped", step, reason=reason, title=title)
            case planner.Fail(step, failure):
                self.fail_unstarted(step, failure)

    def _fill(self) -> None:
        """Start ready steps, and then elements of mapped steps, while slots are free."""
        state = self.state
        while state.ready and self.has_free_slot(state.ready[0]):
            step = state.ready.popleft()
            if isinstance(state.graph.nodes[step], StepSpec):
                self.start(step)
            else:
                self._open(step)
        if state.maps:
            map_transitions.fill(self)

    def _open(self, step: str) -> None:
        """Ask people, or begin a wait, where what was approved is what it is for."""
        if isinstance(self.state.graph.nodes[step], ApprovalSpec):
            self.ask(step)
            return
        if not self.may_wait(step):
            return
        node = self.state.graph.nodes[step]
        if isinstance(node, ChildSpec) and node.each is not None:
            map_transitions.begin(self, node)
        elif failure := waits.begin(self, step):
            self.fail_unstarted(step, failure)

    def has_free_slot(self, step: str) -> bool:
        """Return whether this step could start now. What a worker executes takes no slot of this process."""
        if self.state.run.state == "paused" or not self.state.is_below_own_limit:
            return False
        return len(self.change.starts) < self._free_slots or self._is_dispatched(self.state.graph.nodes[step])

    def _is_dispatched(self, node: NodeSpec) -> bool:
        return self._queues is not None and isinstance(node, StepSpec) and node.queue_name not in self._queues

    def _settle_run(self) -> None:
        state = self.state
        if state.run.state in _NOT_PLANNED:
            return
        if state.open_steps == 0:
            self._end(*planner.run_end(state.graph, state.steps))
            return
        if state.run.state == "paused":
            return
        busy = bool(state.executing or state.retrying or state.ready or state.suspects)
        busy = busy or (bool(state.maps) and state.has_ready_elements)
        if busy and state.run.state == "waiting":
            self.move_run("resume", event="run.resumed")
        elif not busy and state.run.state == "running":
            self.move_run("wait", reason=self._awaited(), event="run.waiting")
        elif not busy:
            self.state.run = evolve(state.run, reason=self._awaited())

    def _awaited(self) -> str:
        state = self.state
        if state.blocked:
            return next(iter(state.blocked.values()))
        resources = [text.removeprefix("waits ") for text in state.held.values()]
        titles = [
            state.graph.nodes[request.step].title
            for request in state.requests.values()
            if request.state in AWAITED
        ]
        people = [f"for people at {', '.join(dict.fromkeys(titles))}"] if titles else []
        return " ".join(
            ["waits", "; ".join([*people, *waits.words(state), *dict.fromkeys(resources)])]
        ).strip()


def failure_data(failure: Failure) -> Mapping[str, str]:
    """Return a failure as the data of an event."""
    return failure.as_json
