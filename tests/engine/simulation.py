"""Drives the pure half of the engine through random graphs, outcomes, crashes and duplicates, by seed.

Rows are kept as the store would keep them, behind the same guard. Each invariant is one function.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from engine.kernel import run_transitions
from engine.kernel.live_run import LiveRun
from engine.kernel.planner import StepView
from engine.kernel.requests import clarification, decision_transitions, escalation, request_transitions
from engine.kernel.requests.request_factory import anybody_of
from engine.kernel.resilience.failure_rules import FailureRules
from engine.kernel.resources import turns
from engine.kernel.resources.queue import ResourceBook
from engine.kernel.resources.rules import allowed, give, take
from engine.kernel.resources.use import ticket_of
from engine.kernel.shapes import child_runs
from engine.kernel.shapes.awaiting import is_open
from engine.kernel.shapes.child_runs import ChildResult
from engine.kernel.transition import Transition
from engine.model.change import Change, Wait
from engine.model.code_version import Versioned
from engine.model.conditions import Compare, Condition, Not, OutcomeIs, StateIs, evaluate, leaves
from engine.model.elements import index_of, is_element, node_of
from engine.model.graph import Graph
from engine.model.people import Actor
from engine.model.records import DecisionRecord, RequestRecord, RunRecord, StepRecord, evolve
from engine.model.request_parts import Failure
from engine.model.resources import BreakerSpec, RateSpec, ResourceSpec
from engine.model.spec import (
    ApprovalSpec,
    ChildSpec,
    Definition,
    EachSpec,
    FailureSpec,
    Need,
    NodeSpec,
    QuorumSpec,
    RetrySpec,
    StageSpec,
    StepSpec,
)
from engine.model.states import AWAITED, RUN_ENDED, STEP_SETTLED, IllegalTransition

FIRST_LIVES = range(1_000_000, 1_100_000)
"""Without what was added later, so that lives that were kept stay as they are."""
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


def random_definition(rng: random.Random) -> Definition:
    count = rng.randint(1, 8)
    nodes: list[StepSpec | ApprovalSpec] = []
    for index in range(count):
        name = f"s{index}"
        earlier = rng.sample(nodes, min(len(nodes), rng.randint(0, 3)))
        needs = tuple(
            Need(
                parameter=one.name, step=one.name, join=rng.choice(["value", "value", "optional", "settled"])
            )
            for one in earlier
        )
        when = _condition(rng, nodes) if nodes and rng.random() < 0.4 else None
        common = {"name": name, "title": name, "when": when}
        if rng.random() < 0.3:
            needs = tuple(replace_join(need) for need in needs)
            nodes.append(
                ApprovalSpec(
                    **common, needs=needs, ask=_ask(rng, earlier), stages=random_stages(rng), on_expiry=None,
                    expires=rng.choice([None, 3600.0]), remind_every=rng.choice([None, 600.0]),
                )
            )  # fmt: skip
        else:
            failure = rng.choice([None, None, FailureSpec(do="fail"), FailureSpec(expires=7200.0)])
            retry = RetrySpec(attempts=rng.randint(1, 3))
            nodes.append(StepSpec(**common, needs=needs, retry=retry, failure=failure))
    order = list(nodes)
    rng.shuffle(order)
    parallel = rng.choice([None, 1, 2])
    return Definition(name="w", title="w", owner="@o", nodes=tuple(order), max_parallel_steps=parallel)


def with_deadlines(definition: Definition, rng: random.Random) -> Definition:
    """Give some steps a deadline for all their attempts together."""
    nodes = [
        node.model_copy(update={"retry": node.retry.model_copy(update={"deadline": 600.0})})
        if isinstance(node, StepSpec) and rng.random() < 0.7
        else node
        for node in definition.nodes
    ]
    return definition.model_copy(update={"nodes": tuple(nodes)})


def with_children(definition: Definition, seed: int) -> Definition:
    """The definition in every second life, with child workflows in place of some steps."""
    rng = random.Random(f"children {seed}")
    if seed % 2 or seed in FIRST_LIVES:
        return definition
    lists = random.Random(f"lists {seed}")
    nodes = [_child(node, lists) if rng.random() < 0.4 else node for node in definition.nodes]
    return definition.model_copy(update={"nodes": tuple(nodes)})


def with_undo(definition: Definition, seed: int) -> Definition:
    """The definition in every third life: most steps can be undone, and some execute for a list."""
    rng = random.Random(f"undo {seed}")
    if seed % 3 != 1 or seed in FIRST_LIVES:
        return definition
    nodes = [_undone(node, rng) if rng.random() < 0.8 else node for node in definition.nodes]
    return definition.model_copy(update={"nodes": tuple(nodes)})


def _undone(node: NodeSpec, rng: random.Random) -> NodeSpec:
    if not isinstance(node, StepSpec):
        return node
    common: dict[str, Any] = {
        "name": f"{node.name}.undo",
        "title": f"undo of {node.name}",
        "retry": RetrySpec(attempts=rng.randint(1, 2)),
        "failure": FailureSpec(),
        "uses": tuple(sorted(rng.sample(list(LIMITS), 1))) if node.uses and rng.random() < 0.3 else (),
    }
    if rng.random() < 0.6:
        undo = StepSpec(**common, needs=(Need(parameter=node.name, step=node.name),))
        return node.model_copy(update={"undo": undo})
    each = _each(rng)
    undoes = EachSpec(source=node.name, parameter=node.name, at_once=each.at_once, undoes=True)
    return node.model_copy(update={"each": each, "undo": StepSpec(**common, each=undoes)})


def _child(node: NodeSpec, rng: random.Random) -> NodeSpec:
    if not isinstance(node, StepSpec):
        return node
    common = {name: getattr(node, name) for name in ("name", "title", "when", "needs", "after", "failure")}
    return ChildSpec(**common, workflow="other", each=_each(rng) if rng.random() < 0.5 else None)


def _each(rng: random.Random) -> EachSpec:
    """One child run for each element of the input, which is empty for some."""
    settled = rng.random() < 0.5
    tolerate = rng.choice([None, 0, 1]) if settled else None
    source = rng.choice(["input.rows", "input.rows", "input.none", "input.missing"])
    return EachSpec(
        source=source, parameter="element", at_once=rng.randint(1, 3), settled=settled, tolerate=tolerate
    )


def _ask(rng: random.Random, earlier: list[StepSpec | ApprovalSpec]) -> str:
    """Sometimes it names a field that only some outputs have."""
    steps = [one.name for one in earlier if isinstance(one, StepSpec)]
    return f"{{{rng.choice(steps)}.m}}?" if steps and rng.random() < 0.5 else "?"


def random_stages(rng: random.Random) -> tuple[StageSpec, ...]:
    """One of any, or several quorums and stages; each of the references means three people."""
    if rng.random() < 0.5:
        return (anybody_of("@a"),)
    return tuple(
        StageSpec(
            name=f"stage {number}",
            quorums=tuple(
                QuorumSpec(approvers=(ref,), needs=rng.randint(1, 2))
                for ref in rng.sample(["@a", "@b"], rng.randint(1, 2))
            ),
        )
        for number in range(rng.randint(1, 3))
    )


LIMITS = {
    "one": ResourceSpec(name="one", at_once=1),
    "two": ResourceSpec(name="two", at_once=2, rate=RateSpec(count=3, window=60.0)),
    "api": ResourceSpec(name="api", breaker=BreakerSpec(failures=2, within=600.0, open_for=120.0)),
}


def with_resources(definition: Definition, rng: random.Random) -> Definition:
    """Let some of its steps use resources, in half of the definitions."""
    if rng.random() < 0.5:
        return definition
    nodes = tuple(
        node.model_copy(update={"uses": tuple(sorted(rng.sample(list(LIMITS), rng.randint(0, 2))))})
        if isinstance(node, StepSpec)
        else node
        for node in definition.nodes
    )
    return definition.model_copy(update={"nodes": nodes})


def replace_join(need: Need) -> Need:
    return need if need.join != "settled" else Need(parameter=need.parameter, step=need.step)


def _condition(rng: random.Random, nodes: Sequence[StepSpec | ApprovalSpec]) -> Condition:
    one = rng.choice(nodes)
    test: Condition
    if isinstance(one, ApprovalSpec):
        test = OutcomeIs(step=one.name, outcome=rng.choice(["approved", "rejected", "expired"]))
    else:
        tests: list[Condition] = [
            StateIs(step=one.name, state=rng.choice(["succeeded", "failed", "skipped"])),
            Compare(step=one.name, path=("n",), op="<", value=5),
        ]
        test = rng.choice(tests)
    return Not(no=test) if rng.random() < 0.3 else test


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
        check_inputs_settled(self.graph, self.state, change)
        check_joins(self, change)
        check_conditions(self, change)
        check_approved(self, change)
        check_askable(self, change)
        check_order_of_undo(self, change)
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


# Invariants


def check_all(simulation: Simulation) -> None:
    for check in (
        check_undecidable,
        check_results_once,
        check_attempts_are_running,
        check_poison,
        check_deadlines,
        check_run_state,
        check_counts,
        check_requests,
        check_questions,
        check_waits,
        check_parallel,
        check_resources,
        check_lists,
        check_undone,
    ):
        check(simulation)


def check_inputs_settled(graph: Graph, state: LiveRun, change: Change) -> None:
    """Nothing starts before all that it depends on has settled."""
    for record in change.starts:
        for other in dependencies(graph, record.step):
            assert state.steps[other].state in STEP_SETTLED, f"{record.step} started before {other} settled"


def dependencies(graph: Graph, step: str) -> tuple[str, ...]:
    """The steps on which a step run depends; it may be that of an element, or undo another one."""
    name = node_of(step)
    return (graph.undone_by[name],) if name in graph.undone_by else graph.dependencies(name)


def begun(simulation: Simulation, change: Change) -> list[str]:
    """Steps that start, or ask, with this change."""
    before = simulation.rows.steps
    return [
        name
        for name, record in change.steps.items()
        if record.state in ("running", "waiting")
        and not is_undecidable(record)
        and (name not in before or before[name].attempt != record.attempt)
    ]


def is_undecidable(record: StepRecord) -> bool:
    """It failed before it began: its condition is neither true nor false."""
    return record.failure is not None and record.failure.kind == "Undecidable"


def check_joins(simulation: Simulation, change: Change) -> None:
    """Each step that starts and each request has what its joins need: `T`, `T | None`, `Settled[T]`."""
    takes = {
        "value": {"succeeded"},
        "optional": {"succeeded", "skipped"},
        "settled": {"succeeded", "skipped", "failed", "cancelled"},
    }
    state = simulation.state
    for name in begun(simulation, change):
        for need in simulation.graph.node(name).needs:
            assert state.steps[need.step].state in takes[need.join], f"{name} began without {need.step}"


def check_conditions(simulation: Simulation, change: Change) -> None:
    """Nothing begins against its condition, unless what that compares was tampered with."""
    for name in begun(simulation, change):
        when = simulation.graph.node(name).when
        if when is None or (simulation.tampers and any(isinstance(leaf, Compare) for leaf in leaves(when))):
            continue
        assert evaluate(when, StepView(simulation.state.steps)), f"{name} began against its condition"


def check_undecidable(simulation: Simulation) -> None:
    """A condition that cannot be decided is never taken for false. Undoing changes what it tests."""
    if "run.compensating" in simulation.rows.events:
        return
    for name, record in simulation.rows.steps.items():
        when = simulation.graph.node(name).when
        if when is None or simulation.tampers or record.reason != "not needed":
            continue
        assert not evaluate(when, StepView(simulation.rows.steps)), f"{name} was left out"


def check_approved(simulation: Simulation, change: Change) -> None:
    """A guarded step uses the values that existed when the request opened."""
    state = simulation.state
    awaited = [
        change.steps[name]
        for name in begun(simulation, change)
        if isinstance(simulation.graph.node(name), ChildSpec) and change.steps[name].failure is None
    ]
    for record in [*change.starts, *awaited]:
        step = node_of(record.step)
        for approval in simulation.graph.scopes.guards.get(step, ()):
            if state.steps[approval].state != "succeeded":
                continue
            requests = [one for one in state.requests.values() if one.step == approval]
            last = max(requests, key=lambda one: (one.opened_at, len(one.id), one.id))
            if last.outcome != "approved":
                continue
            steps, code = simulation.asked[last.id]
            assert code[step] == simulation.code.versions[step], f"other code of {record.step}"
            for other in dependencies(simulation.graph, step):
                known = steps.get(other)
                if known is None or known.state not in STEP_SETTLED:
                    continue
                if isinstance(simulation.graph.nodes[other], StepSpec):
                    assert known.output == state.steps[other].output, f"{record.step} takes another {other}"


def check_askable(simulation: Simulation, change: Change) -> None:
    """People are asked only with every value there, and nothing runs behind an unasked approval."""
    steps = simulation.state.steps
    for request in change.requests.values():
        if request.kind == "approval":
            assert request.ask in ("?", "1?"), f"{request.id} asks {request.ask}"
    for name in begun(simulation, change):
        for other in dependencies(simulation.graph, name):
            unasked = steps[other].state == "cancelled" and isinstance(
                simulation.graph.nodes[other], ApprovalSpec
            )
            assert not unasked, f"{name} began, and nobody could be asked at {other}"


def check_results_once(simulation: Simulation) -> None:
    """A step's result is recorded once; an approval's once for each time that it asks."""
    for step, count in simulation.rows.results.items():
        approval = isinstance(simulation.graph.node(step), ApprovalSpec)
        assert count <= (simulation.rows.steps[step].attempt if approval else 1), simulation.rows.results


def check_attempts_are_running(simulation: Simulation) -> None:
    """The executing attempts are those that the rows show as running."""
    running = {(name, simulation.rows.steps[name].attempt) for name in simulation.running()}
    assert running == set(simulation.executing)


def check_poison(simulation: Simulation) -> None:
    """A step that took the process down three times, alone, doesn't execute again unless a person says so."""
    for name, record in simulation.rows.steps.items():
        if record.state == "running":
            assert simulation.crashed[name, record.round] < run_transitions.MAX_CRASHES, name


def check_deadlines(simulation: Simulation) -> None:
    """No attempt begins, and none is awaited, when the time for all attempts of its round is over."""
    for name, record in simulation.rows.steps.items():
        node = simulation.graph.node(name)
        if not isinstance(node, StepSpec) or node.retry.deadline is None:
            assert record.round_started_at is None
            continue
        if record.state == "pending" or record.round_started_at is None:
            continue
        over = record.round_started_at + timedelta(seconds=node.retry.deadline)
        moment = record.next_attempt_at if record.state == "retrying" else record.started_at
        if record.state in ("running", "retrying"):
            assert moment is not None
            assert moment < over, name


def check_run_state(simulation: Simulation) -> None:
    """A run that waits has something to wait for; one that ended has nothing left."""
    rows = simulation.rows
    open_ones = [one for one in rows.requests.values() if one.state == "open"]
    busy = simulation.running() + [name for name, one in rows.steps.items() if one.state == "retrying"]
    if rows.run.state == "waiting":
        children = any(is_open(simulation.state, name) for name in simulation.children())
        assert open_ones or simulation.state.held or children
        assert not busy
    if rows.run.state in RUN_ENDED:
        assert not open_ones
        assert not busy
        left = {id_ for id_ in rows.waits if not id_.startswith("child:")}
        assert left == ({"report:w-1"} if rows.run.parent else set())
    if rows.run.state == "succeeded":
        assert all(rows.steps[name].state in STEP_SETTLED for name in simulation.graph.order), rows.steps


def check_counts(simulation: Simulation) -> None:
    """The counts in memory are those that one would count afresh from the rows."""
    state, rows = simulation.state, simulation.rows
    if rows.run.state in RUN_ENDED:
        return
    fresh = simulation.fresh()
    assert (state.open_steps, state.executing, state.retrying) == (
        fresh.open_steps, fresh.executing, fresh.retrying,
    )  # fmt: skip
    if rows.run.state != "compensating":  # then no step of the graph is planned any more
        assert state.missing == fresh.missing
    for name, one in fresh.maps.items():
        if rows.steps[name].state != "running":
            continue
        known_map = state.maps[name]
        assert (known_map.awaited, known_map.fresh) == (one.awaited, one.fresh), name
        # An element whose trial led to the queue for resources waits in it; a restart suspects it again.
        left = [
            sorted([*each.again, *suspected(life, name)]) for each, life in ((known_map, state), (one, fresh))
        ]
        assert left[0] == left[1], name
        assert known_map.failed == one.failed, name
        assert (known_map.succeeded, known_map.skipped) == (one.succeeded, one.skipped), name
    # A suspect whose trial led to a question is ready once that is answered; a restart suspects it again.
    # A step whose turn for its resources came while no slot was free is ready; a restart queues it again.
    wholes = simulation.graph.nodes.keys() - simulation.graph.mapped
    known, counted = (
        sorted(name for name in (*one.ready, *one.held, *one.suspects) if name in wholes)
        for one in (state, fresh)
    )
    assert known == counted
    assert state.held.keys() <= fresh.held.keys()
    assert state.suspects.keys() <= fresh.suspects.keys()


def suspected(life: LiveRun, step: str) -> list[int]:
    """Elements of a list that wait for their trial."""
    return [index_of(name) for name in life.suspects if name != step and node_of(name) == step]


def check_requests(simulation: Simulation) -> None:
    """A request has one outcome, made by a decision or by time; its step waits while it is open."""
    for request in simulation.rows.requests.values():
        if request.state == "open":
            assert simulation.rows.steps[request.step].state == "waiting"
            assert request.outcome is None
        if request.state == "decided":
            check_quorum(request)
        if request.state == "open":
            assert all(made.choice == "approve" for made in request.decisions)


def check_quorum(request: RequestRecord) -> None:
    """An outcome has its quorum: counted plainly, each person once and for one reference."""
    last = request.decisions[-1]
    if request.kind == "clarification":
        assert (request.outcome, last.choice) == ("answered", "answer")
        return
    if last.choice != "approve":
        assert request.outcome in ("rejected", last.choice)
        return
    assert request.outcome == "approved"
    for number, stage in enumerate(request.policy.stages):
        for quorum in stage.quorums:
            people = {
                made.actor.id
                for made in request.decisions
                if made.stage == number and set(made.member_of) & set(quorum.approvers)
            }
            assert isinstance(quorum.needs, int)
            assert len(people) >= quorum.needs, (number, request.decisions)


def check_questions(simulation: Simulation) -> None:
    """The clock of an approval stands still exactly while a question about it is open."""
    requests = simulation.rows.requests
    asked = {
        one.clarification.about
        for one in requests.values()
        if one.kind == "clarification" and one.state == "open"
    }
    assert asked == {one.id for one in requests.values() if one.clock.paused_since is not None}
    assert all(requests[id_].state == "open" for id_ in asked)


def check_waits(simulation: Simulation) -> None:
    """Every retry and every expiry has its row, and no row outlives what it is for."""
    rows = simulation.rows
    retries = {f"retry:w-1:{name}" for name, one in rows.steps.items() if one.state == "retrying"}
    expiries = {
        f"expire:{id_}"
        for id_, one in rows.requests.items()
        if one.state == "open" and one.clock.expires_at and not one.clock.paused_since
    }
    assert {id_ for id_ in rows.waits if id_.startswith("retry")} == retries
    assert {id_ for id_ in rows.waits if id_.startswith("expire")} == expiries
    open_ids = {id_ for id_, one in rows.requests.items() if one.state == "open"}
    assert {id_[7:] for id_ in rows.waits if id_.startswith("remind")} <= open_ids
    for name in simulation.children():
        wait = rows.waits.get(f"child:w-1:{name}")
        assert wait or not is_open(simulation.state, name), f"{name} waits without a row"
        if wait and not is_open(simulation.state, name):
            assert isinstance(wait, Wait)
            assert wait.due_at is not None, f"the child run of {name} is never stopped"


def check_parallel(simulation: Simulation) -> None:
    """No more executes than the workflow and the process allow."""
    limit = simulation.definition.max_parallel_steps
    assert len(simulation.executing) <= min(limit or 10**6, simulation.room)


def check_lists(simulation: Simulation) -> None:
    """No more child runs of a list are under way than may, and none when its step has ended."""
    for name in simulation.graph.mapped:
        whole, node = simulation.rows.steps.get(name), simulation.graph.nodes[name]
        assert isinstance(node, StepSpec | ChildSpec)
        assert node.each is not None
        elements = [one for step, one in simulation.rows.steps.items() if step.startswith(f"{name}[")]
        under_way = [one for one in elements if one.state in ("waiting", "running")]
        assert len(under_way) <= node.each.at_once, f"{len(under_way)} elements of {name} are under way"
        if whole is not None and whole.state in STEP_SETTLED:
            assert all(one.state in STEP_SETTLED for one in elements), f"{name} left elements behind"
        if whole is not None and whole.state == "succeeded":
            assert len(whole.output) == len(elements)
            assert sum(one.state == "failed" for one in elements) <= node.each.tolerated(len(elements))


def check_order_of_undo(simulation: Simulation, change: Change) -> None:
    """A step is undone once nothing else of the run is under way, and after those that ended later."""
    steps, graph = {**simulation.rows.steps, **change.steps}, simulation.graph
    for undo in [name for name in change.steps if name in graph.undone_by]:
        if undo in simulation.rows.steps:
            continue
        assert change.run.state == "compensating", f"{undo} begins in a run that is {change.run.state}"
        ended = steps[graph.undone_by[undo]].ended_at
        assert ended is not None
        for step, other in graph.undo.items():
            if other == undo or step not in steps or steps[step].state != "succeeded":
                continue
            later = steps[step].ended_at
            begun_later = later is not None and later > ended and bool(steps[step].output)
            assert not begun_later or steps[other].state in STEP_SETTLED, f"{undo} begins before {other}"


def check_undone(simulation: Simulation) -> None:
    """Only what had succeeded is undone. A run that ended after that leaves only what a person left."""
    rows, graph = simulation.rows, simulation.graph
    unsettled = [name for name in graph.undone_by if name in rows.steps]
    unsettled = [name for name in unsettled if rows.steps[name].state not in STEP_SETTLED]
    assert len(unsettled) <= 1, f"{unsettled} are under way at once"
    assert not unsettled or rows.run.state == "compensating"
    by_person = {one.step for one in rows.requests.values() if one.outcome in ("skip", "abort")}
    aborted = [name for name in graph.undone_by if name in rows.steps and rows.steps[name].state == "failed"]
    for name, record in rows.steps.items():
        undo = graph.undo.get(node_of(name))
        if undo is None:
            continue
        done = f"{undo}{name.removeprefix(node_of(name))}"
        if record.state == "compensated":
            assert rows.steps[done].state == "succeeded", f"{name} was not undone"
        if record.state == "succeeded" and rows.run.state in ("failed", "cancelled"):
            is_empty = name in graph.mapped and not record.output
            assert is_empty or undo in by_person or aborted, f"{name} was left as it was"


def check_asked_of_loaded_code(simulation: Simulation) -> None:
    """After the approvals were compared with the loaded code, nobody is asked about earlier code."""
    for request in simulation.rows.requests.values():
        if request.state in AWAITED and request.coverage.binding is not None:
            for step, digest in request.coverage.binding.code.items():
                assert digest == simulation.code.digest(simulation.rows.run, step), f"{request.id}: {step}"


def check_resources(simulation: Simulation) -> None:
    """Attempts that execute hold their resources, nothing else does, and steps that wait are in the queue."""
    for name, limits in LIMITS.items():
        resource = simulation.book.resource(name)
        own = {(step, attempt) for run, step, attempt in resource.holders if run == "w-1"}
        using = {
            key for key in simulation.executing if name in simulation.graph.uses.get(node_of(key[0]), ())
        }
        assert own == using, f"{name} is held by {own}, and used by {using}"
        assert limits.at_once is None or len(resource.holders) <= limits.at_once, f"{name} is overdrawn"
    queued = {step for _, step in simulation.book.tickets}
    if simulation.rows.run.state not in RUN_ENDED:
        assert set(simulation.state.held) <= queued, f"{set(simulation.state.held) - queued} is forgotten"
    else:
        assert not queued, f"{queued} waits in a run that has ended"
