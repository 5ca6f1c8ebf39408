"""Supersession: when files were loaded, people are asked again about approvals whose code has changed.

A request of a policy is withdrawn when its rule has changed or is gone.
"""

import logging
from collections.abc import Mapping
from functools import partial

from engine.errors import UnknownRun
from engine.kernel.requests import request_transitions
from engine.model.states import IllegalTransition
from engine.model.versions.code_version import Versioned
from engine.runtime.policies import Policies
from engine.runtime.queries.paging import open_requests
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

log = logging.getLogger(__name__)

_PAGE_SIZE = 200


async def supersede(store: Store, runs: LiveRuns, workflows: WorkflowRegistry) -> int:
    """Check the approvals that are open, held or given; return how many runs asked people again."""
    covered = await store.read_at_length(queries.covered_code)
    if not any(_differs(version, code, workflows) for version, code in covered):
        return 0  # as a rule: reading a hundred thousand requests would hold the start up for seconds
    count, last = 0, ""
    while page := await store.read(queries.covering_runs, last, _PAGE_SIZE):
        last = page[-1][0]
        for run_id, version, codes in page:
            if any(_differs(version, code, workflows) for code in codes):
                count += await _ask_again(runs, run_id)
    return count


async def follow_policies(store: Store, runs: LiveRuns, policies: Policies) -> None:
    """Withdraw the open requests of policies whose rule changed or is gone."""
    current = policies.current
    rules = frozenset(rule.digest for rule in current.rules) if current is not None else frozenset[str]()
    outdated = [
        request.run_id
        async for request in open_requests(store)
        if request.policy_question is not None and request.policy_question.digest not in rules
    ]
    for run_id in dict.fromkeys(outdated):
        try:
            await runs.apply(run_id, partial(request_transitions.judge_again, rules=rules))
        except (IllegalTransition, UnknownRun) as reason:
            log.info("%s withdraws no request of a policy: %s", run_id, reason)


def _differs(version: Versioned, then: Mapping[str, str], workflows: WorkflowRegistry) -> bool:
    """Return whether the digests differ; the transition checks again."""
    return any(workflows.digest(version, step) not in ("", digest) for step, digest in then.items())


async def _ask_again(runs: LiveRuns, run_id: str) -> bool:
    try:
        await runs.apply(run_id, request_transitions.ask_again)
    except (IllegalTransition, UnknownRun) as reason:
        log.info("%s asks nobody again: %s", run_id, reason)
        return False
    log.warning("%s asks people again: the code that an approval covers has changed", run_id)
    return True
