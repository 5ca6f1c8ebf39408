"""Approvals hold a step to what was approved: they are asked, verified before it starts, and asked again."""

import operator
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from engine.errors import CannotAsk
from engine.kernel.live_run import LiveRun
from engine.kernel.record_changes import RecordChanges
from engine.kernel.requests import approval_digest
from engine.kernel.requests.request_factory import approval_request
from engine.kernel.requests.requesters import requesters_of
from engine.kernel.requests.revision import (
    CHANGES_REQUESTED,
    revised_steps,
    revision_of,
    waits_for_values,
)
from engine.kernel.requests.unasked import SKIPPED_BY_PERSON
from engine.kernel.resilience.failure_rules import FailureRules
from engine.kernel.resources.queue import ResourceBook
from engine.kernel.shapes import child_runs, map_transitions
from engine.kernel.shapes.awaiting import starts_child
from engine.model.definition.operations import OperationSpec
from engine.model.definition.spec import ApprovalSpec, StepSpec
from engine.model.people import Actor
from engine.model.records.records import RequestRecord, evolve
from engine.model.records.request_parts import Failure
from engine.model.states import AWAITED
from engine.model.text.wording import SENT_BACK
from engine.model.versions.code_version import Versioned


class LoadedCode(Protocol):
    """Facts about the code that is loaded now."""

    def missing(self, run: Versioned, node: StepSpec) -> str:
        """Return why the loaded code can't execute this step, as a sentence; empty if it can."""

    def digest(self, run: Versioned, step: str) -> str:
        """Return the digest of the loaded code of a run's step."""

    def operation(self, run: Versioned, step: str) -> OperationSpec | None:
        """Return the operation of a run's step in the loaded code; None for a function, or without code."""

    def rules(self, run: Versioned, step: str) -> FailureRules:
        """Return what the author says about errors of a step; no rule where its code is not loaded."""


class ApprovalBinding(RecordChanges):
    """The part of a transition that asks people, and holds a step to what they approved."""

    def __init__(
        self,
        state: LiveRun,
        code: LoadedCode,
        now: datetime,
        actor: Actor,
        resources: ResourceBook | None = None,
    ) -> None:
        super().__init__(state, now, actor, resources)
        self._code = code

    @abstractmethod
    def plan_step(self, step: str) -> None:
        """Plan a pending step now, if nothing is missing for it."""

    @abstractmethod
    def fail_unstarted(self, step: str, failure: Failure) -> None:
        """Let a step fail that could not start."""

    def may_start(self, step: str) -> bool:
        """Return whether the code of a step is loaded, and what was approved is what it would execute."""
        state, node = self.state, self.state.graph.nodes[step]
        assert isinstance(node, StepSpec)
        missing = self._code.missing(state.run, node)
        if missing:
            state.blocked[step] = missing
            self.wait("code", f"{state.run.id}:{step}", step, None)
            return False
        if state.blocked.pop(step, None):
            self.end_wait("code", f"{state.run.id}:{step}")
        guards = state.graph.scopes.guards.get(step)
        return not guards or self._may_use(step, guards)

    def may_wait(self, step: str) -> bool:
        """Return whether what was approved is what a wait, or the child run of one, is for."""
        guards = self.state.graph.scopes.guards.get(step)
        return not guards or self._may_use(step, guards)

    def _may_use(self, step: str, guards: Sequence[str]) -> bool:
        """Return whether a step may execute what these approvals cover, now."""
        if any(map(self._missed_window, guards)):
            return False
        return self._is_verified(step, guards) or not self._asked_again(guards)

    def _is_verified(self, step: str, guards: Sequence[str]) -> bool:
        """Return whether nothing changed since the element before was verified.

        So a list is not digested for each of its elements.
        """
        if step not in self.state.graph.mapped:
            return False
        state, scopes = self.state, self.state.graph.scopes
        records: list[Any] = []
        for guard in guards:
            id_ = approval_digest.request_id(state.run.id, guard, self.record(guard).attempt)
            records += [state.requests.get(id_), state.steps.get(guard)]
            records += [state.steps.get(name) for name in scopes.reads[guard]]
        codes = [self._digest_of(name) for guard in guards for name in scopes.guarded[guard]]
        return self._is_unchanged(step, records, codes)

    def _is_unchanged(self, key: str, records: Sequence[Any], codes: Sequence[str]) -> bool:
        """Return whether the last question with this key was about the same records and codes.

        What differs is verified next, or else the approval moves and with it its record.
        """
        seen_records, seen_codes = self.state.verified.get(key, ((), ()))
        same = len(seen_records) == len(records) and all(map(operator.is_, seen_records, records))
        self.state.verified[key] = (records, codes)
        return same and codes == seen_codes

    def ask(self, step: str, again: str = "") -> None:
        """Open the request of an approval. `again`: why, where it was approved before.

        It is put off while a step before it executes whose value the decision is about.
        """
        state, node = self.state, self.state.graph.nodes[step]
        assert isinstance(node, ApprovalSpec)
        if waits_for_values(state.graph, node, state.steps):
            state.deferred[step] = None
            return
        outputs = state.outputs()
        before = self.record(step)
        attempt = before.attempt + 1
        if attempt > 1 and before.failure is None and not again:
            again = self._why_again(step, attempt)
        id_ = approval_digest.request_id(state.run.id, step, attempt)
        try:
            requesters = requesters_of(state.run, state.signals.values())
            request = approval_request(
                state.run,
                state.definition,
                node,
                outputs,
                requesters,
                self.now,
                id_,
                self._guarded_operations(step),
                (step, *state.graph.after(step)),
                revision_of(state, node),
            )
        except CannotAsk as error:
            self.fail_unstarted(step, Failure("CannotAsk", str(error)))
            return
        self.move_step(step, "ask", started_at=self.now, attempt=attempt, failure=None)
        self.open_request(
            evolve(
                request,
                coverage=evolve(
                    request.coverage, binding=approval_digest.bind(state, step, self._digest_of), again=again
                ),
            )
        )

    def _why_again(self, step: str, attempt: int) -> str:
        """Return why people are asked once more; empty in a new round, whose message says so itself."""
        id_ = approval_digest.request_id(self.state.run.id, step, attempt - 1)
        last = self.state.requests.get(id_)
        if last is not None and last.outcome == CHANGES_REQUESTED:
            return ""
        return (last.coverage.superseded if last else "") or "what was approved before it changed"

    def send_back(self, request: RequestRecord) -> None:
        """Let the steps run again that an approver wants changed. People are asked in a new round after them.

        Results of this round stay in its request, and their digests in the log.
        """
        state, revision = self.state, request.revision
        node = state.graph.nodes[request.step]
        assert isinstance(node, ApprovalSpec)
        assert revision is not None
        why = f"{SENT_BACK}{node.title}"
        sent_back: dict[str, int] = {}
        steps = revised_steps(state.graph, node)
        for name in steps:
            record = self.record(name)
            asks = isinstance(state.graph.nodes[name], ApprovalSpec)
            if asks and record.state == "waiting":
                self._withdraw_outdated(name, why)
                self.move_step(name, "reopen")
            elif record.state == "skipped" and record.reason == SKIPPED_BY_PERSON and name not in node.revise:
                self.move_step(
                    name, "revise", ended_at=None
                )  # skipped again when what is before it has ended
            elif record.state in ("succeeded", "failed", "skipped"):
                if asks:
                    self._supersede(name, why)
                sent_back |= self._revise(name, request, why)
        self.put_request(evolve(request, revision=evolve(revision, sent_back=sent_back)))
        self.move_step(request.step, "reopen")
        state.recount()
        for name in steps:
            if name in state.ready:  # its condition may give another answer now
                state.ready.remove(name)
        for name in steps:
            self.plan_step(name)

    def _revise(self, step: str, request: RequestRecord, why: str) -> dict[str, int]:
        """Make a step and its alternative pending again; return their attempts that were sent back."""
        state = self.state
        other = state.graph.alternative.get(step)
        names = [name for name in (other, step) if name is not None and name in state.steps]
        sent_back: dict[str, int] = {}
        for name in names:
            record = self.record(name)
            if record.state == "pending":
                continue
            sent_back[name] = record.attempt
            state.checkpoints.pop(name, None)
            digest = "" if record.output is None else approval_digest.sha256(record.output)
            self.move_step(
                name,
                "revise",
                round=record.round + 1,
                failures=0,
                crashes=0,
                deaths=0,
                ended_at=None,
                output=None,
                failure=None,
                reason="" if isinstance(state.graph.nodes[name], ApprovalSpec) else why,
                round_started_at=None,
            )
            title, data = state.graph.nodes[name].title, {"request": request.id, "output": digest}
            self.event("step.revised", name, attempt=record.attempt, title=title, **data)
        return sent_back

    def _withdraw_outdated(self, approval: str, why: str) -> None:
        for request in self._awaited_at(approval):
            closed = self.close_request(request, "withdraw", None)
            self.put_request(evolve(closed, coverage=evolve(closed.coverage, superseded=why)))
            self.event("request.outdated", approval, request.id, kind=request.kind, changes=[why])

    def _supersede(self, approval: str, why: str) -> None:
        """Note on a decided request that its decision has no effect any more."""
        id_ = approval_digest.request_id(self.state.run.id, approval, self.record(approval).attempt)
        if (request := self.state.requests.get(id_)) is None:
            return  # nobody was asked
        coverage = evolve(request.coverage, superseded=why)
        self.put_request(evolve(request, version=request.version + 1, coverage=coverage))
        self.event("request.outdated", approval, id_, kind="approval", changes=[why])

    def _guarded_operations(self, approval: str) -> Iterator[tuple[str, OperationSpec]]:
        """Yield titles and operations that the approval guards, as the loaded code would execute them."""
        run, nodes = self.state.run, self.state.graph.nodes
        for name in self.state.graph.scopes.guarded[approval]:
            node = nodes[name]
            if isinstance(node, StepSpec) and node.operation is not None:
                loaded = None if self._code.missing(run, node) else self._code.operation(run, name)
                yield node.title, loaded or node.operation

    def ask_again_of_awaited(self) -> int:
        """Withdraw approvals that are awaited and whose guarded code changed, and ask again.

        Return how many there were.
        """
        awaited = [
            request
            for request in self.state.requests.values()
            if request.state in AWAITED and request.kind == "approval"
        ]
        changed = [
            (request, changes)
            for request in awaited
            if (changes := approval_digest.code_changes(self.state, request, self._digest_of))
        ]
        for request, changes in changed:
            self._ask_again(request, changes)
        return len(changed)

    def ask_again_of(self, approval: str, changes: list[str]) -> None:
        """Withdraw the request of an approval, if it is awaited, and ask again. `changes`: why."""
        for request in self._awaited_at(approval):
            if request.kind == "approval":
                self._ask_again(request, changes)

    def leave_unasked(self, approval: str, reason: str) -> None:
        """End an approval that has no outcome: no step waits for one. What was asked at it is withdrawn."""
        for request in self._awaited_at(approval):
            self.close_request(request, "withdraw", None)
            self.event("request.withdrawn", approval, request.id, kind=request.kind, reason=reason)
        if approval in self.state.ready:
            self.state.ready.remove(approval)
        self.move_step(approval, "leave_unasked", reason=reason, ended_at=self.now)
        title = self.state.graph.nodes[approval].title
        self.event("step.skipped", approval, reason=reason, title=title)

    def _awaited_at(self, approval: str) -> list[RequestRecord]:
        requests = self.state.requests.values()
        return [request for request in requests if request.step == approval and request.state in AWAITED]

    def _ask_again(self, request: RequestRecord, changes: list[str]) -> None:
        why = "; ".join(changes)
        closed = self.close_request(request, "withdraw", None)
        self.put_request(evolve(closed, coverage=evolve(closed.coverage, superseded=why)))
        self.event("request.outdated", request.step, request.id, kind=request.kind, changes=changes)
        self.move_step(request.step, "reopen")
        self.ask(request.step, again=why)

    def ask_again_of_approved(self) -> int:
        """Ask again at approvals that were given and whose guarded steps would execute other code.

        Nobody waits until such a step starts. Return how many there are; a paused run asks when it goes on.
        """
        if self.state.run.state not in ("running", "waiting"):
            return 0
        guards = approval_digest.approvals_of_other_code(self.state, self._digest_of)
        return len(guards) if self._asked_again(guards) else 0

    def rules_of(self, step: str) -> FailureRules:
        """Return what the author says about errors of a step."""
        return self._code.rules(self.state.run, step)

    def _digest_of(self, step: str) -> str:
        return self._code.digest(self.state.run, step)

    def _missed_window(self, approval: str) -> bool:
        """Return whether it is outside the window of an approval, which then is not used.

        It expires where nothing that it guards has started; otherwise people are asked about the rest.
        """
        state, node = self.state, self.state.graph.nodes[approval]
        if not isinstance(node, ApprovalSpec) or node.window is None:
            return False
        id_ = approval_digest.request_id(state.run.id, approval, self.record(approval).attempt)
        request = state.requests.get(id_)
        window = None if request is None or request.outcome != "approved" else request.policy.window
        if request is None or window is None or window.opens <= self.now < window.closes:
            return False
        if self.now >= window.closes and not any(
            map(self._has_started, state.graph.scopes.guarded[approval])
        ):
            self._lapse(request)
        elif self.now >= window.closes:
            self._ask_about({approval: ["its window ended before all of its steps had started"]})
        else:
            self._ask_about({approval: ["the clock was set back to before its window"]})
        return True

    def _has_started(self, step: str) -> bool:
        record = self.record(step)
        return bool(record.attempt) or record.state not in ("pending", "skipped", "cancelled")

    def _lapse(self, request: RequestRecord) -> None:
        """Let an approval expire unused that took effect, and of which nothing started in its window."""
        step = request.step
        self.close_request(request, "lapse", "expired")
        self._make_pending(step)
        self.state.recount()
        if step in self.state.ready:
            self.state.ready.remove(step)
        details = {"kind": request.kind, "outcome": "expired", "unused": True}
        self.event("request.expired", step, request.id, **details)
        self.move_step(step, "ask")
        value = {"outcome": "expired", "by": [], "comment": "", "at": self.now.isoformat()}
        self.move_step(step, "outcome", output=value, ended_at=self.now)

    def _make_pending(self, approval: str) -> None:
        """Make an approval that was given pending again, and what followed from it."""
        state = self.state
        self.move_step(approval, "ask_again", output=None, ended_at=None)
        opened = {approval}
        for dependent in state.graph.after(approval):
            if not opened.isdisjoint(state.graph.dependencies(dependent)) and self._reopen(dependent):
                opened.add(dependent)

    def _asked_again(self, guards: Sequence[str]) -> bool:
        """Ask people again at guards whose approved content changed. Return whether there are any."""
        state = self.state
        changed = {
            name: approval_digest.changes_since_approval(state, name, self._digest_of) for name in guards
        }
        return self._ask_about({name: reasons for name, reasons in changed.items() if reasons})

    def _ask_about(self, changed: Mapping[str, list[str]]) -> bool:
        """Ask people again at approvals, for these reasons. Return whether there are any."""
        state = self.state
        for name, reasons in changed.items():
            id_ = approval_digest.request_id(state.run.id, name, self.record(name).attempt)
            if (request := state.requests.get(id_)) is not None:
                self.put_request(
                    evolve(
                        request,
                        version=request.version + 1,
                        coverage=evolve(request.coverage, superseded="; ".join(reasons)),
                    )
                )
            self.event("request.outdated", name, id_, kind="approval", changes=reasons)
            self._make_pending(name)
        if changed:
            state.recount()
        for name, reasons in changed.items():
            if name in state.ready:
                state.ready.remove(name)
                self.ask(name, again="; ".join(reasons))
        return bool(changed)

    def _reopen(self, step: str) -> bool:
        """Reopen a step that the change of an approval may concern. Return whether it is pending now.

        A step that was skipped may be needed now, and an approval that followed may not be asked. A step that
        executed stays as it is.
        """
        state, record = self.state, self.record(step)
        if record.state == "running" and step in state.graph.mapped:
            map_transitions.leave(self, step)
            map_transitions.reopen_unstarted(self, step)
            self.move_step(step, "interrupt")
            return True
        if record.state == "skipped" and not record.attempt:
            self.move_step(step, "reopen", reason="", ended_at=None)
            return True
        if record.state == "waiting" and isinstance(state.graph.nodes[step], ApprovalSpec):
            # People were asked, or the owner was because people could not be.
            asked = approval_digest.request_id(state.run.id, step, record.attempt)
            for id_ in dict.fromkeys((asked, f"{state.run.id}.{step}.{record.attempt}")):
                request = state.requests.get(id_)
                if request is not None and request.state in AWAITED:
                    self.close_request(request, "withdraw", None)
                    why = "what was approved before it changed"
                    self.event("request.withdrawn", step, id_, kind=request.kind, reason=why)
            self.move_step(step, "reopen")
            return True
        if starts_child(state, step):
            child_runs.look_again(self, step)  # the row goes, and a child run that was created meanwhile
            self.move_step(step, "reopen", ended_at=None)
            return True
        return record.state == "pending"
