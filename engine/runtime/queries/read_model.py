"""Read model: composes the current rows into the records that lists and messages show."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from engine.clock import Clock
from engine.errors import UnknownRun
from engine.kernel.decisions import in_words
from engine.kernel.drawing import Drawing, drawing, parts_of
from engine.kernel.requests.approval_use import used_at
from engine.kernel.requests.eligibility import awaits_person
from engine.kernel.requests.requesters import identified
from engine.kernel.resilience.alerts import held_until
from engine.kernel.resilience.compensation import steps_to_undo
from engine.kernel.run_results import produced_links, run_result
from engine.model.definition.decisions import DecisionSpec
from engine.model.definition.elements import node_of
from engine.model.definition.spec import NodeSpec, StepSpec
from engine.model.records.records import RequestRecord, RunDetail, RunRecord, StepRecord, evolve
from engine.model.records.run_filter import FoundRequests, ListPlace
from engine.model.runs.polling import polling_of
from engine.model.runs.refusals import Refusal, refusal_of
from engine.model.runs.report import StepReport
from engine.model.runs.transcript import TranscriptLine, transcript_lines
from engine.model.states import RUN_ENDED, StepState
from engine.model.text.redaction import redacted
from engine.model.text.wording import shortened
from engine.runtime.access.authorization import Authorization
from engine.runtime.access.remembered_people import RememberedPeople
from engine.runtime.queries.map_progress import element_counts, partly_done
from engine.runtime.queries.paging import open_requests
from engine.runtime.queries.related_runs import related_runs
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.queries.readable import Skip
from engine.store.queries.runs import MIN_TAIL_LENGTH
from engine.store.queries.snapshots import Snapshot
from engine.store.store import Store

MAX_REQUESTS_SEARCHED = 5_000
"""Most open requests, oldest first, that one page searches for those that wait for one person."""
CHECK_INTERVAL = 60.0
"""Seconds after which a large run is checked again for people who read it. Every act on it checks at once."""
MANY_ELEMENTS = 500
"""A run with so many elements is large."""
MAX_WAITING_SHOWN = 100
"""Most open requests on a page for one person."""


def no_run_text(run_id: str) -> str:
    """Return the text for an unknown run, and for a run that the person may not see."""
    return f"There is no run {shortened(run_id)}."


class ReadModel:
    """Composes records for readers."""

    def __init__(
        self,
        store: Store,
        definitions: DefinitionCache,
        authorization: Authorization,
        clock: Clock,
        cli_users: Mapping[str, str],
        secrets: Collection[str] = (),
    ) -> None:
        self._store, self._definitions, self._authorization = store, definitions, authorization
        self._clock, self._cli_users, self._secrets = clock, cli_users, secrets
        self._checked: dict[str, float] = {}
        """Large runs that were checked against the log for people who read them, with the time of that."""

    async def find_run(self, text: str) -> RunRecord:
        matches = await self.runs_matching(text, 6)
        if not matches:
            await self._pruned(text.strip())
        return self.only_match(text, matches)

    async def runs_matching(self, text: str, limit: int, skip: Skip | None = None) -> list[RunRecord]:
        """Return the run with this id, or the runs whose ids end with the text, newest first.

        `skip`: takes note of those that cannot be read; without it they raise `AlteredRun`, as the run with
        this id always does.
        """
        if not text.strip():
            return []
        return await self._store.read(queries.runs_ending_with, text.strip(), limit, skip)

    def only_match(self, text: str, matches: list[RunRecord]) -> RunRecord:
        """Return the only match. Raises `UnknownRun`, which names the matches if there are several."""
        text = text.strip()
        matches = [run for run in matches if run.short == text] or matches
        if len(matches) == 1:
            return matches[0]
        if not matches:
            short = len(text.rpartition("-")[2]) < MIN_TAIL_LENGTH
            remedy = f" Give the last {MIN_TAIL_LENGTH} characters of its id, or more." if short else ""
            raise UnknownRun(f"{no_run_text(text)}{remedy}")
        listed = ", ".join(run.id for run in matches[:5]) + (", …" if len(matches) > 5 else "")
        text = f"Several runs match {shortened(text)}: {listed}. Give more of the id."
        raise UnknownRun(text, several=True)

    async def _pruned(self, run_id: str) -> None:
        tombstone = await self._store.read(queries.tombstone, run_id)
        if tombstone is not None:
            raise UnknownRun(
                f"{run_id} ended on {tombstone.ended_at:%Y-%m-%d} ({tombstone.state}) and was deleted on "
                f"{tombstone.pruned_at:%Y-%m-%d}, after its retention period."
            )

    async def detail(self, run_id: str, *, proven: bool = False, marked: bool = False) -> RunDetail:
        """Return a run with its steps and requests. Raises `UnknownRun`.

        `proven`: for a program that acts on it; raises `AlteredRun` if the records were changed. `marked`:
        for people who read it; the changed records bear a mark.
        """
        altered = ""
        if marked and not self._checked_lately(run_id):
            snapshot, altered = await self._store.marked(run_id)
            if snapshot is not None and not altered:
                self._remember_check(snapshot)
        elif proven:
            snapshot = await self._store.proven(run_id, elements=False)
        else:
            snapshot = await self._store.read(queries.snapshot, run_id)
        if snapshot is None:
            await self._pruned(run_id)
            raise UnknownRun(no_run_text(run_id))
        definition, graph = await self._definitions.get(snapshot.run.definition)
        ended = snapshot.run.state in RUN_ENDED
        steps = tuple(
            snapshot.steps.get(name) or StepRecord(run_id, name, "cancelled" if ended else "pending")
            for name in graph.order
        )
        undos = [snapshot.steps[name] for name in graph.attached if name in snapshot.steps]
        undos.sort(key=lambda record: (record.started_at is None, record.started_at))
        steps = (*steps, *undos)
        reports = await self._reports(steps)
        queues = {} if ended else await self._queues(run_id)
        steps = tuple(
            evolve(
                step,
                log=reports[step.step].log if step.step in reports else step.log,
                reason=f"waits for a worker of {queues[step.step]}"
                if step.step in queues
                else self._decided(graph.nodes.get(step.step), step) or step.reason,
            )
            for step in steps
        )
        return RunDetail(
            run=await self._store.read(queries.explained, snapshot.run),
            owner=definition.owner,
            workflow_channel=definition.channel,
            steps=steps,
            requests=tuple(self.identified(request, altered) for request in snapshot.requests.values()),
            usual_seconds=await self._store.read(queries.usual_seconds, snapshot.run.workflow),
            titles={name: node.title for name, node in graph.nodes.items()},
            branches=graph.branches(),
            undoes=() if ended else tuple(steps_to_undo(graph, snapshot.steps, partly_done(graph, snapshot))),
            quiet=any(spec.quiet and spec.key == snapshot.run.trigger for spec in definition.triggers),
            held_until=held_until(definition, graph.nodes, steps, snapshot.requests.values()),
            untold=await self._untold(snapshot.requests.values()),
            altered=altered,
            polls={
                name: polling for name, kept in snapshot.checkpoints.items() if (polling := polling_of(kept))
            },
            progress={name: report.progress for name, report in reports.items() if report.progress},
            elements=element_counts(graph, snapshot) if graph.mapped else {},
            result=run_result(definition, graph, snapshot.run, steps, self._secrets),
            links=produced_links(graph, steps, self._secrets),
            repeats_because=await self._repeat_reason(snapshot.run),
            transforms=await self._store.read(queries.input_transforms, snapshot.run.id)
            if definition.earlier_inputs
            else (),
            related=await related_runs(self._store, self._definitions, graph, snapshot),
            parts=(parts := parts_of(graph)),
            transcripts=self._transcripts(parts, steps) if parts else {},
            used_at=used_at(definition, snapshot.signals),
        )

    def _decided(self, node: NodeSpec | None, step: StepRecord) -> str:
        """Return what a decision step decided and why; empty for another step."""
        decides = isinstance(node, StepSpec) and isinstance(node.operation, DecisionSpec)
        if not decides or step.state != "succeeded" or not isinstance(step.output, Mapping):
            return ""
        return redacted(in_words(step.output), self._secrets)

    def _transcripts(
        self, parts: Mapping[str, str], steps: Iterable[StepRecord]
    ) -> dict[str, tuple[TranscriptLine, ...]]:
        """Return the transcript of each agent, from the newest of its turns that ended."""
        newest = {
            parts[step.step]: step.output["transcript"]
            for step in steps
            if step.step in parts and isinstance(step.output, Mapping) and "transcript" in step.output
        }

        def clean(text: str) -> str:
            return redacted(text, self._secrets)

        return {agent: transcript_lines(messages, clean) for agent, messages in newest.items()}

    async def _queues(self, run_id: str) -> dict[str, str]:
        """Return the queues of the steps that wait for a worker, by step."""
        if self._store.listen is None:
            return {}
        return await self._store.read(queries.waiting_for_workers, run_id)

    async def _untold(self, requests: Iterable[RequestRecord]) -> dict[str, datetime]:
        """By id of an open failure: the end of the quiet hours that hold back the message it is in."""
        untold = {}
        for request in requests:
            if request.kind != "failure" or request.state != "open" or not _held(request, self._clock.now()):
                continue
            card = await self._store.read(queries.failure_card, request.id, 0)
            until = _held(card.leader if card else request, self._clock.now())
            if until and not await self._store.read(queries.card_is_retried, request.id):
                untold[request.id] = until
        return untold

    async def _repeat_reason(self, run: RunRecord) -> str:
        return await self._store.read(queries.repeat_reason, run.id) if run.origin else ""

    async def _reports(self, steps: Sequence[StepRecord]) -> dict[str, StepReport]:
        """By step, or element: what the attempts that execute now have reported so far."""
        executing = {step.step for step in steps if step.state == "running"}
        if not executing:
            return {}
        reports = await self._store.read(queries.reports_of_executing, steps[0].run_id, self._store.skip)
        return {report.step: report for report in reports if node_of(report.step) in executing}

    async def elements(
        self, run_id: str, step: str, state: StepState, after: int, limit: int
    ) -> list[StepRecord]:
        """Return elements of a mapped step in this state, behind the index `after`."""
        return await self._store.read(queries.elements, run_id, step, state, after, limit)

    def _checked_lately(self, run_id: str) -> bool:
        checked_at = self._checked.get(run_id)
        return checked_at is not None and self._clock.monotonic() - checked_at < CHECK_INTERVAL

    def _remember_check(self, snapshot: Snapshot) -> None:
        """Remember that a large run is as its log recorded it: to check that takes up to a second, and its
        message is rendered again every second."""
        if sum(sum(by_state.values()) for by_state in snapshot.counts.values()) < MANY_ELEMENTS:
            return
        now = self._clock.monotonic()
        self._checked = {id_: at for id_, at in self._checked.items() if now - at < CHECK_INTERVAL}
        self._checked[snapshot.run.id] = now

    async def drawing(self, run_id: str) -> Drawing:
        """Return the graph of a run, with the states of its steps."""
        detail = await self.detail(run_id)
        definition, graph = await self._definitions.get(detail.run.definition)
        states = {step.step: step.state for step in detail.steps}
        return drawing(definition, graph, states, detail.run.short, _refusals(detail))

    async def marked(self, requests: Sequence[RequestRecord]) -> list[RequestRecord]:
        """Return the requests, each marked with how its run differs from the log."""
        altered = await self._store.altered(list(dict.fromkeys(request.run_id for request in requests)))
        return [self.identified(request, altered.get(request.run_id, "")) for request in requests]

    async def find_waiting(
        self, user_id: str, limit: int, after: ListPlace | None, *, by_card: bool = True
    ) -> FoundRequests:
        """`by_card`: a card whose open failures all wait for this person is listed once, at the oldest."""
        waiting: list[RequestRecord] = []
        searched = 0
        goes_on_at: ListPlace | None = None
        authorization = Authorization(RememberedPeople(self._authorization.people))
        now = self._clock.now()
        cards = _Cards(await self._store.read(queries.shared_places) if by_card else {})
        await self._before(after, cards, user_id, authorization, now)
        async for stored in open_requests(self._store, after=after):
            if searched == MAX_REQUESTS_SEARCHED:
                break
            request = self.identified(stored)
            if await self._awaits(request, user_id, authorization, now):
                waiting.append(request)
            else:
                cards.split(request)
            searched += 1
            # Without an id: the viewer may not see that request.
            goes_on_at = ListPlace(request.opened_at)
        else:
            goes_on_at = None
        listed = [request for request in waiting if cards.lists(request)]
        shown = listed[:limit]
        shared = {
            request.id: card
            for request in shown
            if request.id in cards.standing
            and (card := await self._store.read(queries.failure_card, request.id, 0))
            and (card.leader.workflow, card.leader.step) == (request.workflow, request.step)
        }
        marked = tuple(await self.marked(shown))
        return FoundRequests(marked, len(listed), goes_on_at, shared, user_id)

    async def _before(
        self,
        after: ListPlace | None,
        cards: "_Cards",
        user_id: str,
        authorization: Authorization,
        now: datetime,
    ) -> None:
        """Note the failures on cards that are on earlier pages, as far as requests are searched."""
        if after is None or not cards.places:
            return
        searched = 0
        async for stored in open_requests(self._store):
            if searched == MAX_REQUESTS_SEARCHED or (stored.opened_at, stored.id) > (
                after.created_at,
                after.id,
            ):
                return
            searched += 1
            if stored.id in cards.places:
                request = self.identified(stored)
                if await self._awaits(request, user_id, authorization, now):
                    cards.earlier(request)
                else:
                    cards.split(request)

    async def _awaits(
        self, request: RequestRecord, user_id: str, authorization: Authorization, now: datetime
    ) -> bool:
        """Return whether a request waits for this person, as a decision is checked.

        A lapsed membership or handover counts for nobody.
        """
        stood_in = [
            delegate.away
            for delegate in request.people.delegates
            if delegate.to == user_id and now < delegate.until
        ]
        untrusted = await authorization.untrusted(request)
        own = await authorization.refs_of_member(user_id, request)
        others = {away: await authorization.refs_of_member(away, request) for away in stood_in}
        if request.policy.risk == "high" and not own:
            others = {}
        others = {away: refs - untrusted for away, refs in others.items()}
        return awaits_person(request, user_id, own - untrusted, others)

    def identified(self, request: RequestRecord, altered: str = "") -> RequestRecord:
        """Return the request with the person who asked, as accounts are mapped now, and with its mark."""
        request = identified(request, self._cli_users)
        return evolve(request, altered=altered) if altered else request


class _Cards:
    """Cards of open failures, while the requests that wait for one person are listed."""

    def __init__(self, places: Mapping[str, str]) -> None:
        """`places`: the card of each open failure that shares it, by the id of its request."""
        self.places = places
        self.standing: set[str] = set()
        """Ids of the requests that stand for all on their card."""
        self._split: set[str] = set()
        self._listed: set[str] = set()

    def split(self, request: RequestRecord) -> None:
        """Note an open request that does not wait for the person: an act on its card would be refused."""
        if card := self.places.get(request.id):
            self._split.add(card)

    def earlier(self, request: RequestRecord) -> None:
        """Note a request that an earlier page lists."""
        self._listed.add(self.places[request.id])

    def lists(self, request: RequestRecord) -> bool:
        """Return whether a request has an entry: not if an earlier one stands for it."""
        card = self.places.get(request.id)
        if card is None or card in self._split:
            return True
        if card in self._listed:
            return False
        self._listed.add(card)
        self.standing.add(request.id)
        return True


def _held(request: RequestRecord, now: datetime) -> datetime | None:
    """Return until when quiet hours hold the message of a failure; None where they do not."""
    until = request.alert.held_until if request.alert else None
    return until if until is not None and until > now else None


def _refusals(detail: RunDetail) -> dict[str, Refusal]:
    """Return how the last request of each approval ended, by step; of those that were refused.

    Silence that counts as a rejection is `expired`.
    """
    asked = {request.step: request for request in detail.requests if request.is_of_approval}
    succeeded = {step.step for step in detail.steps if step.state == "succeeded"}
    return {
        step: "expired" if request.state == "expired" else outcome
        for step, request in asked.items()
        if step in succeeded and (outcome := refusal_of(request.outcome))
    }
