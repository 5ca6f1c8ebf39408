"""Thresholds of decisions that approvers change: proposals at a gate, and the settings that they become.

Both are one fact of the installation. The question is a run of the gate. Its approval makes the setting once,
also after a restart.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from engine.clock import Clock
from engine.errors import NotPossible
from engine.kernel.insight.proposal import Better, better, question
from engine.kernel.requests.quorum import decisions_for_outcome
from engine.model.definition.decisions import DecisionSpec
from engine.model.people import ENGINE, Actor, effective_user_id
from engine.model.records.records import RunRecord
from engine.model.values.ids import derived_run_id
from engine.model.versions.threshold import ThresholdProposal, ThresholdSetting
from engine.runtime.access.act_limits import reason_text
from engine.runtime.process.background import Background
from engine.runtime.process.installation import StoredMapping
from engine.runtime.queries.decision_replay import decision_of
from engine.runtime.queries.insight import read_recommendations
from engine.runtime.runs.admission import Admission
from engine.runtime.runs.canaries import Controlled
from engine.runtime.workflows.tuning import applies
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store.store import Store

log = logging.getLogger(__name__)

_TRIGGER = "threshold:"


class Thresholds:
    """Proposes, applies and takes back settings. `follow`: asks again where approved code changed."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        workflows: WorkflowRegistry,
        admission: Admission,
        controlled: Controlled,
        background: Background,
        follow: Callable[[], Awaitable[object]],
    ) -> None:
        self._store, self._clock, self._workflows = store, clock, workflows
        self._admission, self._controlled = admission, controlled
        self._background, self._follow = background, follow
        self.fact = StoredMapping(store, "thresholds", clock)

    async def load(self) -> None:
        """Have the settings that are stored."""
        await self._use(await self.fact.read())

    async def _use(self, stored: dict[str, dict[str, dict[str, object]]]) -> None:
        settings = [ThresholdSetting.of_json(each) for each in stored.get("settings", {}).values()]
        self._workflows.retune(settings)
        for compiled in self._workflows.all():
            await self._admission.store_definition(compiled)
        for setting in settings:
            file = self._workflows.untuned(setting.workflow)
            if file is not None and not applies(setting, file):
                log.warning(
                    "Setting %d of %s.%s is not in force: the thresholds in the file changed. Take it back: "
                    "signoff insight %s.%s --take-back",
                    *(setting.number, setting.workflow, setting.step, setting.workflow, setting.step),
                )

    async def better(self, workflow: str, step: str, since: datetime) -> tuple[str, str, Better]:
        """Return the workflow, the decision and a better threshold. Raises `NotPossible`."""
        compiled = self._workflows.find(workflow)
        step, spec = decision_of(compiled, step)
        found, _ = await read_recommendations(self._store, compiled, step, spec, since)
        return compiled.definition.name, step, better(spec, found)

    async def proposable(
        self, workflow: str, step: str, *, since: datetime, actor: Actor
    ) -> tuple[str, str, Better]:
        """Return what `better` does, to a person who may propose it. Raises as `propose`."""
        name, _ = await self._controlled(workflow, actor, "propose a threshold for")
        return await self.better(name, step, since)

    async def propose(
        self, workflow: str, step: str, gate: str, *, since: datetime, actor: Actor, stamp: str = ""
    ) -> tuple[Better, str]:
        """Ask the approvers of a gate for a better threshold. Return it, and the id of the run that asks.

        `stamp`: of the proposal that the person saw; another one is refused. Empty: the person saw none.
        Raises `UnknownWorkflow`, `NotAllowed` and `NotPossible`.
        """
        name, actor = await self._controlled(workflow, actor, "propose a threshold for")
        asked = self._workflows.find(gate).definition
        if not asked.gate:
            raise NotPossible(f"--ask names {asked.name}, which is not a gate. See Gates in the docs.")
        name, step, found = await self.better(name, step, since)
        if stamp and found.stamp != stamp:
            raise NotPossible(
                f"The answers to {name}.{step} have changed since this proposal was shown, so nobody was "
                "asked. Look at it again."
            )
        proposal = await self._kept(name, step, asked.name, found, actor)
        await self._admission.start_question(
            asked.name, proposal.question, question(proposal, found), _TRIGGER + name, (actor,)
        )
        return found, proposal.question

    async def _kept(self, name: str, step: str, gate: str, found: Better, actor: Actor) -> ThresholdProposal:
        """Store a proposal before it is asked about."""
        _, current = decision_of(self._workflows.find(name), step)
        _, base = decision_of(self._workflows.untuned(name) or self._workflows.find(name), step)
        now = self._clock.now()
        async with self.fact.changing() as change:
            number = int(change.mapping.get("last", {}).get(f"{name}.{step}", 0)) + 1
            proposal = ThresholdProposal(
                name,
                step,
                found.outcome,
                found.before,
                found.after,
                base.thresholds,
                current.thresholds,
                number,
                derived_run_id(gate, "threshold", f"{name}.{step}", f"{number}", now.isoformat()),
                actor,
                now,
            )
            change.mapping.setdefault("last", {})[f"{name}.{step}"] = number
            change.mapping.setdefault("proposals", {})[proposal.question] = {
                **proposal.as_json(),
                "asked": question(proposal, found),
            }
            change.record("threshold.proposed", actor, **_data(proposal))
        return proposal

    def judge_after(self, run: RunRecord) -> None:
        """Apply the answer of a question that has ended."""
        if run.trigger.startswith(_TRIGGER):
            self._background.start(lambda: self._judge(run.id), f"apply the answer of {run.id}")

    def judge_all(self) -> None:
        """Apply the answers that were given while nothing served."""
        self._background.start(self._judge_stored, "apply the answers about thresholds")

    async def _judge_stored(self) -> None:
        for question_id in (await self.fact.read()).get("proposals", {}):
            await self._judge(question_id)

    async def _judge(self, question_id: str) -> None:
        snapshot = await self._store.proven(question_id)
        if snapshot is None or snapshot.run.ended_at is None:
            return
        if not snapshot.run.trigger.startswith(_TRIGGER):
            return
        decided = [each for each in snapshot.requests.values() if each.outcome == "approved"]
        async with self.fact.changing() as change:
            stored = change.mapping.get("proposals", {}).pop(question_id, None)
            if stored is None:
                return
            asked = stored.pop("asked")
            proposal = ThresholdProposal.of_json(stored)
            problem = "" if decided else "it was not approved"
            if decided and snapshot.run.input | asked != snapshot.run.input:
                problem = "its question was not the one that was stored"
            elif decided:
                problem = self._problem(proposal)
            if problem:
                change.record("threshold.dropped", ENGINE, **_data(proposal), reason=problem)
            else:
                people = [
                    effective_user_id(each.actor) for each in decisions_for_outcome(decided[-1], "approved")
                ]
                setting = proposal.accepted(self._clock.now())
                key = f"{proposal.workflow}.{proposal.step}"
                change.mapping.setdefault("settings", {})[key] = setting.as_json()
                change.record("threshold.changed", ENGINE, **_data(proposal), by=people)
        if not problem:
            await self._changed()

    def _problem(self, proposal: ThresholdProposal) -> str:
        """Return why an approved proposal can no longer be used; empty if it can."""
        compiled = self._workflows.get(proposal.workflow)
        code = compiled.code.get(proposal.step) if compiled else None
        spec = code.operation if code else None
        if not isinstance(spec, DecisionSpec) or spec.thresholds != dict(proposal.current):
            return "the thresholds changed after it was proposed"
        untuned = self._workflows.untuned(proposal.workflow)
        if untuned is None:
            return "its workflow is no longer loaded"
        _, base = decision_of(untuned, proposal.step)
        if base.thresholds != dict(proposal.base):
            return "the thresholds of the file changed after it was proposed"
        return ""

    async def take_back(self, workflow: str, step: str, *, actor: Actor, reason: str = "") -> str:
        """Have the thresholds of the file again. Raises `UnknownWorkflow`, `NotAllowed`, `NotPossible`."""
        name, actor = await self._controlled(workflow, actor, "take back a threshold of")
        step, _ = decision_of(self._workflows.find(name), step)
        async with self.fact.changing() as change:
            stored = change.mapping.get("settings", {}).pop(f"{name}.{step}", None)
            if stored is None:
                raise NotPossible(
                    f"{name}.{step} has the thresholds of its file. There is nothing to take back."
                )
            data = {"workflow": name, "step": step, "number": stored["number"]}
            change.record("threshold.taken_back", actor, **data, reason=reason_text(reason))
        await self._changed()
        return step

    async def _changed(self) -> None:
        await self.load()
        await self._follow()


def _data(proposal: ThresholdProposal) -> dict[str, object]:
    return {
        "workflow": proposal.workflow,
        "step": proposal.step,
        "number": proposal.number,
        "outcome": proposal.outcome,
        "before": proposal.before,
        "after": proposal.after,
        "question": proposal.question,
    }
