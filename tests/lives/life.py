"""Whole lives of an installation, by seed: engine, store and outbox as they are, everything around by chance.

Random workflows with child runs, lists, keys, priorities and resources, results, failures, delays, clicks
(twice, late, by the wrong people), people who are away
and back, hand on, ask back, and can't be looked up, jumps of the clock, a Slack that loses posts, and
crashes between any two rounds of the loop. After each move and at the end the invariants of
`tests.lives.invariants` must hold, and every life ends.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from bot.outbox.ports import Delivery, Message
from bot.outbox.service import Outbox, OutboxParts
from engine import Actor, CanaryRules, Decision, Engine, EngineSettings, Fatal, StepContext
from engine.clock import FakeClock
from engine.compiler.compiled import Compiled
from engine.errors import DefinitionErrors, SignoffError
from engine.runtime.workflows.candidates import load_candidate
from tests.lives import invariants, plan
from tests.lives.disk import Disk, Memory
from tests.lives.people import EVERYBODY, Click, Crowd, micros, noted
from tests.lives.slack import FaultySlack

ALWAYS_ABLE = ["U1", "U2", "U3", "U5", "U8"]
_CHOICES = {"approval": ("approve", "reject"), "failure": ("skip",), "clarification": ("answer",)}


_SETTINGS = EngineSettings(Path("data"), keys_dir=Path("keys"))


class Life:
    """One installation. `await Life(seed).live()` raises what did not hold.

    `candidates`: a folder for the candidate file of canaries; None: there are none. `make_disk`: makes the
    database.
    """

    def __init__(
        self, seed: int, candidates: Path | None = None, make_disk: Callable[[], Disk] = Memory
    ) -> None:
        self.rng = random.Random(seed)
        self.clock = FakeClock(datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
        self.disk = make_disk()
        self.database = self.disk.connection
        self.slack = FaultySlack(self.clock, self.rng)
        self.people = Crowd()
        self.executed: list[tuple[str, str, int, str]] = []
        """(run, step, attempt, idempotency key) of every execution that began."""
        self.clicks: set[asyncio.Task[Any]] = set()
        self.begun: list[Click] = []
        """Clicks that were answered as recorded, or not at all."""
        self.latest = self.clock.now()
        self.held: list[Coroutine[Any, Any, Any]] = []
        """Deliveries of clicks that come late."""
        self.read: list[int] = []
        """Places in the log, as a consumer of its own has read them."""
        self.crashes = self._keys = self._set_back = 0
        self.broken: list[Exception] = []
        """Invariants that an attempt found broken."""
        self.texts, compiled = self._workflows()
        self.current = {name: each.definition for name, each in compiled.items()}
        """The definitions of the workflow files, by name."""
        self.definitions = {each.digest: each.definition for each in compiled.values()}
        """By digest."""
        self.candidate = self._candidate(candidates) if candidates else None
        self.candidate_digest = ""
        if self.candidate is not None:
            plan.CANDIDATE.life = self
            loaded = load_candidate(str(self.candidate), "w", _SETTINGS)
            self.candidate_digest = loaded.digest
            self.definitions[loaded.digest] = loaded.definition

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    def _workflows(self) -> tuple[tuple[str, str], dict[str, Compiled]]:
        while True:  # until two that files may hold: not every random graph is one
            texts = plan.source(self.rng)
            try:
                return texts, plan.compiled(texts, self)
            except DefinitionErrors:
                continue

    def _candidate(self, folder: Path) -> Path:
        file = folder / "candidate.py"
        while True:
            file.write_text(plan.candidate(self.rng, self.texts[0]), encoding="utf-8")
            try:
                if load_candidate(str(file), "w", _SETTINGS).digest in self.definitions:
                    continue  # the same workflow, by chance
                return file
            except DefinitionErrors:
                continue

    async def live(self, moves: int = 25) -> None:
        self.versions: set[str] = set()
        """Digests of the definitions of all runs."""
        try:
            await self._boot()
            for _ in range(moves):
                await self._move()
                invariants.always(self)
            await self._settle()
            invariants.at_the_end(self)
            self.versions = {row["definition"] for row in self.rows("SELECT definition FROM run")}
        finally:
            for late in self.held:
                late.close()
            await self._die()
            self.disk.close()

    # Of processes

    async def _boot(self) -> None:
        self.store = self.disk.open(self.rng)
        settings = replace(_SETTINGS, parallel=self.rng.choice([1, 2, 64]), schedules=False)
        self.engine = Engine(self.store, self.clock, self.people, settings)
        for workflow in plan.make(self.texts, self):
            self.engine.register(workflow)
        self.outbox = Outbox(
            OutboxParts(
                self.engine.events, self.engine.deliveries, self.engine, self.people, self.slack,
                self._render, self.clock,
            )
        )  # fmt: skip
        await self.engine.serve()
        await self.outbox.start()
        self._following = asyncio.create_task(self._follow(), name="a consumer")

    async def _die(self) -> None:
        """kill -9: no handler gets anything done any more."""
        self.store.crash(committed=self.rng.random() < 0.5)
        self.engine._lifecycle._parts.execution.watchdog.close()  # a thread, which no task's end ends
        me = asyncio.current_task()
        while others := [task for task in asyncio.all_tasks() if task is not me]:
            for task in sorted(others, key=lambda task: task.get_name()):
                task.cancel()
            for _ in range(3):
                await asyncio.sleep(0)
        self.clicks.clear()

    async def _follow(self) -> None:
        while True:
            events = await self.engine.events.read(
                self.read[-1] if self.read else 0, self.rng.choice([1, 3, 500])
            )
            self.read += [event.seq for event in events]
            if not events:
                await self.engine.events.wait(self.read[-1] if self.read else 0)

    async def _render(self, delivery: Delivery, *, plan: bool) -> Message | None:
        version = 0
        if delivery.kind == "run":
            version = (await self.engine.detail(delivery.subject)).run.version
        return Message(f"{delivery.key} v{version}")

    # What steps do

    async def act(self, ctx: StepContext, candidate: bool = False) -> plan.Out:
        try:
            invariants.may_execute(self, ctx)
            invariants.has_its_own_code(self, ctx, candidate)
        except Exception as broken:  # here it would only fail the step
            self.broken.append(broken)
        self.executed.append((ctx.run_id, ctx.step, ctx.attempt, ctx.idempotency_key))
        chance = 1.0 if self.slack.healthy else self.rng.random()
        if chance < 0.10:
            raise ConnectionError("nobody answers")
        if chance < 0.15:
            raise Fatal("no use in trying again")
        if chance < 0.17:
            raise asyncio.CancelledError
        if chance < 0.35:
            await ctx.sleep(self.rng.choice([1, 15, 30]))
        elif chance < 0.6:
            for _ in range(self.rng.randint(1, 20)):
                await asyncio.sleep(0)
        rows = [plan.Job(key=key) for key in self.rng.choice(["", "a", "ab", "aab"])]
        return plan.Out(n=self.rng.randint(0, 9), rows=rows)

    # What people and the world do

    async def _move(self) -> None:
        if self.candidate is not None and self.rng.random() < 0.4:
            await self.rng.choice([self._canary, self._start])()
            return
        move = self.rng.choices(
            [
                self._start,
                self._click,
                self._late,
                self._cancel,
                self._leave,
                self._return,
                self._hand_on,
                self._ask,
                self._silence,
                self._tick,
                self._jump,
                self._rounds,
                self._crash,
                self._prioritize,
            ],
            [8, 8, 2, 0.3, 2, 2, 0.5, 0.8, 0.3, 5, 1, 8, 1.5, 1],
        )[0]
        await move()

    async def _start(self) -> None:
        started = self.rows("SELECT id FROM run WHERE workflow = 'w'")
        if len(started) >= (8 if self.candidate else 3) or self.clicks:
            return
        # The same key again is the same act delivered twice.
        self._keys += self.rng.random() < 0.8
        actor, key = Actor("slack", self.rng.choice(EVERYBODY)), f"k{self._keys}"
        self._in_background(self._begin(actor, key))

    async def _begin(self, actor: Actor, key: str) -> None:
        try:
            run = await self.engine.start("w", {"key": "ab"[self._keys % 2]}, actor=actor, key=key)
        except SignoffError:
            return
        assert self.rows("SELECT 1 FROM run WHERE id = ?", run.id), (
            "a start was acknowledged, but its run is missing"
        )

    async def _canary(self) -> None:
        """Begin a canary, promote its candidate or roll it back, as somebody who may or may not."""
        canaries, operator = self.engine.canaries, Actor("cli", "ops")
        actor = self.rng.choice([operator, operator, Actor("slack", self.rng.choice(EVERYBODY))])
        rules = CanaryRules(min_runs=1, max_failures=self.rng.choice([10, 100]), promote_after=2)
        rules = self.rng.choice([CanaryRules(), rules])
        share = self.rng.choice([20, 50, 100, 100])
        assert self.candidate is not None
        acts: list[Callable[[], Awaitable[Any]]] = [
            partial(canaries.start, "w", self.candidate, share, actor=actor, rules=rules),
            partial(canaries.promote, "w", actor=actor),
            partial(canaries.roll_back, "w", actor=actor),
        ]
        self._attempt(self.rng.choices(acts, [4, 1, 1])[0])

    async def _click(self) -> None:
        requests = self.rows("SELECT id FROM request ORDER BY id")
        if not requests:
            return
        request = self.rng.choice(requests)["id"]
        choice = self.rng.choice(["approve", "approve", "reject", "retry", "skip", "abort", "revoke"])
        if ".q" in request:
            choice = "answer"
        people = [*EVERYBODY, *(to for to, _ in noted(self).values())]
        person, comment = self.rng.choice(people), self.rng.choice(["", "so be it"])
        for _ in range(self.rng.choice([1, 1, 1, 2, 3])):
            click = self._decide(request, choice, person, comment)
            if self.rng.random() < 0.2:
                self.held.append(click)
            else:
                self._in_background(click)

    async def _decide(self, request: str, choice: str, person: str, comment: str) -> bool:
        (last,) = self.rows("SELECT coalesce(max(seq), 0) seq FROM event")
        click = Click(request, person, choice, last["seq"], micros(self.clock.now().isoformat()))
        self.begun.append(click)
        result = await self.engine.decide(
            request, Decision(choice, comment=comment), actor=Actor("slack", person)
        )
        if not result.accepted:
            self.begun.remove(click)
            return False
        made = self.rows(
            "SELECT 1 FROM decision WHERE request_id = ? AND choice = ? AND actor = ?",
            request, choice, f"slack:{person}",
        )  # fmt: skip
        assert made, "a click was acknowledged as recorded, but is missing"
        return result.code != "duplicate"

    async def _late(self) -> None:
        if self.held:
            self._in_background(self.held.pop(self.rng.randrange(len(self.held))))

    async def _cancel(self) -> None:
        runs = self._runs()
        if runs:
            self._attempt(partial(self.engine.cancel, self.rng.choice(runs), actor=Actor("slack", "U2")))

    async def _prioritize(self) -> None:
        runs, priority = self._runs(), self.rng.randint(-3, 3)
        if runs:
            run, by = self.rng.choice(runs), Actor("slack", "U2")
            self._attempt(partial(self.engine.control.prioritize, run, priority, actor=by))

    async def _leave(self) -> None:
        who, to = self.rng.sample(ALWAYS_ABLE, 2)
        until = self.clock.now() + timedelta(minutes=self.rng.choice([20, 90, 1500]))
        self._attempt(partial(self.engine.delegations.away, Actor("slack", who), to, until))

    async def _return(self) -> None:
        who = self.rng.choice(sorted(noted(self)) or EVERYBODY)
        self._attempt(partial(self.engine.delegations.back, Actor("slack", who)))

    async def _hand_on(self) -> None:
        to, by = self.rng.choice(["@a", "@b", "U1", "U5", "U8"]), self.rng.choice(EVERYBODY)
        for request in self._an_open_one():
            self._attempt(partial(self.engine.reassign, request, to, actor=Actor("slack", by)))

    async def _ask(self) -> None:
        by = Actor("slack", self.rng.choice(EVERYBODY))
        for request in self._an_open_one():
            self._attempt(partial(self.engine.ask_requester, request, "Why?", actor=by))

    async def _silence(self) -> None:
        self.people.silent = not self.people.silent

    def _an_open_one(self) -> list[str]:
        found = self.rows("SELECT id FROM request WHERE state = 'open' ORDER BY id")
        return [self.rng.choice(found)["id"]] if found else []

    def _attempt(self, act: Callable[[], Awaitable[Any]]) -> None:
        async def attempt() -> None:
            with suppress(SignoffError):
                await act()

        self._in_background(attempt())

    async def _tick(self) -> None:
        await self.engine.activity.idle()
        wake = self.clock.next_wake()
        if wake is not None:
            self._move_to(wake)

    def _move_to(self, moment: datetime) -> None:
        self.clock.move_to(moment)
        self.latest = max(self.latest, moment)
        for click in self.begun:
            click.earliest = min(click.earliest, micros(moment.isoformat()))

    async def _jump(self) -> None:
        minutes = self.rng.choice([-30, -1, 7, 45, 600])
        self._set_back -= min(minutes, 0)
        # Slack's clock and ours are taken to differ by an hour at most.
        if self._set_back < 60:
            self._move_to(self.clock.now() + timedelta(minutes=minutes))

    async def _rounds(self) -> None:
        for _ in range(self.rng.randint(1, 40)):
            await asyncio.sleep(0)
        self._answered()

    async def _crash(self) -> None:
        self.crashes += 1
        await self._die()
        await self._boot()

    def _in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        self.clicks.add(asyncio.create_task(work))

    def _answered(self) -> None:
        """Raise the error of a person's act, unless it is a proper refusal."""
        done = {task for task in self.clicks if task.done()}
        self.clicks -= done
        for task in done:
            if not task.cancelled():
                task.result()

    # The end

    async def _settle(self) -> None:
        """From here nothing goes wrong any more: everything must come to an end."""
        self.slack.healthy, self.people.silent = True, False
        await self._quiet()
        self._move_to(self.clock.now() + timedelta(minutes=1))  # what people could not be asked about is done
        for round_ in range(500):
            await self._quiet()
            invariants.each_question_has_its_stand_ins(self)
            if round_ == 300:  # some questions nobody is left to answer, and they never expire
                for run in self._runs():
                    self._attempt(partial(self.engine.cancel, run, actor=Actor("slack", "U2")))
                continue
            under_way = self.rows("SELECT id FROM run WHERE ended_at IS NULL")
            unsent = self.rows("SELECT key FROM delivery WHERE sent < wanted AND state != 'dead'")
            waits = self.rows("SELECT id FROM wait")
            if not under_way and not unsent and not waits:
                return
            if not await self._answer_one():
                wake = self.clock.next_wake()
                assert wake is not None, f"stuck: {[tuple(row) for row in [*under_way, *unsent, *waits]]}"
                self._move_to(max(wake, self.clock.now()))
        raise AssertionError("it does not end")

    async def _quiet(self) -> None:
        while self.clicks:
            await asyncio.sleep(0)
            self._answered()
        await self.engine.activity.idle()
        await self.outbox.settled()
        (last,) = self.rows("SELECT coalesce(max(seq), 0) seq FROM event")
        for _ in range(10_000):
            if self.read[-1:] == [last["seq"]] or not last["seq"]:
                break
            await asyncio.sleep(0)

    async def _answer_one(self) -> bool:
        """Answer an open request, as somebody who may."""
        for request in await self.engine.requests():
            for choice, person in product(_CHOICES[request.kind], ALWAYS_ABLE):
                if await self._decide(request.id, choice, person, "yes"):
                    return True
        return False

    # The disk

    def rows(self, query: str, *values: Any) -> list[Any]:
        found: list[Any] = self.database.execute(query, values).fetchall()
        return found

    def _runs(self) -> list[str]:
        return [row["id"] for row in self.rows("SELECT id FROM run ORDER BY id")]
