"""Insight into a decision: reads its recommendations with their answers, page by page."""

import asyncio
from datetime import datetime
from functools import partial

from engine.compiler.compiled import Compiled
from engine.errors import NotPossible
from engine.kernel.insight import insight as figures_of
from engine.kernel.insight.figures import Insight
from engine.kernel.insight.pairing import approvals_about
from engine.model.definition.decisions import DecisionSpec
from engine.model.records.recommendation import Recommendation
from engine.runtime.queries.decision_replay import decision_of, decisions_of
from engine.store import queries
from engine.store.store import Store

_PAGE_SIZE = 5_000
MAX_COUNTED = 200_000
"""Decisions of an insight; of more, the newest."""


async def insight(
    store: Store, compiled: Compiled, step: str, since: datetime, now: datetime, most: int = MAX_COUNTED
) -> Insight:
    """Return the insight into a decision; empty `step`: the only one. Raises `NotPossible`.

    `most`: decisions that count at most, the newest.
    """
    step, spec = decision_of(compiled, step)
    found, more = await read_recommendations(store, compiled, step, spec, since, most)
    approvals, name = approvals_about(compiled.graph, step), compiled.definition.name
    counted = partial(figures_of.insight, name, step, approvals, spec, found, since, now)
    return await asyncio.to_thread(counted, more=more)


def answered_decisions(compiled: Compiled) -> list[str]:
    """Return the decisions of a workflow about which an approval asks."""
    return [step for step in decisions_of(compiled) if approvals_about(compiled.graph, step)]


async def read_recommendations(
    store: Store,
    compiled: Compiled,
    step: str,
    spec: DecisionSpec,
    since: datetime,
    most: int = MAX_COUNTED,
) -> tuple[list[Recommendation], bool]:
    """Return what a decision gave, newest first, and whether there is more. Raises `NotPossible`."""
    workflow, approvals = compiled.definition.name, approvals_about(compiled.graph, step)
    if not approvals:
        raise NotPossible(
            f"No approval of {workflow} is about {step}, so nobody answers it. "
            f"Name it in ask=, show= or when= of an approval."
        )
    found: list[Recommendation] = []
    place: queries.RunPlace | None = None
    while True:
        page, place = await store.read(
            queries.recommendations,
            workflow,
            step,
            approvals,
            spec.groups,
            since,
            place,
            min(_PAGE_SIZE, most),
            store.skip,
        )
        found += page
        if place is None or len(found) >= most:
            break
    return found, place is not None
