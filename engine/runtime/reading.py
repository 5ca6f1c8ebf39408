"""Reads of an engine: runs, requests, logs, and whether the records are as they were written."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.audit.hash_chain import Audit
from engine.audit.review import Review
from engine.kernel.drawing import Drawing
from engine.kernel.insight.figures import Insight
from engine.kernel.objectives.health import Health, health
from engine.kernel.roles import shown_children
from engine.model.definition.policies import PolicySet
from engine.model.notices.outside import is_outside, named
from engine.model.people import Actor
from engine.model.records.denied_step import DeniedStep
from engine.model.records.event_filter import EventFilter, EventPlace
from engine.model.records.reasoned_acts import MAX_ACTS_SHOWN, ReasonedAct
from engine.model.records.records import EventRecord, RequestRecord, RunDetail, RunRecord
from engine.model.records.run_filter import Backlog, FoundRequests, ListPlace, StartedRuns
from engine.runtime.queries.insight import MAX_COUNTED, answered_decisions, insight
from engine.runtime.queries.map_progress import Elements, ElementState
from engine.runtime.queries.policy_status import MAX_ENTRIES, rules_in_use
from engine.runtime.queries.read_model import MAX_REQUESTS_SEARCHED, MAX_WAITING_SHOWN
from engine.runtime.queries.step_logs import AttemptLog, step_logs
from engine.runtime.queries.step_names import step_called
from engine.runtime.queries.visibility import VisibleRuns
from engine.runtime.status import EngineStatus
from engine.runtime.wiring import Parts
from engine.store import queries


class Reading(EngineStatus):
    """Reads of an engine. None of them changes anything."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._store, self._reads = parts.base.store, parts.records.read_model

    def seen_by(self, viewer: Actor) -> VisibleRuns:
        """Return the runs and requests that this person or token may see. For one act."""
        return self._parts.records.visibility.of(viewer)

    def shared_by(self, viewer: Actor, channel_names: Sequence[str]) -> VisibleRuns:
        """Return what this person may share in a channel, named as `#name` and as `#` and its id."""
        return self._parts.records.visibility.shared(viewer, channel_names)

    async def find_run(self, text: str) -> RunRecord:
        """Return a run by id, short id or unique ending. Raises `UnknownRun`, naming the runs that fit."""
        return await self._reads.find_run(text)

    async def detail(self, run_id: str, *, marked: bool = False) -> RunDetail:
        """Return a run with its steps and requests. Raises `UnknownRun`.

        `marked`: for people who read it, with why it is not as the log recorded it.
        """
        return await self._reads.detail(run_id, marked=marked)

    async def reasoned_acts(self, run_id: str) -> list[ReasonedAct]:
        """Return the newest acts of people on a run for which they gave a reason, oldest first.

        For a run that the reader may see.
        """
        return await self._store.read(queries.reasoned_acts, run_id, MAX_ACTS_SHOWN)

    async def run_events(
        self, run_id: str, types: Sequence[str], limit: int
    ) -> tuple[list[EventRecord], int]:
        """Return the newest events of these types, oldest first, and how many older ones there are."""
        return await self._store.read(queries.newest_events_of_run, run_id, types, limit)

    async def find_events(
        self, wanted: EventFilter, limit: int, before: int | None = None
    ) -> list[EventRecord]:
        """Return the newest events that fit, newest first; with `before`, those before that event.

        An event that cannot be read has the type `event.unreadable`.
        """
        found = queries.found_events
        return await self._store.read_at_length(found, wanted, limit, before, self._store.skip)

    async def search_events(
        self, wanted: EventFilter, limit: int, before: EventPlace | None, searched: int
    ) -> tuple[list[EventRecord], EventPlace | None]:
        """Return the newest events that fit, by time, and the place of the next page; None at the end.

        `searched`: events that are read for them at most. One that cannot be read has the type
        `event.unreadable`.
        """
        found = queries.searched_events
        return await self._store.read(found, wanted, before, limit, searched, self._store.skip)

    async def earlier_failures(self, run_id: str, step: str, span: timedelta) -> int:
        """Return how many runs failed at this step before this one, since the last one that was told aloud.

        A failure is told aloud when `span` has passed since the last one that was; 0: it is this one.
        """
        return await self._store.read(queries.earlier_failures, run_id, step, span)

    async def recorded_event(self, seq: int) -> EventRecord | None:
        """Return an event as the log recorded it; None where the log does not have it as it is stored.

        Raises `UnknownRun` where its run was pruned.
        """
        return await self._store.recorded_event(seq)

    async def elements(
        self, run_id: str, step: str, *, state: ElementState = "failed", after: int = -1, limit: int = 50
    ) -> Elements:
        """Return elements of a mapped step in this state, in the order of the list, behind index `after`."""
        return await self._reads.elements(run_id, step, state, after, limit)

    def passed_moments(self) -> list[str]:
        """Return a sentence for each `Once` whose moment has passed."""
        return self._parts.timing.schedules.passed_moments()

    def shown_children(self) -> list[str]:
        """Return a sentence for each workflow whose messages name a private child to others."""
        loaded = self._parts.base.workflows.all()
        return shown_children({each.definition.name: each.definition for each in loaded})

    async def secret_problems(self) -> list[str]:
        """Return a sentence for each secret that the steps of the loaded workflows would not get."""
        base = self._parts.base
        return await asyncio.to_thread(base.settings.vault.problems, base.workflows.secrets())

    def outside_problems(self) -> list[str]:
        """Return a sentence for each address of a loaded workflow to which nothing can be sent."""
        base = self._parts.base
        outside = base.settings.outside
        if outside is None:
            return []
        return [
            f"{each.definition.name} may not reach {named(place)} of its may_notify: {why}"
            for each in base.workflows.all()
            for place in each.definition.may_notify
            if is_outside(place) and (why := outside(place))
        ]

    async def unset_variables(self) -> list[str]:
        """Return a sentence for each trigger that starts nothing, because its variable is not set."""
        return await self._parts.timing.schedules.unset_variables()

    def pause_text(self, workflow: str) -> str:
        """Return why runs of a workflow start nothing new; empty where it is not paused."""
        return self._parts.control.pause_text(workflow)

    async def health(self, workflow: str) -> Health | None:
        """Return a loaded workflow against its objectives; None for one without. For people who see it."""
        spec = self._parts.base.workflows.find(workflow).definition.objectives
        if spec is None:
            return None
        measured = await self._parts.records.measurements.of(workflow, spec)
        return health(spec, measured, self._parts.base.clock.now())

    async def objectives_since(self, workflow: str) -> dict[str, datetime]:
        """Return since when each objective of a workflow is in its state, as far as that is known."""
        return await self._parts.health_news.since(workflow)

    async def insight(
        self, workflow: str, step: str = "", *, since: datetime, most: int = MAX_COUNTED
    ) -> Insight:
        """Return what a decision recommended and what people answered, in runs created since then.

        `step`: empty for the only decision of the workflow. `most`: decisions that count at most, the newest.
        For people who may see all runs of the workflow. Raises `UnknownWorkflow` and `NotPossible`.
        """
        compiled = self._parts.base.workflows.find(workflow)
        return await insight(self._store, compiled, step, since, self._parts.base.clock.now(), most)

    def answered_decisions(self, workflow: str) -> list[str]:
        """Return the decisions of a workflow that insight can tell of. Raises `UnknownWorkflow`."""
        return answered_decisions(self._parts.base.workflows.find(workflow))

    async def policy_events(
        self, before: int | None, limit: int
    ) -> tuple[list[tuple[EventRecord, DeniedStep | None]], int | None]:
        """Return a page of denials and of starts with exceptions, newest first, and the place of the next.

        With a denied step, how it stands now. For people who may see every run.
        """
        return await self._store.read(queries.policy_page, before, limit, self._store.skip)

    @property
    def policies(self) -> PolicySet | None:
        """The rules in use; None without a policy file."""
        return self._parts.base.policies.current

    async def policy_status(
        self, *, since: datetime, most: int = MAX_ENTRIES
    ) -> tuple[list[dict[str, Any]], str, bool]:
        """Return each rule with its denials and exceptions since then, and the digest of the file in use.

        Also whether there are more entries than `most`, of which the newest count. The digest is empty
        without a policy file.
        """
        entries = await self._store.read_at_length(queries.policy_events, since, most, self._store.skip)
        current = self._parts.base.policies.current
        return rules_in_use(current, entries), current.digest if current else "", len(entries) == most

    async def usual_seconds(self, workflow: str) -> float | None:
        """Return the median time of the last runs that succeeded; None below three of them."""
        return await self._store.read(queries.usual_seconds, workflow)

    async def run_drawing(self, run_id: str) -> Drawing:
        """Return the graph of a run with the states of its steps. Raises `UnknownRun`."""
        return await self._reads.drawing(run_id)

    async def runs(
        self,
        workflow: str | None = None,
        states: Sequence[str] | None = None,
        limit: int = 20,
        before: RunRecord | None = None,
        actor: Actor | None = None,
    ) -> tuple[list[RunRecord], int]:
        """Return runs, newest first, and how many there are; `MAX_RUNS_COUNTED` + 1 means more than that.

        `actor`: only those that this actor started.
        """
        return await self._store.read(queries.runs, workflow, states, limit, before, actor, self._store.skip)

    async def unfinished(
        self, chosen: StartedRuns, after: RunRecord | None = None, limit: int = 100
    ) -> list[str]:
        """Return ids of the chosen runs that have not ended, oldest first, that come after `after`."""
        return await self._store.read(queries.unfinished, chosen, after, limit)

    async def unfinished_counts(self, chosen: StartedRuns) -> list[tuple[str, str, int]]:
        """Return how many of the chosen runs have not ended, by workflow and source, most first."""
        return await self._store.read(queries.unfinished_counts, chosen)

    async def backlog(self) -> Backlog:
        """Return what has not ended: runs, requests to people, and messages that are not sent."""
        return await self._store.read(queries.backlog)

    async def run_workflows(self) -> list[str]:
        """Return the names of all workflows that have or had a run, or have a schedule."""
        return await self._store.read(queries.run_workflows)

    async def run_starters(self) -> list[str]:
        """Return the actors that started the stored runs, as `source:id`; not those of pruned runs."""
        return await self._store.read(queries.run_starters)

    async def request(self, request_id: str) -> RequestRecord | None:
        return await self._store.read(queries.request, request_id)

    async def earlier(self, request: RequestRecord, limit: int = 5) -> list[RequestRecord]:
        """Return the requests with which the same approval ended in earlier runs, newest first."""
        return await self._store.read(queries.earlier, request, limit)

    async def requests(
        self,
        state: str | None = "open",
        run_id: str | None = None,
        limit: int | None = 50,
        after: RequestRecord | None = None,
    ) -> list[RequestRecord]:
        """Return requests, oldest first, that come after `after` in that order. `limit` None: all."""
        number = queries.EVERY if limit is None else limit
        return await self._store.read(queries.requests, state, run_id, number, after, self._store.skip)

    async def marked(self, requests: Sequence[RequestRecord]) -> list[RequestRecord]:
        """Return the same for people who read them, each with why its run is not as the log recorded it."""
        return await self._reads.marked(requests)

    async def step_logs(self, run_id: str, step: str | None = None) -> list[AttemptLog]:
        """Return what the attempts of a run logged, in the order of their starts. `step` None: of all steps;
        otherwise the name or the title of one.

        Raises `UnknownRun`, and `NotPossible` for a step that the run does not have.
        """
        detail = await self.detail(run_id)
        name = None if step is None else step_called(detail.titles, step, detail.run.short)
        return await step_logs(self._store, detail, name)

    async def open_requests(self) -> int:
        """Return how many requests are open; `MAX_RUNS_COUNTED` + 1 means more than that."""
        return await self._store.read(queries.count_requests, "open")

    async def open_failures(self) -> tuple[dict[str, int], bool]:
        """Return how many failures wait for an answer, by workflow; and whether there may be more.

        The oldest `MAX_REQUESTS_SEARCHED` of them are counted.
        """
        counted = await self._store.read(queries.open_failures, MAX_REQUESTS_SEARCHED)
        return counted, sum(counted.values()) >= MAX_REQUESTS_SEARCHED

    async def waiting_for(self, user_id: str, limit: int = MAX_WAITING_SHOWN) -> list[RequestRecord]:
        """Return the oldest open requests that wait for this person's decision, each by itself."""
        found = await self._reads.find_waiting(user_id, limit, None, by_card=False)
        return list(found.requests)

    async def find_waiting(
        self, user_id: str, limit: int = MAX_WAITING_SHOWN, after: ListPlace | None = None
    ) -> FoundRequests:
        """Return a page of the open requests that wait for this person's decision, oldest first.

        It searches `MAX_REQUESTS_SEARCHED` open requests behind `after`; the next page goes on from there.
        The open failures on one card have one entry, if all of them wait for this person.
        """
        return await self._reads.find_waiting(user_id, limit, after)

    async def missing_code(self) -> str:
        """Return which code runs under way need that is not loaded, with the remedy; usually empty."""
        return await self._parts.records.code_review.text()

    async def audit_review(self, since: datetime, until: datetime) -> Review:
        """Return how approvals were asked and decided from `since` until before `until`."""
        return await self._store.read_at_length(queries.audit_review, since, until, self._store.skip)

    async def audit(self, marks: Sequence[Mapping[str, Any]] = ()) -> Audit:
        """Check that all records are as they were written. `marks`: checkpoints to compare the log with."""
        return await self._parts.records.receipts.audit(marks)
