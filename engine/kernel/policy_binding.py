"""Policies hold a step: they refuse it, or people are asked for the approval that a rule requires.

The request is an ordinary one, at the step itself. What people approved counts for that rule, that step and
this run, while what the step would execute stays as it was when they were asked.
"""

from abc import abstractmethod
from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from engine.errors import CannotAsk
from engine.kernel.approval_binding import ApprovalBinding
from engine.kernel.live_run import LiveRun
from engine.kernel.requests import approval_digest
from engine.kernel.requests.policy_question import (
    approved_questions,
    open_question,
    policy_request,
    refusal_words,
    why_again,
)
from engine.kernel.requests.quorum import decisions_for_outcome
from engine.kernel.shapes import map_transitions
from engine.kernel.shapes.map_state import CannotMap
from engine.model.definition.elements import is_element, node_of
from engine.model.definition.graph import dependencies
from engine.model.definition.policies import MatchedRule, Ruling
from engine.model.definition.spec import StepSpec
from engine.model.people import effective_user_id
from engine.model.records.records import RequestRecord, evolve
from engine.model.records.request_parts import POLICY_DENIED, Failure, PolicyQuestion


class PolicyJudge(Protocol):
    """The policy file of the installation, as the kernel uses it."""

    def at_start(self, state: LiveRun, now: datetime, runs_today: int | None) -> Ruling | None:
        """Return what it decides about the start of a run; None without a policy file."""

    def before_step(self, state: LiveRun, step: str, now: datetime) -> Ruling | None:
        """Return what it decides about an attempt that is about to begin; None without a policy file."""

    def has_rule(self, digest: str) -> bool:
        """Return whether a rule with this digest is in use."""


class PolicyBinding(ApprovalBinding):
    """The part of a transition that holds a step to the policies of the installation."""

    policies: PolicyJudge | None

    @abstractmethod
    def refuse(self, step: str, failure: Failure) -> None:
        """Fail a step, or an element, whose attempt may not begin."""

    def is_refused_by_policy(self, step: str) -> bool:
        """Return whether the installation's policies keep a step, an attempt or an element from beginning.

        Where they require an approval people are asked, else the owner. Undo steps are not judged: a denial
        would leave a run half undone.
        """
        if self.policies is None or self.state.run.state == "compensating":
            return False
        name = node_of(step) if is_element(step) else step
        if step in self.state.graph.mapped and not self._has_elements(step):
            return False
        self._outdate_approvals(name)
        ruling = self.policies.before_step(self.state, step, self.now)
        if ruling is None or ruling.decision == "allow":
            return False
        if ruling.decision == "require" and (matched := _first_required(ruling)) is not None:
            self._hold_element(step)
            self._ask_for_policy(name, matched, ruling)
        else:
            self._deny(step, ruling.reason, [rule.as_json() for rule in ruling.matched], ruling.as_json())
        return True

    def apply_policy_answer(self, request: RequestRecord, outcome: str) -> None:
        """Let a step go on that people approved; the policies judge it again. Else they deny it.

        A rejection counts only while the rule that asked is in use.
        """
        question = request.policy_question
        assert question is not None
        if outcome == "approved" or self.policies is None or not self.policies.has_rule(question.digest):
            self.move_step(request.step, "reopen", reason="")
            self.plan_step(request.step)
            return
        people = [effective_user_id(each.actor) for each in decisions_for_outcome(request, outcome)]
        reason = refusal_words(request, people)
        rules = [{"rule": question.rule, "effect": "require", "reason": reason}]
        self._deny(request.step, reason, rules, {"decision": "require", "digest": question.file}, request.id)

    def withdraw_questions_of_other_rules(self, digests: Collection[str]) -> int:
        """Withdraw the requests of rules that changed or are gone, and plan their steps again.

        `digests`: of the rules in use. Return how many there were.
        """
        steps = list(dict.fromkeys(request.step for request in self.state.requests.values()))
        found = [request for step in steps if (request := open_question(self.state, step)) is not None]
        outdated = [
            request
            for request in found
            if request.policy_question is not None and request.policy_question.digest not in digests
        ]
        for request in outdated:
            assert request.policy_question is not None
            self._withdraw(request, f"the policy {request.policy_question.rule} changed or is gone")
            self.plan_step(request.step)
        return len(outdated)

    def _outdate_approvals(self, step: str) -> None:
        """Note on what people approved for a policy that it no longer is what the step would execute."""
        approved = approved_questions(self.state, step)
        if not approved or self._is_as_before(step, approved):
            return
        for request in approved:
            if changes := approval_digest.changes_since(self.state, request, self._digest_of):
                self._outdate(request, changes)

    def _outdate(self, request: RequestRecord, changes: list[str]) -> None:
        coverage = evolve(request.coverage, superseded="; ".join(changes))
        self.put_request(evolve(request, version=request.version + 1, coverage=coverage))
        self.event("request.outdated", request.step, request.id, kind=request.kind, changes=changes)

    def _is_as_before(self, step: str, approved: list[RequestRecord]) -> bool:
        """Return whether nothing changed since the element before, so that a list is digested once."""
        state, node = self.state, self.state.graph.nodes[step]
        if step not in state.graph.mapped:
            return False
        records: list[Any] = [*approved, state.run.input, *map(state.steps.get, dependencies(node))]
        return self._is_unchanged(f"{step} for policies", records, [self._digest_of(step)])

    def _revise(self, step: str, request: RequestRecord, why: str) -> dict[str, int]:
        sent_back = super()._revise(step, request, why)
        # It would execute with what the person wrote, which nobody has read who approved it before.
        for name in sent_back:
            for approved in approved_questions(self.state, name):
                self._outdate(approved, ["changes were requested"])
        return sent_back

    def _ask_for_policy(self, step: str, matched: MatchedRule, ruling: Ruling) -> None:
        """Ask the people whom a rule requires. The step waits for them."""
        node, rule = self.state.graph.nodes[step], matched.rule
        assert isinstance(node, StepSpec)
        assert rule is not None
        assert rule.required is not None
        loaded = None if node.operation is None else self._code.operation(self.state.run, step)
        try:
            operation = loaded or node.operation
            request = policy_request(self.state, node, matched, rule.required, operation, self.now)
        except CannotAsk as error:
            self.fail_unstarted(step, Failure("CannotAsk", str(error)))
            return
        question = PolicyQuestion(rule.name, rule.digest, ruling.digest)
        binding = approval_digest.bind(self.state, step, self._digest_of, question)
        again = why_again(self.state, step, rule)
        self.move_step(step, "ask", reason=f"for an approval that the policy {rule.name} requires")
        asked = {"decision": "require", "digest": ruling.digest, "rules": [matched.as_json()]}
        self.event("policy.asked", step, request.id, reason=matched.reason, **asked)
        self.open_request(evolve(request, coverage=evolve(request.coverage, binding=binding, again=again)))

    def _has_elements(self, step: str) -> bool:
        """Return whether a list has anything to execute; one that cannot be read fails by itself."""
        node = self.state.graph.nodes[step]
        assert isinstance(node, StepSpec)
        try:
            return bool(self.state.items_of(node))
        except CannotMap:
            return False

    def _hold_element(self, step: str) -> None:
        """Let a whole list wait, and with it an element that was about to begin."""
        if not is_element(step):
            return
        name = node_of(step)
        map_transitions.leave(self, name)
        map_transitions.reopen_unstarted(self, name)
        self.state.requeue(step)
        self.move_step(name, "interrupt")

    def _deny(
        self,
        step: str,
        reason: str,
        rules: list[dict[str, Any]],
        decided: dict[str, Any],
        request_id: str | None = None,
    ) -> None:
        """Fail a step that the policies deny. The owner is asked."""
        decided = {"decision": decided["decision"], "digest": decided["digest"]}
        self.event("policy.denied", step, request_id, reason=reason, rules=rules, **decided)
        failure = Failure(POLICY_DENIED, f"The policies of this installation refuse it. {reason}")
        self.refuse(step, failure)

    def _withdraw(self, request: RequestRecord, why: str) -> None:
        self.close_request(request, "withdraw", None)
        self.event("request.withdrawn", request.step, request.id, kind=request.kind, reason=why)
        self.move_step(request.step, "reopen", reason="")

    def _ask_again(self, request: RequestRecord, changes: list[str]) -> None:
        if request.policy_question is None:
            super()._ask_again(request, changes)
            return
        closed = self.close_request(request, "withdraw", None)
        self.put_request(evolve(closed, coverage=evolve(closed.coverage, superseded="; ".join(changes))))
        self.event("request.outdated", request.step, request.id, kind=request.kind, changes=changes)
        self.move_step(request.step, "reopen", reason="")
        self.plan_step(request.step)

    def _reopen(self, step: str) -> bool:
        if (request := open_question(self.state, step)) is None:
            return super()._reopen(step)
        self._withdraw(request, "what was approved before it changed")
        return True


def _first_required(ruling: Ruling) -> MatchedRule | None:
    """Return the first rule whose approval is missing. The others ask after it."""
    return next((each for each in ruling.matched if each.rule is not None and each.rule.required), None)
