"""Random graphs for the simulation of runs: shapes, conditions, policies and resources, by seed."""

import random
from collections.abc import Sequence
from typing import Any

from engine.compiler.requests.revisions import revision_problems
from engine.kernel.requests.request_factory import anybody_of
from engine.model.definition.conditions import Compare, Condition, Not, OutcomeIs, StateIs
from engine.model.definition.graph import Graph
from engine.model.definition.spec import (
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
from engine.model.runs.resources import BreakerSpec, RateSpec, ResourceSpec

FIRST_LIVES = range(1_000_000, 1_100_000)
"""Without what was added later, so that lives that were kept stay as they are."""


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


def with_revisions(definition: Definition, seed: int) -> Definition:
    """The definition in every second life: people may request changes at approvals that allow it."""
    rng = random.Random(f"revisions {seed}")
    if seed in FIRST_LIVES or rng.random() < 0.5:
        return definition
    graph = Graph(definition)
    nodes = [_revisable(node, graph, rng) for node in definition.nodes]
    return definition.model_copy(update={"nodes": tuple(nodes)})


ROUND_LIVES = range(5_000_000, 6_000_000)
"""All with an approval at which people may request changes, and do so often."""


def revisable_definition(seed: int) -> Definition:
    """Return a definition with an approval at which people may request changes."""
    for number in range(1000):
        rng = random.Random(f"rounds {seed} {number}")
        drawn = with_resources(random_definition(rng), rng)
        graph = Graph(drawn)
        nodes = [_revisable(node, graph, rng) for node in drawn.nodes]
        if any(isinstance(node, ApprovalSpec) and node.revise for node in nodes):
            return drawn.model_copy(update={"nodes": tuple(nodes)})
    raise AssertionError(f"no definition for {seed}")


def _revisable(node: NodeSpec, graph: Graph, rng: random.Random) -> NodeSpec:
    """Give an approval one of the steps before it to revise; none where the compiler would refuse it."""
    if not isinstance(node, ApprovalSpec):
        return node
    steps = sorted(name for name in graph.before(node.name) if isinstance(graph.nodes[name], StepSpec))
    rng.shuffle(steps)
    for name in steps:
        changes = {"revise": (name,), "rounds": rng.randint(2, 3), "respond": len(name) % 2 == 0}
        revisable = node.model_copy(update=changes)
        if not revision_problems(graph, revisable):
            return revisable
    return node


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
