"""Break-glass: a named person approves alone, and the approvers of a gate review it.

The approval and its open review are one transaction. The review itself is a run of the gate, whose id follows
from the request: it is asked once, also after a restart. Until it has a verdict, the same person cannot break
glass at any request.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from engine import faults
from engine.clock import Clock
from engine.errors import (
    Altered,
    PeopleUnavailable,
    SignoffError,
    StoreBusy,
    TooMany,
    UnknownPeople,
)
from engine.kernel.requests import break_glass as rules
from engine.kernel.requests import decision_transitions
from engine.kernel.requests.approval_digest import seen_digest
from engine.kernel.requests.denials import denial
from engine.kernel.requests.verdicts import NOT_RECORDED, closed_verdict, unknown_member_problem
from engine.kernel.transition import Transition
from engine.model.definition.spec import ApprovalSpec
from engine.model.people import ENGINE, Actor, effective_user_id
from engine.model.records.break_glass import (
    ASKED_AGAIN,
    BREAK_GLASS,
    NOT_ASKED,
    REVIEW_TRIGGER,
    REVIEWED,
    GlassRule,
    GlassUse,
    OpenReview,
)
from engine.model.records.change import Change, EventDraft
from engine.model.records.decision import DecisionResult
from engine.model.records.records import DecisionRecord, RequestRecord, RunRecord, evolve
from engine.model.states import IllegalTransition
from engine.model.text.visible_text import visible_or_empty
from engine.runtime.access.act_limits import words_problem
from engine.runtime.access.authorization import Authorization, refs_of
from engine.runtime.access.one_time_codes import OneTimeCodes
from engine.runtime.process.background import Background
from engine.runtime.process.steady_time import SteadyTime
from engine.runtime.runs.admission import Admission
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store.store import Store
from engine.store.writes.break_glass import ReviewOpen

log = logging.getLogger(__name__)
_RETRY_INTERVAL = timedelta(minutes=1)
_MIN_REVIEW = timedelta(minutes=1)
"""A review that ended sooner without a verdict is asked again only after this time."""


class _Refused(Exception):
    """Control flow: the request changed while the transition was built."""

    def __init__(self, result: DecisionResult) -> None:
        self.result = result


class BreakGlassUses:
    """Approves by break-glass, and has each use reviewed."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        steady: SteadyTime,
        runs: LiveRuns,
        authorization: Authorization,
        one_time_codes: OneTimeCodes,
        workflows: WorkflowRegistry,
        background: Background,
        admission: Admission,
    ) -> None:
        self._store, self._clock, self._steady, self._runs = store, clock, steady, runs
        self._authorization, self._codes, self._workflows = authorization, one_time_codes, workflows
        self._background, self._admission = background, admission
        self._judges_later = False

    async def open_reviews(self) -> list[OpenReview]:
        """Return the uses without a verdict, oldest first."""
        stored = await self._store.fact(BREAK_GLASS) or {}
        found = [OpenReview.from_json(by, each) for by, each in stored.items()]
        return sorted(found, key=lambda review: (review.at, review.by))

    def rules_of(self, workflow: str) -> list[GlassRule]:
        """Return who may break glass at a workflow's approvals. Raises `UnknownWorkflow`."""
        return [
            GlassRule(node.name, node.break_glass.people, node.break_glass.review)
            for node in self._workflows.find(workflow).definition.nodes
            if isinstance(node, ApprovalSpec) and node.break_glass is not None
        ]

    async def may_use(self, request: RequestRecord, actor: Actor) -> bool:
        """Return whether this person may break glass at the request now. No when nobody can be asked."""
        if request.policy.break_glass is None or request.state != "open" or request.altered:
            return False
        try:
            return await self._problem(request, actor) is None
        except (PeopleUnavailable, UnknownPeople, Altered):
            return False

    async def use(
        self,
        request: RequestRecord,
        reason: str,
        code: str,
        *,
        actor: Actor,
        typed: str,
        seen_request: str | None,
    ) -> DecisionResult:
        """Approve a request alone, or return why not. `seen_request`: see `Decision`."""
        try:
            return await self._use(request, reason, code, actor, typed, seen_request)
        except StoreBusy as error:
            return DecisionResult("unavailable", str(error), request)
        except Altered as error:
            return DecisionResult("unavailable", f"{NOT_RECORDED} {error}", request)
        except TooMany as error:
            return DecisionResult("not_allowed", f"{error} {NOT_RECORDED}", request)
        except UnknownPeople:
            text = f"{unknown_member_problem(effective_user_id(actor))} {NOT_RECORDED}"
            return DecisionResult("not_allowed", text, request)
        except PeopleUnavailable as error:
            text = f"Signoff could not check who may break glass. {error} {NOT_RECORDED}"
            return DecisionResult("unavailable", text, request)

    async def _use(
        self,
        request: RequestRecord,
        reason: str,
        code: str,
        actor: Actor,
        typed: str,
        seen_request: str | None,
    ) -> DecisionResult:
        if problem := words_problem(reason, "Your reason"):
            return DecisionResult("comment_required", problem, request)
        reason = visible_or_empty(reason).strip()
        use = request.coverage.glass
        if use is not None and (use.by, use.reason) == (effective_user_id(actor), reason):
            text = "Your break-glass was already recorded. Nothing changed."
            return DecisionResult("duplicate", text, request)
        if (refused := await self._problem(request, actor)) is not None:
            return refused
        if (missing := rules.words_missing(request, reason, typed, code)) is not None:
            return missing
        if (changed := _changed(request, seen_request)) is not None:
            return changed
        if denied := await self._denied(request, reason, actor):
            return DecisionResult("not_allowed", f"{denied} {NOT_RECORDED}", request)
        by = effective_user_id(actor)
        if wrong := await self._codes.use(by, code, actor):
            return DecisionResult("code_required", wrong, request)
        return await self._commit(request, reason, actor, seen_request)

    async def _problem(self, request: RequestRecord, actor: Actor) -> DecisionResult | None:
        """Return why this person cannot break glass; None if they may."""
        person = await self._authorization.people.person(effective_user_id(actor))
        spec = request.policy.break_glass
        member_of = await refs_of(self._authorization.people, person.id, spec.people if spec else ())
        refused = rules.right_problem(request, person, member_of, actor, self._steady.now())
        if refused is not None:
            return refused
        gate = self._workflows.get(spec.review) if spec else None
        if spec is not None and (gate is None or not gate.definition.gate):
            return DecisionResult("not_allowed", rules.no_gate_text(spec.review), request)
        return self._under_review(await self.open_reviews(), request, person.id)

    @staticmethod
    def _under_review(
        reviews: Sequence[OpenReview], request: RequestRecord, by: str
    ) -> DecisionResult | None:
        own = next((review for review in reviews if review.by == by), None)
        return None if own is None else DecisionResult("not_allowed", rules.review_text(own), request)

    async def _denied(self, request: RequestRecord, reason: str, actor: Actor) -> str:
        """Return why a policy refuses what would follow. It is looked at again in the transaction."""
        why: list[str] = []

        def look(transition: Transition) -> Change:
            current = transition.request(request.id)
            if current.policy.break_glass is not None:
                why.append(denial(_broken(current, reason, actor, transition)[0], transition))
            raise IllegalTransition("only looked at")

        with suppress(IllegalTransition):
            await self._runs.apply(request.run_id, look)
        return why[-1] if why else ""

    async def _commit(
        self, request: RequestRecord, reason: str, actor: Actor, seen_request: str | None
    ) -> DecisionResult:
        by = effective_user_id(actor)

        def build(transition: Transition) -> Change:
            current = transition.request(request.id)
            if current.state != "open" or current.policy.break_glass is None:
                raise IllegalTransition(f"the request is {current.state}")
            if (ended := closed_verdict(current, transition.now, "approve")) is not None:
                raise _Refused(DecisionResult(ended.code, ended.text, current))  # type: ignore[arg-type]
            if (changed := _changed(current, seen_request)) is not None:
                raise _Refused(changed)
            broken, decision, use = _broken(current, reason, actor, transition)
            if denied := denial(broken, transition):
                raise _Refused(DecisionResult("not_allowed", f"{denied} {NOT_RECORDED}", current))
            change = decision_transitions.decide(transition, broken, decision)
            change.review = _review(broken, use, actor, transition.now)
            return change

        try:
            change = await self._runs.apply(request.run_id, build, actor=actor)
        except _Refused as refused:
            return refused.result
        except IllegalTransition:
            text = f"Another person answered a moment ago. {NOT_RECORDED} Read the message again."
            return DecisionResult("already_decided", text, request)
        except ReviewOpen:
            found = self._under_review(await self.open_reviews(), request, by)
            text = f"Another break-glass of yours is not reviewed yet. {NOT_RECORDED}"
            return found or DecisionResult("not_allowed", text, request)
        faults.reach("glass.broken")
        self.judge_all()
        return DecisionResult("decided", "Approved by break-glass.", change.requests[request.id])

    # Reviews

    def judge_all(self) -> None:
        """Ask the reviewers who were not asked before a crash, and read the verdicts given meanwhile."""
        self._background.start(self._judge_stored, "reviews of break-glass")

    def judge_after(self, run: RunRecord) -> None:
        """Read the verdict of a review that has ended."""
        if run.trigger.startswith(REVIEW_TRIGGER):
            self.judge_all()

    async def _judge_stored(self) -> None:
        try:
            await self._judge_each()
        except SignoffError as error:
            log.warning("reviews of break-glass, again in a minute: %s", error)
            self._judge_later(_RETRY_INTERVAL)

    async def _judge_each(self) -> None:
        for review in await self.open_reviews():
            try:
                await self._judge(review)
                if review.problem:
                    asked = replace(review, problem="")
                    event = EventDraft(ASKED_AGAIN, self._clock.now(), ENGINE, data=asked.told())
                    await self._store.change_review(review, asked, event)
            except (PeopleUnavailable, StoreBusy) as error:
                log.warning("the review of %s, again in a minute: %s", review.request, error)
                self._judge_later(_RETRY_INTERVAL)
            except SignoffError as error:
                self._judge_later(_RETRY_INTERVAL)
                await self._note_problem(review, str(error))

    async def _note_problem(self, review: OpenReview, problem: str) -> None:
        """Have the owner and the person told, once, that nobody can be asked to review."""
        if review.problem == problem:
            return
        log.error("the break-glass of %s at %s is not reviewed: %s", review.by, review.request, problem)
        stuck = replace(review, problem=problem)
        event = EventDraft(NOT_ASKED, self._clock.now(), ENGINE, data={**stuck.told(), "problem": problem})
        await self._store.change_review(review, stuck, event)

    async def _judge(self, review: OpenReview) -> None:
        snapshot = await self._store.proven(review.question)
        if snapshot is None:
            await self._ask(review)
            return
        if snapshot.run.trigger == review.trigger:
            if snapshot.run.ended_at is None:
                return
            if (verdict := rules.verdict_of(review, list(snapshot.requests.values()))) is not None:
                await self._close(review, *verdict)
                return
            early = _MIN_REVIEW - (self._steady.now() - snapshot.run.created_at)
            if early > timedelta():
                self._judge_later(early)
                return
        await self._ask_again(review)

    def _judge_later(self, after: timedelta) -> None:
        """Look at the reviews again after a while. One such look is planned at a time."""
        if self._judges_later:
            return
        self._judges_later = True

        async def later() -> None:
            await self._background.sleep(after)
            self._judges_later = False
            await self._judge_stored()

        self._background.start(later, "reviews of break-glass")

    async def _ask(self, review: OpenReview) -> None:
        """Open the review: a run of the gate, in which the person counts as a requester."""
        try:
            name = (await self._authorization.people.person(review.by)).name
        except SignoffError:
            name = ""
        asked = rules.question(review, name)
        await self._admission.start_question(
            review.gate, review.question, asked, review.trigger, (review.actor,)
        )

    async def _ask_again(self, review: OpenReview) -> None:
        again = replace(review, round=review.round + 1, problem="")
        event = EventDraft(ASKED_AGAIN, self._clock.now(), ENGINE, data=again.told())
        if await self._store.change_review(review, again, event):
            await self._ask(again)

    async def _close(self, review: OpenReview, verdict: str, people: list[str], comment: str) -> None:
        told = review.reviewed(verdict, people, comment)
        event = EventDraft(REVIEWED, self._clock.now(), ENGINE, data=told)
        await self._store.change_review(review, None, event)


def _broken(
    request: RequestRecord, reason: str, actor: Actor, transition: Transition
) -> tuple[RequestRecord, DecisionRecord, GlassUse]:
    """Return the request with its break-glass, the decision to record, and the break-glass."""
    spec = request.policy.break_glass
    assert spec is not None
    decision = DecisionRecord(
        id=f"{request.id}:{len(request.decisions) + 1}",
        request_id=request.id,
        choice="approve",
        actor=actor,
        comment=reason,
        at=transition.now,
        stage=request.stage,
    )
    use = GlassUse(effective_user_id(actor), decision.id, reason, spec.review)
    return evolve(request, coverage=evolve(request.coverage, glass=use)), decision, use


def _changed(request: RequestRecord, seen: str | None) -> DecisionResult | None:
    if seen is None or seen == seen_digest(request):
        return None
    text = f"This request changed after it was shown to you. {NOT_RECORDED} Read it again, then decide."
    return DecisionResult("changed", text, request)


def _review(request: RequestRecord, use: GlassUse, actor: Actor, now: datetime) -> OpenReview:
    return OpenReview(
        by=use.by,
        actor=actor,
        request=request.id,
        run=request.run_id,
        workflow=request.workflow,
        step=request.step,
        ask=request.ask,
        reason=use.reason,
        gate=use.review,
        at=now,
    )
