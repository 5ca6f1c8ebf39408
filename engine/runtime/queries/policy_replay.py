"""Replay of policies: what rules would have decided about the starts and steps of past runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.kernel.live_run import LiveRun
from engine.kernel.policies import decide, reads_usage, strictest
from engine.kernel.policy_facts import start_facts, step_facts
from engine.model.definition.policies import Effect, MatchedRule, PolicySet, Ruling
from engine.model.definition.spec import StepSpec
from engine.model.records.records import RunRecord
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.queries.snapshots import Snapshot
from engine.store.store import Store

MAX_JUDGED = 200
"""Runs on one page."""


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A past run, and what the rules decide. `rules`: with the step, or "" for the start."""

    run: RunRecord
    decision: Effect
    rules: tuple[tuple[str, MatchedRule], ...]


async def judged(
    store: Store,
    definitions: DefinitionCache,
    policies: PolicySet,
    variables: Mapping[str, str],
    since: datetime,
    after: RunRecord | None,
) -> list[JudgedRun]:
    """Return a page of runs created since then, oldest first."""
    runs = await store.read(queries.runs_since, since, after, MAX_JUDGED, store.skip)
    found = []
    usage = _Usage(store, policies)
    for run in runs:
        snapshot = await store.read(queries.snapshot, run.id)
        if snapshot is None:
            continue  # it was deleted meanwhile
        started = await usage.before(run)
        definition, graph = await definitions.get(run.definition)
        state = LiveRun.of(
            snapshot.run, definition, graph, {}, snapshot.steps, snapshot.requests, signals=snapshot.signals
        )
        found.append(_judged(policies, state, snapshot, variables, started))
    return found


class _Usage:
    """Counts the runs of a day before each run of a page, and reads no row of a day twice.

    Counting from midnight for each run would take quadratic time.
    """

    def __init__(self, store: Store, policies: PolicySet) -> None:
        self._store = store
        self._policies = policies
        self._read = reads_usage(policies)
        self._last: dict[tuple[str, datetime], tuple[RunRecord, int]] = {}

    async def before(self, run: RunRecord) -> int | None:
        """Return the count, or None if no rule reads it. Runs come oldest first."""
        if not self._read:
            return None
        day = (run.workflow, _midnight(self._policies, run.created_at))
        first, counted = self._last.get(day, (None, 0))
        counted += await self._store.read(queries.count_started_before, run, day[1], first)
        self._last[day] = (run, counted)
        return counted


def _midnight(policies: PolicySet, when: datetime) -> datetime:
    local = when.astimezone(ZoneInfo(policies.zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _judged(
    policies: PolicySet,
    state: LiveRun,
    snapshot: Snapshot,
    variables: Mapping[str, str],
    started: int | None,
) -> JudgedRun:
    run = snapshot.run
    facts = start_facts(policies, run, state.definition, run.created_at, variables, started)
    rulings: list[tuple[str, Ruling]] = [("", decide(policies, "start", facts))]
    for name, record in snapshot.steps.items():
        node = state.graph.nodes.get(name)
        if isinstance(node, StepSpec) and record.attempt and record.started_at is not None:
            # What people approved because a rule asked counts as asked.
            facts = step_facts(policies, state, name, record.started_at, variables) | {"given": {}}
            rulings.append((name, decide(policies, "step", facts)))
    decision = strictest(ruling.decision for _, ruling in rulings)
    rules = [(step, rule) for step, each in rulings if each.decision != "allow" for rule in each.matched]
    return JudgedRun(run, decision or "allow", tuple(rules))
