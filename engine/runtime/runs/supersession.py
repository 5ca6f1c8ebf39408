"""Supersession: at a start, people are asked again about approvals whose code has changed."""

import logging
from collections.abc import Mapping
from functools import partial

from engine.errors import UnknownRun
from engine.kernel.requests import request_transitions
from engine.kernel.transition import Transition
from engine.model.change import Change
from engine.model.records import RequestRecord
from engine.model.states import IllegalTransition
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

log = logging.getLogger(__name__)

_PAGE_SIZE = 200


async def supersede(store: Store, runs: LiveRuns, workflows: WorkflowRegistry) -> int:
    """Check all open and held approvals; return how many were asked again."""
    covered = await store.read(queries.awaited_code)
    if not any(_differs(workflow, code, workflows) for workflow, code in covered):
        return 0  # as a rule: reading a hundred thousand requests would hold the start up for seconds
    count, last = 0, None
    while page := await store.read(queries.awaited_approvals, last, _PAGE_SIZE):
        last = page[-1]
        for request in page:
            if _changed(request, workflows):
                count += await _ask_again(runs, request)
    return count


def _changed(request: RequestRecord, workflows: WorkflowRegistry) -> bool:
    """Return whether the digests differ; the transition checks again."""
    return _differs(
        request.workflow, request.coverage.binding.code if request.coverage.binding else {}, workflows
    )


def _differs(workflow: str, then: Mapping[str, str], workflows: WorkflowRegistry) -> bool:
    return any(workflows.digest(workflow, step) not in ("", digest) for step, digest in then.items())


async def _ask_again(runs: LiveRuns, request: RequestRecord) -> bool:
    try:
        await runs.apply(request.run_id, partial(_build, request.id))
    except (IllegalTransition, UnknownRun) as reason:
        log.info("%s is not asked again: %s", request.id, reason)
        return False
    log.warning("%s is asked again: the code that it covers has changed", request.id)
    return True


def _build(request_id: str, transition: Transition) -> Change:
    return request_transitions.ask_again(transition, transition.request(request_id))
