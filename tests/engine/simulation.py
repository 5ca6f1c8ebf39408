"""Drives the pure half of the engine through random graphs, outcomes, crashes and duplicates, by seed.

Rows are kept as a store keeps them, behind the same guard. What must hold is in `tests/engine/invariants.py`.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from engine.kernel import run_transitions
from engine.kernel.live_run import LiveRun
from engine.kernel.requests import clarification, decision_transitions, escalation, request_transitions
from engine.kernel.resilience.failure_rules import FailureRules
from engine.kernel.resources import turns
from engine.kernel.resources.queue import ResourceBook
from engine.kernel.resources.rules import allowed, give, take
from engine.kernel.resources.use import ticket_of
from engine.kernel.shapes import child_runs
from engine.kernel.shapes.awaiting import is_open
from engine.kernel.shapes.child_runs import ChildResult
from engine.kernel.transition import Transition
from engine.model.definition.elements import is_element
from engine.model.definition.graph import Graph
from engine.model.definition.operations import OperationSpec
from engine.model.definition.spec import (
    ChildSpec,
    StepSpec,
)
from engine.model.people import Actor
from engine.model.records.change import Change, Wait
from engine.model.records.records import DecisionRecord, RequestRecord, RunRecord, StepRecord, evolve
from engine.model.records.request_parts import Failure
from engine.model.states import RUN_ENDED, IllegalTransition
from engine.model.versions.code_version import Versioned
from tests.engine.invariants import check_all, check_asked_of_loaded_code, check_change
from tests.engine.random_definitions import (
    FIRST_LIVES,
    LIMITS,
    ROUND_LIVES,
    random_definition,
    revisable_definition,
    with_children,
    with_deadlines,
    with_resources,
    with_revisions,
    with_undo,
)

INPUT = {"rows": [1, 2, 3, 4], "none": []}
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class AllCode:
    """Every step's code is at hand. `versions`: of those that were changed, by step."""

    def __init__(self) -> None:
        self.versions: Counter[str] = Counter()

    def missing(self, run: Versioned, node: StepSpec) -> str:
        return ""

    def digest(self, run: Versioned, step: str) -> str:
        return f"{step}-{self.versions[step]}"

    def operation(self, run: Versioned, step: str) -> OperationSpec | None:
        return None

    def rules(self, run: Versioned, step: str) -> FailureRules:
        return FailureRules()


@dataclass
class Rows:
    """Rows that a database would hold of one run."""

    run: RunRecord
    steps: dict[str, StepRecord] = field(default_factory=dict)
    requests: dict[str, RequestRecord] = field(default_factory=dict)
    waits: dict[str, object] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    results: dict[str, int] = field(default_factory=dict)

    def commit(self, change: Change) -> None:
        assert change.leaves == self.run.version, "a transition left a version that did not exist"
        assert change.run.version == change.leaves + 1
        self.run = change.run
        for name, record in change.steps.items():
            before = self.steps.get(name)
            if record.state == "succeeded" and (before is None or before.state != "succeeded"):
                self.results[name] = self.results.get(name, 0) + 1
            self.steps[name] = record
        self.requests.update(change.requests)
        for id_, wait in change.waits.items():
            if wait is None:
                self.waits.pop(id_, None)
            else:
                self.waits[id_] = wait
        self.events += [event.type for event in change.events]


def _succeed(transition: Transition, step: str, attempt: int) -> Change:
    return run_transitions.succeed(transition, step, attempt, {"n": 1}, [], 1.0)


def _start_child(transition: Transition, step: str, child: RunRecord) -> Change:
    child_runs.started(transition, step, child)
    return transition.finish()


def _end_child(transition: Transition, step: str, child: str, result: ChildResult) -> Change:
    if failure := child_runs.finish(transition, step, child, result):
        transition.give_up(step, failure)
    return transition.finish()


def _forget_child(transition: Transition, step: str) -> Change:
    transition.end_wait("child", f"w-1:{step}")
    return transition.finish()


class Move(NamedTuple):
    """Something that could happen next, to a step or a request."""

    kind: str
    name: str = ""
    choice: str = ""
    attempt: int = 0


class Simulation:
    """One run, one seed. `step` does one random thing that could happen next."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.tampers = random.Random(-seed).random() < 0.5
        self.definition = with_resources(random_definition(self.rng), random.Random(~seed))
        if seed % 3 == 0:
            self.definition = with_deadlines(self.definition, random.Random(-seed))
        self.definition = with_undo(with_children(self.definition, seed), seed)
        self.definition = with_revisions(self.definition, seed)
        self.sends_back = seed in ROUND_LIVES
        if self.sends_back:
            self.definition = revisable_definition(seed)
        self.graph = Graph(self.definition)
        self.now = START
        trigger = "manual" if seed % 4 or seed in FIRST_LIVES else "child:whole:top-1"
        run = RunRecord("w-1", "w", "d", "pending", 0, INPUT, Actor("cli", "t"), trigger, None, "t", self.now)
        self.rows = Rows(run)
        self.state = LiveRun.of(run, self.definition, self.graph, {})
        self.executing: dict[tuple[str, int], StepRecord] = {}
        self.finished: list[tuple[str, int]] = []
        self.crashed: Counter[tuple[str, int]] = Counter()
        """By step and round: how often the process died while it executed."""
        self.room = self.rng.choice([1, 2, 64])
        self.book = ResourceBook(LIMITS.get)
        self.others = random.Random(~seed)
        """Chance for other runs that use the same resources."""
        self.code = AllCode()
        self.asked: dict[str, tuple[dict[str, StepRecord], Counter[str]]] = {}
        """By request: the steps and the code as they were when people were asked."""
        self.do(lambda t: run_transitions.create(t, start=True))

    def do(self, build: Callable[[Transition], Change], kept: int = 0) -> bool:
        """Commit a transition, or see that it no longer applies. `kept`: room for suspects to come."""
        free = self.room - len(self.executing) - len(self.state.suspects) - kept
        transition = Transition(self.state, self.code, self.now, max(free, 0), resources=self.book)
        try:
            change = build(transition)
        except IllegalTransition:
            self.reload()
            return False
        check_change(self, change)
        self.rows.commit(change)
        self.follow(change)
        for id_ in change.requests:
            self.asked.setdefault(id_, (dict(self.rows.steps), Counter(self.code.versions)))
        for step in change.stops:
            self.executing = {key: one for key, one in self.executing.items() if key[0] != step}
        for record in change.starts:
            self.executing[record.step, record.attempt] = record
        return True

    def reload(self) -> None:
        """Forget what is in memory and read the rows, as after an eviction or a crash."""
        self.state = self.fresh(dict(self.rows.requests))
        for step in self.state.held:
            node, since = self.graph.nodes[step], self.rows.steps[step].queued_at
            assert isinstance(node, StepSpec)
            if since is not None and self.book.ticket("w-1", step) is None:
                self.book.queue(ticket_of(self.rows.run, node, since))

    def fresh(self, requests: dict[str, RequestRecord] | None = None) -> LiveRun:
        """The run as it is read from its rows."""
        steps, elements = ({}, {})  # type: tuple[dict[str, StepRecord], dict[str, StepRecord]]
        for name, record in self.rows.steps.items():
            (elements if is_element(name) else steps)[name] = record
        return LiveRun.of(self.rows.run, self.definition, self.graph, {}, steps, requests, elements=elements)

    def running(self) -> list[str]:
        """The step runs that execute, as their rows say. A list executes by its elements."""
        rows = self.rows.steps.items()
        return [name for name, one in rows if one.state == "running" and name not in self.graph.mapped]

    def follow(self, change: Change) -> None:
        """Keep the book of resources as the runtime does."""
        self.book.put(change.resources)
        for step, ticket in change.tickets.items():
            if ticket is None:
                self.book.leave("w-1", step)
            else:
                self.book.queue(ticket)
        for step in change.stops:
            self.release({key for key in self.executing if key[0] == step})

    def release(self, attempts: set[tuple[str, int]]) -> None:
        """The functions of stopped attempts have ended."""
        for name in LIMITS:
            for step, attempt in attempts:
                self.book.put({name: give(self.book.resource(name), ("w-1", step, attempt))})

    def compete(self) -> None:
        """Another run begins to use a resource, or ends."""
        name = self.others.choice(list(LIMITS))
        resource, other = self.book.resource(name), ("other", "x", 1)
        if other in resource.holders:
            self.book.put({name: give(resource, other)})
        elif allowed(resource, self.now).yes:
            self.book.put({name: take(resource, other, self.now)})

    def next_step(self) -> bool:
        """Start the step whose turn it is to get its resources."""
        ticket = self.book.next(self.now)
        if ticket is None:
            return False
        return self.do(lambda t: turns.admit(t, ticket.step))

    def tamper(self, step: str) -> None:
        """Somebody changes what a step gave, behind the engine's back."""
        self.rows.steps[step] = replace(self.rows.steps[step], output={"n": self.rng.randint(10, 99)})
        self.reload()

    def crash(self) -> None:
        self.executing.clear()
        self.forget_holders()
        self.reload()
        running = self.running()
        alone = len(running) == 1
        for name in running if alone else ():
            self.crashed[name, self.rows.steps[name].round] += 1
        if self.rows.run.state in ("running", "compensating"):
            if running:
                self.do(
                    lambda t: run_transitions.interrupt(t, running, crashed=True, alone=alone), len(running)
                )
            else:
                self.do(run_transitions.start_ready)

    def forget_holders(self) -> None:
        """Nothing is in use at a start, and the queue is read from the rows."""
        kept = {name: self.book.resource(name) for name in LIMITS}
        self.book.clear()
        self.book.put({name: evolve(one, holders=frozenset(), probe=None) for name, one in kept.items()})

    def moves(self) -> list[Move]:  # noqa: C901 - one line a move
        rng = self.rng
        moves: list[Move] = []
        for step, attempt in self.executing:
            moves += [Move("succeed", step, attempt=attempt)] * 3 + [Move("fail", step, attempt=attempt)]
            if rng.random() < 0.1:
                moves.append(Move("give_back", step, attempt=attempt))
        for step, attempt in self.finished[-3:]:
            moves.append(Move("succeed", step, attempt=attempt))
        for request in self.rows.requests.values():
            if request.state == "open":
                moves += [Move("decide", request.id, choice) for choice in request.policy.choices]
                if self.sends_back and "request_changes" in request.policy.choices:
                    moves += [Move("decide", request.id, "request_changes")] * 4
                moves.append(Move("expire", request.id))
                if request.kind == "approval":
                    moves.append(Move("ask", request.id))
                moves.append(Move("remind", request.id))
            elif rng.random() < 0.3:
                moves.append(Move("decide", request.id, request.policy.choices[0]))
        for name, record in self.rows.steps.items():
            if record.state == "retrying":
                moves.append(Move("retry", name))
        for name in self.children():
            moves += [Move("child starts", name), Move("child ends", name), Move("child settles", name)]
        moves += [Move("trial", step) for step in self.state.suspects]
        moves += [Move("crash"), Move("reload"), Move("refill")]
        if rng.random() < 0.02:
            moves.append(Move("cancel"))
        if self.tampers and rng.random() < 0.2:
            given = [name for name, one in self.rows.steps.items() if isinstance(one.output, dict)]
            steps = [name for name in given if isinstance(self.graph.node(name), StepSpec)]
            moves += [Move("tamper", name) for name in steps]
            moves += [Move("deploy", name) for name in self.graph.order]
        return moves

    def children(self) -> list[str]:
        """Child workflows, and elements with one, that have begun."""
        began = (name for name in self.rows.steps if name not in self.graph.mapped)
        return [name for name in began if isinstance(self.graph.node(name), ChildSpec)]

    def child(self, step: str) -> RunRecord:
        """The child run of the newest attempt."""
        node = child_runs.node_at(self.state, step)
        id_ = child_runs.run_id("w-1", node, step, self.rows.steps[step].attempt)
        by, trigger = Actor("cli", "t"), child_runs.trigger("w-1", step)
        return RunRecord(id_, "other", "d", "running", 1, None, by, trigger, None, "t", self.now)

    def end_child(self, step: str, how: float) -> None:
        failed = ChildResult(failure=Failure("E", "bad"))
        results = [ChildResult({"n": int(how * 10)}), ChildResult(skipped="skipped"), failed]
        self.do(partial(_end_child, step=step, child=self.child(step).id, result=results[int(how * 3)]))

    def settle_child(self, step: str) -> None:
        """Forget the row of a step that no longer waits, as the alarm does once the child run is stopped."""
        wait = self.rows.waits.get(f"child:w-1:{step}")
        if wait is not None and not is_open(self.state, step):
            assert isinstance(wait, Wait)
            assert wait.due_at is not None, f"the child run of {step} is never stopped"
            self.do(partial(_forget_child, step=step))

    def step(self) -> str:
        move = self.rng.choice(self.moves())
        self.now += timedelta(seconds=self.rng.choice([0, 1, 60, 3600]))
        self._perform(move)
        if self.others.random() < 0.3:
            self.compete()
        if self.others.random() < 0.7:
            self.next_step()
        check_all(self)
        return move.kind

    def _perform(self, move: Move) -> None:  # noqa: C901 - one line a move
        kind, what = move.kind, move.name
        match kind:
            case "succeed":
                self._end(what, move.attempt)
                output = {"n": self.rng.randint(0, 9)} if self.rng.random() < 0.9 else {}
                output |= {"m": 1} if self.rng.random() < 0.6 else {}
                self.do(lambda t: run_transitions.succeed(t, what, move.attempt, output, [], 1.0))
            case "fail":
                self._end(what, move.attempt)
                failure, worth = Failure("E", "bad"), self.rng.random() < 0.7
                self.do(
                    lambda t: run_transitions.fail(
                        t, what, move.attempt, failure, [], worth_retrying=worth, chance=0.5
                    )
                )
            case "decide":
                request = self.state.requests.get(what) or self.rows.requests[what]
                self.decide(request, move.choice)
            case "ask":
                request = self.state.requests.get(what) or self.rows.requests[what]
                self.do(lambda t: clarification.ask(t, request, "Why?", "U1", Actor("slack", "U2")))
            case "expire" | "remind":
                request = self.rows.requests[what]
                act = decision_transitions.expire if kind == "expire" else escalation.remind
                self.do(lambda t: act(t, request))
            case "retry":
                self.do(lambda t: run_transitions.retry(t, what))
            case "trial":
                self.do(lambda t: run_transitions.put_on_trial(t, what))
            case "child starts":
                self.do(partial(_start_child, step=what, child=self.child(what)))
            case "child ends":
                self.end_child(what, self.rng.random())
            case "child settles":
                self.settle_child(what)
            case "crash":
                self.crash()
            case "reload":
                self.reload()
            case "refill":
                if self.rows.run.state in ("running", "compensating"):
                    self.do(run_transitions.start_ready)
            case "tamper":
                self.tamper(what)
            case "deploy":
                self.code.versions[what] += 1
                if self.rng.random() < 0.5:  # the files are loaded while it serves, or at the next start
                    self.do(request_transitions.ask_again)
                    check_asked_of_loaded_code(self)
            case "give_back":
                self.executing.pop((what, move.attempt))
                # The attempt keeps its slot until then, and a suspect after it.
                self.do(lambda t: run_transitions.give_back(t, what, move.attempt), kept=1)
            case "cancel":
                self.do(lambda t: run_transitions.cancel(t, "stop"))

    def decide(self, request: RequestRecord, choice: str) -> None:
        """Somebody who may, and has not answered yet."""
        answered = {made.actor.id for made in request.decisions}
        rng = self.rng
        ref = rng.choice(request.approvers)
        people = [f"U{ref}{number}" for number in range(200) if f"U{ref}{number}" not in answered]
        decision = DecisionRecord(
            f"{request.id}:{len(request.decisions)}", request.id, choice,
            Actor("slack", rng.choice(people[:3])), "", self.now, request.stage, (ref,),
        )  # fmt: skip
        self.do(lambda t: decision_transitions.decide(t, request, decision))

    def _end(self, step: str, attempt: int) -> None:
        self.executing.pop((step, attempt), None)
        self.finished.append((step, attempt))

    def settle(self) -> None:
        """From here nothing goes wrong any more: everything must come to an end."""
        for name in LIMITS:
            self.book.put({name: give(self.book.resource(name), ("other", "x", 1))})
        for _ in range(400):
            if self.next_step():
                continue
            if self.rows.run.state in RUN_ENDED:
                for name in self.children():
                    self.settle_child(name)
                assert set(self.rows.waits) <= {"report:w-1"}
                return
            if self.executing:
                step, attempt = next(iter(self.executing))
                self._end(step, attempt)
                self.do(partial(_succeed, step=step, attempt=attempt))
            elif self.state.suspects:
                step = next(iter(self.state.suspects))
                self.do(partial(run_transitions.put_on_trial, step=step))
            elif retrying := [n for n, one in self.rows.steps.items() if one.state == "retrying"]:
                self.do(partial(run_transitions.retry, step=retrying[0]))
            elif waiting := [one for one in self.rows.requests.values() if one.state == "open"]:
                request = self.state.requests.get(waiting[0].id, waiting[0])
                self.decide(
                    request, {"failure": "skip", "clarification": "answer"}.get(request.kind, "approve")
                )
            elif going_on := [name for name in self.children() if is_open(self.state, name)]:
                self.end_child(going_on[0], 0.0)
            elif (moment := self.book.next_moment(self.now)) is not None:
                self.now = moment
            else:
                assert self.do(run_transitions.start_ready), f"stuck: {self.rows.run} {self.rows.steps}"
            check_all(self)
        raise AssertionError("it does not end")
