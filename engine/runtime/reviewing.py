"""Are there people who can answer? Asked of the workflows that are loaded, and of what is open now."""

from functools import partial

from engine import answerable, asking
from engine.change import Change
from engine.errors import UnknownRun
from engine.machine import Transition
from engine.policy import Rosters
from engine.runtime.access import Access
from engine.runtime.loaded import Definitions, Loaded
from engine.runtime.runs import Runs
from engine.spec import ApprovalSpec
from engine.states import IllegalTransition
from engine.store.store import Store

_MOST = 200
"""Open requests, oldest first, that are looked at when people change."""


class Reviewing:
    """Raises `PeopleUnavailable`."""

    def __init__(
        self, store: Store, loaded: Loaded, definitions: Definitions, runs: Runs, access: Access
    ) -> None:
        self._store, self._loaded, self._definitions = store, loaded, definitions
        self._runs, self._access = runs, access

    async def unanswerable(self) -> list[tuple[str, str, str]]:
        """Workflow, step and why: approvals that the people there are could not complete."""
        found = []
        for compiled in self._loaded.all():
            definition = compiled.definition
            members = {ref: await self._access.able(ref) for ref in answerable.refs(definition)}
            for node in definition.nodes:
                if isinstance(node, ApprovalSpec):
                    whys = answerable.findings(node, members)
                    found += [(definition.name, node.name, why) for why in whys]
        return found

    async def review(self) -> int:
        """Bring open approvals that those who are left can't complete to their owners; gives how many."""
        brought = 0
        for request in await self._store.requests("open", None, _MOST):
            run = await self._store.run(request.run_id)
            members = await self._access.members(request)
            if run is None or not answerable.stuck(request, members):
                continue
            definition, _ = await self._definitions.get(run.definition)
            try:
                await self._runs.apply(run.id, partial(_to_owner, request.id, definition.owner, members))
            except (IllegalTransition, UnknownRun):
                continue
            brought += 1
        return brought


def _to_owner(request_id: str, owner: str, members: Rosters, transition: Transition) -> Change:
    request = transition.request(request_id)
    if not answerable.stuck(request, members):
        raise IllegalTransition("somebody has answered meanwhile")
    return asking.bring_to_owner(transition, request, owner, answerable.hopeless(request, members))
