"""Canaries: a share of a workflow's new runs executes a candidate file, until it is promoted or rolled back.

They are a fact of the installation, so that a restart goes on with them. Runs that started with a candidate
keep its code, whatever becomes of the canary; it is forgotten when none of them is under way.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Protocol

from engine.clock import Clock
from engine.compiler.compiled import Compiled
from engine.errors import DefinitionErrors, NotAllowed, NotPossible, PeopleUnavailable
from engine.kernel import canary as rules_of
from engine.model.people import ENGINE, Actor
from engine.model.records.change import EventDraft
from engine.model.records.records import RunRecord
from engine.model.versions.canary import Canary, CanaryReport, CanaryRules, CanaryState
from engine.runtime.access.act_limits import reason_text
from engine.runtime.process.background import Background
from engine.runtime.runs.canary_questions import CanaryQuestions, question_id
from engine.runtime.settings import EngineSettings
from engine.runtime.workflows.candidates import candidate_path, load_candidate
from engine.runtime.workflows.workflow_registry import Candidate, WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

log = logging.getLogger(__name__)

_FACT = "canaries"
_EVENTS: Mapping[CanaryState, str] = {"promoted": "canary.promoted", "rolled_back": "canary.rolled_back"}


class Controlled(Protocol):
    """Return the name of the workflow and the person, checked that they may. `act`: as in "pause"."""

    async def __call__(self, name: str, actor: Actor, act: str) -> tuple[str, Actor]: ...


class Canaries:
    """Starts, compares and ends canaries. `load` when files were loaded."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        workflows: WorkflowRegistry,
        settings: EngineSettings,
        controlled: Controlled,
        store_definition: Callable[[Compiled], Awaitable[tuple[str, str]]],
        background: Background,
        questions: CanaryQuestions,
    ) -> None:
        self._store, self._clock, self._workflows, self._settings = store, clock, workflows, settings
        self._controlled, self._store_definition = controlled, store_definition
        self._background, self._questions, self._lock = background, questions, asyncio.Lock()
        self._judging: set[str] = set()
        self._is_loaded = False

    async def load(self) -> None:
        """Load the candidates of all canaries. One that cannot be loaded gets no new runs."""
        async with self._lock:
            stored = [Canary.of_json(each) for each in await self._store.fact(_FACT) or []]
            candidates = {canary.workflow: self._candidate(canary) for canary in stored}
            for name, candidate in list(candidates.items()):
                if candidate.problem:
                    log.warning("%s", candidate.problem)
                if await self._is_over(candidate):
                    del candidates[name]
                    await self._keep(candidates, "canary.ended", candidate.canary, ENGINE, "nothing needs it")
            self._workflows.candidates, self._is_loaded = candidates, True

    async def load_once(self) -> None:
        """Load the candidates where no process serves, and nothing has loaded them."""
        if not self._is_loaded:
            await self.load()

    def _candidate(self, canary: Canary) -> Candidate:
        """Return the candidate with the code that it began with; without any code if that is gone."""
        where = f"The candidate of {canary.workflow} in {canary.file}"
        try:
            compiled = load_candidate(canary.file, canary.workflow, self._settings)
        except DefinitionErrors as error:
            problem = f"{where} cannot be loaded, so it gets no new runs. {error.errors[0]}"
            return Candidate(canary, None, problem)
        if _digests(compiled) != (canary.definition, canary.code):
            other = (
                "end the canary and start another one" if canary.state == "running" else "cancel those runs"
            )
            problem = (
                f"{canary.file} has changed since the canary of {canary.workflow} began, so it gets no new "
                f"runs, and its runs under way wait. Put it back, or {other}."
            )
            return Candidate(canary, None, problem)
        try:
            self._workflows.check_candidate(compiled)
        except DefinitionErrors as error:
            # Its runs under way keep their code, as runs of a changed workflow file do.
            problem = f"{where} does not fit the loaded workflows, so it gets no new runs. {error.errors[0]}"
            return Candidate(canary, compiled, problem)
        return Candidate(canary, compiled)

    async def _is_over(self, candidate: Candidate) -> bool:
        """Return whether the canary has ended, and no run needs the candidate's own file any more."""
        canary, current = candidate.canary, self._workflows.get(candidate.canary.workflow)
        if current is not None and _digests(current) == (canary.definition, canary.code):
            return True  # the candidate is the workflow file now
        if canary.state != "rolled_back":
            return False
        _, tally = await self._store.read_at_length(queries.canary_tallies, canary)
        return tally.under_way == 0

    async def start(
        self,
        workflow: str,
        file: str | Path,
        share: float,
        *,
        actor: Actor,
        rules: CanaryRules | None = None,
        ask: str = "",
    ) -> CanaryReport:
        """Let `share` percent of the new runs execute a candidate file.

        `ask`: the gate whose approvers are asked before the rules promote it.

        Raises `UnknownWorkflow`, `NotAllowed`, `DefinitionErrors` for a file that cannot be loaded, and
        `NotPossible`.
        """
        name, actor = await self._controlled(workflow, actor, "start a canary of")
        rules = rules or CanaryRules()
        _check(share, rules)
        gate = self._gate(ask, rules) if ask else ""
        await self.load_once()
        async with self._lock:
            if (before := self._workflows.candidates.get(name)) and not await self._forgotten(before):
                raise NotPossible(_already(before.canary))
            path = candidate_path(file)
            compiled = load_candidate(path, name, self._settings)
            self._workflows.check_candidate(compiled)
            definition, code = await self._store_definition(compiled)
            if _digests(self._workflows.find(name)) == (definition, code):
                raise NotPossible(f"{path} is the same as the current version of {name}. Change it first.")
            now = self._clock.now()
            canary = Canary(name, path, share, definition, code, now, rules=rules, ask=gate, started_by=actor)
            candidates = {**self._workflows.candidates, name: Candidate(canary, compiled)}
            await self._keep(candidates, "canary.started", canary, actor, "")
        return await self.report(name)

    def _gate(self, typed: str, rules: CanaryRules) -> str:
        """Return the name of the gate. Raises `UnknownWorkflow` and `NotPossible`."""
        definition = self._workflows.find(typed).definition
        if not definition.gate:
            gates = sorted(each.definition.name for each in self._workflows.all() if each.definition.gate)
            listed = f"The gates are: {', '.join(gates)}." if gates else "Define one: see Gates in the docs."
            raise NotPossible(f"ask is {definition.name}, which is not a gate. {listed}")
        if rules.promote_after is None:
            raise NotPossible(
                f"ask is {definition.name}, and promote_after is not set, so nothing would be asked. "
                "Set promote_after as well."
            )
        return definition.name

    async def report(self, workflow: str, *, viewer: Actor | None = None) -> CanaryReport:
        """Compare both sides. Raises `UnknownWorkflow`, and `NotPossible` where there is no canary.

        `viewer`: who reads it; None for the operator. Others than the owner do not learn files and errors.
        """
        await self.load_once()
        candidate = self._of(workflow)
        current, other = await self._store.read_at_length(queries.canary_tallies, candidate.canary)
        controls = viewer is None or await self._controls(candidate.canary.workflow, viewer)
        problem = candidate.problem if controls or not candidate.problem else _PRIVATE
        question = await self._questions.asked(candidate.canary)
        return CanaryReport(candidate.canary, current, other, problem, controls, question)

    async def _controls(self, name: str, viewer: Actor) -> bool:
        try:
            await self._controlled(name, viewer, "promote the candidate of")
        except (NotAllowed, PeopleUnavailable):
            return False
        return True

    def running(self) -> frozenset[str]:
        """Return the workflows of which a candidate gets new runs."""
        candidates = self._workflows.candidates.values()
        return frozenset(each.canary.workflow for each in candidates if each.canary.state == "running")

    def problems(self) -> str:
        """Return why candidates get no new runs; usually empty."""
        return " ".join(each.problem for each in self._workflows.candidates.values() if each.problem)

    async def check(self, workflow: str, act: str, *, actor: Actor) -> Canary:
        """Return the canary that `act` (`promote` or `rollback`) would end. Raises as `promote` does."""
        name, _ = await self._controlled(workflow, actor, f"{_ACTS[act]} the candidate of")
        await self.load_once()
        candidate = self._of(name)
        _require_can_end(candidate, "promoted" if act == "promote" else "rolled_back")
        return candidate.canary

    async def promote(self, workflow: str, *, actor: Actor, reason: str = "") -> CanaryReport:
        """Let the new runs that people and triggers start execute the candidate.

        It ends when the workflow file has the content of the candidate.

        Raises `UnknownWorkflow`, `NotAllowed` and `NotPossible`.
        """
        name, actor = await self._controlled(workflow, actor, "promote the candidate of")
        await self.load_once()
        await self._end(name, "promoted", reason_text(reason), actor)
        return await self.report(name)

    async def roll_back(self, workflow: str, *, actor: Actor, reason: str = "") -> CanaryReport:
        """Let new runs execute the workflow file. Raises as `promote` does."""
        name, actor = await self._controlled(workflow, actor, "roll back the candidate of")
        await self.load_once()
        await self._end(name, "rolled_back", reason_text(reason), actor)
        return await self.report(name)

    def judge_after(self, run: RunRecord) -> None:
        """Apply the rules of the canaries that a run which has ended is about."""
        for candidate in list(self._workflows.candidates.values()):
            canary = candidate.canary
            if canary.workflow == run.workflow or (canary.ask and question_id(canary) == run.id):
                self._judge_in_background(canary.workflow)

    def judge_all(self) -> None:
        """Apply the rules of all canaries, whatever ended before the process did."""
        for workflow in list(self._workflows.candidates):
            self._judge_in_background(workflow)

    def _judge_in_background(self, workflow: str) -> None:
        candidate = self._workflows.candidates.get(workflow)
        if candidate is None or candidate.canary.state == "promoted" or workflow in self._judging:
            return
        self._judging.add(workflow)
        self._background.start(lambda: self._judge(workflow), f"compare the candidate of {workflow}")

    async def _judge(self, workflow: str) -> None:
        self._judging.discard(workflow)
        candidate = self._workflows.candidates.get(workflow)
        if candidate is None:
            return
        if candidate.canary.state == "rolled_back":
            await self._forget(candidate)
            return
        if (judged := candidate.canary).state == "promoted":
            return
        current, tried = await self._store.read_at_length(queries.canary_tallies, judged)
        verdict = rules_of.verdict(judged.rules, current, tried)
        by_rule = True
        if verdict is not None and verdict.act == "promote" and judged.ask:
            by_rule = False
            verdict = None if candidate.problem else await self._questions.verdict(judged, current, tried)
        if verdict is not None:
            state: CanaryState = "promoted" if verdict.act == "promote" else "rolled_back"
            await self._apply(judged, state, verdict.reason, by_rule=by_rule)

    async def _apply(self, judged: Canary, state: CanaryState, reason: str, *, by_rule: bool) -> None:
        """Apply a verdict, unless a person acted while the runs were compared."""
        async with self._lock:
            candidate = self._workflows.candidates.get(judged.workflow)
            if candidate is None or candidate.canary != judged or (state == "promoted" and candidate.problem):
                return
            log.warning("The candidate of %s is %s: %s", judged.workflow, _SAID[state], reason)
            newest = await self._store.read(
                queries.run_page, judged.workflow, None, None, 1, None, self._store.skip
            )
            run = newest[0].id if newest and by_rule else ""
            await self._keep_ended(candidate, state, reason, ENGINE, run)

    async def _forget(self, candidate: Candidate) -> None:
        """Forget a canary that was rolled back once no run of its candidate is under way."""
        async with self._lock:
            if self._workflows.candidates.get(candidate.canary.workflow) is candidate:
                await self._forgotten(candidate)

    async def _forgotten(self, candidate: Candidate) -> bool:
        """Forget a canary if it is over, under the lock. Return whether it was."""
        if not await self._is_over(candidate):
            return False
        name = candidate.canary.workflow
        rest = {other: each for other, each in self._workflows.candidates.items() if other != name}
        await self._keep(rest, "canary.ended", candidate.canary, ENGINE, "nothing needs it")
        return True

    async def _end(self, name: str, state: CanaryState, reason: str, actor: Actor) -> None:
        async with self._lock:
            candidate = self._of(name)
            _require_can_end(candidate, state)
            await self._keep_ended(candidate, state, reason, actor)

    async def _keep_ended(
        self, candidate: Candidate, state: CanaryState, reason: str, actor: Actor, run: str = ""
    ) -> None:
        """`run`: the newest one where a rule ended it: its channel is told. People who answer know."""
        await self._questions.withdraw(candidate.canary, actor, f"the candidate is {_SAID[state]}")
        ended = candidate.canary.ended(state, reason)
        changed = {ended.workflow: Candidate(ended, candidate.compiled, candidate.problem)}
        await self._keep({**self._workflows.candidates, **changed}, _EVENTS[state], ended, actor, reason, run)

    async def _keep(
        self,
        candidates: Mapping[str, Candidate],
        event: str,
        canary: Canary,
        actor: Actor,
        reason: str,
        run: str = "",
    ) -> None:
        stored = [each.canary.as_json() for each in candidates.values()]
        data = {"workflow": canary.workflow, "file": canary.file, "share": canary.share, "reason": reason}
        data |= {"run": run} if run else {}
        await self._store.note(
            _FACT, stored or None, [EventDraft(event, self._clock.now(), actor, data=data)]
        )
        self._workflows.candidates = dict(candidates)

    def _of(self, workflow: str) -> Candidate:
        compiled = self._workflows.matching(workflow)
        name = compiled.definition.name if compiled else workflow
        candidate = self._workflows.candidates.get(name)
        if candidate is None:
            name = self._workflows.find(workflow).definition.name
            raise NotPossible(
                f"{name} has no canary. Start one: signoff canary start {name} --candidate FILE --share 10%."
            )
        return candidate


_PRIVATE = "It gets no new runs. The owner of the workflow and the operator can see why."
_SAID: Mapping[CanaryState, str] = {
    "running": "under way",
    "promoted": "promoted",
    "rolled_back": "rolled back",
}


_ACTS = {"promote": "promote", "rollback": "roll back"}


def _require_can_end(candidate: Candidate, state: CanaryState) -> None:
    """Raise `NotPossible` for a canary that ended, and for a candidate that cannot be promoted."""
    canary = candidate.canary
    if canary.state != "running" and (state, canary.state) != ("rolled_back", "promoted"):
        raise NotPossible(f"The candidate of {canary.workflow} is {_SAID[canary.state]} already.")
    if state == "promoted" and candidate.problem:
        raise NotPossible(candidate.problem)


def _already(canary: Canary) -> str:
    name = canary.workflow
    if canary.state == "running":
        return (
            f"{name} has a canary of {canary.file}. End it first: signoff canary promote or rollback {name}."
        )
    if canary.state == "promoted":
        return (
            f"New runs of {name} execute {canary.file} now. Put its content into the workflow file first, "
            f"or roll it back: signoff canary rollback {name}."
        )
    return (
        f"Runs of the candidate {canary.file}, which was rolled back, are still under way. "
        "Wait for their end, or cancel them."
    )


def _digests(compiled: Compiled) -> tuple[str, str]:
    return compiled.digest, compiled.code_digests[0]


def _check(share: float, rules: CanaryRules) -> None:
    """Raises `NotPossible`."""
    if not 0 < share <= 100:
        raise NotPossible(f"The share is {share:g}%. Use more than 0% and at most 100%.")
    if rules.min_runs < 1:
        raise NotPossible(f"min_runs is {rules.min_runs}. Use 1 or more.")
    if rules.max_failures is not None and not 0 <= rules.max_failures <= 100:
        raise NotPossible(f"max_failures is {rules.max_failures:g}. Use percentage points between 0 and 100.")
    if rules.max_slowdown is not None and not 0 < rules.max_slowdown < math.inf:
        raise NotPossible(f"max_slowdown is {rules.max_slowdown:g}. Use a factor above 0, such as 1.5.")
    if rules.promote_after is not None and rules.promote_after < rules.min_runs:
        raise NotPossible(
            f"promote_after is {rules.promote_after}, which is below min_runs ({rules.min_runs}). Raise it."
        )
    if rules.promote_after is not None and not rules.is_bounded:
        raise NotPossible(
            f"promote_after is {rules.promote_after}, and there is no bound, so a candidate whose runs all "
            "fail would be promoted. Set max_failures or max_slowdown as well."
        )
