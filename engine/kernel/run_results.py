"""Pure: the result of a run and the links in the outputs of its steps, with credentials hidden."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from engine.errors import CannotAsk
from engine.model.definition.decisions import DecisionSpec
from engine.model.definition.graph import Graph
from engine.model.definition.plans import PlanSpec
from engine.model.definition.spec import Definition, NodeSpec, StepSpec
from engine.model.records.records import RunRecord, StepRecord
from engine.model.runs.run_result import ProducedLink, RunResult
from engine.model.text.redaction import redacted
from engine.model.text.template import paths, render, sole_path
from engine.model.text.wording import in_result, unquoted

MAX_LINKS = 20
_MAX_TEXT = 4_000
_MAX_PARTS, _MAX_PART_LENGTH = 2_000, 2_000
"""Texts in all outputs of a run that are searched for links, and characters of each."""
_URL = re.compile(r"https?://[^\s<>|\"'`\\^{}\[\]]{1,2000}")
_GIVING = ("step", "child")
"""Kinds of nodes whose output is worth telling; an approval gives its outcome, a wait a moment."""
_GAVE_NOTHING = {"skipped": "was skipped", "failed": "failed"}
_TRAILING = ".,;:!?)*_~"


def run_result(
    definition: Definition, graph: Graph, run: RunRecord, steps: Iterable[StepRecord], secrets: Iterable[str]
) -> RunResult | None:
    """Return the result of a run that succeeded; None for any other, and where no step gave anything."""
    if run.state != "succeeded":
        return None
    records = {step.step: step for step in steps if step.step in graph.order}
    succeeded = [step for step in records.values() if step.state == "succeeded"]
    if definition.result:
        return _written(definition, graph, run, records, secrets)
    gave = [step for step in succeeded if step.output is not None and graph.nodes[step.step].kind in _GIVING]
    return RunResult(step=gave[-1].step, value=_result_value(graph, gave[-1])) if gave else None


def _result_value(graph: Graph, step: StepRecord) -> Any:
    """Return the output of a step; of a decision only what people read first."""
    node = graph.nodes[step.step]
    decides = isinstance(node, StepSpec) and isinstance(node.operation, DecisionSpec)
    if not decides or not isinstance(step.output, Mapping):
        return step.output
    return {name: step.output.get(name) for name in ("outcome", "confidence", "why")}


def _written(
    definition: Definition,
    graph: Graph,
    run: RunRecord,
    records: Mapping[str, StepRecord],
    secrets: Iterable[str],
) -> RunResult:
    outputs = {name: step.output for name, step in records.items() if step.state == "succeeded"}
    scope = {**outputs, "input": run.input}
    try:
        # A value that stands alone is not taken for the author's words, so it needs no quotes.
        worded = unquoted if sole_path(definition.result.strip()) else in_result
        return RunResult(text=redacted(render(definition.result, scope, worded)[:_MAX_TEXT], secrets))
    except CannotAsk as error:
        return RunResult(missing=_without_output(definition.result, graph, records) or str(error))


def _without_output(template: str, graph: Graph, records: Mapping[str, StepRecord]) -> str:
    """Return which steps of the text gave nothing; empty where each did, so that the text itself is wrong."""
    named = dict.fromkeys(path.partition(".")[0] for path in paths(template))
    without = [
        f"{graph.nodes[step].title} {_GAVE_NOTHING.get(records[step].state, 'has no output')}"
        for step in named
        if step in records and records[step].state != "succeeded"
    ]
    return f"{' and '.join(without)}. The text of the result needs its output." if without else ""


def produced_links(
    graph: Graph, steps: Iterable[StepRecord], secrets: Iterable[str]
) -> tuple[ProducedLink, ...]:
    """Return the addresses in the outputs of steps that succeeded, each once, in the order of the steps.

    Those in a plan do not count: the author of a proposal would place a link beside the question whether
    to approve it.
    """
    links: dict[str, ProducedLink] = {}
    known, proposed = tuple(secrets), _proposed(graph)
    for step, url in _urls(step for step in steps if step.step not in proposed):
        shown = redacted(url, known)
        links.setdefault(url, ProducedLink(step, shown, withheld=shown != url))
        if len(links) == MAX_LINKS:
            break
    return tuple(links.values())


def _proposed(graph: Graph) -> frozenset[str]:
    """Return the steps that propose or check a plan."""
    plans = {name: plan for name, node in graph.nodes.items() if (plan := _plan(node)) is not None}
    return frozenset(plans) | {plan.proposal.partition(".")[0] for plan in plans.values()}


def _plan(node: NodeSpec) -> PlanSpec | None:
    operation = node.operation if isinstance(node, StepSpec) else None
    return operation if isinstance(operation, PlanSpec) else None


def _urls(steps: Iterable[StepRecord]) -> Iterator[tuple[str, str]]:
    """Every address with its step, within the bounds: a message is rendered often."""
    succeeded = (step for step in steps if step.state == "succeeded")
    texts = ((step.step, text) for step in succeeded for text in _texts(step.output))
    for step, text in islice(texts, _MAX_PARTS):
        for match in _URL.finditer(text[:_MAX_PART_LENGTH]):
            yield step, match[0].rstrip(_TRAILING)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, in order; without recursion, since JSON may be nested deeply."""
    stack = [iter((value,))]
    while stack:
        part = next(stack[-1], None)
        if part is None:
            stack.pop()
        elif isinstance(part, str):
            yield part
        elif isinstance(part, Mapping):
            stack.append(iter([each for each in part.values() if each is not None]))
        elif isinstance(part, list | tuple):
            stack.append(iter([each for each in part if each is not None]))
