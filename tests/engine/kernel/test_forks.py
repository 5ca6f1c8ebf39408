"""A fork keeps a result only if everything that the result depends on is kept too."""

import random

from engine.kernel.control import kept_steps
from engine.model.definition.graph import Graph
from engine.model.records.records import StepRecord
from tests.engine.random_definitions import random_definition


def test_forks_of_random_graphs_keep_no_result_whose_inputs_change() -> None:
    for seed in range(300):
        rng = random.Random(seed)
        graph = Graph(random_definition(rng))
        steps = {
            name: StepRecord("run", name, state=rng.choice(("succeeded", "succeeded", "skipped", "failed")))
            for name in graph.order
        }
        for start in graph.order:
            kept = kept_steps(graph, start, steps)
            executed = set(graph.order) - set(kept)
            for name in kept:
                assert executed.isdisjoint(graph.dependencies(name)), (seed, start, name)
            for name in executed:
                assert set(graph.scopes.guards.get(name, ())).isdisjoint(kept), (seed, start, name)
