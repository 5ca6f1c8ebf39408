"""Visibility: reads for one person or one token. Runs that the viewer may not see do not exist for them."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from engine.errors import (
    Altered,
    NotAllowed,
    NotPossible,
    PeopleUnavailable,
    UnknownPeople,
    UnknownRun,
    UnknownWorkflow,
)
from engine.kernel.requests.feasibility import approver_references, glass_references, responding_references
from engine.kernel.requests.verdicts import reader_text
from engine.kernel.roles import cancelling, is_private, listing, watching
from engine.kernel.visibility import asking_references, audience_references, channel_reference, may_see
from engine.model.definition.spec import Definition
from engine.model.people import Actor, Group
from engine.model.records.records import RequestRecord, RunDetail, RunRecord, WorkflowRecord
from engine.model.records.run_filter import FoundRuns, ListPlace, RunFilter
from engine.model.runs.dispatch import WorkerState
from engine.model.runs.resources import ResourceRecord
from engine.runtime.access.act_limits import reason_text
from engine.runtime.access.authorization import Authorization, refs_of
from engine.runtime.queries.read_model import ReadModel, no_run_text
from engine.runtime.settings import EngineSettings
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_names import unknown_workflow
from engine.runtime.workflows.workflow_registry import WorkflowRegistry, resources_of, workflow_record
from engine.store import queries
from engine.store.store import Store

_PAGE_SIZE = 100
MAX_RUNS_SEARCHED = 2_000
"""Most runs, newest first, that are searched for those that the viewer may see."""
_MAX_MATCHES = 100


class Visibility:
    """Makes a view for each viewer."""

    def __init__(
        self,
        store: Store,
        definitions: DefinitionCache,
        authorization: Authorization,
        read_model: ReadModel,
        settings: EngineSettings,
        workflows: WorkflowRegistry,
    ) -> None:
        self.store, self.definitions, self.authorization = store, definitions, authorization
        self.read_model, self.settings, self.workflows = read_model, settings, workflows

    def of(self, viewer: Actor) -> "VisibleRuns":
        return VisibleRuns(self, viewer)

    def shared(self, viewer: Actor, channel_names: Sequence[str]) -> "VisibleRuns":
        return _SharedRuns(self, viewer, channel_names)


class VisibleRuns:
    """Reads as `Engine` does, but only runs that this viewer may see.

    Use it for one act only, since it remembers the groups of the viewer. Raises `UnknownRun` and
    `PeopleUnavailable`.
    """

    def __init__(self, visibility: Visibility, viewer: Actor) -> None:
        self._all, self._viewer = visibility, viewer
        self._member: dict[str, bool] = {}
        self._readable: dict[str, bool] = {}

    async def sees(self, run: RunRecord) -> bool:
        """Return whether this viewer may see the run."""
        operator = self._all.settings.operator
        if not self._all.settings.conceals or may_see(self._viewer, run, (), operator):
            return True
        if self._viewer.source != "slack":
            return False
        definition, _ = await self._all.definitions.get(run.definition)
        requests = await self._all.store.read(queries.requests, None, run.id, queries.EVERY)
        if may_see(self._viewer, run, requests, operator):
            return True
        for ref in audience_references(run, definition, requests):
            if await self._belongs(ref):
                return True
        channel = channel_reference(run, definition)
        return bool(channel) and await self._reads(channel)

    async def sees_workflow(self, workflow: WorkflowRecord) -> bool:
        """Return whether this viewer may see the workflow in a list.

        A private one is listed for the people with a role, and for nobody else.
        """
        in_slack = self._viewer.source == "slack" and self._all.settings.conceals
        concealed = in_slack and is_private(workflow)
        if not concealed or self._viewer.id == self._all.settings.operator:
            return True
        return await self._belongs_to_any(listing(workflow))

    async def sees_counts(self, workflow: WorkflowRecord) -> bool:
        """Return whether this viewer may read what counts all runs of a workflow that they see in a list."""
        if not is_private(workflow) or self.sees_all:
            return True
        return await self._belongs_to_any(watching(workflow))

    async def watches(self, name: str) -> bool:
        """Return whether a role lets this viewer see every run of the workflow, deleted ones too."""
        if self.sees_all or self._viewer.source in ("cli", "engine"):
            return True
        with suppress(UnknownWorkflow):
            definition = self._all.workflows.find(name).definition
            return self._viewer.source == "slack" and await self._belongs_to_any(watching(definition))
        return False

    @property
    def sees_all(self) -> bool:
        """Return whether this viewer may see every run."""
        settings = self._all.settings
        return not settings.conceals or self._viewer.id == settings.operator

    @property
    def is_operator(self) -> bool:
        """Return whether this viewer runs the installation."""
        return self._viewer.source == "slack" and self._viewer.id == self._all.settings.operator

    async def owns(self, workflow: WorkflowRecord) -> bool:
        """Return whether this viewer owns the workflow, or is in the group that does."""
        return await self._belongs(workflow.owner)

    async def workflows(self) -> list[WorkflowRecord]:
        """Return the workflows that this viewer may see, by name."""
        records = map(workflow_record, self._all.workflows.all())
        visible = [
            replace(record, startable=await self._may_start(record))
            for record in records
            if await self.sees_workflow(record)
        ]
        return sorted(visible, key=lambda record: record.name)

    async def require_may_cancel(self, run: RunRecord, reason: str) -> None:
        """Raise `NotAllowed` where this viewer may not cancel the run; `PeopleUnavailable`, `TextTooLong`."""
        definition, _ = await self._all.definitions.get(run.definition)
        await self._all.authorization.may_cancel(self._viewer, run, definition)
        reason_text(reason)

    async def may_cancel(self, run: RunRecord) -> bool:
        """Return whether this viewer may cancel the run. False where nobody can look that up."""
        try:
            await self.require_may_cancel(run, "")
        except (NotAllowed, PeopleUnavailable):
            return False
        return True

    async def require_may_skip(self, run: RunRecord, reason: str) -> None:
        """Raise as `require_may_cancel` does, where this viewer may not skip a step of the run."""
        definition, _ = await self._all.definitions.get(run.definition)
        await self._all.authorization.may_skip(self._viewer, run, definition)
        reason_text(reason)

    async def controls_any(self) -> bool:
        """Return whether this viewer answers for a workflow, or may cancel runs that others started."""
        if self._viewer.source != "slack" or self._viewer.id == self._all.settings.operator:
            return True
        with suppress(PeopleUnavailable):
            for record in map(workflow_record, self._all.workflows.all()):
                if await self._belongs_to_any(cancelling(record)):
                    return True
        return False

    async def responds_any(self) -> bool:
        """Return whether an approval that takes a response names this viewer. No where nobody knows."""
        return await self._named_by_any(responding_references)

    async def breaks_glass_any(self) -> bool:
        """Return whether this viewer may break glass at an approval. No where nobody knows."""
        return await self._named_by_any(glass_references)

    async def _named_by_any(self, references: Callable[[Definition], list[str]]) -> bool:
        with suppress(PeopleUnavailable, UnknownPeople):
            for compiled in self._all.workflows.all():
                if await self._belongs_to_any(references(compiled.definition)):
                    return True
        return False

    async def approves(self, workflow: WorkflowRecord) -> bool:
        """Return whether an approval of the workflow names this viewer, or a group or schedule with them."""
        definition = self._all.workflows.find(workflow.name).definition
        return any([await self._belongs(ref) for ref in approver_references(definition)])

    async def _may_start(self, workflow: WorkflowRecord) -> bool:
        """Return whether `may_run` names this viewer; False where nobody can look that up."""
        if self._viewer.source != "slack":
            return True
        with suppress(PeopleUnavailable):
            return not workflow.may_run or any([await self._belongs(ref) for ref in workflow.may_run])
        return False

    async def startable(self, name: str) -> WorkflowRecord:
        """Return a workflow that this viewer may start, by its name as a person types it.

        Raises `UnknownWorkflow`, which names no workflow that they may not see, and `NotAllowed`.
        """
        record = await self.workflow(name)
        definition = self._all.workflows.find(record.name).definition
        await self._all.authorization.may_run(self._viewer, definition)
        return record

    async def workers(self, state: WorkerState) -> WorkerState:
        """Return the workers, each with those of its attempts whose run the viewer may see."""
        runs = {run for worker in state.workers for run, _ in worker.executing}
        found = [await self._all.store.read(queries.run, run) for run in runs]
        seen = {run.id: run.short for run in found if run is not None and await self.sees(run)}
        return replace(
            state,
            workers=tuple(
                replace(
                    each, executing=tuple((seen[run], step) for run, step in each.executing if run in seen)
                )
                for each in state.workers
            ),
        )

    async def resources(self, records: Iterable[ResourceRecord]) -> list[ResourceRecord]:
        """Return those of these resources that workflows use which this viewer may see.

        A viewer who may see every workflow sees every resource.
        """
        every = list(self._all.workflows.all())
        visible = [each for each in every if await self.sees_workflow(workflow_record(each))]
        if len(visible) == len(every):
            return list(records)
        used = {name for each in visible for name in resources_of(each)}
        return [record for record in records if record.name in used]

    async def workflow(self, name: str) -> WorkflowRecord:
        """Return a workflow that this viewer may see, by its name as a person types it.

        Raises `UnknownWorkflow`, which names no workflow that they may not see.
        """
        compiled = self._all.workflows.matching(name)
        record = workflow_record(compiled) if compiled else None
        if record is None or not await self.sees_workflow(record):
            raise unknown_workflow(name, [visible.name for visible in await self.workflows()])
        return record

    async def find_run(self, text: str) -> RunRecord:
        """Return a run by its id, its short id or a unique ending of its id."""
        if self._viewer.source in ("cli", "engine"):
            return await self._all.read_model.find_run(text)
        matches = await self._all.read_model.runs_matching(text, _MAX_MATCHES, self._all.store.skip)
        return self._all.read_model.only_match(text, [run for run in matches if await self.sees(run)])

    async def detail(self, run_id: str) -> RunDetail:
        """Return a run with its steps and requests.

        A program acts on the answer, so a token gets a run only as it was recorded, else `AlteredRun`. People
        read changed records with a mark.
        """
        run = await self._all.store.read(queries.run, run_id)
        if run is None or not await self.sees(run):
            raise UnknownRun(no_run_text(run_id))
        program = self._viewer.source == "api"
        detail = await self._all.read_model.detail(run_id, proven=program, marked=not program)
        return detail.naming_only([each.id for each in detail.related if await self._sees_id(each.id)])

    async def request(self, request_id: str) -> RequestRecord | None:
        """Return a request; None also for a request of a run that this viewer may not see.

        Raises `NotAllowed`, which says who decides, where this viewer reads no more than its message.
        """
        request = await self._all.store.read(queries.request, request_id)
        run = await self._all.store.read(queries.run, request.run_id) if request else None
        if request is None or run is None:
            return None
        if not await self.sees(run):
            if await self._reads_message(request, run):
                raise NotAllowed(reader_text(request))
            return None
        return (await self._all.read_model.marked([request]))[0]

    async def earlier(self, request: RequestRecord) -> list[RequestRecord]:
        """Return the last five requests with which the same approval ended in earlier runs, newest first."""
        earlier = await self._all.store.read(queries.earlier, request, 25, self._all.store.skip)
        return await self._all.read_model.marked(
            [past_request for past_request in earlier if await self._sees_id(past_request.run_id)][:5]
        )

    async def runs(self, limit: int, states: Sequence[str] | None = None) -> tuple[list[RunRecord], bool]:
        """Return runs, newest first, and whether there may be more."""
        visible: list[RunRecord] = []
        before: RunRecord | None = None
        for _ in range(0, MAX_RUNS_SEARCHED, _PAGE_SIZE):
            page, _total = await self._all.store.read(
                queries.runs, None, states, _PAGE_SIZE, before, None, self._all.store.skip
            )
            for run in page:
                if await self._lists(run):
                    if len(visible) == limit:
                        return visible, True
                    visible.append(run)
            if len(page) < _PAGE_SIZE:
                return visible, False
            before = page[-1]
        return visible, True

    async def find(
        self,
        wanted: RunFilter,
        limit: int,
        before: ListPlace | None = None,
        *,
        searched: int = MAX_RUNS_SEARCHED,
    ) -> FoundRuns:
        """Return a page of the runs that fit and that this viewer may see, newest first, behind `before`.

        It searches so many runs at most; the next page goes on from there.
        """
        found: list[RunRecord] = []
        for _ in range(0, searched, _PAGE_SIZE):
            page = await self._all.store.read(
                queries.run_page,
                wanted.workflow,
                wanted.states,
                wanted.actor,
                _PAGE_SIZE,
                before,
                self._all.store.skip,
            )
            for run in page:
                if wanted.since is not None and run.created_at < wanted.since:
                    return FoundRuns(tuple(found))
                if wanted.fits(run) and await self._lists(run):
                    if len(found) == limit:
                        return FoundRuns(tuple(found), place_of(found[-1]))
                    found.append(run)
                before = place_of(run)
            if len(page) < _PAGE_SIZE:
                return FoundRuns(tuple(found))
        return FoundRuns(tuple(found), _without_id(before))

    async def _lists(self, run: RunRecord) -> bool:
        """Return whether this viewer may see the run; False where what says so was changed."""
        try:
            return await self.sees(run)
        except Altered:
            return False

    async def _reads_message(self, request: RequestRecord, run: RunRecord) -> bool:
        """Return whether this viewer can read a channel in which the request is asked."""
        if self._viewer.source != "slack":
            return False
        definition, _ = await self._all.definitions.get(run.definition)
        for channel in asking_references(run, definition, request):
            if await self._belongs(channel) or await self._reads(channel):
                return True
        return False

    async def _sees_id(self, run_id: str) -> bool:
        run = await self._all.store.read(queries.run, run_id)
        return run is not None and await self.sees(run)

    async def _reads(self, channel: str) -> bool:
        """Return whether this viewer can read the channel without joining it. False where that is unknown."""
        if channel not in self._readable:
            people = self._all.authorization.people
            self._readable[channel] = False
            with suppress(UnknownPeople):
                resolved = await people.resolve(channel)
                if isinstance(resolved, Group) and resolved.readable:
                    self._readable[channel] = (await people.person(self._viewer.id)).full_member
        return self._readable[channel]

    async def _belongs_to_any(self, refs: Iterable[str]) -> bool:
        for ref in refs:
            if await self._belongs(ref):
                return True
        return False

    async def _belongs(self, ref: str) -> bool:
        if ref not in self._member:
            self._member[ref] = bool(await refs_of(self._all.authorization.people, self._viewer.id, [ref]))
        return self._member[ref]


def place_of(run: RunRecord) -> ListPlace:
    return ListPlace(run.created_at, run.id)


def _without_id(place: ListPlace | None) -> ListPlace | None:
    """Return a place just before this one, without the id of a run that the viewer may not see.

    Runs of the same microsecond are searched again, so that none is left out.
    """
    return ListPlace(place.created_at + timedelta(microseconds=1)) if place else None


class _SharedRuns(VisibleRuns):
    """View for a shared answer: only what the viewer and every reader of the channel may see.

    That is the runs of the channel itself, and the workflows that everybody may see. Raises `NotPossible`
    for others that the viewer may see.
    """

    def __init__(self, visibility: Visibility, viewer: Actor, channel_names: Sequence[str]) -> None:
        super().__init__(visibility, viewer)
        self._own = VisibleRuns(visibility, viewer)
        self._channel_names = frozenset(channel_names)

    async def sees(self, run: RunRecord) -> bool:
        definition, _ = await self._all.definitions.get(run.definition)
        is_told_here = channel_reference(run, definition) in self._channel_names
        return is_told_here and await self._own.sees(run)

    async def sees_workflow(self, workflow: WorkflowRecord) -> bool:
        return not is_private(workflow) and await self._own.sees_workflow(workflow)

    async def sees_counts(self, workflow: WorkflowRecord) -> bool:
        return not is_private(workflow)

    async def workflow(self, name: str) -> WorkflowRecord:
        record = await self._own.workflow(name)
        if not await self.sees_workflow(record):
            raise NotPossible(
                f"{record.name} cannot be shared: its may_see limits who sees it. "
                "Send the command without --public."
            )
        return record

    async def find_run(self, text: str) -> RunRecord:
        run = await self._own.find_run(text)
        if not await self.sees(run):
            raise NotPossible(
                f"{run.short} cannot be shared here, because not everybody in this conversation may see it. "
                "Share it in its own channel, or send the command without --public."
            )
        return run
