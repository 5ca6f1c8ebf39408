"""Late and early events: the disk's answers are held back until something else has happened."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, Decision, Engine, EngineSettings, Outcome, Retry, StaticPeople, Workflow
from engine.audit.keys import Keyring
from engine.clock import FakeClock
from engine.kernel.transition import Transition
from engine.model.records.change import Change
from engine.model.states import IllegalTransition
from engine.runtime.process.activity import Activity
from engine.runtime.process.steady_time import SteadyTime
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.runs.resources import Resources
from engine.runtime.runs.slots import Slots
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.log import opening
from engine.store.schema.migrate import migrate
from engine.store.sqlite.connection import connect
from engine.store.sqlite.reader import Reader
from engine.store.sqlite.writer import Writer
from engine.store.store import Store
from engine.store.work import Perform
from engine.store.writes import transitions

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2", "U3"]})
ALICE, BOB, CAROL = (Actor("slack", f"U{number}") for number in (1, 2, 3))


class HeldWriter(Writer):
    """While `held`, writes gather; then they go in one transaction."""

    held = False

    def __init__(self, path: Path, perform: Perform) -> None:
        super().__init__(path, perform)
        self._release = self._queue.hand_over
        self._queue.hand_over = self._hand_over  # type: ignore[method-assign]

    @property
    def waiting(self) -> int:
        return len(self._queue.waiting)

    def _hand_over(self) -> None:
        if not self.held:
            self._release()

    def release(self) -> None:
        self.held = False
        self._release()


class SlowReader(Reader):
    """Reads made while `slow` is set come back when theirs is."""

    slow: asyncio.Event | None = None
    arrived = 0
    """How many of those there are."""

    only: Any = None
    """A query of `engine.store.queries`: only its reads are slow."""

    async def read(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        gate, result = self.slow, await super().read(query, *args, **kwargs)
        if gate is not None and self.only in (None, query):
            self.arrived += 1
            await gate.wait()
        return result


class Site:
    """An engine with one attempt at a time."""

    def __init__(self, folder: Path) -> None:
        path = folder / "signoff.db"
        migrate(path)
        self.clock = FakeClock()
        seal = opening.look(path, Keyring(folder / "keys"), self.clock.now(), partial(connect, path)).seal
        self.writer, self.reader = HeldWriter(path, transitions.performing(seal)), SlowReader(path)
        self.store = store = Store(path, self.writer, self.reader, seal)
        self.engine = Engine(
            store, self.clock, PEOPLE, EngineSettings(folder / "data", parallel=1).resolved(folder)
        )

    async def written(self, count: int) -> None:
        """Return when so many writes gather."""
        async with asyncio.timeout(10):
            while self.writer.waiting < count:
                await asyncio.sleep(0)

    async def slow_click(self, gate: asyncio.Event, actor: Actor) -> "asyncio.Task[Any]":
        """A rejection whose first read has been made, and comes back when the gate opens."""
        await self.engine.activity.idle()  # so that nobody else reads meanwhile
        before, self.reader.slow = self.reader.arrived, gate
        click = asyncio.create_task(
            self.engine.decide("flow-1.go", Decision("reject", comment="no"), actor=actor)
        )
        async with asyncio.timeout(10):
            while self.reader.arrived == before:
                await asyncio.sleep(0)
        self.reader.slow = None
        return click

    async def state(self, run: str) -> str:
        await self.engine.activity.idle()
        return (await self.engine.detail(run)).run.state


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path)
    yield site
    site.writer.release()
    await site.engine.close(grace=0)


def gated(goes_on: asyncio.Event | None = None, **options: Any) -> Workflow:
    """A question, and a step that waits for `goes_on`."""
    flow = Workflow("flow", owner="@ops", **options)
    go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="1h", self_approval=True)

    @flow.step(when=go.approved)
    async def act(go: Outcome) -> str:
        if goes_on is not None:
            await goes_on.wait()
        return go.outcome

    return flow


async def test_a_second_click_is_answered_when_the_first_is_on_the_disk(site: Site) -> None:
    site.engine.register(gated())
    await site.engine.serve()
    run = await site.engine.start("flow", actor=ALICE, key="1")
    site.writer.held = True
    first = asyncio.create_task(site.engine.decide("flow-1.go", Decision("approve"), actor=BOB))
    await site.written(1)
    second = asyncio.create_task(site.engine.decide("flow-1.go", Decision("approve"), actor=BOB))
    await site.written(2)
    assert not second.done()
    site.writer.release()
    assert [(await click).code for click in (first, second)] == ["decided", "duplicate"]
    assert await site.state(run.id) == "succeeded"


async def test_a_step_begins_only_when_its_start_is_on_the_disk(site: Site) -> None:
    began = asyncio.Event()
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def act() -> str:
        began.set()
        return "acted"

    site.engine.register(flow)
    await site.engine.serve()
    site.writer.held = True
    start = asyncio.create_task(site.engine.start("flow", actor=ALICE, key="1"))
    await site.written(1)
    for _ in range(100):  # more turns of the loop than an attempt takes to begin
        await asyncio.sleep(0)
    assert not began.is_set()
    site.writer.release()
    run = await start
    assert await site.state(run.id) == "succeeded"
    assert began.is_set()


async def test_an_old_read_does_not_become_the_runs_state(site: Site) -> None:
    """If it did, what executes would be late by it, and its result thrown away."""
    goes_on = asyncio.Event()
    site.engine.register(gated(goes_on))
    await site.engine.serve()
    run = await site.engine.start("flow", actor=ALICE, key="1")
    first, second = asyncio.Event(), asyncio.Event()
    clicks = [await site.slow_click(first, BOB), await site.slow_click(second, CAROL)]
    assert (await site.engine.decide("flow-1.go", Decision("approve"), actor=ALICE)).code == "decided"
    first.set()
    assert (await clicks[0]).code == "already_decided"  # and the run must be read again
    site.writer.held = True
    second.set()
    await answered_or_written(clicks[1], site)
    before = site.writer.waiting
    goes_on.set()
    await site.written(before + 1)
    site.writer.release()
    assert (await clicks[1]).code == "already_decided"
    assert await site.state(run.id) == "succeeded"


async def answered_or_written(click: "asyncio.Task[Any]", site: Site) -> None:
    """As it should be it is answered; taken for the newest, what it read leads to a write."""
    async with asyncio.timeout(10):
        while not click.done() and not site.writer.waiting:
            await asyncio.sleep(0)


async def test_an_old_read_does_not_make_a_wait_look_needless(site: Site) -> None:
    flow = Workflow("flow", owner="@ops")
    go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="3h")
    flow.approval(
        "further", ask="Further?", approvers=["@ops"], expires="1h", when=go.approved, advisory=True
    )
    site.engine.register(flow)
    await site.engine.serve()
    run = await site.engine.start("flow", actor=ALICE, key="1")
    gate = asyncio.Event()
    late = await site.slow_click(gate, CAROL)
    assert (await site.engine.decide("flow-1.go", Decision("approve"), actor=BOB)).code == "decided"
    await site.engine.activity.idle()
    site.writer.held = True
    gate.set()
    # By an old read the rejection would be on its way now, and nothing asked further.
    await answered_or_written(late, site)
    before = site.writer.waiting
    site.clock.advance(timedelta(hours=1))
    await site.written(before + 1)
    site.writer.release()
    assert (await late).code == "already_decided"
    assert await site.state(run.id) == "succeeded"


async def test_a_clock_set_back_while_something_is_due_reminds_once(site: Site) -> None:
    flow = Workflow("flow", owner="@ops")
    flow.approval("go", ask="Go?", approvers=["@ops"], expires="never", remind_every="10m", advisory=True)
    site.engine.register(flow)
    await site.engine.serve()
    run = await site.engine.start("flow", actor=ALICE, key="1")
    await site.engine.activity.idle()
    gate = site.reader.slow = asyncio.Event()
    site.reader.only = queries.due_waits
    site.clock.advance(timedelta(minutes=10))
    async with asyncio.timeout(10):
        while not site.reader.arrived:
            await asyncio.sleep(0)
    site.reader.slow = None
    site.clock.advance(timedelta(minutes=-30))
    gate.set()
    assert await site.state(run.id) == "waiting"
    events = [event.type for event in await site.engine.events.of_run(run.id)]
    assert events.count("request.reminded") == 1


async def test_room_taken_by_a_start_that_is_refused_goes_to_who_waits_for_it(site: Site) -> None:
    flow = gated(max_active_runs=1, overlap="skip")

    @flow.step
    async def early() -> str:
        return "early"

    site.engine.register(flow)
    await site.engine.serve()
    run = await site.engine.start("flow", actor=ALICE, key="1")
    assert await site.state(run.id) == "waiting"
    site.writer.held = True
    another = asyncio.create_task(site.engine.start("flow", actor=ALICE, key="2"))
    await site.written(1)
    click = asyncio.create_task(site.engine.decide("flow-1.go", Decision("approve"), actor=BOB))
    await site.written(2)
    site.writer.release()
    assert (await click).code == "decided"
    with pytest.raises(Exception, match="skips runs that overlap"):
        await another
    assert await site.state(run.id) == "succeeded"


async def test_room_of_an_attempt_that_is_stopped_before_its_first_line_is_given_back(site: Site) -> None:
    flow, begun = Workflow("flow", owner="@ops"), []

    @flow.step(retry=Retry(attempts=2, delay="5s", jitter=0))
    async def reach() -> str:
        begun.append(1)
        if len(begun) == 1:
            raise ConnectionError
        return "reached"

    site.engine.register(flow)
    await site.engine.serve()
    run = await site.engine.start("flow", actor=ALICE, key="1")
    await site.engine.activity.idle()
    site.writer.held = True
    site.clock.advance(timedelta(seconds=5))
    await site.written(1)
    stop = asyncio.create_task(site.engine.cancel(run.id, actor=ALICE))
    await site.written(2)
    site.writer.release()
    await stop
    assert await site.state(run.id) == "cancelled"
    assert len(begun) == 1
    other = await site.engine.start("flow", actor=ALICE, key="2")
    assert await site.state(other.id) == "succeeded"


async def test_a_start_that_was_made_before_does_not_hide_how_far_the_run_is(site: Site) -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def early() -> str:
        return "early"

    flow.approval("go", ask="Go?", approvers=["@ops"], expires="1h", after=[early], advisory=True)
    site.engine.register(flow)
    await site.engine.serve()
    run = await site.engine.start("flow", actor=ALICE, key="1")
    assert await site.state(run.id) == "waiting"
    site.writer.held = True
    again = asyncio.create_task(site.engine.start("flow", actor=ALICE, key="1"))
    await site.written(1)
    site.clock.advance(timedelta(hours=1))
    for _ in range(100):  # the expiry is due and looks for its run
        await asyncio.sleep(0)
    site.writer.release()
    assert (await again).id == run.id
    assert await site.state(run.id) == "succeeded"


@pytest.mark.timeout(20)
async def test_a_run_forgotten_the_moment_it_was_read_is_read_again(site: Site) -> None:
    """A task that arrives between the end of a read and its callbacks must not wait forever."""
    site.engine.register(gated())
    await site.engine.serve()
    run = await site.engine.start("flow", actor=ALICE, key="1")
    await site.engine.activity.idle()
    registry, definitions = WorkflowRegistry(), DefinitionCache(site.store)
    resources = Resources(site.store, registry, definitions)
    runs = LiveRuns(
        site.store, registry, definitions, SteadyTime(site.clock), Slots(1), resources, Activity()
    )

    def refuse(_: Transition) -> Change:
        raise IllegalTransition("not now")

    async def refused() -> None:
        with pytest.raises(IllegalTransition):
            await runs.apply(run.id, refuse)

    reading = asyncio.create_task(refused())
    while runs.state_of(run.id) is None:
        await asyncio.sleep(0)
    for _ in range(3):
        await refused()
    await reading
